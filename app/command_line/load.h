// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the sources that a command names, all of them, before it says anything.
#pragma once

#include "app/command_line/commands.h"
#include "app/command_line/selection.h"
#include "model/core/thread_pool.h"
#include "model/store/trace.h"

#include <memory>
#include <optional>
#include <stop_token>

namespace kscope::app {

struct LoadedTrace {
    std::unique_ptr<model::ThreadPool> pool;
    model::TracePtr trace;
    Selection selection;
    int status = kDone;  ///< kFailed where one of several sources could not be read.
};
/// Nothing where the options are wrong or no source could be read: then one line a reason was
/// written, and `status` is the exit status.
[[nodiscard]] std::optional<LoadedTrace> loadTrace(const CommonOptions& options,
                                                   CommandStreams streams, int& status,
                                                   std::stop_token stop = {});
/// kLost where --strict was given and something was lost or guessed; else `status`.
[[nodiscard]] int strictStatus(const CommonOptions& options, const LoadedTrace& loaded);

}  // namespace kscope::app
