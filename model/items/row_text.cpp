// SPDX-License-Identifier: GPL-3.0-or-later
/// Event rows as text.
#include "model/items/row_text.h"

#include "model/core/format.h"
#include "model/core/quoting.h"
#include "model/words/words.h"

#include <algorithm>
#include <array>

namespace kscope::items {
namespace {

constexpr std::string_view kThin = "\u2009";  // between groups of three digits (look.md, Type)
constexpr std::string_view kMinus = "\u2212";
constexpr std::int64_t kSecondNs = 1'000'000'000;

/// `value` / `unit` with `decimals` decimals, cut (not rounded, so that neighbours never swap),
/// digits grouped.
std::string fixedText(std::int64_t value, std::int64_t unit, int decimals) {
    // The magnitude as unsigned: INT64_MIN has no positive twin.
    const bool negative = value < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    const auto whole = magnitude / static_cast<std::uint64_t>(unit);
    auto rest = magnitude % static_cast<std::uint64_t>(unit);
    std::string text = negative ? std::string(kMinus) : std::string();
    text += model::formatCount(whole);
    if (decimals <= 0) return text;
    text += '.';
    auto step = static_cast<std::uint64_t>(unit);
    for (int i = 0; i < decimals; ++i) {
        step /= 10;
        if (i > 0 && i % 3 == 0) text += kThin;
        text += static_cast<char>('0' + (step > 0 ? rest / step : 0));
        if (step > 0) rest %= step;
    }
    return text;
}

/// Nanoseconds a unit of the finest clock: decides the decimals.
std::int64_t finestTick(const model::Trace& trace) {
    std::int64_t tick = 1000;
    for (const auto& source : trace.sources())
        tick = std::min(tick, std::max<std::int64_t>(1, source.clock.tickNs));
    return tick;
}

bool countsTicks(const model::Trace& trace) {
    const auto sources = trace.sources();
    return !sources.empty() &&
           std::ranges::all_of(sources, [](const auto& source) { return source.clock.counter; });
}

void appendPlain(std::string& out, std::string_view value) {
    for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
}

void appendCpu(std::string& out, model::CpuId cpu) {
    if (cpu != model::kUnknownCpu) out += std::to_string(raw(cpu));
}

void appendTid(std::string& out, const model::Trace& trace, model::TaskId task) {
    if (task != model::kNoTask) out += std::to_string(raw(trace.task(task).tid));
}

std::string_view rawComm(const model::Trace& trace, const model::Event& event) {
    return event.comm != model::kNoString ? trace.text(event.comm) : trace.comm(event.task);
}

/// Arguments of the event, or empty where the source can't be read (the row's own columns are still
/// right).
std::string readArgs(const model::Trace& trace, const model::Event& event) {
    const auto& source = trace.sources()[raw(event.source)];
    if (!source.text) return {};
    auto text = source.text->eventText(event.position);
    return text ? std::move(text->args) : std::string();
}

void appendCsvRow(std::string& out, const model::Trace& trace, const model::Event& event) {
    out += std::to_string(toNs(event.time));
    out += ',';
    appendCpu(out, event.cpu);
    out += ',';
    appendTid(out, trace, event.task);
    out += ',';
    model::appendCsv(out, rawComm(trace, event));
    out += ',';
    model::appendCsv(out, flagsText(event.flags));
    out += ',';
    model::appendCsv(out, trace.text(event.name));
    out += ',';
    model::appendCsv(out, readArgs(trace, event));
    out += ',';
    model::appendCsv(out, trace.sources()[raw(event.source)].path);
    out += ',';
    out += std::to_string(event.position);
    out += "\r\n";
}

void appendTabRow(std::string& out, const model::Trace& trace, const model::Event& event) {
    const auto args = readArgs(trace, event);
    out += model::formatSeconds(event.time);
    out += '\t';
    appendCpu(out, event.cpu);
    out += '\t';
    appendTid(out, trace, event.task);
    out += '\t';
    appendPlain(out, rawComm(trace, event));
    out += '\t';
    appendPlain(out, trace.text(event.name));
    out += '\t';
    appendPlain(out, model::eventSentence(trace, event, args));
    out += '\t';
    appendPlain(out, args);
    out += '\n';
}

std::string_view headLine(RowTextStyle style) {
    switch (style) {
    case RowTextStyle::Tabs: return {};
    case RowTextStyle::TabsWithHead: return "time_s\tcpu\ttid\tcomm\tevent\twhat_happened\targs\n";
    case RowTextStyle::Csv: return "time_ns,cpu,tid,comm,flags,event,args,source,position\r\n";
    }
    return {};
}

/// Hands the text over in pieces and asks whether to go on.
class Writer {
public:
    Writer(std::stop_token stop, const std::function<bool(std::string_view)>& sink,
           const std::function<void(std::uint64_t)>& progress)
        : m_stop(std::move(stop)),
          m_sink(sink),
          m_progress(progress) {}
    std::string& text() { return m_text; }
    [[nodiscard]] bool rowDone() {
        ++m_rows;
        // Reading may be slow (a network file): ask often enough to stop within 50 ms.
        if (m_rows % 64 == 0 && m_stop.stop_requested()) return false;
        return m_text.size() < kPiece || flush();
    }
    [[nodiscard]] bool flush() {
        if (m_stop.stop_requested() || !m_sink(m_text)) return false;
        m_text.clear();
        if (m_progress) m_progress(m_rows);
        return true;
    }

private:
    static constexpr std::size_t kPiece = 64 * 1024;
    std::stop_token m_stop;
    const std::function<bool(std::string_view)>& m_sink;
    const std::function<void(std::uint64_t)>& m_progress;
    std::string m_text;
    std::uint64_t m_rows = 0;
};

std::uint64_t clampedEnd(const RowJob& job, const RowRun& run) {
    return std::min(raw(run.last) + 1, job.trace->events());
}

}  // namespace

TimeStyle timeStyle(const model::Trace& trace, std::int64_t zeroNs) {
    TimeStyle style{.zeroNs = zeroNs};
    if (countsTicks(trace)) {
        style.unit = TimeStyle::Unit::Ticks;
        style.decimals = 0;
        return style;
    }
    const auto range = trace.range();
    const bool near = zeroNs >= toNs(range.begin) && zeroNs <= toNs(range.end);
    const bool fine = finestTick(trace) < 1000;
    if (near && range.length().count() <= kSecondNs) {
        style.unit = TimeStyle::Unit::Milliseconds;
        style.decimals = fine ? 6 : 3;
    } else {
        style.decimals = fine ? 9 : 6;
    }
    return style;
}

TimeStyle timeOfDayStyle(const model::Trace& trace) {
    const auto wall = trace.wallZeroNs();
    if (!wall) return timeStyle(trace, 0);
    return {.unit = TimeStyle::Unit::TimeOfDay,
            .zeroNs = -*wall,
            .decimals = finestTick(trace) < 1000 ? 9 : 6};
}

std::string timeText(const TimeStyle& style, model::Timestamp time) {
    // Wraps only for times 292 years apart; a damaged file may hold them.
    const auto since = static_cast<std::int64_t>(static_cast<std::uint64_t>(toNs(time)) -
                                                 static_cast<std::uint64_t>(style.zeroNs));
    switch (style.unit) {
    case TimeStyle::Unit::Seconds: return fixedText(since, kSecondNs, style.decimals);
    case TimeStyle::Unit::Milliseconds: return fixedText(since, 1'000'000, style.decimals);
    case TimeStyle::Unit::TimeOfDay: return model::formatTimeOfDay(since, style.decimals);
    case TimeStyle::Unit::Ticks: break;
    }
    return fixedText(since, 1, 0);
}

std::string timeWithUnit(const TimeStyle& style, model::Timestamp time) {
    auto text = timeText(style, time);
    const auto unit = timeUnitText(style);
    if (!unit.empty()) text.append(1, ' ').append(unit);
    return text;
}

std::string deltaText(const TimeStyle& style, model::Duration delta) {
    const std::string sign = delta.count() < 0 ? "" : "+";
    if (style.unit == TimeStyle::Unit::Ticks) return sign + fixedText(delta.count(), 1, 0);
    const bool fine = style.decimals == (style.unit == TimeStyle::Unit::Milliseconds ? 6 : 9);
    return sign + fixedText(delta.count(), 1000, fine ? 3 : 0);
}

std::string_view timeUnitText(const TimeStyle& style) {
    constexpr std::array<std::string_view, 4> kUnits{"s", "ms", "ticks", ""};
    return kUnits[static_cast<std::size_t>(style.unit)];
}

std::string_view deltaUnitText(const TimeStyle& style) {
    return style.unit == TimeStyle::Unit::Ticks ? "ticks" : "\u00b5s";
}

std::string_view eventComm(const model::Trace& trace, const model::Event& event) {
    if (event.task != model::kNoTask && trace.task(event.task).idle()) return "idle";
    return rawComm(trace, event);
}

std::uint64_t rowCount(const RowJob& job) {
    std::uint64_t sum = 0;
    for (const auto& run : job.runs) {
        const auto end = clampedEnd(job, run);
        if (raw(run.first) >= end) continue;
        sum += job.rows ? job.rows->rank(model::EventIndex{end}) - job.rows->rank(run.first)
                        : end - raw(run.first);
    }
    return sum;
}

bool writeRows(const RowJob& job, std::stop_token stop,
               const std::function<bool(std::string_view)>& sink,
               const std::function<void(std::uint64_t)>& progress) {
    Writer writer(std::move(stop), sink, progress);
    writer.text() += headLine(job.style);
    for (const auto& run : job.runs) {
        const auto end = clampedEnd(job, run);
        for (auto at = raw(run.first); at < end; ++at) {
            if (job.rows) {
                const auto next = job.rows->next(model::EventIndex{at});
                if (!next || raw(*next) >= end) break;
                at = raw(*next);
            }
            const auto event = job.trace->event(model::EventIndex{at});
            if (job.style == RowTextStyle::Csv) appendCsvRow(writer.text(), *job.trace, event);
            else appendTabRow(writer.text(), *job.trace, event);
            if (!writer.rowDone()) return false;
        }
    }
    return writer.flush();
}

}  // namespace kscope::items
