// SPDX-License-Identifier: GPL-3.0-or-later
/// The context part of a line: who, where, when. The general reader, for every layout that has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kscope::parsers {

/// A time as a line prints it.
struct LineTime {
    enum class Kind : std::uint8_t {
        None,
        Seconds,  ///< sec.fraction, in ns
        Counter,  ///< A number without a dot, as it stands.
        Micros,   ///< Latency format: whole µs, in ns.
    };
    Kind kind = Kind::None;
    bool fine = false;  ///< Not a whole number of µs.
    bool bad = false;   ///< Too large for the axis.
    std::int64_t value = 0;
};

/// All views point into the line that was read.
struct LineHead {
    enum class Shape : std::uint8_t {
        None,     ///< No context part.
        Context,  ///< comm-pid (tgid) [cpu] flags time:
        Latency,  ///< comm-pid cpu+flags time us:
        Verbose,  ///< comm pid cpu flags count index [us] ms (+ms):
        Reduced,  ///< comm-pid without CPU or without time.
    };
    Shape shape = Shape::None;
    bool hasCpu = false;
    bool repaired = false;  ///< Something in front was cut off.
    std::string_view comm{};
    std::uint64_t pid = 0;
    std::int64_t tgid = -1;  ///< −1: not in the line.
    std::uint64_t cpu = 0;
    std::string_view flags{};
    LineTime time{};
    std::size_t text = 0;  ///< Where the event's text begins.

    [[nodiscard]] bool found() const noexcept { return shape != Shape::None; }
};

enum class LineNumbers : std::uint8_t { No, Pasted };  ///< Whether lines begin with their number.

/// Reads the context part of `line` (without its end). Linear in the line's length.
[[nodiscard]] LineHead readLineHead(std::string_view line, LineNumbers numbers);
/// The same, but only the full shapes: with CPU and time.
[[nodiscard]] LineHead readFullHead(std::string_view line, LineNumbers numbers);

/// Whether `text` is made of the letters of irq-info.
[[nodiscard]] bool isIrqFlags(std::string_view text);
/// Reads "sec.fraction" with any number of decimals, or a number without a dot; kind None where it
/// is neither.
[[nodiscard]] LineTime readTime(std::string_view text);

/// Whether `line` holds what web pages and mails put in place of blanks and brackets: no-break
/// spaces, &lt; &gt; &amp;, typographic dashes. Then `repaired` is the line without them (a
/// no-break space is two bytes: two blanks).
[[nodiscard]] bool undoTypography(std::string_view line, std::string& repaired);

}  // namespace kscope::parsers
