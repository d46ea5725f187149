// SPDX-License-Identifier: GPL-3.0-or-later
/// CPU lanes with their interrupts, and task lanes with their states.
#include "views/timeline/lane_painters.h"

#include "model/store/task_colors.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/run_colour.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kscope::views {
namespace {

using model::LaneSpan;
using model::LodNode;
using model::TaskId;
using model::TaskState;

/// Length of a span inside of the window.
double inWindow(const TimelineScene& scene, std::int64_t begin, std::int64_t end) {
    const std::int64_t from = std::max(begin, model::toNs(scene.window.begin));
    const std::int64_t to = std::min(end, model::toNs(scene.window.end));
    return to > from ? static_cast<double>(to - from) : 0;
}

class CpuSink {
public:
    CpuSink(LaneBars& bars, FoldCells& cells, model::CpuId cpu)
        : m_bars(bars),
          m_thin(bars, cells),
          m_trace(*bars.scene().trace),
          m_cpu(cpu),
          m_labelFrom(bars.scene().px(20)),
          m_plain(!bars.scene().filterRows && bars.scene().lifted == model::kNoTask) {}

    void slice(const LaneSpan& span) {
        const TaskId task = model::cpuTask(span.value);
        if (task == model::kNoTask) {
            unknown(span);
            return;
        }
        const model::TaskInfo& info = m_trace.task(task);
        if (info.idle()) return idle(span);
        m_bars.ink().busyNs += inWindow(m_bars.scene(), span.begin, span.end);
        const auto at = m_bars.pixels(span.begin, span.end);
        if (at.width() <= 0) return;
        const bool passes = passesFilter(m_bars.scene(), span.begin, span.end, m_cpu, task);
        if (m_bars.scene().hides(passes)) return;
        const Rgb fill = m_bars.shaded(runFill(m_bars.scene(), task, m_cpu), task, passes);
        const Box box = m_bars.slice(at, fill, m_bars.bar().y, m_bars.bar().h);
        if (passes && box.w >= m_labelFrom)
            m_bars.label(LabelWish::What::Task, box, fill, model::raw(task));
    }
    void small(const LaneSpan& span) {
        const TaskId task = model::cpuTask(span.value);
        if (task == model::kNoTask) return;
        const Look& look = lookOf(task);
        if (look.idle) return;
        m_smallNs += span.end - span.begin;  // Thinner than two pixels at the edges.
        Rgb fill = look.fill;
        if (!m_plain) {
            const bool passes = passesFilter(m_bars.scene(), span.begin, span.end, m_cpu, task);
            if (m_bars.scene().hides(passes)) return;
            fill = m_bars.shaded(fill, task, passes);
        }
        m_thin.small(span.begin, span.end, look.ink, fill);
    }
    template <class Spans> void dense(const Spans& spans) {
        if (!m_plain) {
            spans([this](std::int64_t begin, std::int64_t end, std::uint32_t value) {
                small(LaneSpan{begin, end, value, false});
            });
            return;
        }
        ThinSpans::Run run(m_thin);
        std::int64_t busy = 0;
        spans([&](std::int64_t begin, std::int64_t end, std::uint32_t value) {
            const TaskId task = model::cpuTask(value);
            if (task == model::kNoTask) return;
            const Look& look = lookOf(task);
            if (look.idle) return;
            busy += end - begin;
            run.small(begin, end, look.ink, look.fill);
        });
        m_smallNs += busy;
    }
    void fold(std::int64_t begin, std::int64_t end, const LodNode& node) {
        m_bars.ink().busyNs += static_cast<double>(node.busy);
        m_thin.fold(begin, end, node);
    }
    void flush() {
        m_thin.flush();
        m_bars.ink().busyNs += static_cast<double>(m_smallNs);
    }

private:
    /// What small spans ask for again and again, of the tasks met last.
    struct Look {
        TaskId task = model::kNoTask;
        Rgb fill = 0;
        bool idle = false;
        FoldInk ink{};
    };
    const Look& lookOf(TaskId task) {
        Look& look = m_looks[model::raw(task) % m_looks.size()];
        if (look.task != task) {
            const model::TaskInfo& info = m_trace.task(task);
            look = {task, info.idle() ? 0 : runFill(m_bars.scene(), task, m_cpu), info.idle(),
                    foldInk(model::slotVector(info.hueSlot))};
        }
        return look;
    }
    void idle(const LaneSpan& span) {
        if (m_bars.scene().state->idleTasks == Presence::Hidden) return;
        const auto at = m_bars.pixels(span.begin, span.end);
        const Box& bar = m_bars.bar();
        const int height = std::max(1, bar.h * 3 / 10);
        m_bars.ink().list.fill({at.x0, bar.bottom() - height, at.width(), height},
                               m_bars.colours().bgHover);
    }
    void unknown(const LaneSpan& span) {
        const auto at = m_bars.pixels(span.begin, span.end);
        if (m_trace.tables().switches == 0 || at.width() < m_labelFrom) return;
        const Box& bar = m_bars.bar();
        m_bars.ink().list.outline({at.x0, bar.y, at.width(), bar.h}, m_bars.colours().lineStrong,
                                  m_bars.scene().hairline(), LineStyle::Dotted);
    }
    LaneBars& m_bars;
    ThinSpans m_thin;
    const model::Trace& m_trace;
    model::CpuId m_cpu;
    int m_labelFrom;
    bool m_plain;  // No filter and no lifted task change a colour.
    std::int64_t m_smallNs = 0;
    std::array<Look, 512> m_looks;
};

/// Runs of handlers, at least 1.2 px each so that nothing vanishes; what touches is one box.
class IrqSink {
public:
    IrqSink(const TimelineScene& scene, LaneInk& ink, Box box, Rgb fill, model::CpuId cpu)
        : m_scene(scene),
          m_view(scene.viewport()),
          m_ink(ink),
          m_box(box),
          m_fills{mix(scene.colours().bgCanvas, fill, TimelineScene::kFilteredShare), fill},
          m_cpu(cpu),
          m_least(std::max(1, static_cast<int>(std::lround(1.2 * scene.ratio)))) {}
    void slice(const LaneSpan& span) { small(span); }
    void small(const LaneSpan& span) {
        add(span.begin, span.end,
            passesFilter(m_scene, span.begin, span.end, m_cpu, model::kNoTask));
    }
    void fold(std::int64_t begin, std::int64_t end, const LodNode&) {
        add(begin, end, m_scene.filterCells == nullptr || m_scene.filterCells->passes(begin));
    }
    void flush() {
        if (m_x1 > m_x0)
            m_ink.list.fill({m_box.x + m_x0, m_box.y, m_x1 - m_x0, m_box.h},
                            m_fills[m_passes ? 1 : 0]);
    }

private:
    void add(std::int64_t begin, std::int64_t end, bool passes) {
        if (m_scene.hides(passes)) return;
        int x0 = std::clamp(m_view.x(begin), 0, m_box.w);
        const int x1 = std::clamp(std::max(m_view.x(end), x0 + m_least), 0, m_box.w);
        if (x0 <= m_x1 && passes != m_passes) {
            // What the filter lets through keeps its pixels.
            if (passes) m_x1 = std::min(m_x1, x0);
            else x0 = std::min(m_x1, x1);
        }
        if (x0 > m_x1 || passes != m_passes) {
            flush();
            m_x0 = x0;
            m_x1 = x0;
            m_passes = passes;
        }
        m_x1 = std::max(m_x1, x1);
    }
    const TimelineScene& m_scene;
    Viewport m_view;
    LaneInk& m_ink;
    Box m_box;
    std::array<Rgb, 2> m_fills;  // filtered out, let through
    model::CpuId m_cpu;
    int m_least;
    int m_x0 = 0;
    int m_x1 = 0;
    bool m_passes = true;
};

class TaskSink {
public:
    TaskSink(LaneBars& bars, FoldCells& cells, TaskId task)
        : m_bars(bars),
          m_thin(bars, cells),
          m_task(task),
          m_info(bars.scene().trace->task(task)),
          m_labelFrom(bars.scene().px(20)),
          m_patchFrom(bars.scene().px(60)) {}

    void slice(const LaneSpan& span) {
        const auto at = m_bars.pixels(span.begin, span.end);
        if (at.width() <= 0 && model::valueState(span.value) != TaskState::Dead) return;
        const TaskState state = model::valueState(span.value);
        if (leftOut(span, state)) return;
        switch (state) {
        case TaskState::Running: running(span, at); break;
        case TaskState::Woken:
        case TaskState::Preempted:
        case TaskState::Yielded: runnable(span, at, state); break;
        case TaskState::Uninterruptible: blocked(span, at); break;
        case TaskState::Stopped:
        case TaskState::Traced:
            middle(span, at, m_bars.colours().stateStopped, LineStyle::Solid);
            break;
        case TaskState::Unknown:
            middle(span, at, m_bars.colours().lineStrong, LineStyle::Dotted);
            break;
        case TaskState::Dead: dead(at); break;
        case TaskState::Sleeping:
        case TaskState::IdleSleep:
        case TaskState::Parked:
        case TaskState::OtherSleep: asleep(span, at); break;
        }
    }
    void small(const LaneSpan& span) { small(span, m_thin); }
    template <class Spans> void dense(const Spans& spans) {
        ThinSpans::Run run(m_thin);
        spans([&](std::int64_t begin, std::int64_t end, std::uint32_t value) {
            small(LaneSpan{begin, end, value, false}, run);
        });
    }
    void fold(std::int64_t begin, std::int64_t end, const LodNode& node) {
        m_bars.ink().exact = false;
        m_thin.fold(begin, end, node);
    }
    void flush() { m_thin.flush(); }

private:
    using Pixels = LaneBars::Pixels;
    /// `thin`: ThinSpans, or a run of them.
    template <class Thin> void small(const LaneSpan& span, Thin& thin) {
        const TaskState state = model::valueState(span.value);
        const Theme& t = m_bars.colours();
        if (leftOut(span, state)) return;
        if (state == TaskState::Running) {
            m_bars.ink().runNs += inWindow(m_bars.scene(), span.begin, span.end);
            thin.small(span.begin, span.end, foldInk(model::slotVector(m_info.hueSlot)),
                       m_bars.shaded(runFill(m_bars.scene(), m_task, model::valueCpu(span.value)),
                                     m_task, passes(span, model::valueCpu(span.value))));
        } else if (model::isRunnable(state)) {
            thin.small(span.begin, span.end, foldInk(model::runnableVector()),
                       m_bars.shaded(t.stateRunnable, m_task, passes(span)));
        } else if (state == TaskState::Uninterruptible) {
            thin.small(span.begin, span.end, foldInk(model::blockedVector()),
                       m_bars.shaded(t.stateBlocked, m_task, passes(span)));
        } else if (state == TaskState::Dead) {
            dead(m_bars.pixels(span.begin, span.end));
        }
    }
    /// What the filter leaves out and is not drawn at all; it counts as before.
    [[nodiscard]] bool leftOut(const LaneSpan& span, TaskState state) {
        if (m_bars.scene().filteredOut == Presence::Shown) return false;
        const bool ran = state == TaskState::Running;
        if (passes(span, ran ? model::valueCpu(span.value) : model::kUnknownCpu)) return false;
        if (ran) m_bars.ink().runNs += inWindow(m_bars.scene(), span.begin, span.end);
        return true;
    }
    void running(const LaneSpan& span, Pixels at) {
        m_bars.ink().runNs += inWindow(m_bars.scene(), span.begin, span.end);
        const bool through = passes(span, model::valueCpu(span.value));
        const Rgb fill = m_bars.shaded(runFill(m_bars.scene(), m_task, model::valueCpu(span.value)),
                                       m_task, through);
        const Box box = m_bars.slice(at, fill, m_bars.bar().y, m_bars.bar().h);
        if (through && box.w >= m_labelFrom)
            m_bars.label(LabelWish::What::Cpu, box, fill, model::raw(model::valueCpu(span.value)));
    }
    [[nodiscard]] Box sixty(Pixels at) const {
        const Box& bar = m_bars.bar();
        const int height = std::max(2, static_cast<int>(std::lround(bar.h * 0.6)));
        return {at.x0, bar.y + (bar.h - height) / 2, at.width(), height};
    }
    /// Whether the filter lets an event of the task through in the span: of a wait on any CPU.
    [[nodiscard]] bool passes(const LaneSpan& span, model::CpuId cpu = model::kUnknownCpu) const {
        return passesFilter(m_bars.scene(), span.begin, span.end, cpu, m_task);
    }
    void runnable(const LaneSpan& span, Pixels at, TaskState state) {
        const Rgb fill = m_bars.shaded(m_bars.colours().stateRunnable, m_task, passes(span));
        const Box box = m_bars.slice(at, fill, sixty(at).y, sixty(at).h);
        const int edge = m_bars.scene().px(2);
        if (state == TaskState::Preempted && at.startsHere && box.w > 2 * edge)
            m_bars.ink().list.fill({box.x, box.y, edge, box.h},
                                   mix(fill, m_bars.colours().inkDark, 0.75));
    }
    void blocked(const LaneSpan& span, Pixels at) {
        const TimelineScene& scene = m_bars.scene();
        const bool through = passes(span);
        const Rgb fill = m_bars.shaded(m_bars.colours().stateBlocked, m_task, through);
        const Box box = m_bars.slice(at, fill, m_bars.bar().y, m_bars.bar().h);
        if (box.w >= scene.px(3))
            m_bars.ink().list.hatch({box.x, box.y + 1, box.w, box.h - 2}, 0,
                                    mix(fill, 0xff000000u, 0.28), scene.px(4),
                                    scene.px(m_bars.colours().hatchPx), box.x & 1);
        if (through && box.w >= m_patchFrom)
            m_bars.label(LabelWish::What::Wait, box, fill,
                         static_cast<std::uint32_t>(TaskState::Uninterruptible),
                         span.end - span.begin);
    }
    void middle(const LaneSpan& span, Pixels at, Rgb colour, LineStyle style) {
        m_bars.ink().list.outline(sixty(at), m_bars.shaded(colour, m_task, passes(span)),
                                  m_bars.scene().hairline(), style);
    }
    void asleep(const LaneSpan& span, Pixels at) {
        const int thick = m_bars.scene().px(2);
        const Box& bar = m_bars.bar();
        m_bars.ink().list.fill({at.x0, bar.y + (bar.h - thick) / 2, at.width(), thick},
                               m_bars.shaded(m_bars.colours().stateSleep, m_task, passes(span)));
    }
    void dead(Pixels at) {
        if (!at.startsHere || at.x0 >= m_bars.bar().right()) return;
        m_bars.ink().list.fill({at.x0, sixty(at).y, m_bars.scene().px(2), sixty(at).h},
                               m_bars.colours().text3);
    }

    LaneBars& m_bars;
    ThinSpans m_thin;
    TaskId m_task;
    const model::TaskInfo& m_info;
    int m_labelFrom, m_patchFrom;
};

void paintIrqs(const TimelineScene& scene, const model::LaneView& lane, Box box, Rgb fill,
               model::CpuId cpu, LaneInk& ink) {
    if (lane.empty() || box.h <= 0) return;
    const Viewport view = scene.viewport();
    const std::int64_t cell = FoldCells(view, scene.foldPx / 2.2).cell();
    IrqSink sink(scene, ink, box, fill, cpu);
    lane.walk(scene.window, cell, view.nsOf(scene.foldPx), sink);
    sink.flush();
}

/// Hatched boxes where events of a CPU were lost, over all of its lane.
void paintGaps(const TimelineScene& scene, model::CpuId cpu, Box lane, LaneInk& ink) {
    const Viewport view = scene.viewport();
    const Theme& t = scene.colours();
    const auto all = scene.trace->gaps();
    const auto numbers = scene.layout.gapsOf(cpu);
    // Gaps of one CPU follow each other, so their ends ascend too.
    auto number = std::ranges::partition_point(
        numbers, [&](std::uint32_t i) { return all[i].end <= model::toNs(scene.window.begin); });
    int free = 0;
    for (; number != numbers.end() && all[*number].begin < model::toNs(scene.window.end);
         ++number) {
        const model::LostGap& gap = all[*number];
        const int x0 = std::clamp(view.x(gap.begin), 0, lane.w);
        const int x1 = std::clamp(std::max(view.x(gap.end), x0 + scene.px(3)), 0, lane.w);
        if (x1 <= x0 || x0 < free) continue;  // A box stands for all that begin on its pixels.
        free = x1;
        const int above = scene.px(4);
        const Box box{lane.x + x0, lane.y + above, x1 - x0, lane.h - above};
        ink.list.hatch(box, t.bgCanvas, t.lineStrong, scene.px(5), scene.px(t.hatchPx));
        ink.list.outline(box, t.lineStrong, scene.hairline());
        ink.labels.push_back(
            {LabelWish::What::Lost, box, t.bgCanvas, 0, static_cast<std::int64_t>(gap.count)});
    }
}

template <class Sink, class Id>
void paintSpans(const TimelineScene& scene, const LaneRow& row, const model::LaneView& lane,
                Box bar, LaneInk& ink, Id id) {
    if (lane.empty()) return;
    const Viewport view = scene.viewport();
    LaneBars bars(scene, ink, bar);
    FoldCells cells(view, scene.foldPx / 2.2);
    Sink sink(bars, cells, id);
    lane.walk(scene.window, cells.cell(), view.nsOf(scene.foldPx * scene.foldPlay * scene.ratio),
              sink);
    sink.flush();
    if (!cells.any()) return;
    const Theme& t = scene.colours();
    const bool lifted = scene.lifted != model::kNoTask;
    const auto plain = foldedRunFill(scene, row.key);
    cells.draw(bars.columns(), bar.h, view, 2.5 * scene.ratio,
               [&](model::HueVector hue, std::int64_t begin) {
                   const bool passes = !scene.filterCells || scene.filterCells->passes(begin);
                   if (scene.hides(passes)) return Rgb{0};
                   const double share = !passes ? TimelineScene::kFilteredShare : lifted ? 0.55 : 1;
                   const Rgb fill = plain ? *plain : t.hueFill(hue);
                   return share < 1 ? mix(t.bgCanvas, fill, share) : fill;
               });
}

}  // namespace

Box barOf(const TimelineScene& scene, const LaneRow& row, Box lane) {
    const LaneParts& parts = row.parts;
    return {lane.x, lane.y + scene.px(parts.above), lane.w, scene.px(parts.bar)};
}

void paintCpuLane(const TimelineScene& scene, const LaneRow& row, Box lane, LaneInk& ink) {
    const model::CpuId cpu{static_cast<std::uint16_t>(row.key.id)};
    const Box bar = barOf(scene, row, lane);
    paintSpans<CpuSink>(scene, row, scene.cpuLane(cpu), bar, ink, cpu);
    if (!row.folded) {
        const LaneParts& parts = row.parts;
        // One device pixel free above each thin lane, so that it does not grow together with the
        // bar.
        const int irqY = bar.bottom() + 1;
        const int irqHeight = std::max(1, scene.px(parts.irq) - 1);
        const int softY = bar.bottom() + scene.px(parts.irq);
        paintIrqs(scene, scene.trace->irqLane(cpu), {lane.x, irqY, lane.w, irqHeight},
                  scene.colours().irqHard, cpu, ink);
        paintIrqs(scene, scene.trace->softirqLane(cpu),
                  {lane.x, softY, lane.w, std::max(1, scene.px(parts.softirq) - 1)},
                  scene.colours().irqSoft, cpu, ink);
    }
    paintGaps(scene, cpu, lane, ink);
}

void paintTaskLane(const TimelineScene& scene, const LaneRow& row, Box lane, LaneInk& ink) {
    const TaskId task{row.key.id};
    paintSpans<TaskSink>(scene, row, scene.trace->taskLane(task), barOf(scene, row, lane), ink,
                         task);
}

void paintLane(const TimelineScene& scene, const LaneRow& row, Box lane, std::size_t part,
               LaneInk& ink) {
    switch (row.key.kind) {
    case LaneKey::Kind::Cpu: paintCpuLane(scene, row, lane, ink); break;
    case LaneKey::Kind::Task: paintTaskLane(scene, row, lane, ink); break;
    case LaneKey::Kind::EventName: paintEventLane(scene, row, lane, ink); break;
    case LaneKey::Kind::Device: paintDeviceLane(scene, row, lane, part, ink); break;
    case LaneKey::Kind::Group: break;
    }
}

bool passesFilter(const TimelineScene& scene, std::int64_t begin, std::int64_t end,
                  model::CpuId cpu, TaskId task) {
    if (!scene.filterRows) return true;
    // A stretch is let through with any of its own events. The switch that ends it is one and is
    // looked at first; of the rows in between, which may be many and of others, only the first few
    // are.
    constexpr int kMostRows = 24;
    const auto any = [&](std::int64_t from, std::int64_t to) {
        auto index = scene.trace->lowerBound(model::timestampNs(from));
        for (int i = 0; i < kMostRows; ++i) {
            const auto row = scene.filterRows->next(index);
            if (!row) return false;
            const model::Event event = scene.trace->event(*row);
            if (model::toNs(event.time) > to) return false;
            if ((cpu == model::kUnknownCpu || event.cpu == cpu) &&
                (task == model::kNoTask || event.task == task))
                return true;
            index = model::EventIndex{model::raw(*row) + 1};
        }
        return false;
    };
    return any(end, end) || any(begin, end);
}

}  // namespace kscope::views
