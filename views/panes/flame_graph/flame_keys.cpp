// SPDX-License-Identifier: GPL-3.0-or-later
/// Keys and the context menu of the flame graph.
#include "views/panes/flame_graph/flame_graph_impl.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>

namespace kscope::views {

/// Scrolls so that the frame's row is seen.
void FlameGraph::Impl::showRow(std::uint32_t node) {
    const FlameScene s = scene();
    FlameScene all = s;
    all.scroll = 0;
    all.area.h = static_cast<int>(std::ceil((s.contentHeight() + 40) * s.ratio));
    for (const FlameBox& frame : all.layout()) {
        if (frame.node != node || frame.folded > 0) continue;
        // From the side that frames grow from.
        const int top = growth == FlameGrowth::Down ? frame.box.y : all.area.h - frame.box.bottom();
        const int from = static_cast<int>(top / s.ratio);
        const int end = from + static_cast<int>(std::ceil(frame.box.h / s.ratio));
        const int seen = static_cast<int>(s.area.h / s.ratio);
        return setScroll(from < scroll ? from : std::max(scroll, end - seen));
    }
}

/// The frame that an arrow key leads to; UINT32_MAX: there is none.
std::uint32_t FlameGraph::Impl::neighbour(int key) const {
    const auto& calls = tree->calls;
    const auto from = keyFrame();
    const auto heaviest = [&](std::uint32_t node) {
        const auto& below = calls.children[node];
        return below.empty() ? UINT32_MAX : below.front();
    };
    if (!from) return root != 0 ? root : heaviest(0);
    const bool in = (key == Qt::Key_Down) == (growth == FlameGrowth::Down);
    const auto parent = calls.nodes[*from].parent;
    if (key == Qt::Key_Down || key == Qt::Key_Up)
        return in ? heaviest(*from) : parent == 0 ? UINT32_MAX : parent;
    const auto& beside = calls.children[parent];
    const auto at = std::ranges::find(beside, *from) - beside.begin();
    const auto next = at + (key == Qt::Key_Right ? 1 : -1);
    return next < 0 || next >= std::ssize(beside) ? UINT32_MAX
                                                  : beside[static_cast<std::size_t>(next)];
}

/// What keys are about: the chosen frame, else the one under the pointer.
std::optional<std::uint32_t> FlameGraph::Impl::keyFrame() const {
    if (!tree) return std::nullopt;
    if (chosen < tree->calls.nodes.size()) return chosen;
    if (hover < tree->calls.nodes.size()) return hover;
    return std::nullopt;
}

bool FlameGraph::Impl::pressed(const QKeyEvent& event) {
    if (!tree || tree->calls.nodes.size() < 2) return false;
    const auto frame = keyFrame();
    const auto ask = [&](FrameAsk what) {
        if (!frame || !functionAt(*frame)) return false;
        emit q.asked(what, tree->calls.nodes[*frame].function);
        return true;
    };
    switch (event.key()) {
    case Qt::Key_Escape: return q.zoomOut();
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (const auto to = neighbour(event.key()); to != UINT32_MAX) {
            choose(to);
            showRow(to);
        }
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (frame) q.zoomTo(*frame);
        return frame.has_value();
    case Qt::Key_O: return event.modifiers() == Qt::NoModifier && ask(FrameAsk::Only);
    case Qt::Key_BracketRight: return ask(FrameAsk::NextCall);
    case Qt::Key_BracketLeft: return ask(FrameAsk::PreviousCall);
    default: return false;
    }
}

void FlameGraph::Impl::fillMenu(QMenu& menu, std::uint32_t node) {
    const auto add = [&](const QString& words, const QKeySequence& key, auto&& done) {
        auto* action = menu.addAction(words);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);  // shown alone: the graph takes the key
        connect(action, &QAction::triggered, &q, done);
        return action;
    };
    const auto function = tree->calls.nodes[node].function;
    const auto ask = [&](const QString& words, FrameAsk what, const QKeySequence& key = {}) {
        add(words, key, [this, what, function] { emit q.asked(what, function); });
    };
    add(tr("Zoom to Frame"), Qt::Key_Return, [this, node] { q.zoomTo(node); });
    if (functionAt(node)) {
        menu.addSeparator();
        ask(tr("Callers"), FrameAsk::Callers);
        ask(tr("Callees"), FrameAsk::Callees);
        ask(tr("Slowest Call"), FrameAsk::SlowestCall);
        ask(tr("Next Call"), FrameAsk::NextCall, Qt::Key_BracketRight);
        ask(tr("Previous Call"), FrameAsk::PreviousCall, Qt::Key_BracketLeft);
        menu.addSeparator();
        ask(tr("Only This and Below"), FrameAsk::Only, Qt::Key_O);
        ask(tr("Hide and Charge Caller"), FrameAsk::Hide);
    }
    menu.addSeparator();
    auto* source = menu.addAction(tr("Source Line"));
    source->setEnabled(false);
    source->setToolTip(tr("Traces of functions do not tell lines of the source."));
    const auto copy = [](const QString& text) { QApplication::clipboard()->setText(text); };
    add(tr("Copy Name"), {}, [this, node, copy] {
        if (node < tree->calls.nodes.size()) copy(QString::fromStdString(tree->name(node)));
    });
    add(tr("Copy Stack"), {}, [this, node, copy] {
        if (node < tree->calls.nodes.size()) copy(frameStack(*tree, node).join(QLatin1Char('\n')));
    });
    menu.addSeparator();
}

bool FlameGraph::event(QEvent* event) {
    // Keys that mean something else in the window are the graph's while it has the focus.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto& key = static_cast<const QKeyEvent&>(*event);
        constexpr int kOwn[] = {Qt::Key_Left, Qt::Key_Right,       Qt::Key_Up,
                                Qt::Key_Down, Qt::Key_Return,      Qt::Key_Enter,
                                Qt::Key_O,    Qt::Key_BracketLeft, Qt::Key_BracketRight};
        const bool plain = (key.modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
        if (plain && m_impl->tree && std::ranges::find(kOwn, key.key()) != std::end(kOwn))
            event->accept();
        else if (key.key() == Qt::Key_Escape && !m_impl->before.empty()) event->accept();
    }
    return QWidget::event(event);
}
void FlameGraph::keyPressEvent(QKeyEvent* event) {
    m_impl->hideTooltip();
    if (!m_impl->pressed(*event)) QWidget::keyPressEvent(event);
}

void FlameGraph::contextMenuEvent(QContextMenuEvent* event) {
    Impl& d = *m_impl;
    d.hideTooltip();
    if (!d.tree) return;
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    std::uint32_t node = byKey ? d.keyFrame().value_or(UINT32_MAX) : UINT32_MAX;
    const FlameBox* const frame = byKey ? nullptr : d.boxAt(event->pos());
    if (frame != nullptr && frame->folded == 0) node = frame->node;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    if (node != UINT32_MAX) {
        d.choose(node);
        d.fillMenu(*menu, node);
    }
    connect(menu->addAction(tr("Back")), &QAction::triggered, this, &FlameGraph::zoomOut);
    menu->actions().constLast()->setEnabled(!d.before.empty());
    connect(menu->addAction(tr("Whole Graph")), &QAction::triggered, this, &FlameGraph::reset);
    menu->actions().constLast()->setEnabled(d.root != 0);
    menu->popup(event->globalPos());
}

}  // namespace kscope::views
