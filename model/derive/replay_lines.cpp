// SPDX-License-Identifier: GPL-3.0-or-later
/// From line numbers to calls and back.
///
/// Calls stand in order of begin, so what a call called follows it without a gap. Before the line
/// that opens call i stand the i opening lines of the calls before it, and the closing lines of
/// those of them that have ended: all that close, less the ones around i.
#include "model/derive/replay_lines.h"

#include "model/store/call_edge.h"

#include <algorithm>

namespace kscope::model {

namespace {

/// Such a call is shown without an end.
constexpr std::uint32_t kEndless = Call::Open | Call::NoExit | Call::Lost;

}  // namespace

ReplayLines::ReplayLines(CallForestPtr forest, std::size_t task, ReplayEvents events)
    : m_forest(std::move(forest)),
      m_task(task) {
    if (events == ReplayEvents::Show) findEvents();
    if (!m_events.empty()) placeEvents();
    countCloses();
    setRange(std::nullopt);
}

/// Millions of calls are looked at before the first line is seen: one load each.
void ReplayLines::countCloses() {
    const auto all = calls();
    const Call* const call = all.data();
    const bool events = !m_eventInside.empty();
    m_closes.reserve(all.size() / kBlock + 1);
    std::uint32_t count = 0;
    for (std::size_t begin = 0; begin < all.size(); begin += kBlock) {
        m_closes.push_back(count);
        const auto end = std::min<std::size_t>(begin + kBlock, all.size() - 1);
        for (auto i = begin; i < end; ++i)
            count += static_cast<std::uint32_t>(call[i + 1].parent == i) &
                     static_cast<std::uint32_t>((call[i].bits & kEndless) == 0);
        for (auto i = begin; events && i < std::min<std::size_t>(begin + kBlock, all.size()); ++i)
            count += m_eventInside[i] && !call[i].has(kEndless);
    }
}

void ReplayLines::findEvents() {
    const auto& trace = m_forest->trace();
    if (trace.events() <= m_forest->entries() + m_forest->exits()) return;
    const auto& task = m_forest->tasks()[m_task];
    for (std::size_t c = 0; c < trace.chunks() && c < RowRef::kMaxChunks; ++c) {
        const auto& chunk = trace.chunk(c);
        // A task may stand in the dictionary more than once, by other names.
        std::vector<bool> ours(chunk.tasks.size());
        for (std::size_t i = 0; i < ours.size(); ++i)
            ours[i] = task.task != kNoTask && chunk.tasks[i].task == task.task;
        if (task.task != kNoTask && std::ranges::find(ours, true) == ours.end()) continue;
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            if (isCallEdge(chunk.flags[row])) continue;
            const auto local = chunk.task[row];
            const bool mine = local < ours.size()
                                  ? ours[local]
                                  : task.task == kNoTask && chunk.cpu[row] == raw(task.cpu);
            if (mine) m_events.push_back(RowRef::of(c, row));
        }
    }
}

/// One walk in order: which line of a call each event stands before.
void ReplayLines::placeEvents() {
    const auto all = calls();
    m_eventInside.resize(all.size());
    m_callsBefore.reserve(m_events.size());
    std::uint64_t line = 0;
    const auto placeUntil = [&](RowRef row) {
        const auto before = m_callsBefore.size();
        while (m_callsBefore.size() < m_events.size() &&
               m_events[m_callsBefore.size()].value < row.value)
            m_callsBefore.push_back(line);
        return m_callsBefore.size() > before;
    };
    std::vector<std::uint32_t> open;
    const auto pop = [&] {
        const auto& call = all[open.back()];
        // One that is open at the end has the task's last row inside.
        const RowRef end{call.exit.value + (call.has(Call::Open) ? 1u : 0u)};
        if (call.exit.known() && placeUntil(end) && !hasCallees(open.back()))
            m_eventInside[open.back()] = true;
        line += closes(open.back());
        open.pop_back();
    };
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        while (!open.empty() && open.back() != all[i].parent) pop();
        // A call without an entry begins before its row: what was placed so far stands above it.
        if (all[i].entry.known()) (void)placeUntil(all[i].entry);
        ++line;
        open.push_back(i);
    }
    while (!open.empty()) pop();
    m_callsBefore.resize(m_events.size(), line);
}

bool ReplayLines::hasCallees(std::uint32_t call) const {
    const auto all = calls();
    return call + 1 < all.size() && all[call + 1].parent == call;
}

bool ReplayLines::leaf(std::uint32_t call) const {
    return !hasCallees(call) && (m_eventInside.empty() || !m_eventInside[call]);
}

bool ReplayLines::closes(std::uint32_t call) const {
    return !leaf(call) && !calls()[call].has(kEndless);
}

std::uint64_t ReplayLines::callLineOf(std::uint32_t call) const {
    std::uint64_t line = std::uint64_t{call} + m_closes[call / kBlock];
    for (auto i = call / kBlock * kBlock; i < call; ++i) line += closes(i);
    for (auto above = calls()[call].parent; above != kNoCall; above = calls()[above].parent)
        line -= closes(above);
    return line;
}

/// Of a call that is no leaf.
std::uint64_t ReplayLines::closeLineOf(std::uint32_t call) const {
    const auto all = calls();
    auto last = call;
    while (last + 1 < all.size() && all[last + 1].parent != kNoCall && all[last + 1].parent >= call)
        ++last;
    auto line = callLineOf(last);
    for (auto at = last; at != kNoCall && at >= call; at = all[at].parent) line += closes(at);
    return line;
}

std::uint64_t ReplayLines::callLines() const {
    const auto all = calls();
    if (all.empty()) return 0;
    const auto last = static_cast<std::uint32_t>(all.size() - 1);
    auto lines = callLineOf(last) + 1;
    for (auto at = last; at != kNoCall; at = all[at].parent) lines += closes(at);
    return lines;
}

ReplayLine ReplayLines::callLineAt(std::uint64_t line) const {
    const auto all = calls();
    // The last call that opens at or before the line: first its block, then in it.
    std::uint32_t low = 0, high = static_cast<std::uint32_t>(m_closes.size());
    while (high - low > 1) {
        const auto middle = low + (high - low) / 2;
        if (callLineOf(middle * kBlock) <= line) low = middle;
        else high = middle;
    }
    std::uint32_t first = low * kBlock;
    std::uint32_t end = std::min(first + kBlock, static_cast<std::uint32_t>(all.size()));
    while (end - first > 1) {
        const auto middle = first + (end - first) / 2;
        if (callLineOf(middle) <= line) first = middle;
        else end = middle;
    }
    ReplayLine found{ReplayLine::Kind::Open, first, 0};
    auto rest = line - callLineOf(first);
    if (leaf(first)) found.kind = ReplayLine::Kind::Leaf;
    for (auto at = first; rest > 0 && at != kNoCall; at = all[at].parent) {
        if (!closes(at)) continue;
        found = {ReplayLine::Kind::Close, at, 0};
        --rest;
    }
    for (auto above = all[found.call].parent; above != kNoCall; above = all[above].parent)
        ++found.level;
    return found;
}

std::uint64_t ReplayLines::withEvents(std::uint64_t callLine) const {
    const auto after = std::ranges::upper_bound(m_callsBefore, callLine);
    return callLine + static_cast<std::uint64_t>(after - m_callsBefore.begin());
}

ReplayLine ReplayLines::wholeAt(std::uint64_t line) const {
    if (m_events.empty()) return callLineAt(line);
    // The first event that stands at the line or after it.
    std::size_t low = 0, high = m_events.size();
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        if (m_callsBefore[middle] + middle < line) low = middle + 1;
        else high = middle;
    }
    if (low == m_events.size() || m_callsBefore[low] + low != line) return callLineAt(line - low);
    ReplayLine found;
    if (m_callsBefore[low] > 0) {
        found = callLineAt(m_callsBefore[low] - 1);
        found.level += found.kind == ReplayLine::Kind::Open;
    }
    found.kind = ReplayLine::Kind::Event;
    found.row = m_events[low];
    return found;
}

ReplayLine ReplayLines::at(std::uint64_t line) const {
    auto found = wholeAt(toWhole(line));
    found.task = static_cast<std::uint32_t>(m_task);
    if (found.kind == ReplayLine::Kind::Open && folded(found.call))
        found.kind = ReplayLine::Kind::Folded;
    return found;
}

std::int64_t ReplayPage::timeNs(const ReplayLine& line) const {
    if (line.kind == ReplayLine::Kind::Event)
        return forest().trace().chunk(line.row.chunk()).timeNs(line.row.row());
    return line.kind == ReplayLine::Kind::Close ? forest().end(call(line))
                                                : forest().begin(call(line));
}

std::uint64_t ReplayLines::firstAtOrAfter(std::int64_t ns) const {
    std::uint64_t low = 0, high = wholeSize();
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        auto line = wholeAt(middle);
        line.task = static_cast<std::uint32_t>(m_task);
        if (timeNs(line) < ns) low = middle + 1;
        else high = middle;
    }
    return low;
}

void ReplayLines::setRange(std::optional<TimeRange> range) {
    m_first = range ? firstAtOrAfter(toNs(range->begin)) : 0;
    m_end = range ? firstAtOrAfter(toNs(range->end)) : wholeSize();
    layFolds();
}

std::optional<std::uint64_t> ReplayLines::lineOf(std::uint32_t call) const {
    if (call >= calls().size()) return std::nullopt;
    const auto whole = withEvents(callLineOf(call));
    if (whole < m_first || whole >= m_end) return std::nullopt;
    return toShown(whole);
}

void ReplayLines::setFolded(std::uint32_t call, bool fold) {
    if (call >= calls().size() || leaf(call)) return;
    if (fold) m_folded.insert(call);
    else m_folded.erase(call);
    layFolds();
}

void ReplayLines::unfoldAll() {
    m_folded.clear();
    layFolds();
}

/// What is folded inside of what is folded hides nothing more.
void ReplayLines::layFolds() {
    m_hidden.clear();
    std::uint64_t before = 0;
    for (const auto call : m_folded) {  // ascending, so that outer calls come first
        auto from = withEvents(callLineOf(call)) + 1, to = withEvents(closeLineOf(call)) + 1;
        from = std::clamp(from, m_first, m_end);
        to = std::clamp(to, m_first, m_end);
        if (from >= to || (!m_hidden.empty() && from < m_hidden.back().to)) continue;
        m_hidden.push_back({from, to, before});
        before += to - from;
    }
    m_shown = m_end - m_first - before;
}

std::uint64_t ReplayLines::toWhole(std::uint64_t shown) const {
    const auto whole = m_first + shown;
    const auto after = std::ranges::partition_point(
        m_hidden, [&](const Hidden& each) { return each.from - each.before <= whole; });
    if (after == m_hidden.begin()) return whole;
    const auto& last = *(after - 1);
    return whole + last.before + (last.to - last.from);
}

std::uint64_t ReplayLines::toShown(std::uint64_t whole) const {
    const auto after = std::ranges::partition_point(
        m_hidden, [&](const Hidden& each) { return each.from <= whole; });
    if (after == m_hidden.begin()) return whole - m_first;
    const auto& last = *(after - 1);
    // Folded away: the line that it is folded into.
    if (whole < last.to) return last.from > m_first ? last.from - 1 - last.before - m_first : 0;
    return whole - last.before - (last.to - last.from) - m_first;
}

// All lines in order.

ReplayWalk::ReplayWalk(const ReplayLines& lines) : m_lines(&lines) {
    while (m_line < lines.m_first && step()) {
    }
}

bool ReplayWalk::next() { return m_line < m_lines->m_end && step(); }

bool ReplayWalk::step() {
    const auto& lines = *m_lines;
    const auto& forest = lines.forest();
    const auto all = lines.calls();
    if (m_event < lines.m_events.size() && lines.m_callsBefore[m_event] == m_callLine) {
        const auto row = lines.m_events[m_event++];
        m_time = forest.trace().chunk(row.chunk()).timeNs(row.row());
        ++m_line;
        return true;
    }
    while (!m_open.empty() && (m_call == all.size() || m_open.back() != all[m_call].parent)) {
        const auto done = m_open.back();
        m_open.pop_back();
        if (!lines.closes(done)) continue;
        m_time = forest.end(all[done]);
        ++m_callLine, ++m_line;
        return true;
    }
    if (m_call == all.size()) return false;
    m_time = forest.begin(all[m_call]);
    m_open.push_back(m_call++);
    ++m_callLine, ++m_line;
    return true;
}

// Text.

namespace {

/// "[entry] (4011b6) depth: 2 (3)" to " (3)"; nothing where it is no such text.
std::optional<std::string_view> afterDepth(std::string_view text) {
    if (!text.starts_with("[entry]") && !text.starts_with("[exit ]")) return std::nullopt;
    constexpr std::string_view kDepth = "depth: ";
    const auto at = text.find(kDepth);
    if (at == text.npos) return std::nullopt;
    text.remove_prefix(at + kDepth.size());
    return text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
}

}  // namespace

std::string callArguments(std::string_view rowText, std::string_view name) {
    if (const auto rest = afterDepth(rowText)) {
        const auto open = rest->find('(');
        return open == rest->npos ? std::string() : std::string(rest->substr(open));
    }
    const auto at = name.empty() ? rowText.npos : rowText.find(name);
    if (at == rowText.npos) return {};
    const auto rest = rowText.substr(at + name.size());
    if (!rest.starts_with('(')) return {};
    const auto close = rest.rfind(')');
    return close == rest.npos || close == 1 ? std::string()
                                            : std::string(rest.substr(0, close + 1));
}

std::string callResult(std::string_view rowText) {
    // What uftrace wrote is the value to its end, whatever letters it has.
    if (const auto rest = afterDepth(rowText)) {
        const auto at = rest->find("= ");
        return at == rest->npos ? std::string() : std::string(rest->substr(at));
    }
    const auto at = rowText.rfind("= ");
    if (at == rowText.npos) return {};
    auto value = rowText.substr(at);
    value = value.substr(0, value.find(" */"));
    while (value.ends_with(';') || value.ends_with(' ')) value.remove_suffix(1);
    return std::string(value);
}

std::string replayEventText(std::string_view name, std::string_view fields) {
    std::string text = "/* ";
    text.append(name);
    if (!fields.empty()) text.append(": ").append(fields);
    return text.append(" */");
}

std::string replayText(const ReplayLine& line, std::string_view name, std::string_view arguments,
                       std::string_view result) {
    std::string text;
    // uftrace's own way: a demangled name that has its parameters gets no empty ones.
    const bool bare = arguments.empty() && !name.ends_with(')');
    const auto tail = result.empty() ? std::string() : " " + std::string(result);
    switch (line.kind) {
    case ReplayLine::Kind::Close:
        text.append("}").append(tail).append("; /* ").append(name).append(" */");
        if (tail.empty()) text.erase(1, 1);
        return text;
    case ReplayLine::Kind::Leaf:
        return text.append(name).append(bare ? "()" : arguments).append(tail).append(";");
    case ReplayLine::Kind::Open:
        return text.append(name).append(bare ? "()" : arguments).append(" {");
    case ReplayLine::Kind::Event: return replayEventText(name, arguments);
    case ReplayLine::Kind::Folded: break;
    }
    return text.append(name).append(bare ? "()" : arguments).append(" { \u2026 }").append(tail);
}

}  // namespace kscope::model
