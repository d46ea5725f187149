// SPDX-License-Identifier: GPL-3.0-or-later
/// Small words that the details are made of.
#pragma once

#include "model/store/trace.h"

#include <QCoreApplication>
#include <QString>

namespace kscope::views {

/// Context of the translations; not made.
struct Details {
    Q_DECLARE_TR_FUNCTIONS(kscope::views::Details)
};

/// One word or two for a legend: "Running", "Ready", "Uninterruptible".
[[nodiscard]] QString stateText(model::TaskState state);
[[nodiscard]] QString irqName(const model::Trace& trace, std::uint32_t number);  ///< "130 nvme0q4"
[[nodiscard]] QString softirqName(std::uint32_t vector);                         ///< "NET_RX"

}  // namespace kscope::views
