// SPDX-License-Identifier: GPL-3.0-or-later
/// Free pages of a zone against min, low and high as they were at each moment.
#pragma once

#include "views/panes/tracks/step_track.h"

#include <array>

namespace kscope::views {

/// A zone over time, in pages.
struct ZoneSeries {
    std::string name;  ///< "Node 0 DMA32"
    StepSeries free, min, low, high;
    StepSeries boost, managed, present, spanned, cma;  ///< Empty: the kernel does not say it.
};

/// Bytes of the pages of one kind of machine; what /proc counts is pages.
inline constexpr double kPageBytes = 4096;

class ZoneTrack : public Track {
public:
    ZoneTrack(ZoneSeries zone, std::int64_t endNs);
    [[nodiscard]] int height() const override { return 128; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    /// The next moment that free pages fall below low, or come back above high.
    [[nodiscard]] std::optional<TrackHit> next(model::Timestamp time) const override;
    void csv(model::TimeRange window, std::string& out) const override;

private:
    [[nodiscard]] Box area(const TrackCanvas& canvas) const;
    void drawHeader(const TrackCanvas& canvas) const;
    struct Chart {
        Box area;
        double top = 1;
        std::vector<StepColumns> lines;  // free pages, then the marks
        [[nodiscard]] bool crossed(Box box) const;
    };
    [[nodiscard]] Chart chart(const TrackCanvas& canvas) const;
    void drawFalls(const TrackCanvas& canvas, const Chart& chart) const;
    /// What free pages mean at `ns`, in a sentence.
    [[nodiscard]] std::string sentence(std::int64_t ns) const;
    void tell(ItemWords& words, std::int64_t ns) const;
    ZoneSeries m_zone;
    std::int64_t m_end;
    std::array<std::vector<std::int64_t>, 2> m_falls;  // below low, below min
};

/// "186 MiB" of pages.
[[nodiscard]] std::string pagesText(double pages);
/// "186 MiB, 47 616 pages"
[[nodiscard]] QString pagesFact(double pages);

}  // namespace kscope::views
