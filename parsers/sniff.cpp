// SPDX-License-Identifier: GPL-3.0-or-later
/// Asks the detectors in order; the first that knows the head wins. Extensions never decide.
#include "parsers/ftrace/evidence.h"
#include "parsers/sniffing.h"

#include <algorithm>
#include <array>

namespace kscope::parsers {
namespace {

using namespace std::string_view_literals;

constexpr std::array kReadKinds{
    "ftrace-text"sv,     "trace-cmd-report"sv,   "function_graph"sv,
    "systrace-html"sv,   "blkparse"sv,           "blktrace"sv,
    "proc-interrupts"sv, "proc-softirqs"sv,      "proc-buddyinfo"sv,
    "proc-zoneinfo"sv,   "proc-pagetypeinfo"sv,  "proc-vmstat"sv,
    "proc-meminfo"sv,    "proc-slabinfo"sv,      "proc-schedstat"sv,
    "proc-stat"sv,       "proc-loadavg"sv,       "proc-diskstats"sv,
    "proc-pressure"sv,   "proc-extfrag_index"sv, "proc-unusable_index"sv,
    "proc-snapshots"sv,  "proc-log"sv,           "uftrace"sv,
    "uftrace-replay"sv,  "uftrace-chrome"sv,     "folded"sv};
constexpr std::array kKinds{"ftrace-text"sv,
                            "trace-cmd-report"sv,
                            "systrace-html"sv,
                            "function_graph"sv,
                            "trace-dat"sv,
                            "blkparse"sv,
                            "blktrace"sv,
                            "uftrace"sv,
                            "uftrace-replay"sv,
                            "uftrace-chrome"sv,
                            "perf-script"sv,
                            "proc-interrupts"sv,
                            "proc-softirqs"sv,
                            "proc-buddyinfo"sv,
                            "proc-zoneinfo"sv,
                            "proc-vmstat"sv,
                            "proc-meminfo"sv,
                            "proc-pagetypeinfo"sv,
                            "proc-slabinfo"sv,
                            "proc-schedstat"sv,
                            "proc-stat"sv,
                            "proc-loadavg"sv,
                            "proc-diskstats"sv,
                            "proc-pressure"sv,
                            "proc-extfrag_index"sv,
                            "proc-unusable_index"sv,
                            "proc-snapshots"sv,
                            "proc-log"sv,
                            "folded"sv};

std::optional<Sniffed> ftraceFrom(const FtraceEvidence& evidence) {
    if (evidence.kind.empty()) return std::nullopt;
    return Sniffed{.kind = evidence.kind, .why = evidence.why, .seems = {}, .readable = true};
}

}  // namespace

bool isKnownKind(std::string_view kind) {
    return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}
bool isReadKind(std::string_view kind) {
    return std::find(kReadKinds.begin(), kReadKinds.end(), kind) != kReadKinds.end();
}

Head makeHead(std::string_view bytes, std::uint64_t sourceBytes) {
    if (bytes.substr(0, 3) == "\xef\xbb\xbf"sv) bytes.remove_prefix(3);
    Head head{.bytes = bytes, .lines = {}, .sourceBytes = sourceBytes};
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        auto line = bytes.substr(0, end);
        bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        head.lines.push_back(line);
    }
    return head;
}

std::string_view trimmed(std::string_view text) {
    constexpr auto kBlanks = " \t\r\n\v\f"sv;
    const auto first = text.find_first_not_of(kBlanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool isNumber(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> wordsOf(std::string_view line, std::size_t limit) {
    std::vector<std::string_view> words;
    while (words.size() < limit) {
        const auto first = line.find_first_not_of(" \t"sv);
        if (first == line.npos) break;
        line.remove_prefix(first);
        words.push_back(line.substr(0, line.find_first_of(" \t"sv)));
        line.remove_prefix(words.back().size());
    }
    return words;
}

std::size_t countLines(const Head& head, const std::function<bool(std::string_view)>& test,
                       std::size_t among) {
    const auto last =
        head.lines.begin() + static_cast<std::ptrdiff_t>(std::min(among, head.lines.size()));
    return static_cast<std::size_t>(std::count_if(head.lines.begin(), last, test));
}

Sniffed sniff(std::string_view bytes, std::uint64_t sourceBytes) {
    const auto head = makeHead(bytes, sourceBytes);
    // First of all: it quotes what others are known by, and a crash may leave NUL bytes in it.
    if (auto found = sniffProcLog(head)) return *found;
    if (auto found = sniffBinary(head)) return *found;
    if (auto found = sniffContainer(head)) return *found;
    const auto evidence = weighFtrace(head.bytes);
    if (auto found = sniffBlock(head); found && evidence.context == 0 && evidence.tracer.empty())
        return *found;
    if (auto found = sniffUftraceText(head)) return *found;
    if (auto found = sniffPerf(head); found && evidence.perfNames >= evidence.context)
        return *found;
    // Lines without CPU or time prove little: what has a form of its own goes first.
    const bool weak = evidence.context == 0 && evidence.graph == 0 && !evidence.tracerHeader &&
                      !evidence.reportHeader;
    if (auto found = ftraceFrom(evidence); found && !weak) return *found;
    if (auto found = sniffProc(head)) return *found;
    if (auto found = sniffFolded(head)) return *found;
    if (auto found = ftraceFrom(evidence)) return *found;
    return Sniffed{.kind = {}, .why = {}, .seems = seemsToBe(head), .readable = false};
}

}  // namespace kscope::parsers
