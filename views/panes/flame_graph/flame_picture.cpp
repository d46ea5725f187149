// SPDX-License-Identifier: GPL-3.0-or-later
/// Flame graphs on paper.
#include "views/panes/flame_graph/flame_picture.h"

#include "model/core/format.h"
#include "views/canvas/png.h"
#include "views/canvas/raster.h"
#include "views/panes/flame_graph/flame_svg.h"
#include "views/panes/flame_graph/flame_words.h"
#include "views/timeline/picture_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

FlameScene sceneOf(const FlameTree& tree, const ExportRequest& request, const FlameLook& look) {
    FlameScene scene;
    scene.tree = &tree;
    scene.weight = tree.weightFor(look.weight);
    scene.growth = look.growth;
    scene.root = look.root < tree.calls.nodes.size() ? look.root : 0;
    scene.search = look.search;
    scene.theme = request.theme;
    return scene;
}

class FlamePaper {
public:
    FlamePaper(const FlameTree& tree, const ExportRequest& request, const FlameLook& look)
        : m_tree(tree),
          m_request(request),
          m_look(look),
          m_texts(request.scale) {}

    model::Result<void> draw() {
        if (m_request.width < 320 || m_request.width > 16384 || m_request.height < 200 ||
            m_request.height > 16384 || !(m_request.scale >= 0.5 && m_request.scale <= 8))
            return model::failure("the size is out of range (320x200 to 16384x16384)");
        if (m_tree.calls.nodes.size() < 2)
            return model::failure(m_tree.counts()
                                      ? "no stack is left by the options, so nothing was drawn"
                                      : "no call is left by the options, so nothing was drawn");
        const auto px = [&](double logical) {
            return static_cast<int>(std::lround(logical * m_request.scale));
        };
        const Theme& t = views::theme(m_request.theme);
        paper = {0, 0, px(m_request.width), px(m_request.height)};
        const Box inner{px(24), px(24), paper.w - px(48), paper.h - px(48)};
        FlameScene scene = sceneOf(m_tree, m_request, m_look);
        scene.ratio = m_request.scale;
        scene.area = {inner.x, inner.y + px(48), inner.w, inner.h - px(72 + kFlameAxisPx)};
        scene.axis = {inner.x, scene.area.bottom(), inner.w, px(kFlameAxisPx)};
        list.clip(paper);
        list.fill(paper, t.bgCanvas);
        drawFlame(scene, scene.layout(), m_texts, list);
        list.clip(paper);
        const model::Trace& trace = *m_tree.trace;
        m_words.title =
            m_request.title.empty() ? sourceNames(trace) + " · Flame graph" : m_request.title;
        line({inner.x, inner.y, inner.w, px(20)}, m_words.title, TextRole::Title, t.text1);
        const auto window = m_request.view.window.empty() ? trace.range() : m_request.view.window;
        m_words.range = rangeWords(trace, window);
        line({inner.x, inner.y + px(22), inner.w, px(16)}, m_words.range, TextRole::Mono, t.text2);
        if (m_request.legend == Legend::Show)
            drawLegend({inner.x, inner.y + px(22), inner.w, px(16)}, t, px(9), px(5));
        const std::string_view order = m_look.growth == FlameGrowth::Down
                                           ? " · callers above callees · "
                                           : " · callees above callers · ";
        std::string words =
            weightWords(scene).append(order) + clockWords(trace) + " · " + m_request.version;
        if (px(scene.contentHeight()) > scene.area.h) words += " · deeper frames do not fit";
        line({inner.x, inner.bottom() - px(16), inner.w, px(16)}, words, TextRole::Small, t.text3);
        m_words.foot = words;
        return {};
    }
    Box paper;
    DrawList list;
    TextCache& texts() { return m_texts; }
    [[nodiscard]] const FlamePaperWords& words() const { return m_words; }

private:
    void line(Box at, const std::string& text, TextRole role, Rgb ink) {
        const TextCut cut = m_texts.fit(role, text, at.w);
        if (cut.shown())
            list.text({at.x, at.y, cut.width, at.h}, text, cut.bytes, cut.prefixWidth, role, ink);
    }
    /// "3.86 s in 61 904 calls"
    [[nodiscard]] std::string weightWords(const FlameScene& scene) const {
        auto words =
            flameWeightText(m_tree, scene.weight, static_cast<std::uint64_t>(scene.whole()));
        if (m_tree.lengthless())
            return words + " · how long they took is not in the trace, widths are their number";
        if (m_tree.counts()) return words;
        const auto calls = m_tree.callsBelow.empty() ? 0 : m_tree.callsBelow[0];
        return words +
               fmt::format(" in {} {}", model::formatCount(calls), calls == 1 ? "call" : "calls");
    }
    /// Swatches and words, the last one at the right edge.
    void drawLegend(Box at, const Theme& t, int swatch, int gap) {
        const auto legend = flameLegend(m_tree, t);
        int x = at.right();
        for (auto entry = legend.rbegin(); entry != legend.rend(); ++entry) {
            const int width = m_texts.width(TextRole::Small, entry->first);
            x -= width + swatch + 3 * gap;
            if (x < at.x + at.w / 2) return;
            const Box box{x, at.y + (at.h - swatch) / 2, swatch, swatch};
            list.fill(box, entry->second);
            if (const Rgb edge = t.edgeOf(entry->second); edge != entry->second)
                list.outline(box, edge, std::max(1, swatch / 9));
            list.text({x + swatch + gap, at.y, width, at.h}, entry->first, entry->first.size(),
                      width, TextRole::Small, t.text2);
        }
    }
    const FlameTree& m_tree;
    const ExportRequest& m_request;
    const FlameLook& m_look;
    TextCache m_texts;
    FlamePaperWords m_words;
};

}  // namespace

model::Result<void> writeFlamePng(const FlameTree& tree, const ExportRequest& request,
                                  const std::string& path, const FlameLook& look) {
    FlamePaper drawn(tree, request, look);
    if (auto fine = drawn.draw(); !fine) return fine;
    QImage image(drawn.paper.w, drawn.paper.h, QImage::Format_RGB32);
    if (image.isNull())
        return model::failure("there is not enough memory for a picture of this size");
    rasterize(drawn.list, image, drawn.texts(), nullptr);
    image.setDevicePixelRatio(request.scale);
    const auto bytes = encodePng(image, request.scale, nullptr);
    return writeFile(path, bytes.data(), bytes.size());
}

model::Result<void> writeFlameSvg(const FlameTree& tree, const ExportRequest& request,
                                  const std::string& path, const FlameLook& look) {
    FlamePaper drawn(tree, request, look);
    if (auto fine = drawn.draw(); !fine) return fine;  // for its checks and its words
    FlameScene scene = sceneOf(tree, request, look);
    scene.search.clear();  // the reader of the file searches for other things
    scene.area = {0, 0, request.width, request.height};
    // A browser scales a picture by itself: coordinates stay logical.
    TextCache texts(1.0);
    const std::string svg = flameSvg(scene, drawn.words(), request.legend, texts);
    return writeFile(path, svg.data(), svg.size());
}

}  // namespace kscope::views
