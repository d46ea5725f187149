// SPDX-License-Identifier: GPL-3.0-or-later
/// What a flame graph in the window is made of, and the making of it.
#pragma once

#include "views/panes/flame_graph/flame_scene.h"

#include <memory>
#include <optional>
#include <utility>

namespace kscope::views {

/// What a tree is made of; two equal ones make the same tree.
struct FlameRequest {
    model::CallForestPtr forest;
    model::TracePtr stacks;  // where not the forest's calls are shown
    std::optional<model::TimeRange> range;
    FlameShape shape;
    std::shared_ptr<const FlameTree> baseline;                           // null: none
    std::optional<std::pair<model::SourceId, model::SourceId>> sources;  // before, after
    FlameMeasure measure = FlameMeasure::Amounts;
    model::RowSetPtr filterRows, searchRows;  // of the window's filter and search; null: none
    friend bool operator==(const FlameRequest&, const FlameRequest&) = default;
};
struct FlameMade {
    std::shared_ptr<const FlameTree> own;    // of the range at hand
    std::shared_ptr<const FlameTree> shown;  // or how it differs from another
    FunctionSet passing, found;              // with calls in the request's rows; null: all, none
};

/// Of the file, with as many of its folders as tell it from the other sources.
[[nodiscard]] std::string sourceName(const model::Trace& trace, model::SourceId source);

/// Not for the GUI thread.
[[nodiscard]] FlameMade makeFlames(const FlameRequest& wanted);

}  // namespace kscope::views
