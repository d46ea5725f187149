// SPDX-License-Identifier: GPL-3.0-or-later
/// `report calls`: one row a function, or a path (--tree), or a caller and its callee.
#include "app/command_line/call_choice.h"
#include "app/command_line/output.h"
#include "app/command_line/reports/reports.h"
#include "model/derive/call_functions.h"
#include "views/panes/flame_graph/stack_tree.h"

#include <algorithm>
#include <map>
#include <memory>

namespace kscope::app {
namespace {

using model::CallForest;
using model::FunctionKey;
using model::FunctionReport;
using model::FunctionRow;

std::int64_t countCell(std::uint64_t value) { return static_cast<std::int64_t>(value); }

std::string spaceName(FunctionKey function) {
    return function.space() == model::CallSpace::User ? "user" : "kernel";
}

/// Weights of folded stacks are counts: of samples, of bytes, of what their maker counted.
CellUnit lengthUnit(const model::Trace& trace) {
    const bool counts = std::ranges::any_of(
        trace.sources(), [](const model::SourceInfo& source) { return source.clock.counter; });
    return counts ? CellUnit::Plain : CellUnit::Length;
}

Table functionTable(const LoadedTrace& loaded,
                    const std::shared_ptr<const FunctionReport>& report) {
    Table table;
    table.name = "rows";
    const auto unit = lengthUnit(*loaded.trace);
    table.columns = {{"name"},
                     {"calls"},
                     {"total", unit},
                     {"self", unit},
                     {"avg", unit},
                     {"min", unit},
                     {"max", unit},
                     {"p99", unit},
                     {"open"},
                     {"without_entry"},
                     {"space"},
                     {"total_exact", CellUnit::Plain, Shown::Machines},
                     {"self_exact", CellUnit::Plain, Shown::Machines}};
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < report->rows.size(); ++i)
        if (report->rows[i].calls > 0) chosen.push_back(i);
    table.rows = chosen.size();
    table.fill = [report, trace = loaded.trace, chosen](std::size_t index,
                                                        std::vector<Cell>& cells) {
        const FunctionRow& row = report->rows[chosen[index]];
        const auto known = [&](std::int64_t value) {
            return row.totalExact ? Cell(value) : Cell(Absent{});
        };
        cells.assign({std::string(trace->text(row.function.name())), countCell(row.calls),
                      known(row.total), row.selfExact ? Cell(row.self) : Cell(Absent{}),
                      known(row.avg()), known(row.min), known(row.max), known(row.p99),
                      countCell(row.open), countCell(row.withoutEntry), spaceName(row.function),
                      row.totalExact, row.selfExact});
    };
    return table;
}

/// The tree in the order in which it is read: a node, then all below it.
void listTree(const model::CallTree& tree, std::vector<std::uint32_t>& order,
              std::vector<std::int64_t>& parents) {
    struct Next {
        std::uint32_t node;
        std::int64_t parent;
    };
    std::vector<Next> todo;
    const auto push = [&](std::uint32_t node, std::int64_t row) {
        const auto& children = tree.children[node];
        for (auto i = children.size(); i-- > 0;) todo.push_back({children[i], row});
    };
    push(0, -1);
    while (!todo.empty()) {
        const auto next = todo.back();
        todo.pop_back();
        const auto row = static_cast<std::int64_t>(order.size());
        order.push_back(next.node);
        parents.push_back(next.parent);
        push(next.node, row);
    }
}

Table treeTable(const LoadedTrace& loaded, const std::shared_ptr<const model::CallTree>& tree,
                OutputFormat format) {
    Table table;
    table.name = "rows";
    const auto unit = lengthUnit(*loaded.trace);
    table.columns = {{"calls"}, {"total", unit}, {"self", unit},
                     {"open"},  {"depth"},       {"parent", CellUnit::Plain, Shown::Machines},
                     {"space"}, {"name"}};
    std::vector<std::uint32_t> order;
    std::vector<std::int64_t> parents;
    listTree(*tree, order, parents);
    table.rows = order.size();
    const bool indent = format == OutputFormat::Text;
    table.fill = [=, trace = loaded.trace](std::size_t index, std::vector<Cell>& cells) {
        const auto& node = tree->nodes[order[index]];
        std::string name;
        if (indent) name.append(2 * (node.depth - 1), ' ');
        name += trace->text(node.function.name());
        const auto known = [&](std::int64_t ns) {
            return node.exact() ? Cell(ns) : Cell(Absent{});
        };
        cells.assign({countCell(node.calls), known(node.total), known(node.self),
                      std::int64_t{node.open}, std::int64_t{node.depth} - 1,
                      parents[index] < 0 ? Cell(Never{}) : Cell(parents[index]),
                      spaceName(node.function), std::move(name)});
    };
    return table;
}

Table pairTable(const LoadedTrace& loaded, std::vector<model::CallPair> all,
                const ReportOptions& options) {
    Table table;
    table.name = "rows";
    table.columns = {
        {"caller"}, {"callee"}, {"calls"}, {"total", lengthUnit(*loaded.trace)}, {"space"}};
    const auto& trace = *loaded.trace;
    std::erase_if(all, [&](const model::CallPair& pair) {
        const auto is = [&](const std::string& wanted, FunctionKey function) {
            return wanted.empty() || trace.text(function.name()) == wanted;
        };
        return !is(options.caller, pair.caller) || !is(options.callee, pair.callee);
    });
    table.rows = all.size();
    table.fill = [all = std::move(all), kept = loaded.trace](std::size_t index,
                                                             std::vector<Cell>& cells) {
        const auto& pair = all[index];
        cells.assign({std::string(kept->text(pair.caller.name())),
                      std::string(kept->text(pair.callee.name())), countCell(pair.calls),
                      pair.open > 0 ? Cell(Absent{}) : Cell(pair.total), spaceName(pair.callee)});
    };
    return table;
}

std::string withoutExit(const model::Trace& trace, const FunctionReport& report) {
    std::map<std::string_view, std::uint64_t> counts;
    for (const auto& row : report.rows)
        if (row.entriesWithoutExit > 0)
            counts[trace.text(row.function.name())] += row.entriesWithoutExit;
    std::string json = "{";
    for (const auto& [name, count] : counts) {
        if (json.size() > 1) json += ',';
        appendJson(json, name);
        json += fmt::format(":{}", count);
    }
    return json + "}";
}

}  // namespace

ReportResult reportCalls(const LoadedTrace& loaded, const ReportOptions& options) {
    const auto filter = readCallFilter(options.calls, &loaded).value_or(model::CallFilter{});
    const auto [forest, scope] = chooseCalls(loaded, filter, nullptr);
    ReportResult result;
    if (forest->size() == 0 && views::hasStacks(*loaded.trace))
        result.notes.push_back("report calls: this trace has no calls, only lines or stacks that "
                               "say who called; export -o FILE.folded writes those");
    if (options.tree) {
        result.rows = treeTable(
            loaded, std::make_shared<const model::CallTree>(callTree(*forest, scope, *loaded.pool)),
            options.common.format);
        return result;
    }
    if (!options.caller.empty() || !options.callee.empty()) {
        result.rows = pairTable(loaded, callPairs(*forest, scope, *loaded.pool), options);
        return result;
    }
    const auto report =
        std::make_shared<const FunctionReport>(functionReport(*forest, scope, *loaded.pool));
    std::uint64_t lostLines = 0;
    for (const auto& source : loaded.trace->sources()) lostLines += source.lostLines;
    result.numbers = {{"max_depth", report->maxDepth},
                      {"open_at_end", countCell(report->open)},
                      {"lost_lines", countCell(lostLines)}};
    result.objects = {{"records", fmt::format("{{\"entry\":{},\"exit\":{}}}", forest->entries(),
                                              forest->exits())},
                      {"entries_without_exit", withoutExit(*loaded.trace, *report)}};
    result.rows = functionTable(loaded, report);
    result.sortForPeople = "total";
    return result;
}

}  // namespace kscope::app
