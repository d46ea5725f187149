// SPDX-License-Identifier: GPL-3.0-or-later
/// Headers and group rows, alike in all panes of tracks.
#include "views/panes/tracks/track.h"

#include "views/timeline/scene_parts.h"

namespace kscope::views {

void addTrack(TrackSet& set, std::unique_ptr<Track> track, Passes passes) {
    set.tracks.push_back(std::move(track));
    if (passes == Passes::Yes) return;
    set.filteredOut.resize(set.tracks.size());
    set.filteredOut.back() = 1;
}

void leaveOutFiltered(TrackSet& set) {
    if (set.filteredOut.empty()) return;
    set.filteredOut.resize(set.tracks.size());
    std::vector<std::unique_ptr<Track>> left;
    for (std::size_t i = 0; i < set.tracks.size(); ++i)
        if (set.filteredOut[i] == 0) left.push_back(std::move(set.tracks[i]));
    set.filteredOut.clear();
    set.tracks.clear();
    for (std::size_t i = 0; i < left.size(); ++i) {
        const bool last = i + 1 == left.size();
        if (left[i]->namesOthers() && (last || left[i + 1]->namesOthers())) continue;
        set.tracks.push_back(std::move(left[i]));
    }
}

void drawTrackHeader(const TrackCanvas& canvas, const TrackHeader& header) {
    const TimelineScene& scene = canvas.scene;
    const Theme& t = canvas.theme();
    const int inset = canvas.px(12);
    const int line = canvas.px(16);
    const Box column{canvas.header.x + inset, canvas.header.y + canvas.px(4),
                     canvas.header.w - 2 * inset, line};
    int right = 0;
    if (!header.value.empty())
        right = drawTextRight(scene, canvas.texts, canvas.list, column, header.value,
                              TextRole::Mono, t.text1) +
                canvas.px(6);
    const int used =
        drawText(scene, canvas.texts, canvas.list, {column.x, column.y, column.w - right, line},
                 header.name, TextRole::Head, t.text1) +
        canvas.px(7);
    if (!header.facts.empty() && used + right < column.w)
        drawText(scene, canvas.texts, canvas.list,
                 {column.x + used, column.y, column.w - used - right, line}, header.facts,
                 TextRole::Small, t.text3);
    int y = column.y + line;
    for (const std::string& text : header.lines) {
        if (y + canvas.px(14) > canvas.header.bottom()) break;
        drawText(scene, canvas.texts, canvas.list, {column.x, y, column.w, canvas.px(14)}, text,
                 TextRole::Small, t.text3);
        y += canvas.px(15);
    }
}

void GroupTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    canvas.list.fill(canvas.plot, t.bgWindow);
    const Box& header = canvas.header;
    canvas.list.fill({header.x, header.y, header.w + canvas.plot.w, canvas.scene.hairline()},
                     t.lineEdge);
    const int inset = canvas.px(12);
    const Box text{header.x + inset, header.y, header.w - 2 * inset, header.h};
    drawText(canvas.scene, canvas.texts, canvas.list, text, m_name, TextRole::Head, t.text1);
    // Over the plot, which is empty here: headers are narrow.
    drawText(canvas.scene, canvas.texts, canvas.list,
             {canvas.plot.x + inset, header.y, canvas.plot.w - 2 * inset, header.h}, m_facts,
             TextRole::Small, t.text3);
}

}  // namespace kscope::views
