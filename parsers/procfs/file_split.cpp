// SPDX-License-Identifier: GPL-3.0-or-later
/// Where one file of /proc ends and another begins, by the lines that they begin with
/// (formats.md section 6).
#include "parsers/procfs/file_split.h"

#include "parsers/procfs/proc_shape.h"
#include "parsers/procfs/snapshot_split.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <optional>

namespace kscope::parsers {

using model::CounterFile;

namespace {

std::string_view lineAt(std::string_view text, std::size_t at) {
    return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

/// How many words of `line` are digits, and whether all are.
struct NumberWords {
    std::size_t numbers = 0;
    bool all = true;
};
NumberWords numberWords(std::string_view line) {
    NumberWords found;
    for (auto word = takeWord(line); !word.empty(); word = takeWord(line)) {
        if (isDigits(word)) ++found.numbers;
        else found.all = false;
    }
    return found;
}

/// "           CPU0       CPU1": which of the two tables the line below it tells.
std::optional<CounterFile> tableOfCpus(std::string_view header, std::string_view below) {
    auto rest = header;
    for (auto word = takeWord(rest); !word.empty(); word = takeWord(rest))
        if (!word.starts_with("CPU") || !isDigits(word.substr(3))) return std::nullopt;
    const auto row = trim(below);
    if (row.find(':') == row.npos) return std::nullopt;
    return row.starts_with("HI:") ? CounterFile::Softirqs : CounterFile::Interrupts;
}

/// pagetypeinfo ends in rows of the same look with a number a migrate type, six at most.
constexpr std::size_t kFewestOrders = 8;
/// "Node 0, zone      DMA      1      0 …": numbers behind the name, and no more words.
bool isFreeBlockRow(std::string_view line) {
    auto rest = line;
    if (takeWord(rest) != "Node" || takeWord(rest).empty() || takeWord(rest) != "zone")
        return false;
    const auto zone = takeWord(rest);
    const auto words = numberWords(rest);
    return !zone.empty() && zone.back() != ',' && words.all && words.numbers >= kFewestOrders;
}

bool isLoadLine(std::string_view line) {
    auto rest = line;
    for (int i = 0; i < 3; ++i)
        if (const auto word = takeWord(rest); word.find('.') == word.npos) return false;
    const auto tasks = takeWord(rest);
    return tasks.find('/') != tasks.npos && isDigits(takeWord(rest)) && trim(rest).empty();
}

/// "   8       0 sda 4711 …"
bool isDiskRow(std::string_view line) {
    auto rest = line;
    const bool numbers = isDigits(takeWord(rest)) && isDigits(takeWord(rest));
    const auto name = takeWord(rest);
    const auto words = numberWords(rest);
    return numbers && !name.empty() && !isDigits(name) && words.all && words.numbers >= 11;
}

/// The file that begins with this line, where only one can.
std::optional<CounterFile> fileThatBegins(std::string_view line, std::string_view below) {
    const auto text = trim(line);
    if (text.starts_with("CPU")) return tableOfCpus(text, below);
    if (text.starts_with("MemTotal:")) return CounterFile::Meminfo;
    if (text.starts_with("Page block order:")) return CounterFile::Pagetypeinfo;
    if (text.starts_with("slabinfo - version")) return CounterFile::Slabinfo;
    if (text.starts_with("some avg10=")) return CounterFile::Pressure;
    // At the line's begin: zoneinfo has rows of these names further in.
    if (line.starts_with("nr_free_pages ")) return CounterFile::Vmstat;
    if (line.starts_with("cpu ") && numberWords(line).numbers >= 7) return CounterFile::Stat;
    if (line.starts_with("version ") && trim(below).starts_with("timestamp "))
        return CounterFile::Schedstat;
    if (text.starts_with("Node ")) {
        if (isFreeBlockRow(text)) return CounterFile::Buddyinfo;
        const auto next = trim(below);
        if (text.find("zone") != text.npos && text.find(", type ") == text.npos &&
            (next.starts_with("per-node stats") || next.starts_with("pages free")))
            return CounterFile::Zoneinfo;
        return std::nullopt;
    }
    if (isLoadLine(text)) return CounterFile::Loadavg;
    if (isDiskRow(text)) return CounterFile::Diskstats;
    return std::nullopt;
}

}  // namespace

std::vector<FileSection> splitFiles(CounterFile sniffed, std::string_view text) {
    std::vector<FileSection> sections;
    std::optional<CounterFile> now;
    std::size_t begin = 0;
    auto timeAt = text.npos;  // begin of the times and blank lines right in front
    for (std::size_t at = 0; at < text.size();) {
        const auto line = lineAt(text, at);
        const auto next = std::min(at + line.size() + 1, text.size());
        const auto file = fileThatBegins(line, lineAt(text, next));
        const bool aside = !file && (trim(line).empty() || timeOfLine(line));
        if (file && file != now) {
            if (now) {
                const auto cut = std::min(timeAt, at);
                sections.push_back({*now, text.substr(begin, cut - begin)});
                begin = cut;
            }
            now = file;
        } else if (!now && !aside && !trim(line).empty()) {
            now = sniffed;  // rows without the line that they begin with
        }
        if (!aside) timeAt = text.npos;
        else if (timeAt == text.npos) timeAt = at;
        at = next;
    }
    sections.push_back({now.value_or(sniffed), text.substr(begin)});
    return sections;
}

}  // namespace kscope::parsers
