// SPDX-License-Identifier: GPL-3.0-or-later
/// A source as the trace knows it: where its rows came from, and how its text is read again.
#pragma once

#include "model/core/result.h"
#include "model/core/types.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kscope::model {

/// The clock of a source. Text seldom names it: then `name` is empty.
struct Clock {
    std::string name;  ///< "local", "mono", "counter" …; empty: the source does not say.
    std::int64_t tickNs =
        1000;  ///< Resolution of the text: 1000 for µs, 1 for ns. Of a counter clock 1.
    bool counter = false;   ///< Ticks of unknown length (counter, uptime, x86-tsc): one tick is one
                            ///< unit of the axis.
    bool relative = false;  ///< Since an unknown moment (latency format).
};

/// One event's own text.
struct EventText {
    std::string line;   ///< The whole line as in the source, without its end.
    std::string flags;  ///< As printed, "" where none.
    std::string args;  ///< What follows the event's name; several lines for a marker with newlines.
    std::vector<std::string> stack;  ///< Callee first, as printed after "=> ".
    std::vector<std::string> userStack;
    Tid tgid{-1};  ///< −1: not in the line.
};

/// Reads a source again. Thread-safe; never on the GUI thread.
class EventSource {
public:
    virtual ~EventSource() = default;
    /// The event whose line begins at `position` (Origin::position + position column). Fails where
    /// the source vanished, shrank or changed.
    [[nodiscard]] virtual Result<EventText> eventText(std::uint64_t position) const = 0;
    /// Bytes of the (decompressed) source from `offset`: how many were read, 0 at the end.
    [[nodiscard]] virtual Result<std::size_t> bytes(std::uint64_t offset,
                                                    std::span<char> into) const = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// False: what eventText() says is not what bytes() hold.
    [[nodiscard]] virtual bool saysAsItStands() const { return true; }
};

/// A process that began as the copy of another, where that is told beside the source's events.
struct ForkedProcess {
    Tid child{};
    Tid parent{};
    std::int64_t timeNs = 0;  ///< On the source's own clock.
};

struct SourceInfo {
    std::string path;  ///< As given; "-" for standard input.
    std::string kind;  ///< As cli.md section 1 names it: "ftrace-text".
    std::string why;   ///< How that was seen, in words.
    Clock clock;
    std::uint64_t bytes = 0;    ///< Of the source as stored; what was read so far for a stream.
    std::int64_t offsetNs = 0;  ///< Added to its times to lay it on the axis.
    /// Time of day (ns since 1970, UTC) at 0 of its own clock, where the source tells it.
    std::optional<std::int64_t> epochNs;
    std::uint64_t events = 0;
    std::uint64_t numbers = 0;  ///< Of files of /proc: numbers in all rounds.
    std::uint64_t lost = 0;     ///< Lost events where counted, else LOST lines.
    std::uint64_t lostLines = 0;
    std::int64_t firstNs = 0;  ///< On its own clock; 0 with no events.
    std::int64_t lastNs = 0;
    std::vector<ForkedProcess> forks;         ///< In order of time.
    bool complete = false;                    ///< Read to its end.
    bool forgotten = false;                   ///< Its oldest part has left a bounded history.
    std::shared_ptr<const EventSource> text;  ///< May be null (generated traces).
};

}  // namespace kscope::model
