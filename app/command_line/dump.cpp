// SPDX-License-Identifier: GPL-3.0-or-later
/// `dump`: every event, one a line, in axis order (cli.md section 3). Pieces are written by all
/// threads and printed in order.
#include "app/command_line/dump_rounds.h"
#include "app/command_line/load.h"
#include "app/command_line/output.h"
#include "model/core/format.h"
#include "model/query/text_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace kscope::app {
namespace {

using model::Event;
using model::Trace;

/// Rows a piece: some MB of text, so that a round of pieces stays small whatever the trace.
constexpr std::uint64_t kRowsAPiece = 16 * 1024;

/// Where the flags begin in a line of text, unless time and task are longer.
constexpr std::size_t kFlagsAt = 44;

void padTo(std::string& text, std::size_t size) {
    if (text.size() < size) text.append(size - text.size(), ' ');
    else if (text.back() != ' ') text += ' ';
}
/// At least `digits` of them. fmt would take most of the time of a dump.
void appendNumber(std::string& into, std::int64_t value, std::size_t digits = 1) {
    std::array<char, 24> text;
    const auto* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    const auto size = static_cast<std::size_t>(end - text.data());
    if (size < digits) into.append(digits - size, '0');
    into.append(text.data(), size);
}
/// As model::formatSeconds(), right-aligned in `width`.
void appendSeconds(std::string& into, std::int64_t ns, std::size_t width) {
    if (ns < 0) {
        into += fmt::format("{:>{}}", model::formatSeconds(model::timestampNs(ns)), width);
        return;
    }
    std::array<char, 24> text;
    const auto* const end =
        std::to_chars(text.data(), text.data() + text.size(), ns / 1'000'000'000).ptr;
    const auto size = static_cast<std::size_t>(end - text.data());
    if (size + 10 < width) into.append(width - size - 10, ' ');
    into.append(text.data(), size);
    into += '.';
    appendNumber(into, ns % 1'000'000'000, 9);
}

bool hasStack(const model::EventChunk& chunk, model::Row row) {
    const auto at = std::ranges::lower_bound(chunk.stacks, row, {}, &model::StackRow::row);
    return at != chunk.stacks.end() && at->row == row;
}

class RowPrinter {
public:
    RowPrinter(const Trace& trace, OutputFormat format, const model::Filter& filter)
        : m_trace(trace),
          m_format(format),
          m_reader(trace),
          m_rounds(trace, format, filter) {}

    void print(const Event& event, std::string& into) {
        if (m_rounds.print(event, into)) return;
        m_stack.clear();
        m_userStack.clear();
        std::string_view args;
        if (hasStack(*event.chunk, event.row)) {
            if (auto full = m_reader.full(event)) {
                m_args = std::move(full->args);
                m_stack = std::move(full->stack);
                m_userStack = std::move(full->userStack);
            } else {
                m_args.clear();
            }
            args = m_args;
        } else {
            args = m_reader.args(event);
        }
        switch (m_format) {
        case OutputFormat::Text: return text(event, args, into);
        case OutputFormat::Csv: return csv(event, args, into);
        case OutputFormat::Json: return json(event, args, into);
        }
    }

private:
    [[nodiscard]] bool hasTask(const Event& event) const {
        return event.chunk->task[event.row] < event.chunk->tasks.size();
    }
    void appendTid(const Event& event, std::string& into) const {
        if (event.task != model::kNoTask) appendNumber(into, raw(m_trace.task(event.task).tid));
    }
    /// Flags, padded; kept, because neighbours mostly share them.
    std::string_view flags(const Event& event, std::string_view none) {
        if (!m_flagsText.empty() && event.flags == m_flags) return m_flagsText;
        m_flags = event.flags;
        m_flagsText = model::flagsText(event.flags);
        if (m_flagsText.empty()) m_flagsText = none;
        padTo(m_flagsText, 6);
        return m_flagsText;
    }

    void text(const Event& event, std::string_view args, std::string& into) {
        const auto begin = into.size();
        appendSeconds(into, toNs(event.time), 16);
        into += ' ';
        if (event.cpu == model::kUnknownCpu) into += "  -";
        else appendNumber(into, raw(event.cpu), 3);
        into += ' ';
        if (hasTask(event)) {
            into += m_trace.text(event.comm);
            into += '-';
            appendTid(event, into);
        } else {
            into += '-';
        }
        padTo(into, begin + kFlagsAt);
        into += flags(event, "-");
        into += m_trace.text(event.name);
        into += ": ";
        for (std::size_t i = 0; i < args.size();) {  // one event, one line
            const auto end = std::min(args.find('\n', i), args.size());
            into += args.substr(i, end - i);
            if (end < args.size()) into += "\\n";
            i = end + 1;
        }
        into += '\n';
        for (const auto& frame : m_stack) into += "                     => " + frame + '\n';
        for (const auto& frame : m_userStack)
            into += "                     => " + frame + " (user)\n";
    }

    void csv(const Event& event, std::string_view args, std::string& into) {
        appendNumber(into, toNs(event.time));
        into += ',';
        if (event.cpu != model::kUnknownCpu) appendNumber(into, raw(event.cpu));
        into += ',';
        if (event.task != model::kNoTask) appendTid(event, into);
        into += ',';
        if (hasTask(event)) appendCsv(into, m_trace.text(event.comm));
        into += ',';
        into += model::flagsText(event.flags);
        into += ',';
        appendCsv(into, m_trace.text(event.name));
        into += ',';
        appendCsv(into, args);
        into += ',';
        appendCsv(into, m_trace.sources()[raw(event.source)].path);
        into += ',';
        appendNumber(into, static_cast<std::int64_t>(event.position));
        into += '\n';
    }

    void json(const Event& event, std::string_view args, std::string& into) {
        into += "{\"time_ns\":";
        appendNumber(into, toNs(event.time));
        into += ",\"cpu\":";
        if (event.cpu == model::kUnknownCpu) into += "null";
        else appendNumber(into, raw(event.cpu));
        into += ",\"tid\":";
        if (event.task == model::kNoTask) into += "null";
        else appendTid(event, into);
        into += ",\"comm\":";
        if (hasTask(event)) appendJson(into, m_trace.text(event.comm));
        else into += "null";
        into += ",\"flags\":";
        appendJson(into, model::flagsText(event.flags));
        into += ",\"event\":";
        appendJson(into, m_trace.text(event.name));
        into += ",\"args\":";
        appendJson(into, args);
        into += ",\"source\":";
        appendJson(into, m_trace.sources()[raw(event.source)].path);
        into += ",\"position\":";
        appendNumber(into, static_cast<std::int64_t>(event.position));
        frames("stack", m_stack, into);
        frames("user_stack", m_userStack, into);
        into += "}\n";
    }
    static void frames(std::string_view key, const std::vector<std::string>& stack,
                       std::string& into) {
        if (stack.empty()) return;
        into += fmt::format(",\"{}\":[", key);
        for (std::size_t i = 0; i < stack.size(); ++i) {
            if (i > 0) into += ',';
            appendJson(into, stack[i]);
        }
        into += ']';
    }

    const Trace& m_trace;
    OutputFormat m_format;
    model::EventTextReader m_reader;
    RoundPrinter m_rounds;
    std::string m_args;
    model::EventFlags m_flags{};
    std::string m_flagsText;
    std::vector<std::string> m_stack;
    std::vector<std::string> m_userStack;
};

}  // namespace

int runDump(const CommonOptions& options, CommandStreams streams) {
    int status = kDone;
    const auto loaded = loadTrace(options, streams, status);
    if (!loaded) return status;
    const Trace& trace = *loaded->trace;
    const ChosenRows rows(trace, loaded->selection, *loaded->pool);
    const auto filter = loaded->selection.eventFilter();
    if (options.format == OutputFormat::Csv)
        write(streams, "time_ns,cpu,tid,comm,flags,event,args,source,position\n");
    const std::size_t pieces = (loaded->pool->threads() + 1) * 2;
    std::vector<std::string> texts(pieces);
    for (auto from = raw(rows.begin()); from < raw(rows.end()); from += pieces * kRowsAPiece) {
        parallelFor(*loaded->pool, pieces, [&](std::size_t piece) {
            texts[piece].clear();
            const auto begin = from + piece * kRowsAPiece;
            if (begin >= raw(rows.end())) return;
            RowPrinter printer(trace, options.format, filter);
            rows.forEach(begin, begin + kRowsAPiece, [&](std::size_t chunk, model::Row row) {
                printer.print(trace.event(chunk, row), texts[piece]);
            });
        });
        for (const auto& text : texts)
            if (!text.empty() && !write(streams, text)) return finish(streams, kFailed);
    }
    return finish(streams, strictStatus(options, *loaded));
}

}  // namespace kscope::app
