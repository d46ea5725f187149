// SPDX-License-Identifier: GPL-3.0-or-later
/// What every CPU counted of each row of the heatmap in a range, and how that is drawn: the widget
/// beside the heatmap and its pictures are made of this.
#pragma once

#include "model/derive/counter_rates.h"
#include "views/panes/interrupt_heatmap/heat_track.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kscope::views {

/// One row in numbers.
struct MatrixRow {
    std::vector<std::pair<model::CpuId, double>> rates;  ///< A second, of CPUs that were there.
    double total = 0;
    double imbalance = 0;  ///< cli.md section 5
    std::optional<model::CpuId> busiest;
};

/// Where the CPUs stand, device pixels from the sheet's left edge.
struct MatrixColumns {
    std::vector<model::CpuId> cpus;
    int x = 0;
    double width = 0;
    [[nodiscard]] int begin(std::size_t index) const;
};

class MatrixSheet {
public:
    /// Counts the tables of the heatmap's rows. Not for the GUI thread.
    MatrixSheet(const TrackSet& set, model::TimeRange range);

    /// Nothing where the track is no row of the heatmap, or was not counted.
    [[nodiscard]] std::optional<MatrixRow> rowOf(const HeatTrack& track) const;
    [[nodiscard]] const std::vector<model::CpuId>& cpus() const { return m_cpus; }
    /// Of a sheet that is `width` logical pixels wide.
    [[nodiscard]] MatrixColumns columns(const TimelineScene& scene, double width) const;
    [[nodiscard]] int likelyWidth() const;  ///< Logical.

    /// `words` name the range: "By CPU, 60 s in view".
    void drawHead(const TrackCanvas& canvas, const std::string& words) const;
    void drawRow(const TrackCanvas& canvas, const HeatTrack& track) const;
    /// `row,begin_ns,end_ns,count,cpu`: a line a row and CPU.
    void csv(const TrackSet& set, std::string& out) const;

private:
    /// Of a file, whichever snapshot it was counted in.
    struct Growth {
        model::SourceId source{};
        model::StringId path{};
        model::CpuGrowth counts;
    };
    [[nodiscard]] const Growth* growthOf(const HeatTrack& track) const;
    [[nodiscard]] MatrixColumns columnsOf(const TrackCanvas& canvas) const;
    static void drawImbalance(const TrackCanvas& canvas, const MatrixRow& row);

    std::vector<Growth> m_growths;
    std::vector<model::CpuId> m_cpus;  // ascending
};

/// The matrix at the right of a picture of the heatmap.
[[nodiscard]] std::shared_ptr<const TrackSide> matrixSide(const TrackSet& set,
                                                          model::TimeRange window);

}  // namespace kscope::views
