// SPDX-License-Identifier: GPL-3.0-or-later
/// Painting, zoom and search of the flame graph.
#include "views/panes/flame_graph/flame_graph.h"

#include "views/panes/flame_graph/flame_graph_impl.h"

#include <QPainter>
#include <QWheelEvent>

namespace kscope::views {
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
bool FlameGraph::onlyCounts() const { return !m_impl->forest && m_impl->stacks; }
void FlameGraph::setThemeKind(ThemeKind kind) {
    m_impl->theme = kind;
    m_impl->invalidate();
}
const FlameTree* FlameGraph::tree() const { return m_impl->tree.get(); }
std::shared_ptr<const FlameTree> FlameGraph::treePtr() const { return m_impl->own; }
std::shared_ptr<const FlameTree> FlameGraph::shownPtr() const { return m_impl->tree; }
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
void FlameGraph::setMeasure(FlameMeasure measure) {
    m_impl->measure = measure;
    m_impl->compute();
}
FlameMeasure FlameGraph::measure() const { return m_impl->measure; }
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
    // Flames are scrolled from their foot: what lies above comes with the wheel up.
    const double down = m_impl->growth == FlameGrowth::Down ? -notches : notches;
    m_impl->setScroll(m_impl->scroll + static_cast<int>(std::lround(down * 54)));
}
}  // namespace kscope::views
