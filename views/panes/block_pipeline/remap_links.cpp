// SPDX-License-Identifier: GPL-3.0-or-later
/// A line falls at the moment of the disk's Q, from the partition's bar to the request's.
#include "views/panes/block_pipeline/remap_links.h"

#include "views/panes/block_pipeline/partition_track.h"
#include "views/timeline/scene_parts.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace kscope::views {
namespace {

using model::kNoIndex;
using model::kNoTime;

constexpr std::size_t kMostLinks = 400;    // more are a grey area
constexpr std::size_t kMostLinked = 4000;  // requests in view that are looked through
constexpr int kLinkApart = 3;              // px: nearer ones are drawn as one
constexpr Rgb kLinkOpacity = 0xb0000000u;

/// The rows of the disk's requests in view; empty where they are too many.
std::unordered_map<std::uint32_t, std::size_t> rowsInView(const RequestTrack& track,
                                                          model::TimeRange window) {
    std::unordered_map<std::uint32_t, std::size_t> rows;
    const bool all =
        track.rows().eachIn(model::toNs(window.begin), model::toNs(window.end), kMostLinked,
                            [&](std::size_t row, const RequestRows::Place& place) {
                                rows.emplace(place.request, row);
                            });
    if (!all) rows.clear();
    return rows;
}

/// A link of one bio: where it leaves the partition's lane and enters the disk's.
struct RemapLink {
    int x;
    int top;
    int bottom;
};

std::vector<RemapLink> linksOf(const PartitionTrack& from, const TrackCanvas& above,
                               const RequestTrack& to, const TrackCanvas& below) {
    const auto window = above.scene.window;
    const auto rows = rowsInView(to, window);
    std::vector<RemapLink> links;
    if (rows.empty()) return links;
    const Viewport view = above.viewport();
    const bool few =
        from.rows().eachIn(model::toNs(window.begin), model::toNs(window.end), kMostLinks,
                           [&](std::size_t row, const RequestRows::Place& place) {
                               const auto& bio = from.blocks().bios[place.request];
                               const auto found = rows.find(bio.request);
                               if (bio.request == kNoIndex || found == rows.end()) return;
                               const int x = view.x(bio.q == kNoTime ? place.begin : bio.q);
                               if (x < 0 || x >= above.plot.w) return;
                               links.push_back({above.plot.x + x, from.rowBox(above, row).bottom(),
                                                to.rowBox(below, found->second).y});
                           });
    if (!few) links.clear();
    std::ranges::sort(links, {}, &RemapLink::x);
    return links;
}

}  // namespace

void drawRemapLinks(const TrackScene& scene, TextCache& texts, DrawList& list) {
    const auto& tracks = scene.set->tracks;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        const auto* const from = dynamic_cast<const PartitionTrack*>(tracks[i].get());
        if (from == nullptr) continue;
        for (std::size_t j = i + 1; j < tracks.size(); ++j) {
            const auto* const to = dynamic_cast<const RequestTrack*>(tracks[j].get());
            if (to == nullptr) continue;
            if (to->device() != from->disk()) break;
            const auto links =
                linksOf(*from, scene.canvas(i, texts, list), *to, scene.canvas(j, texts, list));
            const Rgb ink = (scene.base.colours().text2 & 0xffffffu) | kLinkOpacity;
            int last = INT32_MIN;
            for (const auto& link : links) {
                if (link.x - scene.base.px(kLinkApart) < last) continue;
                last = link.x;
                list.fill({link.x, link.top, scene.base.hairline(), link.bottom - link.top}, ink);
                // A foot where it enters the request.
                const int foot = scene.base.px(2);
                list.fill(
                    {link.x - foot / 2, link.bottom - foot, foot + scene.base.hairline(), foot},
                    ink);
            }
            break;
        }
    }
}

}  // namespace kscope::views
