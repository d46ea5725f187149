// SPDX-License-Identifier: GPL-3.0-or-later
/// Which calls and which stacks a command shows: --range, --task, --cpu, --filter and the filters
/// of uftrace, for everything that is made of calls.
#pragma once

#include "app/command_line/load.h"
#include "model/derive/call_filter.h"
#include "views/panes/flame_graph/flame_scene.h"

namespace kscope::app {

/// -F, -N, -D, -t as values; fails with a line for the usage error. `loaded` null: not loaded yet,
/// what -t counts is not known.
[[nodiscard]] model::Result<model::CallFilter> readCallFilter(const CallOptions& options,
                                                              const LoadedTrace* loaded = nullptr);
/// --range, --task and --cpu of the command.
[[nodiscard]] model::CallScope callScope(const LoadedTrace& loaded);

/// What a file of calls is made of.
struct ChosenCalls {
    model::CallForestPtr forest;  ///< What -F, -N, -D and -t leave.
    model::CallScope scope;       ///< And of those what the other options choose.
    [[nodiscard]] bool any() const;
};
/// `rows`: what --filter lets through; null: all.
[[nodiscard]] ChosenCalls chooseCalls(const LoadedTrace& loaded, const model::CallFilter& filter,
                                      const model::RowSetPtr& rows);

/// Of an expression; null where it lets all through.
[[nodiscard]] model::RowSetPtr chosenRows(const LoadedTrace& loaded, const model::Filter& filter);

/// The stacks of the chosen events, in the range of the command.
[[nodiscard]] std::shared_ptr<const views::FlameTree> stacksOf(const LoadedTrace& loaded,
                                                               const model::Filter& filter);

}  // namespace kscope::app
