// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows' texts to values of calls, and the rows of the pane's CSV.
#include "views/panes/call_timeline/call_values.h"

#include "model/core/quoting.h"
#include "model/derive/replay_lines.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/call_timeline/call_track.h"

#include <fmt/format.h>

namespace kscope::views {
std::string textOfRow(const model::CallForest& forest, model::RowRef row) {
    if (!row.known()) return {};
    const model::Event event = forest.trace().event(forest.eventOf(row));
    const auto& source = forest.trace().sources()[model::raw(event.source)].text;
    if (!source) return {};
    const auto read = source->eventText(event.position);
    return read ? read->args : std::string();
}

namespace {

const char* markOf(const model::Call& call) {
    if (call.has(model::Call::Open)) return "open";
    if (call.has(model::Call::NoEntry)) return "no entry";
    if (call.has(model::Call::NoExit)) return "no exit";
    return call.has(model::Call::Lost) ? "lost" : "";
}

}  // namespace

std::string argumentsOf(const model::CallForest& forest, const model::Call& call) {
    return model::callArguments(textOfRow(forest, call.entry),
                                forest.trace().text(forest.function(call).name()));
}

std::string resultOf(const model::CallForest& forest, const model::Call& call) {
    if (call.has(model::Call::Open | model::Call::NoExit | model::Call::Lost)) return {};
    auto text = model::callResult(textOfRow(forest, call.exit));
    if (text.starts_with("= ")) text.erase(0, 2);
    return text;
}

void CallTrack::csv(model::TimeRange window, std::string& out) const {
    const model::CallTask& task = m_forest->tasks()[m_task];
    const model::Trace& trace = m_forest->trace();
    const std::string lane = model::csvField(callTaskName(trace, task));
    std::string who = ",";
    if (task.task != model::kNoTask)
        who = fmt::format("{},{}", model::raw(trace.task(task.task).tid),
                          model::csvField(trace.comm(task.task)));
    for (const model::Call& made : task.calls) {
        const std::int64_t begin = m_forest->begin(made);
        const std::int64_t end = m_forest->end(made);
        if (end <= model::toNs(window.begin) || begin >= model::toNs(window.end)) continue;
        const auto function = m_forest->function(made);
        const auto length = m_forest->length(made);
        // C++ names have commas.
        out += fmt::format("{},{},{},call,{},{},{},{},{},{},{},{}\n", lane, begin, end, who,
                           model::csvField(trace.text(function.name())), made.depth(),
                           function.space() == model::CallSpace::Kernel ? "kernel" : "user",
                           length ? fmt::to_string(*length) : std::string(),
                           model::csvField(argumentsOf(*m_forest, made)),
                           model::csvField(resultOf(*m_forest, made)), markOf(made));
    }
}

}  // namespace kscope::views
