// SPDX-License-Identifier: GPL-3.0-or-later
/// /proc/PID/stat by place, /proc/PID/status by name.
#include "model/derive/process_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace kscope::model {

namespace {

/// Fields behind the name, counted from the state as 3 (proc(5)).
constexpr std::size_t kFirstField = 3;
constexpr std::size_t kLastField = 41;

template <class Int> Int wholeNumber(std::string_view text) {
    Int value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : Int{};
}

}  // namespace

std::optional<ProcessRow> readProcessStat(std::string_view text, ProcessUnits units) {
    // A name may hold blanks and brackets: it ends at the last one.
    const auto open = text.find('(');
    const auto close = text.rfind(')');
    if (open == text.npos || close == text.npos || close < open || open < 2) return std::nullopt;
    std::array<std::string_view, kLastField + 1> field{};
    std::size_t number = kFirstField;
    for (auto at = close + 1; at < text.size() && number <= kLastField;) {
        const auto begin = text.find_first_not_of(" \n", at);
        if (begin == text.npos) break;
        const auto end = std::min(text.find_first_of(" \n", begin), text.size());
        field[number++] = text.substr(begin, end - begin);
        at = end;
    }
    constexpr std::size_t kRss = 24;  // since Linux 1.0; the CPU since 2.2, the policy since 2.5
    if (number <= kRss || field[3].size() != 1) return std::nullopt;
    const auto count = [&](std::size_t at) { return wholeNumber<std::int64_t>(field[at]); };
    ProcessRow row;
    row.tid = Tid{wholeNumber<std::int32_t>(text.substr(0, open - 1))};
    if (raw(row.tid) <= 0) return std::nullopt;
    row.tgid = row.tid;
    row.comm = text.substr(open + 1, close - open - 1);
    row.state = field[3].front();
    row.parent = Tid{wholeNumber<std::int32_t>(field[4])};
    row.minorFaults = count(10);
    row.majorFaults = count(12);
    constexpr std::int64_t kMostTicks = INT64_MAX / 1'000'000'000;
    row.cpuNs =
        std::clamp<std::int64_t>(count(14), 0, kMostTicks) * units.tickNs +
        std::clamp<std::int64_t>(count(15), 0, kMostTicks - std::min(count(14), kMostTicks)) *
            units.tickNs;
    row.nice = wholeNumber<int>(field[19]);
    row.threads = wholeNumber<int>(field[20]);
    row.startTicks = wholeNumber<std::uint64_t>(field[22]);
    row.vszBytes = count(23);
    row.rssBytes = std::clamp<std::int64_t>(count(24), 0, INT64_MAX >> 20) * units.pageBytes;
    if (number > 39) row.lastCpu = wholeNumber<int>(field[39]);
    if (number > 40) row.priority = wholeNumber<int>(field[40]);
    if (number > 41) row.policy = wholeNumber<int>(field[41]);
    return row;
}

void addProcessStatus(std::string_view text, ProcessRow& row) {
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto colon = line.find(':');
        if (colon == line.npos) continue;
        const auto name = line.substr(0, colon);
        const auto begin = line.find_first_not_of(" \t", colon + 1);
        if (begin == line.npos) continue;
        const auto word = line.substr(begin, line.find_first_of(" \t", begin) - begin);
        if (name == "Tgid") row.tgid = Tid{wholeNumber<std::int32_t>(word)};
        else if (name == "Uid") row.uid = wholeNumber<std::int64_t>(word);
        else if (name == "voluntary_ctxt_switches") row.voluntary = wholeNumber<std::int64_t>(word);
        else if (name == "nonvoluntary_ctxt_switches") row.forced = wholeNumber<std::int64_t>(word);
    }
}

std::string_view processStateWords(char state) {
    constexpr std::array<std::pair<char, std::string_view>, 11> kStates{
        {{'R', "running or ready"},
         {'S', "sleeping"},
         {'D', "waiting, cannot be interrupted"},
         {'T', "stopped"},
         {'t', "stopped by a debugger"},
         {'Z', "ended, not fetched by its parent"},
         {'I', "idle kernel thread"},
         {'X', "dead"},
         {'x', "dead"},
         {'P', "parked"},
         {'K', "waiting, a kill ends it"}}};
    const auto* const found =
        std::ranges::find(kStates, state, &std::pair<char, std::string_view>::first);
    return found == kStates.end() ? std::string_view("unknown") : found->second;
}

std::string policyWords(const ProcessRow& row) {
    switch (row.policy) {
    case 0: return "normal";
    case 1: return fmt::format("fifo {}", row.priority);
    case 2: return fmt::format("round robin {}", row.priority);
    case 3: return "batch";
    case 5: return "idle";
    case 6: return "deadline";
    default: return fmt::format("policy {}", row.policy);
    }
}

}  // namespace kscope::model
