// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums over calls, each thread over its tasks.
#include "model/derive/call_functions.h"

#include "model/derive/call_sweep.h"

#include <algorithm>
#include <unordered_map>

namespace kscope::model {

namespace {

struct FunctionSums {
    FunctionRow row;
    std::vector<std::int64_t> lengths;
    std::uint32_t above = 0;   // calls of it on the stack at hand
    std::uint64_t cutOff = 0;  // entries after which records were lost
};

struct FunctionShare {
    std::vector<std::uint32_t> indexOf;  // FunctionKey → sums + 1
    std::vector<FunctionSums> sums;
    FunctionSums& at(FunctionKey function) {
        if (function.value >= indexOf.size()) indexOf.resize(function.value + std::size_t{64}, 0);
        auto& index = indexOf[function.value];
        if (index == 0) {
            sums.emplace_back().row.function = function;
            index = static_cast<std::uint32_t>(sums.size());
        }
        return sums[index - 1];
    }
};

void countCall(const SweptCall& swept, FunctionSums& into) {
    const auto& call = *swept.call;
    auto& row = into.row;
    const bool without = call.has(Call::NotCounted | Call::Resumed) && !call.inherited();
    if (without) ++row.entriesWithoutExit;
    into.cutOff += call.has(Call::Lost);
    if (!swept.counted) return;
    ++row.calls;
    row.open += call.has(Call::Open);
    row.withoutEntry += call.has(Call::NoEntry | Call::Resumed);
    if (!swept.known) {
        row.totalExact = row.selfExact = false;
        return;
    }
    if (call.has(Call::UnsureSelf) || !swept.calleesKnown) row.selfExact = false;
    row.self += std::max<std::int64_t>(swept.length - swept.callees, 0);
    row.sum += swept.length;
    if (into.above == 0) row.total += swept.length;
    into.lengths.push_back(swept.length);
}

void addSums(FunctionSums& into, FunctionSums& from) {
    auto& a = into.row;
    const auto& b = from.row;
    a.calls += b.calls;
    a.open += b.open;
    a.withoutEntry += b.withoutEntry;
    a.entriesWithoutExit += b.entriesWithoutExit;
    into.cutOff += from.cutOff;
    a.total += b.total;
    a.self += b.self;
    a.sum += b.sum;
    a.totalExact = a.totalExact && b.totalExact;
    a.selfExact = a.selfExact && b.selfExact;
    into.lengths.insert(into.lengths.end(), from.lengths.begin(), from.lengths.end());
    from.lengths = {};
}

FunctionRow finishedRow(FunctionSums& sums) {
    auto& lengths = sums.lengths;
    // An exit after a loss may be that of the entry before it; more entries than such exits were
    // calls whose time nothing tells.
    if (sums.cutOff > sums.row.withoutEntry) sums.row.totalExact = sums.row.selfExact = false;
    if (!lengths.empty()) {
        const auto [low, high] = std::ranges::minmax(lengths);
        sums.row.min = low;
        sums.row.max = high;
        const auto rank = (lengths.size() * 99 + 99) / 100 - 1;
        std::ranges::nth_element(lengths, lengths.begin() + static_cast<std::ptrdiff_t>(rank));
        sums.row.p99 = lengths[rank];
    }
    return sums.row;
}

}  // namespace

FunctionReport functionReport(const CallForest& forest, const CallScope& scope, ThreadPool& pool) {
    const auto shares = pool.threads() + 1;
    std::vector<FunctionShare> parts(shares);
    forEachCallTask(forest, pool, shares, [&](std::size_t share, const CallTask& task) {
        auto& part = parts[share];
        sweepCalls(
            forest, task, scope,
            [&](const SweptCall& swept, const auto&) { ++part.at(swept.function).above; },
            [&](const SweptCall& swept, const auto&) {
                auto& sums = part.at(swept.function);
                --sums.above;
                countCall(swept, sums);
            });
    });
    for (std::size_t share = 1; share < shares; ++share)
        for (auto& sums : parts[share].sums) addSums(parts[0].at(sums.row.function), sums);
    auto& sums = parts[0].sums;
    std::erase_if(sums, [](const FunctionSums& each) {
        return each.row.calls == 0 && each.row.entriesWithoutExit == 0;
    });
    FunctionReport report;
    report.rows.resize(sums.size());
    parallelFor(pool, sums.size(), [&](std::size_t i) { report.rows[i] = finishedRow(sums[i]); });
    const auto& trace = forest.trace();
    std::ranges::sort(report.rows, [&](const FunctionRow& a, const FunctionRow& b) {
        const auto left = trace.text(a.function.name());
        const auto right = trace.text(b.function.name());
        return left != right ? left < right : a.function < b.function;
    });
    for (const auto& row : report.rows) report.open += row.open;
    for (const auto& task : forest.tasks())
        if (!scope.task || scope.task(task))
            report.maxDepth = std::max(report.maxDepth, task.maxDepth);
    return report;
}

std::vector<CallPair> callPairs(const CallForest& forest, const CallScope& scope,
                                ThreadPool& pool) {
    const auto shares = pool.threads() + 1;
    std::vector<std::unordered_map<std::uint64_t, CallPair>> parts(shares);
    forEachCallTask(forest, pool, shares, [&](std::size_t share, const CallTask& task) {
        sweepCalls(
            forest, task, scope, [](const SweptCall&, const auto&) {},
            [&](const SweptCall& swept, const auto& stack) {
                if (!swept.counted) return;
                const auto caller = stack.empty() ? FunctionKey{} : stack.back().function;
                auto& pair = parts[share][std::uint64_t{caller.value} << 32 | swept.function.value];
                pair.caller = caller;
                pair.callee = swept.function;
                ++pair.calls;
                pair.open += !swept.known;
                pair.total += swept.length;
            });
    });
    for (std::size_t share = 1; share < shares; ++share)
        for (const auto& [key, pair] : parts[share]) {
            auto& sum = parts[0][key];
            sum.caller = pair.caller;
            sum.callee = pair.callee;
            sum.calls += pair.calls;
            sum.open += pair.open;
            sum.total += pair.total;
        }
    std::vector<CallPair> pairs;
    for (const auto& [key, pair] : parts[0]) pairs.push_back(pair);
    std::ranges::sort(pairs, [](const CallPair& a, const CallPair& b) {
        if (a.total != b.total) return a.total > b.total;
        return std::pair(a.caller, a.callee) < std::pair(b.caller, b.callee);
    });
    return pairs;
}

}  // namespace kscope::model
