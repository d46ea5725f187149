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
    const std::uint32_t redBlue = ((under & 0xff00ff) * rest + (over & 0xff00ff) * alpha + 0x800080) >> 8 & 0xff00ff;
    const std::uint32_t green = ((under & 0xff00) * rest + (over & 0xff00) * alpha + 0x8000) >> 8 & 0xff00;
    return 0xff000000u | redBlue | green;
}
std::uint32_t opacity(Rgb colour) { return (colour >> 24) + (colour >> 31); }  // 0…256

/// Rows [top, bottom) of the image; one thread each.
class Band {
public:
    Band(const DrawList& list, const TextCache& texts, uchar* bits, qsizetype stride, int width, int top, int bottom)
        : m_list(list), m_texts(texts), m_bits(bits), m_stride(stride), m_all{0, top, width, bottom - top}, m_clip(m_all) {}

    void paint() {
        for (const DrawItem& item : m_list.items()) {
            if (item.shape == Shape::Clip) {
                m_clip = item.box.cut(m_all);
                continue;
            }
            const Box box = item.box.cut(m_clip);
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

private:
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
            const auto bytes = static_cast<std::size_t>(box.w) * sizeof(Rgb);
            for (int y = box.y + 1; y < box.bottom(); ++y) std::memcpy(row(y) + box.x, row(box.y) + box.x, bytes);
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

    void columns(const DrawItem& item, const Box& box) const {
        const Column* const all = m_list.columnsOf(item).data() + (box.x - item.box.x);
        // A row that no column's top falls on is the row above it.
        bool tops[1024] = {};
        for (int x = 0; x < box.w; ++x) tops[all[x].height & 1023] = true;
        for (int y = box.y; y < box.bottom(); ++y) {
            const auto need = static_cast<std::uint32_t>(item.box.bottom() - y);
            Rgb* const line = row(y) + box.x;
            if (y > box.y && !tops[need & 1023] && need < 1024) {
                std::memcpy(line, row(y - 1) + box.x, static_cast<std::size_t>(box.w) * sizeof(Rgb));
                continue;
            }
            for (int x = 0; x < box.w; ++x) line[x] = all[x].height >= need ? all[x].colour : line[x];
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
            int at = (box.x - item.box.x + y - item.box.y + static_cast<int>(item.extra)) % distance;
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
            for (int y = shown.y; y < shown.bottom(); ++y) span(y, shown.x, shown.right(), item.colour);
            return;
        }
        for (int y = shown.y; y < shown.bottom(); ++y)
            for (int x = shown.x; x < shown.right(); ++x)
                if (on(item.style, upright ? y - box.y : x - box.x, size)) span(y, x, x + 1, item.colour);
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
        const TextRun& run = m_list.run(item);
        const TextMask* const whole = m_texts.findMask(run.role, m_list.wholeText(run));
        if (!whole) return;
        const bool cut = run.shown < run.bytes;
        maskAt(*whole, item, item.box.x, cut ? run.prefixWidth : whole->width);
        if (!cut) return;
        if (const TextMask* const dots = m_texts.findMask(run.role, "…")) maskAt(*dots, item, item.box.x + run.prefixWidth, dots->width);
    }
    void maskAt(const TextMask& mask, const DrawItem& item, int x, int width) const {
        const Box box{x - mask.left, item.box.y + (item.box.h - mask.height) / 2, std::min(width + mask.left, mask.width), mask.height};
        const Box shown = box.cut(m_clip);
        if (shown.empty()) return;
        const std::uint32_t full = opacity(item.colour);
        for (int y = shown.y; y < shown.bottom(); ++y) {
            const std::uint8_t* const cover = mask.cover.data() + static_cast<std::ptrdiff_t>(y - box.y) * mask.width - box.x;
            Rgb* const line = row(y);
            for (int at = shown.x; at < shown.right(); ++at) {
                const std::uint32_t c = cover[at];
                if (c == 0) continue;
                line[at] = c == 255 && full == 256 ? item.colour : blend(line[at], item.colour, (c + (c >> 7)) * full >> 8);
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
        if (drawn.stroke > 0)
            painter.strokePath(drawn.path, QPen(colour, drawn.stroke, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        else
            painter.fillPath(drawn.path, colour);
    }

    const DrawList& m_list;
    const TextCache& m_texts;
    uchar* m_bits;
    qsizetype m_stride;
    Box m_all;
    Box m_clip;
};

void renderTexts(const DrawList& list, TextCache& texts) {
    for (const DrawItem& item : list.items()) {
        if (item.shape != Shape::Text) continue;
        const TextRun& run = list.run(item);
        (void)texts.mask(run.role, list.wholeText(run));
        if (run.shown < run.bytes) (void)texts.mask(run.role, "…");
    }
}

}  // namespace

void rasterize(const DrawList& list, QImage& image, TextCache& texts, model::ThreadPool* pool) {
    renderTexts(list, texts);
    uchar* const bits = image.bits();
    const int height = image.height();
    const auto paintBand = [&](int top, int bottom) {
        Band(list, texts, bits, image.bytesPerLine(), image.width(), top, bottom).paint();
    };
    // Bands are smaller than one a thread: text and slices are not spread evenly over the rows.
    constexpr int kBandRows = 136;
    const int bands = pool ? std::max(1, height / kBandRows) : 1;
    if (bands == 1) {
        paintBand(0, height);
        return;
    }
    model::parallelFor(*pool, static_cast<std::size_t>(bands), [&](std::size_t band) {
        const auto number = static_cast<int>(band);
        paintBand(height * number / bands, height * (number + 1) / bands);
    });
}

}  // namespace kscope::views
