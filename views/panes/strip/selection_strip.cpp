// SPDX-License-Identifier: GPL-3.0-or-later
/// The strip under the timeline that says what happened between the cursors. Painting is in
/// strip_paint.cpp.
#include "views/panes/strip/selection_strip.h"

#include "model/core/format.h"
#include "views/panes/pane_look.h"
#include "views/panes/strip/strip_paint.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

namespace kscope::views {
namespace {

constexpr int kFullHeight = 82;
constexpr int kLineHeight = 24;
constexpr int kLowWindow = 720;  // look.md: below it the strip shrinks to one line

}  // namespace

SelectionStrip::SelectionStrip(TraceView* view, QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_job(this) {
    setAccessibleName(tr("Selection"));
    setMouseTracking(true);
    setFixedHeight(kFullHeight);
    connect(view, &TraceView::rangeChanged, this, &SelectionStrip::refresh);
    connect(view, &TraceView::traceChanged, this, &SelectionStrip::refresh);
    connect(view, &TraceView::formatChanged, this, qOverload<>(&QWidget::update));
    connect(view, &TraceView::hoverChanged, this, qOverload<>(&QWidget::update));
    connect(view, &TraceView::itemChanged, this, qOverload<>(&QWidget::update));
    refresh();
}

SelectionStrip::~SelectionStrip() = default;

void SelectionStrip::refresh() {
    const auto range = m_view->range();
    if (!m_view->trace() || !range || range->empty()) {
        m_job.cancel();
        m_statistics.reset();
        m_statisticsTrace.reset();
        m_taskRects.clear();
        setVisible(false);
        return;
    }
    watchWindow();
    setVisible(true);
    update();
    m_job.run(m_work->jobs(), [this, trace = m_view->trace(), range = *range,
                               inner = &m_work->inner()](std::stop_token stop) {
        if (stop.stop_requested()) return LatestJob::Delivery();
        auto statistics = model::rangeStatistics(*trace, range, *inner);
        return LatestJob::Delivery([this, trace, statistics = std::move(statistics)] {
            m_statistics = statistics;
            m_statisticsTrace = trace;
            setAccessibleDescription(plainText());
            update();
            emit statisticsReady();
        });
    });
}

void SelectionStrip::setLines(Lines lines) {
    if (lines == m_lines) return;
    m_lines = lines;
    setFixedHeight(lines == Lines::Full ? kFullHeight : kLineHeight);
    update();
}

QSize SelectionStrip::sizeHint() const {
    return {600, m_lines == Lines::Full ? kFullHeight : kLineHeight};
}

QString SelectionStrip::plainText() const {
    const auto range = m_view->range();
    if (!range) return {};
    const auto length = shown(model::formatDuration(range->length()));
    if (!m_statistics) return tr("Selection %1").arg(length);
    const auto& s = *m_statistics;
    QStringList parts{tr("Selection %1").arg(length)};
    parts.append(
        tr("%1 of %2 CPUs busy").arg(shown(model::formatShare(busyShare(s)))).arg(s.cpus.size()));
    parts.append(tr("%1 switches").arg(shown(model::formatCount(s.switches))));
    if (s.wakeups > 0)
        parts.append(tr("wakeup to run median %1, worst %2")
                         .arg(shown(model::formatDuration(s.wakeMedian)),
                              shown(model::formatDuration(s.wakeMax))));
    parts.append(tr("%1 interrupts").arg(shown(model::formatCount(s.irqs))));
    return parts.join(QStringLiteral(" \u00b7 "));
}

void SelectionStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& colours = themeOf(*this);
    painter.fillRect(rect(), QColor::fromRgb(colours.bgPanel));
    const double line = hairline(*this);
    painter.fillRect(QRectF(0, 0, width(), line), QColor::fromRgb(colours.lineEdge));
    m_taskRects.clear();
    if (m_lines == Lines::One) {
        painter.setFont(views::font(TextRole::Body));
        painter.setPen(QColor::fromRgb(colours.text2));
        const auto text =
            painter.fontMetrics().elidedText(plainText(), Qt::ElideRight, width() - 24);
        painter.drawText(rect().adjusted(12, 0, -12, 0), Qt::AlignVCenter | Qt::AlignLeft, text);
        return;
    }
    const auto range = m_view->range();
    if (!range) return;
    const StripPicture picture{.view = *m_view,
                               .colours = colours,
                               .range = *range,
                               .statistics = m_statistics ? &*m_statistics : nullptr,
                               .trace = m_statisticsTrace.get(),
                               .hairline = line,
                               .hover = m_view->lifted()};
    m_taskRects = paintStrip(painter, rect(), picture);
}

void SelectionStrip::mouseMoveEvent(QMouseEvent* event) {
    for (const auto& [box, task] : m_taskRects) {
        if (!box.contains(event->position().toPoint())) continue;
        m_view->setHover(task);
        for (const auto& time : m_statistics->tasks)
            if (time.task == task && m_statisticsTrace)
                setToolTip(tr("%1 ran for %2 in the selection")
                               .arg(taskName(*m_statisticsTrace, task),
                                    shown(model::formatDuration(time.run))));
        return;
    }
    setToolTip({});
    m_view->setHover(model::kNoTask);
}

void SelectionStrip::leaveEvent(QEvent*) { m_view->setHover(model::kNoTask); }

void SelectionStrip::contextMenuEvent(QContextMenuEvent* event) {
    const auto range = m_view->range();
    if (!range) return;
    QMenu menu(this);
    auto* fit = menu.addAction(tr("Fit Selection") + QStringLiteral("\tF"));
    menu.setDefaultAction(fit);
    connect(fit, &QAction::triggered, this, [this, range] { m_view->fit(*range); });
    connect(menu.addAction(tr("Copy Statistics")), &QAction::triggered, this,
            [this] { QApplication::clipboard()->setText(plainText()); });
    connect(menu.addAction(tr("Clear Selection") + QStringLiteral("\tX")), &QAction::triggered,
            this, [this] { m_view->clearRange(); });
    menu.exec(event->globalPos());
}

void SelectionStrip::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) update();
}

/// The window's height decides between the two shapes; the strip may be moved to another window
/// with its dock.
void SelectionStrip::watchWindow() {
    if (m_watched == window()) return;
    if (m_watched) m_watched->removeEventFilter(this);
    m_watched = window();
    if (m_watched == this) return;
    m_watched->installEventFilter(this);
    setLines(m_watched->height() < kLowWindow ? Lines::One : Lines::Full);
}

bool SelectionStrip::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_watched && event->type() == QEvent::Resize)
        setLines(m_watched->height() < kLowWindow ? Lines::One : Lines::Full);
    return QWidget::eventFilter(watched, event);
}

}  // namespace kscope::views
