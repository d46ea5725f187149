// SPDX-License-Identifier: GPL-3.0-or-later
/// Title, time range, clock, legend and lost-event notice around the timeline.
#include "views/timeline/export_scene.h"

#include "model/core/format.h"
#include "views/timeline/lane_match.h"
#include "views/timeline/picture_words.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace kscope::views {
namespace {

constexpr int kMargin = 24;
constexpr int kExportHead = 48;
constexpr int kExportFoot = 22;
constexpr int kLegendRow = 20;

/// One entry of the legend: a swatch as the picture draws it, and a word.
struct LegendEntry {
    std::string word;
    Rgb colour = 0;
    enum class Sign : std::uint8_t {
        Bar,
        Low,
        Hatched,
        Line,
        Outline,
        Dotted,
        Thin,
        Gap,
        Tick
    } sign = Sign::Bar;
};

using Sign = LegendEntry::Sign;

/// Colours that bars, outlines and columns of the plot have, and whether columns tell a share by
/// their height.
struct Drawn {
    std::unordered_set<Rgb> colours;
    bool folded = false;

    Drawn(const DrawList& list, const Box& plot) {
        for (const DrawItem& item : list.items()) {
            if (item.box.cut(plot).empty()) continue;
            if (item.shape == Shape::Fill || item.shape == Shape::Outline)
                colours.insert(item.colour);
            if (item.shape == Shape::Columns) addColumns(list.columnsOf(item), item.box.h);
        }
    }
    [[nodiscard]] bool uses(Rgb colour) const { return colours.contains(colour); }

private:
    void addColumns(const ColumnsView& columns, int rows) {
        Rgb last = 0;
        for (std::size_t x = 0; x < columns.size(); ++x) {
            const auto height = static_cast<int>(columns.height[x]);
            if (height == 0) continue;
            if (columns.colour[x] != last) colours.insert(last = columns.colour[x]);
            folded |= height != rows && height != std::lround(rows * 0.85);
        }
    }
};

/// Tasks whose colour the lanes show, most CPU time first, at most `most`.
std::vector<LegendEntry> taskEntries(const TimelineScene& scene, const Drawn& drawn,
                                     std::size_t most) {
    std::vector<std::uint32_t> ids;
    const auto tasks = scene.trace->tasks();
    for (std::uint32_t id = 0; id < tasks.size(); ++id)
        if (!tasks[id].idle() && tasks[id].runs > 0) ids.push_back(id);
    std::ranges::stable_sort(
        ids, [&](std::uint32_t l, std::uint32_t r) { return tasks[l].runNs > tasks[r].runNs; });
    std::vector<LegendEntry> entries;
    bool kernel = false;
    for (const std::uint32_t id : ids) {
        if (entries.size() >= most) break;
        const Rgb fill = scene.colours().taskFill(tasks[id]);
        if (!drawn.uses(fill)) continue;
        if (tasks[id].kernelThread) {
            if (!kernel) entries.push_back({"kernel threads", fill});
            kernel = true;
            continue;
        }
        const std::string name(scene.trace->comm(model::TaskId{id}));
        if (std::ranges::none_of(entries, [&](const LegendEntry& e) { return e.word == name; }))
            entries.push_back({name, fill});
    }
    return entries;
}

/// What the colours of running slices stand for.
std::vector<LegendEntry> runEntries(const TimelineScene& scene, const Drawn& drawn,
                                    std::size_t most) {
    if (scene.state->colourBy == ColourBy::Task) return taskEntries(scene, drawn, most);
    std::vector<LegendEntry> entries;
    const auto add = [&](std::string word, Rgb fill) {
        if (entries.size() < most && drawn.uses(fill)) entries.push_back({std::move(word), fill});
    };
    if (scene.state->colourBy == ColourBy::Cpu) {
        for (const model::CpuId cpu : scene.trace->cpus())
            if (cpu != model::kUnknownCpu)
                add(fmt::format("on CPU {}", model::raw(cpu)), cpuFill(scene.colours(), cpu));
        return entries;
    }
    for (std::size_t i = 0; i < kPriorityClasses; ++i) {
        const auto which = static_cast<PriorityClass>(i);
        add(std::string(priorityWords(which)), priorityFill(scene.colours(), which));
    }
    return entries;
}

std::vector<LegendEntry> legendOf(const TimelineScene& scene, const DrawList& list) {
    const Theme& t = scene.colours();
    const Drawn drawn(list, scene.frame().plot);
    std::vector<LegendEntry> entries = runEntries(scene, drawn, 12);
    const auto add = [&](const char* word, Rgb colour, Sign sign) {
        if (drawn.uses(colour)) entries.push_back({word, colour, sign});
    };
    const bool tasks = std::ranges::any_of(scene.layout.rows(), [](const LaneRow& row) {
        return row.key.kind == LaneKey::Kind::Task;
    });
    if (tasks) {
        add("runnable, waits for a CPU", t.stateRunnable, Sign::Low);
        add("uninterruptible", t.stateBlocked, Sign::Hatched);
        add("sleeping", t.stateSleep, Sign::Line);
        add("stopped", t.stateStopped, Sign::Outline);
    }
    if (scene.devices)
        for (const auto& [word, colour] : stageLegend(t)) add(word, colour, Sign::Bar);
    add("irq", t.irqHard, Sign::Thin);
    add("softirq", t.irqSoft, Sign::Thin);
    if (std::ranges::any_of(scene.layout.rows(), [](const LaneRow& row) {
            return row.key.kind == LaneKey::Kind::EventName;
        }))
        entries.push_back({"event", t.seriesNeutral, Sign::Tick});
    if (!scene.trace->gaps().empty()) entries.push_back({"lost events", t.lineStrong, Sign::Gap});
    if (drawn.folded)
        entries.push_back(
            {"folded: mean colour, height is the busy share", t.hueFill({}), Sign::Bar});
    return entries;
}

void swatch(const TimelineScene& scene, const LegendEntry& entry, Box at, DrawList& list) {
    const Theme& t = scene.colours();
    const auto low = [&](double share) {
        const auto height = static_cast<int>(std::lround(at.h * share));
        return Box{at.x, at.y + (at.h - height) / 2, at.w, height};
    };
    switch (entry.sign) {
    case Sign::Bar: list.fill(at, entry.colour, scene.px(2)); break;
    case Sign::Low: list.fill(low(0.6), entry.colour, scene.px(1)); break;
    case Sign::Hatched:
        list.fill(at, entry.colour);
        list.hatch(at, 0, mix(entry.colour, 0xff000000u, 0.28), scene.px(4), scene.px(1));
        break;
    case Sign::Line: list.fill({at.x, at.y + at.h / 2 - 1, at.w, scene.px(2)}, entry.colour); break;
    case Sign::Outline: list.outline(low(0.6), entry.colour, scene.hairline()); break;
    case Sign::Dotted:
        list.outline(low(0.6), entry.colour, scene.hairline(), LineStyle::Dotted);
        break;
    case Sign::Thin: list.fill(low(0.35), entry.colour); break;
    case Sign::Gap:
        list.hatch(at, t.bgCanvas, t.lineStrong, scene.px(5), scene.px(1));
        list.outline(at, t.lineStrong, scene.hairline());
        break;
    case Sign::Tick: list.fill({at.x + at.w / 2, at.y, scene.px(1), at.h}, entry.colour); break;
    }
}

/// Places the entries from left to right in rows; draws them where `list` is given. Returns the
/// rows used.
int placeLegend(const TimelineScene& scene, TextCache& texts,
                const std::vector<LegendEntry>& entries, Box area, DrawList* list) {
    int x = 0;
    int rows = entries.empty() ? 0 : 1;
    for (const LegendEntry& entry : entries) {
        const int chip = scene.px(14);
        const int width =
            chip + scene.px(6) + texts.width(TextRole::Small, entry.word) + scene.px(18);
        if (x > 0 && x + width > area.w) {
            x = 0;
            ++rows;
        }
        if (list) {
            const int y = area.y + (rows - 1) * scene.px(kLegendRow);
            const int size = scene.px(11);
            swatch(scene, entry, {area.x + x, y + (scene.px(kLegendRow) - size) / 2, chip, size},
                   *list);
            drawText(scene, texts, *list,
                     {area.x + x + chip + scene.px(6), y, width, scene.px(kLegendRow)}, entry.word,
                     TextRole::Small, scene.colours().text2);
        }
        x += width;
    }
    return rows;
}

std::string footWords(const model::Trace& trace, const ExportRequest& request,
                      const LaneLayout& layout, int below) {
    std::string words =
        fmt::format("{} events · {}", model::formatCount(trace.events()), clockWords(trace));
    if (!request.view.filter.isEmpty()) words += " · filter: " + request.view.filter.toStdString();
    if (!trace.complete()) words += " · the trace was not read to its end";
    std::uint64_t lost = 0;
    for (const model::LostGap& gap : trace.gaps()) lost += gap.count;
    if (lost > 0) words += fmt::format(" · {} lost events", model::formatCount(lost));
    if (lost == 0 && !trace.gaps().empty())
        words += fmt::format(" · events were lost in {} places", trace.gaps().size());
    if (below > 0)
        words += fmt::format(" · {} of {} lanes do not fit", below, layout.rows().size());
    return words;
}

int lanesBelow(const TimelineScene& scene) {
    const Box plot = scene.frame().plot;
    return static_cast<int>(std::ranges::count_if(scene.layout.rows(), [&](const LaneRow& row) {
        return scene.laneBox(row).bottom() > plot.bottom();
    }));
}

}  // namespace

model::Result<std::unique_ptr<ExportScene>> prepareExport(const model::Trace& trace,
                                                          const ExportRequest& request) {
    if (request.width < 320 || request.width > 16384 || request.height < 200 ||
        request.height > 16384)
        return model::failure(fmt::format("size {}x{} is out of range (320x200 to 16384x16384)",
                                          request.width, request.height));
    if (!(request.scale >= 0.5 && request.scale <= 8))
        return model::failure(fmt::format("scale {} is out of range (0.5 to 8)", request.scale));
    if (request.width * request.scale * request.height * request.scale > 16384.0 * 16384.0)
        return model::failure(
            "the picture would have more than 268 million pixels; ask for a smaller size or scale");
    auto prepared = std::make_unique<ExportScene>();
    prepared->state = request.view;
    if (!request.lanes.empty()) {
        auto lanes = matchLanes(trace, request.lanes);
        if (!lanes) return tl::unexpected(lanes.error());
        prepared->state.lanes = std::move(*lanes);
        prepared->state.pinned.clear();
        prepared->state.hidden.clear();
    }
    TimelineScene& scene = prepared->scene;
    scene.trace = &trace;
    scene.ticks = &prepared->ticks;
    scene.state = &prepared->state;
    scene.theme = request.theme;
    scene.ratio = request.scale;
    scene.window = request.view.window.empty() ? trace.range() : request.view.window;
    if (scene.window.empty()) scene.window.end = scene.window.begin + model::Duration{1};
    scene.filterRows = request.filterRows;
    scene.layout = LaneLayout(trace, prepared->state, request.pane);
    // Lanes that do not fit at their usual height become compact; what does not fit then is named
    // in the foot.
    constexpr int kAround = 2 * kMargin + kExportHead + kExportFoot + 2 * kLegendRow + 75;
    if (prepared->state.height == LaneHeight::Normal &&
        scene.layout.contentHeight() + scene.layout.pinnedHeight() > request.height - kAround) {
        prepared->state.height = LaneHeight::Compact;
        scene.layout = LaneLayout(trace, prepared->state, request.pane);
    }
    // The trace outlives the picture: the pointer that ticks ask for does not own it.
    const bool events = std::ranges::any_of(scene.layout.rows(), [](const LaneRow& row) {
        return row.key.kind == LaneKey::Kind::EventName;
    });
    const model::TracePtr borrowed(model::TracePtr(), &trace);
    if (events) prepared->ticks.update(borrowed);
    if (std::ranges::any_of(scene.layout.rows(), [](const LaneRow& row) {
            return row.key.kind == LaneKey::Kind::Device;
        }))
        prepared->devices = sharedDeviceRequests(trace);
    scene.devices = prepared->devices.get();
    scene.priorities = &prepared->priorities;
    if (prepared->state.colourBy == ColourBy::Priority) prepared->priorities.update(borrowed);
    prepared->paper = {0, 0, static_cast<int>(std::lround(request.width * request.scale)),
                       static_cast<int>(std::lround(request.height * request.scale))};
    return prepared;
}

void drawExport(const ExportScene& prepared, const ExportRequest& request, TextCache& texts,
                DrawList& list, model::ThreadPool* pool) {
    TimelineScene scene = prepared.scene;
    const Theme& t = scene.colours();
    const Box& paper = prepared.paper;
    const int margin = scene.px(kMargin);
    const Box inner{margin, margin, paper.w - 2 * margin, paper.h - 2 * margin};
    const auto bodyWith = [&](int legendRows) {
        const int head = scene.px(kExportHead);
        const int foot = scene.px(kExportFoot) + legendRows * scene.px(kLegendRow) +
                         (legendRows > 0 ? scene.px(8) : 0);
        return Box{inner.x, inner.y + head, inner.w,
                   std::max(scene.px(120), inner.h - head - foot)};
    };
    // The legend holds what the body draws; it takes its place from the body, which then is drawn
    // again, shorter.
    std::vector<LegendEntry> legend;
    int rows = 0;
    scene.body = bodyWith(0);
    DrawList body;
    drawTimeline(scene, texts, body, pool);
    if (request.legend == Legend::Show) {
        legend = legendOf(scene, body);
        rows = placeLegend(scene, texts, legend, inner, nullptr);
        scene.body = bodyWith(rows);
        body.clear();
        drawTimeline(scene, texts, body, pool);
    }
    list.clip(paper);
    list.fill(paper, t.bgCanvas);
    const std::string pane = request.pane == Pane::CpuSched ? "CPU scheduling" : "Timeline";
    const std::string title =
        request.title.empty() ? sourceNames(*scene.trace) + " · " + pane : request.title;
    drawText(scene, texts, list, {inner.x, inner.y, inner.w, scene.px(20)}, title, TextRole::Title,
             t.text1);
    drawText(scene, texts, list, {inner.x, inner.y + scene.px(22), inner.w, scene.px(16)},
             rangeWords(*scene.trace, scene.window), TextRole::Mono, t.text2);
    list.append(body);
    list.clip(paper);
    list.outline({scene.body.x - scene.hairline(), scene.body.y - scene.hairline(),
                  scene.body.w + 2 * scene.hairline(), scene.body.h + 2 * scene.hairline()},
                 t.lineEdge, scene.hairline());
    const Box below{inner.x, scene.body.bottom() + scene.px(8), inner.w, 0};
    if (rows > 0) placeLegend(scene, texts, legend, below, &list);
    const Box foot{inner.x, inner.bottom() - scene.px(16), inner.w, scene.px(16)};
    const int right = texts.width(TextRole::Small, request.version) + scene.px(12);
    drawText(scene, texts, list, {foot.x, foot.y, foot.w - right, foot.h},
             footWords(*scene.trace, request, scene.layout, lanesBelow(scene)), TextRole::Small,
             t.text3);
    drawTextRight(scene, texts, list, foot, request.version, TextRole::Small, t.text3);
}

}  // namespace kscope::views
