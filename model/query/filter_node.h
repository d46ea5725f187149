// SPDX-License-Identifier: GPL-3.0-or-later
/// A filter expression as a tree, and the values that its leaves compare.
#pragma once

#include "model/query/filter.h"
#include "model/query/pattern.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

/// Every int64 and uint64 exactly, fractions of a unit too: 64 bits of mantissa or more where this
/// program runs.
using FilterNumber = long double;

/// What trace-cmd calls a function's entry and exit, whose rows have the function's name.
inline constexpr std::string_view kGraphEntry = "funcgraph_entry", kGraphExit = "funcgraph_exit";

/// What a comparison looks at. Those before Length need no text. Edge is `event` compared with
/// kGraphEntry or kGraphExit.
enum class FilterField : std::uint8_t {
    Event,
    Cpu,
    Tid,
    Tgid,
    Comm,
    Source,
    Length,
    Latency,
    Edge,
    Own,
    Anything
};
enum class FilterOp : std::uint8_t {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Glob,
    NotGlob,
    Regex,
    In,
    Contains
};

/// Fields of events that the store keeps typed, so that their text need not be read.
enum class TypedField : std::uint8_t {
    None,
    PrevPid,
    NextPid,
    PrevComm,
    NextComm,
    Pid,
    TargetCpu,
    PrevState
};
[[nodiscard]] TypedField typedField(std::string_view name);

/// One value, or one member of a list; a range has two numbers. A word after < <= > >= that is no
/// number names another field of the same event or sample.
struct FilterLiteral {
    std::string text;
    std::optional<FilterNumber> number;  ///< Of an unquoted number, with its unit.
    std::optional<FilterNumber> last;    ///< Of a range `number-last`, both inside.
};

struct Filter::Node {
    enum class Kind : std::uint8_t { And, Or, Not, Compare } kind = Kind::Compare;
    std::vector<std::shared_ptr<const Node>> children;
    // Of Compare:
    FilterField field = FilterField::Own;
    std::string name;  ///< Of the field as written.
    TypedField typed = TypedField::None;
    FilterOp op = FilterOp::Equal;
    std::vector<FilterLiteral> values;
    std::shared_ptr<const Regex> regex;
};

/// Field text as a number: "12", "-1", "0x1f", "3.5", also before a blank, '[', or a unit of bytes
/// ("4096B"). Nothing for other text.
[[nodiscard]] std::optional<FilterNumber> fieldNumber(std::string_view text);
/// A number with a unit as the language writes it: "1ms", "4K", "0x10", "2MiB".
[[nodiscard]] std::optional<FilterNumber> literalNumber(std::string_view text);

[[nodiscard]] bool compareText(const Filter::Node& leaf, std::string_view text);
[[nodiscard]] bool compareNumber(const Filter::Node& leaf, FilterNumber number);
/// `op` is one of == != < <= > >=.
[[nodiscard]] bool compareNumbers(FilterOp op, FilterNumber left, FilterNumber right);
/// A field whose text may be a number: compared as one where the literal is one.
[[nodiscard]] bool compareField(const Filter::Node& leaf, std::string_view text);
/// A source's path, or the name of its file.
[[nodiscard]] bool compareSource(const Filter::Node& leaf, std::string_view path);

}  // namespace kscope::model
