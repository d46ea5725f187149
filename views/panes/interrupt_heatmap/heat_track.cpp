// SPDX-License-Identifier: GPL-3.0-or-later
/// Rates to colours.
#include "views/panes/interrupt_heatmap/heat_track.h"

#include "model/core/format.h"
#include "model/core/quoting.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace kscope::views {
namespace {

constexpr int kHeatSteps = 8;

/// Where a pixel's begin lies between two readings.
struct HeatPlace {
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    double share = 0;
    [[nodiscard]] double grown(const model::RateRow& row) const {
        const auto from = static_cast<double>(row.grown[before]);
        return from + share * (static_cast<double>(row.grown[after]) - from);
    }
};

/// The places of all pixels of a plot, found once for all rows of a frame: searching them row by
/// row is what a frame of 60 rows would cost most.
class HeatPlaces {
public:
    /// As many as `canvas` has pixels and one; `data` has readings.
    static const std::vector<HeatPlace>& of(const std::shared_ptr<const HeatTrack::Data>& data,
                                            const TrackCanvas& canvas) {
        thread_local HeatPlaces last;
        const auto& window = canvas.scene.window;
        if (last.m_data.lock() != data || last.m_width != canvas.plot.w ||
            last.m_begin != model::toNs(window.begin) || last.m_end != model::toNs(window.end))
            last.find(data, canvas);
        return last.m_places;
    }

private:
    void find(const std::shared_ptr<const HeatTrack::Data>& data, const TrackCanvas& canvas) {
        m_data = data;
        m_width = canvas.plot.w;
        m_begin = model::toNs(canvas.scene.window.begin);
        m_end = model::toNs(canvas.scene.window.end);
        const auto& ns = data->rates.ns;
        const auto last = static_cast<std::uint32_t>(ns.size() - 1);
        const Viewport view = canvas.viewport();
        m_places.assign(static_cast<std::size_t>(std::max(0, m_width)) + 1, {});
        for (std::size_t x = 0; x < m_places.size(); ++x) {
            const auto at = view.ns(static_cast<int>(x));
            auto& place = m_places[x];
            if (at <= ns.front()) continue;
            if (at >= ns.back()) {
                place.before = place.after = last;
                continue;
            }
            place.after = static_cast<std::uint32_t>(std::ranges::upper_bound(ns, at) - ns.begin());
            place.before = place.after - 1;
            place.share = static_cast<double>(at - ns[place.before]) /
                          static_cast<double>(ns[place.after] - ns[place.before]);
        }
    }
    std::weak_ptr<const HeatTrack::Data> m_data;
    int m_width = 0;
    std::int64_t m_begin = 0;
    std::int64_t m_end = 0;
    std::vector<HeatPlace> m_places;
};

/// HeatScale::step() of many rates: a logarithm each would cost more than drawing them.
class HeatBounds {
public:
    explicit HeatBounds(const HeatScale& scale) {
        for (int step = 1; step < kHeatSteps; ++step)
            m_from[static_cast<std::size_t>(step) - 1] = scale.from(step);
    }
    [[nodiscard]] int step(double rate) const {
        if (!(rate > 0)) return -1;
        int step = 0;
        for (const double from : m_from) step += rate >= from ? 1 : 0;
        return step;
    }

private:
    std::array<double, kHeatSteps - 1> m_from{};
};

}  // namespace

std::string shortRate(double rate) {
    if (rate >= 1e6) return fmt::format("{:.1f} M", rate / 1e6);
    if (rate >= 1e4) return fmt::format("{:.0f} k", rate / 1e3);
    if (rate >= 1e3) return fmt::format("{:.1f} k", rate / 1e3);
    if (rate >= 10 || rate == 0) return fmt::format("{:.0f}", rate);
    return fmt::format("{:.1f}", rate);
}

int HeatScale::step(double rate) const {
    if (!(rate > 0)) return -1;
    return std::clamp(static_cast<int>(share(rate) * kHeatSteps), 0, kHeatSteps - 1);
}

double HeatScale::from(int step) const {
    return kind == Kind::Linear ? most * step / kHeatSteps
                                : std::expm1(std::log1p(most) * step / kHeatSteps);
}

/// Nothing was read there: what was counted meanwhile is not spread over it.
void HeatTrack::drawGaps(const TrackCanvas& canvas, Box bar) const {
    const auto& ns = m_data->rates.ns;
    const Viewport view = canvas.viewport();
    const auto begin = std::ranges::lower_bound(ns, model::toNs(canvas.scene.window.begin));
    const auto end = std::ranges::upper_bound(ns, model::toNs(canvas.scene.window.end));
    // Where there are more readings than pixels, a gap is narrower than one.
    if (end - begin > bar.w) return;
    const Theme& t = canvas.theme();
    auto at = begin == ns.begin() ? begin : begin - 1;
    for (; at != ns.end() && at + 1 != ns.end() && at <= end; ++at) {
        if (*(at + 1) - *at <= m_data->gapNs) continue;
        const int x0 = std::clamp(view.x(*at), 0, bar.w);
        const int x1 = std::clamp(view.x(*(at + 1)), 0, bar.w);
        if (x1 - x0 < 2) continue;
        const Box gap{bar.x + x0, bar.y, x1 - x0, bar.h};
        canvas.list.fill(gap, t.bgCanvas);
        canvas.list.hatch(gap, 0, t.lineStrong, canvas.px(6), canvas.px(t.hatchPx));
    }
}

void HeatTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const model::CounterRates& all = m_data->rates;
    const model::RateRow& row = rates();
    const Viewport view = canvas.viewport();
    const double seconds = static_cast<double>(canvas.scene.window.length().count()) / 1e9;
    const double inView = all.grownAt(row, model::toNs(canvas.scene.window.end)) -
                          all.grownAt(row, model::toNs(canvas.scene.window.begin));
    drawTrackHeader(canvas, {.name = m_words.name,
                             .facts = m_words.facts,
                             .value = shortRate(inView / std::max(seconds, 1e-9)),
                             .lines = {}});
    if (all.ns.empty()) return;
    const Box bar{canvas.plot.x, canvas.plot.y + canvas.px(1), canvas.plot.w,
                  canvas.plot.h - canvas.px(2)};
    const int x0 = std::clamp(view.x(all.ns.front()), 0, bar.w);
    const int x1 = std::clamp(view.x(all.ns.back()), 0, bar.w);
    const auto& places = HeatPlaces::of(m_data, canvas);
    const auto grownAt = [&](int x) { return places[static_cast<std::size_t>(x)].grown(row); };
    const HeatBounds bounds(m_data->scale);
    const double perSecond = 1e9 / view.nsPerPixel();
    double before = grownAt(x0);
    int begin = x0;
    int last = INT32_MIN;
    const auto flush = [&](int end) {
        if (end <= begin || last == INT32_MIN) return;
        if (last >= 0)
            canvas.list.fill({bar.x + begin, bar.y, end - begin, bar.h},
                             t.heat[static_cast<std::size_t>(last)]);
    };
    for (int x = x0; x < x1; ++x) {
        const double now = grownAt(x + 1);
        const int step = bounds.step((now - before) * perSecond);
        if (step != last) {
            flush(x);
            begin = x;
            last = step;
        }
        before = now;
    }
    flush(x1);
    drawGaps(canvas, bar);
    // Nothing counted is told from nothing known by a dot.
    const int dots = canvas.px(12);
    for (int x = x0 + dots / 2; x < x1; x += dots)
        if (grownAt(x + 1) - grownAt(x) == 0)
            canvas.list.fill({bar.x + x, bar.y + bar.h / 2, canvas.px(1), canvas.px(1)}, t.text3);
}

std::optional<TrackHit> HeatTrack::at(const TrackCanvas& canvas, int x, int) const {
    const model::CounterRates& all = m_data->rates;
    const Viewport view = canvas.viewport();
    const std::int64_t ns = view.ns(x - canvas.plot.x);
    const auto after =
        static_cast<std::size_t>(std::ranges::upper_bound(all.ns, ns) - all.ns.begin());
    if (after == 0 || after >= all.ns.size()) return std::nullopt;
    const std::int64_t begin = all.ns[after - 1];
    const std::int64_t end = all.ns[after];
    const auto count = rates().grown[after] - rates().grown[after - 1];
    const double rate = static_cast<double>(count) * 1e9 /
                        static_cast<double>(std::max<std::int64_t>(1, end - begin));
    TrackHit hit;
    hit.span = {model::timestampNs(begin), model::timestampNs(end)};
    const int x0 = view.x(begin);
    hit.box = {canvas.plot.x + x0, canvas.plot.y, std::max(1, view.x(end) - x0), canvas.plot.h};
    if (end - begin > m_data->gapNs)
        hit.words.lines << QString::fromStdString(
            fmt::format("No reading for {}: how it was spread is not known",
                        model::formatDuration(model::Duration{end - begin})));
    hit.words.title = QString::fromStdString(m_words.name + "  " + m_words.facts);
    hit.words.time = QString::fromStdString(
        fmt::format("{} in {}, {} a second", model::formatCount(count),
                    model::formatDuration(model::Duration{end - begin}), shortRate(rate)));
    if (!m_words.meaning.empty()) hit.words.lines << QString::fromStdString(m_words.meaning);
    std::vector<std::uint64_t> values;
    std::uint64_t most = 0;
    std::uint32_t busiest = 0;
    for (const auto& [series, grown] : rates().bySeries) {
        if (m_data->table->series()[series].cpu == model::kUnknownCpu) continue;
        values.push_back(grown);
        if (grown > most) most = grown, busiest = series;
    }
    if (most > 0 && values.size() > 1)
        hit.words.lines << QString::fromStdString(
            fmt::format("Imbalance {}: CPU {} takes most of the whole recording",
                        model::formatShare(model::imbalance(values)),
                        model::raw(m_data->table->series()[busiest].cpu)));
    return hit;
}

void HeatTrack::csv(model::TimeRange window, std::string& out) const {
    const model::CounterRates& all = m_data->rates;
    for (std::size_t i = 0; i + 1 < all.ns.size(); ++i) {
        if (all.ns[i + 1] <= model::toNs(window.begin) || all.ns[i] >= model::toNs(window.end))
            continue;
        out += fmt::format("{},{},{},{},\n", model::csvField(m_words.name), all.ns[i],
                           all.ns[i + 1], rates().grown[i + 1] - rates().grown[i]);
    }
}

std::vector<double> HeatScale::ticks() const {
    std::vector<double> marks;
    if (kind == Kind::Linear) {
        for (int step = 0; step <= kHeatSteps; step += 2) marks.push_back(from(step));
        return marks;
    }
    for (double mark = 1; mark <= most; mark *= 10) marks.push_back(mark);
    if (marks.empty()) marks.push_back(most);
    return marks;
}

double HeatScale::share(double rate) const {
    return kind == Kind::Linear ? rate / std::max(most, 1e-9) : std::log1p(rate) / std::log1p(most);
}

void HeatLegendTrack::draw(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    canvas.list.fill(canvas.plot, t.bgWindow);
    drawTrackHeader(canvas, {.name = m_name, .facts = "a second", .value = {}, .lines = {}});
    // Narrow plots: the words are worth more than wide steps.
    constexpr int kStepWidth = 46, kLeastStep = 18, kWordsWidth = 330;
    const int width = std::clamp((canvas.plot.w - canvas.px(kWordsWidth)) / kHeatSteps,
                                 canvas.px(kLeastStep), canvas.px(kStepWidth));
    const int left = canvas.plot.x + canvas.px(12);
    for (int step = 0; step < kHeatSteps; ++step)
        canvas.list.fill({left + step * width, canvas.plot.y + canvas.px(6), width, canvas.px(9)},
                         t.heat[static_cast<std::size_t>(step)]);
    const int right = left + kHeatSteps * width;
    const int label = canvas.px(40);
    for (const double mark : m_scale.ticks()) {
        const int x = left + static_cast<int>(std::lround(m_scale.share(mark) * (right - left)));
        canvas.list.fill({x, canvas.plot.y + canvas.px(6), canvas.scene.hairline(), canvas.px(12)},
                         t.text3);
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {x + canvas.px(3), canvas.plot.y + canvas.px(17), label, canvas.px(14)},
                 shortRate(mark), TextRole::Least, t.text3);
    }
    const int words = right + canvas.px(16);
    drawText(canvas.scene, canvas.texts, canvas.list,
             {words, canvas.plot.y + canvas.px(4), canvas.plot.right() - words - canvas.px(4),
              canvas.px(14)},
             m_scale.kind == HeatScale::Kind::Log
                 ? "logarithmic; a dot: nothing counted; hatched: not read"
                 : "linear; a dot: nothing counted; hatched: not read",
             TextRole::Small, t.text3);
}

}  // namespace kscope::views
