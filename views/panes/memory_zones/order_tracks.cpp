// SPDX-License-Identifier: GPL-3.0-or-later
/// Stacks and heatmaps by order.
#include "views/panes/memory_zones/order_tracks.h"

#include "model/core/format.h"
#include "views/panes/memory_zones/zone_track.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

std::string orderBytes(std::size_t order) {
    return model::formatBytes(std::uint64_t{4096} << std::min<std::size_t>(order, 40));
}

/// Cells of one row: `stepOf(x)` gives a colour 0 to 7, −1 a dot, −2 nothing.
template <typename StepOf> void drawCells(const TrackCanvas& canvas, Box row, StepOf stepOf) {
    const Theme& t = canvas.theme();
    for (int x = 0; x < row.w;) {
        const int step = stepOf(x);
        int end = x + 1;
        while (end < row.w && stepOf(end) == step) ++end;
        if (step >= 0)
            canvas.list.fill({row.x + x, row.y, end - x, row.h},
                             t.heat[static_cast<std::size_t>(step)]);
        else if (step == -1)
            for (int dot = x + canvas.px(6); dot < end; dot += canvas.px(12))
                canvas.list.fill({row.x + dot, row.y + row.h / 2, canvas.px(1), canvas.px(1)},
                                 t.text3);
        x = end;
    }
}

/// "order 4  64 KiB" and a value at the right, in the header of a row.
void drawOrderName(const TrackCanvas& canvas, Box row, std::size_t order,
                   const std::string& value) {
    const Theme& t = canvas.theme();
    const int inset = canvas.px(18);
    const Box header{canvas.header.x + inset, row.y - canvas.px(1), canvas.header.w - 2 * inset,
                     row.h + canvas.px(2)};
    drawText(canvas.scene, canvas.texts, canvas.list, header,
             fmt::format("order {}   {}", order, orderBytes(order)), TextRole::Small, t.text2);
    drawTextRight(canvas.scene, canvas.texts, canvas.list, header, value, TextRole::Mono, t.text1);
}

/// Row of `order` of `orders`, the largest one on top.
Box orderRow(const TrackCanvas& canvas, std::size_t order, std::size_t orders) {
    const int from = static_cast<int>(orders - 1 - order) * 14;
    const int top = canvas.plot.y + canvas.px(1 + from);
    return {canvas.plot.x, top, canvas.plot.w,
            canvas.plot.y + canvas.px(1 + from + 14) - top - canvas.px(1)};
}

std::optional<std::size_t> orderAt(const TrackCanvas& canvas, int y, std::size_t orders) {
    for (std::size_t order = 0; order < orders; ++order) {
        const Box row = orderRow(canvas, order, orders);
        if (y >= row.y && y < row.bottom() + canvas.px(1)) return order;
    }
    return std::nullopt;
}

std::int64_t lastNs(const TrackCanvas& canvas, std::int64_t endNs) {
    return std::min(endNs, model::toNs(canvas.scene.window.end)) - 1;
}

void addFact(ItemWords& words, const char* name, const std::string& value) {
    words.facts.emplace_back(QString::fromUtf8(name), QString::fromStdString(value));
}

}  // namespace

double PageStackTrack::pagesAt(std::size_t order, std::int64_t ns) const {
    return m_blocks[order].at(ns).value_or(0) * static_cast<double>(std::uint64_t{1} << order);
}

std::vector<std::vector<double>> PageStackTrack::sums(const TrackCanvas& canvas,
                                                      double& top) const {
    const Viewport view = canvas.viewport();
    const auto width = static_cast<std::size_t>(std::max(0, canvas.plot.w));
    std::vector<std::vector<double>> sums(m_blocks.size(), std::vector<double>(width, 0.0));
    for (std::size_t order = 0; order < m_blocks.size(); ++order) {
        const StepSeries& series = m_blocks[order];
        const double pages = static_cast<double>(std::uint64_t{1} << order);
        auto next = static_cast<std::size_t>(std::ranges::upper_bound(series.ns, view.ns(0)) -
                                             series.ns.begin());
        for (std::size_t x = 0; x < width; ++x) {
            if (view.ns(static_cast<int>(x)) >= m_end) break;
            const std::int64_t end = view.ns(static_cast<int>(x) + 1);
            while (next < series.size() && series.ns[next] < end) ++next;
            const double below = order > 0 ? sums[order - 1][x] : 0;
            sums[order][x] = below + (next > 0 ? series.value[next - 1] * pages : 0);
            top = std::max(top, sums[order][x]);
        }
    }
    return sums;
}

void PageStackTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    double top = 1;
    const auto all = sums(canvas, top);
    const std::int64_t at = lastNs(canvas, m_end);
    double pages = 0;
    double large = 0;
    for (std::size_t order = 0; order < m_blocks.size(); ++order) {
        pages += pagesAt(order, at);
        if (order >= 4) large += pagesAt(order, at);
    }
    drawTrackHeader(canvas, {.name = "Free pages",
                             .facts = {},
                             .value = pagesText(pages),
                             .lines = {"in blocks of each order,", "small ones at the foot",
                                       "order 4 and up: " + pagesText(large)}});
    const int pad = canvas.px(5);
    const Box area{canvas.plot.x, canvas.plot.y + pad, canvas.plot.w, canvas.plot.h - 2 * pad};
    const auto rowsOf = [&](std::size_t order, int x) {
        return static_cast<int>(
            std::lround(all[order][static_cast<std::size_t>(x)] / top * area.h));
    };
    for (std::size_t order = 0; order < m_blocks.size(); ++order) {
        // The lightest colour is too near to the ground for an area.
        const auto step = m_blocks.size() > 1 ? 1 + order * 6 / (m_blocks.size() - 1) : 1;
        for (int x = 0; x < area.w;) {
            const int high = rowsOf(order, x);
            const int low = order > 0 ? rowsOf(order - 1, x) : 0;
            int end = x + 1;
            while (end < area.w && rowsOf(order, end) == high &&
                   (order == 0 || rowsOf(order - 1, end) == low))
                ++end;
            if (high > low)
                canvas.list.fill({area.x + x, area.bottom() - high, end - x, high - low},
                                 t.heat[step]);
            x = end;
        }
    }
    for (int x = 0; x < area.w && !all.empty();) {  // the edge of all of them
        const double now = all.back()[static_cast<std::size_t>(x)];
        int end = x + 1;
        while (end < area.w && all.back()[static_cast<std::size_t>(end)] == now) ++end;
        if (now > 0)
            canvas.list.fill({area.x + x,
                              area.bottom() - static_cast<int>(std::lround(now / top * area.h)),
                              end - x, canvas.scene.hairline()},
                             t.seriesNeutral);
        x = end;
    }
    if (!all.empty()) drawTopLabel(canvas, area, top, {all.back(), all.back()}, pagesText(top));
}

std::optional<TrackHit> PageStackTrack::at(const TrackCanvas& canvas, int x, int) const {
    const std::int64_t ns = canvas.viewport().ns(x - canvas.plot.x + 1) - 1;
    if (ns >= m_end || m_blocks.empty() || !m_blocks[0].at(ns)) return std::nullopt;
    TrackHit hit;
    hit.box = {x, canvas.plot.y, 1, canvas.plot.h};
    double pages = 0;
    std::size_t largest = 0;
    for (std::size_t order = 0; order < m_blocks.size(); ++order) {
        const double here = pagesAt(order, ns);
        pages += here;
        if (here > 0) largest = order;
        addFact(hit.words, fmt::format("order {}", order).c_str(),
                fmt::format("{}, {} blocks", pagesText(here),
                            model::formatCount(
                                static_cast<std::uint64_t>(m_blocks[order].at(ns).value_or(0)))));
    }
    hit.words.title = QString::fromStdString(m_zone + ": " + pagesText(pages) + " in free blocks");
    hit.words.lines << (pages > 0 ? QString::fromStdString(
                                        fmt::format("The largest ones are of order {}, {} each.",
                                                    largest, orderBytes(largest)))
                                  : QStringLiteral("Nothing is free."));
    return hit;
}

void PageStackTrack::csv(model::TimeRange, std::string&) const {}  // the rows of the orders have it

ColourScale IndexTrack::scale(IndexKind kind) {
    if (kind == IndexKind::Unusable)
        return {.least = "0",
                .most = "1.00 of free memory",
                .empty = "0: all can be used",
                .ticks = {}};
    return {.least = "0 too little",
            .most = "1.00 split up",
            .empty = "\u22121: a block is free",
            .ticks = {}};
}

Box IndexTrack::rowOf(const TrackCanvas& canvas, std::size_t order) const {
    return orderRow(canvas, order, m_index.size());
}

void IndexTrack::draw(const TrackCanvas& canvas) const {
    const std::int64_t at = lastNs(canvas, m_end);
    for (std::size_t order = 0; order < m_index.size(); ++order) {
        const Box row = rowOf(canvas, order);
        const auto now = m_index[order].at(at);
        drawOrderName(canvas, row, order,
                      !now         ? ""
                      : *now == -1 ? "free"
                                   : fmt::format("{:.3f}", *now));
        const StepColumns columns = stepColumns(m_index[order], canvas.viewport(), m_end);
        const double none = m_kind == IndexKind::Unusable ? 0 : -1;
        drawCells(canvas, row, [&](int x) {
            const double most = columns.most[static_cast<std::size_t>(x)];  // the worst in a pixel
            return std::isnan(most) ? -2 : most == none ? -1 : heatStep(std::max(0.0, most));
        });
    }
}

std::optional<TrackHit> IndexTrack::at(const TrackCanvas& canvas, int x, int y) const {
    const std::int64_t ns = canvas.viewport().ns(x - canvas.plot.x + 1) - 1;
    const auto order = orderAt(canvas, y, m_index.size());
    if (!order || ns >= m_end) return std::nullopt;
    const auto now = m_index[*order].at(ns);
    if (!now) return std::nullopt;
    TrackHit hit;
    const Box row = rowOf(canvas, *order);
    hit.box = {x, row.y, 1, row.h};
    const bool unusable = m_kind == IndexKind::Unusable;
    hit.words.title =
        QString::fromStdString(fmt::format("{}, order {}: {} index {:.3f}", m_zone, *order,
                                           unusable ? "unusable free" : "fragmentation", *now));
    if (unusable)
        hit.words.lines << QString::fromStdString(
            fmt::format("{} of the free memory lies in blocks too small for {}.",
                        model::formatShare(*now), orderBytes(*order)));
    else if (*now == -1)
        hit.words.lines << QStringLiteral("A block of this order or a larger one is free: an "
                                          "allocation would succeed.");
    else
        hit.words.lines << (*now < 0.5 ? QStringLiteral("An allocation would fail for lack of "
                                                        "memory: reclaim helps.")
                                       : QStringLiteral("An allocation would fail because free "
                                                        "memory is split up: compaction helps."));
    addFact(hit.words, "zone", m_zone);
    addFact(hit.words, "order", fmt::format("{}, {}", *order, orderBytes(*order)));
    addFact(hit.words, unusable ? "unusable free index" : "fragmentation index",
            fmt::format("{:.3f}", *now));
    return hit;
}

void IndexTrack::csv(model::TimeRange window, std::string& out) const {
    const char* const what = m_kind == IndexKind::Unusable ? "unusable" : "fragmentation";
    for (std::size_t order = 0; order < m_index.size(); ++order) {
        const StepSeries& series = m_index[order];
        for (std::size_t i = 0; i < series.size(); ++i) {
            const std::int64_t end = i + 1 < series.size() ? series.ns[i + 1] : m_end;
            if (end <= model::toNs(window.begin) || series.ns[i] >= model::toNs(window.end))
                continue;
            out += fmt::format("{} {} order {},{},{},{:.3f},,,\n", m_zone, what, order,
                               series.ns[i], end, series.value[i]);
        }
    }
}

int AllocationTrack::height() const {
    return 14 * static_cast<int>(m_activity->allocations.orders()) + 2;
}

Box AllocationTrack::rowOf(const TrackCanvas& canvas, std::size_t order) const {
    return orderRow(canvas, order, m_activity->allocations.orders());
}

model::AllocationGrid::Count AllocationTrack::countAt(const Viewport& view, std::size_t order,
                                                      int x) const {
    if (view.ns(x) >= m_end) return {0, 1};
    return m_activity->allocations.between(order, view.ns(x), view.ns(x + 1));
}

std::vector<std::vector<double>> AllocationTrack::rates(const TrackCanvas& canvas,
                                                        double& most) const {
    const Viewport view = canvas.viewport();
    std::vector<std::vector<double>> rates(m_activity->allocations.orders());
    for (std::size_t order = 0; order < rates.size(); ++order)
        for (int x = 0; x < canvas.plot.w; ++x) {
            const auto count = countAt(view, order, x);
            rates[order].push_back(static_cast<double>(count.allocations) * 1e9 /
                                   static_cast<double>(count.lengthNs));
            most = std::max(most, rates[order].back());
        }
    return rates;
}

ColourScale AllocationTrack::scale(const TrackCanvas& canvas) const {
    double most = 1;
    static_cast<void>(rates(canvas, most));
    return {.least = "1",
            .most = model::formatCount(static_cast<std::uint64_t>(most)) +
                    " a second, logarithmic; blank: none",
            .empty = {},
            .ticks = logTicks(most)};
}

void AllocationTrack::draw(const TrackCanvas& canvas) const {
    double most = 1;
    const auto all = rates(canvas, most);
    const std::int64_t begin = model::toNs(canvas.scene.window.begin);
    const std::int64_t end = std::min(m_end, model::toNs(canvas.scene.window.end));
    for (std::size_t order = 0; order < all.size(); ++order) {
        const Box row = rowOf(canvas, order);
        drawOrderName(
            canvas, row, order,
            model::formatCount(m_activity->allocations.between(order, begin, end).allocations));
        drawCells(canvas, row, [&](int x) {
            const double now = all[order][static_cast<std::size_t>(x)];
            return now <= 0 ? -2 : heatStep(std::log1p(now) / std::log1p(most));
        });
    }
}

std::optional<TrackHit> AllocationTrack::at(const TrackCanvas& canvas, int x, int y) const {
    const model::AllocationGrid& grid = m_activity->allocations;
    const auto order = orderAt(canvas, y, grid.orders());
    if (!order) return std::nullopt;
    const auto count = countAt(canvas.viewport(), *order, x - canvas.plot.x);
    if (count.allocations == 0) return std::nullopt;
    TrackHit hit;
    const Box row = rowOf(canvas, *order);
    hit.box = {x, row.y, 1, row.h};
    const auto length = model::formatDuration(model::Duration{count.lengthNs});
    hit.words.title = QString::fromStdString(fmt::format(
        "{} allocations of order {} in {}", model::formatCount(count.allocations), *order, length));
    hit.words.lines << QString::fromStdString(
        fmt::format("{} each; counted from mm_page_alloc.", orderBytes(*order)));
    addFact(hit.words, "order", fmt::format("{}, {}", *order, orderBytes(*order)));
    addFact(hit.words, "allocations", model::formatCount(count.allocations));
    addFact(hit.words, "in", length);
    addFact(
        hit.words, "a second",
        model::formatCount(static_cast<std::uint64_t>(static_cast<double>(count.allocations) * 1e9 /
                                                      static_cast<double>(count.lengthNs))));
    return hit;
}

void AllocationTrack::csv(model::TimeRange window, std::string& out) const {
    const model::AllocationGrid& grid = m_activity->allocations;
    constexpr std::int64_t kRows = 256;  // of each order
    const std::int64_t begin = model::toNs(window.begin);
    const std::int64_t length = std::max<std::int64_t>(1, model::toNs(window.end) - begin);
    const std::int64_t step = std::max((length + kRows - 1) / kRows, grid.pieceNs());
    for (std::size_t order = 0; order < grid.orders(); ++order)
        for (std::int64_t from = begin; from < begin + length; from += step) {
            const auto count = grid.between(order, from, from + step);
            if (count.allocations > 0)
                out += fmt::format("mm_page_alloc order {},{},{},{},,,\n", order, from, from + step,
                                   count.allocations);
        }
}

}  // namespace kscope::views
