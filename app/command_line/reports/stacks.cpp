// SPDX-License-Identifier: GPL-3.0-or-later
/// `report stacks`: one row a distinct stack that was recorded with events of one name.
#include "app/command_line/reports/reports.h"
#include "app/command_line/selection.h"
#include "views/panes/flame_graph/stack_tree.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

namespace kscope::app {
namespace {

constexpr std::uint64_t kRowsAJob = 64 * 1024;

struct StackCount {
    std::string event;
    std::string frames;  ///< Callee first, joined by ';'.
    std::uint64_t count = 0;
};
using StackCounts = std::map<std::pair<std::string, std::string>, std::uint64_t>;

std::string joined(const std::vector<std::string>& frames) {
    std::string text;
    for (const auto& frame : frames) text += (text.empty() ? "" : ";") + frame;
    return text;
}

/// Stacks of the chosen rows: their texts are read again, by all threads.
StackCounts countStacks(const LoadedTrace& loaded) {
    const auto& trace = *loaded.trace;
    const ChosenRows rows(trace, loaded.selection, *loaded.pool);
    const auto jobs =
        (raw(rows.end()) - std::min(raw(rows.begin()), raw(rows.end()))) / kRowsAJob + 1;
    StackCounts all;
    std::mutex mutex;
    parallelFor(*loaded.pool, jobs, [&](std::size_t job) {
        StackCounts mine;
        const auto from = raw(rows.begin()) + job * kRowsAJob;
        rows.forEach(from, from + kRowsAJob, [&](std::size_t index, model::Row row) {
            const auto& chunk = trace.chunk(index);
            const auto at = std::ranges::lower_bound(chunk.stacks, row, {}, &model::StackRow::row);
            if (at == chunk.stacks.end() || at->row != row) return;
            const auto& origin = chunk.origin(row);
            const auto& source = trace.sources()[raw(origin.source)].text;
            const auto text = source ? source->eventText(origin.position + chunk.position[row])
                                     : model::Result<model::EventText>(model::EventText{});
            if (!text) return;
            const std::string name(trace.text(chunk.names[chunk.name[row]]));
            for (const auto* const stack : {&text->stack, &text->userStack})
                if (!stack->empty()) ++mine[{name, joined(*stack)}];
        });
        const std::lock_guard lock(mutex);
        for (const auto& [stack, count] : mine) all[stack] += count;
    });
    return all;
}

}  // namespace

ReportResult reportStacks(const LoadedTrace& loaded, const ReportOptions& options) {
    static_cast<void>(options);
    auto stacks = std::make_shared<std::vector<StackCount>>();
    for (const auto& [stack, count] : countStacks(loaded))
        stacks->push_back({stack.first, stack.second, count});
    std::ranges::stable_sort(*stacks, std::greater<>{}, &StackCount::count);
    ReportResult result;
    if (loaded.trace->tables().stacks == 0 && views::hasStacks(*loaded.trace))
        result.notes.push_back("report stacks: no event was recorded with a stack; who called the "
                               "functions of these lines is in export -o FILE.folded");
    result.rows.name = "rows";
    result.rows.columns = {{"count"}, {"event"}, {"frames"}};
    result.rows.rows = stacks->size();
    result.rows.fill = [stacks](std::size_t index, std::vector<Cell>& cells) {
        const auto& stack = (*stacks)[index];
        cells.assign({static_cast<std::int64_t>(stack.count), stack.event, stack.frames});
    };
    return result;
}

}  // namespace kscope::app
