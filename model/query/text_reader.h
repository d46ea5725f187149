// SPDX-License-Identifier: GPL-3.0-or-later
/// Argument text of many events, read from their sources in large pieces.
#pragma once

#include "model/store/trace.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

/// Not thread-safe: one a thread. Cheap where events are asked for in the order of their source.
class EventTextReader {
public:
    static constexpr std::size_t kWindow = 256 * 1024;
    /// `window`: bytes read at a time; small for a single event.
    explicit EventTextReader(const Trace& trace, std::size_t window = kWindow)
        : m_trace(trace),
          m_size(window),
          m_windows(trace.sources().size()) {}

    /// What follows the event's name, without blanks around it; empty where the source cannot be
    /// read (anymore). Valid until the next call.
    [[nodiscard]] std::string_view args(const Event& event);
    /// The line's first bytes from the event's position on up to the line's end, at most a window;
    /// empty on failure.
    [[nodiscard]] std::string_view line(const Event& event);
    /// Everything that the source says of the event. Slower: the source's own reader is asked.
    [[nodiscard]] Result<EventText> full(const Event& event) const;
    /// Where `args` cannot be cut out of the line by looking at it alone, the source's reader is
    /// asked.
    [[nodiscard]] static bool simpleName(std::string_view eventName);
    /// The arguments in a context line whose event is `eventName`; nullopt where the line is not
    /// that plain.
    [[nodiscard]] static std::optional<std::string_view> argsOfLine(std::string_view line,
                                                                    std::string_view eventName);

private:
    struct Window {
        std::vector<char> bytes;
        std::uint64_t begin = 0;
        std::size_t size = 0;
    };
    /// Bytes from `position` on, at least `least` where the source has them.
    std::string_view bytesAt(SourceId source, std::uint64_t position, std::size_t least);
    const Trace& m_trace;
    std::size_t m_size;
    std::vector<Window> m_windows;
    std::string m_text;
};

}  // namespace kscope::model
