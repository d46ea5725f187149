// SPDX-License-Identifier: GPL-3.0-or-later
/// Tasks to tracks, the ones with most calls first.
#include "views/panes/call_timeline/call_pane.h"

#include "model/core/format.h"
#include "views/panes/call_timeline/call_colours.h"
#include "views/panes/call_timeline/call_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

namespace kscope::views {

std::string callTaskName(const model::Trace& trace, const model::CallTask& task) {
    if (task.task != model::kNoTask)
        return fmt::format("{} {}", trace.comm(task.task), model::raw(trace.task(task.task).tid));
    if (task.cpu != model::kUnknownCpu) return fmt::format("CPU {}", model::raw(task.cpu));
    std::string_view path = trace.sources()[model::raw(task.source)].path;
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return std::string(path.substr(path.rfind('/') + 1));
}

bool countsSamples(const model::Trace& trace) {
    const auto& sources = trace.sources();
    return !sources.empty() &&
           std::ranges::all_of(sources, [](const auto& source) { return source.kind == "folded"; });
}

std::string callWeight(const model::Trace& trace, std::int64_t ns) {
    if (!countsSamples(trace)) return model::formatDuration(model::Duration{ns});
    const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    return fmt::format("{} {}", model::formatCount(size), size == 1 ? "sample" : "samples");
}

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

/// As cli.md has it of lanes, and what only calls have after that.
constexpr const char* kCallCsvHead = "lane,begin_ns,end_ns,kind,tid,comm,label,depth,space,"
                                     "length_ns,arguments,result,marks";

/// What the colours of the calls stand for, most calls first.
std::vector<TrackLegend> callLegend(const TrackSet& set, const Theme& theme) {
    std::map<model::FunctionKey, std::uint64_t> functions;  // a name is looked up once
    if (set.calls)
        for (const auto& task : set.calls->tasks())
            for (const auto& call : task.calls) ++functions[set.calls->function(call)];
    std::map<std::string, std::pair<std::uint64_t, Rgb>> homes;
    for (const auto& [function, calls] : functions) {
        const auto home = functionHome(set.trace->text(function.name()), function.space());
        auto& of = homes[homeWord(home)];
        of.first += calls;
        of.second = homeFill(theme, home);
    }
    std::vector<std::pair<std::uint64_t, TrackLegend>> order;
    for (const auto& [word, of] : homes) order.push_back({of.first, {word, of.second}});
    std::ranges::stable_sort(order, std::greater<>{}, [](const auto& each) { return each.first; });
    constexpr std::size_t kMostWords = 8;
    if (order.size() > kMostWords) order.resize(kMostWords);
    std::vector<TrackLegend> legend;
    for (auto& each : order) legend.push_back(std::move(each.second));
    return legend;
}

std::shared_ptr<TrackSet> emptyCallTracks(const model::TracePtr& trace) {
    auto set = std::make_shared<TrackSet>();
    set->trace = trace;
    set->title = "Calls";
    set->csvHead = kCallCsvHead;
    set->legendOf = callLegend;
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
    std::size_t lanes = 0;
    for (const std::size_t task : order)
        if (!forest->tasks()[task].calls.empty()) ++lanes;
    if (lanes > 0)
        set->tracks.push_back(std::make_unique<GroupTrack>(
            "Call timeline", lanes == 1 ? callTaskName(forest->trace(), forest->tasks()[order[0]])
                                        : fmt::format("{} tasks", model::formatCount(lanes))));
    for (const std::size_t task : order)
        if (!forest->tasks()[task].calls.empty())
            set->tracks.push_back(
                std::make_unique<CallTrack>(forest, task, std::move(events[task])));
    set->status =
        fmt::format("{} {} in {} {}", model::formatCount(forest->size()),
                    forest->size() == 1 ? "call" : "calls", lanes, lanes == 1 ? "task" : "tasks");
    return set;
}

}  // namespace kscope::views
