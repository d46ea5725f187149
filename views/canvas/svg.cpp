// SPDX-License-Identifier: GPL-3.0-or-later
/// SVG 1.1 with whole-pixel coordinates.
#include "views/canvas/svg.h"

#include <QFontInfo>

#include <fmt/format.h>

#include <map>

namespace kscope::views {
namespace {

/// Runs of equal columns: `each(x, width, colour, height)`.
template <class Each> void columnRuns(const DrawList& list, const DrawItem& item, Each&& each) {
    const auto columns = list.columnsOf(item);
    for (std::size_t from = 0; from < columns.size();) {
        std::size_t to = from + 1;
        while (to < columns.size() && columns.colour[to] == columns.colour[from] &&
               columns.height[to] == columns.height[from])
            ++to;
        const int x = item.box.x + static_cast<int>(from);
        const int width = static_cast<int>(to - from);
        if (columns.height[from] > 0)
            each(x, width, columns.colour[from], static_cast<int>(columns.height[from]));
        from = to;
    }
}

/// XML 1.0 has no control characters, not even escaped; bytes that are no UTF-8 would break the
/// file.
std::string escaped(std::string_view text) {
    std::string out;
    const std::string valid =
        QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toStdString();
    for (const char c : valid) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) out += ' ';
            else out += c;
        }
    }
    return out;
}

class SvgWriter {
public:
    SvgWriter(const DrawList& list, double ratio, const TextCache& texts)
        : m_list(list),
          m_ratio(ratio),
          m_texts(texts) {}

    std::string write(Box paper) {
        for (const DrawItem& item : m_list.items()) element(item);
        if (m_inClip) m_body += "</g>\n";
        return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:g}\" "
                           "height=\"{:g}\" viewBox=\"0 0 {} {}\" "
                           "shape-rendering=\"crispEdges\">\n<defs>\n{}</defs>\n{}</svg>\n",
                           paper.w / m_ratio, paper.h / m_ratio, paper.w, paper.h, m_defs, m_body);
    }

private:
    template <class... Args> void put(fmt::format_string<Args...> text, Args&&... args) {
        fmt::format_to(std::back_inserter(m_body), text, std::forward<Args>(args)...);
    }
    static std::string colour(Rgb value) { return fmt::format("#{:06x}", value & 0xffffffu); }
    static std::string opacity(Rgb value, std::string_view name) {
        return value >> 24 == 255 ? std::string()
                                  : fmt::format(" {}=\"{:.3g}\"", name, (value >> 24) / 255.0);
    }

    void element(const DrawItem& item) {
        const Box& b = item.box;
        switch (item.shape) {
        case Shape::Clip: clip(b); break;
        case Shape::Fill: rect(b, item.colour, item.radius); break;
        case Shape::Columns:
            columnRuns(m_list, item, [&](int x, int width, Rgb fill, int height) {
                rect({x, b.bottom() - height, width, height}, fill, 0);
            });
            break;
        case Shape::Hatch: hatch(item); break;
        case Shape::Outline: outline(item); break;
        case Shape::Text: text(item); break;
        case Shape::Path: path(item); break;
        }
    }
    void rect(const Box& b, Rgb fill, int radius) {
        put("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{} fill=\"{}\"{}/>\n", b.x, b.y, b.w,
            b.h, radius > 0 ? fmt::format(" rx=\"{}\"", radius) : std::string(), colour(fill),
            opacity(fill, "fill-opacity"));
    }
    void clip(const Box& b) {
        if (m_inClip) m_body += "</g>\n";
        m_inClip = true;
        const auto [found, added] = m_clips.try_emplace({b.x, b.y, b.w, b.h}, m_clips.size());
        if (added)
            fmt::format_to(std::back_inserter(m_defs),
                           "<clipPath id=\"c{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" "
                           "height=\"{}\"/></clipPath>\n",
                           found->second, b.x, b.y, std::max(b.w, 0), std::max(b.h, 0));
        put("<g clip-path=\"url(#c{})\">\n", found->second);
    }
    void hatch(const DrawItem& item) {
        if (item.colour != 0) rect(item.box, item.colour, 0);
        const auto [found, added] =
            m_hatches.try_emplace({item.other, item.size, item.radius}, m_hatches.size());
        if (added) {
            const int d = item.size;
            fmt::format_to(
                std::back_inserter(m_defs),
                "<pattern id=\"h{0}\" width=\"{1}\" height=\"{1}\" "
                "patternUnits=\"userSpaceOnUse\"><path d=\"M0,{1} L{1},0\" stroke=\"{2}\" "
                "stroke-width=\"{3}\"/></pattern>\n",
                found->second, d, colour(item.other), item.radius);
        }
        const Box& b = item.box;
        put("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"url(#h{})\"/>\n", b.x, b.y,
            b.w, b.h, found->second);
    }
    void outline(const DrawItem& item) {
        const Box& b = item.box;
        const int s = item.size;
        const char* const dash = item.style == LineStyle::Dashed   ? " stroke-dasharray=\"5 3\""
                                 : item.style == LineStyle::Dotted ? " stroke-dasharray=\"1 2\""
                                                                   : "";
        if (b.w <= s || b.h <= s) {
            const bool upright = b.w <= s;
            put("<path d=\"M{:g},{:g} {}{:g}\" stroke=\"{}\" stroke-width=\"{}\"{} "
                "fill=\"none\"/>\n",
                b.x + (upright ? s / 2.0 : 0.0), b.y + (upright ? 0.0 : s / 2.0),
                upright ? 'V' : 'H', static_cast<double>(upright ? b.bottom() : b.right()),
                colour(item.colour), s, dash);
            return;
        }
        put("<rect x=\"{:g}\" y=\"{:g}\" width=\"{}\" height=\"{}\"{} fill=\"none\" stroke=\"{}\" "
            "stroke-width=\"{}\"{}{}/>\n",
            b.x + s / 2.0, b.y + s / 2.0, b.w - s, b.h - s,
            item.radius > 0 ? fmt::format(" rx=\"{}\"", item.radius) : std::string(),
            colour(item.colour), s, dash, opacity(item.colour, "stroke-opacity"));
    }
    void text(const DrawItem& item) {
        const TextRun& run = m_list.run(item);
        const QFont& font = m_texts.deviceFont(run.role);
        const int height = m_texts.lineHeight(run.role);
        const int baseline = item.box.y + (item.box.h - height) / 2 + m_texts.ascent(run.role);
        const bool mono = run.role == TextRole::Mono;
        put("<text x=\"{}\" y=\"{}\" font-family=\"{}\" font-size=\"{:.4g}\"{} fill=\"{}\" "
            "xml:space=\"preserve\">{}</text>\n",
            item.box.x, baseline,
            escaped(font.family().toStdString()) +
                (mono ? ", 'DejaVu Sans Mono', monospace" : ", 'DejaVu Sans', sans-serif"),
            font.pointSizeF() * 4 / 3,
            font.weight() != QFont::Normal
                ? fmt::format(" font-weight=\"{}\"", static_cast<int>(font.weight()))
                : std::string(),
            colour(item.colour), escaped(m_list.shownText(item)));
    }
    void path(const DrawItem& item) {
        const DrawPath& drawn = m_list.pathOf(item);
        std::string d;
        for (int i = 0; i < drawn.path.elementCount(); ++i) {
            const auto e = drawn.path.elementAt(i);
            const char* const verb = e.type == QPainterPath::MoveToElement    ? "M"
                                     : e.type == QPainterPath::LineToElement  ? "L"
                                     : e.type == QPainterPath::CurveToElement ? "C"
                                                                              : " ";
            d += fmt::format("{}{:.2f},{:.2f}", verb, e.x, e.y);
        }
        if (drawn.stroke > 0)
            put("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.2g}\" "
                "stroke-linecap=\"round\" shape-rendering=\"auto\"/>\n",
                d, colour(item.colour), drawn.stroke);
        else put("<path d=\"{}\" fill=\"{}\" shape-rendering=\"auto\"/>\n", d, colour(item.colour));
    }

    const DrawList& m_list;
    double m_ratio;
    const TextCache& m_texts;
    std::string m_defs, m_body;
    bool m_inClip = false;
    std::map<std::array<int, 4>, std::size_t> m_clips;
    std::map<std::array<Rgb, 3>, std::size_t> m_hatches;
};

}  // namespace

std::size_t svgShapes(const DrawList& list) {
    std::size_t shapes = 0;
    for (const DrawItem& item : list.items()) {
        if (item.shape == Shape::Columns)
            columnRuns(list, item, [&](int, int, Rgb, int) { ++shapes; });
        else ++shapes;
    }
    return shapes;
}

std::string svgText(const DrawList& list, Box paper, double ratio, const TextCache& texts) {
    return SvgWriter(list, ratio, texts).write(paper);
}

}  // namespace kscope::views
