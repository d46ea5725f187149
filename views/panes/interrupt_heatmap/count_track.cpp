// SPDX-License-Identifier: GPL-3.0-or-later
/// Counts by CPU in cells, coloured on a logarithmic scale.
#include "views/panes/interrupt_heatmap/count_track.h"

#include "model/core/format.h"
#include "model/core/quoting.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kWidestCount = 110;  // logical; eleven digits and a gap
constexpr int kNumberRoom = 46;    // from here on a count is written short

/// Cells of a row: begin of CPU `index`, from the plot's left edge.
struct CountCells {
    double width = 0;
    explicit CountCells(const TrackCanvas& canvas, std::size_t cpus)
        : width(std::min<double>(canvas.px(kWidestCount),
                                 static_cast<double>(canvas.plot.w - canvas.px(12)) /
                                     static_cast<double>(std::max<std::size_t>(1, cpus)))) {}
    [[nodiscard]] int begin(const TrackCanvas& canvas, std::size_t index) const {
        return canvas.plot.x + canvas.px(12) +
               static_cast<int>(std::lround(width * static_cast<double>(index)));
    }
};

std::string shortCount(std::uint64_t count) {
    return count < 1000 ? std::to_string(count) : shortRate(static_cast<double>(count));
}

}  // namespace

CountReading countReading(const model::CounterTablePtr& table,
                          const std::vector<model::CpuId>& only) {
    CountReading reading;
    reading.table = table;
    const auto series = table->series();
    for (const auto& each : series)
        if (each.cpu != model::kUnknownCpu &&
            (only.empty() || std::ranges::find(only, each.cpu) != only.end()))
            reading.cpus.push_back(each.cpu);
    std::ranges::sort(reading.cpus);
    reading.cpus.erase(std::unique(reading.cpus.begin(), reading.cpus.end()), reading.cpus.end());
    reading.rows.resize(table->rows().size());
    for (auto& row : reading.rows) row.counts.resize(reading.cpus.size());
    model::CounterCursor cursor(table);
    cursor.seek(0);
    for (std::uint32_t id = 0; id < series.size(); ++id) {
        const auto value = cursor.value(id);
        if (!value) continue;
        auto& row = reading.rows[series[id].row];
        if (series[id].cpu == model::kUnknownCpu) {
            row.total += *value;  // ERR and MIS
            continue;
        }
        const auto at = std::ranges::lower_bound(reading.cpus, series[id].cpu);
        if (at == reading.cpus.end() || *at != series[id].cpu) continue;
        row.counts[static_cast<std::size_t>(at - reading.cpus.begin())] = *value;
        row.total += *value;
        reading.most = std::max(reading.most, *value);
    }
    return reading;
}

void CountTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    drawTrackHeader(canvas, {.name = m_words.name,
                             .facts = m_words.facts,
                             .value = shortCount(counts().total),
                             .lines = {}});
    const auto& cpus = m_reading->cpus;
    const CountCells cells(canvas, cpus.size());
    const HeatScale scale{.most = static_cast<double>(m_reading->most),
                          .kind = HeatScale::Kind::Log};
    const bool numbers = cells.width >= canvas.px(kNumberRoom);
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        if (!counts().counts[i]) continue;
        const auto count = *counts().counts[i];
        const int x = cells.begin(canvas, i);
        const int gap = cells.width >= canvas.px(6) ? canvas.px(1) : 0;
        const Box cell{x, canvas.plot.y + canvas.px(1),
                       std::max(1, cells.begin(canvas, i + 1) - x - gap),
                       canvas.plot.h - canvas.px(2)};
        const int step = scale.step(static_cast<double>(count));
        if (step < 0) {  // a dot: nothing counted
            canvas.list.fill({cell.x + cell.w / 2, cell.y + cell.h / 2, canvas.px(1), canvas.px(1)},
                             t.text3);
            continue;
        }
        const Rgb fill = t.heat[static_cast<std::size_t>(step)];
        canvas.list.fill(cell, fill, cells.width >= canvas.px(8) ? canvas.px(2) : 0);
        if (numbers)
            drawTextRight(canvas.scene, canvas.texts, canvas.list,
                          {cell.x, cell.y, cell.w - canvas.px(5), cell.h},
                          cells.width >= canvas.px(kWidestCount) ? model::formatCount(count)
                                                                 : shortCount(count),
                          TextRole::Small, t.inkOn(fill));
    }
}

ItemWords CountTrack::told() const {
    ItemWords words;
    words.title = QString::fromStdString(
        m_words.facts.empty() ? m_words.name : m_words.name + "  " + m_words.facts);
    words.time =
        QString::fromStdString(model::formatCount(counts().total) + " since the machine started");
    if (!m_words.meaning.empty()) words.lines << QString::fromStdString(m_words.meaning);
    std::vector<std::uint64_t> values;
    std::size_t busiest = 0;
    for (std::size_t i = 0; i < m_reading->cpus.size(); ++i) {
        if (!counts().counts[i]) continue;
        values.push_back(*counts().counts[i]);
        words.facts.emplace_back(QStringLiteral("CPU %1").arg(model::raw(m_reading->cpus[i])),
                                 QString::fromStdString(model::formatCount(*counts().counts[i])));
        if (values.back() > counts().counts[busiest].value_or(0)) busiest = i;
    }
    if (values.size() > 1 && counts().total > 0)
        words.lines << QString::fromStdString(fmt::format(
            "Imbalance {}: CPU {} took most", model::formatShare(model::imbalance(values)),
            model::raw(m_reading->cpus[busiest])));
    return words;
}

std::optional<TrackHit> CountTrack::at(const TrackCanvas& canvas, int x, int) const {
    const CountCells cells(canvas, m_reading->cpus.size());
    TrackHit hit;
    hit.words = told();
    const auto ns = m_reading->table->timeNs(0);
    hit.span = {model::timestampNs(ns), model::timestampNs(ns + 1)};
    hit.box = canvas.plot;
    for (std::size_t i = 0; i < m_reading->cpus.size(); ++i) {
        const int begin = cells.begin(canvas, i);
        const int end = cells.begin(canvas, i + 1);
        if (x < begin || x >= end || !counts().counts[i]) continue;
        hit.box = {begin, canvas.plot.y, end - begin, canvas.plot.h};
        hit.words.time = QString::fromStdString(fmt::format(
            "CPU {}: {} of {} since the machine started", model::raw(m_reading->cpus[i]),
            model::formatCount(*counts().counts[i]), model::formatCount(counts().total)));
    }
    return hit;
}

void CountTrack::csv(model::TimeRange, std::string& out) const {
    const auto ns = m_reading->table->timeNs(0);
    const auto line = [&](std::uint64_t count, const std::string& cpu) {
        out += fmt::format("{},{},{},{},{}\n", model::csvField(m_words.name), ns, ns, count, cpu);
    };
    bool any = false;
    for (std::size_t i = 0; i < m_reading->cpus.size(); ++i) {
        if (!counts().counts[i]) continue;
        line(*counts().counts[i], std::to_string(model::raw(m_reading->cpus[i])));
        any = true;
    }
    if (!any) line(counts().total, {});
}

void CountHeadTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    canvas.list.fill(canvas.plot, t.bgWindow);
    drawTrackHeader(canvas, {.name = "Counted",
                             .facts = "since the start",
                             .value = {},
                             .lines = {"one reading: no rates"}});
    const auto& cpus = m_reading->cpus;
    const CountCells cells(canvas, cpus.size());
    // As many names as do not touch.
    const auto step = static_cast<std::size_t>(
        std::max(1.0, std::ceil(canvas.px(40) / std::max(1.0, cells.width))));
    for (std::size_t i = 0; i < cpus.size(); i += step) {
        const int x = cells.begin(canvas, i);
        const int end = cells.begin(canvas, std::min(i + step, cpus.size()));
        drawTextRight(canvas.scene, canvas.texts, canvas.list,
                      {x, canvas.plot.y + canvas.px(16), end - x - canvas.px(6), canvas.px(14)},
                      fmt::format("CPU {}", model::raw(cpus[i])), TextRole::Small, t.text2);
    }
    drawText(canvas.scene, canvas.texts, canvas.list,
             {canvas.plot.x + canvas.px(12), canvas.plot.y + canvas.px(2),
              canvas.plot.w - canvas.px(12), canvas.px(14)},
             "colours are logarithmic; a dot: nothing counted. Two readings give rates: "
             "kernelscope record -o FILE --files interrupts,softirqs",
             TextRole::Small, t.text3);
}

}  // namespace kscope::views
