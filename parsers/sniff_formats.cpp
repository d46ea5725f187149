// SPDX-License-Identifier: GPL-3.0-or-later
/// Detectors of what tracers and their tools write, by content only.
#include "parsers/sniffing.h"
#include "parsers/uftrace/replay_line.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace kscope::parsers {
namespace {

using namespace std::string_view_literals;

Sniffed known(std::string_view kind, std::string why, std::string seems) {
    return {.kind = std::string(kind),
            .why = std::move(why),
            .seems = std::move(seems),
            .readable = isReadKind(kind)};
}
Sniffed foreign(std::string seems) {
    return {.kind = {}, .why = {}, .seems = std::move(seems), .readable = false};
}

bool startsWith(std::string_view text, std::string_view begin) {
    return text.substr(0, begin.size()) == begin;
}
bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::string lowered(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

struct Magic {
    std::string_view bytes;
    std::size_t offset;
    std::string_view seems;
};
// What people drop on a trace viewer by mistake.
constexpr std::array kMagics{
    Magic{"PERFILE2"sv, 0,
          "perf.data, which only perf reads: open the output of 'perf script' instead"},
    Magic{"\x7f"
          "ELF"sv,
          0, "an ELF program or library"},
    Magic{"\x89PNG\r\n\x1a\n"sv, 0, "a picture (PNG)"},
    Magic{"\xff\xd8\xff"sv, 0, "a picture (JPEG)"},
    Magic{"GIF8"sv, 0, "a picture (GIF)"},
    Magic{"%PDF-"sv, 0, "a PDF document"},
    Magic{"PK\x03\x04"sv, 0, "a zip archive: unpack it first"},
    Magic{"7z\xbc\xaf\x27\x1c"sv, 0, "a 7z archive: unpack it first"},
    Magic{"BZh"sv, 0, "bzip2 data, which are not unpacked here: use bunzip2"},
    Magic{"\x04\x22\x4d\x18"sv, 0, "lz4 data, which are not unpacked here: use unlz4"},
    Magic{"LZIP"sv, 0, "lzip data, which are not unpacked here: use lunzip"},
    Magic{"ustar"sv, 257, "a tar archive: unpack it first"},
    Magic{"SQLite format 3\0"sv, 0, "an SQLite database"},
    Magic{"\0asm"sv, 0, "a WebAssembly module"},
    Magic{"!<arch>\n"sv, 0, "an ar archive"},
    Magic{"MZ"sv, 0, "a Windows program"},
    Magic{"\xd4\xc3\xb2\xa1"sv, 0, "a network capture (pcap)"},
    Magic{"\x0a\x0d\x0d\x0a"sv, 0, "a network capture (pcapng)"},
    Magic{"\xc1\x1f\xfc\xc1"sv, 0, "an LTTng (CTF) trace"},
};

bool isBlktrace(std::string_view bytes) {
    // struct blk_io_trace, linux/include/uapi/linux/blktrace_api.h: magic 0x65617400 | version 7
    // (8: v2 records).
    if (bytes.size() < 48) return false;
    std::uint32_t magic = 0;
    std::memcpy(&magic, bytes.data(), sizeof magic);
    for (const auto value : {magic, __builtin_bswap32(magic)}) {
        if ((value & 0xffffff00U) == 0x65617400U && ((value & 0xff) == 7 || (value & 0xff) == 8))
            return true;
    }
    return false;
}

std::size_t nulCount(const Head& head) {
    return static_cast<std::size_t>(std::count(head.bytes.begin(), head.bytes.end(), '\0'));
}

/// The header of a ring buffer page as trace_pipe_raw gives it: u64 time, then a commit of at most
/// a page.
bool looksLikeRawPage(std::string_view bytes) {
    constexpr std::size_t kPage = 4096;
    if (bytes.size() < kPage) return false;
    std::uint64_t time = 0;
    std::uint64_t commit = 0;
    std::memcpy(&time, bytes.data(), sizeof time);
    std::memcpy(&commit, bytes.data() + 8, sizeof commit);
    commit &= 0xfffff;  // Above: flags of missed events.
    return time != 0 && time < (1ULL << 59) && commit >= 8 && commit <= kPage - 16;
}

bool isTimeToken(std::string_view token) {
    const auto dot = token.find('.');
    return dot != token.npos && isNumber(token.substr(0, dot)) && token.size() - dot > 1 &&
           isNumber(token.substr(dot + 1));
}

// "  8,0    2        1     0.000000000   507  A  WS 1018114 + 128 …" (blktrace 1.3 blkparse_fmt.c,
// default format)
bool isBlkparseLine(std::string_view line) {
    const auto words = wordsOf(line, 7);
    if (words.size() < 6) return false;
    const auto comma = words[0].find(',');
    return comma != words[0].npos && isNumber(words[0].substr(0, comma)) &&
           isNumber(words[0].substr(comma + 1)) && isNumber(words[1]) && isNumber(words[2]) &&
           isTimeToken(words[3]) && isNumber(words[4]) && words[5].size() <= 2;
}

// "   1.130 us [ 27711] | main();" (uftrace cmds/replay.c); the duration may be blank.
bool isReplayLine(std::string_view line) {
    const auto bar = line.find("] |");
    if (bar == line.npos) return false;
    const auto open = line.rfind('[', bar);
    if (open == line.npos || !isNumber(trimmed(line.substr(open + 1, bar - open - 1))))
        return false;
    const auto before = wordsOf(line.substr(0, open), 4);
    return before.empty() || (before.size() >= 2 && isTimeToken(before[0]) &&
                              (before[1] == "us" || before[1] == "ms" || before[1] == "s" ||
                               before[1] == "ns" || before[1] == "m"));
}

/// Lines of `uftrace replay -f none`: calls alone, and closings that name what they close, which no
/// program's text does throughout.
bool isBareReplay(const Head& head) {
    std::size_t lines = 0, calls = 0, closings = 0;
    for (const auto line : head.lines) {
        const auto text = trimmed(line);
        if (text.empty()) continue;
        ++lines;
        const auto open = text.find('(');
        const auto name = text.substr(0, std::min(open, text.size()));
        const bool call =
            open != text.npos && open > 0 && name.find_first_of(" \t=#/"sv) == name.npos;
        if (startsWith(text, "} ") && text.ends_with(" */")) ++closings;
        else if (call && (text.ends_with(") {") || text.ends_with(';'))) ++calls;
        else if (startsWith(text, "/* ") && text.ends_with(" */")) ++calls;
    }
    return closings > 0 && calls >= 3 && (calls + closings) * 20 >= lines * 19;
}

bool isHexAddress(std::string_view word) {
    return word.size() >= 3 && word.size() <= 16 &&
           std::all_of(word.begin(), word.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
// "\tffffffff8135517a copy_process+0x90a ([kernel.kallsyms])" (perf util/evsel_fprintf.c)
bool isPerfFrame(std::string_view line) {
    const auto words = wordsOf(line, 3);
    if (words.size() < 2 || !isHexAddress(words[0])) return false;
    // Indented by perf; a page may have lost that, then only a full address tells.
    const bool indented = line[0] == '\t' || line[0] == ' ';
    return (indented || words[0].size() == 16) && trimmed(line).back() == ')' &&
           contains(line, "(");
}
// "java  1745   887.628981:    1001001 cpu-clock: " and the like: a time with a colon, then an
// event with one.
bool isPerfHeader(std::string_view line) {
    if (line.empty() || line[0] == '\t' || line[0] == '#') return false;
    const auto words = wordsOf(line, 12);
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        const auto time = words[i];
        if (time.back() != ':' || !isTimeToken(time.substr(0, time.size() - 1))) continue;
        const auto event =
            isNumber(words[i + 1]) && i + 2 < words.size() ? words[i + 2] : words[i + 1];
        return event.size() > 1 && event.back() == ':';
    }
    // Recorded without times: "comm pid cycles:" and frames behind it.
    return words.size() >= 3 && words.size() <= 4 && words.back().back() == ':' &&
           isNumber(words[1]);
}

}  // namespace

std::optional<Sniffed> sniffBinary(const Head& head) {
    const auto bytes = head.bytes;
    if (bytes.empty()) return foreign("an empty file");
    if (startsWith(bytes, "Ftrace!\0"sv))
        return known("uftrace", "the info file of a uftrace directory", "uftrace data");
    if (startsWith(bytes, "\x17\x08\x44tracing"sv)) {
        const auto version = bytes.substr(10, std::min(bytes.find('\0', 10), std::size_t{14}) - 10);
        return known("trace-dat",
                     "magic of trace.dat, version " +
                         std::string(isNumber(version) ? version : "?"),
                     "trace.dat version " + std::string(isNumber(version) ? version : "?"));
    }
    if (isBlktrace(bytes))
        return known("blktrace", "magic of blktrace records", "binary blktrace records");
    for (const auto& magic : kMagics) {
        if (bytes.substr(std::min(magic.offset, bytes.size()), magic.bytes.size()) == magic.bytes) {
            return foreign(std::string(magic.seems));
        }
    }
    if (startsWith(bytes, "TRACE:\n"sv)) return std::nullopt;  // atrace; its zlib stream is binary.
    const auto nuls = nulCount(head);
    if (nuls * 100 <= bytes.size()) return std::nullopt;
    if (nuls == bytes.size()) return foreign("nothing but NUL bytes");
    if (looksLikeRawPage(bytes)) {
        return foreign("a raw ring buffer page (trace_pipe_raw), which needs its formats: record "
                       "with trace-cmd, or read 'trace'");
    }
    return foreign("binary data without a known magic");
}

std::optional<Sniffed> sniffContainer(const Head& head) {
    const auto bytes = head.bytes;
    if (startsWith(bytes, "TRACE:\n"sv)) {
        const bool zipped = bytes.size() > 7 && bytes[7] == '\x78';
        return known("systrace-html",
                     zipped ? "'TRACE:' line of atrace and a zlib stream"
                            : "'TRACE:' line of atrace",
                     "atrace output");
    }
    const auto start = trimmed(bytes.substr(0, 4096));
    const auto low = lowered(start.substr(0, 512));
    if (startsWith(low, "<!doctype html") || startsWith(low, "<html")) {
        // The data stand behind up to megabytes of viewer code: its title tells as well.
        for (const auto mark : {"class=\"trace-data\""sv, "linuxPerfData"sv,
                                "Android System Trace"sv, "tracing_mark_write"sv}) {
            // A marker alone may also stand in the <pre> of a blog.
            if (contains(bytes, mark) && (mark != "tracing_mark_write" || !contains(bytes, "<pre")))
                return known("systrace-html", "HTML page with " + std::string(mark),
                             "a systrace page");
        }
        return std::nullopt;
    }
    if (!start.empty() && (start[0] == '{' || start[0] == '[') &&
        (contains(bytes, "\"traceEvents\"") || contains(bytes, "\"ph\":"))) {
        return known("uftrace-chrome", "JSON with Chrome trace events",
                     "Chrome trace events (JSON)");
    }
    // Lines of a page's script without the page: each ends in \n\ .
    const auto escaped = countLines(
        head,
        [](std::string_view line) {
            return line.size() > 3 && line.substr(line.size() - 3) == "\\n\\";
        },
        200);
    if (escaped >= 5 && escaped * 2 > std::min<std::size_t>(head.lines.size(), 200)) {
        return known("systrace-html", "lines that end in a JavaScript continuation",
                     "the script of a systrace page");
    }
    return std::nullopt;
}

std::optional<Sniffed> sniffBlock(const Head& head) {
    const auto lines = countLines(head, isBlkparseLine);
    const bool few =
        lines > 0 && (lines * 2 >= head.lines.size() || contains(head.bytes, ".blktrace."));
    if (lines < 3 && !few) return std::nullopt;
    return known("blkparse", std::to_string(lines) + " lines with device, sequence and time",
                 "blkparse text");
}

std::optional<Sniffed> sniffUftraceText(const Head& head) {
    const auto lines = countLines(head, isReplayLine);
    const auto first = head.lines.empty() ? std::string_view{} : trimmed(head.lines[0]);
    // Any fields may stand before FUNCTION (replay -f); function_graph's header ends in FUNCTION
    // CALLS.
    const bool header = startsWith(first, "#") && first.size() > 10 &&
                        first.substr(first.size() - 9) == " FUNCTION";
    if (lines >= 2 || header || (lines == 1 && head.lines.size() <= 3)) {
        return known("uftrace-replay",
                     header ? "header of uftrace replay"
                            : std::to_string(lines) + " lines of uftrace replay",
                     "uftrace replay text");
    }
    if (countLines(head, isFlatReplayLine) >= 2)
        return known("uftrace-replay", "lines of uftrace replay --flat", "uftrace replay text");
    if (isBareReplay(head))
        return known("uftrace-replay", "calls whose closings name them, and nothing else",
                     "uftrace replay text");
    if (contains(first, "Total time") && contains(first, "Self"))
        return foreign("a uftrace report, which has no times: open its data directory");
    if (startsWith(first, "# Function Call Graph"))
        return foreign("a uftrace call graph, which has no times: open its data directory");
    if (startsWith(first, "uftrace file header"))
        return foreign("a uftrace dump: open its data directory");
    if (startsWith(first, "# system information"))
        return foreign("what 'uftrace info' prints: open the data directory");
    return std::nullopt;
}

std::optional<Sniffed> sniffPerf(const Head& head) {
    const bool header =
        countLines(
            head, [](std::string_view line) { return startsWith(line, "# captured on"); }, 40) > 0;
    const auto samples = countLines(head, isPerfHeader);
    const auto frames = countLines(head, isPerfFrame);
    if (!(header && samples > 0) && !(samples > 0 && frames > 1)) return std::nullopt;
    return known("perf-script",
                 header ? "header of perf script"
                        : std::to_string(samples) + " sample lines and " + std::to_string(frames) +
                              " frames",
                 "perf script text");
}

std::optional<Sniffed> sniffFolded(const Head& head) {
    std::size_t stacks = 0;
    std::size_t lines = 0;
    bool nested = false;
    for (const auto line : head.lines) {
        const auto text = trimmed(line);
        if (text.empty() || text[0] == '#') continue;
        ++lines;
        const auto blank = text.find_last_of(" \t"sv);
        if (blank == text.npos || blank == 0) continue;
        const auto number = text.substr(blank + 1);
        const bool counted = isNumber(number) || isTimeToken(number);
        stacks += counted ? 1 : 0;
        nested = nested || (counted && contains(text.substr(0, blank), ";") &&
                            !contains(text.substr(0, blank), "; "));
    }
    if (!nested || stacks * 5 < lines * 4) return std::nullopt;
    return known("folded", std::to_string(stacks) + " folded stacks", "folded stacks");
}

}  // namespace kscope::parsers
