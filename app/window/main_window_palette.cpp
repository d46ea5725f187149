// SPDX-License-Identifier: GPL-3.0-or-later
/// What the command palette offers.
#include "app/window/command_palette.h"
#include "app/window/dialogs.h"
#include "app/window/go_to.h"
#include "app/window/main_window.h"
#include "app/window/qt_text.h"
#include "views/panes/pane_look.h"

#include <QFileInfo>

namespace kscope::app {

namespace {

/// Bookmarks, CPUs and tasks of the open trace.
void addPlaces(std::vector<PaletteEntry>& out, views::TraceView& view) {
    const auto trace = view.trace();
    if (!trace) return;
    const auto tr = [](const char* words) { return MainWindow::tr(words); };
    for (std::size_t i = 0; i < view.state().bookmarks.size(); ++i) {
        const auto& bookmark = view.state().bookmarks[i];
        out.push_back({PaletteEntry::Kind::Bookmark,
                       {},
                       tr("Bookmark %1 %2").arg(i + 1).arg(bookmark.text),
                       views::timeString(view, bookmark.time),
                       true,
                       [&view, i] { goToBookmark(view, i); }});
    }
    for (const auto cpu : trace->cpus()) {
        out.push_back({PaletteEntry::Kind::Cpu,
                       {},
                       tr("CPU %1").arg(raw(cpu)),
                       tr("only this CPU"),
                       true,
                       [&view, cpu, tr] {
                           auto state = view.state();
                           state.onlyCpus = {cpu};
                           view.setState(state, tr("Only CPU %1").arg(raw(cpu)));
                       }});
    }
    // A million tasks would take longer to list than to type the name of one.
    constexpr std::size_t kMostTasks = 20'000;
    for (std::size_t i = 0; i < std::min(trace->tasks().size(), kMostTasks); ++i) {
        const model::TaskId id{static_cast<std::uint32_t>(i)};
        if (trace->task(id).idle()) continue;
        out.push_back({PaletteEntry::Kind::Task,
                       {},
                       views::taskName(*trace, id),
                       tr("only this task"),
                       true,
                       [&view, id, tr] {
                           auto state = view.state();
                           state.onlyTasks = {id};
                           view.setState(state, tr("Only This Task"));
                       }});
    }
}

}  // namespace

CommandPalette& MainWindow::commandPalette() {
    if (m_palette != nullptr) return *m_palette;
    auto entries = [this] {
        m_actions->refresh();
        std::vector<PaletteEntry> out;
        for (const auto& entry : m_actions->entries()) {
            if (entry.spec.menu.isEmpty()) continue;
            auto name = entry.spec.menu;
            name = name.replace(QLatin1Char('/'), QStringLiteral(": ")) + QStringLiteral(": ") +
                   entry.action->text();
            const auto reason = entry.action->statusTip();
            out.push_back({PaletteEntry::Kind::Command, entry.spec.id, name,
                           reason.isEmpty() ? Actions::allKeysText(*entry.action) : reason,
                           reason.isEmpty(), [action = entry.action] { action->trigger(); }});
        }
        addPlaces(out, m_session->view());
        for (const auto& trace : m_session->recentTraces()) {
            std::vector<SourceSpec> specs;
            for (const auto& source : trace.sources)
                specs.push_back(parseSourceSpec(source).value_or(SourceSpec{source, 0}));
            out.push_back({PaletteEntry::Kind::Recent,
                           {},
                           tr("Open %1").arg(QFileInfo(text(specs.front().path)).fileName()),
                           text(trace.sources.front()),
                           true,
                           [this, specs] { openSources(specs); }});
        }
        return out;
    };
    auto place = [this](const QString& typed) {
        const auto found = parsePlace(typed, m_session->view());
        return PaletteEntry{
            PaletteEntry::Kind::Place, {},
            tr("Go to %1").arg(typed), found ? QString() : text(found.error().message),
            found.has_value(),         [this, typed] { goToTyped(typed); }};
    };
    m_palette = new CommandPalette(std::move(entries), std::move(place), this);
    return *m_palette;
}

}  // namespace kscope::app
