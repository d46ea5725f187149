// SPDX-License-Identifier: GPL-3.0-or-later
/// What a picture consists of, in drawing order, in whole device pixels. The raster, the SVG
/// writer, hit testing and tests read the same list.
#pragma once

#include "views/theme/theme.h"

#include <QPainterPath>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::views {

struct Box {
    int x = 0;
    int y = 0;
    int w = 0;
    int h = 0;
    [[nodiscard]] constexpr int right() const { return x + w; }
    [[nodiscard]] constexpr int bottom() const { return y + h; }
    [[nodiscard]] constexpr bool empty() const { return w <= 0 || h <= 0; }
    [[nodiscard]] constexpr bool contains(int px, int py) const {
        return px >= x && px < x + w && py >= y && py < y + h;
    }
    [[nodiscard]] Box cut(const Box& other) const;  ///< What both cover; may be empty.
    friend bool operator==(const Box&, const Box&) = default;
};

enum class Shape : std::uint8_t { Fill, Columns, Hatch, Outline, Text, Path, Clip };
enum class LineStyle : std::uint8_t {
    Solid,
    Dashed,
    Dotted
};  ///< Dashed: 5 on, 3 off; dotted: 1 on, 2 off.

/// One thing to draw. 32 bytes: a frame may hold some 100 000.
struct DrawItem {
    Shape shape = Shape::Fill;
    LineStyle style = LineStyle::Solid;
    std::uint8_t radius = 0;  ///< Fill: of its corners.
    std::uint8_t size = 1;    ///< Outline: thickness. Hatch: distance of its lines. Path: 1 filled.
    Box box;  ///< Text: x and width are the shown text's, it stands in the middle of the height.
    Rgb colour = 0;           ///< Top byte: opacity.
    Rgb other = 0;            ///< Hatch: of the lines.
    std::uint32_t extra = 0;  ///< Columns: first; Text, Path: index. Hatch: phase.
};

/// Pixel columns of Shape::Columns; heights in rows from the box's foot, 0: nothing. Two arrays, so
/// that the raster can choose four pixels at a time.
struct Columns {
    std::span<Rgb> colour;
    std::span<std::uint32_t> height;
    [[nodiscard]] std::size_t size() const { return colour.size(); }
    void set(std::size_t x, Rgb fill, std::uint32_t rows) const {
        colour[x] = fill;
        height[x] = rows;
    }
};
struct ColumnsView {
    std::span<const Rgb> colour;
    std::span<const std::uint32_t> height;
    [[nodiscard]] std::size_t size() const { return colour.size(); }
};

struct TextRun {
    std::uint32_t begin = 0;
    std::uint32_t bytes = 0;       ///< Of the whole text.
    std::uint32_t shown = 0;       ///< Bytes that are drawn; fewer than `bytes`: "…" follows.
    std::int32_t prefixWidth = 0;  ///< Of the shown bytes, px.
    TextRole role = TextRole::Body;
};

struct DrawPath {
    QPainterPath path;
    double stroke = 0;  ///< Line width, px; 0: filled.
};

enum class HitKind : std::uint8_t {
    LaneHeader,
    LaneBorder,
    HeaderEdge,
    GroupRow,
    Overview,
    OverviewTick,
    Bracket,
    BracketLeft,
    BracketRight,
    Ruler,
    CursorA,
    CursorB,
    Bookmark,
    Plot
};
/// Later regions lie above earlier ones.
struct HitRegion {
    Box box;
    HitKind kind{};
    std::uint32_t index = 0;
};

class DrawList {
public:
    void clear();
    void fill(Box box, Rgb colour, int radius = 0);
    /// `box.w` columns to be filled in by the caller, blank at first. The spans die with the next
    /// call of columns().
    [[nodiscard]] Columns columns(Box box);
    /// Lines at 45 degrees, `distance` px apart, in `line` over `ground` (0: what is below shows).
    void hatch(Box box, Rgb ground, Rgb line, int distance, int thickness, int phase = 0);
    void outline(Box box, Rgb colour, int thickness, LineStyle style = LineStyle::Solid,
                 int radius = 0);
    /// `shown` bytes of `text` from `box.x` on; `prefixWidth` px wide, then "…" if that is not all
    /// of it.
    void text(Box box, std::string_view text, std::size_t shown, int prefixWidth, TextRole role,
              Rgb ink);
    void path(const QPainterPath& path, Rgb colour, double stroke);
    void clip(Box box);  ///< For all that follows, until the next clip.
    void hit(Box box, HitKind kind, std::uint32_t index = 0);
    /// Appends what another list holds.
    void append(const DrawList& other);

    [[nodiscard]] const std::vector<DrawItem>& items() const noexcept { return m_items; }
    [[nodiscard]] ColumnsView columnsOf(const DrawItem& item) const;
    [[nodiscard]] const TextRun& run(const DrawItem& item) const { return m_runs[item.extra]; }
    [[nodiscard]] const std::vector<TextRun>& runs() const noexcept { return m_runs; }
    [[nodiscard]] std::string_view wholeText(const TextRun& run) const {
        return {m_chars.data() + run.begin, run.bytes};
    }
    [[nodiscard]] std::string shownText(const DrawItem& item) const;  ///< With its "…".
    [[nodiscard]] const DrawPath& pathOf(const DrawItem& item) const { return m_paths[item.extra]; }
    [[nodiscard]] const std::vector<HitRegion>& hits() const noexcept { return m_hits; }
    /// The topmost region at this place; among thin ones the nearest within `reach` px.
    [[nodiscard]] const HitRegion* hitAt(int x, int y, int reach = 0) const;

private:
    std::vector<DrawItem> m_items;
    std::vector<Rgb> m_columnColours;
    std::vector<std::uint32_t> m_columnHeights;
    std::vector<TextRun> m_runs;
    std::string m_chars;
    std::vector<DrawPath> m_paths;
    std::vector<HitRegion> m_hits;
};

}  // namespace kscope::views
