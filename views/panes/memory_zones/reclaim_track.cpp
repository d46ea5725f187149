// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows of spans and marks, and what each of them says.
#include "views/panes/memory_zones/reclaim_track.h"

#include "model/core/format.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kscope::views {
namespace {

QString reclaimText(const std::string& text) { return QString::fromStdString(text); }
QString reclaimCount(std::int64_t count) {
    return reclaimText(
        model::formatCount(static_cast<std::uint64_t>(std::max<std::int64_t>(0, count))));
}
QString reclaimLength(std::int64_t begin, std::int64_t end) {
    return reclaimText(model::formatDuration(model::Duration{end - begin}));
}

std::string reclaimTask(const model::Trace& trace, model::TaskId task) {
    if (task == model::kNoTask) return "a task";
    return fmt::format("{} {}", trace.comm(task), model::raw(trace.task(task).tid));
}

/// Pages looked at and freed, where mm_vmscan_lru_shrink_inactive was recorded.
void addScanned(ItemWords& words, std::int64_t scanned, std::int64_t freed) {
    if (scanned <= 0) return;
    words.facts.emplace_back(QStringLiteral("scanned"), reclaimCount(scanned));
    words.facts.emplace_back(QStringLiteral("freed"), reclaimCount(freed));
    words.facts.emplace_back(
        QStringLiteral("efficiency"),
        reclaimText(fmt::format("{:.1f} %", 100.0 * static_cast<double>(freed) /
                                                static_cast<double>(scanned))));
}

}  // namespace

ReclaimTrack::ReclaimTrack(ReclaimSource source) : m_source(std::move(source)) {
    addReclaims();
    addActivity();
    std::ranges::stable_sort(m_spans, {}, &Stretch::begin);
    m_rows = {Row::Kswapd, Row::Direct};
    for (const Row row : {Row::Compaction, Row::Oom})
        if (std::ranges::find(m_spans, row, &Stretch::row) != m_spans.end()) m_rows.push_back(row);
}

void ReclaimTrack::addReclaims() {
    const auto& kswapd = m_source.reclaims->kswapd;
    for (std::size_t i = 0; i < kswapd.size(); ++i)
        if (kswapd[i].node == m_source.node)
            m_spans.push_back({.begin = kswapd[i].beginNs,
                               .end = kswapd[i].endNs,
                               .row = Row::Kswapd,
                               .open = kswapd[i].open,
                               .of = Stretch::Of::Kswapd,
                               .index = i,
                               .number = kswapd[i].node});
    const auto& direct = m_source.reclaims->spans;
    for (std::size_t i = 0; i < direct.size(); ++i)
        if (direct[i].node == m_source.node || (direct[i].node < 0 && m_source.first))
            m_spans.push_back({.begin = direct[i].startNs,
                               .end = direct[i].startNs + direct[i].duration,
                               .row = Row::Direct,
                               .of = Stretch::Of::Direct,
                               .index = i,
                               .number = direct[i].reclaimed});
}

void ReclaimTrack::addActivity() {
    const auto& compaction = m_source.activity->compaction;
    for (std::size_t i = 0; i < compaction.size(); ++i) {
        const auto& span = compaction[i];
        if (span.node == m_source.node || (span.node < 0 && m_source.first))
            m_spans.push_back({.begin = span.beginNs,
                               .end = span.endNs,
                               .row = Row::Compaction,
                               .open = span.open,
                               .strong = span.kind == model::CompactionSpan::Kind::Run,
                               .of = Stretch::Of::Compaction,
                               .index = i,
                               .number = span.order});
    }
    if (!m_source.first) return;  // kills are the machine's
    const auto& oom = m_source.activity->oom;
    bool told = false;
    for (std::size_t i = 0; i < oom.size(); ++i) {
        const bool victim = oom[i].kind == model::OomMark::Kind::Victim;
        told = told || victim;
        m_spans.push_back({.begin = oom[i].ns,
                           .end = oom[i].ns + 1,
                           .row = Row::Oom,
                           .strong = victim,
                           .of = Stretch::Of::Oom,
                           .index = i,
                           .number = oom[i].tid});
    }
    if (told) return;  // the event says more of the same kill than vmstat
    for (std::size_t i = 0; i < m_source.killsRead.size(); ++i)
        m_spans.push_back({.begin = m_source.killsRead[i].first,
                           .end = m_source.killsRead[i].first + 1,
                           .row = Row::Oom,
                           .of = Stretch::Of::KillsRead,
                           .index = i,
                           .number = m_source.killsRead[i].second});
}

ItemWords ReclaimTrack::kswapdWords(const model::KswapdSpan& span) const {
    ItemWords words;
    words.title = QStringLiteral("kswapd%1 awake for %2")
                      .arg(span.node)
                      .arg(reclaimLength(span.beginNs, span.endNs));
    if (span.scanned > 0)
        words.lines << QStringLiteral("It freed %1 of %2 scanned pages.")
                           .arg(reclaimCount(span.freed), reclaimCount(span.scanned));
    words.lines << QStringLiteral(
        "It frees pages in the background: woken below low, asleep again above high.");
    words.facts.emplace_back(QStringLiteral("node"), QString::number(span.node));
    addScanned(words, span.scanned, span.freed);
    return words;
}

ItemWords ReclaimTrack::directWords(const model::ReclaimSpan& span) const {
    ItemWords words;
    words.title = QStringLiteral("%1 stalled %2 in direct reclaim")
                      .arg(reclaimText(reclaimTask(*m_source.trace, span.task)),
                           reclaimLength(span.startNs, span.startNs + span.duration));
    words.lines << QStringLiteral(
                       "It freed %1 pages itself before its order %2 allocation could go on.")
                       .arg(reclaimCount(span.reclaimed))
                       .arg(span.order);
    const auto bytes = std::uint64_t{4096} << std::clamp<std::int64_t>(span.order, 0, 30);
    words.facts.emplace_back(
        QStringLiteral("order"),
        reclaimText(fmt::format("{}, {}", span.order, model::formatBytes(bytes))));
    words.facts.emplace_back(QStringLiteral("node"), span.node < 0 ? QStringLiteral("not recorded")
                                                                   : QString::number(span.node));
    words.facts.emplace_back(QStringLiteral("reclaimed"), reclaimCount(span.reclaimed));
    addScanned(words, span.scanned, span.freed);
    return words;
}

ItemWords ReclaimTrack::compactionWords(const model::CompactionSpan& span) const {
    ItemWords words;
    const QString length = reclaimLength(span.beginNs, span.endNs);
    words.title = span.kind == model::CompactionSpan::Kind::Kcompactd
                      ? QStringLiteral("kcompactd%1 awake for %2").arg(span.node).arg(length)
                      : QStringLiteral("%1 compacted for %2")
                            .arg(reclaimText(reclaimTask(*m_source.trace, span.task)), length);
    words.lines << QStringLiteral(
        "Pages in use are moved together, so that larger free blocks come about.");
    if (span.order >= 0)
        words.facts.emplace_back(QStringLiteral("order"), QString::number(span.order));
    if (!span.mode.empty())
        words.facts.emplace_back(QStringLiteral("mode"), reclaimText(span.mode));
    if (!span.status.empty()) {
        words.lines << QStringLiteral("It ended: %1.").arg(reclaimText(span.status));
        words.facts.emplace_back(QStringLiteral("status"), reclaimText(span.status));
    }
    return words;
}

ItemWords ReclaimTrack::oomWords(const model::OomMark& mark) const {
    ItemWords words;
    const bool victim = mark.kind == model::OomMark::Kind::Victim;
    words.title =
        victim ? QStringLiteral("%1 %2 is killed for want of memory")
                     .arg(mark.comm.empty() ? QStringLiteral("Task") : reclaimText(mark.comm),
                          QString::number(mark.tid))
               : reclaimText(std::string(m_source.trace->text(mark.name)));
    if (victim)
        words.lines << QStringLiteral("Neither reclaim nor compaction had found enough: the kernel "
                                      "chose it as the one to end.");
    else if (mark.kind == model::OomMark::Kind::Retry)
        words.lines << QStringLiteral("Reclaim is tried again before a task is killed.");
    else if (mark.kind == model::OomMark::Kind::Reaper)
        words.lines << QStringLiteral("The memory of the killed task is taken back.");
    else words.lines << QStringLiteral("How likely the task is to be chosen was set.");
    if (mark.tid > 0) words.facts.emplace_back(QStringLiteral("pid"), QString::number(mark.tid));
    return words;
}

ItemWords ReclaimTrack::wordsOf(const Stretch& span) const {
    switch (span.of) {
    case Stretch::Of::Kswapd: return kswapdWords(m_source.reclaims->kswapd[span.index]);
    case Stretch::Of::Direct: return directWords(m_source.reclaims->spans[span.index]);
    case Stretch::Of::Compaction: return compactionWords(m_source.activity->compaction[span.index]);
    case Stretch::Of::Oom: return oomWords(m_source.activity->oom[span.index]);
    case Stretch::Of::KillsRead: break;
    }
    ItemWords words;
    words.title = span.number == 1 ? QStringLiteral("A task was killed for want of memory")
                                   : QStringLiteral("%1 tasks were killed for want of memory")
                                         .arg(reclaimCount(span.number));
    words.lines << QStringLiteral("oom_kill of /proc/vmstat had grown by this reading.");
    return words;
}

std::optional<model::EventIndex> ReclaimTrack::eventOf(const Stretch& span) const {
    if (span.of == Stretch::Of::Direct) return m_source.reclaims->spans[span.index].event;
    if (span.of == Stretch::Of::Compaction) return m_source.activity->compaction[span.index].event;
    if (span.of == Stretch::Of::Oom) return m_source.activity->oom[span.index].event;
    return std::nullopt;
}

bool ReclaimTrack::isOf(const Stretch& span, model::TaskId task) const {
    const model::Trace& trace = *m_source.trace;
    switch (span.of) {
    case Stretch::Of::Kswapd: return trace.comm(task) == fmt::format("kswapd{}", span.number);
    case Stretch::Of::Direct: return m_source.reclaims->spans[span.index].task == task;
    case Stretch::Of::Compaction: return m_source.activity->compaction[span.index].task == task;
    case Stretch::Of::Oom:
        return m_source.activity->oom[span.index].tid == model::raw(trace.task(task).tid);
    case Stretch::Of::KillsRead: return false;
    }
    return false;
}

std::optional<Box> ReclaimTrack::rowOf(const TrackCanvas& canvas, Row row) const {
    const auto found = std::ranges::find(m_rows, row);
    if (found == m_rows.end()) return std::nullopt;
    const auto index = static_cast<int>(found - m_rows.begin());
    return Box{canvas.plot.x, canvas.plot.y + canvas.px(4) + canvas.px(16 * index), canvas.plot.w,
               canvas.px(12)};
}

void ReclaimTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const std::array<std::string, 4> names{fmt::format("kswapd{}", m_source.node), "direct reclaim",
                                           "compaction", "oom"};
    for (const Row row : m_rows) {
        const Box place = *rowOf(canvas, row);
        drawText(
            canvas.scene, canvas.texts, canvas.list,
            {canvas.header.x + canvas.px(18), place.y, canvas.header.w - canvas.px(24), place.h},
            names[static_cast<std::size_t>(row)], TextRole::Small, t.text2);
    }
    const std::array<Rgb, 4> colours{t.stageGI, t.statusError, t.dirWrite, t.stateBlocked};
    const Viewport view = canvas.viewport();
    std::array<int, 8> drawn{};
    drawn.fill(-1);
    for (const Stretch& span : m_spans) {
        if (span.begin >= model::toNs(canvas.scene.window.end)) break;
        if (span.end < model::toNs(canvas.scene.window.begin)) continue;
        const Box row = *rowOf(canvas, span.row);
        const int x0 = std::clamp(view.x(span.begin), 0, row.w);
        const int x1 = std::clamp(std::max(view.x(span.end), x0 + canvas.px(2)), 0, row.w);
        const auto kind = static_cast<std::size_t>(span.row);
        int& covered = drawn[kind * 2 + (span.strong ? 1 : 0)];
        if (x1 <= covered) continue;
        covered = x1;
        // Fainter: half as high, at the foot of the row.
        const Box bar = span.strong
                            ? Box{row.x + x0, row.y, x1 - x0, row.h}
                            : Box{row.x + x0, row.y + row.h / 2, x1 - x0, row.h - row.h / 2};
        const auto lifted = canvas.scene.lifted;
        const bool back = lifted != model::kNoTask && !isOf(span, lifted);
        canvas.list.fill(bar, back ? mix(t.bgCanvas, colours[kind], 0.55) : colours[kind],
                         span.strong ? canvas.px(2) : 0);
        const bool selected =
            canvas.scene.item.kind != Item::Kind::None &&
            model::toNs(canvas.scene.item.span.begin) == span.begin &&
            model::toNs(canvas.scene.item.span.end) == std::max(span.end, span.begin + 1);
        if (selected)
            canvas.list.outline({bar.x - canvas.px(1), bar.y - canvas.px(1), bar.w + canvas.px(2),
                                 bar.h + canvas.px(2)},
                                t.accent, canvas.px(2));
    }
}

TrackHit ReclaimTrack::hit(const Stretch& span) const {
    TrackHit found;
    found.span = {model::timestampNs(span.begin),
                  model::timestampNs(std::max(span.end, span.begin + 1))};
    found.words = wordsOf(span);
    if (span.open) found.words.lines << QStringLiteral("It had not ended when the trace did.");
    const auto begun = eventOf(span);
    if (!begun) return found;
    const model::Event event = m_source.trace->event(*begun);
    found.item = {.kind = Item::Kind::Told,
                  .lane = {},
                  .event = *begun,
                  .span = found.span,
                  .value = 0,
                  .task = event.task,
                  .cpu = event.cpu};
    return found;
}

std::optional<TrackHit> ReclaimTrack::at(const TrackCanvas& canvas, int x, int y) const {
    const Viewport view = canvas.viewport();
    const int reach = canvas.px(3);
    const Stretch* best = nullptr;
    Box place;
    for (const Stretch& span : m_spans) {
        const Box row = *rowOf(canvas, span.row);
        if (y < row.y - canvas.px(2) || y >= row.bottom() + canvas.px(2)) continue;
        const int x0 = row.x + view.x(span.begin);
        const int x1 = row.x + std::max(view.x(span.end), view.x(span.begin) + canvas.px(2));
        if (x < x0 - reach || x >= x1 + reach) continue;
        // What is drawn in front counts: strong before faint, then the shorter one.
        if (best != nullptr &&
            (best->strong > span.strong ||
             (best->strong == span.strong && best->end - best->begin <= span.end - span.begin)))
            continue;
        best = &span;
        place = {x0, row.y, x1 - x0, row.h};
    }
    if (best == nullptr) return std::nullopt;
    TrackHit found = hit(*best);
    found.box = place;
    return found;
}

std::optional<TrackHit> ReclaimTrack::next(model::Timestamp time) const {
    const auto found = std::ranges::upper_bound(m_spans, model::toNs(time), {}, &Stretch::begin);
    if (found == m_spans.end()) return std::nullopt;
    return hit(*found);
}

void ReclaimTrack::csv(model::TimeRange window, std::string& out) const {
    constexpr std::array<const char*, 4> kLanes{"kswapd", "direct reclaim", "compaction", "oom"};
    for (const Stretch& span : m_spans)
        if (span.end > model::toNs(window.begin) && span.begin < model::toNs(window.end))
            out += fmt::format(
                "{}{},{},{},{},,,\n",
                m_source.node == 0 ? std::string() : fmt::format("node {} ", m_source.node),
                kLanes[static_cast<std::size_t>(span.row)], span.begin, span.end, span.number);
}

}  // namespace kscope::views
