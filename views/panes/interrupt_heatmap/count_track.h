// SPDX-License-Identifier: GPL-3.0-or-later
/// A row of a single reading: what each CPU has counted since the machine started. Without a second
/// reading there is no rate, and no time to draw along.
#pragma once

#include "model/store/counter_table.h"
#include "views/panes/interrupt_heatmap/heat_track.h"

#include <memory>
#include <vector>

namespace kscope::views {

/// One reading of a file, for all its rows.
struct CountReading {
    model::CounterTablePtr table;
    std::vector<model::CpuId> cpus;  ///< That are shown; ascending.
    struct Row {
        std::vector<std::optional<std::uint64_t>> counts;  ///< By `cpus`; none: it has no number.
        std::uint64_t total = 0;                           ///< Of those, or the row's only number.
    };
    std::vector<Row> rows;   ///< By row of the table.
    std::uint64_t most = 1;  ///< Of one CPU.
};
/// Of the first round; `only`: these CPUs alone, empty: all.
[[nodiscard]] CountReading countReading(const model::CounterTablePtr& table,
                                        const std::vector<model::CpuId>& only);

class CountTrack : public Track {
public:
    CountTrack(std::shared_ptr<const CountReading> reading, std::size_t row, HeatTrack::Words words)
        : m_reading(std::move(reading)),
          m_row(row),
          m_words(std::move(words)) {}
    [[nodiscard]] int height() const override { return 20; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    /// `row,begin_ns,end_ns,count,cpu`, begin and end both the reading's time.
    void csv(model::TimeRange window, std::string& out) const override;

    [[nodiscard]] const model::CounterTable& table() const { return *m_reading->table; }
    [[nodiscard]] std::size_t row() const { return m_row; }
    [[nodiscard]] const HeatTrack::Words& words() const { return m_words; }
    /// What the row is and what it counted, for tooltip, details and the line of words.
    [[nodiscard]] ItemWords told() const;

private:
    [[nodiscard]] const CountReading::Row& counts() const { return m_reading->rows[m_row]; }
    std::shared_ptr<const CountReading> m_reading;
    std::size_t m_row;
    HeatTrack::Words m_words;
};

/// Names the columns of the rows below.
class CountHeadTrack : public Track {
public:
    explicit CountHeadTrack(std::shared_ptr<const CountReading> reading)
        : m_reading(std::move(reading)) {}
    [[nodiscard]] int height() const override { return 34; }
    void draw(const TrackCanvas& canvas) const override;

private:
    std::shared_ptr<const CountReading> m_reading;
};

}  // namespace kscope::views
