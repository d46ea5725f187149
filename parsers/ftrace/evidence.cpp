// SPDX-License-Identifier: GPL-3.0-or-later
/// Counts shapes in the head of a source (docs: formats, detection by content).
#include "parsers/ftrace/evidence.h"

#include "parsers/ftrace/event_name.h"
#include "parsers/ftrace/line_head.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/text/number.h"

#include <string>

namespace kscope::parsers {
namespace {

/// libtraceevent pads "name:" to 22 columns; its plugins print tasks as COMM:PID [PRIO]. Neither is
/// kernel text.
bool looksLikeReport(std::string_view line, const LineHead& head, const EventName& name) {
    if (head.shape != LineHead::Shape::Context && head.shape != LineHead::Shape::Latency)
        return false;
    const auto text = line.substr(head.text);
    if (name.kind == EventName::Kind::KernelStack) return text.starts_with("kernel_stack:");
    if (name.kind != EventName::Kind::Named && name.kind != EventName::Kind::Print) return false;
    const std::size_t colon = text.find(':');
    std::size_t args = colon + 1;
    while (args < text.size() && text[args] == ' ') ++args;
    if (args >= 21 && args - colon > 2) return true;
    const auto body = text.substr(args);
    if (body.starts_with("[FAILED TO PARSE]")) return true;
    return text.starts_with("sched_switch:") && body.find(" ==> ") != body.npos &&
           body.find("prev_pid=") == body.npos;
}

/// "comm pid [cpu] time: system:event: args" or with an event's bare name; no '-' before the pid.
bool looksLikePerf(std::string_view line) {
    const std::size_t colon = line.find(": ");
    if (colon > 120) return false;  // or there is none
    std::size_t at = colon;
    while (at > 0 && (isDigit(line[at - 1]) || line[at - 1] == '.')) --at;
    if (readTime(line.substr(at, colon - at)).kind != LineTime::Kind::Seconds) return false;
    const auto text = trimLeft(line.substr(colon + 2));
    std::size_t word = 0;
    while (word < text.size() && (isWord(text[word]) || text[word] == '-')) ++word;
    return word > 0 && word < text.size() && (text[word] == ':' || text[word] == ' ');
}

void weighComment(std::string_view line, FtraceEvidence& seen) {
    constexpr std::string_view kTracer = "# tracer: ";
    if (line.starts_with(kTracer)) {
        if (!seen.tracerHeader || seen.tracer.empty())
            seen.tracer = trim(line.substr(kTracer.size()));
        seen.tracerHeader = true;
    } else if (line.find(" latency trace v") != line.npos) {
        seen.tracerHeader = true;
    } else if (line.starts_with("# event histogram") || line.starts_with("# trigger info: hist:")) {
        seen.histogram = true;
    }
}

void weighLine(std::string_view line, FtraceEvidence& seen) {
    if (readLostLine(line)) {
        ++seen.lost;
        return;
    }
    if (isStackFrame(line)) {
        ++seen.stackFrames;
        return;
    }
    std::string repaired;
    LineHead head = readLineHead(line, LineNumbers::No);
    // A comment in a graph with process column may look like a context part; trace-cmd report's
    // graph events have one.
    const bool bars = !head.found() || line.substr(0, head.text).find('|') != line.npos;
    if (bars && isGraphLine(line)) {
        if (trim(line).find_first_not_of('-') != std::string_view::npos) ++seen.graph;
        return;
    }
    if (!head.found() && undoTypography(line, repaired)) {
        line = repaired;
        head = readLineHead(line, LineNumbers::No);
    }
    if (!head.found()) {
        if (looksLikePerf(line)) ++seen.perfNames;
        return;
    }
    if (head.shape == LineHead::Shape::Reduced) {
        ++seen.reduced;
        return;
    }
    ++seen.context;
    if (looksLikeReport(line, head, readEventName(line.substr(head.text)))) ++seen.reportArgs;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return std::to_string(count).append(" ").append(count == 1 ? one : many);
}

void decide(FtraceEvidence& seen) {
    const bool report = seen.reportHeader || seen.reportArgs * 2 > seen.context;
    if (seen.histogram) return;
    const bool otherTracer =
        !seen.tracer.empty() && seen.tracer != "function_graph";  // with option display-graph
    if (seen.tracer == "function_graph" ||
        (!otherTracer && seen.graph >= 3 && seen.graph > seen.context)) {
        seen.kind = "function_graph";
        seen.why = seen.tracer == "function_graph" ? "tracer header and " : "";
        seen.why += counted(seen.graph, "graph line", "graph lines");
        return;
    }
    if (report && seen.context > 0) {
        seen.kind = "trace-cmd-report";
        seen.why = seen.reportHeader ? "report header and " : "padded event names in ";
        seen.why += counted(seen.context, "context line", "context lines");
        return;
    }
    const std::size_t known =
        seen.context + seen.reduced + seen.stackFrames + seen.lost + seen.graph;
    const bool mostly = known * 2 >= seen.lines;
    if (seen.tracerHeader || seen.context >= 2 || (mostly && seen.context + seen.reduced > 0)) {
        seen.kind = "ftrace-text";
        seen.why = seen.tracerHeader ? "tracer header and " : "";
        seen.why += counted(seen.context, "context line", "context lines");
        if (seen.reduced > 0)
            seen.why += ", " + counted(seen.reduced, "line", "lines") + " without CPU or time";
        return;
    }
    if (mostly && seen.graph > 0) {
        seen.kind = "function_graph";
        seen.why = counted(seen.graph, "graph line", "graph lines");
    } else if (mostly && seen.stackFrames >= 2) {
        seen.kind = "ftrace-text";
        seen.why = counted(seen.stackFrames, "stack frame", "stack frames") + " of a fragment";
    }
}

}  // namespace

FtraceEvidence weighFtrace(std::string_view head) {
    FtraceEvidence seen;
    if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);  // byte order mark
    const std::size_t lastEnd = head.rfind('\n');
    const std::size_t whole = lastEnd == head.npos ? head.size() : lastEnd + 1;
    bool any = false;
    for (std::size_t at = 0; at < head.size();) {
        const std::size_t end = std::min(head.find('\n', at), head.size());
        auto line = head.substr(at, end - at);
        const bool cut = at >= whole && any;
        at = end + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto text = trim(line);
        if (text.empty() || isElision(text)) continue;
        if (isComment(line) && !isBufferStarted(text)) {
            weighComment(text, seen);
            continue;
        }
        if (seen.context == 0 && isPreamble(text)) {
            if (text.find("latency trace v") != text.npos) {
                seen.tracerHeader = true;
            } else if (text.starts_with("cpus=") || text.starts_with("version = ") ||
                       text.ends_with(" is empty")) {
                seen.reportHeader = true;
            } else if (isGraphLine(line)) {
                ++seen.lines;
                weighLine(line, seen);
            }
            continue;
        }
        if (cut && !readFullHead(line, LineNumbers::No).found()) continue;
        any = true;
        ++seen.lines;
        weighLine(line, seen);
    }
    decide(seen);
    return seen;
}

}  // namespace kscope::parsers
