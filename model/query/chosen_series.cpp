// SPDX-License-Identifier: GPL-3.0-or-later
/// One walk over the readings that a filter let through.
#include "model/query/chosen_series.h"

#include "model/query/filter_plan.h"

#include <algorithm>

namespace kscope::model {

ChosenSeries::ChosenSeries(const Trace& trace, const Filter& filter, const RowSetPtr& rows,
                           const std::stop_token& stop) {
    if (filter.all()) return;
    m_all = false;
    for (const auto& table : trace.counters())
        m_chosen[{table->source(), table->path()}].resize(table->series().size());
    if (m_chosen.empty()) return;
    RowMatcher matcher(trace);
    std::vector<bool> numbers;
    const auto take = [&](EventIndex at) {
        const auto event = trace.event(at);
        if (!matcher.numbers(*filter.root(), event, numbers)) return;
        for (const auto& table : trace.counters()) {
            if (table->source() != event.source || table->event() != event.name ||
                !table->roundAt(event.position))
                continue;
            auto& chosen = m_chosen[{table->source(), table->path()}];
            for (std::size_t i = 0; i < std::min(chosen.size(), numbers.size()); ++i)
                if (numbers[i]) chosen[i] = true;
            return;
        }
    };
    constexpr std::uint64_t kAtOnce = 4096;
    for (std::uint64_t from = 0; from < trace.events() && !stop.stop_requested(); from += kAtOnce) {
        const auto to = std::min(trace.events(), from + kAtOnce);
        if (rows) rows->forEach(EventIndex{from}, EventIndex{to}, take);
        else
            for (auto at = from; at < to; ++at) take(EventIndex{at});
    }
}

const std::vector<bool>* ChosenSeries::of(const CounterTable& table) const {
    const auto found = m_chosen.find({table.source(), table.path()});
    return found == m_chosen.end() ? nullptr : &found->second;
}

bool ChosenSeries::has(const CounterTable& table, std::uint32_t series) const {
    if (m_all) return true;
    const auto* const chosen = of(table);
    return chosen != nullptr && series < chosen->size() && (*chosen)[series];
}

bool ChosenSeries::hasRow(const CounterTable& table, std::uint32_t row) const {
    if (m_all) return true;
    const auto* const chosen = of(table);
    if (chosen == nullptr) return false;
    for (std::size_t i = 0; i < std::min(chosen->size(), table.series().size()); ++i)
        if ((*chosen)[i] && table.series()[i].row == row) return true;
    return false;
}

}  // namespace kscope::model
