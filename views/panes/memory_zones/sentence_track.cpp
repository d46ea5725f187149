// SPDX-License-Identifier: GPL-3.0-or-later
/// Choosing the moment, and the sentence in at most two lines.
#include "views/panes/memory_zones/sentence_track.h"

#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>

namespace kscope::views {
namespace {

/// `text` in lines of `widthPx`, cut at blanks; what is left stands in the last one.
std::vector<std::string> sentenceLines(TextCache& texts, TextRole role, const std::string& text,
                                       int widthPx, std::size_t most) {
    std::vector<std::string> lines;
    std::string line;
    for (std::size_t at = 0; at < text.size();) {
        const auto blank = std::min(text.find(' ', at), text.size());
        const std::string word = text.substr(at, blank - at);
        const std::string longer = line.empty() ? word : line + ' ' + word;
        if (!line.empty() && lines.size() + 1 < most && texts.width(role, longer) > widthPx) {
            lines.push_back(std::move(line));
            line = word;
        } else {
            line = longer;
        }
        at = blank + 1;
    }
    if (!line.empty()) lines.push_back(std::move(line));
    return lines;
}

}  // namespace

SentenceTrack::Moment SentenceTrack::moment(const TimelineScene& scene) const {
    const auto last = std::min(m_end, model::toNs(scene.window.end)) - 1;
    const Item& item = scene.item;
    if (item.kind != Item::Kind::None && item.kind != Item::Kind::Note &&
        item.kind != Item::Kind::Task && !item.span.empty())
        return {model::toNs(item.span.begin), "At the selection"};
    const ViewState* state = scene.state;
    if (state != nullptr && (state->cursorA || state->cursorB)) {
        const auto a = state->cursorA ? model::toNs(*state->cursorA) : INT64_MIN;
        const auto b = state->cursorB ? model::toNs(*state->cursorB) : INT64_MIN;
        return {std::max(a, b), a >= b ? "At cursor A" : "At cursor B"};
    }
    return {last, last + 1 >= m_end ? "At the end" : "At the right edge"};
}

std::string SentenceTrack::sentence(const TimelineScene& scene) const {
    const std::int64_t ns = moment(scene).ns;
    const std::int64_t read = std::min(ns, m_story->readUntilNs());
    const auto now = m_story->at(read);
    if (!now) return "No zone had been read by then.";
    const auto time = [&](std::int64_t at) { return timeText(scene, model::timestampNs(at)); };
    const std::string told = model::memorySentence(*now, read, time);
    return read < ns ? fmt::format("Zones were last read at {}: {}", time(read), told) : told;
}

void SentenceTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const Moment now = moment(canvas.scene);
    drawTrackHeader(canvas, {.name = now.where,
                             .facts = {},
                             .value = {},
                             .lines = {timeText(canvas.scene, model::timestampNs(now.ns))}});
    canvas.list.fill(canvas.plot, t.bgCanvas);
    const int pad = canvas.px(12);
    const TextRole role = TextRole::Title;
    const int line = canvas.px(20);
    const auto lines =
        sentenceLines(canvas.texts, role, sentence(canvas.scene), canvas.plot.w - 2 * pad, 2);
    int y = canvas.plot.y + (canvas.plot.h - static_cast<int>(lines.size()) * line) / 2;
    for (const std::string& text : lines) {
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {canvas.plot.x + pad, y, canvas.plot.w - 2 * pad, line}, text, role, t.text1);
        y += line;
    }
}

}  // namespace kscope::views
