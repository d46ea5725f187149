// SPDX-License-Identifier: GPL-3.0-or-later
/// The tracks of Interrupts: lines of /proc/interrupts and /proc/softirqs by rate.
#pragma once

#include "views/panes/interrupt_heatmap/heat_track.h"
#include "views/panes/tracks/plot_choice.h"

#include <map>
#include <mutex>
#include <string>

namespace kscope::views {

enum class HeatSort : std::uint8_t { Rate, Name, Number };
struct HeatOptions {
    HeatSort sort = HeatSort::Rate;
    HeatScale::Kind scale = HeatScale::Kind::Log;
    enum class Groups : std::uint8_t { Shown, None } groups = Groups::Shown;
    std::string filter;  ///< Only rows that hold it, in name, device or words; letters of any case.
};

/// What was walked of the tables of a trace that grows. Thread-safe.
class HeatCache {
public:
    [[nodiscard]] model::CounterRates rates(const model::CounterTable& table);

private:
    std::mutex m_mutex;
    std::map<std::pair<std::uint16_t, std::uint32_t>, model::CounterRateWalk> m_walks;
};

/// `cache` may be null; it is of all CPUs, so that a choice of some does without.
[[nodiscard]] std::shared_ptr<const TrackSet> heatmapTracks(const model::TracePtr& trace,
                                                            const HeatOptions& options = {},
                                                            const PlotChoice& choice = {},
                                                            HeatCache* cache = nullptr);
[[nodiscard]] bool hasInterruptCounters(const model::Trace& trace);

}  // namespace kscope::views
