// SPDX-License-Identifier: GPL-3.0-or-later
/// One pass over the rows to each task's events, one over the calls of tasks that have some.
#include "model/derive/call_events.h"

#include <algorithm>
#include <map>
#include <utility>

namespace kscope::model {
namespace {

/// Tasks of the forest by what a row tells: its task, or its CPU where it has none.
class ForestTasks {
public:
    explicit ForestTasks(const CallForest& forest) {
        for (std::size_t i = 0; i < forest.tasks().size(); ++i) {
            const auto& task = forest.tasks()[i];
            (task.task == kNoTask ? m_ofCpu[raw(task.cpu)] : m_ofTask[raw(task.task)]).push_back(i);
        }
    }
    /// Several: one a source.
    [[nodiscard]] const std::vector<std::size_t>* of(TaskId task, std::uint16_t cpu) const {
        const auto& map = task == kNoTask ? m_ofCpu : m_ofTask;
        const auto found = map.find(task == kNoTask ? cpu : raw(task));
        return found == map.end() ? nullptr : &found->second;
    }

private:
    std::map<std::uint32_t, std::vector<std::size_t>> m_ofTask, m_ofCpu;
};

void placeInCalls(const CallTask& task, std::vector<CallEvent>& events) {
    const auto& calls = task.calls;
    std::vector<std::uint32_t> open;
    std::uint32_t next = 0;
    // A call that is open at the end has the task's last row inside.
    const auto ended = [&](std::uint32_t call, RowRef row) {
        const auto& exit = calls[call].exit;
        return exit.known() && exit.value + (calls[call].has(Call::Open) ? 1u : 0u) <= row.value;
    };
    for (auto& event : events) {
        // Of a call without an entry the row that tells when it began is not known.
        for (; next < calls.size() && calls[next].entry.known()
                   ? calls[next].entry.value < event.row.value
                   : next < calls.size() && calls[next].exit.value < event.row.value;
             ++next) {
            while (!open.empty() && open.back() != calls[next].parent) open.pop_back();
            open.push_back(next);
        }
        while (!open.empty() && ended(open.back(), event.row)) open.pop_back();
        if (!open.empty()) event.call = open.back();
    }
    std::erase_if(events, [](const CallEvent& event) { return event.call == kNoCall; });
    events.shrink_to_fit();
}

}  // namespace

std::vector<std::vector<CallEvent>> eventsInCalls(const CallForest& forest) {
    const auto& trace = forest.trace();
    std::vector<std::vector<CallEvent>> found(forest.tasks().size());
    if (trace.events() <= forest.entries() + forest.exits()) return found;
    const ForestTasks tasks(forest);
    std::vector<const std::vector<std::size_t>*> local;
    for (std::size_t c = 0; c < trace.chunks() && c < RowRef::kMaxChunks; ++c) {
        const auto& chunk = trace.chunk(c);
        local.clear();
        for (const auto& task : chunk.tasks)
            local.push_back(task.task == kNoTask ? nullptr : tasks.of(task.task, 0));
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            if (isCallEdge(chunk.flags[row])) continue;
            const auto task = chunk.task[row];
            const auto* const of =
                task < local.size() ? local[task] : tasks.of(kNoTask, chunk.cpu[row]);
            if (of == nullptr) continue;
            for (const auto each : *of) found[each].push_back({RowRef::of(c, row), kNoCall});
        }
    }
    for (std::size_t i = 0; i < found.size(); ++i)
        if (!found[i].empty()) placeInCalls(forest.tasks()[i], found[i]);
    return found;
}

}  // namespace kscope::model
