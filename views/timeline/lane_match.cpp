// SPDX-License-Identifier: GPL-3.0-or-later
/// Finding the lanes that a pattern list names.
#include "views/timeline/lane_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kscope::views {
namespace {

bool isNumber(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

bool fits(const model::Trace& trace, const LaneKey& key, std::string_view kind,
          std::string_view what) {
    const char* const kinds[] = {"cpu", "task", "event", "device"};
    if (key.kind == LaneKey::Kind::Group || kind != kinds[static_cast<std::size_t>(key.kind)])
        return false;
    if (what.empty() || what == "*") return true;
    if (key.kind == LaneKey::Kind::Cpu) return globMatches(what, fmt::format("{}", key.id));
    if (key.kind == LaneKey::Kind::Task && isNumber(what))
        return fmt::format("{}", model::raw(trace.task(model::TaskId{key.id}).tid)) == what;
    if (key.kind == LaneKey::Kind::Device) {
        // A comma parts patterns: "8:0" is the device 8,0.
        const model::DeviceId device{key.id};
        return globMatches(what, fmt::format("{}:{}", majorOf(device), minorOf(device)));
    }
    return globMatches(what, laneName(trace, key));
}

}  // namespace

bool globMatches(std::string_view pattern, std::string_view text) {
    // The last star is the only place to come back to: linear but for that.
    std::size_t p = 0, t = 0, star = pattern.npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p, ++t;
        } else if (star != pattern.npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

model::Result<std::vector<LaneKey>> matchLanes(const model::Trace& trace,
                                               std::string_view patterns) {
    const std::vector<LaneKey> all = allLanes(trace, Pane::Timeline);
    if (patterns == "all") return all;
    std::vector<LaneKey> lanes;
    while (!patterns.empty()) {
        const auto comma = patterns.find(',');
        std::string_view pattern = patterns.substr(0, comma);
        patterns = comma == patterns.npos ? std::string_view{} : patterns.substr(comma + 1);
        while (pattern.starts_with(' ')) pattern.remove_prefix(1);
        while (pattern.ends_with(' ')) pattern.remove_suffix(1);
        const auto colon = pattern.find(':');
        const std::string_view kind = pattern.substr(0, colon);
        const std::string_view what =
            colon == pattern.npos ? std::string_view{} : pattern.substr(colon + 1);
        if (kind != "cpu" && kind != "task" && kind != "event" && kind != "device")
            return model::failure(fmt::format(
                "lane '{}' is none of cpu, task, event and device; try 'cpu,task:java*,device:8:0'",
                pattern));
        bool any = false;
        for (const LaneKey& key : all) {
            if (!fits(trace, key, kind, what)) continue;
            any = true;
            if (std::ranges::find(lanes, key) == lanes.end()) lanes.push_back(key);
        }
        if (!any) return model::failure(fmt::format("no lane fits '{}'", pattern));
    }
    return lanes;
}

}  // namespace kscope::views
