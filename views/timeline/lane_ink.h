// SPDX-License-Identifier: GPL-3.0-or-later
/// How spans of a lane become ink: folding of thin ones on a grid that is fixed to the trace's
/// time, bars, labels.
#pragma once

#include "views/timeline/scene.h"

#include <algorithm>
#include <vector>

namespace kscope::views {

/// A text that a bar wants; placed once all lanes have been walked, since text is measured on one
/// thread.
struct LabelWish {
    enum class What : std::uint8_t { Task, Cpu, Wait, Lost } what{};
    Box box;                  ///< The visible part of the bar.
    Rgb fill = 0;             ///< What it lies on.
    std::uint32_t value = 0;  ///< TaskId, CPU, TaskState.
    std::int64_t amount = 0;  ///< Wait: ns. Lost: events.
};

/// What a lane adds to the picture and to its header.
struct LaneInk {
    DrawList list;
    std::vector<DrawList> more;  ///< Of a lane that is painted in parts: those behind the first.
    std::vector<LabelWish> labels;
    double busyNs = 0;  ///< CPU lanes: time that a task ran, in the window.
    double runNs = 0;   ///< Task lanes: time that it ran.
    bool exact = true;  ///< runNs counts all of it; false: folded stretches hide some.
};

/// A colour that is to be summed, (a, b, 1, 0): one vector register.
using FoldInk = float __attribute__((vector_size(16)));
[[nodiscard]] inline FoldInk foldInk(model::HueVector hue) {
    return FoldInk{static_cast<float>(hue.a), static_cast<float>(hue.b), 1, 0};
}

/// Sums thin spans in cells of 2^k ns, k so that a cell is one to two pixels wide.
class FoldCells {
public:
    FoldCells(const Viewport& view, double leastPx);
    [[nodiscard]] std::int64_t cell() const noexcept { return std::int64_t{1} << m_shift; }
    void add(std::int64_t begin, std::int64_t end, FoldInk ink, float busyNs) {
        const std::int64_t from = (begin >> m_shift) - m_first;
        const std::int64_t to = (std::max(begin, end - 1) >> m_shift) - m_first;
        m_any = true;
        const FoldInk all = ink * std::max(busyNs, 1.0f);  // A span of no length still is one.
        if (from == to && from >= 0 && from < static_cast<std::int64_t>(m_cells.size()))
            m_cells[static_cast<std::size_t>(from)] += all;
        else spread(begin, end, all);
    }
    [[nodiscard]] bool any() const noexcept { return m_any; }
    /// Adds spans that follow each other and lie in the view, and keeps the cell it is at to
    /// itself: nothing else may add before it is gone.
    class Cursor {
    public:
        explicit Cursor(FoldCells& cells) : m_cells(cells) {}
        Cursor(const Cursor&) = delete;
        Cursor& operator=(const Cursor&) = delete;
        ~Cursor() { put(); }
        void add(std::int64_t begin, std::int64_t end, FoldInk ink) {
            if (begin >= m_end) go(begin);
            while (end > m_end) {
                m_sum += ink * static_cast<float>(m_end - begin);
                begin = m_end;
                go(begin);
            }
            m_sum += ink * std::max(static_cast<float>(end - begin), 1.0f);
        }
        /// What the cells have is all of it; it goes on.
        void put() {
            if (m_cell) *m_cell += m_sum;
            m_sum = FoldInk{};
        }

    private:
        void go(std::int64_t begin) {
            put();
            const auto number = begin >> m_cells.m_shift;
            m_cell = &m_cells.m_cells[static_cast<std::size_t>(number - m_cells.m_first)];
            m_cells.m_any = true;
            m_end = (number + 1) << m_cells.m_shift;
        }
        FoldCells& m_cells;
        FoldInk* m_cell = nullptr;
        FoldInk m_sum{};
        std::int64_t m_end = INT64_MIN;  ///< Of the cell.
    };
    /// Mean colour and height from 35 to 100 % by busy share, into those of `columns` that are
    /// blank; `rows`: height of the bar. Gaps of less than `bridgePx` between cells are filled.
    /// `shade` makes a colour of the mean and the time that the cell begins at.
    template <class Shade>
    void draw(const Columns& columns, int rows, const Viewport& view, double bridgePx,
              Shade&& shade) const;

private:
    static constexpr int kBusy = 2;  ///< Of a cell: ns of ink.
    void spread(std::int64_t begin, std::int64_t end, FoldInk all);
    [[nodiscard]] static model::HueVector mean(FoldInk cell) {
        const float share = 1 / cell[kBusy];
        return {static_cast<std::int8_t>(cell[0] * share),
                static_cast<std::int8_t>(cell[1] * share)};
    }
    int m_shift = 0;
    std::int64_t m_first = 0;  // number of the first cell
    bool m_any = false;
    std::vector<FoldInk> m_cells;  ///< (sum of a, of b, of ns, 0)
};

/// Draws the bars of one lane.
class LaneBars {
public:
    LaneBars(const TimelineScene& scene, LaneInk& ink, Box bar);

    [[nodiscard]] const Viewport& view() const noexcept { return m_view; }
    [[nodiscard]] const Theme& colours() const noexcept { return m_theme; }
    [[nodiscard]] const Box& bar() const noexcept { return m_bar; }
    /// Pixels [x0, x1) of a span, cut at the plot, at least one device pixel.
    struct Pixels {
        int x0 = 0;
        int x1 = 0;
        bool startsHere = true;  ///< Its begin is in view.
        [[nodiscard]] int width() const { return x1 - x0; }
    };
    [[nodiscard]] Pixels pixels(std::int64_t begin, std::int64_t end) const;
    /// A bar with its gap, corners and edge. Returns the box that was filled.
    Box slice(Pixels at, Rgb fill, int y, int height);
    /// A span too thin to be a slice and alone: one column at 85 %.
    void thin(std::int64_t begin, std::int64_t end, Rgb fill);
    void label(LabelWish::What what, const Box& box, Rgb fill, std::uint32_t value,
               std::int64_t amount = 0);
    /// As the filter and the lifted task ask: 25 % for what is filtered out, 55 % for other tasks.
    [[nodiscard]] Rgb shaded(Rgb fill, model::TaskId task, bool passes) const;
    [[nodiscard]] LaneInk& ink() noexcept { return m_ink; }
    [[nodiscard]] const Columns& columns() const noexcept { return m_columns; }
    [[nodiscard]] const TimelineScene& scene() const noexcept { return m_scene; }

private:
    void narrow(const Box& box, Rgb fill);
    const TimelineScene& m_scene;
    const Theme& m_theme;
    LaneInk& m_ink;
    Box m_bar;
    Viewport m_view;
    Columns m_columns;  ///< Of the bar: what is too narrow for corners and text, below all else of
                        ///< the lane.
    int m_left;
    int m_gapFrom, m_radiusFrom, m_radius, m_hairline;
    std::uint32_t m_thinRows;
};

/// Thin spans that follow each other: those closer than 2.5 px fold together, a single one stays a
/// column.
class ThinSpans {
public:
    ThinSpans(LaneBars& bars, FoldCells& cells)
        : m_bars(bars),
          m_cells(cells),
          m_near(bars.view().nsOf(2.5 * bars.scene().ratio)) {}
    void small(std::int64_t begin, std::int64_t end, FoldInk ink, Rgb fill) {
        if (m_blockEnd != INT64_MIN && begin - m_blockEnd < m_near) {
            m_cells.add(begin, end, ink, static_cast<float>(end - begin));
            m_blockEnd = end;
            return;
        }
        single(begin, end, ink, fill);
    }
    void fold(std::int64_t begin, std::int64_t end, const model::LodNode& node);
    void flush();
    /// Many spans in a row that lie in the view: as small() for each.
    class Run {
    public:
        explicit Run(ThinSpans& spans)
            : m_spans(spans),
              m_cursor(spans.m_cells),
              m_near(spans.m_near),
              m_blockEnd(spans.m_blockEnd) {}
        Run(const Run&) = delete;
        Run& operator=(const Run&) = delete;
        ~Run() { m_spans.m_blockEnd = m_blockEnd; }
        void small(std::int64_t begin, std::int64_t end, FoldInk ink, Rgb fill) {
            if (m_blockEnd != INT64_MIN && begin - m_blockEnd < m_near) {
                m_cursor.add(begin, end, ink);
                m_blockEnd = end;
                return;
            }
            m_cursor.put();
            m_spans.m_blockEnd = m_blockEnd;
            m_spans.single(begin, end, ink, fill);
            m_blockEnd = m_spans.m_blockEnd;
        }

    private:
        ThinSpans& m_spans;
        FoldCells::Cursor m_cursor;
        std::int64_t m_near;
        std::int64_t m_blockEnd;
    };

private:
    void single(std::int64_t begin, std::int64_t end, FoldInk ink, Rgb fill);
    void join();
    struct Pending {
        std::int64_t begin = 0;
        std::int64_t end = 0;
        FoldInk ink{};
        Rgb fill = 0;
    };
    LaneBars& m_bars;
    FoldCells& m_cells;
    std::int64_t m_near;
    Pending m_pending;
    bool m_waiting = false;
    std::int64_t m_blockEnd = INT64_MIN;
};

// --- templates

template <class Shade>
void FoldCells::draw(const Columns& columns, int rows, const Viewport& view, double bridgePx,
                     Shade&& shade) const {
    if (!m_any) return;
    const auto width = static_cast<int>(columns.size());
    const auto bridge = static_cast<std::int64_t>(bridgePx * view.nsPerPixel()) >> m_shift;
    const double cells = 1.0 / static_cast<double>(cell());  // a nanosecond, exactly
    std::size_t known =
        0;  // The cell that begins at pixel `edge`: mostly that behind the last one.
    int edge = view.x(m_first << m_shift);
    const auto paint = [&](std::size_t index, Rgb colour, double share) {
        const std::int64_t begin = (m_first + static_cast<std::int64_t>(index)) << m_shift;
        const int left = index == known ? edge : view.x(begin);
        known = index + 1;
        edge = view.x(begin + cell());
        const int x0 = std::max(left, 0);
        const int x1 = std::min(std::max(edge, x0 + 1), width);
        const auto height =
            static_cast<std::uint32_t>(rows * (0.35 + 0.65 * std::min(share, 1.0)) + 0.5);
        for (int x = x0; x < x1; ++x)
            if (columns.height[static_cast<std::size_t>(x)] == 0)
                columns.set(static_cast<std::size_t>(x), colour, height);
    };
    std::size_t last = SIZE_MAX;
    Rgb before = 0;
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
        const float busy = m_cells[i][kBusy];
        if (busy <= 0) continue;
        const Rgb colour =
            shade(mean(m_cells[i]), (m_first + static_cast<std::int64_t>(i)) << m_shift);
        if (colour == 0) continue;
        if (last != SIZE_MAX && i - last > 1 && static_cast<std::int64_t>(i - last - 1) <= bridge)
            for (std::size_t gap = last + 1; gap < i; ++gap) paint(gap, before, 0);
        paint(i, colour, busy * cells);
        last = i;
        before = colour;
    }
}

}  // namespace kscope::views
