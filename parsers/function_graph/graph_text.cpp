// SPDX-License-Identifier: GPL-3.0-or-later
/// A row's own text: the call or comment without its columns, and the stack below it.
#include "parsers/ftrace/event_name.h"
#include "parsers/ftrace/line_head.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/function_graph/graph_import.h"
#include "parsers/text/scan.h"
#include "parsers/uftrace/replay_line.h"

#include <algorithm>

namespace kscope::parsers {
namespace {

constexpr std::size_t kUsualGraphBytes = 4 << 10;
constexpr std::size_t kManyGraphBytes = 128 << 10;

std::string_view cutLine(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return trimRight(line);
}

/// "<stack trace>" and its frames behind a comment.
void readGraphStack(std::string_view rest, model::EventText& out) {
    auto* into = &out.stack;
    while (!rest.empty()) {
        const auto line = cutLine(rest);
        if (isStackFrame(line)) {
            into->emplace_back(stackFrame(line));
            continue;
        }
        const auto head = readLineHead(line, LineNumbers::No);
        if (!head.found()) return;
        const auto kind = readEventName(line.substr(head.text)).kind;
        if (kind == EventName::Kind::KernelStack && out.stack.empty()) into = &out.stack;
        else if (kind == EventName::Kind::UserStack) into = &out.userStack;
        else return;
    }
}

std::string durationColumn(std::string_view line, const GraphLine& read,
                           const GraphLayout& layout) {
    if (read.duration < 0 || read.text.data() < line.data() ||
        read.text.data() > line.data() + line.size())
        return {};
    const auto before = line.substr(0, static_cast<std::size_t>(read.text.data() - line.data()));
    const auto bar = before.rfind('|');
    if (bar == before.npos) return {};
    auto text = before.substr(0, bar);
    if (layout.writer == GraphWriter::Replay) {
        constexpr std::size_t kWidth = 11;
        text = text.substr(std::min(layout.durationAt, text.size()), kWidth);
    } else {
        text = text.substr(text.find_last_of("|)") + 1);
    }
    return std::string(trim(text)).append("  ");
}

class GraphSource final : public model::EventSource {
public:
    GraphSource(GraphLayoutsPtr layouts, const FtraceLayout& events,
                std::shared_ptr<const ByteReader> reader)
        : m_layouts(std::move(layouts)),
          m_events(events),
          m_reader(std::move(reader)) {}

    model::Result<model::EventText> eventText(std::uint64_t position) const override {
        for (const auto wanted : {kUsualGraphBytes, kManyGraphBytes}) {
            std::string text(wanted + kPiecePadding, '\0');
            const auto count = m_reader->read(position, std::span(text).first(wanted));
            if (!count) return tl::unexpected(count.error());
            if (*count == 0)
                return model::failure(
                    "the source ends before this event; it was changed since it was opened");
            const std::string_view bytes(text.data(), *count);
            const bool whole = bytes.find('\n') < bytes.size() / 2 || *count < wanted;
            if (whole || wanted == kManyGraphBytes)
                return readGraphText(m_layouts->at(position), m_events, bytes);
        }
        return model::failure("no text");  // Not reached: the last size always returns.
    }
    model::Result<std::size_t> bytes(std::uint64_t offset, std::span<char> into) const override {
        return m_reader->read(offset, into);
    }
    std::uint64_t size() const override { return m_reader->size(); }

private:
    GraphLayoutsPtr m_layouts;
    FtraceLayout m_events;
    std::shared_ptr<const ByteReader> m_reader;
};

}  // namespace

model::EventText readGraphText(const GraphLayout& layout, const FtraceLayout& events,
                               std::string_view text) {
    auto rest = text;
    auto line = cutLine(rest);
    const bool replay = layout.writer == GraphWriter::Replay;
    std::string plain;
    if (replay && line.find('\x1b') != line.npos) {
        plain = line;
        eraseColours(plain);
        line = trimRight(plain);
    }
    const auto read = replay ? readReplayLine(line, layout) : readGraphLine(line, layout);
    using Kind = GraphLineKind;
    if (replay && read.kind == Kind::Lost) {
        model::EventText lost;
        lost.line = line;
        lost.args = trim(read.text);
        return lost;
    }
    if (read.kind != Kind::Entry && read.kind != Kind::Leaf && read.kind != Kind::Exit &&
        read.kind != Kind::Event)
        return readEventText(events, text);
    model::EventText out;
    out.line = line;
    out.flags = read.flags;
    if (read.kind != Kind::Event) {
        out.args = durationColumn(line, read, layout).append(read.text);
        return out;
    }
    if (replay) {
        // A wait has a length.
        out.args = trim(durationColumn(line, read, layout)
                            .append(trim(read.name.substr(replayEventName(read.name).size()))));
        return out;
    }
    const auto name = readEventName(read.name);
    const auto args = name.kind == EventName::Kind::Named
                          ? read.name.substr(std::min(name.args, read.name.size()))
                          : read.name;
    out.args = trim(args);
    readGraphStack(rest, out);
    return out;
}

std::shared_ptr<const model::EventSource> makeGraphSource(GraphLayoutsPtr layouts,
                                                          const FtraceLayout& events,
                                                          std::shared_ptr<const ByteReader> bytes) {
    return std::make_shared<GraphSource>(std::move(layouts), events, std::move(bytes));
}

model::Clock graphClock(const GraphLayout& layout) {
    model::Clock clock;
    clock.tickNs = 1;
    clock.relative = !layout.time;
    return clock;
}

}  // namespace kscope::parsers
