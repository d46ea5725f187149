// SPDX-License-Identifier: GPL-3.0-or-later
/// Filters over calls: one walk a task, a name matched once.
#include "model/derive/call_filter.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>

namespace kscope::model {

namespace {

constexpr std::uint32_t kHiddenCall = UINT32_MAX;       // it and all inside it
constexpr std::uint32_t kOutsideCall = UINT32_MAX - 1;  // not inside `only` yet
constexpr std::uint32_t kCallsBetweenStops = 1u << 16;

std::string_view trimmedWord(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool globFits(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = pattern.npos, retry = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p, ++t;
        } else if (star != pattern.npos) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

/// Patterns against names, each name once.
class NameMatch {
public:
    NameMatch(const Trace& trace, const std::vector<std::string>& patterns)
        : m_trace(trace),
          m_patterns(patterns) {}
    [[nodiscard]] bool fits(FunctionKey function) {
        if (m_patterns.empty()) return false;
        const auto name = raw(function.name());
        if (name >= m_known.size()) m_known.resize(name + std::size_t{64}, 0);
        auto& known = m_known[name];
        if (known == 0) {
            const auto text = m_trace.text(function.name());
            known = std::ranges::any_of(
                        m_patterns, [&](const auto& each) { return callPatternFits(each, text); })
                        ? 2
                        : 1;
        }
        return known == 2;
    }

private:
    const Trace& m_trace;
    const std::vector<std::string>& m_patterns;
    std::vector<std::uint8_t> m_known;  // 0: not matched yet, 1: no, 2: yes
};

}  // namespace

/// Friend of CallForest: puts a forest together from another.
class CallForestFilter {
public:
    CallForestFilter(const CallForest& from, const CallFilter& filter)
        : m_from(from),
          m_filter(filter) {}

    CallForestPtr run(ThreadPool& pool, const std::stop_token& stop) {
        std::vector<CallTask> tasks(m_from.tasks().size());
        std::atomic<bool> stopped = false;
        parallelFor(pool, tasks.size(), [&](std::size_t i) {
            if (!filterTask(m_from.tasks()[i], tasks[i], stop)) stopped = true;
        });
        return stopped ? nullptr : finish(std::move(tasks));
    }

    CallForestPtr counted(const CallScope& scope, ThreadPool& pool) {
        std::vector<CallTask> tasks(m_from.tasks().size());
        parallelFor(pool, tasks.size(), [&](std::size_t i) {
            if (!scope.task || scope.task(m_from.tasks()[i]))
                countTask(m_from.tasks()[i], scope, tasks[i]);
        });
        return finish(std::move(tasks));
    }

private:
    [[nodiscard]] CallForestPtr finish(std::vector<CallTask> tasks) const {
        auto made = std::make_shared<CallForest>();
        made->m_trace = m_from.m_trace;
        made->m_cut = m_from.m_cut;
        for (auto& task : tasks) {
            if (task.calls.empty()) continue;
            made->m_size += task.calls.size();
            for (const auto& call : task.calls) {
                made->m_entries += call.entry.known();
                made->m_exits += call.exit.known() && !call.has(Call::Open | Call::NoExit);
            }
            made->m_tasks.push_back(std::move(task));
        }
        return made;
    }
    void countTask(const CallTask& from, const CallScope& scope, CallTask& into) const {
        into.task = from.task;
        into.cpu = from.cpu;
        into.source = from.source;
        std::vector<std::uint32_t> placeOf(from.calls.size());
        for (std::uint32_t i = 0; i < from.calls.size(); ++i) {
            auto left = from.calls[i];
            if (left.parent != kNoCall) left.parent = placeOf[left.parent];
            placeOf[i] = left.parent;  // of a call that is left out: what is left above it
            const auto row = CallForest::namingRow(left);
            const CpuId cpu{m_from.trace().chunk(row.chunk()).cpu[row.row()]};
            if (!scope.cpus.empty() && std::ranges::find(scope.cpus, cpu) == scope.cpus.end())
                continue;
            if (scope.rows && !scope.rows->contains(m_from.eventOf(row))) continue;
            placeOf[i] = static_cast<std::uint32_t>(into.calls.size());
            into.maxDepth = std::max(into.maxDepth, left.depth());
            into.calls.push_back(left);
        }
    }
    bool filterTask(const CallTask& from, CallTask& into, const std::stop_token& stop) const {
        into.task = from.task;
        into.cpu = from.cpu;
        into.source = from.source;
        NameMatch only(m_from.trace(), m_filter.only), hide(m_from.trace(), m_filter.hide);
        std::vector<std::uint32_t> placeOf(from.calls.size());
        std::vector<std::uint32_t> levels;  // of calls that are left: 1 is the outermost
        for (std::uint32_t i = 0; i < from.calls.size(); ++i) {
            if (i % kCallsBetweenStops == 0 && stop.stop_requested()) return false;
            const auto& call = from.calls[i];
            const auto above = call.parent != kNoCall
                                   ? placeOf[call.parent]
                                   : (m_filter.only.empty() ? kNoParent : kOutsideCall);
            placeOf[i] = kHiddenCall;
            if (above == kHiddenCall && call.parent != kNoCall) continue;
            const auto function = m_from.function(call);
            if (hide.fits(function)) continue;
            if (m_filter.threshold > 0) {
                const auto length = m_from.length(call);
                if (length && *length < m_filter.threshold) continue;
            }
            const bool root = above == kOutsideCall || above == kNoParent;
            if (above == kOutsideCall && !only.fits(function)) {
                placeOf[i] = kOutsideCall;
                continue;
            }
            const auto level = root ? 1 : levels[above] + 1;
            if (m_filter.depth > 0 && level > m_filter.depth) continue;
            placeOf[i] = static_cast<std::uint32_t>(into.calls.size());
            levels.push_back(level);
            auto left = call;
            left.parent = root ? kNoCall : above;
            const auto depth = depthOf(from, into, call, left);
            left.bits = (call.bits & 0xffu) | depth << 8;
            into.maxDepth = std::max(into.maxDepth, depth);
            into.calls.push_back(left);
        }
        return true;
    }
    /// Where calls above were taken away depth begins anew, else it stays: a fragment may begin
    /// deep.
    [[nodiscard]] std::uint32_t depthOf(const CallTask& from, const CallTask& into,
                                        const Call& call, const Call& left) const {
        if (left.parent == kNoCall) return m_filter.only.empty() ? call.depth() : 0;
        const auto step = call.depth() - from.calls[call.parent].depth();
        return into.calls[left.parent].depth() + step;
    }

    static constexpr std::uint32_t kNoParent = UINT32_MAX - 2;
    const CallForest& m_from;
    const CallFilter& m_filter;
};

std::vector<std::string> callPatterns(std::string_view text) {
    std::vector<std::string> patterns;
    while (!text.empty()) {
        const auto end = std::min(text.find(';'), text.size());
        if (const auto word = trimmedWord(text.substr(0, end)); !word.empty())
            patterns.emplace_back(word);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return patterns;
}

bool callPatternFits(std::string_view pattern, std::string_view name) {
    if (globFits(pattern, name)) return true;
    // The function of a module alone: "f [mod]".
    if (const auto module = name.find(" ["); module != name.npos && module > 0 &&
                                             name.ends_with(']') &&
                                             globFits(pattern, name.substr(0, module)))
        return true;
    if (pattern.find('(') != pattern.npos) return false;
    const auto parameters = name.find('(');
    return parameters != name.npos && parameters > 0 &&
           globFits(pattern, name.substr(0, parameters));
}

Result<std::int64_t> parseCallThreshold(std::string_view text, std::string_view countUnit) {
    text = trimmedWord(text);
    if (text.empty()) return 0;
    if (!countUnit.empty()) {
        std::int64_t count = 0;
        const auto [last, wrong] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (wrong == std::errc() && last == text.data() + text.size() && count >= 0) return count;
        return failure(std::string(countUnit) + " are a whole number");
    }
    double number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto unit = trimmedWord(text.substr(static_cast<std::size_t>(end - text.data())));
    double factor = 1000;
    if (unit == "ns") factor = 1;
    else if (unit == "ms") factor = 1e6;
    else if (unit == "s" || unit == "sec") factor = 1e9;
    else if (!unit.empty() && unit != "us" && unit != "\u00b5s")
        return failure("a time has the unit ns, us, ms or s");
    const double ns = std::round(number * factor);
    if (fault != std::errc() || !(ns >= 0) || ns > 9e18)
        return failure("a time is a number with ns, us, ms or s, as in 50us");
    return static_cast<std::int64_t>(ns);
}

CallForestPtr filterCalls(const CallForestPtr& forest, const CallFilter& filter, ThreadPool& pool,
                          const std::stop_token& stop) {
    if (!forest || filter.empty()) return forest;
    return CallForestFilter(*forest, filter).run(pool, stop);
}

CallForestPtr countedCalls(const CallForestPtr& forest, const CallScope& scope, ThreadPool& pool) {
    if (!forest || (scope.cpus.empty() && !scope.rows && !scope.task)) return forest;
    const CallFilter none;
    return CallForestFilter(*forest, none).counted(scope, pool);
}

}  // namespace kscope::model
