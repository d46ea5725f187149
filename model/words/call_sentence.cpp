// SPDX-License-Identifier: GPL-3.0-or-later
/// Entries and exits in words. A function is no kind of event: the words of an event of the same
/// name (kmem_cache_alloc, hrtimer_init) are not its own.
#include "model/words/call_sentence.h"

#include "model/core/format.h"
#include "model/derive/replay_lines.h"
#include "model/store/call_edge.h"
#include "model/words/function_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace kscope::model {
namespace {

/// A table asks for a screen of rows at a time, a copy for many: no row looks further back.
constexpr std::uint32_t kRowsLookedAt = 8192;

struct EdgeRow {
    std::size_t chunk = 0;
    std::size_t row = 0;
    std::uint16_t flags = 0;
};

/// The edges of one task (of one CPU where rows have no task) before an event, latest first.
class EdgesBefore {
public:
    EdgesBefore(const Trace& trace, const Event& event)
        : m_trace(trace),
          m_event(event),
          m_at(raw(event.index)),
          m_chunk(trace.chunkOf(event.index)) {}
    [[nodiscard]] std::optional<EdgeRow> next() {
        for (; m_at > 0 && m_looked < kRowsLookedAt; ++m_looked) {
            --m_at;
            while (m_at < raw(m_trace.firstRow(m_chunk))) --m_chunk;
            const auto& chunk = m_trace.chunk(m_chunk);
            const auto row = static_cast<std::size_t>(m_at - raw(m_trace.firstRow(m_chunk)));
            if (isCallEdge(chunk.flags[row]) && sameTask(chunk, row))
                return EdgeRow{m_chunk, row, chunk.flags[row]};
        }
        return std::nullopt;
    }
    [[nodiscard]] StringId name(const EdgeRow& edge) const {
        const auto& chunk = m_trace.chunk(edge.chunk);
        return chunk.names[chunk.name[edge.row]];
    }
    [[nodiscard]] std::int64_t timeNs(const EdgeRow& edge) const {
        return m_trace.chunk(edge.chunk).timeNs(edge.row);
    }

private:
    [[nodiscard]] bool sameTask(const EventChunk& chunk, std::size_t row) const {
        if (chunk.origin(row).source != m_event.source) return false;
        // Rows without a task have no entry in the chunk's list of tasks.
        const auto local = chunk.task[row];
        const auto task = local < chunk.tasks.size() ? chunk.tasks[local].task : kNoTask;
        if (task != m_event.task) return false;
        return task != kNoTask || CpuId{chunk.cpu[row]} == m_event.cpu;
    }
    const Trace& m_trace;
    const Event& m_event;
    std::uint64_t m_at;
    std::size_t m_chunk;
    std::uint32_t m_looked = 0;
};

std::uint16_t flagBits(const Event& event) { return static_cast<std::uint16_t>(event.flags); }

/// The last edge before `event` on this level of its stack: an entry is open there.
std::optional<StringId> callerOf(const Trace& trace, const Event& event) {
    const auto bits = flagBits(event);
    const auto depth = callDepth(bits);
    if (depth == 0 || depth >= kMaxCallDepth) return std::nullopt;
    EdgesBefore before(trace, event);
    while (const auto edge = before.next()) {
        if (callEdge(edge->flags) == CallEdge::Loss) return std::nullopt;
        if (callSpace(edge->flags) != callSpace(bits) || callDepth(edge->flags) >= depth) continue;
        const bool open =
            callEdge(edge->flags) == CallEdge::Entry && callDepth(edge->flags) + 1 == depth;
        return open ? std::optional(before.name(*edge)) : std::nullopt;
    }
    return std::nullopt;
}

/// The function that an exit without a name ends: the last entry on its level that is open.
std::optional<StringId> endedBy(const Trace& trace, const Event& event) {
    const auto bits = flagBits(event);
    EdgesBefore before(trace, event);
    while (const auto edge = before.next()) {
        if (callEdge(edge->flags) == CallEdge::Loss) return std::nullopt;
        if (callSpace(edge->flags) != callSpace(bits) || callDepth(edge->flags) > callDepth(bits))
            continue;
        const bool open = callEdge(edge->flags) == CallEdge::Entry &&
                          callDepth(edge->flags) == callDepth(bits) &&
                          durationOf(trace.chunk(edge->chunk), static_cast<Row>(edge->row)) < 0;
        return open ? std::optional(before.name(*edge)) : std::nullopt;
    }
    return std::nullopt;
}

/// What the exit's line tells, else the time since its entry.
std::optional<std::int64_t> lengthUntil(const Trace& trace, const Event& event) {
    if (const auto told = durationOf(*event.chunk, event.row); told >= 0)
        return told == kUnknownDuration ? std::nullopt : std::optional(told);
    const auto& source = trace.sources()[raw(event.source)];
    const auto bits = flagBits(event);
    if (source.clock.relative || source.clock.counter || callDepth(bits) >= kMaxCallDepth)
        return std::nullopt;
    EdgesBefore before(trace, event);
    while (const auto edge = before.next()) {
        if (callEdge(edge->flags) == CallEdge::Loss) return std::nullopt;
        if (callSpace(edge->flags) != callSpace(bits) || callDepth(edge->flags) > callDepth(bits))
            continue;
        const bool entry = callEdge(edge->flags) == CallEdge::Entry &&
                           callDepth(edge->flags) == callDepth(bits) &&
                           before.name(*edge) == event.name;
        return entry ? std::optional(toNs(event.time) - before.timeNs(*edge)) : std::nullopt;
    }
    return std::nullopt;
}

/// A clock that counts weights (folded stacks) has no time that could be told.
std::string lengthText(const Trace& trace, const Event& event, std::int64_t length) {
    const auto& clock = trace.sources()[raw(event.source)].clock;
    if (!clock.counter) return formatDuration(Duration{length});
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(length, 0));
    const auto* const unit = clock.relative ? "sample" : "tick";
    return fmt::format("{} {}{}", formatCount(count), unit, count == 1 ? "" : "s");
}

}  // namespace

std::string callSentence(const Trace& trace, const Event& event, std::string_view args) {
    const auto edge = callEdge(flagBits(event));
    if (edge == CallEdge::Loss)
        return "Records of this task were lost here: how its open calls went on is not known";
    auto name = trace.text(event.name);
    if (edge == CallEdge::Exit && name == kUnnamedFunction)
        if (const auto ended = endedBy(trace, event)) name = trace.text(*ended);
    std::string text(name);
    if (edge == CallEdge::Entry) {
        text += " begins";
        if (const auto given = callArguments(args, name); !given.empty())
            text.append(" with ").append(given);
        if (const auto caller = callerOf(trace, event))
            text.append(", called by ").append(trace.text(*caller));
        if (const auto whole = durationOf(*event.chunk, event.row); whole >= 0)
            text.append(", and returns after ").append(formatDuration(Duration{whole}));
    } else {
        text += " returns";
        if (const auto length = lengthUntil(trace, event))
            text.append(" after ").append(lengthText(trace, event, *length));
        if (const auto value = callResult(args); !value.empty()) text.append(1, ' ').append(value);
    }
    if (const auto known = functionWords(name, callSpace(flagBits(event)));
        edge == CallEdge::Entry && !known.what.empty())
        text.append(". ").append(known.what);
    return text;
}

}  // namespace kscope::model
