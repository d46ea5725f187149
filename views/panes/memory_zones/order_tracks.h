// SPDX-License-Identifier: GPL-3.0-or-later
/// By order over time: free pages stacked, the kernel's fragmentation numbers, and page
/// allocations.
#pragma once

#include "model/derive/memory_activity.h"
#include "views/panes/memory_zones/fold_track.h"
#include "views/panes/tracks/step_track.h"

namespace kscope::views {

/// Free pages in blocks of each order, one upon the other: small blocks at the foot.
class PageStackTrack : public Track {
public:
    PageStackTrack(std::string zone, std::vector<StepSeries> blocks, std::int64_t endNs)
        : m_zone(std::move(zone)),
          m_blocks(std::move(blocks)),
          m_end(endNs) {}
    [[nodiscard]] int height() const override { return 96; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    void csv(model::TimeRange window, std::string& out) const override;

private:
    [[nodiscard]] double pagesAt(std::size_t order, std::int64_t ns) const;
    /// Pages up to and with each order in each pixel column, as of the column's end; greatest of
    /// all in `top`.
    [[nodiscard]] std::vector<std::vector<double>> sums(const TrackCanvas& canvas,
                                                        double& top) const;
    std::string m_zone;
    std::vector<StepSeries> m_blocks;
    std::int64_t m_end;
};

enum class IndexKind : std::uint8_t { Unusable, Fragmentation };

/// One of the kernel's two numbers, a row an order.
class IndexTrack : public Track {
public:
    IndexTrack(std::string zone, IndexKind kind, std::vector<StepSeries> index, std::int64_t endNs)
        : m_zone(std::move(zone)),
          m_kind(kind),
          m_index(std::move(index)),
          m_end(endNs) {}
    [[nodiscard]] int height() const override { return 14 * static_cast<int>(m_index.size()) + 2; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    void csv(model::TimeRange window, std::string& out) const override;
    [[nodiscard]] static ColourScale scale(IndexKind kind);

private:
    [[nodiscard]] Box rowOf(const TrackCanvas& canvas, std::size_t order) const;
    std::string m_zone;
    IndexKind m_kind;
    std::vector<StepSeries> m_index;  // by order
    std::int64_t m_end;
};

/// mm_page_alloc a second, a row an order; colours over what is in view.
class AllocationTrack : public Track {
public:
    AllocationTrack(std::shared_ptr<const model::MemoryActivity> activity, std::int64_t endNs)
        : m_activity(std::move(activity)),
          m_end(endNs) {}
    [[nodiscard]] int height() const override;
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    void csv(model::TimeRange window, std::string& out) const override;
    [[nodiscard]] ColourScale scale(const TrackCanvas& canvas) const;

private:
    [[nodiscard]] Box rowOf(const TrackCanvas& canvas, std::size_t order) const;
    /// Allocations a second in each pixel column, by order; the greatest in `most`.
    [[nodiscard]] std::vector<std::vector<double>> rates(const TrackCanvas& canvas,
                                                         double& most) const;
    [[nodiscard]] model::AllocationGrid::Count countAt(const Viewport& view, std::size_t order,
                                                       int x) const;
    std::shared_ptr<const model::MemoryActivity> m_activity;
    std::int64_t m_end;
};

}  // namespace kscope::views
