// SPDX-License-Identifier: GPL-3.0-or-later
/// Facts of functions, and steps from call to call.
#include "views/panes/call_tables/function_told.h"

#include "model/core/format.h"
#include "model/words/function_words.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/details/details_calls.h"
#include "views/panes/pane_look.h"

#include <QCoreApplication>

#include <algorithm>
#include <vector>

namespace kscope::views {
namespace {

QString toldWord(const char* text) { return QCoreApplication::translate("CallTables", text); }

/// "json_write_object 94 %", of the most frequent ones.
void addPairs(ItemTold& told, const model::Trace& trace, model::FunctionKey function,
              std::span<const model::CallPair> pairs, bool callers) {
    std::vector<const model::CallPair*> mine;
    std::uint64_t sum = 0;
    for (const auto& pair : pairs) {
        if ((callers ? pair.callee : pair.caller) != function) continue;
        mine.push_back(&pair);
        sum += pair.calls;
    }
    std::ranges::sort(mine, std::ranges::greater{}, [](const auto* pair) { return pair->calls; });
    constexpr std::size_t kMostPairs = 5;
    for (std::size_t i = 0; i < std::min(mine.size(), kMostPairs); ++i) {
        const auto other = callers ? mine[i]->caller : mine[i]->callee;
        const auto name = raw(other.name()) == 0 ? toldWord("(nothing above it in the trace)")
                                                 : shown(trace.text(other.name()));
        const auto share = static_cast<double>(mine[i]->calls) / static_cast<double>(sum);
        told.facts.emplace_back(callers ? toldWord("called by") : toldWord("calls"),
                                toldWord("%1, %2").arg(name, shown(model::formatShare(share))));
    }
    if (mine.size() > kMostPairs)
        told.facts.emplace_back(QString(), toldWord("and %1 more").arg(mine.size() - kMostPairs));
}

/// First call at `at` or later, or last before it, of any task.
std::optional<model::CallPlace> nearestCall(const model::CallForest& forest,
                                            model::FunctionKey function, model::Timestamp at,
                                            CallStep step, const std::stop_token& stop) {
    std::optional<model::CallPlace> best;
    std::int64_t bestNs = 0;
    const std::int64_t ns = toNs(at);
    for (std::uint32_t t = 0; t < forest.tasks().size() && !stop.stop_requested(); ++t) {
        const auto& calls = forest.tasks()[t].calls;
        const auto from = std::ranges::partition_point(
            calls, [&](const model::Call& call) { return forest.begin(call) < ns; });
        const auto take = [&](std::size_t index) {
            const auto begin = forest.begin(calls[index]);
            if (best && (step == CallStep::Next ? begin >= bestNs : begin <= bestNs)) return;
            best = model::CallPlace{t, static_cast<std::uint32_t>(index)};
            bestNs = begin;
        };
        const auto first = static_cast<std::size_t>(from - calls.begin());
        if (step == CallStep::Next) {
            for (auto i = first; i < calls.size(); ++i)
                if (forest.function(calls[i]) == function) {
                    take(i);
                    break;
                }
        } else {
            for (auto i = first; i-- > 0;)
                if (forest.function(calls[i]) == function) {
                    take(i);
                    break;
                }
        }
    }
    return best;
}

}  // namespace

ItemTold functionTold(const model::Trace& trace, const model::FunctionReport& report,
                      model::FunctionKey function, std::span<const model::CallPair> pairs) {
    const auto name = trace.text(function.name());
    ItemTold told;
    told.title = shown(name);
    const auto row = std::ranges::find(report.rows, function, &model::FunctionRow::function);
    if (row == report.rows.end()) return told;
    const auto toldTime = [&](std::int64_t ns) { return shown(callWeight(trace, ns)); };
    std::int64_t whole = 0;
    for (const auto& other : report.rows) whole += std::max<std::int64_t>(other.self, 0);
    const auto share = [&](std::int64_t part) {
        return shown(model::formatShare(static_cast<double>(part) / static_cast<double>(whole)));
    };
    if (row->totalExact && whole > 0)
        told.lines << toldWord("Takes %1 of all time, %2 itself.")
                          .arg(share(row->total), share(row->self));
    const auto known = model::functionWords(name, function.space());
    if (!known.area.empty())
        told.lines << QStringLiteral("%1: %2").arg(shown(known.area), shown(known.what));
    const auto fact = [&](const char* of, const QString& value) {
        told.facts.emplace_back(toldWord(of), value);
    };
    fact("calls", shown(model::formatCount(row->calls)));
    if (row->totalExact) {
        fact("total", toldTime(row->total));
        if (row->selfExact) fact("self", toldTime(row->self));
        fact("mean", toldTime(row->avg()));
        fact("fastest", toldTime(row->min));
        fact("slowest", toldTime(row->max));
        fact("99 of 100 up to", toldTime(row->p99));
    } else {
        fact("total", toldWord("not known"));
    }
    if (row->open > 0) fact("not ended", shown(model::formatCount(row->open)));
    if (row->withoutEntry > 0) fact("without entry", shown(model::formatCount(row->withoutEntry)));
    addPairs(told, trace, function, pairs, true);
    addPairs(told, trace, function, pairs, false);
    return told;
}

void addFunction(ItemTold& told, const ItemTold& whole) {
    for (const auto& line : whole.lines)
        if (!told.lines.contains(line) && !line.startsWith(toldWord("Takes ").trimmed()))
            told.lines << line;
    const auto has = [&](const QString& name, const QString& value) {
        return std::ranges::any_of(told.facts, [&](const auto& fact) {
            return fact.first == name && fact.second == value;
        });
    };
    const auto count = told.facts.size();
    for (const auto& [name, value] : whole.facts) {
        if (has(name, value)) continue;
        const bool again = std::ranges::any_of(
            told.facts.begin(), told.facts.begin() + static_cast<std::ptrdiff_t>(count),
            [&wanted = name](const auto& fact) { return fact.first == wanted; });
        // Other paths lead to it too.
        told.facts.emplace_back(again ? toldWord("%1 on all paths").arg(name) : name, value);
    }
}

std::optional<model::CallPlace> stepToCall(const model::CallForest& forest,
                                           model::FunctionKey function,
                                           std::optional<model::EventIndex> from,
                                           model::Timestamp at, CallStep step,
                                           const std::stop_token& stop) {
    const auto found = from ? callOfEvent(forest, *from) : std::nullopt;
    if (!found) return nearestCall(forest, function, at, step, stop);
    const auto task = static_cast<std::uint32_t>(found->task);
    const auto& calls = forest.tasks()[found->task].calls;
    if (step == CallStep::Next) {
        for (auto i = found->call + 1; i < calls.size(); ++i)
            if (forest.function(calls[i]) == function) return model::CallPlace{task, i};
    } else {
        for (auto i = found->call; i-- > 0;)
            if (forest.function(calls[i]) == function) return model::CallPlace{task, i};
    }
    return std::nullopt;
}

}  // namespace kscope::views
