// SPDX-License-Identifier: GPL-3.0-or-later
/// Packing of block requests, and the colours of their stages.
#include "views/panes/block_pipeline/request_rows.h"

#include "model/core/quoting.h"
#include "model/derive/block_latency.h"

#include <queue>

#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <iterator>
#include <numeric>

namespace kscope::views {

using model::BlockRequest;
using model::kNoTime;
namespace {

constexpr std::array<Rgb Theme::*, 4> kStageColours{&Theme::stageQG, &Theme::stageGI,
                                                    &Theme::stageID, &Theme::stageDC};

}  // namespace

FreeColumns::FreeColumns(int width) : m_next(static_cast<std::size_t>(std::max(width, 0)) + 1) {
    std::iota(m_next.begin(), m_next.end(), 0);
}

int FreeColumns::next(int x) {
    const auto last = static_cast<int>(m_next.size()) - 1;
    int at = std::clamp(x, 0, last);
    while (m_next[static_cast<std::size_t>(at)] != at) {
        auto& jump = m_next[static_cast<std::size_t>(at)];
        jump = m_next[static_cast<std::size_t>(jump)];
        at = jump;
    }
    return at;
}

void FreeColumns::take(int x0, int x1) {
    const auto last = static_cast<int>(m_next.size()) - 1;
    for (int x = next(x0); x < std::min(x1, last); x = next(x + 1))
        m_next[static_cast<std::size_t>(x)] = x + 1;
}

RequestRows::Place RequestRows::placeOf(const model::BlockModel& blocks, std::uint32_t request,
                                        std::int64_t endNs) {
    const BlockRequest& of = blocks.requests[request];
    const std::int64_t begin = requestBegin(of);
    const std::int64_t end = std::max(begin + 1, of.c == kNoTime ? endNs : of.c);
    const auto turn = [begin, end](std::int64_t ns) {
        if (ns == kNoTime) return kNoTurn;
        return ns < begin || ns > end || ns - begin >= kFarTurn
                   ? kFarTurn
                   : static_cast<std::uint32_t>(ns - begin);
    };
    return {begin, end, request, turn(of.g), turn(of.i), turn(of.d)};
}

RequestRows::RequestRows(const model::BlockModel& blocks, model::DeviceId device,
                         std::int64_t endNs) {
    std::vector<Place> places;
    for (std::uint32_t i = 0; i < blocks.requests.size(); ++i)
        if (blocks.requests[i].device == device) places.push_back(placeOf(blocks, i, endNs));
    pack(std::move(places));
}

void RequestRows::pack(std::vector<Place> places) {
    m_requests = places.size();
    std::ranges::stable_sort(places, {}, &Place::begin);
    using Busy = std::pair<std::int64_t, std::size_t>;  // until when, which row
    std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> freed;
    for (const Place& place : places) {
        while (!busy.empty() && busy.top().first <= place.begin) {
            freed.push(busy.top().second);
            busy.pop();
        }
        std::size_t row = m_rows.size();
        if (freed.empty()) {
            m_rows.emplace_back();
        } else {
            row = freed.top();
            freed.pop();
        }
        m_rows[row].push_back(place);
        busy.push({place.end, row});
    }
}

const RequestRows::Place* RequestRows::next(std::int64_t ns, std::uint32_t request) const {
    const auto before = [](const Place& left, const Place& right) {
        return std::pair(left.begin, left.request) < std::pair(right.begin, right.request);
    };
    const Place* best = nullptr;
    for (const auto& row : m_rows) {
        const auto found = std::upper_bound(row.begin(), row.end(), Place{ns, 0, request}, before);
        if (found != row.end() && (best == nullptr || before(*found, *best))) best = &*found;
    }
    return best;
}

const RequestRows::Place* RequestRows::previous(std::int64_t ns, std::uint32_t request) const {
    const auto before = [](const Place& left, const Place& right) {
        return std::pair(left.begin, left.request) < std::pair(right.begin, right.request);
    };
    const Place* best = nullptr;
    for (const auto& row : m_rows) {
        const auto found = std::lower_bound(row.begin(), row.end(), Place{ns, 0, request}, before);
        if (found == row.begin()) continue;
        if (const Place& last = *std::prev(found); best == nullptr || before(*best, last))
            best = &last;
    }
    return best;
}

std::optional<std::int64_t> RequestRows::nearestEdge(std::int64_t ns) const {
    std::optional<std::int64_t> best;
    const auto consider = [&](std::int64_t edge) {
        if (!best || std::abs(edge - ns) < std::abs(*best - ns)) best = edge;
    };
    for (const auto& row : m_rows) {
        const auto at = std::ranges::upper_bound(row, ns, {}, &Place::end);
        if (at != row.end()) {
            consider(at->begin);
            consider(at->end);
        }
        if (at != row.begin()) consider(std::prev(at)->end);
    }
    return best;
}

std::optional<std::size_t> RequestRows::rowOf(const Place& place) const {
    for (std::size_t r = 0; r < m_rows.size(); ++r) {
        const auto found = std::ranges::lower_bound(m_rows[r], place.begin, {}, &Place::begin);
        if (found != m_rows[r].end() && found->begin == place.begin &&
            found->request == place.request)
            return r;
    }
    return std::nullopt;
}

StageSpans::StageSpans(const BlockRequest& request, std::int64_t endNs) {
    static constexpr std::array<const char*, 4> kNames{"Q", "G", "I", "D"};
    const std::array<std::int64_t, 5> moments{request.q, request.g, request.i, request.d,
                                              request.c == kNoTime ? endNs : request.c};
    for (std::size_t at = 0; at < 4; ++at) {
        if (moments[at] == kNoTime) continue;
        std::size_t next = at + 1;
        while (moments[next] == kNoTime) ++next;  // the end is always known
        // A requeue issues anew: what is drawn never goes backwards.
        const std::int64_t end = std::max(moments[at], moments[next]);
        m_spans[m_count++] = {moments[at], end, kStageColours[at], kNames[at]};
    }
}

int StageLine::add(const BlockRequest& request, std::int64_t endNs, double share) {
    int right = 0;
    for (const StageSpan& stage : StageSpans(request, endNs)) {
        const int x0 = std::clamp(m_view.x(stage.begin), 0, m_line.w);
        const int x1 = std::clamp(std::max(m_view.x(stage.end), x0 + 1), 0, m_line.w);
        if (x1 <= x0) continue;
        add(x0, x1, shown(stage.colour, share));
        right = std::max(right, x1);
    }
    return right;
}

int StageLine::add(const model::BlockModel& blocks, const RequestRows::Place& place, int first,
                   int past, double share) {
    const std::array turns{std::uint32_t{0}, place.g, place.i, place.d};
    if (std::ranges::find(turns, RequestRows::kFarTurn) != turns.end())
        return add(blocks.requests[place.request], place.end, share);
    if (past <= first) {  // In one column the last stage lies above all others.
        const std::size_t last = place.d != RequestRows::kNoTurn   ? 3
                                 : place.i != RequestRows::kNoTurn ? 2
                                 : place.g != RequestRows::kNoTurn ? 1
                                                                   : 0;
        const int x0 = std::clamp(first, 0, m_line.w);
        const int x1 = std::clamp(first + 1, 0, m_line.w);
        if (x1 > x0) add(x0, x1, shown(kStageColours[last], share));
        return x1 > x0 ? x1 : 0;
    }
    int right = 0;
    int column = past;  // Backwards: where a stage is not known, that of the next one.
    std::array<int, 5> columns{};
    columns[4] = past;
    for (std::size_t at = 4; at-- > 0;) {
        if (turns[at] != RequestRows::kNoTurn)
            column = at == 0 ? first : m_view.x(place.begin + turns[at]);
        columns[at] = column;
    }
    for (std::size_t at = 0; at < 4; ++at) {
        if (turns[at] == RequestRows::kNoTurn) continue;
        const int x0 = std::clamp(columns[at], 0, m_line.w);
        const int x1 = std::clamp(std::max(columns[at + 1], x0 + 1), 0, m_line.w);
        if (x1 <= x0) continue;
        add(x0, x1, shown(kStageColours[at], share));
        right = std::max(right, x1);
    }
    return right;
}

Rgb StageLine::shown(Rgb Theme::*stage, double share) const {
    const Rgb colour = m_theme.*stage;
    return share < 1 ? mix(m_theme.bgCanvas, colour, share) : colour;
}

void StageLine::add(int x0, int x1, Rgb colour) {
    if (colour == m_colour && x0 <= m_x1 && x0 >= m_x0) {
        m_x1 = std::max(m_x1, x1);
        return;
    }
    // The later one lies above: what it covers need not be drawn.
    if (x0 > m_x0 || x1 < m_x1) endRun();
    m_x0 = x0;
    m_x1 = x1;
    m_colour = colour;
}

void StageLine::endRun() {
    if (m_x1 > m_x0) m_runs.push_back({m_x0, m_x1, m_colour});
    m_x0 = m_x1;
}

void StageLine::flush() {
    endRun();
    // A column takes 8 bytes, a box 32.
    if (m_runs.size() * 4 > static_cast<std::size_t>(m_line.w)) {
        const Columns columns = m_list.columns(m_line);
        const auto rows = static_cast<std::uint32_t>(m_line.h);
        for (const Run& run : m_runs)
            for (int x = run.x0; x < run.x1; ++x)
                columns.set(static_cast<std::size_t>(x), run.colour, rows);
    } else {
        for (const Run& run : m_runs)
            m_list.fill({m_line.x + run.x0, m_line.y, run.x1 - run.x0, m_line.h}, run.colour);
    }
    m_runs.clear();
}

double requestShare(const TimelineScene& scene, const model::BlockModel& blocks,
                    const BlockRequest& request) {
    if (scene.filterRows && !model::requestPasses(*scene.filterRows, blocks, request))
        return scene.hides(false) ? 0 : TimelineScene::kFilteredShare;
    return scene.lifted != model::kNoTask && request.task != scene.lifted ? 0.55 : 1;
}

std::span<const RequestLayer> requestLayers(const TimelineScene& scene) {
    static constexpr std::array kLayers{RequestLayer::Pale, RequestLayer::Full};
    const bool plain = !scene.filterRows && scene.lifted == model::kNoTask;
    return plain ? std::span(kLayers).last(1) : std::span(kLayers);
}

double requestShareIn(RequestLayer layer, const TimelineScene& scene,
                      const model::BlockModel& blocks, std::uint32_t request) {
    if (!scene.filterRows && scene.lifted == model::kNoTask) return 1;
    const double share = requestShare(scene, blocks, blocks.requests[request]);
    return (share < 1) == (layer == RequestLayer::Pale) ? share : 0;
}

std::array<std::pair<const char*, Rgb>, 4> stageLegend(const Theme& theme) {
    return {{{"Q→G waits for a request", theme.stageQG},
             {"G→I prepared", theme.stageGI},
             {"I→D waits in the scheduler", theme.stageID},
             {"D→C in the device", theme.stageDC}}};
}

void appendStageRows(const model::Trace& trace, const model::BlockModel& blocks,
                     std::uint32_t number, std::string_view name, std::string& out) {
    const BlockRequest& request = blocks.requests[number];
    const std::int64_t end = request.c == kNoTime ? model::toNs(trace.range().end) : request.c;
    const std::string tid = request.task == model::kNoTask
                                ? ""
                                : fmt::format("{}", model::raw(trace.task(request.task).tid));
    const StageSpans stages(request, end);
    for (const StageSpan& stage : stages) {
        const char* const next = &stage + 1 != stages.end() ? (&stage + 1)->name
                                 : request.c == kNoTime     ? "open"
                                                            : "C";
        out += fmt::format("{},{},{},{}2{},{},{},{} {}+{}\n", name, stage.begin, stage.end,
                           stage.name, next, tid, model::csvField(trace.text(request.comm)),
                           model::rwbsText(request.rwbs), request.sector, request.sectors);
    }
}

DeviceRequests packRequests(BlockModelPtr blocks, std::int64_t endNs) {
    std::map<model::DeviceId, std::vector<RequestRows::Place>> places;
    for (std::uint32_t i = 0; i < blocks->requests.size(); ++i)
        places[blocks->requests[i].device].push_back(RequestRows::placeOf(*blocks, i, endNs));
    DeviceRequests all{std::move(blocks), endNs, {}};
    for (auto& [device, of] : places) all.rows.emplace(device, std::move(of));
    return all;
}

std::shared_ptr<const DeviceRequests> sharedDeviceRequests(const model::Trace& trace) {
    return trace.derived().of<DeviceRequests>([&] {
        return packRequests(model::sharedBlockRequests(trace), model::toNs(trace.range().end));
    });
}

}  // namespace kscope::views
