// SPDX-License-Identifier: GPL-3.0-or-later
/// Writers of folded stacks, speedscope and Chrome trace events.
#include "model/derive/call_export.h"

#include "model/core/quoting.h"
#include "model/derive/call_sweep.h"
#include "model/derive/call_waits.h"
#include "model/derive/replay_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <unordered_map>

namespace kscope::model {

namespace {

constexpr std::size_t kExportPiece = 1 << 20;

/// Gathers text and hands it on in large pieces.
class PieceWriter {
public:
    explicit PieceWriter(const TextSink& sink) : m_sink(sink) {}
    std::string text;
    void pieceEnds() {
        if (text.size() >= kExportPiece) flush();
    }
    bool flush() {
        if (m_good && !text.empty()) m_good = m_sink(text);
        text.clear();
        return m_good;
    }

private:
    const TextSink& m_sink;
    bool m_good = true;
};

std::string taskTitle(const Trace& trace, const CallTask& task) {
    if (task.task != kNoTask)
        return fmt::format("{}-{}", trace.comm(task.task), raw(trace.task(task.task).tid));
    if (task.cpu == kUnknownCpu) return "calls";
    return fmt::format("CPU {}", raw(task.cpu));
}

/// What the call was given or gave back, as `uftrace dump --chrome` tells it.
void appendChromeArgs(std::string& to, const CallForest& forest, const Call& call, char phase,
                      std::string_view name) {
    const bool begins = phase == 'B';
    if (begins ? !call.entry.known() : call.has(Call::Open | Call::NoExit | Call::Lost)) return;
    const auto event = forest.trace().event(forest.eventOf(begins ? call.entry : call.exit));
    const auto& source = forest.trace().sources()[raw(event.source)].text;
    if (!source) return;
    const auto text = source->eventText(event.position);
    if (!text) return;
    auto value = begins ? callArguments(text->args, name) : callResult(text->args);
    if (!begins) value.erase(0, std::min(value.find_first_not_of("= "), value.size()));
    if (value.empty()) return;
    to += begins ? ",\"args\":{\"arguments\":" : ",\"args\":{\"retval\":";
    appendJson(to, value);
    to += '}';
}

/// Begins and ends in an order that nests: nothing ends before what is inside it, nothing begins
/// before what came before it.
template <class Open, class Close>
void eachEdge(const CallForest& forest, const CallTask& task, const CallScope& scope, Open&& open,
              Close&& close) {
    std::int64_t last = INT64_MIN;
    sweepCalls(
        forest, task, scope,
        [&](const SweptCall& swept, const auto&) {
            if (!swept.counted) return;
            last = std::max(last, forest.begin(*swept.call));
            open(swept, last);
        },
        [&](const SweptCall& swept, const auto&) {
            if (!swept.counted) return;
            last = std::max(last, forest.end(*swept.call));
            close(swept, last);
        });
}

/// From the first begin to the last end of the task's calls in the scope; none: it has none.
struct CallSpan {
    std::int64_t begin = INT64_MAX;
    std::int64_t end = INT64_MIN;
};
std::optional<CallSpan> spanOf(const CallForest& forest, const CallTask& task,
                               const CallScope& scope) {
    CallSpan span;
    eachEdge(
        forest, task, scope,
        [&](const SweptCall&, std::int64_t at) { span.begin = std::min(span.begin, at); },
        [&](const SweptCall&, std::int64_t at) { span.end = std::max(span.end, at); });
    return span.begin == INT64_MAX ? std::nullopt : std::optional(span);
}

}  // namespace

bool countsAny(const CallForest& forest, const CallScope& scope) {
    return std::ranges::any_of(forest.tasks(), [&](const CallTask& task) {
        return spanOf(forest, task, scope).has_value();
    });
}

bool writeFolded(const CallForest& forest, const CallScope& scope, ThreadPool& pool,
                 const TextSink& sink) {
    const auto tree = callTree(forest, scope, pool);
    const auto& trace = forest.trace();
    PieceWriter out(sink);
    // Where nothing has a length (function_graph without durations) calls are what can be counted.
    const bool byCalls = tree.nodes[0].total == 0;
    std::vector<std::string> paths(tree.nodes.size());
    for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
        const auto& node = tree.nodes[i];
        auto& path = paths[i];
        path = paths[node.parent];
        if (!path.empty()) path += ';';
        for (const char c : trace.text(node.function.name()))
            path += c == ';' || c == '\n' ? ':' : c;
        const auto weight = byCalls ? static_cast<std::int64_t>(node.calls) : node.self;
        if (weight <= 0) continue;
        out.text += path;
        out.text += fmt::format(" {}\n", weight);
        out.pieceEnds();
    }
    return out.flush();
}

bool writeSpeedscope(const CallForest& forest, const CallScope& scope, std::string_view name,
                     const TextSink& sink) {
    const auto& trace = forest.trace();
    PieceWriter out(sink);
    out.text = "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"name\":";
    appendJson(out.text, name);
    out.text += ",\"profiles\":[";
    std::unordered_map<std::uint32_t, std::size_t> frames;
    std::vector<FunctionKey> order;
    bool firstTask = true;
    // Weights of folded stacks are numbers of samples.
    const bool counts = std::ranges::all_of(
        trace.sources(), [](const SourceInfo& source) { return source.clock.counter; });
    const std::string_view unit = counts ? "none" : "nanoseconds";
    for (const auto& task : forest.tasks()) {
        const auto span = spanOf(forest, task, scope);
        if (!span) continue;
        out.text += firstTask ? "\n" : ",\n";
        firstTask = false;
        out.text += "{\"type\":\"evented\",\"name\":";
        appendJson(out.text, taskTitle(trace, task));
        out.text += fmt::format(",\"unit\":\"{}\",\"startValue\":{},\"endValue\":{},\"events\":[",
                                unit, span->begin, span->end);
        bool first = true;
        const auto edge = [&](char type, FunctionKey function, std::int64_t at) {
            const auto [found, fresh] = frames.try_emplace(function.value, order.size());
            if (fresh) order.push_back(function);
            out.text += fmt::format("{}{{\"type\":\"{}\",\"frame\":{},\"at\":{}}}",
                                    first ? "\n" : ",\n", type, found->second, at);
            first = false;
            out.pieceEnds();
        };
        eachEdge(
            forest, task, scope,
            [&](const SweptCall& swept, std::int64_t at) { edge('O', swept.function, at); },
            [&](const SweptCall& swept, std::int64_t at) { edge('C', swept.function, at); });
        out.text += "]}";
    }
    out.text += "],\n\"shared\":{\"frames\":[";
    for (std::size_t i = 0; i < order.size(); ++i) {
        out.text += i == 0 ? "\n{\"name\":" : ",\n{\"name\":";
        appendJson(out.text, trace.text(order[i].name()));
        out.text += '}';
        out.pieceEnds();
    }
    out.text += "]},\"exporter\":\"KernelScope\"}\n";
    return out.flush();
}

namespace {

/// The events of one task of a Chrome trace.
class ChromeTask {
public:
    ChromeTask(PieceWriter& out, const CallForest& forest, const CallTask& task,
               std::span<const CallWait> waits)
        : m_out(out),
          m_forest(forest),
          m_task(task),
          m_waits(waits),
          m_pid(task.cpu == kUnknownCpu ? 0 : raw(task.cpu)),
          m_tid(m_pid) {
        if (task.task == kNoTask) return;
        const auto& info = forest.trace().task(task.task);
        m_tid = raw(info.tid);
        m_pid = raw(info.tgid) >= 0 ? raw(info.tgid) : m_tid;
    }
    void write(const CallScope& scope) {
        m_out.text += fmt::format("{{\"ts\":0,\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":"
                                  "\"thread_name\",\"args\":{{\"name\":",
                                  m_pid, m_tid);
        appendJson(m_out.text, taskTitle(m_forest.trace(), m_task));
        m_out.text += "}}";
        const auto from = scope.range ? toNs(scope.range->begin) : INT64_MIN;
        std::size_t open = 0;
        const auto edge = [&](char phase, const SweptCall& swept, std::int64_t at) {
            // Those that no call of the scope is open around are left out.
            for (; !m_waits.empty() && m_waits.front().end <= at; m_waits = m_waits.subspan(1))
                if (open > 0 && m_waits.front().begin >= from) wait(m_waits.front());
            const auto name = m_forest.trace().text(swept.function.name());
            begin(phase, name, at);
            appendChromeArgs(m_out.text, m_forest, *swept.call, phase, name);
            m_out.text += '}';
            m_out.pieceEnds();
            open = phase == 'B' ? open + 1 : open - 1;
        };
        eachEdge(
            m_forest, m_task, scope,
            [&](const SweptCall& swept, std::int64_t at) { edge('B', swept, at); },
            [&](const SweptCall& swept, std::int64_t at) { edge('E', swept, at); });
    }

private:
    void begin(char phase, std::string_view name, std::int64_t at) {
        m_out.text += fmt::format(
            ",\n{{\"ts\":{}{}.{:03},\"ph\":\"{}\",\"pid\":{},\"tid\":{},\"name\":",
            at < 0 ? "-" : "", std::abs(at) / 1000, std::abs(at) % 1000, phase, m_pid, m_tid);
        appendJson(m_out.text, name);
    }
    void wait(const CallWait& wait) {
        begin('B', wait.name, wait.begin);
        m_out.text += '}';
        begin('E', wait.name, wait.end);
        m_out.text += '}';
    }

    PieceWriter& m_out;
    const CallForest& m_forest;
    const CallTask& m_task;
    std::span<const CallWait> m_waits;
    std::int64_t m_pid;
    std::int64_t m_tid;
};

}  // namespace

bool writeChromeTrace(const CallForest& forest, const CallScope& scope, const TextSink& sink) {
    PieceWriter out(sink);
    out.text = "{\"traceEvents\":[";
    const auto waits = waitsInCalls(forest);
    bool first = true;
    for (std::size_t i = 0; i < forest.tasks().size(); ++i) {
        const auto& task = forest.tasks()[i];
        if (scope.task && !scope.task(task)) continue;
        out.text += first ? "\n" : ",\n";
        first = false;
        ChromeTask(out, forest, task, waits[i]).write(scope);
    }
    out.text += "\n],\"displayTimeUnit\":\"ns\"}\n";
    return out.flush();
}

}  // namespace kscope::model
