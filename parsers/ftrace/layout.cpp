// SPDX-License-Identifier: GPL-3.0-or-later
/// Finds out from the head how all lines of a source are laid out.
#include "parsers/ftrace/event_name.h"
#include "parsers/ftrace/evidence.h"
#include "parsers/ftrace/irq_flags.h"
#include "parsers/ftrace/line_head.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/ftrace/part_parser.h"
#include "parsers/text/number.h"

#include <algorithm>
#include <map>

namespace kscope::parsers {
namespace {

constexpr std::size_t kEnoughLines = 2000;

/// Counts over the head's lines.
struct Survey {
    std::size_t lines = 0;
    std::size_t context = 0;
    std::size_t latency = 0;
    std::size_t verbose = 0;
    std::size_t counter = 0;
    std::size_t fine = 0;
    std::size_t bareDecimal = 0;
    std::size_t bareHex = 0;
    std::size_t named = 0;  // an event's text without context
    std::size_t blk = 0;
    std::size_t numbered = 0;  // context lines that begin with a number higher than the one before
    std::uint64_t lastNumber = 0;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> columns;  // (bracket, flags) → lines
};

std::string_view nextLine(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

void surveyNumber(std::string_view line, Survey& survey) {
    line = trimLeft(line);
    const char* at = line.data();
    const char* const end = at + line.size();
    std::uint64_t number = 0;
    if (!takeNumber(at, end, number) || at == end) return;
    if (*at != ' ' && *at != '\t' && *at != ':' && *at != ')' && *at != '.') return;
    if (number <= survey.lastNumber && survey.numbered > 0) return;
    survey.lastNumber = number;
    ++survey.numbered;
}

void surveyColumns(std::string_view line, const LineHead& head, Survey& survey) {
    if (line.size() < 32 || line[16] != '-' ||
        head.comm.data() + head.comm.size() != line.data() + 16)
        return;
    const std::size_t bracket = line.find('[', 17);
    if (bracket == line.npos || bracket < 23 || bracket > 44 || line.size() < bracket + 6 ||
        line[bracket + 4] != ']' || line[bracket + 5] != ' ')
        return;
    ++survey.columns[{bracket, head.flags.size()}];
}

void surveyLine(std::string_view line, Survey& survey) {
    ++survey.lines;
    const LineHead head = readFullHead(line, LineNumbers::Pasted);
    if (head.found()) {
        const LineHead plain = readFullHead(line, LineNumbers::No);
        ++survey.context;
        survey.latency +=
            head.shape == LineHead::Shape::Latency && head.time.kind == LineTime::Kind::Micros;
        survey.verbose += head.shape == LineHead::Shape::Verbose;
        survey.counter += head.time.kind == LineTime::Kind::Counter;
        survey.fine += head.time.fine;
        surveyColumns(line, plain, survey);
        surveyNumber(line, survey);
        return;
    }
    if (isStackFrame(line) || isElision(line)) return;
    if (readBlkLine(line)) {
        ++survey.blk;
    } else if (readBareLine(line, Digits::Hexadecimal)) {
        ++survey.bareHex;
    } else if (readBareLine(line, Digits::Decimal)) {
        ++survey.bareDecimal;
    } else {
        survey.named += readEventName(line).kind != EventName::Kind::Nameless;
    }
}

void chooseForm(const FtraceEvidence& evidence, const Survey& survey, FtraceLayout& layout) {
    using Form = FtraceLayout::Form;
    if (layout.kind == "function_graph" || (layout.kind == "ftrace-text" && evidence.graph > 2))
        layout.form = Form::Graph;
    const std::size_t half = survey.lines / 2;
    if (survey.context > half || survey.context > 4 || layout.form == Form::Graph) return;
    if (survey.blk > half && (evidence.tracer == "blk" || !evidence.tracerHeader))
        layout.form = Form::Blk;
    if (!evidence.tracerHeader) return;  // the options change lines, but never the header
    if (survey.bareHex > half) layout.form = Form::Hex;
    if (survey.bareDecimal > half) layout.form = Form::Raw;
    if (survey.named > half) layout.form = Form::NoContext;
}

void chooseColumns(const Survey& survey, FtraceLayout& layout) {
    const auto best = std::ranges::max_element(survey.columns, {},
                                               [](const auto& entry) { return entry.second; });
    if (best == survey.columns.end() || layout.form != FtraceLayout::Form::Context ||
        layout.lineNumbers)
        return;
    const auto [bracket, flags] = best->first;
    layout.commAt16 = true;
    layout.bracketColumn = static_cast<std::uint8_t>(bracket);
    layout.flagWidth = static_cast<std::uint8_t>(flags);
    layout.fixedColumns = bracket == 25;
}

}  // namespace

FtraceLayout detectLayout(std::string_view head) {
    FtraceLayout layout;
    const FtraceEvidence evidence = weighFtrace(head);
    layout.kind = evidence.kind.empty() ? "ftrace-text" : evidence.kind;
    layout.tracer = evidence.tracer;
    Survey survey;
    bool legendRead = false;
    for (std::string_view rest = head; !rest.empty() && survey.lines < kEnoughLines;) {
        const auto line = nextLine(rest);
        const auto text = trim(line);
        if (text.empty()) continue;
        if (isComment(line)) {
            if (!legendRead) (void)readLegendLine(text, layout);
            legendRead = legendRead || text.find("TASK-PID") != text.npos ||
                         text.find("cmd     pid") != text.npos;
            continue;
        }
        if (rest.empty() && survey.lines > 0 && !head.ends_with('\n')) break;  // cut
        surveyLine(line, survey);
    }
    chooseForm(evidence, survey, layout);
    layout.lineNumbers = survey.numbered > 0 && survey.numbered * 2 > survey.context;
    chooseColumns(survey, layout);
    using Form = FtraceLayout::Form;
    layout.latency = survey.latency * 2 > survey.context;
    layout.verbose = survey.verbose * 2 > survey.context;
    layout.clock.counter = survey.counter * 2 > survey.context;
    layout.clock.relative = layout.latency;
    const bool nanoseconds = survey.fine > 0 || layout.form == Form::Raw ||
                             layout.form == Form::Hex || layout.form == Form::Blk;
    layout.clock.tickNs = layout.clock.counter || nanoseconds ? 1 : 1000;
    return layout;
}

FtraceLayout blkparseLayout() {
    FtraceLayout layout;
    layout.kind = "blkparse";
    layout.form = FtraceLayout::Form::Blkparse;
    layout.clock.tickNs = 1;
    layout.clock.relative = true;
    return layout;
}

}  // namespace kscope::parsers
