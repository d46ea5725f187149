// SPDX-License-Identifier: GPL-3.0-or-later
/// What the details pane says of an item.
#include "views/panes/details/details_content.h"

#include "model/core/format.h"
#include "model/items/event_place.h"
#include "model/query/fields.h"
#include "model/query/place_lines.h"
#include "model/words/words.h"
#include "views/panes/details/details_calls.h"
#include "views/panes/details/details_words.h"
#include "views/panes/pane_look.h"

#include <algorithm>

namespace kscope::views {
namespace {

QString durationText(model::Duration duration) { return shown(model::formatDuration(duration)); }

/// As the view's time format says.
QString timeField(const DetailsQuestion& question, model::Timestamp time) {
    return shown(items::timeWithUnit(question.style, time));
}

QString eventTarget(model::EventIndex event) { return QStringLiteral("event:%1").arg(raw(event)); }

/// Whom an event is about: who comes onto the CPU, who is woken, who is born; else the line's own
/// task.
model::TaskId subjectOf(const model::Trace& trace, const model::Event& event) {
    const auto& chunk = *event.chunk;
    if (const auto* change = typedRow(chunk.switches, event.row)) {
        const auto next = taskOf(chunk, change->next);
        if (next != model::kNoTask && !trace.task(next).idle()) return next;
        return taskOf(chunk, change->prev);
    }
    if (const auto* wake = typedRow(chunk.wakes, event.row)) return taskOf(chunk, wake->wakee);
    if (const auto* row = typedRow(chunk.taskRows, event.row))
        if (row->kind == model::TaskRowKind::Fork || row->kind == model::TaskRowKind::NewTask)
            return taskOf(chunk, row->other);
    return event.task;
}

void addShares(DetailsContent& content, const DetailsQuestion& question, model::TaskId task,
               std::stop_token stop) {
    const auto& trace = *question.trace;
    if (task == model::kNoTask || trace.task(task).idle()) return;
    content.shares = stateShares(trace, task, question.window, std::move(stop));
    if (content.shares.empty()) return;
    content.shareTask = task;
    content.shareTitle = Details::tr("%1 in this view").arg(taskName(trace, task));
    content.shareTotal = question.window.length();
}

/// Links that lead on from where `task` is at `time`.
void addLinks(DetailsContent& content, const DetailsQuestion& question, model::TaskId task,
              model::Timestamp time) {
    const auto& trace = *question.trace;
    if (task == model::kNoTask || trace.task(task).idle()) return;
    const auto lane = trace.taskLane(task);
    const auto now = lane.indexAt(toNs(time));
    if (now >= lane.size()) return;
    const auto name = taskName(trace, task);
    const auto add = [&](const QString& text, std::optional<model::EventIndex> event) {
        const bool itself = question.item.kind == Item::Kind::Event && event == question.item.event;
        if (event && !itself) content.links.push_back({text, eventTarget(*event)});
    };
    constexpr std::size_t kFar = 64;  // spans looked at in each direction
    for (std::size_t i = now, left = kFar; i-- > 0 && left-- > 0;) {
        const auto span = lane.span(i);
        if (model::valueState(span.value) != model::TaskState::Running) continue;
        add(Details::tr("Previous switch to %1").arg(name), switchInAt(trace, task, span.begin));
        break;
    }
    for (std::size_t i = now + 1; i > 0 && now + 1 - i < kFar; --i) {
        const auto span = lane.span(i - 1);
        if (model::valueState(span.value) != model::TaskState::Woken) continue;
        add(Details::tr("What woke %1").arg(name), wakeAt(trace, task, span.begin));
        break;
    }
    for (std::size_t i = now + 1; i < lane.size() && i - now < kFar; ++i) {
        const auto span = lane.span(i);
        if (model::valueState(span.value) != model::TaskState::Running) continue;
        add(Details::tr("Next switch to %1").arg(name), switchInAt(trace, task, span.begin));
        break;
    }
}

DetailsField plainField(const QString& name, const QString& value, const QString& meaning = {}) {
    return {name, value, meaning};
}

void addEventHead(DetailsContent& content, const DetailsQuestion& question,
                  const model::Event& event) {
    const auto& trace = *question.trace;
    const auto name = shown(trace.text(event.name));
    content.title = event.cpu == model::kUnknownCpu
                        ? name
                        : Details::tr("%1 on CPU %2").arg(name).arg(raw(event.cpu));
    content.fields.push_back(plainField(Details::tr("time"), timeField(question, event.time)));
    if (event.cpu != model::kUnknownCpu)
        content.fields.push_back(plainField(Details::tr("cpu"), QString::number(raw(event.cpu))));
    if (event.task != model::kNoTask)
        content.fields.push_back(plainField(Details::tr("task"), taskName(trace, event.task)));
    if (!isCallEdge(event.flags) && !model::flagsText(event.flags).empty())
        content.fields.push_back(plainField(Details::tr("flags"),
                                            shown(model::flagsText(event.flags)),
                                            shown(model::flagsSentence(event.flags))));
}

void addEventFields(DetailsContent& content, const std::string& name, const std::string& args) {
    for (const auto& field : model::eventFields(name, args)) {
        const auto words = model::fieldWords(name, field);
        auto value = shown(field.value);
        if (!words.unit.empty()) value += QLatin1Char(' ') + shown(words.unit);
        if (!words.value.empty()) value += QStringLiteral(" \u00b7 ") + shown(words.value);
        content.fields.push_back({shown(field.name), value, shown(words.meaning)});
    }
}

/// Where the event's line stands.
void addPlace(DetailsContent& content, const model::Trace& trace, const model::Event& event,
              std::stop_token stop) {
    const auto& source = trace.sources()[raw(event.source)];
    auto path = shown(source.path);
    path = path.mid(path.lastIndexOf(QLatin1Char('/')) + 1);
    if (const auto line = items::lineOfEvent(trace, event, std::move(stop)))
        content.fields.push_back(
            plainField(Details::tr("source"),
                       Details::tr("%1 line %2").arg(path, shown(model::formatCount(*line)))));
    else if (source.text)
        content.fields.push_back(plainField(
            Details::tr("source"),
            Details::tr("%1 byte %2").arg(path, shown(model::formatCount(event.position)))));
}

void addText(DetailsContent& content, const model::Trace& trace, const model::Event& event) {
    const auto& source = trace.sources()[raw(event.source)].text;
    const std::string name(trace.text(event.name));
    const auto words = model::eventWords(name);
    content.why = shown(words.why);
    content.next = shown(words.next);
    std::string args;
    if (source) {
        const auto text = source->eventText(event.position);
        if (text) {
            args = text->args;
            addEventFields(content, name, args);
            for (const auto& frame : text->stack) content.stack.push_back(shown(frame));
            for (const auto& frame : text->userStack) content.userStack.push_back(shown(frame));
        } else {
            content.fault = Details::tr("The text of this event can't be read again: %1. Its time, "
                                        "CPU and task were kept.")
                                .arg(shown(text.error().message));
        }
    }
    content.sentence = shown(model::eventSentence(trace, event, args));
    if (content.sentence.isEmpty()) content.sentence = shown(words.what);
    if (content.sentence.isEmpty())
        content.sentence = Details::tr(
            "This kind of event is not known here; its fields are shown as the kernel wrote them.");
}

DetailsContent eventDetails(const DetailsQuestion& question, std::stop_token stop) {
    const auto& trace = *question.trace;
    DetailsContent content;
    if (raw(question.item.event) >= trace.events()) return content;
    const auto event = trace.event(question.item.event);
    addEventHead(content, question, event);
    // A function is no kind of event: words of one of the same name are not its own.
    if (isCallEdge(event.flags)) addCall(content, question, event, stop);
    else addText(content, trace, event);
    addPlace(content, trace, event, stop);
    const auto subject = subjectOf(trace, event);
    addShares(content, question, subject, stop);
    if (!isCallEdge(event.flags)) content.chain = chainOf(question, subject, event.time);
    content.chainTitle = Details::tr("How it got here");
    addLinks(content, question, subject, event.time);
    if (question.filterRows && !question.filterRows->contains(event.index))
        content.hidden =
            Details::tr("The filter hides this event in the table; it stays selected.");
    return content;
}

void addSpanFields(DetailsContent& content, const DetailsQuestion& question) {
    const auto& span = question.item.span;
    content.fields.push_back(plainField(Details::tr("from"), timeField(question, span.begin)));
    content.fields.push_back(plainField(Details::tr("to"), timeField(question, span.end)));
    content.fields.push_back(plainField(Details::tr("length"), durationText(span.length())));
}

/// The wait that ended with a run that began at `begin`, as a clause; empty where it is not known.
QString waitBefore(const model::Trace& trace, model::TaskId task, model::Timestamp begin) {
    const auto lane = trace.taskLane(task);
    const auto at = lane.indexAt(toNs(begin));
    if (at >= lane.size() || at == 0) return {};
    const auto before = lane.span(at - 1);
    if (!model::isRunnable(model::valueState(before.value))) return {};
    return Details::tr("It had been ready for %1 before.")
        .arg(durationText(model::Duration{before.end - before.begin}));
}

void sliceOnCpu(DetailsContent& content, const DetailsQuestion& question) {
    const auto& trace = *question.trace;
    const auto& item = question.item;
    const auto length = durationText(item.span.length());
    const auto cpu = raw(item.cpu);
    if (item.value == model::kCpuUnknown || item.task == model::kNoTask ||
        raw(item.task) >= trace.tasks().size()) {
        content.title = Details::tr("CPU %1, not known").arg(cpu);
        content.sentence = Details::tr("Nobody can say what ran here for %1: events were lost, or "
                                       "no switch had been recorded yet.")
                               .arg(length);
        return;
    }
    content.title = Details::tr("%1 on CPU %2").arg(taskName(trace, item.task)).arg(cpu);
    if (trace.task(item.task).idle()) {
        content.sentence = Details::tr("The CPU had nothing to run for %1.").arg(length);
        return;
    }
    content.sentence = Details::tr("It ran for %1.").arg(length) + QLatin1Char(' ') +
                       waitBefore(trace, item.task, item.span.begin);
    if (item.value & model::kCpuGuessed)
        content.fault =
            Details::tr("A guess: the switch that brought this task here was not recorded.");
}

void sliceOfTask(DetailsContent& content, const DetailsQuestion& question) {
    const auto& trace = *question.trace;
    const auto& item = question.item;
    const auto state = model::valueState(item.value);
    const auto name = taskName(trace, item.task);
    const auto length = durationText(item.span.length());
    content.title = QStringLiteral("%1: %2").arg(name, stateText(state));
    if (state == model::TaskState::Running)
        content.sentence = Details::tr("It ran on CPU %1 for %2.")
                               .arg(raw(model::valueCpu(item.value)))
                               .arg(length) +
                           QLatin1Char(' ') + waitBefore(trace, item.task, item.span.begin);
    else
        content.sentence =
            Details::tr("For %1 it was %2.").arg(length, shown(model::stateWords(state)));
    if (item.value & model::kTaskGuessed)
        content.fault = Details::tr("The end of this state was not seen but concluded.");
}

DetailsContent sliceDetails(const DetailsQuestion& question, std::stop_token stop) {
    DetailsContent content;
    const auto& item = question.item;
    if (item.lane.kind == LaneKey::Kind::Task) sliceOfTask(content, question);
    else sliceOnCpu(content, question);
    addSpanFields(content, question);
    if (item.task == model::kNoTask || raw(item.task) >= question.trace->tasks().size())
        return content;
    addShares(content, question, item.task, std::move(stop));
    content.chain = chainOf(question, item.task, item.span.begin);
    content.chainTitle = Details::tr("How it got here");
    if (const auto in = switchInAt(*question.trace, item.task, toNs(item.span.begin)))
        content.links.push_back({Details::tr("The switch that begins it"), eventTarget(*in)});
    addLinks(content, question, item.task, item.span.begin);
    return content;
}

DetailsContent irqDetails(const DetailsQuestion& question) {
    DetailsContent content;
    const auto& trace = *question.trace;
    const auto& item = question.item;
    const bool hard = item.kind == Item::Kind::Irq;
    content.title =
        hard ? Details::tr("Interrupt %1 on CPU %2")
                   .arg(irqName(trace, item.value))
                   .arg(raw(item.cpu))
             : Details::tr("Softirq %1 on CPU %2").arg(softirqName(item.value)).arg(raw(item.cpu));
    content.sentence = Details::tr("Its handler ran for %1.").arg(durationText(item.span.length()));
    const auto words = model::eventWords(hard ? "irq_handler_entry" : "softirq_entry");
    content.why = hard ? shown(words.why) : shown(model::softirqWords(item.value));
    content.next = shown(words.next);
    addSpanFields(content, question);
    const auto lane = trace.cpuLane(item.cpu);
    const auto at = lane.indexAt(toNs(item.span.begin));
    if (at < lane.size()) {
        const auto value = lane.span(at).value;
        if (value != model::kCpuUnknown)
            content.fields.push_back(
                plainField(Details::tr("interrupted"),
                           taskName(trace, model::TaskId{value & ~model::kCpuGuessed})));
    }
    content.links.push_back(
        {Details::tr("Its entry"), eventTarget(trace.lowerBound(item.span.begin))});
    return content;
}

DetailsContent gapDetails(const DetailsQuestion& question) {
    DetailsContent content;
    const auto& item = question.item;
    content.title = Details::tr("Lost events on CPU %1").arg(raw(item.cpu));
    std::uint64_t count = 0;
    for (const auto& gap : question.trace->gaps())
        if (gap.cpu == item.cpu && gap.begin == toNs(item.span.begin)) count = gap.count;
    content.sentence =
        count > 0
            ? Details::tr(
                  "The ring buffer overflowed: %1 events were overwritten before they were read.")
                  .arg(shown(model::formatCount(count)))
            : Details::tr(
                  "The ring buffer overflowed; how many events were overwritten is not known.");
    content.why = Details::tr("States across the gap are not known, so nothing is drawn over it.");
    content.next = Details::tr("Record with a larger buffer (-b in trace-cmd, buffer_size_kb in "
                               "tracefs) or fewer events.");
    addSpanFields(content, question);
    return content;
}

DetailsContent taskDetails(const DetailsQuestion& question, std::stop_token stop) {
    DetailsContent content;
    const auto& trace = *question.trace;
    if (raw(question.item.task) >= trace.tasks().size()) return content;
    const auto& task = trace.task(question.item.task);
    content.title = taskName(trace, question.item.task);
    content.sentence =
        Details::tr("It ran %1 times, %2 in all.")
            .arg(shown(model::formatCount(task.runs)), durationText(model::Duration{task.runNs}));
    if (task.kernelThread)
        content.sentence += QLatin1Char(' ') + Details::tr("It is a thread of the kernel.");
    else if (task.thread)
        content.sentence += QLatin1Char(' ') + Details::tr("It is a thread of another task.");
    content.fields.push_back(plainField(Details::tr("tid"), QString::number(raw(task.tid))));
    if (raw(task.tgid) >= 0)
        content.fields.push_back(plainField(Details::tr("tgid"), QString::number(raw(task.tgid)),
                                            Details::tr("Id of its process.")));
    if (task.parent != model::kNoTask)
        content.fields.push_back(plainField(Details::tr("parent"), taskName(trace, task.parent)));
    if (task.bornNs != model::TaskInfo::kNever)
        content.fields.push_back(
            plainField(Details::tr("born"), timeField(question, model::timestampNs(task.bornNs))));
    if (task.diedNs != model::TaskInfo::kNever)
        content.fields.push_back(
            plainField(Details::tr("died"), timeField(question, model::timestampNs(task.diedNs))));
    addShares(content, question, question.item.task, std::move(stop));
    addLinks(content, question, question.item.task,
             question.window.begin + question.window.length() / 2);
    return content;
}

DetailsContent noteDetails(const DetailsQuestion& question, const std::stop_token& stop) {
    DetailsContent content;
    const auto& all = question.trace->diagnostics().all();
    if (question.item.value >= all.size()) return content;
    const auto& note = all[question.item.value];
    const auto words = model::diagnosticWords(note);
    content.title = shown(words.title);
    content.sentence = shown(words.reason);
    content.next = shown(words.advice);
    content.fields.push_back(
        plainField(Details::tr("kind"), shown(model::severityName(model::severity(note.kind)))));
    content.fields.push_back(
        plainField(Details::tr("count"), shown(model::formatCount(note.count))));
    for (std::size_t i = 0; i < note.first.size(); ++i) {
        const auto line = model::lineOfPlace(*question.trace, note.first[i], stop);
        const auto where =
            line > 0 ? Details::tr("Line %1").arg(shown(model::formatCount(line)))
                     : Details::tr("Byte %1").arg(shown(model::formatCount(note.first[i].offset)));
        content.links.push_back(
            {where, QStringLiteral("place:%1:%2").arg(question.item.value).arg(i)});
    }
    return content;
}

DetailsContent toldDetails(const DetailsQuestion& question) {
    DetailsContent content;
    content.title = question.told.title;
    content.sentence = question.told.lines.join(QLatin1Char('\n'));
    for (const auto& [name, value] : question.told.facts)
        content.fields.push_back({.name = name, .value = value, .meaning = {}});
    return content;
}

}  // namespace

DetailsContent detailsAtOnce(const DetailsQuestion& question) {
    DetailsContent content;
    if (question.item.kind != Item::Kind::Event || !question.trace ||
        raw(question.item.event) >= question.trace->events())
        return content;
    addEventHead(content, question, question.trace->event(question.item.event));
    return content;
}

DetailsContent detailsOf(const DetailsQuestion& question, std::stop_token stop) {
    if (!question.trace) return {};
    switch (question.item.kind) {
    case Item::Kind::None: return {};
    case Item::Kind::Event: return eventDetails(question, std::move(stop));
    case Item::Kind::Slice: return sliceDetails(question, std::move(stop));
    case Item::Kind::Irq:
    case Item::Kind::Softirq: return irqDetails(question);
    case Item::Kind::Gap: return gapDetails(question);
    case Item::Kind::Task: return taskDetails(question, std::move(stop));
    case Item::Kind::Note: return noteDetails(question, stop);
    case Item::Kind::Told: return toldDetails(question);
    }
    return {};
}

}  // namespace kscope::views
