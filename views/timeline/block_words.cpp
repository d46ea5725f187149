// SPDX-License-Identifier: GPL-3.0-or-later
/// What a folded block says of the slices that it stands for.
#include "model/core/format.h"
#include "views/timeline/item_words.h"
#include "views/timeline/scene_parts.h"

#include <QCoreApplication>

#include <algorithm>
#include <unordered_set>

namespace kscope::views {
namespace {

struct BlockWords {
    Q_DECLARE_TR_FUNCTIONS(kscope::views::BlockWords)
};

constexpr int kAroundPx = 4;                // Of the pointer, to both sides.
constexpr std::size_t kMostSpans = 20'000;  // About 0.2 ms; more are said to be more.

struct BlockSum {
    std::size_t slices = 0;
    std::unordered_set<std::uint32_t> tasks;
    std::int64_t busyNs = 0;
    std::int64_t longestNs = 0;
    model::TaskId longest = model::kNoTask;
    bool cut = false;  ///< There were more than kMostSpans.
};

QString utf16(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

/// The task that a span shows at work; none where it draws nothing that folds.
model::TaskId taskOf(const model::Trace& trace, const LaneKey& lane, std::uint32_t value) {
    if (lane.kind == LaneKey::Kind::Task)
        return model::valueState(value) == model::TaskState::Running ? model::TaskId{lane.id}
                                                                     : model::kNoTask;
    const model::TaskId task = model::cpuTask(value);
    return task != model::kNoTask && !trace.task(task).idle() ? task : model::kNoTask;
}

std::optional<BlockSum> sumAround(const TimelineScene& scene, const LaneRow& row, std::int64_t ns,
                                  std::int64_t reach) {
    const auto lane = row.key.kind == LaneKey::Kind::Cpu
                          ? scene.cpuLane(model::CpuId{static_cast<std::uint16_t>(row.key.id)})
                          : scene.trace->taskLane(model::TaskId{row.key.id});
    if (lane.empty()) return std::nullopt;
    const std::int64_t thin = scene.viewport().nsOf(scene.foldPx * scene.foldPlay * scene.ratio);
    BlockSum sum;
    std::size_t at = lane.indexAt(ns - reach);
    if (at >= lane.size()) at = 0;
    for (std::size_t steps = 0; at < lane.size(); ++at, ++steps) {
        const model::LaneSpan span = lane.span(at);
        if (span.begin >= ns + reach) break;
        if (steps == kMostSpans) {
            sum.cut = true;
            break;
        }
        const auto task = taskOf(*scene.trace, row.key, span.value);
        if (task == model::kNoTask || span.end < ns - reach) continue;
        const auto length = span.end - span.begin;
        if (length >= thin) {
            // A slice of its own under the pointer answers for itself.
            if (ns >= span.begin && ns < span.end) return std::nullopt;
            continue;
        }
        ++sum.slices;
        sum.tasks.insert(model::raw(task));
        sum.busyNs += std::min(span.end, ns + reach) - std::max(span.begin, ns - reach);
        if (length > sum.longestNs || sum.longest == model::kNoTask) {
            sum.longestNs = length;
            sum.longest = task;
        }
    }
    if (sum.slices < 2) return std::nullopt;
    return sum;
}

}  // namespace

std::optional<ItemWords> blockWords(const TimelineScene& scene, int x, int y) {
    const Box plot = scene.frame().plot;
    if (!scene.trace || !plot.contains(x, y)) return std::nullopt;
    const LaneRow* const row =
        scene.layout.rowAt(static_cast<int>((y - plot.y) / scene.ratio), scene.scroll);
    if (!row || (row->key.kind != LaneKey::Kind::Cpu && row->key.kind != LaneKey::Kind::Task))
        return std::nullopt;
    const Viewport view = scene.viewport();
    const std::int64_t ns = view.ns(x - plot.x);
    const std::int64_t reach = std::max<std::int64_t>(1, view.nsOf(kAroundPx * scene.ratio));
    const auto sum = sumAround(scene, *row, ns, reach);
    if (!sum) return std::nullopt;
    const auto length = [](std::int64_t value) {
        return utf16(model::formatDuration(model::Duration{value}));
    };
    const double share =
        std::min(1.0, static_cast<double>(sum->busyNs) / static_cast<double>(2 * reach));
    const auto count = utf16(model::formatCount(sum->slices));
    ItemWords words;
    words.title = utf16(laneName(*scene.trace, row->key));
    words.time = utf16(timeText(scene, model::timestampNs(ns)));
    const auto busy = utf16(model::formatShare(share));
    if (row->key.kind == LaneKey::Kind::Task) {
        words.lines << BlockWords::tr("%1 runs in %2 around here, %3 of the time, longest %4.")
                           .arg(count, length(2 * reach), busy, length(sum->longestNs));
    } else {
        const auto tasks = sum->tasks.size() == 1
                               ? BlockWords::tr("1 task")
                               : BlockWords::tr("%1 tasks").arg(sum->tasks.size());
        words.lines << BlockWords::tr("%1 slices of %2 in %3 around here, %4 busy, longest %5 %6.")
                           .arg(count, tasks, length(2 * reach), busy,
                                utf16(laneName(*scene.trace,
                                               {LaneKey::Kind::Task, model::raw(sum->longest)})),
                                length(sum->longestNs));
    }
    if (sum->cut)
        words.lines << BlockWords::tr("There are more: the first %1 were counted.").arg(count);
    words.keys = {{QStringLiteral("W"), BlockWords::tr("zoom in here")}};
    return words;
}

}  // namespace kscope::views
