// SPDX-License-Identifier: GPL-3.0-or-later
/// Bars from the remap to the completion, packed like requests.
#include "views/panes/block_pipeline/partition_track.h"

#include "model/core/format.h"
#include "model/derive/block_latency.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace kscope::views {
namespace {

using model::BlockBio;
using model::kNoIndex;
using model::kNoTime;

constexpr int kBioRowPx = 5;

/// The remap of `bio` that came from `from`; null: none did.
const model::BlockRemap* remapFrom(const model::BlockModel& blocks, const BlockBio& bio,
                                   model::DeviceId from) {
    for (auto at = bio.remap; at != kNoIndex; at = blocks.remaps[at].before)
        if (blocks.remaps[at].from == from) return &blocks.remaps[at];
    return nullptr;
}

std::vector<RequestRows::Place> placesOf(const model::BlockModel& blocks, model::DeviceId from,
                                         model::DeviceId disk, std::int64_t endNs) {
    std::vector<RequestRows::Place> places;
    for (std::uint32_t i = 0; i < blocks.bios.size(); ++i) {
        const BlockBio& bio = blocks.bios[i];
        if (bio.device != disk) continue;
        const auto* const remap = remapFrom(blocks, bio, from);
        if (remap == nullptr) continue;
        const auto end = bio.c == kNoTime ? endNs : bio.c;
        places.push_back({remap->time, std::max(remap->time + 1, end), i});
    }
    return places;
}

/// Where a bar changes its colour: joined or got a request, issued.
std::array<std::int64_t, 2> turnsOf(const BlockBio& bio, const RequestRows::Place& place) {
    const auto joined = bio.m != kNoTime ? bio.m : bio.g != kNoTime ? bio.g : place.begin;
    const auto issued = bio.d != kNoTime ? bio.d : place.end;
    return {std::clamp(joined, place.begin, place.end), std::clamp(issued, place.begin, place.end)};
}

}  // namespace

std::vector<model::DeviceId> remapSources(const model::BlockModel& blocks, model::DeviceId disk) {
    std::set<model::DeviceId> sources;
    for (const BlockBio& bio : blocks.bios) {
        if (bio.device != disk) continue;
        for (auto at = bio.remap; at != kNoIndex; at = blocks.remaps[at].before)
            if (blocks.remaps[at].from != model::kNoDevice) sources.insert(blocks.remaps[at].from);
    }
    sources.erase(disk);
    return {sources.begin(), sources.end()};
}

PartitionTrack::PartitionTrack(model::TracePtr trace, BlockModelPtr blocks, model::DeviceId from,
                               model::DeviceId disk, std::int64_t endNs)
    : m_trace(std::move(trace)),
      m_blocks(std::move(blocks)),
      m_from(from),
      m_disk(disk),
      m_rows(placesOf(*m_blocks, from, disk, endNs)) {}

int PartitionTrack::height() const {
    const auto rows = static_cast<int>(std::min<std::size_t>(m_rows.rows(), 100));
    return std::clamp(rows * kBioRowPx + 12, 42, 90);
}

Box PartitionTrack::rowBox(const TrackCanvas& canvas, std::size_t row) const {
    const int pad = canvas.px(5);
    const int room = std::max(1, canvas.plot.h - 2 * pad);
    const auto rows = static_cast<int>(std::max<std::size_t>(m_rows.rows(), 1));
    const int full = canvas.px(kBioRowPx);
    const auto number = static_cast<int>(row);
    if (rows * full <= room)
        return {canvas.plot.x, canvas.plot.y + pad + number * full, canvas.plot.w,
                full - canvas.px(1)};
    const int top = static_cast<int>(std::int64_t{number} * room / rows);
    const int bottom = static_cast<int>((std::int64_t{number} + 1) * room / rows);
    return {canvas.plot.x, canvas.plot.y + pad + top, canvas.plot.w, std::max(1, bottom - top)};
}

void PartitionTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    drawTrackHeader(canvas, {.name = fmt::format("{} → {}", deviceText(m_from), deviceText(m_disk)),
                             .facts = {},
                             .value = model::formatCount(m_rows.requests()),
                             .lines = {"sent on; ends with its request"}});
    const Viewport view = canvas.viewport();
    const std::int64_t end = model::toNs(canvas.scene.window.end);
    for (std::size_t r = 0; r < m_rows.rows(); ++r) {
        const Box box = rowBox(canvas, r);
        const auto& row = m_rows.row(r);
        auto at = std::ranges::upper_bound(row, view.ns(0), {}, &RequestRows::Place::end);
        while (at != row.end() && at->begin < end) {
            const auto turns = turnsOf(m_blocks->bios[at->request], *at);
            const std::array moments{at->begin, turns[0], std::max(turns[0], turns[1]), at->end};
            std::array colours{t.stageQG, t.stageID, t.stageDC};
            const auto& filter = canvas.scene.filterRows;
            const bool passes =
                !filter || model::bioPasses(*filter, *m_blocks, m_blocks->bios[at->request]);
            if (canvas.scene.hides(passes)) {
                ++at;
                continue;
            }
            if (!passes)
                for (Rgb& colour : colours)
                    colour = mix(t.bgCanvas, colour, TimelineScene::kFilteredShare);
            int right = 0;
            for (std::size_t i = 0; i < colours.size(); ++i) {
                const int x0 = std::clamp(view.x(moments[i]), 0, box.w);
                const int x1 = std::clamp(view.x(moments[i + 1]), x0, box.w);
                const int least = i == 0 ? 1 : 0;  // every bar leaves a trace
                if (x1 - x0 + least <= 0) continue;
                canvas.list.fill({box.x + x0, box.y, std::max(x1 - x0, least), box.h}, colours[i]);
                right = std::max(right, x0 + std::max(x1 - x0, least));
            }
            ++at;
            const std::int64_t drawn = view.ns(right);
            if (at != row.end() && at->end <= drawn)
                at = std::lower_bound(
                    at, row.end(), drawn + 1,
                    [](const RequestRows::Place& p, std::int64_t ns) { return p.end < ns; });
        }
    }
}

TrackHit PartitionTrack::hit(const RequestRows::Place& place) const {
    const BlockBio& bio = m_blocks->bios[place.request];
    const auto* const remap = remapFrom(*m_blocks, bio, m_from);
    TrackHit found;
    if (bio.request != kNoIndex) found = requestHit(*m_trace, *m_blocks, bio.request, place.end);
    found.span = {model::timestampNs(place.begin), model::timestampNs(place.end)};
    const auto size = model::formatBytes(std::uint64_t{bio.sectors} * 512);
    found.words.title = QString::fromStdString(
        fmt::format("{}, {} at sector {} of {}", rwbsWords(bio.rwbs), size,
                    model::formatCount(remap->fromSector), deviceText(m_from)));
    QStringList lines;
    lines << QString::fromStdString(fmt::format(
        "sent on to sector {} of {}", model::formatCount(bio.sector), deviceText(m_disk)));
    if (bio.m != kNoTime)
        lines << QString::fromStdString(fmt::format(
            "merged {} a request that waited, after {}", bio.front ? "in front of" : "behind",
            model::formatDuration(model::Duration{bio.m - bio.q})));
    if (bio.request != kNoIndex)
        lines << QString::fromStdString(fmt::format(
            "carried by the request at sector {}, {} in all",
            model::formatCount(m_blocks->requests[bio.request].sector),
            model::formatBytes(std::uint64_t{m_blocks->requests[bio.request].sectors} * 512)));
    else lines << QStringLiteral("its request was not seen");
    found.words.lines = lines;
    return found;
}

std::optional<TrackHit> PartitionTrack::at(const TrackCanvas& canvas, int x, int y) const {
    const Viewport view = canvas.viewport();
    const int reach = canvas.px(3);
    for (std::size_t r = 0; r < m_rows.rows(); ++r) {
        const Box box = rowBox(canvas, r);
        if (y < box.y || y >= box.bottom() + canvas.px(1)) continue;
        const auto& row = m_rows.row(r);
        const auto found =
            std::ranges::upper_bound(row, view.ns(x - box.x - reach), {}, &RequestRows::Place::end);
        if (found == row.end() || found->begin >= view.ns(x - box.x + reach)) continue;
        TrackHit seen = hit(*found);
        const int x0 = view.x(found->begin);
        seen.box = {box.x + x0, box.y, std::max(view.x(found->end) - x0, 1), box.h};
        return seen;
    }
    return std::nullopt;
}

std::optional<TrackHit> PartitionTrack::next(model::Timestamp time) const {
    const auto* const place = m_rows.next(model::toNs(time));
    if (place == nullptr) return std::nullopt;
    return hit(*place);
}

}  // namespace kscope::views
