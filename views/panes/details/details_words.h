// SPDX-License-Identifier: GPL-3.0-or-later
/// Small words that the details are made of.
#pragma once

#include "model/store/trace.h"

#include <QCoreApplication>
#include <QString>

#include <algorithm>

namespace kscope::views {

/// Context of the translations; not made.
struct Details {
    Q_DECLARE_TR_FUNCTIONS(kscope::views::Details)
};

/// A chunk's dictionary entry; kNoTask where a row names none.
[[nodiscard]] inline model::TaskId taskOf(const model::EventChunk& chunk, std::uint16_t entry) {
    return entry < chunk.tasks.size() ? chunk.tasks[entry].task : model::kNoTask;
}
/// The typed row that belongs to an event's row; null where there is none.
template <class Rows> const auto* typedRow(const Rows& rows, model::Row row) {
    const auto found =
        std::ranges::lower_bound(rows, row, {}, [](const auto& typed) { return typed.row; });
    return found != rows.end() && found->row == row ? &*found : nullptr;
}

/// One word or two for a legend: "Running", "Ready", "Uninterruptible".
[[nodiscard]] QString stateText(model::TaskState state);
[[nodiscard]] QString irqName(const model::Trace& trace, std::uint32_t number);  ///< "130 nvme0q4"
[[nodiscard]] QString softirqName(std::uint32_t vector);                         ///< "NET_RX"

}  // namespace kscope::views
