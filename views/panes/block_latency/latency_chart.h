// SPDX-License-Identifier: GPL-3.0-or-later
/// Lengths of an interval as a stacked histogram on a log axis, with lines at the percentiles.
#pragma once

#include "model/derive/block_latency.h"
#include "views/theme/theme.h"

#include <QChartView>

#include <memory>

namespace kscope::views {

class LatencyChart : public QChartView {
    Q_OBJECT
public:
    explicit LatencyChart(QWidget* parent = nullptr);
    /// Null or without a length: an empty chart.
    void setLatency(std::shared_ptr<const model::BlockLatency> latency);
    void setThemeKind(ThemeKind kind);
    [[nodiscard]] QSize sizeHint() const override { return {320, 190}; }

signals:
    /// A click on a bar: lengths from `begin` to below `end`, ns.
    void barPicked(qint64 begin, qint64 end);

protected:
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    void rebuild();
    void addBars();
    void addPercentiles(double top);
    void addAxes(double top);
    [[nodiscard]] const model::LatencyBar* barAt(const QPoint& place) const;

    std::shared_ptr<const model::BlockLatency> m_latency;
    ThemeKind m_kind = ThemeKind::Dark;
    double m_first = 0;  // of the axis: log10 of ns
    double m_last = 1;
};

}  // namespace kscope::views
