// SPDX-License-Identifier: GPL-3.0-or-later
/// Composing a pane of tracks.
#include "views/panes/tracks/track_scene.h"

#include "views/timeline/scene_parts.h"

namespace kscope::views {

Box TrackScene::bodyFor(const TimelineScene& scene, Box area) {
    TimelineScene probe = scene;
    probe.body = {0, 0, area.w, area.h};
    const int above = probe.frame().plot.y;
    return {area.x, area.y - above, area.w, area.h + above};
}

int TrackScene::contentHeight() const {
    int sum = 0;
    for (const auto& track : set->tracks) sum += track->height();
    return sum;
}

TrackCanvas TrackScene::canvas(std::size_t index, TextCache& texts, DrawList& list) const {
    int above = -base.scroll;
    for (std::size_t i = 0; i < index; ++i) above += set->tracks[i]->height();
    const TimelineFrame frame = base.frame();
    const int top = frame.plot.y + base.px(above);
    const int bottom = frame.plot.y + base.px(above + set->tracks[index]->height());
    return {base,
            texts,
            list,
            {frame.headers.x, top, frame.headers.w, bottom - top},
            {frame.plot.x, top, frame.plot.w, bottom - top}};
}

std::optional<std::size_t> TrackScene::trackAt(int y) const {
    const Box plot = base.frame().plot;
    if (y < plot.y || y >= plot.bottom()) return std::nullopt;
    int bottom = -base.scroll;
    for (std::size_t i = 0; i < set->tracks.size(); ++i) {
        bottom += set->tracks[i]->height();
        if (y < plot.y + base.px(bottom)) return i;
    }
    return std::nullopt;
}

std::optional<TrackHit> TrackScene::hit(TextCache& texts, int x, int y) const {
    const auto index = trackAt(y);
    if (!index || x < base.frame().plot.x) return std::nullopt;
    DrawList none;
    return set->tracks[*index]->at(canvas(*index, texts, none), x, y);
}

namespace {

/// How a track stands to the lifted task.
enum class Lift : std::uint8_t { None, Picked, Back };
Lift liftOf(const Track& track, const TimelineScene& scene) {
    const auto task = track.owner();
    if (scene.lifted == model::kNoTask || task == model::kNoTask) return Lift::None;
    return task == scene.lifted ? Lift::Picked : Lift::Back;
}

}  // namespace

void drawTracks(const TrackScene& scene, TextCache& texts, DrawList& list) {
    const TimelineFrame frame = scene.base.frame();
    const Theme& t = scene.base.colours();
    drawGround(scene.base, list);
    list.clip(frame.headers);
    list.fill(frame.headers, t.bgPanel);
    const Box all{frame.headers.x, frame.plot.y, frame.headers.w + frame.plot.w, frame.plot.h};
    for (std::size_t i = 0; i < scene.set->tracks.size(); ++i) {
        const TrackCanvas canvas = scene.canvas(i, texts, list);
        const Box place{canvas.header.x, canvas.header.y, all.w, canvas.header.h};
        const Box shown = place.cut(all);
        if (shown.empty()) continue;
        list.clip(shown);
        const auto lift = liftOf(*scene.set->tracks[i], scene.base);
        if (lift == Lift::Picked) list.fill(canvas.header, mix(t.bgPanel, t.accentFill, 0.5));
        scene.set->tracks[i]->draw(canvas);
        list.clip(shown);
        if (lift == Lift::Picked)
            list.fill({canvas.header.x, canvas.header.y, scene.base.px(3), canvas.header.h},
                      t.accent);
        if (lift == Lift::Back) {
            constexpr Rgb kLess = 0x73000000;  // 55 % of the colours stay (look.md)
            list.fill(canvas.plot, (t.bgCanvas & 0x00ffffff) | kLess);
        }
        if (i < scene.set->filteredOut.size() && scene.set->filteredOut[i] != 0) {
            constexpr Rgb kThreeQuarters = 0xbf000000;  // 25 % of the colours stay (look.md)
            list.fill(canvas.header, (t.bgPanel & 0x00ffffff) | kThreeQuarters);
            list.fill(canvas.plot, (t.bgCanvas & 0x00ffffff) | kThreeQuarters);
        }
        list.fill({place.x, place.bottom() - scene.base.hairline(), place.w, scene.base.hairline()},
                  t.lineGrid);
    }
    if (scene.set->links != nullptr) {
        list.clip(frame.plot);
        scene.set->links(scene, texts, list);
    }
    list.clip(all);
    list.fill(
        {frame.plot.x - scene.base.hairline(), frame.plot.y, scene.base.hairline(), frame.plot.h},
        t.lineEdge);
    drawMarks(scene.base, texts, list);
    list.clip(all);
}

}  // namespace kscope::views
