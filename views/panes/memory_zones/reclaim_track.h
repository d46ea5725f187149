// SPDX-License-Identifier: GPL-3.0-or-later
/// Of one node: kswapd awake, tasks in direct reclaim, compaction, and kills for want of memory,
/// below the curve of its free pages.
#pragma once

#include "model/derive/memory_activity.h"
#include "model/derive/memory_report.h"
#include "views/panes/tracks/track.h"

namespace kscope::views {

/// What is drawn of a trace's events, and whose it is.
struct ReclaimSource {
    model::TracePtr trace;
    std::shared_ptr<const model::ReclaimReport> reclaims;
    std::shared_ptr<const model::MemoryActivity> activity;
    /// When vmstat's oom_kill grew, and by how much; a reading, so somewhat late.
    std::vector<std::pair<std::int64_t, std::int64_t>> killsRead;
    std::int64_t node = 0;
    /// This node's track also shows what names no node.
    bool first = true;
};

class ReclaimTrack : public Track {
public:
    explicit ReclaimTrack(ReclaimSource source);
    [[nodiscard]] int height() const override { return 8 + 16 * static_cast<int>(m_rows.size()); }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    [[nodiscard]] std::optional<TrackHit> next(model::Timestamp time) const override;
    void csv(model::TimeRange window, std::string& out) const override;

private:
    enum class Row : std::uint8_t { Kswapd, Direct, Compaction, Oom };
    struct Stretch {
        std::int64_t begin = 0;
        std::int64_t end = 0;
        Row row = Row::Kswapd;
        bool open = false;
        bool strong = true;  ///< Else drawn fainter: kcompactd awake, tries before a kill.
        enum class Of : std::uint8_t { Kswapd, Direct, Compaction, Oom, KillsRead };
        Of of = Of::Kswapd;
        std::size_t index = 0;    ///< In the source's list of these.
        std::int64_t number = 0;  ///< Of the CSV: node, pages freed, order, task.
    };
    void addReclaims();
    void addActivity();
    [[nodiscard]] ItemWords kswapdWords(const model::KswapdSpan& span) const;
    [[nodiscard]] ItemWords directWords(const model::ReclaimSpan& span) const;
    [[nodiscard]] ItemWords compactionWords(const model::CompactionSpan& span) const;
    [[nodiscard]] ItemWords oomWords(const model::OomMark& mark) const;
    [[nodiscard]] ItemWords wordsOf(const Stretch& span) const;
    [[nodiscard]] std::optional<model::EventIndex> eventOf(const Stretch& span) const;
    /// Whether that task is who did it, or whom it is about.
    [[nodiscard]] bool isOf(const Stretch& span, model::TaskId task) const;
    [[nodiscard]] std::optional<Box> rowOf(const TrackCanvas& canvas, Row row) const;
    [[nodiscard]] TrackHit hit(const Stretch& span) const;
    ReclaimSource m_source;
    std::vector<Row> m_rows;
    std::vector<Stretch> m_spans;  // ascending by begin
};

}  // namespace kscope::views
