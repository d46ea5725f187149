// SPDX-License-Identifier: GPL-3.0-or-later
/// What goes on in memory at the selected moment, or now, as a sentence over the zones.
#pragma once

#include "model/derive/memory_story.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

class SentenceTrack : public Track {
public:
    SentenceTrack(std::shared_ptr<const model::MemoryStory> story, std::int64_t endNs)
        : m_story(std::move(story)),
          m_end(endNs) {}
    [[nodiscard]] int height() const override { return 48; }
    void draw(const TrackCanvas& canvas) const override;
    struct Moment {
        std::int64_t ns = 0;
        const char* where = "";
    };
    /// The moment that is told: the selected item's begin, else the later cursor, else the last one
    /// in view that the trace has.
    [[nodiscard]] Moment moment(const TimelineScene& scene) const;
    [[nodiscard]] std::string sentence(const TimelineScene& scene) const;

private:
    std::shared_ptr<const model::MemoryStory> m_story;
    std::int64_t m_end;
};

}  // namespace kscope::views
