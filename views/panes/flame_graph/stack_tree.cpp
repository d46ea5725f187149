// SPDX-License-Identifier: GPL-3.0-or-later
/// Stacks to a tree of their frames.
#include "views/panes/flame_graph/stack_tree.h"

#include "model/store/call_edge.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace kscope::views {
namespace {

constexpr std::string_view kFunctionEvent = "function";  // lines of the function tracer
constexpr std::size_t kRowsBetweenLooks = 1024;

/// Of the chunk's names; a program may have a function of that name, which is no such line.
std::optional<std::uint16_t> tracedName(const model::Trace& trace, const model::EventChunk& chunk) {
    const auto found = std::ranges::find_if(
        chunk.names, [&](auto name) { return trace.text(name) == kFunctionEvent; });
    if (found == chunk.names.end()) return std::nullopt;
    return static_cast<std::uint16_t>(found - chunk.names.begin());
}
bool isTraced(const model::EventChunk& chunk, std::optional<std::uint16_t> name, std::size_t row) {
    return name == chunk.name[row] && !model::isCallEdge(chunk.flags[row]);
}

/// "mutex_lock <-rb_simple_write" to its two names; an older kernel wrote "mutex_lock (caller)".
std::pair<std::string_view, std::string_view> callSite(std::string_view text) {
    const auto function = text.substr(0, text.find_first_of(" (["));
    auto at = text.find("<-");
    std::size_t skip = 2;
    if (at == text.npos) at = text.find('('), skip = 1;
    if (at == text.npos) return {function, {}};
    const auto caller = text.substr(at + skip);
    return {function, caller.substr(0, caller.find_first_of(" )\n"))};
}

/// Calls that a line stands for: with func-no-repeats "(repeats: 2, last_ts: …)" is two more of the
/// line before it (kernel/trace/trace_output.c).
std::uint64_t callsOf(std::string_view text) {
    constexpr std::string_view kRepeats = "(repeats: ";
    const auto at = text.find(kRepeats);
    std::uint64_t calls = 0;
    if (at == text.npos) return 1;
    const auto digits = text.substr(at + kRepeats.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), calls);
    return std::max<std::uint64_t>(calls, 1);
}

class StackTreeBuilder {
public:
    StackTreeBuilder() {
        m_tree.calls.nodes.emplace_back();
        m_tree.names.emplace_back();
    }
    /// The frames of a row of that name follow, callers first.
    void begin(std::string_view name) {
        m_event = name;
        m_at = 0;
    }
    void frame(std::string_view name, model::CallSpace space) {
        enterEvent();
        step(name, space);
    }
    /// No calls: the row had no frames.
    void end(std::uint64_t calls) {
        if (calls == 0) return;
        enterEvent();
        m_tree.calls.nodes[m_at].calls += calls;
    }
    std::shared_ptr<const FlameTree> finish(const model::TracePtr& trace) {
        m_tree.trace = trace;
        auto& nodes = m_tree.calls.nodes;
        m_tree.calls.children.resize(nodes.size());
        for (std::size_t i = nodes.size(); i-- > 0;) {  // children stand behind their parents
            nodes[i].self = static_cast<std::int64_t>(nodes[i].calls);
            nodes[i].total += nodes[i].self;
            if (i > 0) nodes[nodes[i].parent].total += nodes[i].total;
        }
        for (std::uint32_t i = 1; i < nodes.size(); ++i)
            m_tree.calls.children[nodes[i].parent].push_back(i);
        for (auto& children : m_tree.calls.children)
            std::ranges::stable_sort(children, std::greater<>{},
                                     [&](auto i) { return nodes[i].total; });
        sumFlameTree(m_tree);
        return std::make_shared<FlameTree>(std::move(m_tree));
    }

private:
    void enterEvent() {
        if (m_at != 0) return;
        m_tree.events.emplace(m_event);
        step(m_event, model::CallSpace::User);
    }
    void step(std::string_view name, model::CallSpace space) {
        const auto [found, fresh] = m_nameOf.try_emplace(
            std::string(name), static_cast<std::uint32_t>(m_tree.names.size()));
        if (fresh) m_tree.names.emplace_back(name);
        const auto function = model::FunctionKey::of(model::StringId{found->second}, space);
        const auto key = std::uint64_t{m_at} << 32 | function.value;
        auto& nodes = m_tree.calls.nodes;
        const auto [node, made] =
            m_index.try_emplace(key, static_cast<std::uint32_t>(nodes.size()));
        if (made)
            nodes.push_back({.function = function, .parent = m_at, .depth = nodes[m_at].depth + 1});
        m_at = node->second;
    }
    FlameTree m_tree;
    std::unordered_map<std::string, std::uint32_t> m_nameOf;
    std::unordered_map<std::uint64_t, std::uint32_t> m_index;
    std::string_view m_event;
    std::uint32_t m_at = 0;
};

/// Calls fn(name, space) for the frames of a row, callers first. How many calls they stand for; 0:
/// the row has none.
template <class F>
std::uint64_t eachFrame(const model::Trace& trace, const model::Event& event, F&& fn) {
    const auto& source = trace.sources()[raw(event.source)].text;
    const auto text = source ? source->eventText(event.position)
                             : model::Result<model::EventText>(model::EventText{});
    if (!text) return 0;
    const bool traced = trace.text(event.name) == kFunctionEvent && !model::isCallEdge(event.flags);
    if (text->stack.empty() && text->userStack.empty() && !traced) return 0;
    using model::CallSpace;
    for (auto frame = text->userStack.rbegin(); frame != text->userStack.rend(); ++frame)
        fn(std::string_view(*frame), CallSpace::User);
    for (auto frame = text->stack.rbegin(); frame != text->stack.rend(); ++frame)
        fn(std::string_view(*frame), CallSpace::Kernel);
    if (traced && text->stack.empty()) {
        const auto [function, caller] = callSite(text->args);
        if (!caller.empty()) fn(caller, CallSpace::Kernel);
        if (!function.empty()) fn(function, CallSpace::Kernel);
    }
    return traced ? callsOf(text->args) : 1;
}

/// Calls fn(index) for the rows in [first, last) that have a stack or are the function tracer's,
/// until it returns false. False: it did.
template <class F>
bool eachStackRow(const model::Trace& trace, std::uint64_t first, std::uint64_t last,
                  const model::RowSetPtr& rows, F&& fn) {
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        const auto begin = raw(trace.firstRow(c));
        const auto end = begin + chunk.rows();
        if (end <= first || begin >= last) continue;
        const auto take = [&](std::uint64_t row) {
            const model::EventIndex index{begin + row};
            if (raw(index) < first || raw(index) >= last) return true;
            return (rows && !rows->contains(index)) || fn(index);
        };
        if (const auto name = tracedName(trace, chunk)) {
            for (std::uint64_t row = 0; row < end - begin; ++row) {
                const bool traced = isTraced(chunk, name, row);
                const bool stacked = std::ranges::binary_search(
                    chunk.stacks, static_cast<model::Row>(row), {}, &model::StackRow::row);
                if ((traced || stacked) && !take(row)) return false;
            }
        } else {
            for (std::size_t i = 0; i < chunk.stacks.size(); ++i) {
                // A user and a kernel stack of one event make one path.
                if (i > 0 && chunk.stacks[i].row == chunk.stacks[i - 1].row) continue;
                if (!take(chunk.stacks[i].row)) return false;
            }
        }
    }
    return true;
}

/// Rows of a trace in a range of time, from the first on.
struct RowSpan {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    RowSpan(const model::Trace& trace, const std::optional<model::TimeRange>& range)
        : first(range ? raw(trace.lowerBound(range->begin)) : 0),
          last(range ? raw(trace.lowerBound(range->end)) : trace.events()) {}
};

/// Answers false once in a while, where a stop was asked for.
class StopLooks {
public:
    explicit StopLooks(const std::stop_token& stop) : m_stop(stop) {}
    [[nodiscard]] bool goOn() {
        return ++m_looked % kRowsBetweenLooks != 0 || !m_stop.stop_requested();
    }

private:
    const std::stop_token& m_stop;
    std::size_t m_looked = 0;
};

}  // namespace

bool hasStacks(const model::Trace& trace) {
    if (trace.tables().stacks > 0) return true;
    for (std::size_t i = 0; i < trace.chunks(); ++i) {
        const auto& chunk = trace.chunk(i);
        const auto name = tracedName(trace, chunk);
        for (std::size_t row = 0; name && row < chunk.rows(); ++row)
            if (isTraced(chunk, name, row)) return true;
    }
    return false;
}

std::shared_ptr<const FlameTree> makeStackTree(const model::TracePtr& trace,
                                               const std::optional<model::TimeRange>& range,
                                               const std::stop_token& stop,
                                               const model::RowSetPtr& rows) {
    StackTreeBuilder tree;
    const RowSpan span(*trace, range);
    StopLooks looks(stop);
    const bool whole =
        eachStackRow(*trace, span.first, span.last, rows, [&](model::EventIndex index) {
            const auto event = trace->event(index);
            tree.begin(trace->text(event.name));
            tree.end(eachFrame(*trace, event, [&](std::string_view name, model::CallSpace space) {
                tree.frame(name, space);
            }));
            return looks.goOn();
        });
    return whole ? tree.finish(trace) : nullptr;
}

std::optional<model::EventIndex> nextCallSite(const model::Trace& trace, const CallSite& site,
                                              model::EventIndex after,
                                              const std::optional<model::TimeRange>& range,
                                              const std::stop_token& stop,
                                              const model::RowSetPtr& rows) {
    const RowSpan span(trace, range);
    StopLooks looks(stop);
    std::optional<model::EventIndex> found;
    const auto look = [&](model::EventIndex index) {
        std::string before;
        eachFrame(trace, trace.event(index), [&](std::string_view name, model::CallSpace) {
            if (name == site.function && before == site.caller) found = index;
            before = name;
        });
        return !found && looks.goOn();
    };
    const auto next = std::clamp(raw(after) + 1, span.first, std::max(span.first, span.last));
    if (eachStackRow(trace, next, span.last, rows, look))
        eachStackRow(trace, span.first, next, rows, look);
    return found;
}

}  // namespace kscope::views
