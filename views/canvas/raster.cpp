// SPDX-License-Identifier: GPL-3.0-or-later
/// Hand-written fills: a picture is mostly runs of one colour, and rows that repeat.
#include "views/canvas/raster.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace kscope::views {
namespace {

Rgb blend(Rgb under, Rgb over, std::uint32_t alpha) {  // alpha 0…256
    const std::uint32_t rest = 256 - alpha;
    const std::uint32_t redBlue =
        ((under & 0xff00ff) * rest + (over & 0xff00ff) * alpha + 0x800080) >> 8 & 0xff00ff;
    const std::uint32_t green =
        ((under & 0xff00) * rest + (over & 0xff00) * alpha + 0x8000) >> 8 & 0xff00;
    return 0xff000000u | redBlue | green;
}
std::uint32_t opacity(Rgb colour) { return (colour >> 24) + (colour >> 31); }  // 0…256

/// Items that follow each other, and the rows they may touch: a band skips those that lie
/// elsewhere.
struct Stretch {
    std::size_t first = 0;
    std::size_t last = 0;
    int top = 0;
    int bottom = 0;
    Box clip;  ///< In force at the first item.
};

std::vector<Stretch> stretches(const DrawList& list, const Box& all) {
    constexpr std::size_t kItems = 128;
    std::vector<Stretch> result;
    Box clip = all;
    const auto& items = list.items();
    for (std::size_t first = 0; first < items.size(); first += kItems) {
        Stretch stretch{first, std::min(first + kItems, items.size()), all.bottom(), all.y, clip};
        for (std::size_t i = first; i < stretch.last; ++i) {
            if (items[i].shape == Shape::Clip) {
                clip = items[i].box;
                continue;
            }
            // A text's mask may be a little higher than its box.
            const int margin = items[i].shape == Shape::Text ? 64 : 0;
            stretch.top = std::min(stretch.top, items[i].box.y - margin);
            stretch.bottom = std::max(stretch.bottom, items[i].box.bottom() + margin);
        }
        result.push_back(stretch);
    }
    return result;
}

/// A text's letters, and the "…" behind them where it is cut. By the list's runs: looked for once,
/// not once a band.
struct RunMasks {
    const TextMask* whole = nullptr;
    const TextMask* dots = nullptr;
};
using TextMasks = std::vector<RunMasks>;

/// Rows [top, bottom) of the image; one thread each.
class Band {
public:
    Band(const DrawList& list, const TextMasks& texts, uchar* bits, qsizetype stride, int width,
         int top, int bottom)
        : m_list(list),
          m_texts(texts),
          m_bits(bits),
          m_stride(stride),
          m_all{0, top, width, bottom - top},
          m_clip(m_all) {}

    void paint(const std::vector<Stretch>& all) {
        for (const Stretch& stretch : all) {
            if (stretch.bottom <= m_all.y || stretch.top >= m_all.bottom()) continue;
            m_clip = stretch.clip.cut(m_all);
            paint(stretch.first, stretch.last);
        }
    }

private:
    void paint(std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            const DrawItem& item = m_list.items()[i];
            if (item.shape == Shape::Clip) {
                m_clip = item.box.cut(m_all);
                continue;
            }
            const Box box = item.shape == Shape::Text ? m_clip : item.box.cut(m_clip);
            if (box.empty()) continue;
            switch (item.shape) {
            case Shape::Fill: fill(item, box); break;
            case Shape::Columns: columns(item, box); break;
            case Shape::Hatch: hatch(item, box); break;
            case Shape::Outline: outline(item); break;
            case Shape::Text: text(item); break;
            case Shape::Path: path(item); break;
            case Shape::Clip: break;
            }
        }
    }

    Rgb* row(int y) const { return reinterpret_cast<Rgb*>(m_bits + y * m_stride); }

    void span(int y, int x0, int x1, Rgb colour) const {
        Rgb* const line = row(y);
        const std::uint32_t alpha = opacity(colour);
        if (alpha == 256) {
            std::fill(line + x0, line + x1, colour);
            return;
        }
        for (int x = x0; x < x1; ++x) line[x] = blend(line[x], colour, alpha);
    }

    /// How far row `r` of a corner of `radius` is drawn in.
    static int inset(int radius, int r) {
        const double rest = radius - r - 0.5;
        return static_cast<int>(std::lround(radius - std::sqrt(radius * radius - rest * rest)));
    }

    void fill(const DrawItem& item, const Box& box) const {
        const int radius = std::min<int>(item.radius, std::min(item.box.w, item.box.h) / 2);
        if (radius == 0 && opacity(item.colour) == 256) {
            span(box.y, box.x, box.right(), item.colour);
            constexpr int kNarrow = 32;
            if (box.w <= kNarrow) {  // A call of memcpy a row would cost more than the row.
                for (int y = box.y + 1; y < box.bottom(); ++y)
                    std::fill_n(row(y) + box.x, box.w, item.colour);
                return;
            }
            const auto bytes = static_cast<std::size_t>(box.w) * sizeof(Rgb);
            for (int y = box.y + 1; y < box.bottom(); ++y)
                std::memcpy(row(y) + box.x, row(box.y) + box.x, bytes);
            return;
        }
        for (int y = box.y; y < box.bottom(); ++y) {
            const int edge = std::min(y - item.box.y, item.box.bottom() - 1 - y);
            const int in = edge < radius ? inset(radius, edge) : 0;
            const int x0 = std::max(box.x, item.box.x + in);
            const int x1 = std::min(box.right(), item.box.right() - in);
            if (x0 < x1) span(y, x0, x1, item.colour);
        }
    }

    /// line[x] = height[x] >= need ? colour[x] : line[x], four pixels at a time on any CPU.
    static void choose(Rgb* line, const Rgb* colour, const std::uint32_t* height,
                       std::uint32_t need, int count) {
        using Four = std::uint32_t __attribute__((vector_size(16)));
        int x = 0;
        for (; x + 4 <= count; x += 4) {
            Four c, h, l;
            std::memcpy(&h, height + x, sizeof h);
            const auto mask = reinterpret_cast<Four>(h >= need);
            std::memcpy(&c, colour + x, sizeof c);
            std::memcpy(&l, line + x, sizeof l);
            l = (c & mask) | (l & ~mask);
            std::memcpy(line + x, &l, sizeof l);
        }
        for (; x < count; ++x) line[x] = height[x] >= need ? colour[x] : line[x];
    }

    void columns(const DrawItem& item, const Box& box) const {
        const ColumnsView all = m_list.columnsOf(item);
        const auto skip = static_cast<std::size_t>(box.x - item.box.x);
        const Rgb* const colour = all.colour.data() + skip;
        const std::uint32_t* const height = all.height.data() + skip;
        // A row that no column's top falls on is the row above it; what has no ink at its ends is
        // left alone.
        constexpr std::uint32_t kHeights = 1024;
        bool tops[kHeights] = {};
        int first = box.w;
        int last = -1;
        for (int x = 0; x < box.w; ++x) {
            if (height[x] == 0) continue;
            first = std::min(first, x);
            last = x;
            tops[height[x] % kHeights] = true;
        }
        const int count = last - first + 1;
        if (count <= 0) return;
        for (int y = box.y; y < box.bottom(); ++y) {
            const auto need = static_cast<std::uint32_t>(item.box.bottom() - y);
            Rgb* const line = row(y) + box.x + first;
            if (y > box.y && need < kHeights && !tops[need])
                std::memcpy(line, row(y - 1) + box.x + first,
                            static_cast<std::size_t>(count) * sizeof(Rgb));
            else choose(line, colour + first, height + first, need, count);
        }
    }

    void hatch(const DrawItem& item, const Box& box) const {
        const int distance = std::max<int>(item.size, 2);
        const int thickness = item.radius;
        for (int y = box.y; y < box.bottom(); ++y) {
            if (item.colour != 0) span(y, box.x, box.right(), item.colour);
            Rgb* const line = row(y);
            const std::uint32_t alpha = opacity(item.other);
            // Lines rise to the right and begin at the box's own corner.
            int at =
                (box.x - item.box.x + y - item.box.y + static_cast<int>(item.extra)) % distance;
            for (int x = box.x; x < box.right(); ++x) {
                if (at < thickness) line[x] = blend(line[x], item.other, alpha);
                if (++at == distance) at = 0;
            }
        }
    }

    static bool on(LineStyle style, int at, int size) {
        if (style == LineStyle::Solid) return true;
        const int unit = std::max(size, 1);
        return style == LineStyle::Dashed ? at / unit % 8 < 5 : at / unit % 3 == 0;
    }
    void line(const Box& box, const DrawItem& item, bool upright) const {
        const Box shown = box.cut(m_clip);
        if (shown.empty()) return;
        const int size = item.size;
        if (item.style == LineStyle::Solid) {
            for (int y = shown.y; y < shown.bottom(); ++y)
                span(y, shown.x, shown.right(), item.colour);
            return;
        }
        for (int y = shown.y; y < shown.bottom(); ++y)
            for (int x = shown.x; x < shown.right(); ++x)
                if (on(item.style, upright ? y - box.y : x - box.x, size))
                    span(y, x, x + 1, item.colour);
    }
    void outline(const DrawItem& item) const {
        const Box& b = item.box;
        const int s = std::min<int>(item.size, std::min(b.w, b.h));
        if (b.w <= s || b.h <= s) {  // A line.
            line(b, item, b.w <= s);
            return;
        }
        const int r = std::min<int>(item.radius, std::min(b.w, b.h) / 2);
        const int in = r > 0 ? std::max(1, inset(r, 0)) : 0;
        line({b.x + in, b.y, b.w - 2 * in, s}, item, false);
        line({b.x + in, b.bottom() - s, b.w - 2 * in, s}, item, false);
        const int side = in > 0 ? in : s;
        line({b.x, b.y + side, s, b.h - 2 * side}, item, true);
        line({b.right() - s, b.y + side, s, b.h - 2 * side}, item, true);
    }

    void text(const DrawItem& item) const {
        const auto [whole, dots] = m_texts[item.extra];
        const int prefix = m_list.run(item).prefixWidth;
        maskAt(*whole, item, item.box.x, dots ? prefix : whole->width);
        if (dots) maskAt(*dots, item, item.box.x + prefix, dots->width);
    }
    void maskAt(const TextMask& mask, const DrawItem& item, int x, int width) const {
        const Box box{x - mask.left, item.box.y + (item.box.h - mask.height) / 2,
                      std::min(width + mask.left, mask.width), mask.height};
        const Box shown = box.cut(m_clip);
        if (shown.empty()) return;
        const std::uint32_t full = opacity(item.colour);
        for (int y = shown.y; y < shown.bottom(); ++y) {
            const std::uint8_t* const cover =
                mask.cover.data() + static_cast<std::ptrdiff_t>(y - box.y) * mask.width - box.x;
            Rgb* const line = row(y);
            for (int at = shown.x; at < shown.right(); ++at) {
                const std::uint32_t c = cover[at];
                if (c == 0) continue;
                line[at] = c == 255 && full == 256
                               ? item.colour
                               : blend(line[at], item.colour, (c + (c >> 7)) * full >> 8);
            }
        }
    }

    void path(const DrawItem& item) const {
        QImage image(m_bits + m_all.y * m_stride, m_all.w, m_all.h, m_stride, QImage::Format_RGB32);
        QPainter painter(&image);
        painter.translate(0, -m_all.y);
        painter.setClipRect(m_clip.x, m_clip.y, m_clip.w, m_clip.h);
        painter.setRenderHint(QPainter::Antialiasing);
        const DrawPath& drawn = m_list.pathOf(item);
        const QColor colour = QColor::fromRgba(item.colour);
        // Qt keeps inside of a path what it made of it for drawing, without a lock, and copies
        // share it: bands that draw one path at a time each need a path of their own.
        QPainterPath own;
        own.setFillRule(drawn.path.fillRule());
        own.addPath(drawn.path);
        if (drawn.stroke > 0)
            painter.strokePath(
                own, QPen(colour, drawn.stroke, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        else painter.fillPath(own, colour);
    }

    const DrawList& m_list;
    const TextMasks& m_texts;
    uchar* m_bits;
    qsizetype m_stride;
    Box m_all;
    Box m_clip;
};

TextMasks renderTexts(const DrawList& list, TextCache& texts) {
    TextMasks masks;
    masks.reserve(list.runs().size());
    for (const TextRun& run : list.runs())
        masks.push_back({&texts.mask(run.role, list.wholeText(run)),
                         run.shown < run.bytes ? &texts.mask(run.role, "…") : nullptr});
    return masks;
}

}  // namespace

void rasterize(const DrawList& list, QImage& image, TextCache& texts, model::ThreadPool* pool) {
    const TextMasks masks = renderTexts(list, texts);
    uchar* const bits = image.bits();
    const int height = image.height();
    const std::vector<Stretch> all = stretches(list, {0, 0, image.width(), height});
    const auto paintBand = [&](int top, int bottom) {
        Band(list, masks, bits, image.bytesPerLine(), image.width(), top, bottom).paint(all);
    };
    // A band fits into a CPU's own cache: ground, bars and text meet there before the rows go to
    // memory.
    constexpr qsizetype kBandBytes = 384 * 1024;
    const int bands = std::clamp(static_cast<int>(image.sizeInBytes() / kBandBytes), 1, height);
    if (!pool) {
        for (int band = 0; band < bands; ++band)
            paintBand(height * band / bands, height * (band + 1) / bands);
        return;
    }
    model::parallelFor(*pool, static_cast<std::size_t>(bands), [&](std::size_t band) {
        const auto number = static_cast<int>(band);
        paintBand(height * number / bands, height * (number + 1) / bands);
    });
}

}  // namespace kscope::views
