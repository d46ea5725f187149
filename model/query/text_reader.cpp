// SPDX-License-Identifier: GPL-3.0-or-later
/// A window of bytes a source; plain lines are cut here, all others by the source's own reader.
#include "model/query/text_reader.h"

#include <algorithm>
#include <array>

namespace kscope::model {
namespace {

/// Names that the program gives to lines which print none, or print another: formats.md 1.10,
/// cli.md section 2.
constexpr std::array<std::string_view, 6> kOwnNames{"",         "function", "print",
                                                    "raw_data", "unknown",  "blk"};

bool isLineBlank(char c) { return c == ' ' || c == '\t'; }
std::string_view trimLine(std::string_view text) {
    while (!text.empty() && isLineBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && (isLineBlank(text.back()) || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}
constexpr std::size_t kUsualLine = 1024;
constexpr std::size_t kHeadOfLine = 96;  ///< A context ends well before.

/// `… COMM-PID [cpu]` or `… COMM-PID (tgid) [cpu]`, a comment, or a stack: not the rest of a line
/// that was wrapped.
bool beginsAnew(std::string_view line) {
    if (line.empty() || line.front() == '#') return true;
    if (const auto text = trimLine(line);
        text.starts_with("=>") || text.starts_with("<stack") || text.starts_with("<user"))
        return true;
    const auto open = line.find('[');
    if (open == std::string_view::npos || open < 3 || !isLineBlank(line[open - 1])) return false;
    auto left = trimLine(line.substr(0, open));
    if (left.ends_with(')')) return true;
    const auto pid = left.size();
    while (!left.empty() && left.back() >= '0' && left.back() <= '9') left.remove_suffix(1);
    return left.size() < pid && left.ends_with('-');
}
/// The row's line ends at `end`, because the next row's begins there.
bool nextRowFollows(const Event& event, std::size_t length) {
    const EventChunk& chunk = *event.chunk;
    const auto next = std::size_t{event.row} + 1;
    return next < chunk.rows() && &chunk.origin(next) == &chunk.origin(event.row) &&
           chunk.position[next] - chunk.position[event.row] == length;
}

}  // namespace

bool EventTextReader::simpleName(std::string_view eventName) {
    return std::ranges::find(kOwnNames, eventName) == kOwnNames.end() &&
           !eventName.starts_with("sys_");
}

std::optional<std::string_view> EventTextReader::argsOfLine(std::string_view line,
                                                            std::string_view eventName) {
    // "… 933.074345: sched_switch: args": the name stands behind the time's digits and ": ". A comm
    // cannot hold all of that: it has at most 15 bytes and a '-' behind it.
    for (auto at = line.find(eventName); at != std::string_view::npos;
         at = line.find(eventName, at + 1)) {
        const auto end = at + eventName.size();
        if (end >= line.size() || line[end] != ':' || at == 0 || !isLineBlank(line[at - 1]))
            continue;
        auto before = at;
        while (before > 0 && isLineBlank(line[before - 1])) --before;
        if (before < 2 || line[before - 1] != ':' || line[before - 2] < '0' ||
            line[before - 2] > '9')
            continue;
        return trimLine(line.substr(end + 1));
    }
    return std::nullopt;
}

std::string_view EventTextReader::bytesAt(SourceId source, std::uint64_t position,
                                          std::size_t least) {
    Window& window = m_windows[raw(source)];
    const auto& text = m_trace.sources()[raw(source)].text;
    if (!text) return {};
    if (position < window.begin || position + least > window.begin + window.size) {
        // Rows near each other come next; a few bytes before help where times run back a little.
        if (window.bytes.empty()) window.bytes.resize(m_size);
        if (position + least > window.begin + window.size && position + least <= text->size())
            window.size = 0;
        if (window.size == 0 || position < window.begin || position >= window.begin + window.size) {
            window.begin = position;
            window.size = 0;
            while (window.size < window.bytes.size()) {
                const auto got = text->bytes(position + window.size,
                                             std::span(window.bytes).subspan(window.size));
                if (!got || *got == 0) break;
                window.size += *got;
            }
        }
    }
    if (position < window.begin || position >= window.begin + window.size) return {};
    const auto from = static_cast<std::size_t>(position - window.begin);
    return {window.bytes.data() + from, window.size - from};
}

std::string_view EventTextReader::line(const Event& event) {
    for (std::size_t least = kUsualLine; least <= m_size; least *= 16) {
        const auto bytes = bytesAt(event.source, event.position, least);
        const auto end = bytes.find('\n');
        if (end != std::string_view::npos) return bytes.substr(0, end);
        if (bytes.size() < least || bytes.size() >= m_size) return bytes;
    }
    return bytesAt(event.source, event.position, m_size);
}

Result<EventText> EventTextReader::full(const Event& event) const {
    const auto& text = m_trace.sources()[raw(event.source)].text;
    if (!text) return failure("this source keeps no text");
    return text->eventText(event.position);
}

std::string_view EventTextReader::args(const Event& event) {
    const auto name = m_trace.text(event.name);
    const auto& source = m_trace.sources()[raw(event.source)].text;
    if (simpleName(name) && source && source->saysAsItStands()) {
        const auto bytes = bytesAt(event.source, event.position, kUsualLine);
        const auto end = bytes.find('\n');
        const bool whole =
            end != std::string_view::npos &&
            (nextRowFollows(event, end + 1) || beginsAnew(bytes.substr(end + 1, kHeadOfLine)));
        if (whole)
            if (const auto found = argsOfLine(bytes.substr(0, end), name)) return *found;
    }
    auto text = full(event);
    if (!text) return {};
    m_text = std::move(text->args);
    return trimLine(m_text);
}

}  // namespace kscope::model
