// SPDX-License-Identifier: GPL-3.0-or-later
/// Files of what Functions shows: call timeline, flame graph, and data for other viewers.
#pragma once

#include "app/window/dialogs.h"
#include "views/panes/flame_graph/flame_picture.h"
#include "views/timeline/picture.h"

namespace kscope::views {
class FunctionDeck;
}

namespace kscope::app {

/// Values only, so that the file can be written off the GUI thread.
struct CallExport {
    ExportWhat what = ExportWhat::FlameGraph;
    ExportSpan span = ExportSpan::Seen;
    views::ExportRequest request;
    model::CallForestPtr forest;                    ///< What the strip's filters leave.
    std::shared_ptr<const views::FlameTree> shown;  ///< In the flame graph, with `look`.
    views::FlameLook look;
    std::optional<model::TimeRange> range;  ///< Between the cursors.
};
/// What the deck offers to write; its first is what has the focus. Empty: nothing yet.
[[nodiscard]] std::vector<ExportWhat> offeredExports(views::FunctionDeck* functions);
/// Fills in what the deck shows now.
void takeShown(views::FunctionDeck& functions, CallExport& into);
/// By the ending of `path`. Not for the GUI thread.
[[nodiscard]] model::Result<void> writeCallExport(const CallExport& wanted,
                                                  const std::string& path);

}  // namespace kscope::app
