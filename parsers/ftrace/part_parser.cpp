// SPDX-License-Identifier: GPL-3.0-or-later
/// Walks the lines of a part: which are its own, which path reads them, when it ends.
#include "parsers/ftrace/part_parser.h"

#include "parsers/ftrace/line_kind.h"
#include "parsers/ftrace/part_parser_impl.h"
#include "parsers/text/utf8.h"

#include <algorithm>
#include <cstring>

namespace kscope::parsers {

using model::DiagnosticKind;

namespace {
constexpr std::size_t kThreeDigits = 15 * 111 + 1;  // what is no digit has up to four bits, too

/// Behind the lines that are whole and have a whole line behind them (`last`: or nothing).
const char* wholeEndOf(std::string_view text, bool last) {
    auto newline = text.rfind('\n');
    if (!last && newline != text.npos && newline > 0) {
        newline = text.rfind('\n', newline - 1);
    } else if (!last) {
        newline = text.npos;
    }
    return newline == text.npos ? text.data() : text.data() + newline + 1;
}
}  // namespace

FtracePartParser::Impl::Impl(const FtraceLayout& given) : layout(given), tracer(given.tracer) {
    const bool strict =
        layout.form == FtraceLayout::Form::Context && !layout.latency && !layout.verbose;
    if (strict && layout.fastPath) seen.resize(kThreeDigits);
}

void FtracePartParser::Impl::beginPart(model::SourceId newSource, std::uint64_t newPosition,
                                       bool firstOfSource) {
    source = newSource;
    position = newPosition;
    first = firstOfSource;
    foreign = !firstOfSource;
    isDone = false;
    nulls = false;
    tail = '\n';
    anyTime = false;
    lastTicks = 0;
    anyEvent = false;
    tracerHeaders = 0;
    tracer = layout.tracer;
    follows = Follows::Nothing;
    restIsNext = false;
    lastSubject = {};
    beginRows(newPosition);
}

void FtracePartParser::Impl::beginRows(std::uint64_t newBegin) {
    partBegin = newBegin;
    lines = 0;
    sink.begin(source, newBegin, layout.clock.tickNs);
}

const char* FtracePartParser::Impl::skipForeignLines(const char* at, const Window& window,
                                                     std::uint64_t end) {
    while (at < window.end) {
        if (positionOf(at, window) >= end) {
            isDone = true;  // the part before reads on into this one's successor
            return at;
        }
        const char* const lineEnd = findLineEnd(at, window.end);
        if (lineEnd == window.end && !window.last) return at;
        if (beginsRecord(layout, {at, static_cast<std::size_t>(lineEnd - at)})) {
            foreign = false;
            beginRows(positionOf(at, window));
            return at;
        }
        at = lineEnd == window.end ? lineEnd : lineEnd + 1;
    }
    return at;
}

std::size_t FtracePartParser::Impl::parse(std::string_view text, bool last, std::uint64_t end) {
    if (isDone || text.empty()) return 0;
    const Window window{text.data(), text.data() + text.size(), last, wholeEndOf(text, last)};
    const char* at = window.begin;
    const OddBytes odd = findOddBytes(text);
    nulls = odd.nul;
    if (foreign) at = skipForeignLines(at, window, end);
    const char* const own = at;
    const std::uint64_t linesBefore = lines;
    // Lines that begin behind `stop` may belong to the next part: each is asked.
    const char* const stop = end <= position                 ? window.begin
                             : end - position >= text.size() ? window.end
                                                             : window.begin + (end - position);
    while (at < window.end && !isDone && !foreign) {
        if (layout.form == FtraceLayout::Form::Blkparse && at < stop) {
            at = readBlkparse(at, stop, window);
            if (at >= window.end) break;
        }
        if (!seen.empty() && !nulls && at < stop) {
            at = readFast(at, stop, window);
            if (at >= window.end) break;
        }
        const char* const lineEnd = findLineEnd(at, window.end);
        if (lineEnd == window.end && !last) break;
        const std::string_view whole{at, static_cast<std::size_t>(lineEnd - at)};
        if (at >= stop && beginsRecord(layout, whole)) {
            isDone = true;
            break;
        }
        const bool cut = lineEnd == window.end;
        const char* const next = cut ? lineEnd : lineEnd + 1;
        if (at - window.begin >= 3) tail = at[-2] == '\r' ? at[-3] : at[-2];
        Line line{.text = whole,
                  .after = {next, static_cast<std::size_t>(window.end - next)},
                  .place = {lines + 1, positionOf(at, window)},
                  .cut = cut,
                  .moreNeeded = !last};
        if (line.text.ends_with('\r')) line.text.remove_suffix(1);
        if (nulls && whole.find('\0') != whole.npos) {
            sink.diagnose(DiagnosticKind::NulBytes, line.place,
                          static_cast<std::uint64_t>(std::ranges::count(whole, '\0')));
        }
        if (readLine(line) == Handled::NeedsMore) break;
        if (!cut) ++lines;
        at = next;
    }
    if (odd.high && !foreign)
        noteBadText({own, static_cast<std::size_t>(at - own)}, linesBefore, window);
    const auto consumed = static_cast<std::size_t>(at - window.begin);
    if (consumed >= 3) tail = at[-2] == '\r' ? at[-3] : at[-2];
    position += consumed;
    return consumed;
}

/// Counts the lines that are no UTF-8. Task names and markers are bytes: they are kept as they are.
void FtracePartParser::Impl::noteBadText(std::string_view text, std::uint64_t before,
                                         const Window& window) {
    for (auto line = before + 1; !text.empty(); ++line) {
        const auto length = std::min(text.find('\n'), text.size());
        if (!isUtf8(text.substr(0, length)))
            sink.diagnose(DiagnosticKind::InvalidUtf8, {line, positionOf(text.data(), window)});
        text.remove_prefix(std::min(length + 1, text.size()));
    }
}

void FtracePartParser::Impl::longLine(std::string_view head, std::uint64_t bytes) {
    if (isDone) return;
    if (foreign && beginsRecord(layout, head)) {
        foreign = false;
        beginRows(position);
    }
    if (!foreign) {
        const LinePlace place{lines + 1, position};
        sink.diagnose(DiagnosticKind::LongLine, place);
        (void)readLine({.text = head, .after = {}, .place = place});
        ++lines;
    }
    position += head.size() + bytes;
    tail = '\n';
}

model::ParsedPart FtracePartParser::Impl::finishPart() {
    return sink.finish(lines, foreign ? 0 : position - partBegin);
}

FtracePartParser::FtracePartParser(const FtraceLayout& layout)
    : m_impl(std::make_unique<Impl>(layout)) {}
FtracePartParser::~FtracePartParser() = default;

void FtracePartParser::beginPart(model::SourceId source, std::uint64_t position,
                                 bool firstOfSource) {
    m_impl->beginPart(source, position, firstOfSource);
}
std::size_t FtracePartParser::parse(std::string_view text, bool last, std::uint64_t end) {
    return m_impl->parse(text, last, end);
}
bool FtracePartParser::done() const noexcept { return m_impl->isDone; }
void FtracePartParser::longLine(std::string_view head, std::uint64_t bytes) {
    m_impl->longLine(head, bytes);
}
model::ParsedPart FtracePartParser::finishPart() { return m_impl->finishPart(); }

}  // namespace kscope::parsers
