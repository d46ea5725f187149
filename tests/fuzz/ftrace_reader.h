// SPDX-License-Identifier: GPL-3.0-or-later
/// What the fuzz target and the replay of its corpus do with an input.
#pragma once

#include "parsers/ftrace/part_parser.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace kscope::fuzz {

/// Reads one part of `text` in pieces of `piece` bytes.
inline model::ParsedPart readPart(parsers::FtracePartParser& parser, std::string_view text,
                                  std::size_t begin, std::uint64_t end, std::size_t piece) {
    parser.beginPart(model::SourceId{0}, begin, begin == 0);
    std::size_t at = begin;
    for (std::size_t give = piece; at < text.size() && !parser.done();) {
        const auto view = text.substr(at, give);
        const std::unique_ptr<char[]> block(new char[view.size() + parsers::kPiecePadding]);
        std::memcpy(block.get(), view.data(), view.size());
        std::memset(block.get() + view.size(), '-', parsers::kPiecePadding);
        const bool last = at + view.size() == text.size();
        const std::size_t taken = parser.parse({block.get(), view.size()}, last, end);
        if (taken > view.size() || (taken == 0 && last && !parser.done())) std::abort();
        give = taken == 0 ? give * 2 : piece;
        at += taken;
    }
    return parser.finishPart();
}

inline void checkRows(const model::ParsedPart& part, const parsers::FtraceLayout& layout,
                      std::string_view text) {
    for (const auto& parsed : part.pieces) {
        const auto& chunk = *parsed.chunk;
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            const std::uint64_t position = chunk.origin(row).position + chunk.position[row];
            if (position >= text.size() || (row > 0 && chunk.time[row] < chunk.time[row - 1]))
                std::abort();
            if (row % 16 == 0) (void)parsers::readEventText(layout, text.substr(position));
        }
    }
}

/// Reads `input` behind its first byte, which chooses the size of pieces and whether there are two
/// parts; checks what must hold whatever the bytes are.
inline void readText(std::string_view input,
                     const std::function<parsers::FtraceLayout(std::string_view)>& layoutOf) {
    if (input.empty()) return;
    const auto choice = static_cast<unsigned char>(input[0]);
    const std::size_t piece = 1 + choice * std::size_t{16};
    const std::string_view text = input.substr(1);
    const auto layout = layoutOf(text.substr(0, 64 * 1024));
    parsers::FtracePartParser parser(layout);
    const std::size_t middle = text.find('\n', text.size() / 2);
    const bool two = (choice & 1) != 0 && middle != text.npos && middle + 1 < text.size();
    auto part = readPart(parser, text, 0, two ? middle + 1 : UINT64_MAX, piece);
    checkRows(part, layout, text);
    std::uint64_t lines = part.lines;
    std::uint64_t bytes = part.bytes;
    if (two) {
        part = readPart(parser, text, middle + 1, UINT64_MAX, piece);
        checkRows(part, layout, text);
        lines += part.lines;
        bytes += part.bytes;
    }
    // Each line belongs to one part.
    if (bytes != text.size() ||
        lines != static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')))
        std::abort();
}
/// The rows of all of `text` as numbers, and how many of each oddity there are. Where chunks begin
/// and how they number their names is no matter.
inline std::vector<std::uint64_t>
numbersOf(std::string_view text, const parsers::FtraceLayout& layout, std::size_t piece) {
    parsers::FtracePartParser parser(layout);
    const auto part = readPart(parser, text, 0, UINT64_MAX, piece);
    std::vector<std::uint64_t> numbers;
    std::uint64_t switches = 0;
    std::uint64_t wakes = 0;
    std::uint64_t stacks = 0;
    constexpr std::hash<std::string_view> kHash;
    for (const auto& parsed : part.pieces) {
        const auto& chunk = *parsed.chunk;
        const auto& names = parsed.names;
        const auto textOf = [&](std::size_t index) { return kHash(names.texts.at(index)); };
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            numbers.insert(numbers.end(),
                           {static_cast<std::uint64_t>(chunk.timeNs(row)),
                            chunk.origin(row).position + chunk.position[row], chunk.cpu[row],
                            textOf(model::raw(chunk.names.at(chunk.name[row]))), chunk.flags[row]});
            const auto task = std::size_t{chunk.task[row]};
            if (task >= names.tasks.size()) continue;
            const auto& who = names.tasks[task];
            numbers.insert(numbers.end(),
                           {static_cast<std::uint64_t>(model::raw(who.tid)),
                            static_cast<std::uint64_t>(model::raw(who.tgid)), textOf(who.comm)});
        }
        switches += chunk.switches.size();
        wakes += chunk.wakes.size();
        stacks += chunk.stacks.size();
        for (const auto& segment : chunk.irqSegments) {
            for (const auto& pair : segment.pairs)
                numbers.insert(numbers.end(), {pair.entry, pair.exit, pair.id});
            for (const auto& orphan : segment.orphans)
                numbers.insert(numbers.end(), {orphan.exit, orphan.id});
        }
        for (const auto& irq : chunk.irqs)
            numbers.insert(numbers.end(), {irq.number, textOf(model::raw(irq.name))});
    }
    numbers.insert(numbers.end(), {switches, wakes, stacks});
    for (const auto& found : part.diagnostics.all())
        numbers.insert(numbers.end(), {static_cast<std::uint64_t>(found.kind), found.count});
    return numbers;
}
inline void readFtrace(std::string_view input) {
    readText(input, parsers::detectLayout);
    if (input.empty()) return;
    // The fast path decides nothing that the general one would decide differently.
    const auto layout = parsers::detectLayout(input.substr(1, 64 * 1024));
    auto general = layout;
    general.fastPath = false;
    const std::size_t piece = 1 + static_cast<unsigned char>(input[0]) * std::size_t{16};
    if (numbersOf(input.substr(1), layout, piece) != numbersOf(input.substr(1), general, piece))
        std::abort();
}
inline void readBlkparse(std::string_view input) {
    readText(input, [](std::string_view) { return parsers::blkparseLayout(); });
}

}  // namespace kscope::fuzz
