// SPDX-License-Identifier: GPL-3.0-or-later
/// `dump`: every event, one a line, in axis order (cli.md section 3). Pieces are written by all threads and printed in order.
#include "app/command_line/load.h"
#include "app/command_line/output.h"
#include "model/core/format.h"
#include "model/query/text_reader.h"

#include <algorithm>

namespace kscope::app {
namespace {

using model::Event;
using model::Trace;

/// Rows a piece: some MB of text, so that a round of pieces stays small whatever the trace.
constexpr std::uint64_t kRowsAPiece = 16 * 1024;

bool hasStack(const model::EventChunk& chunk, model::Row row) {
    const auto at = std::ranges::lower_bound(chunk.stacks, row, {}, &model::StackRow::row);
    return at != chunk.stacks.end() && at->row == row;
}

class RowPrinter {
public:
    RowPrinter(const Trace& trace, OutputFormat format) : m_trace(trace), m_format(format), m_reader(trace) {}

    void print(const Event& event, std::string& into) {
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
    [[nodiscard]] bool hasTask(const Event& event) const { return event.chunk->task[event.row] < event.chunk->tasks.size(); }
    [[nodiscard]] std::string tid(const Event& event) const {
        return event.task == model::kNoTask ? std::string{} : std::to_string(raw(m_trace.task(event.task).tid));
    }

    void text(const Event& event, std::string_view args, std::string& into) {
        auto out = std::back_inserter(into);
        fmt::format_to(out, "{:>16} ", model::formatSeconds(event.time));
        if (event.cpu == model::kUnknownCpu) into += "  -";
        else fmt::format_to(out, "{:03}", raw(event.cpu));
        const auto flags = model::flagsText(event.flags);
        const auto task = hasTask(event) ? fmt::format("{}-{}", m_trace.text(event.comm), tid(event)) : std::string("-");
        fmt::format_to(out, " {:<22} {:<5} {}: ", task, flags.empty() ? "-" : flags, m_trace.text(event.name));
        for (const char c : args) {  // one event, one line
            if (c == '\n') into += "\\n";
            else into += c;
        }
        into += '\n';
        for (const auto& frame : m_stack) fmt::format_to(out, "                     => {}\n", frame);
        for (const auto& frame : m_userStack) fmt::format_to(out, "                     => {} (user)\n", frame);
    }

    void csv(const Event& event, std::string_view args, std::string& into) {
        auto out = std::back_inserter(into);
        fmt::format_to(out, "{},", toNs(event.time));
        if (event.cpu != model::kUnknownCpu) fmt::format_to(out, "{}", raw(event.cpu));
        fmt::format_to(out, ",{},", tid(event));
        if (hasTask(event)) appendCsv(into, m_trace.text(event.comm));
        fmt::format_to(out, ",{},", model::flagsText(event.flags));
        appendCsv(into, m_trace.text(event.name));
        into += ',';
        appendCsv(into, args);
        into += ',';
        appendCsv(into, m_trace.sources()[raw(event.source)].path);
        fmt::format_to(out, ",{}\n", event.position);
    }

    void json(const Event& event, std::string_view args, std::string& into) {
        auto out = std::back_inserter(into);
        fmt::format_to(out, "{{\"time_ns\":{},\"cpu\":", toNs(event.time));
        if (event.cpu == model::kUnknownCpu) into += "null";
        else fmt::format_to(out, "{}", raw(event.cpu));
        const auto number = tid(event);
        fmt::format_to(out, ",\"tid\":{},\"comm\":", number.empty() ? "null" : number);
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
        fmt::format_to(out, ",\"position\":{}", event.position);
        frames("stack", m_stack, into);
        frames("user_stack", m_userStack, into);
        into += "}\n";
    }
    static void frames(std::string_view key, const std::vector<std::string>& stack, std::string& into) {
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
    std::string m_args;
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
    if (options.format == OutputFormat::Csv) write(streams, "time_ns,cpu,tid,comm,flags,event,args,source,position\n");
    const std::size_t pieces = (loaded->pool->threads() + 1) * 2;
    std::vector<std::string> texts(pieces);
    for (auto from = raw(rows.begin()); from < raw(rows.end()); from += pieces * kRowsAPiece) {
        parallelFor(*loaded->pool, pieces, [&](std::size_t piece) {
            texts[piece].clear();
            const auto begin = from + piece * kRowsAPiece;
            if (begin >= raw(rows.end())) return;
            RowPrinter printer(trace, options.format);
            rows.forEach(begin, begin + kRowsAPiece,
                         [&](std::size_t chunk, model::Row row) { printer.print(trace.event(chunk, row), texts[piece]); });
        });
        for (const auto& text : texts)
            if (!text.empty() && !write(streams, text)) return finish(streams, kFailed);
    }
    return finish(streams, strictStatus(options, *loaded));
}

}  // namespace kscope::app
