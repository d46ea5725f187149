// SPDX-License-Identifier: GPL-3.0-or-later
/// Painting, zoom and search of the flame graph.
#include "views/panes/flame_graph/flame_graph.h"

#include "model/core/format.h"
#include "views/canvas/raster.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/flame_graph/flame_request.h"
#include "views/panes/flame_graph/flame_words.h"
#include "views/timeline/timeline_tooltip.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <QTimer>
#include <QWheelEvent>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kFlameTooltipMs = 350;
constexpr int kRangeRestMs = 120;  // a drag makes many ranges: the last one counts
}  // namespace

struct FlameGraph::Impl {
    Impl(FlameGraph& widget, TraceView& traceView, model::ThreadPool* threads)
        : q(widget),
          view(traceView),
          pool(threads) {
        tooltipTimer.setSingleShot(true);
        tooltipTimer.setInterval(kFlameTooltipMs);
        rangeTimer.setSingleShot(true);
        rangeTimer.setInterval(kRangeRestMs);
        connect(&tooltipTimer, &QTimer::timeout, &q, [this] { showTooltip(); });
        connect(&rangeTimer, &QTimer::timeout, &q, [this] { compute(); });
        connect(&view, &TraceView::rangeChanged, &q, [this] { rangeTimer.start(); });
    }
    [[nodiscard]] double ratio() const { return q.devicePixelRatioF(); }
    [[nodiscard]] FlameScene scene() const {
        FlameScene s;
        s.tree = tree.get();
        s.theme = theme;
        s.ratio = ratio();
        s.area = {0, 0, static_cast<int>(std::ceil(q.width() * s.ratio)),
                  static_cast<int>(std::ceil(q.height() * s.ratio))};
        if (tree && tree->calls.nodes.size() > 1) {
            const int foot = static_cast<int>(std::lround(kFlameAxisPx * s.ratio));
            s.area.h = std::max(0, s.area.h - foot);
            s.axis = {0, s.area.h, s.area.w, foot};
        }
        s.root = root;
        s.chosen = chosen;
        s.weight = tree ? tree->weightFor(weight) : weight;
        s.growth = growth;
        s.scroll = scroll;
        s.search = search;
        s.marked = marked;
        return s;
    }
    void invalidate() {
        stale = true;
        q.update();
    }
    [[nodiscard]] bool stacked() const {
        return stacks != nullptr && (!forest || content == FlameContent::Stacks);
    }
    /// Of the range between the cursors, else of all.
    [[nodiscard]] FlameRequest request() const {
        FlameRequest wanted;
        if (stacked()) wanted.stacks = stacks;
        else wanted.forest = forest;
        wanted.range = view.range();
        wanted.shape = shape;
        wanted.baseline = baseline;
        if (!stacked()) wanted.sources = sources;
        return wanted;
    }
    void compute() {
        if (working || (!forest && !stacks)) return;
        working = true;
        pool->submit([wanted = request(), self = QPointer<FlameGraph>(&q)] {
            const auto made = makeFlames(wanted);
            if (QCoreApplication* const application = QCoreApplication::instance())
                QMetaObject::invokeMethod(application, [self, made, wanted] {
                    if (self) self->m_impl->take(made, wanted);
                });
        });
    }
    void take(const FlameMade& made, const FlameRequest& of) {
        working = false;
        if (of != request()) return compute();
        own = made.own;
        tree = made.shown;
        root = 0;
        before.clear();
        hover = chosen = UINT32_MAX;
        invalidate();
        emit q.treeChanged();
        tell();
    }
    /// What was kept is of other calls.
    void forgetComparison() {
        baseline.reset();
        sources.reset();
    }
    void tell() {
        if (!tree) return;
        if (tree->compares()) return tellComparison();
        const FlameScene s = scene();
        std::string words = flameWeightText(*tree, s.weight, static_cast<std::uint64_t>(s.whole()));
        words += view.range() ? " in the selected range" : " in the whole trace";
        if (tree->lengthless() && s.whole() > 0 && weight != FlameWeight::Calls)
            words += " · how long they took is not in the trace, widths are numbers of calls";
        if (tree->joinedBelow > 0)
            words += fmt::format(" · calls below {} joined by path",
                                 model::formatDuration(model::Duration{tree->joinedBelow}));
        if (!search.empty())
            words += fmt::format(" · {} matched", model::formatShare(s.matchedShare()));
        emit q.statusChanged(QString::fromStdString(words));
    }
    void tellComparison() {
        const auto length = [this](std::int64_t weighs) {
            return tree->counts() ? model::formatCount(static_cast<std::uint64_t>(weighs))
                                  : callWeight(*tree->trace, weighs);
        };
        const auto first = tree->before[0].total, both = tree->calls.nodes[0].total;
        const auto fileOf = [this](model::SourceId source) {
            return sourceName(*tree->trace, source);
        };
        emit q.statusChanged(QString::fromStdString(
            fmt::format("{} {}, {} in {} \u00b7 widths are both together", length(both - first),
                        sources ? "in " + fileOf(sources->second) : "now", length(first),
                        sources ? fileOf(sources->first) : "the kept range")));
    }
    [[nodiscard]] const FlameBox* boxAt(QPoint logical) const {
        const int x = static_cast<int>(logical.x() * ratio());
        const int y = static_cast<int>(logical.y() * ratio());
        for (auto box = boxes.rbegin(); box != boxes.rend(); ++box)
            if (box->box.contains(x, y)) return &*box;
        return nullptr;
    }
    void draw() {
        if (!texts || texts->ratio() != ratio()) texts = std::make_unique<TextCache>(ratio());
        texts->prune();
        const FlameScene s = scene();
        boxes = s.layout();
        DrawList list;
        drawFlame(s, boxes, *texts, list);
        const QSize size(s.area.w, s.area.h + s.axis.h);
        if (image.size() != size) image = QImage(size, QImage::Format_RGB32);
        rasterize(list, image, *texts, nullptr);
        stale = false;
    }
    void setScroll(int value) {
        const int most =
            tree ? std::max(0, scene().contentHeight() - q.height() + kFlameAxisPx + 20) : 0;
        scroll = std::clamp(value, 0, most);
        invalidate();
    }
    /// What a click or a key took: told, marked, and where arrow keys go on from.
    void choose(std::uint32_t node) {
        chosen = node;
        invalidate();
        emit q.picked(node);
    }
    void showRow(std::uint32_t node);
    [[nodiscard]] std::uint32_t neighbour(int key) const;
    [[nodiscard]] std::optional<std::uint32_t> keyFrame() const;
    [[nodiscard]] bool functionAt(std::uint32_t node) const {
        return !tree->counts() && !tree->calls.nodes[node].function.isTask();
    }
    bool pressed(const QKeyEvent& event);
    void fillMenu(QMenu& menu, std::uint32_t node);
    void showTooltip() {
        const FlameBox* const frame = boxAt(pointer);
        if (frame == nullptr || !tree || !q.isVisible()) return;
        if (!tooltip) tooltip = new TimelineTooltip(&q);
        tooltip->setThemeKind(theme);
        auto words = frameWords(scene(), *frame);
        if (words.lines.size() > 3) words.lines.resize(3);
        words.keys.emplace_back(QStringLiteral("Double click"), QStringLiteral("zoom to frame"));
        tooltip->setWords(words);
        const double r = ratio();
        tooltip->place(q.mapToGlobal(pointer),
                       QRect(q.mapToGlobal(QPoint(pointer.x(), static_cast<int>(frame->box.y / r))),
                             QSize(1, static_cast<int>(frame->box.h / r))));
    }
    void hideTooltip() {
        tooltipTimer.stop();
        if (tooltip) tooltip->hide();
    }

    FlameGraph& q;
    TraceView& view;
    model::ThreadPool* pool;
    model::CallForestPtr forest;
    model::TracePtr stacks;
    std::shared_ptr<const FlameTree> tree;      // what is drawn
    std::shared_ptr<const FlameTree> own;       // of the range at hand
    std::shared_ptr<const FlameTree> baseline;  // that it is compared with; null: none
    std::optional<std::pair<model::SourceId, model::SourceId>> sources;  // compared
    FlameShape shape;
    FlameContent content = FlameContent::Calls;
    bool working = false;
    ThemeKind theme = ThemeKind::Dark;
    FlameWeight weight = FlameWeight::Total;
    FlameGrowth growth = FlameGrowth::Down;
    std::string search;
    std::optional<model::FunctionKey> marked;
    std::uint32_t root = 0;
    std::vector<std::uint32_t> before;  // frames zoomed to earlier
    int scroll = 0;
    std::unique_ptr<TextCache> texts;
    std::vector<FlameBox> boxes;
    QImage image;
    bool stale = true;
    QPoint pointer;
    std::uint32_t hover = UINT32_MAX;
    std::uint32_t chosen = UINT32_MAX;
    QTimer tooltipTimer;
    QTimer rangeTimer;
    TimelineTooltip* tooltip = nullptr;
};

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

FlameGraph::FlameGraph(TraceView* view, model::ThreadPool* pool, QWidget* parent)
    : QWidget(parent),
      m_impl(std::make_unique<Impl>(*this, *view, pool)) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Flame graph"));
}
FlameGraph::~FlameGraph() = default;

void FlameGraph::setForest(model::CallForestPtr forest) {
    Impl& d = *m_impl;
    if (forest == d.forest) return;
    if (!forest || !d.forest || forest->tracePtr() != d.forest->tracePtr()) d.forgetComparison();
    d.forest = std::move(forest);
    if (!d.forest && !d.stacks) {
        d.tree.reset();
        d.own.reset();
    }
    d.compute();
    d.invalidate();
}
void FlameGraph::setStacks(model::TracePtr trace) {
    Impl& d = *m_impl;
    if (trace == d.stacks) return;
    if (d.stacked()) d.forgetComparison();
    d.stacks = std::move(trace);
    d.compute();
}
void FlameGraph::setContent(FlameContent content) {
    if (content == m_impl->content) return;
    m_impl->content = content;
    m_impl->forgetComparison();
    m_impl->compute();
}
bool FlameGraph::hasBoth() const { return m_impl->forest && m_impl->stacks; }
void FlameGraph::setThemeKind(ThemeKind kind) {
    m_impl->theme = kind;
    m_impl->invalidate();
}
const FlameTree* FlameGraph::tree() const { return m_impl->tree.get(); }
std::shared_ptr<const FlameTree> FlameGraph::treePtr() const { return m_impl->own; }
void FlameGraph::keepForComparison() {
    m_impl->forgetComparison();
    m_impl->baseline = m_impl->own;
    m_impl->compute();
}
void FlameGraph::compareSources(model::SourceId before, model::SourceId after) {
    m_impl->forgetComparison();
    m_impl->sources = std::pair(before, after);
    m_impl->compute();
}
std::vector<model::SourceId> FlameGraph::callSources() const {
    std::vector<model::SourceId> found;
    if (!m_impl->forest) return found;
    for (const auto& task : m_impl->forest->tasks()) found.push_back(task.source);
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}
void FlameGraph::endComparison() {
    m_impl->forgetComparison();
    m_impl->compute();
}
bool FlameGraph::comparing() const { return m_impl->baseline || m_impl->sources; }
void FlameGraph::setMarked(std::optional<model::FunctionKey> function) {
    m_impl->marked = function;
    m_impl->invalidate();
}
std::uint32_t FlameGraph::zoomed() const { return m_impl->root; }
std::optional<std::uint32_t> FlameGraph::chosen() const {
    const Impl& d = *m_impl;
    return d.tree && d.chosen < d.tree->calls.nodes.size() ? std::optional(d.chosen) : std::nullopt;
}
ItemTold FlameGraph::toldOf(std::uint32_t node) const {
    auto words = frameWords(m_impl->scene(), {.box = {}, .node = node});
    if (words.facts.size() > 1) words.time.clear();  // they say the same
    return words.told();
}
FlameLook FlameGraph::look() const {
    return {m_impl->weight, m_impl->growth, m_impl->root, m_impl->search};
}
QString FlameGraph::emptyWords() const {
    const Impl& d = *m_impl;
    if (!d.forest && !d.stacks)
        return d.view.trace()
                   ? tr("This trace has neither calls nor stacks. Record calls with: "
                        "uftrace record PROGRAM, or with ftrace's function_graph tracer.")
                   : QString();
    if (!d.tree) return tr("The calls are being counted.");
    if (d.tree->calls.nodes.size() < 2)
        return d.view.range() ? tr("No call lies in the selected range.")
                              : tr("No call is left by the filter above.");
    return d.scene().whole() > 0 ? QString() : tr("Nothing here has a length to draw.");
}
QSize FlameGraph::sizeHint() const { return {1200, 320}; }

QImage FlameGraph::picture() {
    if (!m_impl->tree) return {};
    m_impl->draw();
    QImage copy = m_impl->image;
    copy.setDevicePixelRatio(m_impl->ratio());
    return copy;
}

void FlameGraph::setWeight(FlameWeight weight) {
    m_impl->weight = weight;
    m_impl->invalidate();
    m_impl->tell();
}
void FlameGraph::setShape(const FlameShape& shape) {
    if (shape == m_impl->shape) return;
    // Frames of tasks are no frames of a graph without them.
    if (shape.roots != m_impl->shape.roots) m_impl->baseline.reset();
    m_impl->shape = shape;
    m_impl->compute();
}
void FlameGraph::setGrowth(FlameGrowth growth) {
    m_impl->growth = growth;
    m_impl->invalidate();
}
void FlameGraph::setSearch(const QString& words) {
    m_impl->search = words.toStdString();
    m_impl->invalidate();
    m_impl->tell();
}
void FlameGraph::zoomTo(std::uint32_t node) {
    if (!m_impl->tree || node >= m_impl->tree->calls.nodes.size() || node == m_impl->root) return;
    m_impl->before.push_back(m_impl->root);
    m_impl->root = node;
    m_impl->scroll = 0;
    m_impl->invalidate();
}
bool FlameGraph::zoomOut() {
    if (m_impl->before.empty()) return false;
    m_impl->root = m_impl->before.back();
    m_impl->before.pop_back();
    m_impl->invalidate();
    return true;
}
void FlameGraph::reset() {
    m_impl->before.clear();
    m_impl->root = 0;
    m_impl->scroll = 0;
    m_impl->invalidate();
}

void FlameGraph::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    Impl& d = *m_impl;
    const Theme& t = views::theme(d.theme);
    if (const QString empty = emptyWords(); !empty.isEmpty() || !d.tree) {
        painter.fillRect(rect(), QColor::fromRgb(t.bgCanvas));
        painter.setPen(QColor::fromRgb(t.text2));
        painter.setFont(views::font(TextRole::Body));
        painter.drawText(rect().adjusted(24, 8, -24, -8), Qt::AlignCenter | Qt::TextWordWrap,
                         empty);
        return;
    }
    const QSize size(static_cast<int>(std::ceil(width() * d.ratio())),
                     static_cast<int>(std::ceil(height() * d.ratio())));
    if (d.stale || d.image.size() != size) d.draw();
    QImage shown = d.image;
    shown.setDevicePixelRatio(d.ratio());
    painter.drawImage(0, 0, shown);
    const FlameBox* const frame = d.hover == UINT32_MAX ? nullptr : d.boxAt(d.pointer);
    if (frame == nullptr) return;
    painter.setPen(QPen(QColor::fromRgb(t.text1), 1));
    const double r = d.ratio();
    painter.drawRect(
        QRectF(frame->box.x / r, frame->box.y / r, frame->box.w / r - 1, frame->box.h / r - 1));
}

void FlameGraph::resizeEvent(QResizeEvent*) { m_impl->setScroll(m_impl->scroll); }

void FlameGraph::mousePressEvent(QMouseEvent* event) {
    Impl& d = *m_impl;
    d.hideTooltip();
    const FlameBox* const frame = d.boxAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && frame != nullptr) d.choose(frame->node);
}
void FlameGraph::mouseDoubleClickEvent(QMouseEvent* event) {
    const FlameBox* const frame = m_impl->boxAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && frame != nullptr) zoomTo(frame->node);
}
void FlameGraph::mouseMoveEvent(QMouseEvent* event) {
    Impl& d = *m_impl;
    d.pointer = event->position().toPoint();
    const FlameBox* const frame = d.boxAt(d.pointer);
    d.hover = frame == nullptr ? UINT32_MAX : frame->node;
    update();
    if (frame == nullptr) d.hideTooltip();
    else if (d.tooltip && d.tooltip->isVisible()) d.showTooltip();
    else d.tooltipTimer.start();
}
void FlameGraph::leaveEvent(QEvent*) {
    m_impl->hideTooltip();
    m_impl->hover = UINT32_MAX, update();
}
void FlameGraph::wheelEvent(QWheelEvent* event) {
    event->accept();
    const double notches = event->angleDelta().y() / 120.0;
    const FlameBox* const frame = m_impl->boxAt(event->position().toPoint());
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        if (notches > 0 && frame != nullptr) zoomTo(frame->node);
        else if (notches < 0) zoomOut();
        return;
    }
    m_impl->setScroll(m_impl->scroll - static_cast<int>(std::lround(notches * 54)));
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
