// SPDX-License-Identifier: GPL-3.0-or-later
/// The scatter of sectors: at most one dot a cell of the grid, so that a frame costs pixels.
#include "views/panes/block_pipeline/sector_track.h"

#include "model/core/format.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <climits>

namespace kscope::views {
namespace {

bool writes(model::BlockOp op) { return op != model::BlockOp::Read && op != model::BlockOp::None; }
/// Every pixel column takes this many looks at most: the rest is drawn by then.
constexpr std::size_t kDotsAColumn = 512;
constexpr double kLeastMarkPx = 4;  // 4 KiB and less
constexpr double kMostMarkPx = 8;   // 1 MiB and more

/// Edge of a mark's box, device pixels, odd so that a triangle has one tip.
int markSize(const TrackCanvas& canvas, std::uint32_t sectors) {
    constexpr int kDoublings = 8;  // from 4 KiB to 1 MiB
    const int doubled =
        std::clamp(static_cast<int>(std::bit_width(sectors / 8)) - 1, 0, kDoublings);
    return canvas.px(kLeastMarkPx + (kMostMarkPx - kLeastMarkPx) * doubled / kDoublings) | 1;
}

/// A circle for a read, a triangle for a write (look.md), the colour being no sign alone.
void drawMark(DrawList& list, const Box& box, bool write, Rgb colour) {
    if (!write) return list.fill(box, colour, box.w / 2);
    for (int y = 0; y < box.h;) {  // Rows of one width are one box.
        const int in = (box.h - 1 - y) * (box.w / 2) / std::max(1, box.h - 1);
        const int from = y;
        while (y < box.h && (box.h - 1 - y) * (box.w / 2) / std::max(1, box.h - 1) == in) ++y;
        list.fill({box.x + in, box.y + from, box.w - 2 * in, y - from}, colour);
    }
}

/// The two marks with their words, in the header.
void drawKeys(const TrackCanvas& canvas) {
    const Theme& t = canvas.theme();
    for (const bool write : {false, true}) {
        const int top = canvas.header.y + canvas.px(write ? 72 : 56);
        const int size = canvas.px(6) | 1;
        drawMark(canvas.list,
                 {canvas.header.x + canvas.px(14), top + (canvas.px(14) - size) / 2, size, size},
                 write, write ? t.dirWrite : t.dirRead);
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {canvas.header.x + canvas.px(28), top, canvas.px(120), canvas.px(14)},
                 write ? "write" : "read", TextRole::Small, t.text2);
    }
}

}  // namespace

SectorTrack::SectorTrack(model::TracePtr trace, BlockModelPtr blocks, model::DeviceId device,
                         std::int64_t endNs)
    : m_trace(std::move(trace)),
      m_blocks(std::move(blocks)),
      m_end(endNs) {
    std::uint64_t least = UINT64_MAX;
    for (std::uint32_t i = 0; i < m_blocks->requests.size(); ++i) {
        const model::BlockRequest& request = m_blocks->requests[i];
        if (request.device != device || request.sectors == 0) continue;
        const std::int64_t issued = request.d != model::kNoTime ? request.d : requestBegin(request);
        m_dots.push_back(
            {issued, request.sector, request.sectors, i, writes(model::operationOf(request.rwbs))});
        least = std::min(least, request.sector);
        m_most = std::max(m_most, request.sector + request.sectors);
    }
    m_least = m_dots.empty() ? 0 : least;
    std::ranges::stable_sort(m_dots, {}, &Dot::issued);
}

Box SectorTrack::area(const TrackCanvas& canvas) const {
    const int pad = canvas.px(8);
    return {canvas.plot.x, canvas.plot.y + pad, canvas.plot.w, canvas.plot.h - 2 * pad};
}

int SectorTrack::rowOf(const Box& area, std::uint64_t sector) const {
    const double share = static_cast<double>(sector - m_least) /
                         static_cast<double>(std::max<std::uint64_t>(m_most - m_least, 1));
    return area.bottom() - 1 - static_cast<int>(share * (area.h - 1));
}

void SectorTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    drawTrackHeader(canvas, {.name = "Sector",
                             .facts = {},
                             .value = {},
                             .lines = {"position on the device at issue", "size by length"}});
    drawKeys(canvas);
    const Box place = area(canvas);
    const Viewport view = canvas.viewport();
    std::vector<int> last(static_cast<std::size_t>(place.h), INT_MIN);  // x of the newest a row
    auto at =
        std::ranges::lower_bound(m_dots, view.ns(-markSize(canvas, UINT32_MAX)), {}, &Dot::issued);
    const std::int64_t end = model::toNs(canvas.scene.window.end);
    for (std::size_t looked = 0; at != m_dots.end() && at->issued < end; ++at) {
        const int x = view.x(at->issued);
        looked = at != m_dots.begin() && view.x(std::prev(at)->issued) == x ? looked + 1 : 0;
        if (looked > kDotsAColumn) {
            at = std::prev(
                std::lower_bound(at, m_dots.end(), view.ns(x + 1),
                                 [](const Dot& dot, std::int64_t ns) { return dot.issued < ns; }));
            continue;
        }
        const int low = rowOf(place, at->sector);
        const int high = rowOf(place, at->sector + at->sectors);
        const auto row = static_cast<std::size_t>(std::clamp(low - place.y, 0, place.h - 1));
        const double share = canvas.scene.filterRows ? requestShare(canvas.scene, *m_blocks,
                                                                    m_blocks->requests[at->request])
                                                     : 1;
        // What the filter lets through lies above what it does not.
        if (share == 0 || (last[row] == x && (share < 1 || !canvas.scene.filterRows))) continue;
        const int size = markSize(canvas, at->sectors);
        const bool apart = last[row] == INT_MIN || x - last[row] >= size / 2;
        last[row] = x;
        const Rgb full = at->write ? t.dirWrite : t.dirRead;
        const Rgb colour = share < 1 ? mix(t.bgCanvas, full, share) : full;
        const int tall = low - high + 1;
        const Box mark{place.x + std::max(0, x - size / 2), low - size / 2, size, size};
        // Where it is longer than a mark, all that it covers; where marks would run into each
        // other, a line of them.
        if (tall > size) canvas.list.fill({mark.x, high, size, tall}, colour, canvas.px(1));
        else if (apart) drawMark(canvas.list, mark, at->write, colour);
        else canvas.list.fill({place.x + x, mark.y, 1, size}, colour);
    }
    // In the header, beside the axis: on the plot they would cover dots.
    for (const double share : {0.0, 0.5, 1.0}) {
        const auto sector =
            m_least + static_cast<std::uint64_t>(share * static_cast<double>(m_most - m_least));
        const int y = rowOf(place, sector);
        drawTextRight(canvas.scene, canvas.texts, canvas.list,
                      {canvas.header.right() - canvas.px(106), y - canvas.px(6), canvas.px(100),
                       canvas.px(12)},
                      model::formatCount(sector), TextRole::Least, t.text3);
    }
}

std::optional<TrackHit> SectorTrack::at(const TrackCanvas& canvas, int x, int y) const {
    const Box place = area(canvas);
    const Viewport view = canvas.viewport();
    const int reach = canvas.px(5);
    const Dot* best = nullptr;
    int nearest = 2 * reach;
    auto at = std::ranges::lower_bound(m_dots, view.ns(x - place.x - reach), {}, &Dot::issued);
    for (; at != m_dots.end() && view.x(at->issued) <= x - place.x + reach; ++at) {
        const int away =
            std::abs(place.x + view.x(at->issued) - x) + std::abs(rowOf(place, at->sector) - y);
        if (away < nearest) nearest = away, best = &*at;
    }
    if (best == nullptr) return std::nullopt;
    TrackHit hit = requestHit(*m_trace, *m_blocks, best->request, m_end);
    const int size = markSize(canvas, best->sectors) + canvas.px(4);
    const int low = rowOf(place, best->sector);
    hit.box = {place.x + view.x(best->issued) - size / 2, low - size / 2, size, size};
    return hit;
}

}  // namespace kscope::views
