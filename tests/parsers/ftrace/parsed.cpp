// SPDX-License-Identifier: GPL-3.0-or-later
/// Drives a parser as a loader does, and looks its rows' dictionary entries up.
#include "tests/parsers/ftrace/parsed.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>

namespace kscope::tests {
namespace {

using model::Row;

std::string cpuText(model::CpuId cpu) {
    return cpu == model::kUnknownCpu ? "?" : std::to_string(model::raw(cpu));
}

struct PieceReader {
    const model::ParsedPart::Piece& piece;
    const model::EventChunk& chunk = *piece.chunk;

    std::string task(std::uint16_t index) const {
        if (index == model::kNoRow) return "none";
        const auto& entry = piece.names.tasks[index];
        return piece.names.texts[entry.comm] + "-" + std::to_string(model::raw(entry.tid)) +
               (model::raw(entry.tgid) < 0 ? "" : "/" + std::to_string(model::raw(entry.tgid)));
    }
    std::string text(model::StringId id) const { return piece.names.texts[model::raw(id)]; }
};

/// "8,0 A WS 64+8 from 8,2 16", "8,0 C RS 64+8 is -5": extras behind, as far as there are any.
std::string blockWords(const model::EventChunk& chunk, const model::BlockRow& row) {
    const auto device = [&](std::uint16_t index) {
        return index == model::kNoRow ? std::string("-") : deviceText(chunk.devices[index]);
    };
    auto words = device(row.device) + ' ' + std::string(actionLetters(row.action)) + ' ' +
                 rwbsText(row.rwbs) + ' ' + std::to_string(row.sector()) + '+' +
                 std::to_string(row.sectors);
    if ((row.marks & model::kBlockPassthrough) != 0) words += " pc";
    for (const auto& extra : chunk.blockExtras) {
        if (extra.row != row.row) continue;
        if (extra.device != model::kNoRow) words += " from " + device(extra.device);
        if (extra.sector != 0) words += " at " + std::to_string(extra.sector);
        if (extra.value != 0) words += " is " + std::to_string(extra.value);
    }
    return words;
}

void addTyped(const PieceReader& reader, std::vector<ParsedRow>& rows, std::size_t first) {
    const auto& chunk = reader.chunk;
    const auto set = [&](Row row, const std::string& words) {
        rows[first + row].typed += (rows[first + row].typed.empty() ? "" : "; ") + words;
    };
    for (const auto& row : chunk.blocks) set(row.row, blockWords(chunk, row));
    for (const auto& row : chunk.switches) {
        set(row.row, "switch " + reader.task(row.prev) + " " +
                         std::string(model::taskStateName(row.state)) + " > " +
                         reader.task(row.next) + " prio " + std::to_string(row.nextPrio));
    }
    for (const auto& row : chunk.wakes) {
        constexpr const char* kKinds[] = {"waking ", "wakeup ", "new "};
        set(row.row, kKinds[static_cast<int>(row.kind)] + reader.task(row.wakee) + " on " +
                         cpuText(row.target) + " prio " + std::to_string(row.prio));
    }
    for (const auto& row : chunk.taskRows) {
        constexpr const char* kKinds[] = {"fork ", "newtask ", "exec ",
                                          "exit ", "free ",    "rename "};
        set(row.row, kKinds[static_cast<int>(row.kind)] + reader.task(row.task) + " > " +
                         reader.task(row.other) + (row.thread ? " thread" : "") + " '" +
                         reader.text(row.text) + "' '" + reader.text(row.oldText) + "'");
    }
    for (const auto& row : chunk.raises) set(row.row, "raise " + std::to_string(row.vector));
    for (const auto& segment : chunk.irqSegments) {
        const auto id = [&](std::uint16_t value) {
            return segment.soft ? "soft " + std::to_string(value)
                                : "irq " + std::to_string(chunk.irqs[value].number) + " " +
                                      reader.text(chunk.irqs[value].name);
        };
        for (const auto& pair : segment.pairs) {
            set(pair.entry, "entry " + id(pair.id));
            if (pair.exit != model::kNoRow) set(pair.exit, "exit " + id(pair.id));
        }
        for (const auto& pair : segment.orphans) set(pair.exit, "exit " + id(pair.id));
    }
}

void flatten(const model::ParsedPart& part, Parsed& out) {
    for (const auto& piece : part.pieces) {
        const PieceReader reader{piece};
        const auto& chunk = *piece.chunk;
        const std::size_t first = out.rows.size();
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            ParsedRow flat;
            flat.ns = chunk.timeNs(row);
            flat.cpu = chunk.cpu[row] == model::raw(model::kUnknownCpu) ? -1 : chunk.cpu[row];
            if (chunk.task[row] != model::kNoRow) {
                const auto& task = piece.names.tasks[chunk.task[row]];
                flat.tid = model::raw(task.tid);
                flat.comm = piece.names.texts[task.comm];
            }
            flat.name = reader.text(chunk.names[chunk.name[row]]);
            flat.flags = model::flagsText(model::EventFlags{chunk.flags[row]});
            flat.position = chunk.origin(row).position + chunk.position[row];
            out.rows.push_back(std::move(flat));
        }
        addTyped(reader, out.rows, first);
        for (const auto& stack : chunk.stacks) {
            out.stacks.push_back({out.rows[first + stack.row].position,
                                  chunk.origin(stack.row).position + stack.position,
                                  stack.user != 0});
        }
        for (const auto& lost : chunk.lost)
            out.lost.push_back("cpu " + cpuText(lost.cpu) + ": " + std::to_string(lost.count));
    }
    for (const auto& lost : part.lostAtEnd)
        out.lost.push_back("cpu " + cpuText(lost.cpu) + ": " + std::to_string(lost.count));
    // Lines count from the part's begin: what the builder adds.
    for (const auto& one : part.diagnostics.all()) {
        auto places = one.first;
        std::uint64_t rest = one.count;
        for (auto& place : places) {
            if (place.line != 0) place.line += out.lines;
            const std::uint64_t share = &place == &places.back() ? rest : 1;
            out.diagnostics.record(one.kind, place, share);
            rest -= std::min(rest, share);
        }
        if (places.empty()) out.diagnostics.record(one.kind, one.count, one.detail);
    }
    out.lines += part.lines;
    out.bytes += part.bytes;
}

/// A piece in a block of its own, so that a read behind its padding is seen by the sanitizers.
struct Block {
    explicit Block(std::string_view text)
        : bytes(new char[text.size() + parsers::kPiecePadding]),
          size(text.size()) {
        std::memcpy(bytes.get(), text.data(), size);
        std::memset(bytes.get() + size, '\n', parsers::kPiecePadding);
    }
    std::unique_ptr<char[]> bytes;
    std::size_t size;
    [[nodiscard]] std::string_view view() const { return {bytes.get(), size}; }
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const ParsedRow& row) {
    return out << row.ns << " [" << row.cpu << "] " << row.comm << '-' << row.tid << ' '
               << row.flags << ' ' << row.name << " @" << row.position << " {" << row.typed << '}';
}

std::vector<std::uint64_t> Parsed::linesOf(model::DiagnosticKind kind) const {
    std::vector<std::uint64_t> found;
    for (const auto& one : diagnostics.all()) {
        if (one.kind != kind) continue;
        for (const auto& place : one.first) found.push_back(place.line);
    }
    return found;
}

std::vector<std::string> Parsed::names() const {
    std::vector<std::string> found;
    for (const auto& row : rows) found.push_back(row.name);
    return found;
}

Parsed parseText(std::string_view text, Cut cut) {
    return parseText(text, parsers::detectLayout(text.substr(0, 64 * 1024)), cut);
}

Parsed parseText(std::string_view text, const parsers::FtraceLayout& layout, Cut cut) {
    Parsed out;
    parsers::FtracePartParser parser(layout);
    std::size_t begin = 0;
    do {
        std::size_t end = text.size() - begin <= cut.part ? text.size() : begin + cut.part;
        if (end < text.size()) end = std::min(text.find('\n', end), text.size() - 1) + 1;
        parser.beginPart(model::SourceId{0}, begin, begin == 0);
        std::size_t at = begin;
        std::size_t give = cut.piece;
        while (at < text.size() && !parser.done()) {
            const Block block(text.substr(at, give));
            const bool last = at + block.size == text.size();
            const std::size_t taken =
                parser.parse(block.view(), last, end == text.size() ? UINT64_MAX : end);
            if (taken == 0 && last) break;
            give = taken == 0 ? give * 2 : cut.piece;
            at += taken;
        }
        flatten(parser.finishPart(), out);
        begin = end;
    } while (begin < text.size());
    return out;
}

}  // namespace kscope::tests
