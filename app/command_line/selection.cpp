// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the options that choose, and applies them.
#include "app/command_line/selection.h"

#include "model/query/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kscope::app {
namespace {

using model::failure;
using model::Result;

std::optional<std::int64_t> wholeNumber(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Seconds with up to nine decimals as ns; a unit may follow where the number is relative.
std::optional<std::int64_t> nanoseconds(std::string_view text) {
    std::int64_t unit = 1'000'000'000;
    const auto letters = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto suffix = text.substr(letters);
    if (suffix == "ns") unit = 1;
    else if (suffix == "us" || suffix == "µs") unit = 1'000;
    else if (suffix == "ms") unit = 1'000'000;
    else if (!suffix.empty() && suffix != "s") return std::nullopt;
    text = text.substr(0, letters);
    const auto dot = std::min(text.find('.'), text.size());
    const auto whole = dot == 0 ? std::optional<std::int64_t>(0) : wholeNumber(text.substr(0, dot));
    if (!whole || *whole < 0 || *whole > INT64_MAX / unit - 1 || text.empty() || text == ".")
        return std::nullopt;
    std::int64_t ns = *whole * unit;
    for (auto i = dot + 1; i < text.size(); ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        unit /= 10;
        ns += (text[i] - '0') * unit;
    }
    return ns;
}

Result<std::optional<RangeEnd>> readEnd(std::string_view text) {
    if (text.empty()) return std::optional<RangeEnd>{};
    RangeEnd end;
    end.relative = text.front() == '+';
    const bool negative = text.front() == '-';
    const auto ns = nanoseconds(end.relative || negative ? text.substr(1) : text);
    if (!ns)
        return failure(fmt::format("--range: '{}' is no time (expected seconds as 933.074345, or "
                                   "+0.1s from the first event)",
                                   text));
    end.ns = negative ? -*ns : *ns;
    return std::optional<RangeEnd>(end);
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto comma = std::min(text.find(','), text.size());
        parts.push_back(text.substr(0, comma));
        if (comma == text.size()) return parts;
        text.remove_prefix(comma + 1);
    }
}

std::string inQuotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace

Result<RangeWords> readRange(std::string_view text) {
    RangeWords range;
    if (text.empty()) return range;
    const auto dots = text.find("..");
    if (dots == std::string_view::npos)
        return failure(fmt::format(
            "--range: '{}' has no '..' (expected A..B, either end may be missing)", text));
    auto begin = readEnd(text.substr(0, dots));
    if (!begin) return tl::unexpected(begin.error());
    auto end = readEnd(text.substr(dots + 2));
    if (!end) return tl::unexpected(end.error());
    range.begin = *begin;
    range.end = *end;
    if (range.begin && range.end && range.begin->relative == range.end->relative &&
        range.end->ns <= range.begin->ns)
        return failure(fmt::format("--range: '{}' ends before it begins", text));
    return range;
}

Result<std::vector<model::CpuId>> readCpus(std::string_view text) {
    std::vector<model::CpuId> cpus;
    if (text.empty()) return cpus;
    for (const auto part : split(text)) {
        const auto dash = part.find('-');
        const auto first = wholeNumber(part.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : wholeNumber(part.substr(dash + 1));
        if (!first || !last || *first < 0 || *last < *first || *last >= model::kMaxCpus)
            return failure(fmt::format("--cpu: '{}' is no CPU list (expected 0,2-5)", text));
        for (auto cpu = *first; cpu <= *last; ++cpu)
            cpus.push_back(model::CpuId{static_cast<std::uint16_t>(cpu)});
    }
    return cpus;
}

Result<Selection> readSelection(const CommonOptions& options) {
    Selection selection;
    auto range = readRange(options.range);
    if (!range) return tl::unexpected(range.error());
    selection.range = *range;
    auto filter = model::Filter::parse(options.filter);
    if (!filter) {
        const auto& fault = filter.error();
        const std::string better =
            fault.suggestion.empty() ? "" : fmt::format("; did you mean '{}'?", fault.suggestion);
        return failure(
            fmt::format("--filter: column {}: {}{}", fault.column + 1, fault.message, better));
    }
    selection.filter = std::move(*filter);
    auto cpus = readCpus(options.cpus);
    if (!cpus) return tl::unexpected(cpus.error());
    selection.cpus = std::move(*cpus);
    if (!options.tasks.empty())
        for (const auto part : split(options.tasks)) {
            if (part.empty())
                return failure("--task: an empty name (expected PID or COMM, separated by commas)");
            const auto tid = wholeNumber(part);
            selection.tasks.push_back({tid ? std::string{} : std::string(part), tid});
        }
    return selection;
}

bool Selection::everything() const {
    return !range.begin && !range.end && filter.all() && cpus.empty() && tasks.empty();
}

std::optional<model::TimeRange> Selection::timeRange(const model::Trace& trace) const {
    if (!range.begin && !range.end) return std::nullopt;
    const auto whole = trace.range();
    // On an axis of ticks a plain number is one: nobody knows how long a second is.
    const bool ticks = std::ranges::any_of(trace.sources(),
                                           [](const auto& source) { return source.clock.counter; });
    const auto place = [&](const RangeEnd& end) {
        if (end.relative) return whole.begin + model::Duration{end.ns};
        return model::timestampNs(ticks ? end.ns / 1'000'000'000 : end.ns);
    };
    model::TimeRange chosen = whole;
    if (range.begin) chosen.begin = place(*range.begin);
    if (range.end) chosen.end = place(*range.end);
    chosen.end = std::max(chosen.begin, chosen.end);
    return chosen;
}

bool Selection::coversTask(const model::Trace& trace, model::TaskId task,
                           model::StringId comm) const {
    if (tasks.empty()) return true;
    if (task == model::kNoTask) return false;
    return std::ranges::any_of(tasks, [&](const TaskWords& words) {
        if (words.tid) return raw(trace.task(task).tid) == *words.tid;
        return model::globMatches(words.comm, trace.text(comm)) ||
               model::globMatches(words.comm, trace.comm(task));
    });
}

model::Filter Selection::eventFilter() const {
    std::string text;
    if (!cpus.empty()) {
        text = "cpu in ";
        for (std::size_t i = 0; i < cpus.size(); ++i)
            text += fmt::format("{}{}", i == 0 ? "" : ",", raw(cpus[i]));
    }
    if (!tasks.empty()) {
        text += text.empty() ? "(" : " && (";
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            text += i == 0 ? "" : " || ";
            text += tasks[i].tid ? fmt::format("tid == {}", *tasks[i].tid)
                                 : fmt::format("comm ~ {}", inQuotes(tasks[i].comm));
        }
        text += ')';
    }
    auto extra = model::Filter::parse(text);
    return extra ? filter && *extra : filter;
}

ChosenRows::ChosenRows(const model::Trace& trace, const Selection& selection,
                       model::ThreadPool& pool)
    : m_trace(trace),
      m_all(selection.everything()),
      m_end(model::EventIndex{trace.events()}) {
    if (const auto range = selection.timeRange(trace)) {
        m_begin = trace.lowerBound(range->begin);
        m_end = trace.lowerBound(range->end);
    }
    if (const auto filter = selection.eventFilter(); !filter.all())
        m_set = filterRows(trace, filter, pool);
}

}  // namespace kscope::app
