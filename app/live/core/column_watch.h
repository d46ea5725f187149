// SPDX-License-Identifier: GPL-3.0-or-later
/// Whether the columns of a polled file are still those of its first reading: a CPU that goes
/// offline takes its column out of /proc/interrupts, another kernel's file would have others.
#pragma once

#include "model/store/counter_chunk.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kscope::app {

struct ColumnChange {
    std::string words;         ///< "without CPU3", "with CPU4"; empty: as at first.
    std::int64_t sinceNs = 0;  ///< CLOCK_MONOTONIC of the first reading that has them so.
};

class ColumnWatch {
public:
    /// The names of the file's newest reading, made at `ns`. A reading without numbers (an empty
    /// file) has no columns to compare. Costs a comparison of pointers while nothing changed.
    void follow(const std::shared_ptr<const model::CounterNames>& names, std::int64_t ns);
    [[nodiscard]] const ColumnChange& change() const noexcept { return m_change; }

private:
    std::shared_ptr<const model::CounterNames> m_names;  // Of the newest reading with numbers.
    std::vector<std::string> m_first;                    // Columns of the first one, in its order.
    ColumnChange m_change;
};

}  // namespace kscope::app
