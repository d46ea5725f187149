// SPDX-License-Identifier: GPL-3.0-or-later
/// Makes a few hundred points of at most 180 bars; the axis is a plain one over log10 of the ns.
#include "views/panes/block_latency/latency_chart.h"

#include "model/core/format.h"

#include <QAreaSeries>
#include <QCategoryAxis>
#include <QChart>
#include <QGraphicsLayout>
#include <QLineSeries>
#include <QMouseEvent>
#include <QToolTip>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr double kLabelShare = 0.13;  // half a label of the axis, about

using model::LatencyBar;

double axisOf(std::int64_t ns) {
    return std::log10(static_cast<double>(std::max<std::int64_t>(ns, 1)));
}

QColor chartColour(Rgb colour) { return QColor::fromRgb(colour); }

/// The steps of `height(bar)` over the bars.
template <class Height>
QLineSeries* stepsOf(const std::vector<LatencyBar>& bars, QObject* parent, Height&& height) {
    auto* const line = new QLineSeries(parent);
    for (const auto& bar : bars) {
        const double value = height(bar);
        line->append(axisOf(bar.begin), value);
        line->append(axisOf(bar.end), value);
    }
    return line;
}

QString lengthText(std::int64_t ns) {
    return QString::fromStdString(model::formatDuration(model::Duration{ns}));
}

/// A step between labels of counts: 1, 2 or 5 times a power of ten, four or five of them.
double countStep(double top) {
    const double power = std::pow(10.0, std::floor(std::log10(std::max(top / 4, 1.0))));
    for (const double step : {1.0, 2.0, 5.0})
        if (step * power * 4 >= top) return step * power;
    return 10 * power;
}

}  // namespace

LatencyChart::LatencyChart(QWidget* parent) : QChartView(new QChart, parent) {
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setMinimumHeight(170);
    setAccessibleName(tr("Latency histogram"));
    chart()->legend()->hide();
    chart()->setMargins({0, 0, 0, 0});
    chart()->setBackgroundRoundness(0);
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
}

void LatencyChart::setLatency(std::shared_ptr<const model::BlockLatency> latency) {
    m_latency = std::move(latency);
    rebuild();
}

void LatencyChart::setThemeKind(ThemeKind kind) {
    m_kind = kind;
    rebuild();
}

void LatencyChart::rebuild() {
    const Theme& t = theme(m_kind);
    chart()->removeAllSeries();
    for (auto* const axis : chart()->axes()) {
        chart()->removeAxis(axis);
        delete axis;
    }
    chart()->setBackgroundBrush(chartColour(t.bgPanel));
    setBackgroundBrush(chartColour(t.bgPanel));
    if (!m_latency || m_latency->bars.empty()) return;
    const auto& bars = m_latency->bars;
    // Half a bar of room on both sides, and never less than a decade.
    m_first = axisOf(bars.front().begin) - 0.05;
    m_last = axisOf(bars.back().end) + 0.05;
    if (m_last - m_first < 1) {
        const double middle = (m_first + m_last) / 2;
        m_first = middle - 0.5;
        m_last = middle + 0.5;
    }
    double most = 1;
    for (const auto& bar : bars) most = std::max(most, double(bar.count[0]) + bar.count[1]);
    const double step = countStep(most);
    const double top = std::ceil(most * 1.18 / step) * step;
    addBars();
    addPercentiles(top);
    addAxes(top);
}

void LatencyChart::addBars() {
    const Theme& t = theme(m_kind);
    const auto& bars = m_latency->bars;
    const auto add = [&](QLineSeries* upper, QLineSeries* lower, Rgb colour) {
        auto* const area = new QAreaSeries(upper, lower);
        upper->setParent(area);
        lower->setParent(area);
        area->setBrush(chartColour(colour));
        area->setPen(QPen(chartColour(t.bgPanel), 0.5));
        chart()->addSeries(area);
    };
    const auto reads = [](const LatencyBar& bar) { return double(bar.count[0]); };
    add(stepsOf(bars, nullptr, reads),
        stepsOf(bars, nullptr, [](const LatencyBar&) { return 0.0; }), t.dirRead);
    add(stepsOf(bars, nullptr,
                [](const LatencyBar& bar) { return double(bar.count[0]) + bar.count[1]; }),
        stepsOf(bars, nullptr, reads), t.dirWrite);
}

void LatencyChart::addPercentiles(double top) {
    const Theme& t = theme(m_kind);
    const auto add = [&](std::size_t share, const QString& name, double height) {
        const auto ns = m_latency->all.percentiles[share];
        auto* const line = new QLineSeries;
        line->append(axisOf(ns), 0);
        line->append(axisOf(ns), height);
        line->setPen(QPen(chartColour(t.text1), 1, Qt::DashLine));
        chart()->addSeries(line);
        auto* const label = new QLineSeries;  // one point: its label stands above the line
        // Centred on the line, but for the ends of the axis, where it would be cut.
        const double room = (m_last - m_first) * kLabelShare;
        label->append(std::clamp(axisOf(ns), m_first + room, m_last - room), height);
        label->setPointLabelsVisible(true);
        label->setPointLabelsClipping(false);
        label->setPointLabelsFormat(name + QLatin1Char(' ') + lengthText(ns));
        label->setPointLabelsColor(chartColour(t.text1));
        label->setPointLabelsFont(views::font(TextRole::Small));
        chart()->addSeries(label);
    };
    add(0, QStringLiteral("p50"), top * 0.90);
    add(2, QStringLiteral("p99"), top * 0.80);
}

void LatencyChart::addAxes(double top) {
    const Theme& t = theme(m_kind);
    auto* const x = new QCategoryAxis;
    x->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    x->setRange(m_first, m_last);
    x->setStartValue(m_first);
    std::int64_t decade = 1;
    for (int power = 0; power < 19; ++power, decade *= power < 19 ? 10 : 1)
        if (power > m_first && power < m_last) x->append(lengthText(decade), power);
    auto* const y = new QValueAxis;
    const double step = countStep(top / 1.18);
    y->setRange(0, top);
    y->setTickType(QValueAxis::TicksDynamic);
    y->setTickAnchor(0);
    y->setTickInterval(step);
    y->setLabelFormat(QStringLiteral("%.0f"));
    for (QAbstractAxis* const axis :
         {static_cast<QAbstractAxis*>(x), static_cast<QAbstractAxis*>(y)}) {
        axis->setLabelsColor(chartColour(t.text2));
        axis->setLabelsFont(views::font(TextRole::Small));
        axis->setLinePen(QPen(chartColour(t.lineEdge), 1));
        axis->setGridLinePen(QPen(chartColour(t.lineGrid), 1));
        chart()->addAxis(axis, axis == x ? Qt::AlignBottom : Qt::AlignLeft);
        for (auto* const series : chart()->series()) series->attachAxis(axis);
    }
}

const LatencyBar* LatencyChart::barAt(const QPoint& place) const {
    if (!m_latency || chart()->series().isEmpty()) return nullptr;
    const QPointF value =
        chart()->mapToValue(chart()->mapFromScene(mapToScene(place)), chart()->series().first());
    for (const auto& bar : m_latency->bars)
        if (value.x() >= axisOf(bar.begin) && value.x() < axisOf(bar.end)) return &bar;
    return nullptr;
}

void LatencyChart::mouseMoveEvent(QMouseEvent* event) {
    QChartView::mouseMoveEvent(event);
    const auto* const bar = barAt(event->position().toPoint());
    if (bar == nullptr || bar->count[0] + bar->count[1] == 0) {
        QToolTip::hideText();
        return;
    }
    QToolTip::showText(event->globalPosition().toPoint(),
                       tr("%1 to %2: %3 reads, %4 writes and others")
                           .arg(lengthText(bar->begin), lengthText(bar->end))
                           .arg(bar->count[0])
                           .arg(bar->count[1]),
                       this);
}

void LatencyChart::mouseReleaseEvent(QMouseEvent* event) {
    QChartView::mouseReleaseEvent(event);
    if (event->button() != Qt::LeftButton) return;
    if (const auto* const bar = barAt(event->position().toPoint()))
        emit barPicked(bar->begin, bar->end);
}

}  // namespace kscope::views
