// SPDX-License-Identifier: GPL-3.0-or-later
/// A view as a small readable file (.kscope): window, cursors, bookmarks, lanes, filter; kept a
/// trace or sent along.
#pragma once

#include "model/core/result.h"
#include "views/state/trace_view.h"

#include <string>
#include <string_view>
#include <vector>

namespace kscope::app {

/// JSON of all that view undo covers. Lanes and tasks are named by what they are (tid, comm, event
/// name), so that they are found again in another reading of the trace. `before`: an earlier file
/// of this view, whose unknown keys are kept; anything that is no JSON object counts as none.
[[nodiscard]] std::string viewFileText(const views::ViewState& state, const model::Trace& trace,
                                       std::string_view before = {});

struct ViewFile {
    views::ViewState state;            ///< What fits this trace.
    std::vector<std::string> misfits;  ///< One line each: what was left out and why.
    std::string text;                  ///< As read, for viewFileText's `before`.
};
/// Fails with one line where `text` is no view file. The rest is taken as far as it fits `trace`.
[[nodiscard]] model::Result<ViewFile> readViewFile(std::string_view text,
                                                   const model::Trace& trace);

}  // namespace kscope::app
