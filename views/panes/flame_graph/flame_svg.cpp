// SPDX-License-Identifier: GPL-3.0-or-later
/// Frames as groups with a title each, and the script that zooms and searches in them.
#include "views/panes/flame_graph/flame_svg.h"

#include "views/panes/flame_graph/flame_words.h"

#include <QString>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace kscope::views {
namespace {

constexpr int kSvgMargin = 24;
constexpr int kSvgHead = 48, kSvgFoot = 24;  // px above and below the frames

/// Runs in a browser without anything else. `v` is a frame's weight, `x` and `w` where it was
/// drawn.
constexpr const char* kFlameScript = R"js(
(function () {
  var root = document.documentElement, left = +root.getAttribute("data-left"),
      wide = +root.getAttribute("data-wide"), found = document.getElementById("matched"),
      frames = [].slice.call(document.querySelectorAll("#frames > g")).map(function (g) {
        var box = g.querySelector("rect"), parts = g.getAttribute("data-in");
        return {g: g, box: box, text: g.querySelector("text"), name: g.getAttribute("data-name"),
                v: +g.getAttribute("data-v"), row: +g.getAttribute("data-row"),
                x: +g.getAttribute("data-x"), w: +g.getAttribute("data-w"),
                parts: parts ? parts.split("\n").map(function (p) { return p.split("\t"); }) : [],
                fill: box.getAttribute("fill")};
      }), eps = 1e-4;
  function label(f, x, w) {
    if (!f.text) return;
    var room = Math.floor((w - 8) / 6.4), name = f.name;
    f.text.setAttribute("x", x + 4);
    f.text.textContent = room < 3 ? "" : name.length <= room ? name : name.slice(0, room - 1) + "\u2026";
  }
  function zoom(to) {
    var from = to ? to.x : left, size = to ? to.w : wide;
    frames.forEach(function (f) {
      var above = to && f.row < to.row && f.x <= to.x + eps && f.x + f.w >= to.x + to.w - eps;
      var inside = f.x + f.w > from + eps && f.x < from + size - eps && (!to || f.row >= to.row);
      f.g.style.display = above || inside ? "" : "none";
      f.g.style.opacity = above ? 0.5 : 1;
      if (!above && !inside) return;
      var x = above ? left : left + (f.x - from) * wide / size;
      var w = above ? wide : f.w * wide / size;
      if (x < left) { w -= left - x; x = left; }
      w = Math.max(Math.min(w, left + wide - x), 0.3);
      f.box.setAttribute("x", x);
      f.box.setAttribute("width", w);
      label(f, x, w);
    });
    document.getElementById("reset").style.display = to ? "" : "none";
  }
  function search(words) {
    var fits = function () { return false; }, hits = [], sum = 0, all = 0;
    if (words) {
      try { var rule = new RegExp(words, "i"); fits = function (n) { return rule.test(n); }; }
      catch (e) { fits = function (n) { return n.indexOf(words) >= 0; }; }
    }
    frames.forEach(function (f) {
      if (f.row === 0) all += f.v;
      var hit = f.name && fits(f.name);
      // Of functions that are too thin for frames of their own the first level is told.
      var inner = hit ? 0 : f.parts.reduce(function (n, p) { return n + (fits(p[1]) ? +p[0] : 0); }, 0);
      f.box.setAttribute("fill", hit ? root.getAttribute("data-hit") : f.fill);
      f.g.style.fillOpacity = words && !hit ? 0.45 : 1;
      // A match inside a match is part of it already.
      if ((hit || inner) && !hits.some(function (h) {
            return h.row < f.row && h.x <= f.x + eps && h.x + h.w >= f.x + f.w - eps;
          })) { sum += hit ? f.v : inner; if (hit) hits.push(f); }
    });
    found.textContent = words ? "matched " + (all ? (100 * sum / all).toFixed(1) : "0") + " %" : "";
  }
  frames.forEach(function (f) {
    f.g.style.cursor = "pointer";
    f.g.addEventListener("click", function () { zoom(f); });
  });
  function ask() {
    var words = window.prompt("Functions with (regular expression; empty: none)", "");
    if (words !== null) search(words);
  }
  document.getElementById("find").addEventListener("click", ask);
  document.getElementById("reset").addEventListener("click", function () { zoom(null); });
  window.addEventListener("keydown", function (e) {
    if ((e.ctrlKey || e.metaKey) && e.key === "f") { e.preventDefault(); ask(); }
    if (e.key === "Escape") { zoom(null); search(""); }
  });
  root.flame = {zoom: zoom, search: search, frames: frames};
})();
)js";

constexpr std::size_t kMostFrames = 12'000;  // what a browser zooms in at once
constexpr std::size_t kMostFoldedNames = 64;

enum class LineEnds : std::uint8_t { Blanks, Kept };
/// XML has no control characters, not even escaped; what is no UTF-8 would break the file.
std::string xmlText(std::string_view text, LineEnds ends = LineEnds::Blanks) {
    std::string out;
    for (const QChar c : QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))) {
        if (c == QLatin1Char('&')) out += "&amp;";
        else if (c == QLatin1Char('<')) out += "&lt;";
        else if (c == QLatin1Char('>')) out += "&gt;";
        else if (c == QLatin1Char('"')) out += "&quot;";
        else if (c == QLatin1Char('\n') && ends == LineEnds::Kept) out += '\n';
        else if (c.unicode() < 0x20 || c.unicode() == 0xfffe || c.unicode() == 0xffff) out += ' ';
        else if (c.isHighSurrogate() || c.isLowSurrogate()) out += "\xef\xbf\xbd";
        else out += QString(c).toStdString();
    }
    return out;
}

std::string colourText(Rgb colour) { return fmt::format("#{:06x}", colour & 0xffffff); }

class FlameSvgWriter {
public:
    FlameSvgWriter(const FlameScene& scene, TextCache& texts)
        : m_scene(scene),
          m_theme(views::theme(scene.theme)),
          m_texts(texts) {}

    std::string frames() {
        std::string out;
        for (const auto& box : boxes()) out += frame(box);
        return out;
    }

private:
    /// A browser zooms further in than a pixel: with frames as thin as their number allows.
    std::vector<FlameBox> boxes() const {
        FlameScene fine = m_scene;
        for (fine.leastPx = 0.005; fine.leastPx < 1; fine.leastPx *= 2) {
            auto found = fine.layout();
            if (found.size() <= kMostFrames) return found;
        }
        return m_scene.layout();
    }
    std::string hoverWords(const FlameBox& frame) const {
        const auto told = frameWords(m_scene, frame);
        QStringList lines{told.title};
        if (!told.time.isEmpty()) lines << told.time;
        if (frame.folded == 0) lines << told.lines;
        return lines.join(QLatin1Char('\n')).toStdString();
    }
    /// Weight and name of each that is folded, for the search; the weightiest ones.
    std::string foldedNames(const FlameBox& frame) const {
        const auto& children = m_scene.tree->calls.children[frame.node];
        std::map<std::string_view, std::uint64_t> weights;
        const auto end = std::min<std::size_t>(frame.first + frame.folded, children.size());
        for (std::size_t i = frame.first; i < end; ++i)
            weights[m_scene.tree->nameOf(m_scene.tree->calls.nodes[children[i]].function)] +=
                m_scene.weightOf(children[i]);
        std::vector<std::pair<std::uint64_t, std::string_view>> order;
        for (const auto& [name, weight] : weights) order.emplace_back(weight, name);
        std::ranges::sort(order, std::ranges::greater{});
        if (order.size() > kMostFoldedNames) order.resize(kMostFoldedNames);
        std::string out;
        for (const auto& [weight, name] : order)
            out += fmt::format("{}{}&#9;{}", out.empty() ? "" : "&#10;", weight, xmlText(name));
        return out;
    }
    std::uint64_t foldedWeight(const FlameBox& frame) const {
        const auto& children = m_scene.tree->calls.children[frame.node];
        std::uint64_t sum = 0;
        const auto end = std::min<std::size_t>(frame.first + frame.folded, children.size());
        for (std::size_t i = frame.first; i < end; ++i) sum += m_scene.weightOf(children[i]);
        return sum;
    }

    std::string frame(const FlameBox& frame) {
        const auto& node = m_scene.tree->calls.nodes[frame.node];
        const bool folded = frame.folded > 0;
        const std::string_view name =
            folded ? std::string_view() : m_scene.tree->nameOf(node.function);
        const Rgb fill =
            folded ? m_theme.bgRaised : frameFill(m_theme, *m_scene.tree, node.function);
        const Box& box = frame.box;
        std::string out =
            fmt::format("<g data-name=\"{}\" data-v=\"{}\" data-row=\"{}\" data-x=\"{:.5f}\" "
                        "data-w=\"{:.5f}\"",
                        xmlText(name), folded ? foldedWeight(frame) : m_scene.weightOf(frame.node),
                        folded ? node.depth : node.depth - 1, frame.x, frame.w);
        if (folded) out += fmt::format(" data-in=\"{}\"", foldedNames(frame));
        const double width = std::max(0.3, frame.w >= 3 ? frame.w - 0.6 : frame.w - 0.1);
        out += fmt::format("><title>{}</title><rect x=\"{:.3f}\" y=\"{}\" width=\"{:.3f}\" "
                           "height=\"{}\" rx=\"{}\" fill=\"{}\"{}/>",
                           xmlText(hoverWords(frame), LineEnds::Kept), frame.x, box.y, width,
                           box.h - 1, frame.w >= 8 ? 2 : 0, colourText(fill), edge(fill, frame.w));
        if (!folded) out += label(box, fill, name);
        return out + "</g>\n";
    }
    std::string edge(Rgb fill, double width) const {
        const Rgb edge = m_theme.edgeOf(fill);
        if (edge == fill || width < 3) return {};
        return fmt::format(" stroke=\"{}\" stroke-width=\"0.6\"", colourText(edge));
    }
    std::string label(const Box& box, Rgb fill, std::string_view name) {
        const int room = box.w - 8;
        const TextCut cut = room < 14 ? TextCut{} : m_texts.fit(TextRole::Small, name, room);
        std::string seen;
        if (room >= 14 && cut.shown()) {
            seen = name.substr(0, cut.bytes);
            if (cut.bytes < name.size()) seen += "\u2026";
        }
        return fmt::format("<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>", box.x + 4,
                           box.y + box.h - 6, colourText(m_theme.inkOn(fill)), xmlText(seen));
    }

    const FlameScene& m_scene;
    const Theme& m_theme;
    TextCache& m_texts;
};

/// Percentages below the frames, and at the right above them what the colours stand for.
std::string svgAxisAndLegend(const FlameScene& scene, Legend shown, TextCache& texts) {
    const Theme& t = views::theme(scene.theme);
    std::string out;
    for (int quarter = 0; quarter <= 4; ++quarter)
        out += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\" fill=\"{}\">{} %</text>\n",
                           scene.area.x + scene.area.w * quarter / 4, scene.area.bottom() + 12,
                           quarter == 0   ? "start"
                           : quarter == 4 ? "end"
                                          : "middle",
                           colourText(t.text3), quarter * 25);
    if (shown == Legend::Hide) return out;
    const auto legend = flameLegend(*scene.tree, t);
    int x = scene.area.right() - 110;  // left of what the search matched
    for (auto entry = legend.rbegin(); entry != legend.rend(); ++entry) {
        x -= texts.width(TextRole::Small, entry->first) + 26;
        if (x < scene.area.x + scene.area.w / 2) break;
        out += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"{}\" stroke=\"{}\"/>"
                           "<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>\n",
                           x, kSvgMargin + 30, colourText(entry->second),
                           colourText(t.edgeOf(entry->second)), x + 9, kSvgMargin + 34,
                           colourText(t.text2), xmlText(entry->first));
    }
    return out;
}

}  // namespace

std::string flameSvg(FlameScene scene, const FlamePaperWords& words, Legend legend,
                     TextCache& texts) {
    const Theme& t = views::theme(scene.theme);
    const int width = scene.area.w, height = scene.area.h;
    scene.ratio = 1;
    scene.area = {kSvgMargin, kSvgMargin + kSvgHead, width - 2 * kSvgMargin,
                  height - 2 * kSvgMargin - kSvgHead - kSvgFoot - kFlameAxisPx};
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
        "width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" font-family=\"Inter, 'DejaVu Sans', "
        "sans-serif\" font-size=\"11\" data-left=\"{2}\" data-wide=\"{3}\" data-hit=\"{4}\">\n",
        width, height, scene.area.x, scene.area.w, colourText(t.accent));
    out += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", width, height,
                       colourText(t.bgCanvas));
    const auto line = [&](int y, Rgb ink, const std::string& more, const std::string& text) {
        out += fmt::format("<text y=\"{}\" fill=\"{}\" {}>{}</text>\n", y, colourText(ink), more,
                           xmlText(text));
    };
    const auto left = fmt::format("x=\"{}\"", kSvgMargin);
    line(kSvgMargin + 14, t.text1, left + " font-size=\"14\" font-weight=\"600\"", words.title);
    line(kSvgMargin + 34, t.text2, left, words.range);
    line(height - kSvgMargin - 4, t.text3, left, words.foot);
    const auto right = [&](int from, const char* id, const char* more) {
        return fmt::format("x=\"{}\" text-anchor=\"end\" id=\"{}\" style=\"cursor:pointer{}\"",
                           width - kSvgMargin - from, id, more);
    };
    line(kSvgMargin + 14, t.accent, right(0, "find", ""), "Search");
    line(kSvgMargin + 14, t.accent, right(60, "reset", ";display:none"), "Whole graph");
    line(kSvgMargin + 34, t.text2, right(0, "matched", ""), "");
    out += svgAxisAndLegend(scene, legend, texts);
    out += "<g id=\"frames\">\n" + FlameSvgWriter(scene, texts).frames() + "</g>\n";
    return out + "<script><![CDATA[" + kFlameScript + "]]></script>\n</svg>\n";
}

}  // namespace kscope::views
