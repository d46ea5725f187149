// SPDX-License-Identifier: GPL-3.0-or-later
/// Context menus of the plot (interaction.md, "Context menus").
#include "app/window/dialogs.h"
#include "app/window/main_window.h"
#include "app/window/plot_pages.h"
#include "app/window/qt_text.h"
#include "model/core/format.h"
#include "views/panes/pane_look.h"
#include "views/panes/tracks/track_plot.h"
#include "views/timeline/lane_layout.h"
#include "views/timeline/timeline_widget.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>

#include <algorithm>
#include <iterator>

namespace kscope::app {

using Item = views::Item;

namespace {

std::vector<views::LaneKey> lanesNow(const views::TraceView& view) {
    return view.state().lanes.empty() ? views::defaultLanes(*view.trace(), views::Pane::Timeline)
                                      : view.state().lanes;
}

/// Gives a group the lanes of `wanted` that are of its kind; those of the others stay.
void setGroupLanes(views::TraceView& view, int group, const std::vector<views::LaneKey>& wanted,
                   const QString& step) {
    const auto inGroup = [group](const views::LaneKey& key) {
        return static_cast<int>(views::groupOf(key.kind)) == group;
    };
    auto state = view.state();
    state.lanes = lanesNow(view);
    const auto place = std::ranges::find_if(state.lanes, inGroup) - state.lanes.begin();
    std::erase_if(state.lanes, inGroup);
    std::erase_if(state.hidden, inGroup);
    std::vector<views::LaneKey> lanes;
    std::ranges::copy_if(wanted, std::back_inserter(lanes), inGroup);
    if (lanes.empty() && state.lanes.empty()) return;
    const auto at = std::min<std::ptrdiff_t>(place, std::ssize(state.lanes));
    state.lanes.insert(state.lanes.begin() + at, lanes.begin(), lanes.end());
    view.setState(state, step);
}

}  // namespace

void MainWindow::copyLaneName(const views::LaneKey& lane) {
    const auto& trace = m_session->view().trace();
    if (!trace) return;
    QApplication::clipboard()->setText(views::shown(views::laneName(*trace, lane)));
    say(tr("Copied: %1").arg(QApplication::clipboard()->text()));
}

/// A menu that deletes itself, over actions that know what is possible now.
QMenu* MainWindow::newMenu() {
    m_actions->refresh();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    return menu;
}

void MainWindow::addRangeFromItem(QMenu& menu, const Item& item) {
    if (item.span.length().count() <= 1) return;
    menu.addAction(tr("Range from This"), this, [this, item] {
        m_session->view().setCursors(item.span.begin, item.span.end, tr("Range from This"));
    });
}

void MainWindow::showContextMenu(const QPoint& at, const views::LaneKey& lane, const Item& item) {
    auto* menu = newMenu();
    const auto add = [&](std::initializer_list<const char*> ids) {
        for (const char* id : ids) menu->addAction(m_actions->action(QLatin1String(id)));
        menu->addSeparator();
    };
    if (item.kind != Item::Kind::None) {
        if (item.lane.kind == views::LaneKey::Kind::Device) add({"view.fit", "go.blocks"});
        else if (item.kind == Item::Kind::Event) add({"view.fit", "go.waker", "go.functions"});
        else add({"view.fit", "go.waker", "go.woken"});
        addRangeFromItem(*menu, item);
        add({"edit.only_this", "lanes.pin"});
        add({"go.next_kind", "go.cursor_a", "go.cursor_b", "go.bookmark"});
        add({"edit.copy_sentence", "edit.copy_time"});
    } else if (lane.kind != views::LaneKey::Kind::Group) {
        add({"edit.only_this", "lanes.pin", "lanes.hide", "lanes.show_hidden"});
        add({"lanes.fold", "lanes.move_up", "lanes.move_down"});
        auto* heights = menu->addMenu(tr("Lane Height"));
        for (const char* id : {"lanes.compact", "lanes.normal", "lanes.tall"})
            heights->addAction(m_actions->action(QLatin1String(id)));
        menu->addAction(tr("Copy Name"), this, [this, lane] { copyLaneName(lane); });
        add({"go.cursor_a", "go.cursor_b", "go.bookmark"});
    } else {
        add({"lanes.fold", "lanes.fold_all", "lanes.show_hidden"});
        add({"view.fit", "view.whole"});
    }
    menu->popup(at);
}

void MainWindow::showPlotMenu(int tab, const QPoint& at, int track) {
    if (!m_session->view().trace()) return;
    auto* menu = newMenu();
    const auto add = [&](std::initializer_list<const char*> ids) {
        for (const char* id : ids) menu->addAction(m_actions->action(QLatin1String(id)));
        menu->addSeparator();
    };
    const Item item = m_session->view().item();
    if (item.kind != Item::Kind::None) {
        add({"view.fit", "go.timeline", "go.functions", "go.next", "go.previous"});
        addRangeFromItem(*menu, item);
    }
    if (const auto* plot = m_plots->plot(tab)) plot->fillMenu(*menu, track);
    if (item.task != model::kNoTask) add({"edit.only_this"});
    add({"go.cursor_a", "go.cursor_b", "go.bookmark"});
    if (item.kind != Item::Kind::None) add({"edit.copy_sentence", "edit.copy_time"});
    else add({"view.whole"});
    menu->popup(at);
}

void MainWindow::showPlaceMenu(const QPoint& at, views::MenuPlace place, int index) {
    if (!m_session->view().trace()) return;
    auto* menu = newMenu();
    const auto add = [&](std::initializer_list<const char*> ids) {
        for (const char* id : ids) menu->addAction(m_actions->action(QLatin1String(id)));
    };
    switch (place) {
    case views::MenuPlace::Ruler: {
        add({"view.fit", "go.cursor_a", "go.cursor_b", "go.bookmark", "edit.clear_range",
             "file.export_range"});
        auto* formats = menu->addMenu(tr("Time Format"));
        for (const char* id : {"time.start", "time.absolute", "time.cursor", "time.wall"})
            formats->addAction(m_actions->action(QLatin1String(id)));
        add({"edit.copy_time", "go.time"});
        break;
    }
    case views::MenuPlace::Bookmark: bookmarkMenu(*menu, static_cast<std::size_t>(index)); break;
    case views::MenuPlace::Section: sectionMenu(*menu, index); break;
    }
    menu->popup(at);
}

void MainWindow::bookmarkMenu(QMenu& menu, std::size_t index) {
    auto& view = m_session->view();
    if (index >= view.state().bookmarks.size()) return;
    menu.addAction(tr("Go There"), this, [&view, index] { goToBookmark(view, index); });
    menu.addAction(tr("Rename…"), this, [this, index] { nameBookmark(static_cast<int>(index)); });
    auto* colours = menu.addMenu(tr("Colour"));
    // Slots of the task colours that are far from each other, and plain.
    const std::pair<QString, int> choices[] = {
        {tr("Plain"), -1}, {tr("Teal"), 0}, {tr("Blue"), 4}, {tr("Violet"), 7}, {tr("Pink"), 10}};
    for (const auto& [name, slot] : choices) {
        auto* choice = colours->addAction(name, this, [&view, index, slot = slot] {
            auto bookmarks = view.state().bookmarks;
            if (index >= bookmarks.size()) return;
            bookmarks[index].colour = slot;
            view.setBookmarks(std::move(bookmarks), MainWindow::tr("Colour Bookmark"));
        });
        choice->setCheckable(true);
        choice->setChecked(view.state().bookmarks[index].colour == slot);
    }
    menu.addSeparator();
    menu.addAction(tr("Delete"), this, [&view, index] {
        auto bookmarks = view.state().bookmarks;
        if (index >= bookmarks.size()) return;
        bookmarks.erase(bookmarks.begin() + static_cast<std::ptrdiff_t>(index));
        view.setBookmarks(std::move(bookmarks), MainWindow::tr("Delete Bookmark"));
    });
}

/// Which lanes of a group are shown, and in which order.
void MainWindow::sectionMenu(QMenu& menu, int group) {
    auto& view = m_session->view();
    menu.addAction(m_actions->action(QStringLiteral("lanes.fold_all")));
    auto* which = menu.addMenu(tr("Show"));
    const auto show = [&](const QString& name, auto lanes) {
        which->addAction(name, this, [&view, group, name, lanes] {
            setGroupLanes(view, group, lanes(*view.trace(), views::Pane::Timeline), name);
        });
    };
    show(tr("Usual Ones"), &views::defaultLanes);
    show(tr("All with Events"), &views::allLanes);
    which->addAction(tr("Chosen…"), this, [this] { showLanes(); });
    auto* order = menu.addMenu(tr("Sort"));
    using Key = views::LaneKey;
    const auto sort = [&](const QString& name, auto before) {
        order->addAction(name, this, [&view, group, name, before] {
            const auto trace = view.trace();
            auto lanes = lanesNow(view);
            std::ranges::stable_sort(lanes, [&](const Key& left, const Key& right) {
                return before(*trace, left, right);
            });
            setGroupLanes(view, group, lanes, tr("Sort by %1").arg(name));
        });
    };
    const auto tid = [](const model::Trace& trace, const Key& key) -> std::int64_t {
        return key.kind == Key::Kind::Task ? raw(trace.task(model::TaskId{key.id}).tid) : key.id;
    };
    sort(tr("Name"), [](const model::Trace& trace, const Key& left, const Key& right) {
        return views::laneName(trace, left) < views::laneName(trace, right);
    });
    sort(tr("Id"), [tid](const model::Trace& trace, const Key& left, const Key& right) {
        return tid(trace, left) < tid(trace, right);
    });
    if (group != static_cast<int>(views::LaneGroup::Tasks)) return;
    sort(tr("CPU Time"), [](const model::Trace& trace, const Key& left, const Key& right) {
        if (left.kind != Key::Kind::Task || right.kind != Key::Kind::Task) return false;
        return trace.task(model::TaskId{left.id}).runNs > trace.task(model::TaskId{right.id}).runNs;
    });
    // Tasks are numbered as they are met.
    sort(tr("First Seen"),
         [](const model::Trace&, const Key& left, const Key& right) { return left.id < right.id; });
}

}  // namespace kscope::app
