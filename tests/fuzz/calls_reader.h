// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads any bytes as a source of calls, and checks what must hold whatever they are.
#pragma once

#include "model/derive/call_functions.h"
#include "parsers/ftrace/part_parser.h"
#include "parsers/function_graph/graph_assembler.h"
#include "parsers/function_graph/graph_import.h"
#include "parsers/row_reader.h"
#include "parsers/uftrace/chrome_trace.h"
#include "parsers/uftrace/folded.h"
#include "parsers/uftrace/replay_line.h"
#include "parsers/uftrace/uftrace_data.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace kscope::fuzz {

inline model::SourceInfo sourceOf(const char* kind) {
    model::SourceInfo info;
    info.path = "fuzz";
    info.kind = kind;
    return info;
}

/// Parents stand before their calls and begin no later; every row is in one call at most twice.
inline void checkCalls(const model::TracePtr& trace) {
    model::ThreadPool pool(1);
    const auto forest = model::deriveCalls(trace, pool);
    for (const auto& task : forest->tasks())
        for (std::size_t i = 0; i < task.calls.size(); ++i) {
            const auto& call = task.calls[i];
            if (!call.exit.known() || (call.parent != model::kNoCall && call.parent >= i))
                std::abort();
            if (forest->end(call) < forest->begin(call) && !call.has(model::Call::NoEntry))
                std::abort();
        }
    const auto report = model::functionReport(*forest, {}, pool);
    std::uint64_t calls = 0;
    std::uint64_t without = 0;
    for (const auto& row : report.rows) {
        calls += row.calls;
        without += row.entriesWithoutExit;
    }
    if (calls > forest->entries() + forest->exits() || without > forest->entries()) std::abort();
    (void)model::callTree(*forest, {}, pool);
}

inline void readGraph(std::string_view text, parsers::GraphWriter writer, std::size_t piece) {
    const auto head = text.substr(0, 64 * 1024);
    const auto layout = writer == parsers::GraphWriter::Replay ? parsers::detectReplayLayout(head)
                                                               : parsers::detectGraphLayout(head);
    const auto events = parsers::detectLayout(head);
    parsers::GraphAssembler assembler(layout, events);
    model::TraceBuilder builder;
    const auto source = builder.addSource(sourceOf("function_graph"));
    assembler.begin(source);
    std::uint64_t sequence = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto end = text.find('\n', std::min(text.size(), at + piece));
        end = end == text.npos ? text.size() : end + 1;
        parsers::GraphPart part;
        part.read(std::string(text.substr(at, end - at)), at, layout);
        assembler.take(part);
        builder.deliver(source, sequence++, assembler.finish());
        at = end;
    }
    const auto trace = builder.finish();
    for (std::uint64_t i = 0; i < trace->events(); i += 7) {
        const auto position = trace->event(model::EventIndex{i}).position;
        if (position >= text.size()) std::abort();
        (void)parsers::readGraphText(layout, events, text.substr(position));
    }
    checkCalls(trace);
}

inline void readRows(std::string_view text, parsers::RowReader& reader,
                     parsers::RowTextReader textReader, std::size_t piece) {
    model::TraceBuilder builder;
    const auto source = builder.addSource(sourceOf("uftrace-chrome"));
    reader.begin(source);
    std::uint64_t sequence = 0;
    std::size_t at = 0;
    for (std::size_t give = piece; at < text.size();) {
        const auto view = text.substr(at, give);
        const bool last = at + view.size() == text.size();
        const auto used = reader.read(view, at, last);
        if (used > view.size() || (used == 0 && last)) std::abort();
        give = used == 0 ? give * 2 : piece;
        at += used;
        if (reader.full()) builder.deliver(source, sequence++, reader.finish());
    }
    builder.deliver(source, sequence++, reader.finish());
    const auto trace = builder.finish();
    for (std::uint64_t i = 0; i < trace->events(); i += 7)
        (void)textReader(text.substr(trace->event(model::EventIndex{i}).position));
    checkCalls(trace);
}

/// The first byte chooses how the rest is cut.
inline std::size_t pieceOf(std::string_view input) {
    return 1 + static_cast<unsigned char>(input[0]) * std::size_t{16};
}
inline void readGraphInput(std::string_view input) {
    if (!input.empty()) readGraph(input.substr(1), parsers::GraphWriter::Tracer, pieceOf(input));
}
inline void readReplayInput(std::string_view input) {
    if (!input.empty()) readGraph(input.substr(1), parsers::GraphWriter::Replay, pieceOf(input));
}
inline void readChromeInput(std::string_view input) {
    if (input.empty()) return;
    const auto chrome = parsers::chromeReader();
    readRows(input.substr(1), *chrome, parsers::readChromeText, pieceOf(input));
    const auto folded = parsers::foldedReader();
    readRows(input.substr(1), *folded, parsers::readFoldedText, pieceOf(input));
}

/// A directory: for each file the number of its name, two bytes of length, and its content.
inline void readUftraceInput(std::string_view input) {
    constexpr std::array kNames{"info",          "task.txt",        "1.dat",     "2.dat",
                                "kernel_header", "kernel-cpu0.dat", "kallsyms",  "perf-cpu1.dat",
                                "events.txt",    "extern.dat",      "a.sym",     "a.dbg",
                                "sid-1.map",     "default.opts",    "../out.dat"};
    auto name = (std::filesystem::temp_directory_path() / "kscope-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return;
    const std::filesystem::path folder(name);
    while (input.size() >= 3) {
        const auto which = static_cast<unsigned char>(input[0]) % kNames.size();
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(input[1])) << 8 |
                            static_cast<unsigned char>(input[2]);
        input.remove_prefix(3);
        if (which != kNames.size() - 1) {
            std::ofstream file(folder / kNames[which], std::ios::binary);
            file << input.substr(0, length);
        }
        input.remove_prefix(std::min(length, input.size()));
    }
    model::TraceBuilder builder;
    if (const auto source = parsers::importUftrace(folder.string(), builder, nullptr, {})) {
        const auto trace = builder.finish();
        for (std::uint64_t i = 0; i < trace->events(); i += 7)
            (void)trace->sources()[0].text->eventText(trace->event(model::EventIndex{i}).position);
        checkCalls(trace);
    }
    std::filesystem::remove_all(folder);
}

}  // namespace kscope::fuzz
