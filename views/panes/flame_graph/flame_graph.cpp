// SPDX-License-Identifier: GPL-3.0-or-later
/// Painting, zoom and search of the flame graph.
#include "views/panes/flame_graph/flame_graph.h"

#include "model/core/format.h"
#include "model/words/function_words.h"
#include "views/canvas/raster.h"
#include "views/panes/flame_graph/flame_diff.h"
#include "views/panes/flame_graph/stack_tree.h"
#include "views/timeline/timeline_tooltip.h"

#include <QContextMenuEvent>
#include <QCoreApplication>
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

/// What a tree is made of; two equal ones make the same tree.
struct FlameRequest {
    model::CallForestPtr forest;
    model::TracePtr stacks;  // where not the forest's calls are shown
    std::optional<model::TimeRange> range;
    FlameShape shape;
    std::shared_ptr<const FlameTree> baseline;                           // null: none
    std::optional<std::pair<model::SourceId, model::SourceId>> sources;  // before, after
    friend bool operator==(const FlameRequest&, const FlameRequest&) = default;
};
struct FlameMade {
    std::shared_ptr<const FlameTree> own;    // of the range at hand
    std::shared_ptr<const FlameTree> shown;  // or how it differs from another
};

FlameMade makeFlames(const FlameRequest& wanted) {
    // Jobs of a pool must not wait for it: this one brings its own hands.
    model::ThreadPool hands;
    model::CallScope scope;
    scope.range = wanted.range;
    if (wanted.stacks) {
        FlameMade made{makeStackTree(wanted.stacks, wanted.range), nullptr};
        made.shown = wanted.baseline ? makeFlameDiff(*wanted.baseline, *made.own) : made.own;
        return made;
    }
    if (!wanted.sources) {
        FlameMade made{makeFlameTree(*wanted.forest, scope, hands, wanted.shape), nullptr};
        made.shown = wanted.baseline ? makeFlameDiff(*wanted.baseline, *made.own) : made.own;
        return made;
    }
    const auto of = [&](model::SourceId source) {
        scope.task = [source](const model::CallTask& task) { return task.source == source; };
        return makeFlameTree(*wanted.forest, scope, hands, wanted.shape);
    };
    const auto before = of(wanted.sources->first);
    FlameMade made{of(wanted.sources->second), nullptr};
    made.shown = makeFlameDiff(*before, *made.own);
    return made;
}

std::string fileNameOf(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const auto slash = path.rfind('/');
    return std::string(slash == path.npos ? path : path.substr(slash + 1));
}

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
        s.root = root;
        s.weight = tree && (tree->counts() || lengthless()) ? FlameWeight::Calls : weight;
        s.growth = growth;
        s.scroll = scroll;
        s.search = search;
        s.marked = marked;
        return s;
    }
    /// Fragments of texts may tell of no call how long it took: then calls are what there is.
    [[nodiscard]] bool lengthless() const {
        return !tree->compares() && !tree->counts() && !tree->calls.nodes.empty() &&
               tree->calls.nodes[0].total == 0;
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
        hover = UINT32_MAX;
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
        const bool counts = s.weight == FlameWeight::Calls;
        std::uint64_t whole = 0;
        for (const std::uint32_t child : tree->calls.children[0]) whole += s.weightOf(child);
        std::string words =
            counts ? fmt::format("{} {}", model::formatCount(whole),
                                 tree->counts() ? "stacks" : "calls")
                   : model::formatDuration(model::Duration{static_cast<std::int64_t>(whole)});
        words += view.range() ? " in the selected range" : " in the whole trace";
        if (lengthless() && whole > 0 && weight == FlameWeight::Total)
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
                                  : model::formatDuration(model::Duration{weighs});
        };
        const auto first = tree->before[0].total, both = tree->calls.nodes[0].total;
        const auto fileOf = [this](model::SourceId source) {
            return fileNameOf(tree->trace->sources()[raw(source)].path);
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
        const QSize size(s.area.w, s.area.h);
        if (image.size() != size) image = QImage(size, QImage::Format_RGB32);
        rasterize(list, image, *texts, nullptr);
        stale = false;
    }
    void setScroll(int value) {
        const int most = tree ? std::max(0, scene().contentHeight() - q.height() + 20) : 0;
        scroll = std::clamp(value, 0, most);
        invalidate();
    }
    [[nodiscard]] ItemWords words(const FlameBox& frame) const;
    void showTooltip() {
        const FlameBox* const frame = boxAt(pointer);
        if (frame == nullptr || !tree || !q.isVisible()) return;
        if (!tooltip) tooltip = new TimelineTooltip(&q);
        tooltip->setThemeKind(theme);
        tooltip->setWords(words(*frame));
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
    QTimer tooltipTimer;
    QTimer rangeTimer;
    TimelineTooltip* tooltip = nullptr;
};

ItemWords FlameGraph::Impl::words(const FlameBox& frame) const {
    ItemWords told;
    const model::CallTreeNode& node = tree->calls.nodes[frame.node];
    if (frame.folded > 0) {
        told.title = QString::fromStdString(fmt::format(
            "{} functions below {}", model::formatCount(frame.folded), tree->name(frame.node)));
        told.lines << QStringLiteral("Each is thinner than a pixel: zoom to the frame above.");
        return told;
    }
    told.title = QString::fromStdString(tree->name(frame.node));
    double whole = 0;
    for (const std::uint32_t child : tree->calls.children[0])
        whole += static_cast<double>(scene().weightOf(child));
    const double share = whole > 0 ? static_cast<double>(scene().weightOf(frame.node)) / whole : 0;
    told.time = QString::fromStdString(
        fmt::format("{}, {} of all; self {}", model::formatDuration(model::Duration{node.total}),
                    model::formatShare(share), model::formatDuration(model::Duration{node.self})));
    told.lines << QString::fromStdString(fmt::format(
        "{} calls{}", model::formatCount(node.calls),
        node.parent == 0 || node.parent == model::kNoCall ? ""
                                                          : " from " + tree->name(node.parent)));
    if (tree->counts()) {
        told.time = QString::fromStdString(
            fmt::format("{} times, {} of all", model::formatCount(tree->callsBelow[frame.node]),
                        model::formatShare(share)));
        told.lines.clear();
    }
    if (tree->compares() && tree->counts()) {
        const auto first = tree->before[frame.node].callsBelow;
        told.time = QString::fromStdString(fmt::format(
            "{} times now, {} before", model::formatCount(tree->callsBelow[frame.node] - first),
            model::formatCount(first)));
    } else if (tree->compares()) {
        const auto& first = tree->before[frame.node];
        told.time = QString::fromStdString(fmt::format(
            "{} in {} calls now; {} in {} calls before",
            model::formatDuration(model::Duration{node.total - first.total}),
            model::formatCount(node.calls - first.calls),
            model::formatDuration(model::Duration{first.total}), model::formatCount(first.calls)));
        told.lines.clear();
    }
    const auto known = model::functionWords(tree->name(frame.node));
    if (!known.area.empty())
        told.lines << QString::fromStdString(fmt::format("{}: {}", known.area, known.what));
    told.keys.emplace_back(QStringLiteral("Double click"), QStringLiteral("zoom to frame"));
    return told;
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
    if (!d.tree) {
        painter.fillRect(rect(), QColor::fromRgb(t.bgCanvas));
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
    if (event->button() == Qt::LeftButton && frame != nullptr) emit picked(frame->node);
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
    m_impl->hover = UINT32_MAX;
    update();
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
    // Esc is the window's shortcut as well; a zoomed frame is left first.
    if (event->type() == QEvent::ShortcutOverride && m_impl->root != 0 &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
        event->accept();
    return QWidget::event(event);
}

void FlameGraph::keyPressEvent(QKeyEvent* event) {
    m_impl->hideTooltip();
    const FlameBox* const frame = m_impl->boxAt(m_impl->pointer);
    if (event->key() == Qt::Key_Escape && zoomOut()) return;
    if (event->key() == Qt::Key_Return && m_impl->hover != UINT32_MAX && frame != nullptr)
        return zoomTo(frame->node);
    QWidget::keyPressEvent(event);
}

void FlameGraph::contextMenuEvent(QContextMenuEvent* event) {
    m_impl->hideTooltip();
    const FlameBox* const frame = m_impl->boxAt(event->pos());
    if (!m_impl->tree) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& words, auto&& done) {
        auto* action = menu->addAction(words);
        connect(action, &QAction::triggered, this, done);
        return action;
    };
    if (frame != nullptr && frame->folded == 0) {
        const auto node = frame->node;
        const auto function = m_impl->tree->calls.nodes[node].function;
        add(tr("Zoom to Frame"), [this, node] { zoomTo(node); });
        if (!m_impl->tree->counts() && !function.isTask()) {
            const auto name = QString::fromStdString(m_impl->tree->name(node));
            add(tr("Show Only This and Below"), [this, name] { emit onlyAsked(name); });
            add(tr("Hide This and Below"), [this, name] { emit hideAsked(name); });
        }
        menu->addSeparator();
    }
    add(tr("Back"), [this] { zoomOut(); })->setEnabled(!m_impl->before.empty());
    add(tr("Whole Graph"), [this] { reset(); })->setEnabled(m_impl->root != 0);
    menu->popup(event->globalPos());
}

}  // namespace kscope::views
