// SPDX-License-Identifier: GPL-3.0-or-later
/// Tasks to tracks, the ones with most calls first.
#include "views/panes/call_timeline/call_pane.h"

#include "model/core/format.h"
#include "views/panes/call_timeline/call_track.h"

#include <fmt/format.h>

#include <algorithm>

namespace kscope::views {

bool hasCalls(const model::Trace& trace) {
    if (trace.tables().calls > 0) return true;
    // Captures with tracing_thresh have exits alone.
    if (std::ranges::none_of(trace.sources(),
                             [](const auto& source) { return source.kind == "function_graph"; }))
        return false;
    for (std::size_t i = 0; i < trace.chunks(); ++i)
        if (std::ranges::any_of(trace.chunk(i).flags,
                                [](std::uint16_t flags) { return model::isCallEdge(flags); }))
            return true;
    return false;
}

namespace {

std::shared_ptr<TrackSet> emptyCallTracks(const model::TracePtr& trace) {
    auto set = std::make_shared<TrackSet>();
    set->trace = trace;
    set->title = "Calls";
    set->csvHead = "task,depth,begin_ns,end_ns,function,marks";
    set->empty = "This trace has no calls. Record some with: uftrace record PROGRAM, or with "
                 "ftrace's function_graph tracer.";
    return set;
}

}  // namespace

std::shared_ptr<const TrackSet> callTracks(const model::TracePtr& trace) {
    if (!hasCalls(*trace)) return emptyCallTracks(trace);
    model::ThreadPool pool(2);
    return callTracksOf(model::deriveCalls(trace, pool));
}

std::shared_ptr<const TrackSet> callTracksOf(const model::CallForestPtr& forest) {
    auto set = emptyCallTracks(forest->tracePtr());
    if (hasCalls(forest->trace())) set->empty = "No call is left by the filter above.";
    set->calls = forest;
    std::vector<std::size_t> order(forest->tasks().size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t i) { return forest->tasks()[i].calls.size(); });
    auto events = model::eventsInCalls(*forest);
    for (const std::size_t task : order)
        if (!forest->tasks()[task].calls.empty())
            set->tracks.push_back(
                std::make_unique<CallTrack>(forest, task, std::move(events[task])));
    set->status = fmt::format("{} {} in {} {}", model::formatCount(forest->size()),
                              forest->size() == 1 ? "call" : "calls", set->tracks.size(),
                              set->tracks.size() == 1 ? "task" : "tasks");
    return set;
}

}  // namespace kscope::views
