// SPDX-License-Identifier: GPL-3.0-or-later
/// Detectors of files of /proc, and the words for what is no trace at all.
#include "parsers/sniffing.h"

#include <algorithm>
#include <array>

namespace kscope::parsers {
namespace {

using namespace std::string_view_literals;

bool begins(std::string_view text, std::string_view begin) {
    return text.substr(0, begin.size()) == begin;
}
bool includes(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

Sniffed proc(std::string_view kind, std::string_view file, std::string_view why) {
    return {.kind = std::string(kind),
            .why = std::string(why),
            .seems = "a " + std::string(file) + " snapshot",
            .readable = isReadKind(kind)};
}

bool allNumbers(const std::vector<std::string_view>& words, std::size_t from) {
    return words.size() > from &&
           std::all_of(words.begin() + static_cast<std::ptrdiff_t>(from), words.end(), isNumber);
}

bool anyLine(const Head& head, const std::function<bool(std::string_view)>& test,
             std::size_t among = SIZE_MAX) {
    const auto last = std::min(among, head.lines.size());
    for (std::size_t i = 0; i < last; ++i) {
        if (test(head.lines[i])) return true;
    }
    return false;
}

// "  0:        119          0   IO-APIC   2-edge      timer", "LOC: …", "  HI: …": a name, a colon,
// then numbers.
bool isCounterRow(std::string_view line) {
    const auto words = wordsOf(line, 3);
    return words.size() >= 2 && words[0].size() > 1 && words[0].back() == ':' && isNumber(words[1]);
}

// "           CPU0       CPU1": the first line of interrupts and softirqs.
bool isCpuHeader(std::string_view line) {
    const auto words = wordsOf(line);
    return !words.empty() && line[0] == ' ' &&
           std::all_of(words.begin(), words.end(), [](std::string_view word) {
               return begins(word, "CPU") && isNumber(word.substr(3));
           });
}

std::optional<Sniffed> sniffCounters(const Head& head) {
    const auto first = std::find_if(head.lines.begin(), head.lines.end(),
                                    [](auto line) { return !trimmed(line).empty(); });
    const bool header = first != head.lines.end() && isCpuHeader(*first);
    const auto vectors = countLines(head, [](std::string_view line) {
        constexpr std::array kVectors{"HI:"sv,      "TIMER:"sv,    "NET_TX:"sv,  "NET_RX:"sv,
                                      "BLOCK:"sv,   "IRQ_POLL:"sv, "TASKLET:"sv, "SCHED:"sv,
                                      "HRTIMER:"sv, "RCU:"sv};
        const auto words = wordsOf(line, 2);
        return words.size() == 2 && isNumber(words[1]) &&
               std::find(kVectors.begin(), kVectors.end(), words[0]) != kVectors.end();
    });
    if (vectors >= 3 || (header && vectors > 0))
        return proc("proc-softirqs", "/proc/softirqs", "rows of softirq vectors");
    const auto rows = countLines(head, isCounterRow);
    if (header && rows > 0)
        return proc("proc-interrupts", "/proc/interrupts", "a header of CPUs and rows of counters");
    const auto chips = countLines(head, [](std::string_view line) {
        return isCounterRow(line) &&
               (includes(line, "-edge") || includes(line, "-level") || includes(line, "-fasteoi") ||
                includes(line, " GIC") || includes(line, "IO-APIC") || includes(line, "PCI-MSI") ||
                includes(line, " Level ") || includes(line, " Edge ") ||
                includes(line, "interrupts"));
    });
    if (chips >= 1 && rows * 2 >= head.lines.size())
        return proc("proc-interrupts", "/proc/interrupts", "rows of interrupt counters");
    return std::nullopt;
}

// "0.932", "-1.000", "0.-500": a number of thousandths of debugfs.
bool isThousandths(std::string_view word) {
    const auto dot = word.find('.');
    if (dot == word.npos) return false;
    auto front = word.substr(0, dot);
    auto behind = word.substr(dot + 1);
    if (begins(front, "-")) front.remove_prefix(1);
    else if (begins(behind, "-")) behind.remove_prefix(1);
    return isNumber(front) && isNumber(behind) && word.size() - dot >= 4;
}

std::optional<Sniffed> sniffMemory(const Head& head) {
    const auto pagetype = [](std::string_view line) { return begins(line, "Page block order:"); };
    if (anyLine(head, pagetype, 20))
        return proc("proc-pagetypeinfo", "/proc/pagetypeinfo", "'Page block order:'");
    const auto isZone = [](std::string_view line) {
        return begins(line, "Node ") && includes(line, ", zone ");
    };
    const auto zones = countLines(head, isZone);
    if (zones > 0 && anyLine(head, [](auto line) {
            return begins(trimmed(line), "pages free") || begins(trimmed(line), "per-node stats");
        })) {
        return proc("proc-zoneinfo", "/proc/zoneinfo", "zones with their watermarks");
    }
    const auto isFree = [&](std::string_view line) {
        const auto words = wordsOf(line);
        return isZone(line) && words.size() >= 8 && allNumbers(words, 4);
    };
    if (countLines(head, isFree) > 0)
        return proc("proc-buddyinfo", "/proc/buddyinfo", "free blocks by zone and order");
    const auto isIndex = [&](std::string_view line) {
        const auto words = wordsOf(line);
        return isZone(line) && words.size() >= 8 &&
               std::all_of(words.begin() + 4, words.end(), isThousandths);
    };
    // Either shows 1 of a zone without free pages; where order 0 can be had, only one is below 0.
    if (countLines(head, isIndex) > 0) {
        const bool below =
            anyLine(head, [&](auto line) { return isIndex(line) && includes(line, "-"); });
        return below ? proc("proc-extfrag_index", "extfrag_index", "a fragmentation index an order")
                     : proc("proc-unusable_index", "unusable_index",
                            "an index of unusable free memory an order");
    }
    if (countLines(
            head, [](auto line) { return includes(line, "MemTotal:") && includes(line, "kB"); },
            8) > 0) {
        return proc("proc-meminfo", "/proc/meminfo", "'MemTotal:'");
    }
    const auto pairs = countLines(head, [](std::string_view line) {
        const auto words = wordsOf(line, 3);
        return words.size() == 2 && isNumber(words[1]) && includes(words[0], "_");
    });
    if (begins(head.bytes, "nr_") && pairs > 5)
        return proc("proc-vmstat", "/proc/vmstat", "'nr_free_pages' and further counters");
    const auto isSlab = [](std::string_view line) {
        return includes(line, " : tunables ") && includes(line, " : slabdata ");
    };
    if (begins(head.bytes, "slabinfo - version") || anyLine(head, isSlab)) {
        return proc("proc-slabinfo", "/proc/slabinfo", "rows of slab caches");
    }
    return std::nullopt;
}

bool isDiskRow(std::string_view line) {
    const auto words = wordsOf(line, 24);
    return words.size() >= 14 && isNumber(words[0]) && isNumber(words[1]) && !isNumber(words[2]) &&
           allNumbers({words.begin() + 3, words.end()}, 0);
}

bool isLoad(std::string_view line) {
    const auto words = wordsOf(line, 6);
    if (words.size() != 5 || !includes(words[3], "/") || !isNumber(words[4])) return false;
    return std::all_of(words.begin(), words.begin() + 3,
                       [](auto word) { return word.size() >= 4 && word[word.size() - 3] == '.'; });
}

std::optional<Sniffed> sniffSchedule(const Head& head) {
    const auto line = [&](std::size_t i) {
        return i < head.lines.size() ? head.lines[i] : std::string_view{};
    };
    if (begins(line(0), "version ") && begins(line(1), "timestamp "))
        return proc("proc-schedstat", "/proc/schedstat", "'version' and 'timestamp'");
    if (begins(line(0), "cpu ") && allNumbers(wordsOf(line(0)), 1) &&
        wordsOf(line(0)).size() >= 5) {
        return proc("proc-stat", "/proc/stat", "a row 'cpu' of ticks");
    }
    if (begins(line(0), "some avg10=") || begins(line(0), "full avg10="))
        return proc("proc-pressure", "/proc/pressure", "'avg10='");
    const auto disks = countLines(head, isDiskRow);
    if (disks > 0 && disks * 2 > head.lines.size())
        return proc("proc-diskstats", "/proc/diskstats", "rows of devices and counters");
    const auto words = wordsOf(line(0), 64);
    const bool single = head.lines.size() <= 2 && trimmed(line(1)).empty();
    if (single && words.size() > 40 && isNumber(words[0]) && words[1][0] == '(')
        return proc("proc-stat", "/proc/PID/stat", "one row with a name in parentheses");
    if (single && words.size() == 3 && allNumbers(words, 0))
        return proc("proc-schedstat", "/proc/PID/schedstat", "three numbers");
    if (isLoad(line(0)) && head.lines.size() <= 2)
        return proc("proc-loadavg", "/proc/loadavg", "three load averages");
    return std::nullopt;
}

// ---- what is no trace ----

struct Phrase {
    std::string_view text;
    std::string_view seems;
};
// Looked for anywhere in the head, in this order.
constexpr std::array kPhrases{
    Phrase{"# event histogram", "a histogram of a hist trigger, which has no times"},
    Phrase{"# trigger info: hist:", "a histogram of a hist trigger, which has no times"},
    Phrase{"\nformat:\n\tfield:", "format files of events"},
    Phrase{"Kernel buffer statistics:", "what 'trace-cmd report --stat' prints"},
    Phrase{"Tracing meta data in file", "what 'trace-cmd dump' prints"},
    Phrase{"commit overrun:", "per-CPU statistics of a trace buffer"},
    Phrase{"==================== Per Process", "a report of btt: open the blktrace files"},
    Phrase{"==================== All Devices", "a report of btt: open the blktrace files"},
    Phrase{"rw=rand", "output of fio"},
    Phrase{"\nfio-", "output of fio"},
    Phrase{"Unable to handle kernel", "a kernel oops"},
    Phrase{"BUG: unable to handle", "a kernel oops"},
    Phrase{"Internal error: Oops", "a kernel oops"},
    Phrase{"Call Trace:", "a kernel log with a call trace"},
    Phrase{"processor\t:", "/proc/cpuinfo"},
    Phrase{"vendor_id\t:", "/proc/cpuinfo"},
    Phrase{"____address", "a listing of a debugger"},
    Phrase{"________addr", "a listing of a debugger"},
    Phrase{"Section Headers:", "what readelf prints"},
    Phrase{"diff --git ", "a patch"},
    Phrase{"\n@@ -", "a patch"},
};

bool looksLikeLog(std::string_view line) {  // "[    0.000000] Linux version …"
    const auto close = line.find("] ");
    return line.size() > 8 && line[0] == '[' && close != line.npos &&
           includes(line.substr(0, close), ".") && close < 20;
}
bool looksLikeCode(std::string_view line) {
    const auto text = trimmed(line);
    if (text.empty()) return false;
    return begins(text, "#include") || begins(text, "#define") || begins(text, "/*") ||
           begins(text, "//") || text.back() == ';' || text.back() == '{' || text == "}" ||
           begins(text, "* ") || begins(text, "return ");
}
// "  80008000: e3a00000  mov r0, #0", "NSR:C0109A2C|E24DD008  sub …" and the like.
bool looksLikeDisassembly(std::string_view line) {
    const auto words = wordsOf(line, 4);
    if (words.size() < 3) return false;
    const auto isHex = [](std::string_view word) {
        return word.size() >= 6 && std::all_of(word.begin(), word.end(), [](char c) {
                   return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
                          (c >= 'A' && c <= 'F');
               });
    };
    const auto colon = words[0].find_first_of(":|"sv);
    if (colon == words[0].npos) return false;
    return isHex(words[0].substr(0, colon)) ||
           isHex(words[0].substr(colon + 1, words[0].find('|', colon + 1) - colon - 1));
}

std::string seemsByLines(const Head& head) {
    std::size_t filled = 0;
    for (const auto line : head.lines) filled += trimmed(line).empty() ? 0 : 1;
    const auto most = [&](const std::function<bool(std::string_view)>& test) {
        return countLines(head, test) * 2 > filled;
    };
    if (most(looksLikeLog)) return "a kernel log without trace lines";
    if (most(looksLikeDisassembly)) return "a disassembly";
    if (most(looksLikeCode)) return "source code";
    const auto columns = wordsOf(head.lines.empty() ? std::string_view{} : head.lines[0]);
    const auto has = [&](std::string_view word) {
        return std::find(columns.begin(), columns.end(), word) != columns.end();
    };
    if (has("PID") && (has("COMMAND") || has("CMD") || has("USER") || has("PPID")))
        return "a list of processes (ps)";
    if (most([](auto line) { return std::count(line.begin(), line.end(), '\t') >= 2; }))
        return "a table with tabs";
    if (most([](auto line) { return std::count(line.begin(), line.end(), ',') >= 2; }))
        return "a table with commas (CSV)";
    return "plain text without trace lines";
}

}  // namespace

std::optional<Sniffed> sniffProcLog(const Head& head) {
    const bool whole = begins(head.bytes, "# kernelscope-proc-log ");
    const auto isRecord = [](std::string_view line) {  // "# kernelscope-proc /proc/stat 1.5 1.6"
        if (!begins(line, "# kernelscope-proc ")) return false;
        const auto words = wordsOf(line, 4);
        const auto digits = words.size() < 4 ? ""sv : words[3];
        return !digits.empty() && digits.find_first_not_of("0123456789."sv) == digits.npos;
    };
    if (!whole && !anyLine(head, isRecord)) return std::nullopt;
    return Sniffed{.kind = "proc-log",
                   .why = whole ? "'# kernelscope-proc-log'"
                                : "'# kernelscope-proc' before a record, the first line is missing",
                   .seems = "a log of /proc snapshots",
                   .readable = isReadKind("proc-log")};
}

std::optional<Sniffed> sniffProc(const Head& head) {
    if (auto found = sniffMemory(head)) return found;
    if (auto found = sniffSchedule(head)) return found;
    return sniffCounters(head);
}

std::string seemsToBe(const Head& head) {
    const auto start = trimmed(head.bytes.substr(0, 4096));
    if (start.empty()) return head.bytes.empty() ? "an empty file" : "nothing but blank lines";
    const auto controls = std::count_if(head.bytes.begin(), head.bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t' && c != '\r' && c != '\f' && c != '\x1b') ||
               byte == 0x7f;
    });
    if (static_cast<std::size_t>(controls) * 20 > head.bytes.size())
        return "binary data without a known magic";
    for (const auto& [text, seems] : kPhrases) {
        if (includes(head.bytes, text)) return std::string(seems);
    }
    if (begins(start, "#!")) return "a script";
    if (begins(start, "<?xml") || begins(start, "<svg")) return "XML";
    if (start[0] == '<' && (includes(start, "<html") || includes(start, "<HTML") ||
                            includes(start, "<!DOCTYPE") || includes(start, "<!doctype")))
        return "an HTML page without trace data";
    if ((start[0] == '{' || start[0] == '[') && includes(start, "\":"))
        return "JSON that holds no trace events";
    const auto words = wordsOf(start.substr(0, start.find('\n')), 3);
    if (head.lines.size() <= 2 && words.size() == 2 && includes(words[0], ".") &&
        includes(words[1], "."))
        return "/proc/uptime";
    return seemsByLines(head);
}

}  // namespace kscope::parsers
