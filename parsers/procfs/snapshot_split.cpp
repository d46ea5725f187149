// SPDX-License-Identifier: GPL-3.0-or-later
/// Where one snapshot ends and the next begins.
#include "parsers/procfs/snapshot_split.h"

#include "parsers/procfs/proc_log.h"
#include "parsers/procfs/proc_shape.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace kscope::parsers {

using model::CounterFile;

namespace {

int twoDigits(std::string_view text) {
    if (text.size() != 2 || !isDigits(text)) return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/// "05:07:29", with a fraction or not.
std::optional<std::int64_t> timeOfDay(std::string_view text) {
    if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    const int hours = twoDigits(text.substr(0, 2));
    const int minutes = twoDigits(text.substr(3, 2));
    std::string seconds(text.substr(6));
    std::ranges::replace(seconds, ',', '.');
    const auto ns = secondsToNs(seconds);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !ns || *ns >= 61'000'000'000)
        return std::nullopt;
    return (std::int64_t{hours} * 60 + minutes) * 60'000'000'000 + *ns;
}

std::optional<std::int64_t> dayNs(int year, int month, int day) {
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || year < 1970 || year > 2200) return std::nullopt;
    return std::chrono::nanoseconds(std::chrono::sys_days{date}.time_since_epoch()).count();
}

int smallNumber(std::string_view text) {
    if (!isDigits(text) || text.size() > 4) return -1;
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value;
}

/// "+01:00", "-0500", "Z"
std::int64_t zoneNs(std::string_view text) {
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return 0;
    const int hours = twoDigits(text.substr(1, 2));
    const int minutes = twoDigits(text.substr(text[3] == ':' ? 4 : 3, 2));
    const auto ns = (std::int64_t{std::max(hours, 0)} * 60 + std::max(minutes, 0)) * 60'000'000'000;
    return text[0] == '-' ? -ns : ns;
}

/// "2026-11-22T05:07:29+00:00", "2026-11-22 05:07:29"
std::optional<std::int64_t> isoTime(std::string_view line) {
    if (line.size() < 19 || line[4] != '-' || line[7] != '-') return std::nullopt;
    const auto day = dayNs(smallNumber(line.substr(0, 4)), smallNumber(line.substr(5, 2)),
                           smallNumber(line.substr(8, 2)));
    auto rest = line.substr(11);
    const auto end = rest.find_first_not_of("0123456789:.,");
    const auto time = timeOfDay(rest.substr(0, end));
    if (!day || !time) return std::nullopt;
    return *day + *time - (end == rest.npos ? 0 : zoneNs(trim(rest.substr(end))));
}

/// "Sun Nov 22 05:07:29 UTC 2026", "Sun 22 Nov 2026 05:07:29 AM UTC"
std::optional<std::int64_t> dateTime(std::string_view line) {
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year = -1;
    int month = -1;
    int day = -1;
    std::optional<std::int64_t> time;
    bool afternoon = false;
    bool morning = false;
    std::size_t words = 0;
    for (auto word = takeWord(line); !word.empty(); word = takeWord(line)) {
        if (++words > 8) return std::nullopt;
        const auto at = std::ranges::find(kMonths, word.substr(0, 3));
        if (at != kMonths.end() && month < 0) month = static_cast<int>(at - kMonths.begin()) + 1;
        else if (const auto value = smallNumber(word); value > 0 && word.size() <= 2 && day < 0)
            day = value;
        else if (value >= 1970) year = value;
        else if (const auto found = timeOfDay(word)) time = found;
        else if (word == "PM") afternoon = true;
        else if (word == "AM") morning = true;
    }
    if (year < 0 || month < 0 || day < 0 || !time) return std::nullopt;
    constexpr std::int64_t kHalfDay = 43'200'000'000'000;
    if (afternoon && *time < kHalfDay) *time += kHalfDay;
    if (morning && *time >= kHalfDay) *time -= kHalfDay;
    const auto begin = dayNs(year, month, day);
    if (!begin) return std::nullopt;
    return *begin + *time;
}

/// Every line of a zone begins with its node and name.
bool isZoneFile(CounterFile file) {
    return file == CounterFile::Zoneinfo || file == CounterFile::Buddyinfo ||
           file == CounterFile::ExtfragIndex || file == CounterFile::UnusableIndex;
}

/// What a snapshot of the file begins with: a line without its columns of numbers.
std::string signatureOf(CounterFile file, std::string_view line) {
    auto text = trim(line);
    if (text.empty()) return {};
    if (file == CounterFile::Loadavg) return "load";
    if (file == CounterFile::Interrupts || file == CounterFile::Softirqs) {
        if (text.starts_with("CPU")) return "CPU";
        return std::string(text.substr(0, text.find(':')));
    }
    if (file == CounterFile::Diskstats) {
        const auto major = std::string(takeWord(text));
        const auto minor = std::string(takeWord(text));
        return major + ' ' + minor + ' ' + std::string(takeWord(text));
    }
    if (isZoneFile(file) || file == CounterFile::Pagetypeinfo) {
        std::string words;
        for (int i = 0; i < 6; ++i) {
            const auto word = takeWord(text);
            if (i == 4 && word != "type") break;
            words += std::string(word) + ' ';
        }
        return words;
    }
    if (file == CounterFile::Meminfo) return std::string(text.substr(0, text.find(':')));
    return std::string(takeWord(text));
}

/// Lines that may stand before a file's first one and are not where a snapshot begins.
bool isFirstLine(CounterFile file, std::string_view line) {
    const auto text = trim(line);
    if (text.empty() || timeOfLine(line)) return false;
    if (isZoneFile(file)) return text.starts_with("Node ");
    if (file == CounterFile::Pagetypeinfo)
        return text.starts_with("Node ") && text.find(", type ") != text.npos;
    if (file == CounterFile::Interrupts || file == CounterFile::Softirqs)
        return text.starts_with("CPU") || text.find(':') != text.npos;
    return std::ranges::any_of(text, isDigit) || file == CounterFile::Slabinfo;
}

}  // namespace

std::optional<SnapshotTime> timeOfLine(std::string_view line) {
    const auto text = trim(line);
    auto rest = text;
    const auto first = takeWord(rest);
    const auto second = takeWord(rest);
    const bool alone = trim(rest).empty();
    const auto seconds = secondsToNs(first);
    if (alone && second.empty() && seconds && *seconds >= 100'000'000'000'000'000)
        return SnapshotTime{*seconds, SnapshotClock::Epoch};  // 1973 and later
    const bool fraction = first.find('.') != first.npos;
    if (alone && seconds && fraction && !second.empty() && second.find('.') != second.npos &&
        secondsToNs(second))
        return SnapshotTime{*seconds, SnapshotClock::Uptime};
    if (alone && second.empty() && seconds && fraction)
        return SnapshotTime{*seconds, SnapshotClock::Uptime};
    if (const auto ns = isoTime(text)) return SnapshotTime{*ns, SnapshotClock::Epoch};
    if (const auto ns = dateTime(text)) return SnapshotTime{*ns, SnapshotClock::Epoch};
    return std::nullopt;
}

SnapshotSplit splitSnapshots(CounterFile file, std::string_view text) {
    SnapshotSplit split;
    std::string first;  // signature of a snapshot's first line
    Snapshot open;
    std::optional<SnapshotTime> time;
    std::size_t timeAt = text.npos;  // begin of the line that has it, not used yet
    std::size_t prefaceAt = text.npos;
    const auto close = [&](std::size_t end) {
        open.text = text.substr(static_cast<std::size_t>(open.position), end - open.position);
        split.snapshots.push_back(open);
    };
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = text.substr(at, end - at);
        if (const auto found = file == CounterFile::Loadavg && trim(line).find('/') != line.npos
                                   ? std::nullopt
                                   : timeOfLine(line)) {
            time = found;
            timeAt = at;
        }
        if (trim(line).starts_with("Page block order")) prefaceAt = at;
        if (trim(line).starts_with("slabinfo - version")) prefaceAt = at;
        if (isFirstLine(file, line)) {
            const auto signature = signatureOf(file, line);
            if (first.empty()) first = signature;
            if (signature == first) {
                const auto begin = std::min(at, prefaceAt);
                if (any) close(std::min(begin, timeAt));
                open = {any || time ? begin : 0, {}, {}};
                if (time) {
                    open.timeNs = time->ns;
                    split.clock = time->clock;
                }
                any = true;
                time.reset();
                timeAt = text.npos;
            }
            prefaceAt = text.npos;
        }
        at = end + 1;
    }
    close(text.size());
    return split;
}

}  // namespace kscope::parsers
