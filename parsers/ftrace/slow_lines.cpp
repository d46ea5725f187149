// SPDX-License-Identifier: GPL-3.0-or-later
/// The general path: every line that the fast path does not know.
#include "parsers/block/block_text.h"
#include "parsers/ftrace/graph_edges.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/ftrace/part_parser_impl.h"
#include "parsers/text/number.h"

#include <algorithm>

namespace kscope::parsers {

using model::DiagnosticKind;

namespace {

/// How far the time of a line without one is looked for in the lines that follow.
constexpr std::size_t kTimeAhead = 64 * 1024;

std::string_view firstLine(std::string_view text) {
    auto line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// Whether `line` goes on with arguments that its author broke off: the line before ends open, or
/// this one begins with "key=".
bool continuesArguments(char tail, std::string_view line) {
    if (isBlank(tail) || tail == ',' || tail == '=' || tail == '|' || tail == ':' || tail == '(')
        return true;
    line = trimLeft(line);
    if (line.starts_with("==>")) return true;
    std::size_t word = 0;
    while (word < line.size() && isWord(line[word])) ++word;
    return word > 0 && word < line.size() && line[word] == '=';
}

/// "MAJ,MIN CPU TIME PID ACT RWBS rest" of the classic blk tracer.
bool readClassicText(std::string_view line, model::BlockRecord& record) {
    const auto blk = readBlkLine(line);
    if (!blk) return false;
    const auto device = trimLeft(line);
    std::string joined(device.substr(0, device.find_first_of(" \t")));
    joined.append(" ").append(line.substr(blk->text));
    std::string_view comm;
    return readTracerText(joined, record, comm);
}

/// How much must follow a line before its rest is said to be missing.
constexpr std::size_t kRestWithin = 4096;

/// A line that is no event and may be the rest of the one before.
bool mayBeRest(const FtraceLayout& layout, std::string_view line) {
    if (trim(line).empty() || isComment(line) || isStackFrame(line) || isElision(line) ||
        readLostLine(line))
        return false;
    return !readLineHead(line, layout.lineNumbers ? LineNumbers::Pasted : LineNumbers::No).found();
}

}  // namespace

FtracePartParser::Impl::Handled FtracePartParser::Impl::readLine(const Line& line) {
    if (trim(line.text).empty()) return Handled::Yes;
    if (isComment(line.text)) {
        readComment(trimLeft(line.text), line.place);
        return Handled::Yes;
    }
    if (layout.form == FtraceLayout::Form::Blkparse) return readNoBlkparse(line);
    if (layout.form != FtraceLayout::Form::Context && layout.form != FtraceLayout::Form::Graph &&
        readBare(line)) {
        return Handled::Yes;
    }
    if (isStackFrame(line.text)) {
        readFrame(line.place);
        return Handled::Yes;
    }
    const LineHead head = readLineHead(line.text, numbers());
    // "&lt;idle&gt;-0 [001]" is a head too, of a task that nobody has.
    const bool escaped = head.found() && head.comm.find('&') != head.comm.npos;
    if (head.found() && !escaped) return readEvent(line, line.text, head);
    if (undoTypography(line.text, repaired)) {
        const std::string text = repaired;  // views into it must live until the event is added
        LineHead again = readLineHead(text, numbers());
        if (again.found()) {
            again.repaired = true;
            return readEvent(line, text, again);
        }
    }
    return escaped ? readEvent(line, line.text, head) : readOther(line);
}

void FtracePartParser::Impl::readComment(std::string_view line, const LinePlace& place) {
    if (isBufferStarted(line)) {
        sink.diagnose(DiagnosticKind::BufferStarted, place);
        return;
    }
    if (const auto lost = overwrittenEvents(line); lost > 0)
        sink.diagnose(DiagnosticKind::Overwritten, place, lost);
    constexpr std::string_view kTracer = "# tracer: ";
    if (!line.starts_with(kTracer)) return;
    tracer = trim(line.substr(kTracer.size()));
    if (++tracerHeaders > 1 || !first) sink.diagnose(DiagnosticKind::Concatenated, place);
}

/// Options raw, hex and nocontext-info, and the classic blk tracer. False: the line is of another
/// shape after all.
bool FtracePartParser::Impl::readBare(const Line& line) {
    using Form = FtraceLayout::Form;
    LineHead head;
    LineTime time{.kind = LineTime::Kind::Seconds};
    std::string_view text = line.text;
    if (layout.form == Form::Blk) {
        const auto blk = readBlkLine(line.text);
        if (!blk) return false;
        time.value = blk->ns;
        time.fine = blk->ns % 1000 != 0;
        head = {.hasCpu = true, .pid = blk->pid, .cpu = blk->cpu};
    } else if (layout.form != Form::NoContext) {
        const auto bare = readBareLine(line.text, layout.form == Form::Hex ? Digits::Hexadecimal
                                                                           : Digits::Decimal);
        if (!bare) return false;
        time.bad = bare->stamp >= std::uint64_t{1} << 62;
        time.value = time.bad ? 0 : static_cast<std::int64_t>(bare->stamp);
        time.fine = time.value % 1000 != 0;
        head = {.hasCpu = true, .pid = bare->pid, .cpu = bare->cpu};
        text = line.text.substr(bare->text);
    } else {
        if (readFullHead(line.text, numbers()).found()) return false;
        time.kind = LineTime::Kind::None;
    }
    const auto ticks = ticksOf(time, line);
    sink.prepare(ticks, line.place.position);
    Subject who;
    who.cpu = cpuOf(head, line.place);
    if (head.hasCpu) {
        who.tid = head.pid <= INT32_MAX ? static_cast<std::int64_t>(head.pid) : -1;
        if (who.tid < 0) sink.diagnose(DiagnosticKind::PidOutOfRange, line.place);
        who.comm = "<...>";
        who.task = sink.task(who.tid, who.comm, who.cpu, -1);
    }
    EventName name;
    if (layout.form == Form::Blk) {
        name.kind = EventName::Kind::Blk;
    } else {
        name = readEventName(text);
    }
    addEvent(ticks, name, text, who, model::kNoFlags, line);
    return true;
}

model::CpuId FtracePartParser::Impl::cpuOf(const LineHead& head, const LinePlace& place) {
    if (!head.hasCpu) {
        sink.diagnose(DiagnosticKind::MissingCpu, place);
        return model::kUnknownCpu;
    }
    if (head.cpu < model::kMaxCpus) return model::CpuId{static_cast<std::uint16_t>(head.cpu)};
    sink.diagnose(DiagnosticKind::CpuOutOfRange, place);
    return model::kUnknownCpu;
}

/// Whether the time does not fit on the axis. A number without a dot among times with one is taken
/// for that many ticks.
bool FtracePartParser::Impl::isTooFar(const LineTime& time) const {
    return time.bad ||
           (time.kind == LineTime::Kind::Counter && time.value > INT64_MAX / 2 / sink.tick());
}

/// Ticks of the line's time; of one without a time those of the line before, at a part's begin
/// those of the line that follows.
std::int64_t FtracePartParser::Impl::ticksOf(const LineTime& time, const Line& line) {
    const bool bad = isTooFar(time);
    if (time.kind == LineTime::Kind::None || bad) {
        sink.diagnose(bad ? DiagnosticKind::BadTime : DiagnosticKind::MissingTime, line.place);
        if (!anyTime) lastTicks = timeAhead(line.after.substr(0, kTimeAhead)).value_or(0);
        anyTime = true;
        return lastTicks;
    }
    std::int64_t ticks = time.value;
    if (time.kind != LineTime::Kind::Counter) {
        if (sink.tick() != 1 && time.fine) {
            sink.refineTick(line.place.position);
            lastTicks *= layout.clock.tickNs;
        }
        ticks /= sink.tick();
    }
    lastTicks = ticks;
    anyTime = true;
    return ticks;
}

std::optional<std::int64_t> FtracePartParser::Impl::timeAhead(std::string_view after) const {
    while (!after.empty()) {
        const auto line = firstLine(after);
        const auto head = readFullHead(line, numbers());
        if (head.found() && head.time.kind != LineTime::Kind::None && !isTooFar(head.time)) {
            return head.time.kind == LineTime::Kind::Counter ? head.time.value
                                                             : head.time.value / sink.tick();
        }
        const std::size_t end = after.find('\n');
        if (end == after.npos) break;
        after.remove_prefix(end + 1);
    }
    return std::nullopt;
}

/// Whether to wait for the next line: a wrapped event can only be joined, a missing time only be
/// looked up with it.
bool FtracePartParser::Impl::needsFollowing(const Line& line) {
    return line.moreNeeded && line.after.size() < kRestWithin && line.text.size() < kTimeAhead &&
           line.after.find('\n') == line.after.npos;
}

FtracePartParser::Impl::Handled
FtracePartParser::Impl::readEvent(const Line& line, std::string_view text, const LineHead& head) {
    const auto body = text.substr(head.text);
    const EventName name = readEventName(body);
    const bool stack =
        name.kind == EventName::Kind::KernelStack || name.kind == EventName::Kind::UserStack;
    const bool timeless = head.time.kind == LineTime::Kind::None && !anyTime;
    const bool typed = name.kind == EventName::Kind::Named && findEventWords(name.name) != nullptr;
    if ((timeless || typed) && needsFollowing(line)) return Handled::NeedsMore;
    Subject who;
    if (!stack || head.hasCpu) who.cpu = cpuOf(head, line.place);
    who.comm = head.comm;
    if (head.pid <= INT32_MAX) {
        who.tid = static_cast<std::int64_t>(head.pid);
    } else {
        sink.diagnose(DiagnosticKind::PidOutOfRange, line.place);
    }
    if (stack) {
        who.task = sink.task(who.tid, head.comm, who.cpu, head.tgid);
        if (follows == Follows::Graph) {
            sink.diagnose(DiagnosticKind::GraphLine, line.place);  // of a comment between the calls
            return Handled::Yes;
        }
        if (!anyEvent) {
            sink.diagnose(DiagnosticKind::OrphanStack, line.place);
        } else {
            sink.addStack(line.place, who, name.kind == EventName::Kind::UserStack);
        }
        follows = Follows::Stack;
        return Handled::Yes;
    }
    if (head.repaired) sink.diagnose(DiagnosticKind::RepairedLine, line.place);
    const auto ticks = ticksOf(head.time, line);
    sink.prepare(ticks, line.place.position);
    who.task = sink.task(who.tid, head.comm, who.cpu, head.tgid);
    addEvent(ticks, name, body, who, readIrqFlags(head.flags, layout), line);
    return Handled::Yes;
}

void FtracePartParser::Impl::addEvent(std::int64_t ticks, const EventName& name,
                                      std::string_view text, const Subject& who,
                                      model::EventFlags flags, const Line& line) {
    const bool named = name.kind == EventName::Kind::Named;
    const bool marker = name.kind == EventName::Kind::Print;
    NameSlot* slot = nullptr;
    const auto known = named    ? name.name
                       : marker ? text.substr(0, text.find_first_of(":+"))
                                : std::string_view{};
    // A '+' follows where option sym-offset is on.
    if (!known.empty() && !isStackName(known) && text.substr(known.size()).starts_with(": ")) {
        slot = sink.findName(known);
        // Calls are never learnt, so that all of them come here.
        if (slot == nullptr && isGraphEdgeName(known) &&
            addGraphEdge(ticks, known, text.substr(std::min(name.args, text.size())), who, line))
            return;
        if (slot == nullptr && !isGraphEdgeName(known)) slot = sink.learnName(known, marker);
    }
    const auto shown = slot ? std::string_view{} : shownName(name, tracer, nameScratch);
    const auto index = slot ? sink.index(*slot) : sink.name(shown);
    if (shown == "unknown") sink.diagnose(DiagnosticKind::UnknownEvent, line.place);
    sink.add(ticks, line.place.position, index, who.cpu, who.task, flags);
    anyEvent = true;
    restIsNext = false;
    follows = marker ? Follows::Marker : Follows::Event;
    lastSubject = who;
    lastSubject.comm = {};
    if (name.kind == EventName::Kind::Blk) {
        model::BlockRecord record;
        std::string_view comm;
        if (layout.form == FtraceLayout::Form::Blk ? readClassicText(text, record)
                                                   : readTracerText(text, record, comm))
            sink.addBlock(record);
    }
    if (!named) return;
    const auto args = text.substr(std::min(name.args, text.size()));
    if (trimLeft(args).starts_with("[FAILED TO PARSE]")) {
        sink.diagnose(DiagnosticKind::FailedToParse, line.place);
        return;
    }
    const auto* const words = slot ? nullptr : findEventWords(name.name);
    const Meaning meaning = slot ? slot->meaning : words ? words->meaning : Meaning::None;
    if (meaning == Meaning::None || who.cpu == model::kUnknownCpu) return;
    if (sink.addTyped(meaning, trimLeft(args), who, line.place) == Typed::Incomplete) {
        retryWrapped(meaning, trimLeft(args), who, line);
    }
}

/// An entry or exit of a function, which is a row of the function's name. False: it is none.
bool FtracePartParser::Impl::addGraphEdge(std::int64_t ticks, std::string_view event,
                                          std::string_view args, const Subject& who,
                                          const Line& line) {
    const auto edge = readGraphEdge(event, args);
    if (!edge) return false;
    const auto name = sink.name(edge->name.empty() ? model::kUnnamedFunction : edge->name);
    sink.add(ticks, line.place.position, name, who.cpu, who.task,
             model::callFlags(edge->edge, model::CallSpace::Kernel, edge->depth));
    if (edge->duration >= 0) sink.addDuration(edge->duration);
    anyEvent = true;
    restIsNext = false;
    follows = Follows::Event;
    lastSubject = who;
    lastSubject.comm = {};
    return true;
}

/// The event's arguments lack fields: its line was wrapped, cut or damaged.
void FtracePartParser::Impl::retryWrapped(Meaning meaning, std::string_view args,
                                          const Subject& who, const Line& line) {
    std::string plain;
    if (undoTypography(args, plain) &&
        sink.addTyped(meaning, trimLeft(plain), who, line.place) == Typed::Done)
        return;
    const auto next = firstLine(line.after);
    if (!next.empty() && mayBeRest(layout, next)) {
        // The rest itself is met as a line of its own next, and counted there.
        for (const auto* const between : {" ", ""}) {
            joined.assign(trimRight(args)).append(between).append(trimLeft(next));
            restIsNext = sink.addTyped(meaning, joined, who, line.place) == Typed::Done;
            if (restIsNext) return;
        }
    }
    sink.diagnose(line.cut ? DiagnosticKind::CutLine : DiagnosticKind::UnparsedLine, line.place);
}

void FtracePartParser::Impl::readFrame(const LinePlace& place) {
    if (follows == Follows::Graph) {
        sink.diagnose(DiagnosticKind::GraphLine, place);
        return;
    }
    if (follows == Follows::Nothing) {
        sink.diagnose(DiagnosticKind::OrphanStack, place);
        return;
    }
    if (follows == Follows::Event || follows == Follows::Marker)
        sink.addStack(place, lastSubject, false);
    follows = Follows::Stack;
}

FtracePartParser::Impl::Handled FtracePartParser::Impl::readOther(const Line& line) {
    if (const auto lost = readLostLine(line.text)) {
        sink.diagnose(DiagnosticKind::LostEvents, line.place,
                      std::max<std::uint64_t>(lost->count, 1));
        if (lost->cpu < model::kMaxCpus) {
            sink.addLost(model::CpuId{static_cast<std::uint16_t>(lost->cpu)}, lost->count);
        } else {
            sink.diagnose(DiagnosticKind::CpuOutOfRange, line.place);
        }
        follows = Follows::Nothing;
        return Handled::Yes;
    }
    if (isUnknownRecord(line.text)) {
        sink.diagnose(DiagnosticKind::FailedToParse, line.place);
    } else if (follows == Follows::Marker) {
        return Handled::Yes;  // a marker's own newline: belongs to its text
    } else if (isElision(line.text)) {
        sink.diagnose(DiagnosticKind::Elision, line.place);
    } else if (layout.form == FtraceLayout::Form::Graph && isGraphLine(line.text)) {
        sink.diagnose(DiagnosticKind::GraphLine, line.place);
        follows = Follows::Graph;
    } else if (isConsoleFrame(line.text) || (!anyEvent && first && isPreamble(line.text))) {
        return Handled::Yes;
    } else if (restIsNext || (follows == Follows::Event && continuesArguments(tail, line.text))) {
        sink.diagnose(DiagnosticKind::WrappedLine, line.place);
        restIsNext = false;
    } else if (joinWrappedHead(line)) {
        return Handled::Yes;
    } else {
        sink.diagnose(line.cut ? DiagnosticKind::CutLine : DiagnosticKind::UnparsedLine,
                      line.place);
    }
    return Handled::Yes;
}

/// A line broken inside its context part: an event if it is one together with the next line.
bool FtracePartParser::Impl::joinWrappedHead(const Line& line) {
    const auto next = firstLine(line.after);
    if (next.empty() || line.text.size() > 256 || line.text.find('-') == line.text.npos ||
        !mayBeRest(layout, next))
        return false;
    const std::string whole = std::string(trimRight(line.text)).append(" ").append(trimLeft(next));
    const auto head = readFullHead(whole, numbers());
    if (!head.found() ||
        readEventName(std::string_view(whole).substr(head.text)).kind == EventName::Kind::Nameless)
        return false;
    Line alone = line;
    alone.after = {};
    alone.moreNeeded = false;
    (void)readEvent(alone, whole, head);
    restIsNext = true;
    return true;
}

}  // namespace kscope::parsers
