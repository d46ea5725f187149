// SPDX-License-Identifier: GPL-3.0-or-later
/// Which events are selected in the table.
#include "views/panes/event_table/row_selection.h"

#include <algorithm>

namespace kscope::views {

using model::EventIndex;

void RowSelection::add(Run run) {
    std::vector<Run> next;
    next.reserve(m_runs.size() + 1);
    for (const auto& old : m_runs) {
        // Touching runs become one, so that runs stay apart.
        const bool before = raw(old.last) + 1 < raw(run.first);
        const bool after = raw(old.first) > 0 && raw(old.first) - 1 > raw(run.last);
        if (before || after) {
            next.push_back(old);
            continue;
        }
        run.first = std::min(run.first, old.first);
        run.last = std::max(run.last, old.last);
    }
    next.insert(std::ranges::upper_bound(next, run.first, {}, &Run::first), run);
    m_runs = std::move(next);
}

void RowSelection::remove(Run run) {
    std::vector<Run> next;
    next.reserve(m_runs.size() + 1);
    for (const auto& old : m_runs) {
        if (old.last < run.first || old.first > run.last) {
            next.push_back(old);
            continue;
        }
        if (old.first < run.first) next.push_back({old.first, EventIndex{raw(run.first) - 1}});
        if (old.last > run.last) next.push_back({EventIndex{raw(run.last) + 1}, old.last});
    }
    m_runs = std::move(next);
}

void RowSelection::toggle(EventIndex event) {
    if (contains(event)) remove({event, event});
    else add({event, event});
}

bool RowSelection::contains(EventIndex event) const {
    const auto after = std::ranges::upper_bound(m_runs, event, {}, &Run::first);
    return after != m_runs.begin() && event <= std::prev(after)->last;
}

}  // namespace kscope::views
