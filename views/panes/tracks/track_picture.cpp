// SPDX-License-Identifier: GPL-3.0-or-later
/// Pictures of tracks: paper, title, ruler, tracks, legend.
#include "views/panes/tracks/track_picture.h"

#include "model/core/format.h"
#include "views/canvas/png.h"
#include "views/canvas/raster.h"
#include "views/canvas/svg.h"
#include "views/canvas/table_writer.h"
#include "views/panes/tracks/track_scene.h"
#include "views/timeline/picture_words.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <cmath>

namespace kscope::views {
namespace {

constexpr int kPaperMargin = 24;
constexpr int kPaperHead = 48;
constexpr int kPaperFoot = 24;
constexpr int kTrackLegendRow = 22;
constexpr int kOverviewPx = 50;

model::Result<void> checkRequest(const TrackSet& set, const ExportRequest& request) {
    if (request.width < 320 || request.width > 16384 || request.height < 200 ||
        request.height > 16384)
        return model::failure(fmt::format("size {}x{} is out of range (320x200 to 16384x16384)",
                                          request.width, request.height));
    if (!(request.scale >= 0.5 && request.scale <= 8))
        return model::failure(fmt::format("scale {} is out of range (0.5 to 8)", request.scale));
    if (request.width * request.scale * request.height * request.scale > 16384.0 * 16384.0)
        return model::failure(
            "the picture would have more than 268 million pixels; ask for a smaller size or scale");
    if (set.tracks.empty()) return model::failure(set.empty);
    return {};
}

class TrackPicture {
public:
    TrackPicture(const TrackSet& set, const ExportRequest& request)
        : m_set(set),
          m_request(request) {
        TimelineScene& base = m_scene.base;
        m_scene.set = &set;
        base.trace = set.trace.get();
        base.state = &request.view;
        base.theme = request.theme;
        base.ratio = request.scale;
        base.window = request.view.window.empty() ? set.trace->range() : request.view.window;
        if (base.window.empty()) base.window.end = base.window.begin + model::Duration{1};
        m_paper = {0, 0, static_cast<int>(std::lround(request.width * request.scale)),
                   static_cast<int>(std::lround(request.height * request.scale))};
        if (set.side != nullptr) m_side = set.side(set, base.window);
        if (request.legend == Legend::Show && set.legend) m_legend = set.legend(base.colours());
        if (request.legend == Legend::Show && set.legendOf)
            m_legend = set.legendOf(set, base.colours());
    }
    [[nodiscard]] const Box& paper() const { return m_paper; }

    void draw(TextCache& texts, DrawList& list) {
        TimelineScene& base = m_scene.base;
        const Theme& t = base.colours();
        const int margin = base.px(kPaperMargin);
        const Box inner{margin, margin, m_paper.w - 2 * margin, m_paper.h - 2 * margin};
        const int foot = base.px(kPaperFoot) + (m_legend.empty() ? 0 : base.px(kTrackLegendRow));
        const int side = m_side ? std::min(base.px(m_side->width()), inner.w / 2) : 0;
        const Box body{inner.x, inner.y + base.px(kPaperHead), inner.w - side,
                       std::max(base.px(120), inner.h - base.px(kPaperHead) - foot)};
        // Without the overview: the ruler is the body's first row.
        base.body = {body.x, body.y - base.px(kOverviewPx), body.w, body.h + base.px(kOverviewPx)};
        list.clip(m_paper);
        list.fill(m_paper, t.bgCanvas);
        drawTracks(m_scene, texts, list);
        drawRuler(base, texts, list);
        if (m_side) drawSide(texts, list, {body.right(), body.y, side, body.h});
        list.clip(m_paper);
        list.outline({body.x - base.hairline(), body.y - base.hairline(),
                      body.w + side + 2 * base.hairline(), body.h + 2 * base.hairline()},
                     t.lineEdge, base.hairline());
        const std::string title = m_request.title.empty()
                                      ? sourceNames(*base.trace) + " · " + m_set.title
                                      : m_request.title;
        drawText(base, texts, list, {inner.x, inner.y, inner.w, base.px(20)}, title,
                 TextRole::Title, t.text1);
        drawText(base, texts, list, {inner.x, inner.y + base.px(22), inner.w, base.px(16)},
                 rangeWords(*base.trace, base.window), TextRole::Mono, t.text2);
        drawLegend(texts, list, {inner.x, body.bottom() + base.px(8), inner.w, base.px(14)});
        drawFoot(texts, list, {inner.x, inner.bottom() - base.px(16), inner.w, base.px(16)},
                 body.h - base.px(25));
    }

private:
    /// Beside the ruler nothing, beside the tracks what is theirs.
    void drawSide(TextCache& texts, DrawList& list, Box box) const {
        const int top = m_scene.base.frame().plot.y;
        list.clip(box);
        list.fill({box.x, box.y, box.w, top - box.y}, m_scene.base.colours().bgPanel);
        m_side->draw(m_scene, texts, list, {box.x, top, box.w, box.bottom() - top});
    }
    void drawLegend(TextCache& texts, DrawList& list, Box row) const {
        const TimelineScene& base = m_scene.base;
        int x = row.x;
        for (const TrackLegend& entry : m_legend) {
            const int width = texts.width(TextRole::Small, entry.word);
            if (x + base.px(20) + width > row.right()) break;
            list.fill({x, row.y + base.px(2), base.px(14), base.px(10)}, entry.colour, base.px(2));
            drawText(base, texts, list, {x + base.px(20), row.y, width, row.h}, entry.word,
                     TextRole::Small, base.colours().text2);
            x += base.px(20) + width + base.px(18);
        }
    }
    void drawFoot(TextCache& texts, DrawList& list, Box foot, int room) const {
        const TimelineScene& base = m_scene.base;
        std::string words = clockWords(*base.trace);
        if (!m_set.status.empty()) words = m_set.status + " · " + words;
        if (base.px(m_scene.contentHeight()) > room)
            words += " · not all of the pane fits; ask for a greater height";
        const Rgb ink = base.colours().text3;
        const int right = texts.width(TextRole::Small, m_request.version) + base.px(12);
        drawText(base, texts, list, {foot.x, foot.y, foot.w - right, foot.h}, words,
                 TextRole::Small, ink);
        drawTextRight(base, texts, list, foot, m_request.version, TextRole::Small, ink);
    }

    const TrackSet& m_set;
    const ExportRequest& m_request;
    TrackScene m_scene;
    Box m_paper;
    std::vector<TrackLegend> m_legend;
    std::shared_ptr<const TrackSide> m_side;
};

}  // namespace

model::Result<QImage> renderTracks(const TrackSet& set, const ExportRequest& request) {
    if (auto fine = checkRequest(set, request); !fine) return tl::unexpected(fine.error());
    TrackPicture picture(set, request);
    TextCache texts(request.scale);
    DrawList list;
    picture.draw(texts, list);
    QImage image(picture.paper().w, picture.paper().h, QImage::Format_RGB32);
    if (image.isNull())
        return model::failure("there is not enough memory for a picture of this size");
    rasterize(list, image, texts, nullptr);
    image.setDevicePixelRatio(request.scale);
    return image;
}

model::Result<void> writeTracksPng(const TrackSet& set, const ExportRequest& request,
                                   const std::string& path) {
    const auto image = renderTracks(set, request);
    if (!image) return tl::unexpected(image.error());
    const auto bytes = encodePng(*image, request.scale, nullptr);
    return writeFile(path, bytes.data(), bytes.size());
}

model::Result<void> writeTracksSvg(const TrackSet& set, const ExportRequest& request,
                                   const std::string& path) {
    if (auto fine = checkRequest(set, request); !fine) return tl::unexpected(fine.error());
    TrackPicture picture(set, request);
    TextCache texts(request.scale);
    DrawList list;
    picture.draw(texts, list);
    const std::string svg = svgText(list, picture.paper(), request.scale, texts);
    return writeFile(path, svg.data(), svg.size());
}

model::Result<void> writeTracksCsv(const TrackSet& set, const ExportRequest& request,
                                   const std::string& path) {
    if (set.tracks.empty()) return model::failure(set.empty);
    const auto window = request.view.window.empty() ? set.trace->range() : request.view.window;
    TableWriter file(path);
    file.write(set.csvHead + "\n");
    std::string out;
    const auto write = [&] {
        file.write(out);
        out.clear();
    };
    for (const auto& track : set.tracks) {
        track->csv(window, out);
        write();
    }
    if (set.side != nullptr) set.side(set, window)->csv(set, out);
    write();
    return file.commit();
}

}  // namespace kscope::views
