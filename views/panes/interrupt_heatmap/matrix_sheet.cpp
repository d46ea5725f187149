// SPDX-License-Identifier: GPL-3.0-or-later
/// Cells in the colours of the heatmap's scale, numbers where they fit.
#include "views/panes/interrupt_heatmap/matrix_sheet.h"

#include "model/core/format.h"
#include "model/core/quoting.h"
#include "views/panes/tracks/track_scene.h"
#include "views/timeline/scene_parts.h"

#include <QCoreApplication>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace kscope::views {

namespace {

constexpr int kInset = 10;
constexpr int kImbalanceBar = 52;
constexpr int kImbalanceText = 46;
constexpr int kBusiest = 58;
constexpr int kRight = kImbalanceBar + kImbalanceText + kBusiest + 2 * kInset;
constexpr int kWidestCell = 34;
constexpr int kNumberCell = 24;  // a rate has room from here on
/// From here on a row is worth a look (look.md, status colours).
constexpr double kUneven = 0.5;

QString matrixWords(const char* text) {
    return QCoreApplication::translate("kscope::views::MatrixSheet", text);
}

const HeatTrack* heatOf(const std::unique_ptr<Track>& track) {
    return dynamic_cast<const HeatTrack*>(track.get());
}

class MatrixSide final : public TrackSide {
public:
    MatrixSide(const TrackSet& set, model::TimeRange window)
        : m_sheet(set, window),
          m_words("By CPU, " + model::formatDuration(window.length())) {}
    [[nodiscard]] int width() const override { return m_sheet.likelyWidth(); }
    void draw(const TrackScene& scene, TextCache& texts, DrawList& list, Box area) const override {
        const Theme& t = scene.base.colours();
        list.clip(area);
        list.fill(area, t.bgCanvas);
        for (std::size_t i = 0; i < scene.set->tracks.size(); ++i) {
            auto canvas = scene.canvas(i, texts, list);
            canvas.plot = {area.x, canvas.header.y, area.w, canvas.header.h};
            if (canvas.plot.cut(area).empty()) continue;
            list.clip(canvas.plot.cut(area));
            if (i == 0) m_sheet.drawHead(canvas, m_words);
            else if (const auto* const heat = heatOf(scene.set->tracks[i]))
                m_sheet.drawRow(canvas, *heat);
            else list.fill(canvas.plot, t.bgWindow);
            list.fill({area.x, canvas.plot.bottom() - scene.base.hairline(), area.w,
                       scene.base.hairline()},
                      t.lineGrid);
        }
        list.clip(area);
        list.fill({area.x, area.y, scene.base.hairline(), area.h}, t.lineEdge);
    }
    void csv(const TrackSet& set, std::string& out) const override { m_sheet.csv(set, out); }

private:
    MatrixSheet m_sheet;
    std::string m_words;
};

}  // namespace

int MatrixColumns::begin(std::size_t index) const {
    return x + static_cast<int>(std::lround(width * static_cast<double>(index)));
}

MatrixSheet::MatrixSheet(const TrackSet& set, model::TimeRange range) {
    std::map<model::CounterTablePtr, std::vector<model::CpuId>> tables;
    for (const auto& track : set.tracks)
        if (const auto* const heat = heatOf(track)) tables[heat->data().table] = heat->data().cpus;
    std::set<model::CpuId> cpus;
    for (const auto& [table, only] : tables) {
        m_growths.push_back(
            {table->source(), table->path(),
             model::cpuGrowth(table, model::toNs(range.begin), model::toNs(range.end), only)});
        const auto& counted = m_growths.back().counts.cpus;
        cpus.insert(counted.begin(), counted.end());
    }
    m_cpus.assign(cpus.begin(), cpus.end());
}

/// The numbers may be those of an older snapshot: the file is the same one.
const MatrixSheet::Growth* MatrixSheet::growthOf(const HeatTrack& track) const {
    const auto& table = *track.data().table;
    const auto found = std::ranges::find_if(m_growths, [&](const Growth& growth) {
        return growth.source == table.source() && growth.path == table.path();
    });
    return found == m_growths.end() ? nullptr : &*found;
}

std::optional<MatrixRow> MatrixSheet::rowOf(const HeatTrack& track) const {
    const auto* const found = growthOf(track);
    if (found == nullptr) return std::nullopt;
    const auto& growth = found->counts;
    if (growth.seconds() <= 0 || (track.row() + 1) * growth.cpus.size() > growth.delta.size())
        return std::nullopt;
    MatrixRow row;
    std::vector<std::uint64_t> counts;
    std::int64_t most = 0;
    for (std::size_t i = 0; i < growth.cpus.size(); ++i) {
        const auto delta = growth.row(track.row())[i];
        if (delta == model::CpuGrowth::kUnknown) continue;
        const auto rate = static_cast<double>(delta) / growth.seconds();
        row.rates.emplace_back(growth.cpus[i], rate);
        row.total += rate;
        counts.push_back(static_cast<std::uint64_t>(std::max<std::int64_t>(0, delta)));
        if (delta > most) most = delta, row.busiest = growth.cpus[i];
    }
    row.imbalance = model::imbalance(counts);
    return row;
}

MatrixColumns MatrixSheet::columns(const TimelineScene& scene, double width) const {
    MatrixColumns columns;
    columns.cpus = m_cpus;
    columns.x = static_cast<int>(std::lround(kInset * scene.ratio));
    const double room = std::max(0.0, width - kInset - kRight) * scene.ratio;
    columns.width = m_cpus.empty() ? 0
                                   : std::min(kWidestCell * scene.ratio,
                                              room / static_cast<double>(m_cpus.size()));
    return columns;
}

MatrixColumns MatrixSheet::columnsOf(const TrackCanvas& canvas) const {
    return columns(canvas.scene, canvas.plot.w / canvas.scene.ratio);
}

int MatrixSheet::likelyWidth() const {
    return std::clamp(static_cast<int>(m_cpus.size()) * kWidestCell + kInset + kRight, 300, 760);
}

void MatrixSheet::drawHead(const TrackCanvas& canvas, const std::string& words) const {
    const Box& box = canvas.plot;
    const Theme& t = canvas.theme();
    canvas.list.fill(box, t.bgWindow);
    const auto all = columnsOf(canvas);
    const int used =
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {box.x + canvas.px(kInset), box.y, box.w - canvas.px(kInset), canvas.px(16)},
                 words, TextRole::Head, t.text1);
    drawText(canvas.scene, canvas.texts, canvas.list,
             {box.x + canvas.px(kInset) + used + canvas.px(8), box.y,
              box.w - canvas.px(kInset + 8) - used, canvas.px(16)},
             matrixWords("a second").toStdString(), TextRole::Small, t.text3);
    const int y = box.y + canvas.px(17);
    // As many numbers as do not touch.
    const auto step = static_cast<std::size_t>(
        all.width <= 0 ? 1 : std::max(1.0, std::ceil(canvas.px(22) / all.width)));
    for (std::size_t i = 0; i < all.cpus.size(); i += step) {
        const auto number = std::to_string(model::raw(all.cpus[i]));
        const int middle = (2 * box.x + all.begin(i) + all.begin(i + 1)) / 2;
        const int half = canvas.px(4.0 * static_cast<double>(number.size()));
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {middle - half + canvas.px(1), y, 2 * half + canvas.px(4), canvas.px(14)}, number,
                 TextRole::Small, t.text2);
    }
    drawText(canvas.scene, canvas.texts, canvas.list,
             {box.right() - canvas.px(kRight - kInset), y,
              canvas.px(kImbalanceBar + kImbalanceText), canvas.px(14)},
             matrixWords("Imbalance").toStdString(), TextRole::Small, t.text3);
    drawTextRight(
        canvas.scene, canvas.texts, canvas.list,
        {box.right() - canvas.px(kBusiest), y, canvas.px(kBusiest - kInset), canvas.px(14)},
        matrixWords("busiest").toStdString(), TextRole::Small, t.text3);
}

void MatrixSheet::drawImbalance(const TrackCanvas& canvas, const MatrixRow& row) {
    const Box& box = canvas.plot;
    const Theme& t = canvas.theme();
    const int x = box.right() - canvas.px(kRight - kInset);
    if (!row.busiest) {
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {x, box.y, canvas.px(kImbalanceBar + kImbalanceText), box.h},
                 matrixWords("none counted").toStdString(), TextRole::Small, t.text3);
        return;
    }
    const bool uneven = row.imbalance >= kUneven && row.rates.size() > 1;
    const Box bar{x, box.y + box.h / 2 - canvas.px(3), canvas.px(kImbalanceBar), canvas.px(6)};
    canvas.list.fill(bar, t.bgHover, canvas.px(2));
    canvas.list.fill({bar.x, bar.y, static_cast<int>(bar.w * row.imbalance), bar.h},
                     uneven ? t.statusWarn : t.seriesNeutral, canvas.px(2));
    drawTextRight(canvas.scene, canvas.texts, canvas.list,
                  {bar.right(), box.y, canvas.px(kImbalanceText - 6), box.h},
                  fmt::format("{:.0f} %", row.imbalance * 100), TextRole::Small,
                  uneven ? t.statusWarn : t.text2);
    drawTextRight(canvas.scene, canvas.texts, canvas.list,
                  {box.right() - canvas.px(kBusiest), box.y, canvas.px(kBusiest - kInset), box.h},
                  fmt::format("CPU {}", model::raw(*row.busiest)), TextRole::Mono, t.text2);
}

void MatrixSheet::drawRow(const TrackCanvas& canvas, const HeatTrack& track) const {
    const Box& box = canvas.plot;
    const Theme& t = canvas.theme();
    const auto row = rowOf(track);
    if (!row) return;
    const auto all = columnsOf(canvas);
    const bool numbers = all.width >= canvas.px(kNumberCell);
    for (const auto& [cpu, rate] : row->rates) {
        const auto index =
            static_cast<std::size_t>(std::ranges::lower_bound(all.cpus, cpu) - all.cpus.begin());
        const int gap = all.width >= canvas.px(6) ? canvas.px(1) : 0;
        const Box cell{box.x + all.begin(index), box.y + canvas.px(1),
                       std::max(1, all.begin(index + 1) - all.begin(index) - gap),
                       box.h - canvas.px(2)};
        const int step = track.data().scale.step(rate);
        if (step < 0) {  // a dot: read, nothing counted
            if (all.width >= canvas.px(6))
                canvas.list.fill(
                    {cell.x + cell.w / 2, cell.y + cell.h / 2, canvas.px(1), canvas.px(1)},
                    t.text3);
            continue;
        }
        const Rgb fill = t.heat[static_cast<std::size_t>(step)];
        canvas.list.fill(cell, fill, all.width >= canvas.px(8) ? canvas.px(2) : 0);
        if (!numbers) continue;
        // Without the thin blank: five letters have to fit.
        auto text = rate < 10 ? fmt::format("{:.1f}", rate) : shortRate(rate);
        std::erase(text, ' ');
        const int half = canvas.px(3.1 * static_cast<double>(text.size()));
        const int middle = cell.x + cell.w / 2;
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {std::max(cell.x + canvas.px(1), middle - half), cell.y, cell.w, cell.h}, text,
                 TextRole::Least, t.inkOn(fill));
    }
    drawImbalance(canvas, *row);
}

void MatrixSheet::csv(const TrackSet& set, std::string& out) const {
    for (const auto& track : set.tracks) {
        const auto* const heat = heatOf(track);
        const auto* const growth = heat == nullptr ? nullptr : growthOf(*heat);
        if (growth == nullptr) continue;
        const auto& counts = growth->counts;
        if ((heat->row() + 1) * counts.cpus.size() > counts.delta.size()) continue;
        for (std::size_t i = 0; i < counts.cpus.size(); ++i) {
            const auto delta = counts.row(heat->row())[i];
            if (delta == model::CpuGrowth::kUnknown) continue;
            out += fmt::format("{},{},{},{},{}\n", model::csvField(heat->words().name),
                               counts.beginNs, counts.endNs, delta, model::raw(counts.cpus[i]));
        }
    }
}

std::shared_ptr<const TrackSide> matrixSide(const TrackSet& set, model::TimeRange window) {
    return std::make_shared<MatrixSide>(set, window);
}

}  // namespace kscope::views
