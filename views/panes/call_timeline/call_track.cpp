// SPDX-License-Identifier: GPL-3.0-or-later
/// Drawing and naming of calls; what is thinner than a pixel is found by halving, so that a frame
/// costs pixels.
#include "views/panes/call_timeline/call_track.h"

#include "model/core/format.h"
#include "model/words/function_words.h"
#include "views/panes/call_timeline/call_colours.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/call_timeline/call_values.h"
#include "views/panes/details/details_calls.h"
#include "views/timeline/scene_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace kscope::views {
namespace {

constexpr std::size_t kMostRows = 256;  // deeper calls are in the flame graph and the tables
constexpr int kTickPx = 4;              // height of an event's tick, at the foot of its call
constexpr int kTickGapPx = 3;           // nearer ticks are one

std::string_view nameOfRow(const model::Trace& trace, model::RowRef row) {
    const auto& chunk = trace.chunk(row.chunk());
    return trace.text(chunk.names[chunk.name[row.row()]]);
}

/// "(3, "x") = 0": arguments and result, as the call's rows tell them. Reads the source.
QString argumentsAndResult(const model::CallForest& forest, const model::Call& call) {
    std::string text = argumentsOf(forest, call);
    if (const auto result = resultOf(forest, call); !result.empty()) text += " = " + result;
    return QString::fromStdString(text).trimmed();
}

}  // namespace

CallTrack::CallTrack(model::CallForestPtr forest, std::size_t task,
                     std::vector<model::CallEvent> events)
    : m_forest(std::move(forest)),
      m_task(task) {
    const auto& calls = m_forest->tasks()[task].calls;
    // A depth that the trace never names has no row: a fragment may begin at depth 7.
    m_least = UINT32_MAX;
    for (const model::Call& made : calls) m_least = std::min(m_least, made.depth());
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        const auto row = rowOf(i);
        if (!row) {
            ++m_deeper;
            continue;
        }
        if (*row >= m_rows.size()) m_rows.resize(*row + 1);
        m_rows[*row].push_back(i);
    }
    findLosses();
    if (!events.empty()) m_events.resize(m_rows.size());
    for (const auto& event : events)
        if (const auto row = rowOf(event.call)) m_events[*row].push_back(event);
}

/// None overlap in a row: deeper calls have none.
std::optional<std::size_t> CallTrack::rowOf(std::uint32_t index) const {
    const auto depth = call(index).depth();
    const std::size_t row = depth - m_least;
    if (row >= kMostRows || depth >= model::kMaxCallDepth) return std::nullopt;
    return row;
}

std::optional<int> CallTrack::rowTop(std::uint32_t index) const {
    const auto row = rowOf(index);
    if (!row) return std::nullopt;
    return 6 + static_cast<int>(*row) * m_rowPx;
}

int CallTrack::rowPx(const TrackCanvas& canvas) const { return canvas.px(m_rowPx); }

void CallTrack::setRowHeight(int px) const { m_rowPx = px; }

/// Of a call that is thinner than its pixel: whether any row of that pixel is let through.
bool CallTrack::letThrough(const TrackCanvas& canvas, const model::Call& made, Box box,
                           const model::RowSetPtr& rows) const {
    if (!rows || rows->contains(m_forest->eventOf(model::CallForest::namingRow(made)))) return true;
    if (box.w > canvas.px(2)) return false;
    const Viewport view = canvas.viewport();
    const auto rowAt = [&](int x) {
        return m_forest->trace().lowerBound(model::timestampNs(view.ns(x)));
    };
    const int x = box.x - canvas.plot.x;
    const auto next = rows->next(rowAt(x));
    return next && model::raw(*next) < model::raw(rowAt(x + box.w));
}

void CallTrack::mark(std::optional<model::FunctionKey> function) const {
    m_marked = function ? function->value : kNoFunction;
}

model::TaskId CallTrack::owner() const { return m_forest->tasks()[m_task].task; }

int CallTrack::height() const { return static_cast<int>(m_rows.size()) * m_rowPx + 12; }

std::size_t CallTrack::firstAfter(const DepthRow& row, std::int64_t ns) const {
    const auto found = std::ranges::partition_point(
        row, [&](std::uint32_t index) { return m_forest->end(call(index)) <= ns; });
    return static_cast<std::size_t>(found - row.begin());
}

std::vector<std::string> CallTrack::headerLines() const {
    const auto count = m_forest->tasks()[m_task].calls.size();
    std::vector<std::string> lines{fmt::format("{} {}, {} deep", model::formatCount(count),
                                               count == 1 ? "call" : "calls", m_rows.size())};
    if (m_lost > 0)
        lines.push_back(fmt::format("{} events lost on its CPUs", model::formatCount(m_lost)));
    else if (!m_losses.empty())
        lines.push_back(fmt::format("records lost in {} {}", m_losses.size(),
                                    m_losses.size() == 1 ? "place" : "places"));
    if (m_deeper > 0)
        lines.push_back(fmt::format("{} deeper ones not drawn", model::formatCount(m_deeper)));
    return lines;
}

void CallTrack::draw(const TrackCanvas& canvas) const {
    const model::CallTask& task = m_forest->tasks()[m_task];
    drawTrackHeader(canvas, {.name = callTaskName(m_forest->trace(), task),
                             .facts = {},
                             .value = {},
                             .lines = headerLines()});
    const int height = rowPx(canvas) - canvas.scene.hairline();
    for (std::size_t r = 0; r < m_rows.size(); ++r) {
        const int y = canvas.plot.y + canvas.px(6) + static_cast<int>(r) * rowPx(canvas);
        drawRow(canvas, m_rows[r], {canvas.plot.x, y, canvas.plot.w, height});
        if (!m_events.empty()) drawEvents(canvas, r, y, height);
    }
    drawLosses(canvas);
    drawSelected(canvas);
}

void CallTrack::drawRow(const TrackCanvas& canvas, const DepthRow& row, Box place) const {
    const Viewport view = canvas.viewport();
    const std::int64_t end = model::toNs(canvas.scene.window.end);
    int drawn = 0;  // first pixel that is free
    for (std::size_t at = firstAfter(row, view.ns(0)); at < row.size();) {
        const model::Call& made = call(row[at]);
        const std::int64_t begin = m_forest->begin(made);
        if (begin >= end) break;
        const int x0 = std::clamp(view.x(begin), drawn, canvas.plot.w);
        const int x1 = std::clamp(view.x(m_forest->end(made)), x0, canvas.plot.w);
        const int width = std::max(1, x1 - x0 - (x1 - x0 >= 3 ? canvas.scene.hairline() : 0));
        drawCall(canvas, made, {place.x + x0, place.y, width, place.h});
        drawn = std::max(x1, x0 + 1);
        // What ends in the pixel that is drawn would not be seen.
        at = x1 > x0 ? at + 1 : std::max(at + 1, firstAfter(row, view.ns(drawn) - 1));
    }
}

void CallTrack::drawCall(const TrackCanvas& canvas, const model::Call& made, Box box) const {
    const Theme& t = canvas.theme();
    const auto function = m_forest->function(made);
    const bool passes = letThrough(canvas, made, box, canvas.scene.filterRows);
    if (canvas.scene.hides(passes)) return;
    const Rgb whole = functionFill(t, m_forest->trace(), function);
    const Rgb fill = passes ? whole : mix(t.bgCanvas, whole, TimelineScene::kFilteredShare);
    const bool chosen = function.value == m_marked;
    // Too thin for an outline: marked by the whole of it.
    canvas.list.fill(box, chosen && box.w < canvas.px(4) ? t.accent : fill,
                     box.w >= canvas.px(8) ? canvas.px(2) : 0);
    if (const Rgb edge = t.edgeOf(fill); passes && edge != fill && box.w >= canvas.px(3))
        canvas.list.outline(box, edge, canvas.scene.hairline());
    if (chosen && box.w >= canvas.px(4)) canvas.list.outline(box, t.accent, canvas.px(t.ringPx));
    if (made.has(model::Call::Open | model::Call::NoEntry | model::Call::Lost))
        canvas.list.outline(box, t.text2, canvas.scene.hairline(), LineStyle::Dotted);
    if (passes && box.w >= canvas.px(20)) drawLabel(canvas, made, box, fill);
    if (canvas.scene.searchRows && letThrough(canvas, made, box, canvas.scene.searchRows))
        canvas.list.fill({box.x, box.y, std::max(box.w, canvas.px(2)), canvas.px(3)}, t.text1);
}

/// The name, and where there is room how long it took.
void CallTrack::drawLabel(const TrackCanvas& canvas, const model::Call& made, Box box,
                          Rgb fill) const {
    const Rgb ink = canvas.theme().inkOn(fill);
    const model::Trace& trace = m_forest->trace();
    const auto name = trace.text(m_forest->function(made).name());
    const Box room{box.x + canvas.px(4), box.y, box.w - canvas.px(6), box.h};
    const auto length = box.w >= canvas.px(120) ? m_forest->length(made) : std::nullopt;
    if (length) {
        const auto words = callWeight(trace, *length);
        const int nameWidth = canvas.texts.width(TextRole::Small, name);
        const int wordsWidth = canvas.texts.width(TextRole::Small, words);
        if (nameWidth + canvas.px(8) + wordsWidth <= room.w)
            drawText(canvas.scene, canvas.texts, canvas.list,
                     {room.x + nameWidth + canvas.px(8), room.y, wordsWidth + 1, room.h}, words,
                     TextRole::Small, mix(fill, ink, 0.78));
    }
    drawText(canvas.scene, canvas.texts, canvas.list, room, name, TextRole::Small, ink);
}

/// The call that is the view's item, also where it is thinner than a pixel.
void CallTrack::drawSelected(const TrackCanvas& canvas) const {
    const Item& item = canvas.scene.item;
    if (item.kind != Item::Kind::Event) return;
    const auto found = callOfEvent(*m_forest, item.event);
    if (!found || found->task != m_task) return;
    const auto top = rowTop(found->call);
    const Viewport view = canvas.viewport();
    const auto& made = call(found->call);
    const int x0 = view.x(m_forest->begin(made)), x1 = view.x(m_forest->end(made));
    if (!top || x1 < 0 || x0 >= canvas.plot.w) return;
    const int left = std::max(x0, -canvas.px(4));
    const int right = std::min(std::max(x1, x0 + canvas.px(5)), canvas.plot.w + canvas.px(4));
    canvas.list.outline(
        {canvas.plot.x + left,
         canvas.plot.y + canvas.px(6) + static_cast<int>(*rowOf(found->call)) * rowPx(canvas),
         right - left, rowPx(canvas) - canvas.scene.hairline()},
        canvas.theme().text1, canvas.px(canvas.theme().ringPx));
}

/// Gaps of the CPUs that the task was seen on; where the trace has none, the ends of calls that a
/// loss cut short.
void CallTrack::findLosses() {
    const model::Trace& trace = m_forest->trace();
    const model::CallTask& task = m_forest->tasks()[m_task];
    const auto gaps = trace.gaps();
    std::set<model::CpuId> cpus{task.cpu};
    if (!gaps.empty())
        for (const model::Call& made : task.calls) {
            const auto row = model::CallForest::namingRow(made);
            cpus.insert(model::CpuId{trace.chunk(row.chunk()).cpu[row.row()]});
        }
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        if (!cpus.contains(gaps[i].cpu)) continue;
        m_losses.push_back({gaps[i].begin, gaps[i].end, gaps[i].count, i});
        m_lost += gaps[i].count;
    }
    if (m_losses.empty())
        for (const model::Call& made : task.calls)
            if (made.has(model::Call::Lost)) {
                const auto at = m_forest->end(made);
                m_losses.push_back({at, at, 0, kNoGap});
            }
    std::ranges::sort(m_losses, {},
                      [](const Loss& loss) { return std::pair(loss.begin, loss.end); });
    const auto same =
        std::unique(m_losses.begin(), m_losses.end(), [](const Loss& a, const Loss& b) {
            return a.gap == kNoGap && b.gap == kNoGap && a.begin == b.begin;
        });
    m_losses.erase(same, m_losses.end());
}

/// Where a loss is drawn, from the plot's left; empty: not in view.
std::optional<std::pair<int, int>> CallTrack::lossSpan(const TrackCanvas& canvas,
                                                       const Loss& loss) const {
    const Viewport view = canvas.viewport();
    const int x0 = view.x(loss.begin);
    const int x1 = std::max(view.x(loss.end), x0 + canvas.px(3));
    if (x1 <= 0 || x0 >= canvas.plot.w) return std::nullopt;
    return std::pair(std::max(x0, 0), std::min(x1, canvas.plot.w));
}

/// Hatched boxes with their counts over the lane (look.md, lost events).
void CallTrack::drawLosses(const TrackCanvas& canvas) const {
    const Theme& t = canvas.theme();
    const int inset = canvas.px(3);
    int free = 0;
    for (const Loss& loss : m_losses) {
        const auto span = lossSpan(canvas, loss);
        if (!span || span->first < free) continue;  // one stands for all that begin on its pixels
        free = span->second;
        const Box box{canvas.plot.x + span->first, canvas.plot.y + inset,
                      span->second - span->first, canvas.plot.h - 2 * inset};
        canvas.list.hatch(box, t.bgCanvas, t.lineStrong, canvas.px(5), canvas.px(t.hatchPx));
        canvas.list.outline(box, t.lineStrong, canvas.scene.hairline());
        const auto words =
            loss.count == 0 ? std::string("lost") : model::formatCount(loss.count) + " lost";
        const int width = canvas.texts.width(TextRole::Small, words);
        if (width + canvas.px(8) > box.w) continue;
        const Box label{box.x + (box.w - width) / 2 - canvas.px(3), box.y + canvas.px(2),
                        width + canvas.px(6), std::min(box.h - canvas.px(4), canvas.px(16))};
        canvas.list.fill(label, t.bgCanvas);
        drawText(canvas.scene, canvas.texts, canvas.list,
                 {label.x + canvas.px(3), label.y, width + 1, label.h}, words, TextRole::Small,
                 t.text2);
    }
}

std::optional<TrackHit> CallTrack::lossAt(const TrackCanvas& canvas, int x) const {
    for (const Loss& loss : m_losses) {
        const auto place = lossSpan(canvas, loss);
        if (!place || x < place->first || x >= place->second) continue;
        TrackHit found;
        found.box = {canvas.plot.x + place->first, canvas.plot.y, place->second - place->first,
                     canvas.plot.h};
        found.span = {model::timestampNs(loss.begin),
                      model::timestampNs(std::max(loss.end, loss.begin + 1))};
        found.words.title = QStringLiteral("Records were lost here");
        found.words.lines << QString::fromStdString(
            loss.count > 0 ? fmt::format("{} events were overwritten before they were read.",
                                         model::formatCount(loss.count))
                           : "How many is not known.");
        found.words.lines << QStringLiteral("Calls that were open end here; how they went on is "
                                            "not in the trace.");
        if (loss.gap != kNoGap) {
            const auto& gap = m_forest->trace().gaps()[loss.gap];
            found.item = {.kind = Item::Kind::Gap,
                          .lane = {LaneKey::Kind::Cpu, model::raw(gap.cpu)},
                          .event = {},
                          .span = found.span,
                          .value = static_cast<std::uint32_t>(loss.gap),
                          .task = model::kNoTask,
                          .cpu = gap.cpu};
        }
        return found;
    }
    return std::nullopt;
}

std::int64_t CallTrack::timeOf(const model::CallEvent& event) const {
    return m_forest->trace().chunk(event.row.chunk()).timeNs(event.row.row());
}

std::size_t CallTrack::firstEventAt(const EventRow& row, std::int64_t ns) const {
    const auto found = std::ranges::partition_point(
        row, [&](const model::CallEvent& event) { return timeOf(event) < ns; });
    return static_cast<std::size_t>(found - row.begin());
}

void CallTrack::drawEvents(const TrackCanvas& canvas, std::size_t row, int y, int height) const {
    const Viewport view = canvas.viewport();
    const EventRow& events = m_events[row];
    const int tick = std::min(canvas.px(kTickPx), height);
    const int width = canvas.scene.hairline();
    const int gap = canvas.px(kTickGapPx);
    for (auto at = firstEventAt(events, view.ns(0)); at < events.size();) {
        const int x = view.x(timeOf(events[at]));
        if (x >= canvas.plot.w) break;
        const model::Call& around = call(events[at].call);
        // A tick wider than its call would say nothing of where in it something happened.
        if (view.x(m_forest->end(around)) - view.x(m_forest->begin(around)) >= gap) {
            const Rgb fill =
                functionFill(canvas.theme(), m_forest->trace(), m_forest->function(around));
            canvas.list.fill({canvas.plot.x + x, y + height - tick, width, tick},
                             mix(fill, canvas.theme().inkOn(fill), 0.7));
        }
        at = std::max(at + 1, firstEventAt(events, view.ns(x + gap)));
    }
}

std::optional<TrackHit> CallTrack::eventAt(const TrackCanvas& canvas, std::size_t row,
                                           int x) const {
    if (m_events.empty()) return std::nullopt;
    const Viewport view = canvas.viewport();
    const EventRow& events = m_events[row];
    const int reach = canvas.px(3);
    auto first = firstEventAt(events, view.ns(x));
    auto last = firstEventAt(events, view.ns(x + 1));
    if (first == last) {  // none exactly here: the nearest within reach
        first = firstEventAt(events, view.ns(x - reach));
        last = std::min(first + 1, firstEventAt(events, view.ns(x + reach)));
    }
    if (first >= last) return std::nullopt;
    const model::Trace& trace = m_forest->trace();
    const model::CallEvent& event = events[first];
    TrackHit found;
    const auto time = model::timestampNs(timeOf(event));
    found.span = {time, time + model::Duration{1}};
    found.words.title = QString::fromStdString(std::string(nameOfRow(trace, event.row)));
    if (last - first > 1)
        found.words.title = QString::fromStdString(
            fmt::format("{} events in one pixel, the first {}", model::formatCount(last - first),
                        nameOfRow(trace, event.row)));
    else
        found.readMore = [forest = m_forest, row = event.row] {
            return QString::fromStdString(textOfRow(*forest, row)).trimmed();
        };
    const auto& around = call(event.call);
    found.words.time = QString::fromStdString(
        fmt::format("{} after the call began",
                    model::formatDuration(time - model::timestampNs(m_forest->begin(around)))));
    found.words.lines << QString::fromStdString(
        fmt::format("inside {}", trace.text(m_forest->function(around).name())));
    found.item = {.kind = Item::Kind::Event,
                  .lane = {},
                  .event = m_forest->eventOf(event.row),
                  .span = found.span,
                  .value = 0,
                  .task = m_forest->tasks()[m_task].task,
                  .cpu = model::kUnknownCpu};
    const int tickX = view.x(timeOf(event));
    found.box = {canvas.plot.x + tickX, 0, std::max(canvas.px(1.5), 1), 0};
    return found;
}

/// "2 events inside: sched_switch": those whose innermost call it is.
QString CallTrack::eventsInside(std::uint32_t index) const {
    if (m_events.empty()) return {};
    const auto of = std::ranges::find_if(
        m_rows, [&](const DepthRow& row) { return std::ranges::binary_search(row, index); });
    if (of == m_rows.end()) return {};
    const EventRow& events = m_events[static_cast<std::size_t>(of - m_rows.begin())];
    const model::Call& made = call(index);
    std::size_t count = 0;
    std::string_view name;
    constexpr std::size_t kMostCounted = 10'000;
    for (auto at = firstEventAt(events, m_forest->begin(made));
         at < events.size() && timeOf(events[at]) <= m_forest->end(made) && count < kMostCounted;
         ++at) {
        if (events[at].call != index) continue;
        if (count++ == 0) name = nameOfRow(m_forest->trace(), events[at].row);
    }
    if (count == 0) return {};
    return QString::fromStdString(count == 1 ? fmt::format("with {} inside", name)
                                             : fmt::format("{}{} events inside, the first {}",
                                                           count == kMostCounted ? "at least " : "",
                                                           model::formatCount(count), name));
}

TrackHit CallTrack::hit(std::uint32_t index) const {
    const model::Call& made = call(index);
    const model::CallTask& task = m_forest->tasks()[m_task];
    const model::Trace& trace = m_forest->trace();
    TrackHit found;
    const std::int64_t begin = m_forest->begin(made);
    const std::int64_t end = std::max(m_forest->end(made), begin + 1);
    found.span = {model::timestampNs(begin), model::timestampNs(end)};
    const model::FunctionKey function = m_forest->function(made);
    found.words.title = QString::fromStdString(
        fmt::format("{}{}", trace.text(function.name()),
                    function.space() == model::CallSpace::Kernel ? "  kernel" : ""));
    const auto length = m_forest->length(made);
    found.words.time = QString::fromStdString(length ? callWeight(trace, *length)
                                                     : std::string("length not known"));
    if (made.parent != model::kNoCall)
        found.words.lines << QString::fromStdString(
            fmt::format("called by {}", trace.text(m_forest->function(call(made.parent)).name())));
    if (const auto events = eventsInside(index); !events.isEmpty()) found.words.lines << events;
    const auto known = model::functionWords(trace.text(function.name()), function.space());
    if (!known.area.empty())
        found.words.lines << QString::fromStdString(fmt::format("{}: {}", known.area, known.what));
    if (made.has(model::Call::Open))
        found.words.lines << QStringLiteral("It had not ended when the trace did.");
    else if (made.has(model::Call::NoEntry))
        found.words.lines << QStringLiteral("Its entry is not in the trace.");
    else if (made.has(model::Call::Lost))
        found.words.lines << QStringLiteral("Records were lost while it ran.");
    else if (made.has(model::Call::NoExit))
        found.words.lines << QStringLiteral("It was left without an exit: a longjmp, an exception, "
                                            "or a lost record.");
    found.item = {.kind = Item::Kind::Event,
                  .lane = {},
                  .event = m_forest->eventOf(model::CallForest::namingRow(made)),
                  .span = found.span,
                  .value = 0,
                  .task = task.task,
                  .cpu = model::kUnknownCpu};
    found.readMore = [forest = m_forest, made] { return argumentsAndResult(*forest, made); };
    return found;
}

std::optional<TrackHit> CallTrack::fold(const DepthRow& row, const Viewport& view, int x) const {
    const std::int64_t from = view.ns(x);
    const std::int64_t to = view.ns(x + 1);
    const auto first = firstAfter(row, from);
    const auto last = static_cast<std::size_t>(
        std::ranges::partition_point(
            row, [&](std::uint32_t index) { return m_forest->begin(call(index)) < to; }) -
        row.begin());
    if (last < first + 2) return std::nullopt;
    std::size_t longest = first;
    std::int64_t most = 0;
    constexpr std::size_t kMostLookedAt = 20'000;  // of a pixel; hovering answers at once
    for (std::size_t i = first; i < std::min(last, first + kMostLookedAt); ++i) {
        const auto length = m_forest->end(call(row[i])) - m_forest->begin(call(row[i]));
        if (length <= most) continue;
        most = length;
        longest = i;
    }
    const model::Call& chosen = call(row[longest]);
    TrackHit found = hit(row[longest]);
    found.span = {model::timestampNs(m_forest->begin(call(row[first]))),
                  model::timestampNs(std::max(m_forest->end(call(row[last - 1])),
                                              m_forest->begin(call(row[first])) + 1))};
    found.words.title = QString::fromStdString(
        fmt::format("{} calls in one pixel", model::formatCount(last - first)));
    found.words.lines = {QString::fromStdString(fmt::format(
        "the longest: {}, {}", m_forest->trace().text(m_forest->function(chosen).name()),
        model::formatDuration(model::Duration{most})))};
    found.words.time =
        QString::fromStdString(model::formatDuration(model::Duration{found.span.length().count()}));
    found.readMore = {};
    return found;
}

std::optional<TrackHit> CallTrack::at(const TrackCanvas& canvas, int x, int y) const {
    if (auto loss = lossAt(canvas, x - canvas.plot.x)) return loss;
    const int row = (y - canvas.plot.y - canvas.px(6)) / std::max(1, rowPx(canvas));
    if (y < canvas.plot.y + canvas.px(6) || row >= static_cast<int>(m_rows.size()))
        return std::nullopt;
    const DepthRow& calls = m_rows[static_cast<std::size_t>(row)];
    const int top = canvas.plot.y + canvas.px(6) + row * rowPx(canvas);
    const int height = rowPx(canvas) - canvas.scene.hairline();
    // At the foot of a call are the ticks of its events.
    if (y >= top + height - canvas.px(kTickPx))
        if (auto event = eventAt(canvas, static_cast<std::size_t>(row), x - canvas.plot.x)) {
            event->box.y = top + height - canvas.px(kTickPx);
            event->box.h = canvas.px(kTickPx);
            return event;
        }
    const Viewport view = canvas.viewport();
    const int reach = canvas.px(3);
    const std::int64_t ns = view.ns(x - canvas.plot.x);
    auto at = firstAfter(calls, ns);
    if (at == calls.size() || m_forest->begin(call(calls[at])) > ns) {
        // Nothing exactly here: the nearest within reach.
        at = firstAfter(calls, view.ns(x - canvas.plot.x - reach));
        if (at == calls.size() ||
            m_forest->begin(call(calls[at])) >= view.ns(x - canvas.plot.x + reach))
            return std::nullopt;
    }
    auto folded = fold(calls, view, x - canvas.plot.x);
    TrackHit found = folded ? std::move(*folded) : hit(calls[at]);
    const int x0 = view.x(found.span.begin);
    found.box = {canvas.plot.x + std::max(x0, 0), top,
                 std::max(1, std::min(view.x(found.span.end), canvas.plot.w) - std::max(x0, 0)),
                 height};
    return found;
}

std::optional<TrackHit> CallTrack::next(model::Timestamp time) const {
    const auto& calls = m_forest->tasks()[m_task].calls;
    const auto found = std::ranges::partition_point(
        calls, [&](const model::Call& made) { return m_forest->begin(made) <= model::toNs(time); });
    if (found == calls.end()) return std::nullopt;
    return hit(static_cast<std::uint32_t>(found - calls.begin()));
}

}  // namespace kscope::views
