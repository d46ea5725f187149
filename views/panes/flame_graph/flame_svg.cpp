// SPDX-License-Identifier: GPL-3.0-or-later
/// Frames as groups with a title each, and the script that zooms and searches in them.
#include "views/panes/flame_graph/flame_svg.h"

#include "model/core/format.h"
#include "model/words/function_words.h"
#include "views/panes/call_timeline/call_colours.h"

#include <QString>

#include <fmt/format.h>

#include <algorithm>

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
        var box = g.querySelector("rect");
        return {g: g, box: box, text: g.querySelector("text"), name: g.getAttribute("data-name"),
                v: +g.getAttribute("data-v"), row: +g.getAttribute("data-row"),
                x: +box.getAttribute("x"), w: +box.getAttribute("width"),
                fill: box.getAttribute("fill")};
      });
  function label(f, x, w) {
    if (!f.text) return;
    var room = Math.floor((w - 8) / 6.4), name = f.name;
    f.text.setAttribute("x", x + 4);
    f.text.textContent = room < 3 ? "" : name.length <= room ? name : name.slice(0, room - 1) + "\u2026";
  }
  function zoom(to) {
    var from = to ? to.x : left, size = to ? to.w : wide;
    frames.forEach(function (f) {
      var above = to && f.row < to.row && f.x <= to.x + 0.5 && f.x + f.w >= to.x + to.w - 0.5;
      var inside = f.x + f.w > from + 0.5 && f.x < from + size - 0.5 && (!to || f.row >= to.row);
      f.g.style.display = above || inside ? "" : "none";
      f.g.style.opacity = above ? 0.5 : 1;
      if (!above && !inside) return;
      var x = above ? left : left + (f.x - from) * wide / size;
      var w = above ? wide : f.w * wide / size;
      if (x < left) { w -= left - x; x = left; }
      w = Math.max(Math.min(w, left + wide - x), 0.5);
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
      f.box.setAttribute("fill", hit ? root.getAttribute("data-hit") : f.fill);
      f.g.style.fillOpacity = words && !hit ? 0.45 : 1;
      // A match inside a match is part of it already.
      if (hit && !hits.some(function (h) {
            return h.row < f.row && h.x <= f.x + 0.5 && h.x + h.w >= f.x + f.w - 0.5;
          })) { hits.push(f); sum += f.v; }
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

/// XML has no control characters, not even escaped; what is no UTF-8 would break the file.
std::string xmlText(std::string_view text) {
    std::string out;
    for (const QChar c : QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))) {
        if (c == QLatin1Char('&')) out += "&amp;";
        else if (c == QLatin1Char('<')) out += "&lt;";
        else if (c == QLatin1Char('>')) out += "&gt;";
        else if (c == QLatin1Char('"')) out += "&quot;";
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
          m_texts(texts) {
        for (const auto child : scene.tree->calls.children[0])
            m_whole += static_cast<double>(scene.weightOf(child));
    }

    std::string frames() {
        std::string out;
        for (const auto& box : m_scene.layout()) out += frame(box);
        return out;
    }

private:
    std::string hoverWords(const FlameBox& frame, std::string_view name) const {
        const auto& node = m_scene.tree->calls.nodes[frame.node];
        if (frame.folded > 0)
            return fmt::format("{} functions below {}, each thinner than a pixel",
                               model::formatCount(frame.folded), m_scene.tree->name(frame.node));
        const auto share =
            m_whole > 0 ? static_cast<double>(m_scene.weightOf(frame.node)) / m_whole : 0;
        auto words = fmt::format(
            "{}\n{}, {} of all; self {}; {} calls", name,
            model::formatDuration(model::Duration{node.total}), model::formatShare(share),
            model::formatDuration(model::Duration{node.self}), model::formatCount(node.calls));
        if (const auto told = model::functionWords(name); !told.area.empty())
            words += fmt::format("\n{}: {}", told.area, told.what);
        return words;
    }

    std::string frame(const FlameBox& frame) {
        const auto& node = m_scene.tree->calls.nodes[frame.node];
        const bool folded = frame.folded > 0;
        const std::string_view name =
            folded ? std::string_view() : m_scene.tree->nameOf(node.function);
        const Rgb fill =
            folded ? m_theme.bgRaised : frameFill(m_theme, *m_scene.tree, node.function);
        const Box& box = frame.box;
        const double width = std::max(0.5, box.w >= 3 ? box.w - 0.6 : box.w - 0.2);
        std::string out = fmt::format(
            "<g data-name=\"{}\" data-v=\"{}\" data-row=\"{}\"><title>{}</title><rect x=\"{}\" "
            "y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\"/>",
            xmlText(name), folded ? 0 : m_scene.weightOf(frame.node),
            (folded ? node.depth : node.depth - 1), xmlText(hoverWords(frame, name)), box.x, box.y,
            width, box.h - 1, box.w >= 8 ? 2 : 0, colourText(fill));
        if (!folded) {
            const int room = box.w - 8;
            const TextCut cut = room < 14 ? TextCut{} : m_texts.fit(TextRole::Small, name, room);
            std::string seen;
            if (room >= 14 && cut.shown()) {
                seen = name.substr(0, cut.bytes);
                if (cut.bytes < name.size()) seen += "\u2026";
            }
            out += fmt::format("<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>", box.x + 4,
                               box.y + box.h - 6, colourText(m_theme.inkOn(fill)), xmlText(seen));
        }
        return out + "</g>\n";
    }

    const FlameScene& m_scene;
    const Theme& m_theme;
    TextCache& m_texts;
    double m_whole = 0;
};

}  // namespace

std::string flameSvg(FlameScene scene, const FlamePaperWords& words, TextCache& texts) {
    const Theme& t = views::theme(scene.theme);
    const int width = scene.area.w, height = scene.area.h;
    scene.ratio = 1;
    scene.area = {kSvgMargin, kSvgMargin + kSvgHead, width - 2 * kSvgMargin,
                  height - 2 * kSvgMargin - kSvgHead - kSvgFoot};
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
    out += "<g id=\"frames\">\n" + FlameSvgWriter(scene, texts).frames() + "</g>\n";
    return out + "<script><![CDATA[" + kFlameScript + "]]></script>\n</svg>\n";
}

}  // namespace kscope::views
