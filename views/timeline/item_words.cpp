// SPDX-License-Identifier: GPL-3.0-or-later
/// Sentences of items, made of lane facts and the words of model/words.
#include "views/timeline/item_words.h"

#include "model/core/format.h"
#include "model/store/call_edge.h"
#include "model/words/words.h"
#include "views/panes/block_pipeline/request_track.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/scene_parts.h"
#include "views/timeline/wakeup.h"

#include <QCoreApplication>

#include <algorithm>

namespace kscope::views {
namespace {

using model::TaskState;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(kscope::views::ItemWords)
};
QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}
QString duration(std::int64_t ns) { return text(model::formatDuration(model::Duration{ns})); }

QString taskName(const model::Trace& trace, model::TaskId id) {
    if (id == model::kNoTask) return Words::tr("an unknown task");
    const model::TaskInfo& info = trace.task(id);
    if (info.idle()) return Words::tr("idle");
    const QString comm = text(trace.comm(id));
    return QStringLiteral("%1 (%2)")
        .arg(comm.isEmpty() ? QStringLiteral("<...>") : comm)
        .arg(model::raw(info.tid));
}

/// The span of the task's lane that ends (or begins) where its run begins (or ends).
std::optional<model::LaneSpan> neighbour(const model::LaneView& lane, std::int64_t ns) {
    if (lane.empty()) return std::nullopt;
    const std::size_t at = lane.indexAt(ns);
    return at < lane.size() ? std::optional(lane.span(at)) : std::nullopt;
}

class ItemTeller {
public:
    ItemTeller(const TimelineScene& scene, const Item& item, const QString& args)
        : m_scene(scene),
          m_trace(*scene.trace),
          m_item(item),
          m_args(args),
          m_length((item.span.end - item.span.begin).count()) {
        m_words.time = text(timeText(scene, item.span.begin));
        if (item.task != model::kNoTask && !m_trace.task(item.task).idle())
            m_words.chip = scene.colours().taskFill(m_trace.task(item.task));
    }
    ItemWords tell() {
        switch (m_item.kind) {
        case Item::Kind::Slice: slice(); break;
        case Item::Kind::Event:
            if (const auto number = requestOfItem(m_scene.devices, m_item)) request(*number);
            else event();
            break;
        case Item::Kind::Irq: irq(); break;
        case Item::Kind::Softirq: softirq(); break;
        case Item::Kind::Gap: gap(); break;
        case Item::Kind::None:
        case Item::Kind::Task:
        case Item::Kind::Note:
        case Item::Kind::Told: break;
        }
        if (m_scene.state->rawFields == Presence::Shown) m_words.raw = m_args;
        return m_words;
    }

private:
    void slice() {
        const bool onCpu = m_item.lane.kind == LaneKey::Kind::Cpu;
        const TaskState state = onCpu ? TaskState::Running : model::valueState(m_item.value);
        if (state == TaskState::Running) run();
        else wait(state);
    }
    void run() {
        m_words.title = Words::tr("%1 on CPU %2")
                            .arg(taskName(m_trace, m_item.task))
                            .arg(model::raw(m_item.cpu));
        m_words.lines << Words::tr("Runs for %1.").arg(duration(m_length));
        before();
        after();
        m_words.keys = {{QStringLiteral("Enter"), Words::tr("details")},
                        {QStringLiteral("]"), Words::tr("next in this lane")},
                        {QStringLiteral("U"), Words::tr("what woke it")}};
    }
    void before() {
        const std::int64_t begin = model::toNs(m_item.span.begin);
        if (const auto wake = findWake(m_trace, m_item.task, begin)) {
            const bool idle = wake->waker == model::kNoTask || m_trace.task(wake->waker).idle();
            const QString waker = idle ? Words::tr("an interrupt on CPU %1, which was idle")
                                             .arg(model::raw(wake->wakerCpu))
                                       : taskName(m_trace, wake->waker);
            m_words.lines << Words::tr("It had been ready for %1, woken by %2.")
                                 .arg(duration(begin - wake->wokenNs), waker);
            return;
        }
        const auto last = neighbour(m_trace.taskLane(m_item.task), begin - 1);
        if (last && model::valueState(last->value) == TaskState::Preempted)
            m_words.lines << Words::tr("It had been pushed off the CPU for %1.")
                                 .arg(duration(last->end - last->begin));
    }
    void after() {
        const auto next = neighbour(m_trace.taskLane(m_item.task), model::toNs(m_item.span.end));
        if (!next) return;
        switch (model::valueState(next->value)) {
        case TaskState::Preempted:
            m_words.lines << Words::tr("Then it was pushed off the CPU, though it could go on.");
            break;
        case TaskState::Yielded: m_words.lines << Words::tr("Then it gave up the CPU."); break;
        case TaskState::Sleeping:
            m_words.lines << Words::tr("Then it went to sleep for %1.")
                                 .arg(duration(next->end - next->begin));
            break;
        case TaskState::Uninterruptible:
            m_words.lines
                << Words::tr("Then it was blocked for %1.").arg(duration(next->end - next->begin));
            break;
        case TaskState::Dead: m_words.lines << Words::tr("Then it exited."); break;
        default: break;
        }
    }
    void wait(TaskState state) {
        m_words.title = taskName(m_trace, m_item.task);
        m_words.lines
            << Words::tr("%1, for %2.").arg(text(model::stateWords(state)), duration(m_length));
        if (model::isRunnable(state)) {
            const auto next =
                neighbour(m_trace.taskLane(m_item.task), model::toNs(m_item.span.end));
            if (next && model::valueState(next->value) == TaskState::Running) busyWith(*next);
        }
        m_words.keys = {{QStringLiteral("Enter"), Words::tr("details")},
                        {QStringLiteral("]"), Words::tr("next in this lane")}};
    }
    /// What held the CPU that it waited for.
    void busyWith(const model::LaneSpan& next) {
        const model::CpuId cpu = model::valueCpu(next.value);
        const auto held = neighbour(m_trace.cpuLane(cpu), model::toNs(m_item.span.begin));
        if (!held) return;
        const model::TaskId task = model::cpuTask(held->value);
        if (task == model::kNoTask || task == m_item.task) return;
        m_words.lines << Words::tr("It then ran on CPU %1, where %2 had been.")
                             .arg(model::raw(cpu))
                             .arg(taskName(m_trace, task));
    }
    void event() {
        const model::Event event = m_trace.event(m_item.event);
        const std::string_view name = m_trace.text(event.name);
        m_words.title = text(name);
        const std::string args = m_args.toStdString();
        // A function is no kind of event: words of one of the same name are not its own.
        if (!args.empty() || isCallEdge(event.flags))
            m_words.lines << text(model::eventSentence(m_trace, event, args));
        else if (const auto words = model::eventWords(name); !words.what.empty())
            m_words.lines << text(words.what);
        m_words.lines << Words::tr("By %1 on CPU %2.")
                             .arg(taskName(m_trace, event.task))
                             .arg(model::raw(event.cpu));
        if (const std::string flags = model::flagsSentence(event.flags); !flags.empty())
            m_words.lines << text(flags);
        m_words.keys = {{QStringLiteral("Enter"), Words::tr("details")},
                        {QStringLiteral("}"), Words::tr("next of this kind")}};
    }
    /// A bar of a device lane, as Blocks tells it.
    void request(std::uint32_t number) {
        ItemWords told =
            requestHit(m_trace, *m_scene.devices->blocks, number, m_scene.devices->endNs).words;
        m_words.title = told.title;
        m_words.lines = QStringList{told.time} + told.lines;
        m_words.keys = {{QStringLiteral("B"), Words::tr("show in Blocks")},
                        {QStringLiteral("]"), Words::tr("next request")}};
    }
    void irq() {
        const QString name = text(m_trace.text(m_trace.irqName(m_item.value)));
        m_words.title = Words::tr("Interrupt %1 %2 on CPU %3")
                            .arg(m_item.value)
                            .arg(name)
                            .arg(model::raw(m_item.cpu));
        m_words.lines << Words::tr("The handler ran for %1.").arg(duration(m_length));
        interrupted();
    }
    void softirq() {
        const QString name = m_item.value < model::kSoftirqNames.size()
                                 ? text(model::kSoftirqNames[m_item.value])
                                 : QString::number(m_item.value);
        m_words.title = Words::tr("Softirq %1 on CPU %2").arg(name).arg(model::raw(m_item.cpu));
        m_words.lines << Words::tr("Ran for %1.").arg(duration(m_length));
        if (const auto words = model::softirqWords(m_item.value); !words.empty())
            m_words.lines << text(words);
        interrupted();
    }
    void interrupted() {
        const auto held = neighbour(m_trace.cpuLane(m_item.cpu), model::toNs(m_item.span.begin));
        if (!held || model::cpuTask(held->value) == model::kNoTask) return;
        const model::TaskId task = model::cpuTask(held->value);
        m_words.lines << (m_trace.task(task).idle()
                              ? Words::tr("The CPU was idle.")
                              : Words::tr("It interrupted %1.").arg(taskName(m_trace, task)));
    }
    void gap() {
        m_words.title = Words::tr("Lost events on CPU %1").arg(model::raw(m_item.cpu));
        const auto gaps = m_trace.gaps();
        const std::uint64_t count = m_item.value < gaps.size() ? gaps[m_item.value].count : 0;
        m_words.lines
            << (count > 0
                    ? Words::tr("%1 events were overwritten before they were read.")
                          .arg(text(model::formatCount(count)))
                    : Words::tr(
                          "Events were overwritten before they were read; how many is not known."));
        m_words.lines << Words::tr("Nothing is known of this CPU for %1.").arg(duration(m_length));
    }

    const TimelineScene& m_scene;
    const model::Trace& m_trace;
    const Item& m_item;
    QString m_args;
    std::int64_t m_length;
    ItemWords m_words;
};

}  // namespace

QString ItemWords::sentence() const {
    return (QStringList{title + QStringLiteral(", ") + time} + lines).join(QLatin1Char(' '));
}

ItemTold ItemWords::told() const {
    ItemTold told{.title = title, .lines = lines, .facts = facts};
    if (!time.isEmpty()) told.lines.prepend(time);
    return told;
}

ItemWords itemWords(const TimelineScene& scene, const Item& item, const QString& args) {
    if (!scene.trace ||
        (item.kind == Item::Kind::Event && model::raw(item.event) >= scene.trace->events()))
        return {};
    return ItemTeller(scene, item, args).tell();
}

}  // namespace kscope::views
