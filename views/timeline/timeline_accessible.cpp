// SPDX-License-Identifier: GPL-3.0-or-later
/// Lanes and items as accessible interfaces, made when they are asked for. A page of a lane is what
/// the window shows of it; it is made anew once the window has moved.
#include "views/timeline/timeline_accessible.h"

#include "views/timeline/timeline_impl.h"

#include <QAccessible>
#include <QAccessibleActionInterface>
#include <QAccessibleWidget>

#include <algorithm>
#include <vector>

namespace kscope::views {
namespace {

constexpr std::size_t kPageItems =
    200;  // More in one window are folded to blocks for the eye, too.

class LaneAccessible;

/// What a lane and an item have in common: no object of their own, a place inside of the widget.
class PartAccessible : public QAccessibleInterface {
public:
    explicit PartAccessible(TimelineWidget& widget) : m_widget(&widget) {}
    [[nodiscard]] bool isValid() const override { return m_widget->isVisible(); }
    [[nodiscard]] QObject* object() const override { return nullptr; }
    [[nodiscard]] QWindow* window() const override { return m_widget->windowHandle(); }
    void setText(QAccessible::Text, const QString&) override {}
    [[nodiscard]] QRect rect() const override {
        const QRect part = place();
        return {m_widget->mapToGlobal(part.topLeft()), part.size()};
    }

protected:
    [[nodiscard]] TimelineWidget& widget() const { return *m_widget; }
    [[nodiscard]] virtual QRect place() const = 0;

private:
    TimelineWidget* m_widget;
};

class ItemAccessible : public PartAccessible, public QAccessibleActionInterface {
public:
    ItemAccessible(TimelineWidget& widget, QAccessibleInterface& lane, Item item)
        : PartAccessible(widget),
          m_lane(&lane),
          m_item(item) {}
    [[nodiscard]] QAccessibleInterface* parent() const override { return m_lane; }
    [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    [[nodiscard]] int childCount() const override { return 0; }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    [[nodiscard]] QString text(QAccessible::Text text) const override {
        return text == QAccessible::Name ? widget().itemSentence(m_item) : QString();
    }
    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::ListItem; }
    [[nodiscard]] QAccessible::State state() const override {
        QAccessible::State state;
        state.selectable = true;
        state.selected = widget().isSelected(m_item);
        return state;
    }
    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type != QAccessible::ActionInterface) return nullptr;
        return static_cast<QAccessibleActionInterface*>(this);
    }
    [[nodiscard]] QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString& name) override {
        if (name == pressAction()) widget().selectItem(m_item);
    }
    [[nodiscard]] QStringList keyBindingsForAction(const QString&) const override { return {}; }

protected:
    [[nodiscard]] QRect place() const override { return widget().itemRect(m_item); }

private:
    QAccessibleInterface* m_lane;
    Item m_item;
};

/// Interfaces that are made once and live as long as what they are part of.
class Children {
public:
    Children() = default;
    ~Children() { clear(); }
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;
    void add(QAccessibleInterface* made) {
        m_ids.push_back(QAccessible::registerAccessibleInterface(made));
    }
    [[nodiscard]] QAccessibleInterface* at(int index) const {
        if (index < 0 || index >= size()) return nullptr;
        return QAccessible::accessibleInterface(m_ids[static_cast<std::size_t>(index)]);
    }
    [[nodiscard]] int size() const { return static_cast<int>(m_ids.size()); }
    [[nodiscard]] int indexOf(const QAccessibleInterface* child) const {
        for (int i = 0; i < size(); ++i)
            if (at(i) == child) return i;
        return -1;
    }
    [[nodiscard]] QAccessibleInterface* at(QPoint global) const {
        for (int i = 0; i < size(); ++i)
            if (at(i)->rect().contains(global)) return at(i);
        return nullptr;
    }
    void clear() {
        for (const auto id : m_ids) QAccessible::deleteAccessibleInterface(id);
        m_ids.clear();
    }

private:
    std::vector<QAccessible::Id> m_ids;
};

class LaneAccessible : public PartAccessible {
public:
    LaneAccessible(TimelineWidget& widget, QAccessibleInterface& timeline, LaneKey lane)
        : PartAccessible(widget),
          m_timeline(&timeline),
          m_lane(lane) {}
    [[nodiscard]] QAccessibleInterface* parent() const override { return m_timeline; }
    [[nodiscard]] QAccessibleInterface* child(int index) const override { return page().at(index); }
    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override {
        return page().at(QPoint(x, y));
    }
    [[nodiscard]] int childCount() const override { return page().size(); }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override {
        return page().indexOf(child);
    }
    [[nodiscard]] QString text(QAccessible::Text text) const override {
        return text == QAccessible::Name ? widget().laneTitle(m_lane) : QString();
    }
    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::List; }
    [[nodiscard]] QAccessible::State state() const override {
        QAccessible::State state;
        state.focusable = true;
        state.focused = widget().hasFocus() && widget().focusedLane() == m_lane;
        return state;
    }

protected:
    [[nodiscard]] QRect place() const override { return widget().laneRect(m_lane); }

private:
    const Children& page() const {
        if (auto items = widget().itemsInView(m_lane, kPageItems); items != m_items) {
            m_page.clear();
            m_items = std::move(items);
            // The interface's own children are made by asking, which changes nothing to be seen.
            auto& self = const_cast<LaneAccessible&>(*this);
            for (const auto& item : m_items) m_page.add(new ItemAccessible(widget(), self, item));
        }
        return m_page;
    }

    QAccessibleInterface* m_timeline;
    LaneKey m_lane;
    mutable std::vector<Item> m_items;
    mutable Children m_page;
};

class TimelineAccessible : public QAccessibleWidget {
public:
    explicit TimelineAccessible(TimelineWidget* widget)
        : QAccessibleWidget(widget, QAccessible::List),
          m_timeline(widget) {}
    [[nodiscard]] int childCount() const override { return lanes().size(); }
    [[nodiscard]] QAccessibleInterface* child(int index) const override {
        return lanes().at(index);
    }
    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override {
        return lanes().at(QPoint(x, y));
    }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override {
        return lanes().indexOf(child);
    }
    [[nodiscard]] QAccessibleInterface* focusChild() const override {
        const auto& all = lanes();
        const auto found = std::ranges::find(m_keys, m_timeline->focusedLane());
        return found == m_keys.end() ? nullptr : all.at(static_cast<int>(found - m_keys.begin()));
    }

private:
    const Children& lanes() const {
        if (auto keys = m_timeline->lanesInView(); keys != m_keys) {
            m_lanes.clear();
            m_keys = std::move(keys);
            auto& self = const_cast<TimelineAccessible&>(*this);
            for (const auto& key : m_keys) m_lanes.add(new LaneAccessible(*m_timeline, self, key));
        }
        return m_lanes;
    }

    TimelineWidget* m_timeline;
    mutable std::vector<LaneKey> m_keys;
    mutable Children m_lanes;
};

QAccessibleInterface* makeTimelineAccessible(const QString&, QObject* object) {
    auto* const widget = qobject_cast<TimelineWidget*>(object);
    return widget ? new TimelineAccessible(widget) : nullptr;
}

/// Of device pixels, in logical ones.
QRect logical(const Box& box, double ratio) {
    return QRectF(box.x / ratio, box.y / ratio, box.w / ratio, box.h / ratio).toAlignedRect();
}

}  // namespace

std::vector<LaneKey> TimelineWidget::lanesInView() const {
    std::vector<LaneKey> keys;
    if (!m_impl->view.trace()) return keys;
    const auto scene = m_impl->scene();
    const Box plot = scene.frame().plot;
    for (const LaneRow& row : scene.layout.rows()) {
        const Box box = scene.laneBox(row);
        if (box.bottom() > plot.y && box.y < plot.bottom()) keys.push_back(row.key);
    }
    return keys;
}

QString TimelineWidget::laneTitle(const LaneKey& lane) const {
    const auto trace = m_impl->view.trace();
    return trace ? QString::fromStdString(laneName(*trace, lane)) : QString();
}

QRect TimelineWidget::laneRect(const LaneKey& lane) const {
    const LaneRow* const row = m_impl->layout.find(lane);
    if (!row || !m_impl->view.trace()) return {};
    return logical(m_impl->scene().laneBox(*row), m_impl->ratio());
}

std::vector<Item> TimelineWidget::itemsInView(const LaneKey& lane, std::size_t most) const {
    std::vector<Item> items;
    const auto trace = m_impl->view.trace();
    if (!trace) return items;
    const auto window = m_impl->view.window();
    // One before the window, so that what reaches into it is not missed.
    const LaneSources sources(&m_impl->ticks, m_impl->devices.requests());
    const auto before =
        stepInLane(*trace, sources, lane, model::toNs(window.begin), Step::Backward);
    auto next = before ? before : stepInLane(*trace, sources, lane, INT64_MIN / 2, Step::Forward);
    while (next && items.size() < most && next->span.begin < window.end) {
        const auto ns = model::toNs(next->span.begin);
        if (next->span.begin >= window.begin || next->span.end > window.begin)
            items.push_back(*next);
        const Item last = *next;
        next = stepFromItem(*trace, sources, lane, last, Step::Forward);
        if (next && (*next == last || model::toNs(next->span.begin) < ns)) break;
    }
    return items;
}

QString TimelineWidget::itemSentence(const Item& item) const {
    return m_impl->view.trace() ? itemWords(m_impl->scene(), item).sentence() : QString();
}

QRect TimelineWidget::itemRect(const Item& item) const {
    const LaneRow* const row = m_impl->layout.find(item.lane);
    if (!row || !m_impl->view.trace()) return {};
    const auto scene = m_impl->scene();
    return logical(itemBox(scene, *row, item), m_impl->ratio());
}

bool TimelineWidget::isSelected(const Item& item) const { return m_impl->view.item() == item; }
void TimelineWidget::selectItem(const Item& item) { m_impl->select(item); }

void installTimelineAccessible() { QAccessible::installFactory(makeTimelineAccessible); }

}  // namespace kscope::views
