// SPDX-License-Identifier: GPL-3.0-or-later
/// Files of calls and stacks for other viewers: folded stacks, speedscope's, Chrome trace events.
#pragma once

#include "model/core/result.h"
#include "model/derive/call_functions.h"
#include "views/panes/flame_graph/flame_scene.h"

#include <string>
#include <string_view>

namespace kscope::app {

enum class CallFile : std::uint8_t { None, Folded, Speedscope, Chrome };
/// By its ending; a plain .json is speedscope's where a flame graph is asked for.
[[nodiscard]] CallFile callFileOf(std::string_view path, std::string_view pane);

/// Whole or not at all.
[[nodiscard]] model::Result<void> writeCallFile(const std::string& path, CallFile kind,
                                                const model::CallForest& forest,
                                                const model::CallScope& scope,
                                                model::ThreadPool& pool);
/// Stacks have no times: there is no Chrome file of them.
[[nodiscard]] model::Result<void> writeStackFile(const std::string& path, CallFile kind,
                                                 const views::FlameTree& stacks);

}  // namespace kscope::app
