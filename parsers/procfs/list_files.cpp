// SPDX-License-Identifier: GPL-3.0-or-later
/// vmstat, meminfo, slabinfo, diskstats and pressure: lines of names and numbers (formats.md 6.5,
/// 6.6, 6.9).
#include "parsers/procfs/proc_files.h"
#include "parsers/procfs/proc_shape.h"
#include "parsers/text/scan.h"

#include <array>
#include <string>

namespace kscope::parsers {

using model::CounterFile;
using model::SeriesKind;

void readNameValues(ProcShape& shape) {
    const bool meminfo = shape.names->file == CounterFile::Meminfo;
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        auto rest = trim(line);
        std::string row;
        if (meminfo && rest.starts_with("Node ")) {  // of /sys/devices/system/node
            static_cast<void>(takeWord(rest));
            row = "node" + std::string(takeWord(rest));
        }
        std::string_view name;
        if (meminfo) {
            const auto colon = rest.find(':');
            if (colon == rest.npos) {
                countUnread(shape, line);
                continue;
            }
            name = trim(rest.substr(0, colon));
            rest.remove_prefix(colon + 1);
        } else {
            name = takeWord(rest);
        }
        const auto value = takeWord(rest);
        const auto unit = trim(rest);
        if (name.empty() || !isDigits(value) || (!unit.empty() && !(meminfo && unit == "kB"))) {
            countUnread(shape, line);
            continue;
        }
        shape.sameRow(row);
        shape.number(name, value,
                     meminfo ? SeriesKind::Gauge : vmNameKind(name, CounterFile::Vmstat));
    }
}

void readSlabs(ProcShape& shape) {
    using namespace std::string_view_literals;
    constexpr std::array kSizes{"active_objs"sv, "num_objs"sv, "objsize"sv, "objperslab"sv,
                                "pagesperslab"sv};
    constexpr std::array kTunables{"limit"sv, "batchcount"sv, "sharedfactor"sv};
    constexpr std::array kSlabs{"active_slabs"sv, "num_slabs"sv, "sharedavail"sv};
    const auto numbers = [&](std::string_view rest, auto& columns) {
        for (const auto column : columns)
            if (!shape.number(column, takeWord(rest))) return;
    };
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        if (line.starts_with("slabinfo - version") || line.starts_with("#")) continue;
        const auto tunables = line.find(" : tunables");
        const auto slabs = line.find(" : slabdata");
        // A name may hold blanks: the last five words before " : " are the numbers.
        auto head = trimRight(line.substr(0, tunables));
        std::size_t begin = head.size();
        std::size_t words = 0;
        while (words < kSizes.size() && begin > 0) {
            auto end = begin;
            while (end > 0 && isBlank(head[end - 1])) --end;
            auto start = end;
            while (start > 0 && isDigit(head[start - 1])) --start;
            if (start == end) break;
            begin = start;
            ++words;
        }
        const auto name = trim(head.substr(0, begin));
        if (words < kSizes.size() || name.empty() || tunables == line.npos) {
            countUnread(shape, line);
            continue;
        }
        shape.row(name);
        numbers(head.substr(begin), kSizes);
        numbers(line.substr(tunables + 11, slabs == line.npos ? slabs : slabs - tunables - 11),
                kTunables);
        if (slabs != line.npos) numbers(line.substr(slabs + 11), kSlabs);
    }
}

void readDiskstats(ProcShape& shape) {
    using namespace std::string_view_literals;
    constexpr std::array kColumns{"reads"sv,          "read_merges"sv,     "read_sectors"sv,
                                  "read_ms"sv,        "writes"sv,          "write_merges"sv,
                                  "write_sectors"sv,  "write_ms"sv,        "in_flight"sv,
                                  "io_ms"sv,          "weighted_ms"sv,     "discards"sv,
                                  "discard_merges"sv, "discard_sectors"sv, "discard_ms"sv,
                                  "flushes"sv,        "flush_ms"sv};
    // Partitions of early 2.6 kernels.
    constexpr std::array kOldColumns{"reads"sv, "read_sectors"sv, "writes"sv, "write_sectors"sv};
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        auto rest = line;
        const auto major = takeWord(rest);
        const auto minor = takeWord(rest);
        const auto name = takeWord(rest);
        if (!isDigits(major) || !isDigits(minor) || name.empty()) {
            countUnread(shape, line);
            continue;
        }
        std::vector<std::string_view> words;
        for (auto word = takeWord(rest); isDigits(word); word = takeWord(rest))
            words.push_back(word);
        shape.row(name);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto column = words.size() == kOldColumns.size() ? kOldColumns[i]
                                : i < kColumns.size()              ? kColumns[i]
                                                                   : std::string_view{};
            const auto kind = column == "in_flight"sv   ? SeriesKind::Gauge
                              : column.ends_with("_ms") ? SeriesKind::Counter32
                                                        : SeriesKind::Counter64;
            shape.number(column.empty() ? "field" + std::to_string(i) : std::string(column),
                         words[i], kind);
        }
        shape.detail(std::string(major) + ":" + std::string(minor));
    }
}

void readPressure(ProcShape& shape) {
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        auto rest = line;
        const auto who = takeWord(rest);
        if (who != "some" && who != "full") {
            countUnread(shape, line);
            continue;
        }
        shape.row(who);
        for (auto word = takeWord(rest); !word.empty(); word = takeWord(rest)) {
            const auto equals = word.find('=');
            const auto name = word.substr(0, equals);
            if (equals == word.npos ||
                !shape.number(name, word.substr(equals + 1),
                              name == "total" ? SeriesKind::Counter64 : SeriesKind::Gauge)) {
                ++shape.odd.annotated;
                break;
            }
        }
    }
}

}  // namespace kscope::parsers
