// SPDX-License-Identifier: GPL-3.0-or-later
/// Numbers as text, integer arithmetic up to the last digit.
#include "model/core/format.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>
#include <utility>

namespace kscope::model {

namespace {
constexpr std::string_view kThin = "\u2009";

std::string grouped(std::string_view digits) {
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += kThin;
        out += digits[i];
    }
    return out;
}
}  // namespace

std::string formatDuration(Duration duration) {
    const auto ns = duration.count();
    if (ns < 0)
        return fmt::format("-{}", formatDuration(Duration{ns == INT64_MIN ? INT64_MAX : -ns}));
    if (ns < 1000) return fmt::format("{} ns", ns);
    constexpr std::array<std::pair<std::int64_t, std::string_view>, 3> kUnits{
        {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "µs"}}};
    for (const auto& [unit, name] : kUnits) {
        // 999.95 µs would round up to "1000 µs": the next unit takes it.
        if (ns < unit && !(unit > 1'000 && ns * 2 >= unit * 2 - unit / 10'000)) continue;
        const auto value = static_cast<double>(ns) / static_cast<double>(unit);
        if (unit == 1'000'000'000 && value >= 1000)
            return grouped(fmt::format("{:.0f}", value)) + " s";
        const int decimals = value < 9.995 ? 3 : value < 99.95 ? 2 : 1;
        auto text = fmt::format("{:.{}f}", value, decimals);
        if (ns % unit == 0) text = fmt::format("{}", ns / unit);
        return fmt::format("{} {}", text, name);
    }
    return {};
}

std::string formatCount(std::uint64_t count) { return grouped(fmt::format("{}", count)); }

std::string formatBytes(std::uint64_t bytes) {
    if (bytes < 1024) return fmt::format("{} B", bytes);
    constexpr std::array<std::string_view, 6> kNames{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    auto value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; value >= 1000 && unit + 1 < kNames.size(); ++unit) value /= 1024;
    const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, decimals, kNames[unit]);
}

std::string formatSeconds(Timestamp time) {
    const auto ns = toNs(time);
    const auto magnitude =
        ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
    return fmt::format("{}{}.{:09}", ns < 0 ? "-" : "", magnitude / 1'000'000'000,
                       magnitude % 1'000'000'000);
}

std::string formatSecondsGrouped(Timestamp time, int decimals) {
    const auto text = formatSeconds(time);
    const auto dot = text.find('.');
    const auto negative = text.front() == '-';
    std::string out = negative ? "-" : "";
    out += grouped(std::string_view(text).substr(negative, dot - negative));
    if (decimals <= 0) return out;
    out += '.';
    for (int i = 0; i < decimals; ++i) {
        if (i > 0 && i % 3 == 0) out += kThin;
        out += text[dot + 1 + static_cast<std::size_t>(i)];
    }
    return out;
}

namespace {
/// The second that `epochNs` is in, and the ns since it began.
std::pair<std::tm, std::int64_t> localSecond(std::int64_t epochNs) {
    constexpr std::int64_t kSecondNs = 1'000'000'000;
    std::int64_t rest = epochNs % kSecondNs;
    if (rest < 0) rest += kSecondNs;
    const auto seconds = static_cast<std::time_t>((epochNs - rest) / kSecondNs);
    std::tm fields{};
    ::localtime_r(&seconds, &fields);
    return {fields, rest};
}
}  // namespace

std::string formatTimeOfDay(std::int64_t epochNs, int decimals) {
    const auto [fields, rest] = localSecond(epochNs);
    auto second = fmt::format("{:02}:{:02}:{:02}", fields.tm_hour, fields.tm_min, fields.tm_sec);
    if (decimals <= 0) return second;
    const auto fraction = formatSecondsGrouped(timestampNs(rest), decimals);
    return second + fraction.substr(1);  // behind its 0
}

std::string formatDay(std::int64_t epochNs) {
    const auto fields = localSecond(epochNs).first;
    return fmt::format("{}-{:02}-{:02}", fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday);
}

std::string formatShare(double share) {
    const double percent = share * 100;
    if (percent > 0 && percent < 0.05) return "< 0.1 %";  // not 0.0: it is there
    if (percent == 0 || percent >= 9.95) return fmt::format("{:.0f} %", percent);
    return fmt::format("{:.1f} %", percent);
}

}  // namespace kscope::model
