// SPDX-License-Identifier: GPL-3.0-or-later
/// Values that hold until the next one: free pages, requests in flight, rates. Drawn from at most
/// two points a pixel.
#pragma once

#include "views/panes/tracks/track.h"

#include <functional>
#include <span>

namespace kscope::views {

/// A value from each time on until the next; times ascend.
struct StepSeries {
    std::vector<std::int64_t> ns;
    std::vector<double> value;
    [[nodiscard]] std::size_t size() const { return ns.size(); }
    void add(std::int64_t at, double now) {
        ns.push_back(at);
        value.push_back(now);
    }
    /// Value at `at`; nothing before the first.
    [[nodiscard]] std::optional<double> at(std::int64_t at) const;
};

/// Least and greatest value in each pixel column of `view`; NaN where nothing is known. O(points in
/// view + width).
struct StepColumns {
    std::vector<double> least;
    std::vector<double> most;
};
[[nodiscard]] StepColumns stepColumns(const StepSeries& series, const Viewport& view,
                                      std::int64_t endNs);

/// A filled step chart from 0 to `top`.
struct StepStyle {
    Rgb line = 0;
    Rgb fill = 0;  ///< Opacity in its top byte; 0: none.
};
void drawSteps(const TrackCanvas& canvas, Box area, const StepSeries& series, std::int64_t endNs,
               double top, const StepStyle& style);
/// A level line of a series without a fill: watermarks.
void drawLevel(const TrackCanvas& canvas, Box area, const StepSeries& series, std::int64_t endNs,
               double top, Rgb line, LineStyle style);

/// 1, 2 or 5 times a power of ten, at or above `value`.
[[nodiscard]] double niceTop(double value);
/// The same number of B, KiB, MiB, GiB or TiB; of bytes.
[[nodiscard]] double niceBytesTop(double bytes);
/// Whether a step chart of `columns` runs through `box`.
[[nodiscard]] bool stepsCross(const StepColumns& columns, Box area, double top, Box box);
/// The scale's greatest value at the top of a plot, where no line of the chart runs: at the left,
/// else at the right, else at the first free place; without one at the left.
void drawTopLabel(const TrackCanvas& canvas, Box area, double top, const StepColumns& columns,
                  const std::string& text);

/// One series in a track of its own, as it stands in Blocks and Memory.
class StepTrack : public Track {
public:
    struct Words {
        std::string name;
        std::string facts;
        std::string (*format)(double value) = nullptr;
        double (*top)(double value) = niceTop;
    };
    StepTrack(Words words, StepSeries series, std::int64_t endNs, Rgb Theme::*colour);
    [[nodiscard]] int height() const override { return 44; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    void csv(model::TimeRange window, std::string& out) const override;

private:
    Words m_words;
    StepSeries m_series;
    std::int64_t m_end;
    Rgb Theme::*m_colour;
    double m_top = 1;
};

}  // namespace kscope::views
