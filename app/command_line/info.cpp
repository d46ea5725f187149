// SPDX-License-Identifier: GPL-3.0-or-later
/// `info`: what a source is, what is in it, what was odd about it (cli.md section 2).
#include "app/command_line/load.h"
#include "app/command_line/output.h"
#include "app/session/task_count.h"
#include "model/core/format.h"
#include "model/query/filter_plan.h"
#include "model/query/place_lines.h"
#include "model/store/call_edge.h"
#include "model/words/words.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace kscope::app {
namespace {

using model::Trace;

/// What is counted: of the whole trace, or of the rows that the options choose.
struct Contents {
    std::uint64_t events = 0;
    std::int64_t firstNs = 0;
    std::int64_t lastNs = 0;
    std::vector<model::CpuId> cpus;
    std::uint64_t tasks = 0;
    std::vector<std::pair<std::string, std::uint64_t>> names;  ///< Most frequent first.
    model::TableCounts tables;
    std::vector<std::string> panes;
};

void keepNames(const Trace& trace, std::span<const std::uint64_t> counts, Contents& into) {
    for (std::size_t id = 0; id < counts.size(); ++id)
        if (counts[id] > 0)
            into.names.emplace_back(trace.text(model::StringId{static_cast<std::uint32_t>(id)}),
                                    counts[id]);
    std::ranges::sort(into.names, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    if (into.events > 0) into.panes.emplace_back("timeline");
    if (into.tables.switches > 0) into.panes.emplace_back("cpu_sched");
    if (into.tables.blockActions > 0) into.panes.emplace_back("block_pipeline");
    if (into.tables.calls > 0) {
        into.panes.emplace_back("flame_graph");
        into.panes.emplace_back("call_timeline");
    }
    const auto hasFile = [&](std::initializer_list<model::CounterFile> files) {
        return std::ranges::any_of(trace.counters(), [&](const auto& table) {
            return std::ranges::find(files, table->file()) != files.end();
        });
    };
    using enum model::CounterFile;
    if (hasFile({Interrupts, Softirqs})) into.panes.emplace_back("interrupt_heatmap");
    if (hasFile({Zoneinfo, Buddyinfo, Vmstat, Meminfo, Pressure, Slabinfo, Pagetypeinfo}))
        into.panes.emplace_back("memory_zones");
}

/// By source: rows that are no events, what blktrace only notes (cli.md section 2).
std::vector<std::uint64_t> notesBySource(const Trace& trace) {
    std::vector<std::uint64_t> notes(trace.sources().size());
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        for (const auto& block : chunk.blocks)
            if (block.action == model::BlockAction::Message)
                ++notes[raw(chunk.origin(block.row).source)];
    }
    return notes;
}

/// An event is a number in what was read of /proc, a row in everything else (cli.md section 2).
std::uint64_t eventsOf(const model::SourceInfo& source, std::uint64_t notes) {
    if (source.kind.starts_with("proc-")) return source.numbers;
    return source.events - std::min(source.events, notes);
}

Contents wholeTrace(const Trace& trace) {
    Contents all;
    const auto notes = notesBySource(trace);
    for (std::size_t i = 0; i < notes.size(); ++i)
        all.events += eventsOf(trace.sources()[i], notes[i]);
    if (all.events > 0) {
        all.firstNs = toNs(trace.range().begin);
        all.lastNs = toNs(trace.event(model::EventIndex{trace.events() - 1}).time);
    }
    all.cpus.assign(trace.cpus().begin(), trace.cpus().end());
    all.tasks = static_cast<std::uint64_t>(taskCount(trace));
    all.tables = trace.tables();
    keepNames(trace, trace.nameCounts(), all);
    return all;
}

template <class T> bool hasRow(std::span<const T> rows, model::Row row) {
    const auto at = std::ranges::lower_bound(rows, row, {}, &T::row);
    return at != rows.end() && at->row == row;
}

/// How many numbers of a row of /proc are chosen; nothing for other rows.
class RoundNumbers {
public:
    RoundNumbers(const Trace& trace, model::Filter filter)
        : m_trace(trace),
          m_filter(std::move(filter)),
          m_matcher(trace) {
        m_tables.resize(trace.sources().size());
        for (const auto& table : trace.counters()) m_tables[raw(table->source())].push_back(table);
    }
    std::optional<std::uint64_t> operator()(std::size_t index, model::Row row) {
        const model::EventChunk& chunk = m_trace.chunk(index);
        const auto& origin = chunk.origin(row);
        if (!m_trace.sources()[raw(origin.source)].kind.starts_with("proc-")) return std::nullopt;
        if (!m_filter.all() &&
            m_matcher.numbers(*m_filter.root(), m_trace.event(index, row), m_chosen))
            return static_cast<std::uint64_t>(std::ranges::count(m_chosen, true));
        const auto position = origin.position + chunk.position[row];
        for (const auto& table : m_tables[raw(origin.source)]) {
            if (table->event() != chunk.names[chunk.name[row]]) continue;
            const auto round = table->roundAt(position);
            if (round) return table->chunk(table->chunkOf(*round))->width;
        }
        return 0;
    }

private:
    const Trace& m_trace;
    model::Filter m_filter;
    model::RowMatcher m_matcher;
    std::vector<bool> m_chosen;  // by series
    std::vector<std::vector<model::CounterTablePtr>> m_tables;
};

void countBlock(const model::EventChunk& chunk, model::Row row, model::TableCounts& tables) {
    const auto at = std::ranges::lower_bound(chunk.blocks, row, {}, &model::BlockRow::row);
    if (at == chunk.blocks.end() || at->row != row) return;
    const bool message = at->action == model::BlockAction::Message;
    ++(message ? tables.blockMessages : tables.blockActions);
}

Contents chosenPart(const Trace& trace, const ChosenRows& rows, const model::Filter& filter) {
    Contents part;
    std::vector<std::uint64_t> names(trace.strings());
    std::vector<bool> tasks(trace.tasks().size());
    std::vector<bool> cpus(0x10000);
    bool any = false;
    RoundNumbers numbersOf(trace, filter);
    rows.forEach(0, trace.events(), [&](std::size_t index, model::Row row) {
        const model::EventChunk& chunk = trace.chunk(index);
        const auto ns = chunk.timeNs(row);
        if (std::exchange(any, true) == false) part.firstNs = ns;
        part.lastNs = ns;
        const auto numbers = numbersOf(index, row);
        part.tables.counterSamples += numbers.value_or(0);
        part.events += numbers.value_or(1);
        ++names[raw(chunk.names[chunk.name[row]])];
        cpus[chunk.cpu[row]] = true;
        if (chunk.task[row] < chunk.tasks.size())
            if (const auto task = chunk.tasks[chunk.task[row]].task; task != model::kNoTask)
                tasks[raw(task)] = true;
        part.tables.switches += hasRow(chunk.switches, row);
        part.tables.wakeups += hasRow(chunk.wakes, row);
        part.tables.raises += hasRow(chunk.raises, row);
        part.tables.taskRows += hasRow(chunk.taskRows, row);
        part.tables.stacks += hasRow(chunk.stacks, row);
        countBlock(chunk, row, part.tables);
        part.tables.calls += model::isCallEdge(chunk.flags[row]) &&
                             model::callEdge(chunk.flags[row]) == model::CallEdge::Entry;
    });
    part.events -= part.tables.blockMessages;
    part.tables.irqPairs = names[raw(nameId(model::KnownEvent::IrqHandlerEntry))];
    part.tables.softirqPairs = names[raw(nameId(model::KnownEvent::SoftirqEntry))];
    for (std::size_t i = 0; i < tasks.size(); ++i)
        part.tasks += tasks[i] && !trace.tasks()[i].idle();
    for (const auto cpu : trace.cpus())
        if (cpus[raw(cpu)]) part.cpus.push_back(cpu);
    keepNames(trace, names, part);
    return part;
}

std::vector<std::pair<std::string_view, std::uint64_t>>
tableCounts(const model::TableCounts& tables) {
    // Keys are the same whatever a trace holds (cli.md section 2); what no source of this version
    // fills is 0.
    return {{"switches", tables.switches}, {"wakeups", tables.wakeups},
            {"irqs", tables.irqPairs},     {"softirqs", tables.softirqPairs},
            {"raises", tables.raises},     {"task_events", tables.taskRows},
            {"stacks", tables.stacks},     {"block_actions", tables.blockActions},
            {"calls", tables.calls},       {"counter_samples", tables.counterSamples}};
}

std::uint64_t lostEvents(const Trace& trace) {
    std::uint64_t lost = 0;
    for (const auto& source : trace.sources()) lost += source.lost;
    return lost;
}

template <class List, class Each>
void appendList(std::string& json, const List& list, Each&& each) {
    json += '[';
    for (bool first = true; const auto& item : list) {
        json += first ? "" : ",";
        first = false;
        each(item);
    }
    json += ']';
}
void appendTime(std::string& json, std::string_view key, std::int64_t ns, bool known) {
    json += fmt::format("\"{}\":{}", key, known ? std::to_string(ns) : "null");
}

void appendSource(std::string& json, const model::SourceInfo& source, std::uint64_t events) {
    json += "{\"path\":";
    appendJson(json, source.path);
    json += ",\"kind\":";
    appendJson(json, source.kind);
    json += ",\"why\":";
    appendJson(json, source.why);
    json += ",\"clock\":";
    if (source.clock.name.empty()) json += "null";
    else appendJson(json, source.clock.name);
    json +=
        fmt::format(",\"bytes\":{},\"events\":{},\"lost\":{},", source.bytes, events, source.lost);
    appendTime(json, "first_ns", source.firstNs, source.events > 0);
    json += ',';
    appendTime(json, "last_ns", source.lastNs, source.events > 0);
    json +=
        fmt::format(",\"offset_ns\":{},\"relative\":{}}}", source.offsetNs, source.clock.relative);
}

void appendDiagnostic(std::string& json, const Trace& trace, const model::Diagnostic& diagnostic) {
    json += "{\"kind\":";
    appendJson(json, model::diagnosticName(diagnostic.kind));
    json += ",\"severity\":";
    appendJson(json, model::severityName(model::severity(diagnostic.kind)));
    json += fmt::format(",\"count\":{},\"text\":", diagnostic.count);
    appendJson(json, model::diagnosticWords(diagnostic).title);
    json += ",\"first\":";
    appendList(json, diagnostic.first, [&](const model::DiagnosticPlace& place) {
        json += "{\"source\":";
        appendJson(json, raw(place.source) < trace.sources().size()
                             ? trace.sources()[raw(place.source)].path
                             : "");
        json += place.line != 0 ? fmt::format(",\"line\":{}}}", place.line)
                                : fmt::format(",\"offset\":{}}}", place.offset);
    });
    json += '}';
}

std::string infoJson(const Trace& trace, const Contents& contents) {
    std::string json = "{\"sources\":";
    const auto notes = notesBySource(trace);
    appendList(json, trace.sources(), [&, i = std::size_t{0}](const auto& source) mutable {
        appendSource(json, source, eventsOf(source, notes[i++]));
    });
    json += fmt::format(",\"events\":{},\"lost\":{},", contents.events, lostEvents(trace));
    appendTime(json, "first_ns", contents.firstNs, contents.events > 0);
    json += ',';
    appendTime(json, "last_ns", contents.lastNs, contents.events > 0);
    json += ",\"cpus\":";
    appendList(json, contents.cpus, [&](model::CpuId cpu) { json += std::to_string(raw(cpu)); });
    json += fmt::format(",\"tasks\":{},\"devices\":", contents.tasks);
    appendList(json, trace.devices(), [&](model::DeviceId device) {
        json += fmt::format("\"{}\"", model::deviceText(device));
    });
    json += ",\"names\":{";
    for (bool first = true; const auto& [name, count] : contents.names) {
        json += first ? "" : ",";
        first = false;
        appendJson(json, name);
        json += fmt::format(":{}", count);
    }
    json += "},\"tables\":{";
    for (bool first = true; const auto& [name, count] : tableCounts(contents.tables)) {
        json += fmt::format("{}\"{}\":{}", first ? "" : ",", name, count);
        first = false;
    }
    json += "},\"panes\":";
    appendList(json, contents.panes, [&](const auto& pane) { appendJson(json, pane); });
    json += ",\"diagnostics\":";
    appendList(json, model::diagnosticsWithLines(trace),
               [&](const auto& diagnostic) { appendDiagnostic(json, trace, diagnostic); });
    return json + "}\n";
}

std::string rangeWords(std::int64_t first, std::int64_t last, bool ticks) {
    if (ticks) return fmt::format("{} .. {} ticks", first, last);
    return fmt::format("{} .. {} s ({})", model::formatSeconds(model::timestampNs(first)),
                       model::formatSeconds(model::timestampNs(last)),
                       model::formatDuration(model::Duration{last - first}));
}

std::string clockWords(const model::Clock& clock) {
    std::string words = clock.name.empty() ? "not named in the source" : clock.name;
    if (clock.relative) words += ", relative: since an unknown moment";
    if (clock.counter) words += ", a counter";
    return words;
}

void sourceText(std::string& text, const model::SourceInfo& source, std::uint64_t events) {
    text += fmt::format("{}\n  kind    {} ({})\n  clock   {}\n  size    {}\n  events  {}",
                        source.path, source.kind, source.why, clockWords(source.clock),
                        model::formatBytes(source.bytes), events);
    if (source.lost > 0) text += fmt::format(", {} lost", source.lost);
    text += '\n';
    if (source.events > 0)
        text += fmt::format("  range   {}\n",
                            rangeWords(source.firstNs, source.lastNs, source.clock.counter));
    if (source.offsetNs != 0)
        text += fmt::format("  shift   {}{}\n", source.offsetNs > 0 ? "+" : "",
                            model::formatDuration(model::Duration{source.offsetNs}));
}

std::string cpuWords(const std::vector<model::CpuId>& cpus) {
    std::string words;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        auto last = i;
        while (last + 1 < cpus.size() && raw(cpus[last + 1]) == raw(cpus[last]) + 1) ++last;
        words += fmt::format("{}{}", words.empty() ? "" : ",", raw(cpus[i]));
        if (last > i) words += fmt::format("{}{}", last == i + 1 ? "," : "-", raw(cpus[last]));
        i = last;
    }
    return words.empty() ? "none named" : words;
}

void diagnosticText(std::string& text, const Trace& trace, const model::Diagnostic& diagnostic) {
    const auto words = model::diagnosticWords(diagnostic);
    text += fmt::format("  {:<5} {} ({} x)", model::severityName(model::severity(diagnostic.kind)),
                        words.title, diagnostic.count);
    for (std::size_t i = 0; i < diagnostic.first.size(); ++i) {
        const auto& place = diagnostic.first[i];
        text += i == 0 ? (place.line != 0 ? ": line " : ": byte ") : ", ";
        text += std::to_string(place.line != 0 ? place.line : place.offset);
        if (trace.sources().size() > 1 && raw(place.source) < trace.sources().size())
            text += " of " + trace.sources()[raw(place.source)].path;
    }
    text +=
        diagnostic.first.size() < diagnostic.count && !diagnostic.first.empty() ? ", ...\n" : "\n";
}

std::string infoText(const Trace& trace, const Contents& contents) {
    std::string text;
    const auto notes = notesBySource(trace);
    for (std::size_t i = 0; i < notes.size(); ++i)
        sourceText(text, trace.sources()[i], eventsOf(trace.sources()[i], notes[i]));
    text += fmt::format("\nevents {}   tasks {}   CPUs {}\n", contents.events, contents.tasks,
                        cpuWords(contents.cpus));
    if (contents.events > 0)
        text += fmt::format("range  {}\n", rangeWords(contents.firstNs, contents.lastNs,
                                                      trace.sources()[0].clock.counter));
    std::size_t width = 0;
    for (const auto& [name, count] : contents.names) width = std::max(width, shownWidth(name));
    for (const auto& [name, count] : contents.names)
        text +=
            fmt::format("  {}{} {:>12}\n", name, std::string(width - shownWidth(name), ' '), count);
    if (!trace.devices().empty()) {
        text += "\ndevices";
        for (const auto device : trace.devices()) text += ' ' + model::deviceText(device);
        text += '\n';
    }
    if (!contents.panes.empty()) {
        text += "\npanes";
        for (const auto& pane : contents.panes) text += ' ' + pane;
        text += '\n';
    }
    const auto odd = model::diagnosticsWithLines(trace);
    if (!odd.empty()) text += "\nnotes\n";
    for (const auto& diagnostic : odd) diagnosticText(text, trace, diagnostic);
    return text;
}

std::string infoCsv(const Trace& trace, const Contents& contents) {
    std::string csv = "what,name,value\n";
    const auto row = [&](std::string_view what, std::string_view name, std::uint64_t value) {
        appendCsv(csv, what);
        csv += ',';
        appendCsv(csv, name);
        csv += fmt::format(",{}\n", value);
    };
    const auto notes = notesBySource(trace);
    for (std::size_t i = 0; i < notes.size(); ++i)
        row("source", trace.sources()[i].path, eventsOf(trace.sources()[i], notes[i]));
    row("events", "", contents.events);
    row("lost", "", lostEvents(trace));
    row("tasks", "", contents.tasks);
    row("cpus", "", contents.cpus.size());
    for (const auto& [name, count] : contents.names) row("name", name, count);
    for (const auto& [name, count] : tableCounts(contents.tables)) row("table", name, count);
    for (const auto& diagnostic : trace.diagnostics().all())
        row("diagnostic", model::diagnosticName(diagnostic.kind), diagnostic.count);
    return csv;
}

}  // namespace

int runInfo(const CommonOptions& options, CommandStreams streams) {
    int status = kDone;
    const auto loaded = loadTrace(options, streams, status);
    if (!loaded) return status;
    const Trace& trace = *loaded->trace;
    const ChosenRows rows(trace, loaded->selection, *loaded->pool);
    const Contents contents = rows.everything()
                                  ? wholeTrace(trace)
                                  : chosenPart(trace, rows, loaded->selection.eventFilter());
    write(streams, options.format == OutputFormat::Json  ? infoJson(trace, contents)
                   : options.format == OutputFormat::Csv ? infoCsv(trace, contents)
                                                         : infoText(trace, contents));
    return finish(streams, strictStatus(options, *loaded));
}

}  // namespace kscope::app
