// SPDX-License-Identifier: GPL-3.0-or-later
/// The whole trace in 34 px: how busy each CPU was (or where its events are), where the long waits
/// are, where the window is.
#include "model/core/format.h"
#include "model/words/axis_words.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr std::size_t kMostRows = 16;
constexpr int kPlotHeight = 34;
constexpr std::size_t kMostTicks = 4000;

/// Busy ns a pixel.
class BusySink {
public:
    BusySink(const model::Trace& trace, const Viewport& view, std::vector<float>& into)
        : m_trace(trace),
          m_view(view),
          m_into(into) {}
    void slice(const model::LaneSpan& span) { add(span); }
    void small(const model::LaneSpan& span) { add(span); }
    void fold(std::int64_t begin, std::int64_t end, const model::LodNode& node) {
        spread(begin, end, node.busy);
    }

private:
    void add(const model::LaneSpan& span) {
        const model::TaskId task = model::cpuTask(span.value);
        if (task != model::kNoTask && !m_trace.task(task).idle())
            spread(span.begin, span.end, static_cast<double>(span.end - span.begin));
    }
    void spread(std::int64_t begin, std::int64_t end, double busy) {
        const int last = m_view.width() - 1;
        const int x0 = std::clamp(m_view.x(begin), 0, last);
        const int x1 = std::clamp(m_view.x(std::max(end - 1, begin)), 0, last);
        for (int x = x0; x <= x1; ++x) {
            double share = 1;
            if (x0 != x1) {
                const auto from = static_cast<double>(std::max(begin, m_view.ns(x)));
                const auto to = static_cast<double>(std::min(end, m_view.ns(x + 1)));
                share = std::max(0.0, to - from) / static_cast<double>(end - begin);
            }
            m_into[static_cast<std::size_t>(x)] +=
                static_cast<float>(busy * share / m_view.nsPerPixel());
        }
    }
    const model::Trace& m_trace;
    const Viewport& m_view;
    std::vector<float>& m_into;
};

/// Where nothing tells who ran: events a pixel as a share of the most, rooted so that few are seen
/// beside many.
std::vector<float> eventShares(const model::Trace& trace, const Viewport& view) {
    std::vector<float> shares(static_cast<std::size_t>(view.width()));
    std::uint64_t before = raw(trace.lowerBound(view.range().begin));
    std::uint64_t most = 1;
    for (int x = 0; x < view.width(); ++x) {
        const bool last = x + 1 == view.width();
        const auto end = last ? view.range().end : model::timestampNs(view.ns(x + 1));
        const std::uint64_t next = raw(trace.lowerBound(end));
        shares[static_cast<std::size_t>(x)] = static_cast<float>(next - before);
        most = std::max(most, next - before);
        before = next;
    }
    for (float& share : shares) share = std::sqrt(share / static_cast<float>(most));
    return shares;
}

void computeRows(const TimelineScene& scene, const Viewport& view, OverviewCache& cache) {
    const auto cpus = scene.trace->cpus();
    const std::size_t known = std::min(cpus.size(), std::size_t{model::kMaxCpus});
    // Beyond 16 CPUs a row is the mean of several.
    const std::size_t perRow = (known + kMostRows - 1) / kMostRows;
    cache.rows.assign(perRow == 0 ? 0 : (known + perRow - 1) / perRow,
                      std::vector<float>(static_cast<std::size_t>(view.width())));
    for (std::size_t i = 0; i < known; ++i) {
        BusySink sink(*scene.trace, view, cache.rows[i / perRow]);
        scene.cpuLane(cpus[i]).walk(view.range(), view.nsOf(1), view.nsOf(2), sink);
    }
    if (perRow > 1)
        for (auto& row : cache.rows)
            for (float& share : row) share /= static_cast<float>(perRow);
    const auto idle = [](const std::vector<float>& row) {
        return std::ranges::all_of(row, [](float share) { return share == 0; });
    };
    if (std::ranges::all_of(cache.rows, idle))
        cache.rows.assign(1, eventShares(*scene.trace, view));
}

void drawRows(const TimelineScene& scene, Box plot, const OverviewCache& cache, DrawList& list) {
    const Theme& t = scene.colours();
    const auto count = static_cast<int>(cache.rows.size());
    for (int r = 0; r < count; ++r) {
        const int y0 = plot.y + plot.h * r / count;
        const int y1 = plot.y + plot.h * (r + 1) / count;
        const Box box{plot.x, y0, plot.w, std::max(1, y1 - y0 - (plot.h >= 2 * count ? 1 : 0))};
        const auto columns = list.columns(box);
        const auto& shares = cache.rows[static_cast<std::size_t>(r)];
        for (std::size_t x = 0; x < columns.size() && x < shares.size(); ++x)
            if (shares[x] > 0)
                columns.set(
                    x, mix(t.bgCanvas, t.seriesNeutral, 0.12 + 0.75 * std::min(shares[x], 1.0f)),
                    static_cast<std::uint32_t>(box.h));
    }
}

void drawWaits(const TimelineScene& scene, const Viewport& view, Box plot, DrawList& list) {
    const auto waits = scene.trace->longWaits();
    for (std::size_t i = 0; i < waits.size(); ++i) {
        const int x = plot.x + view.x(waits[i].begin);
        const int width = std::max(scene.px(7), view.x(waits[i].end) - view.x(waits[i].begin));
        const Box tick{x - (width == scene.px(7) ? width / 2 : 0), plot.bottom() + scene.px(3),
                       width, scene.px(3)};
        list.fill(tick, scene.colours().stateBlocked, scene.px(1));
        list.hit({tick.x, plot.bottom(), tick.w, scene.px(10)}, HitKind::OverviewTick,
                 static_cast<std::uint32_t>(i));
    }
}

void drawHits(const TimelineScene& scene, const Viewport& view, Box plot, DrawList& list) {
    if (!scene.searchRows || scene.searchRows->size() == 0) return;
    const std::uint64_t hits = scene.searchRows->size();
    const std::uint64_t step = std::max<std::uint64_t>(1, hits / kMostTicks);
    int last = -1;
    for (std::uint64_t i = 0; i < hits; i += step) {
        const int x = plot.x + view.x(scene.trace->event(scene.searchRows->at(i)).time);
        if (x != last)
            list.fill({x, plot.y - scene.px(3), scene.px(1), scene.px(4)}, scene.colours().text1);
        last = x;
    }
}

void drawBracket(const TimelineScene& scene, const Viewport& view, Box plot, DrawList& list) {
    const Theme& t = scene.colours();
    const int x0 = plot.x + std::clamp(view.x(scene.window.begin), 0, plot.w - 1);
    const int x1 = plot.x + std::clamp(view.x(scene.window.end), 0, plot.w);
    const int least = scene.px(5);
    const int width = std::max(x1 - x0, least);
    const Box box{std::min(x0, plot.right() - width), plot.y - scene.px(2), width,
                  plot.h + scene.px(4)};
    list.fill(box, (t.accent & 0xffffffu) | 0x1f000000u);
    list.outline(box, t.accent, scene.px(1.5));
    const int grip = scene.px(10);
    for (const int x : {box.x, box.right() - scene.px(2)})
        list.fill({x - scene.px(1), box.y + (box.h - grip) / 2, scene.px(3), grip}, t.accent,
                  scene.px(1));
    list.hit(box, HitKind::Bracket);
    const int reach = scene.px(6);
    list.hit({box.x - reach, box.y, reach + std::min(reach, box.w / 3), box.h},
             HitKind::BracketLeft);
    list.hit({box.right() - std::min(reach, box.w / 3), box.y, reach + std::min(reach, box.w / 3),
              box.h},
             HitKind::BracketRight);
}

}  // namespace

void drawOverview(const TimelineScene& scene, TextCache& texts, DrawList& list) {
    const Theme& t = scene.colours();
    const TimelineFrame frame = scene.frame();
    const Box& area = frame.overview;
    if (area.empty()) return;
    list.clip(area);
    list.fill(area, t.bgCanvas);
    const Viewport view(scene.trace->range(), area.w);
    const Box plot{area.x, area.y + (area.h - scene.px(kPlotHeight)) / 3 + 1, area.w,
                   scene.px(kPlotHeight)};
    OverviewCache own;
    OverviewCache& cache = scene.overviewCache ? *scene.overviewCache : own;
    if (cache.trace != scene.trace || cache.generation != scene.trace->generation() ||
        cache.width != area.w) {
        computeRows(scene, view, cache);
        cache.trace = scene.trace;
        cache.generation = scene.trace->generation();
        cache.width = area.w;
    }
    list.hit(area, HitKind::Overview);
    drawRows(scene, plot, cache, list);
    drawWaits(scene, view, plot, list);
    drawHits(scene, view, plot, list);
    drawBracket(scene, view, plot, list);

    const Box& header = frame.overviewHeader;
    list.clip(header);
    list.fill(header, t.bgPanel);
    const int inset = scene.px(12);
    const Box first{header.x + inset, header.y + scene.px(8), header.w - 2 * inset, scene.px(16)};
    const bool forgotten =
        std::ranges::any_of(scene.trace->sources(), &model::SourceInfo::forgotten);
    drawText(scene, texts, list, first, forgotten ? "Kept" : "Whole trace", TextRole::Head,
             t.text1);
    const std::size_t waits = scene.trace->longWaits().size();
    std::string facts = model::lengthText(*scene.trace, scene.trace->range().length());
    if (forgotten) facts += " · earlier has left";
    if (waits > 0) facts += fmt::format(" · {} long wait{}", waits, waits == 1 ? "" : "s");
    drawText(scene, texts, list, {first.x, first.y + scene.px(17), first.w, scene.px(15)}, facts,
             TextRole::Small, t.text3);
}

}  // namespace kscope::views
