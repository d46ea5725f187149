// SPDX-License-Identifier: GPL-3.0-or-later
/// Lays the open sources on each other by the block requests that they share.
#pragma once

#include "app/session/session.h"

#include <QString>

#include <cstdint>
#include <functional>
#include <vector>

namespace kscope::app {

struct AlignOutcome {
    std::vector<std::int64_t> shifts;  ///< Of each source, in all; as they were where none moves.
    bool moves = false;
    QString words;  ///< Shift, matches and residual of each source, or why nothing was moved.
};
/// `trace` is one that was read to its end; not for the GUI thread.
[[nodiscard]] AlignOutcome alignOutcome(const model::Trace& trace);

/// Looks for it off the GUI thread, shifts the session's sources, and tells `say` what came of it
/// unless the session is gone by then (`say` must not outlive what it uses longer than that).
void autoAlign(Session& session, std::function<void(const QString&)> say);

}  // namespace kscope::app
