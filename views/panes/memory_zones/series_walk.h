// SPDX-License-Identifier: GPL-3.0-or-later
/// Values of chosen series of a file of /proc over time.
#pragma once

#include "model/store/trace.h"
#include "views/panes/tracks/step_track.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kscope::views {

/// One walk over all rounds, however many series are followed; only changes are kept.
class SeriesWalk {
public:
    explicit SeriesWalk(model::CounterTablePtr table) : m_table(std::move(table)) {}
    /// Filled by run(); lives as long as this.
    StepSeries& follow(std::uint32_t series);
    void run();

private:
    struct Wanted {
        std::uint32_t series;
        std::unique_ptr<StepSeries> steps;
    };
    model::CounterTablePtr m_table;
    std::vector<Wanted> m_wanted;
};

/// Series by the text of its column, of each row that has them.
using RowColumns = std::map<std::uint32_t, std::map<std::string, std::uint32_t, std::less<>>>;
[[nodiscard]] RowColumns columnsOf(const model::Trace& trace, const model::CounterTable& table);

/// A counter's growth as a rate: what a round grew by is spread over the time since the round
/// before, times `scale`. Rounds of `table` are the counter's.
[[nodiscard]] StepSeries rateOf(const model::CounterTable& table, const StepSeries& values,
                                double scale);

}  // namespace kscope::views
