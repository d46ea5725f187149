// SPDX-License-Identifier: GPL-3.0-or-later
/// Comparisons of the filter language.
#include "model/query/filter_node.h"

#include <algorithm>
#include <charconv>

namespace kscope::model {
namespace {

bool isDecimal(char c) { return c >= '0' && c <= '9'; }

struct Unit {
    std::string_view name;
    FilterNumber factor;
};
constexpr Unit kUnits[] = {{"ns", 1},    {"us", 1e3L},  {"µs", 1e3L},     {"μs", 1e3L},
                           {"ms", 1e6L}, {"s", 1e9L},   {"K", 1e3L},      {"M", 1e6L},
                           {"G", 1e9L},  {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824.0L},
                           {"B", 1}};

/// Takes digits, and a fraction, off the front of `text`.
std::optional<FilterNumber> takeNumber(std::string_view& text) {
    const bool negative = text.starts_with('-');
    auto rest = text.substr(negative ? 1 : 0);
    const bool hex = rest.starts_with("0x") || rest.starts_with("0X");
    if (hex) rest.remove_prefix(2);
    std::uint64_t whole = 0;
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), whole, hex ? 16 : 10);
    if (error != std::errc{}) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    auto value = static_cast<FilterNumber>(whole);
    if (!hex && rest.size() > 1 && rest[0] == '.' && isDecimal(rest[1])) {
        FilterNumber scale = 1;
        FilterNumber fraction = 0;
        std::size_t i = 1;
        for (; i < rest.size() && isDecimal(rest[i]); ++i)
            if (i <= 18) fraction = fraction * 10 + (rest[i] - '0'), scale *= 10;
        value += fraction / scale;
        rest.remove_prefix(i);
    }
    text = rest;
    return negative ? -value : value;
}

template <class T> bool ordered(FilterOp op, const T& a, const T& b) {
    switch (op) {
    case FilterOp::Equal: return a == b;
    case FilterOp::NotEqual: return a != b;
    case FilterOp::Less: return a < b;
    case FilterOp::LessEqual: return a <= b;
    case FilterOp::Greater: return a > b;
    case FilterOp::GreaterEqual: return a >= b;
    default: return false;
    }
}
bool inside(const FilterLiteral& literal, FilterNumber number) {
    if (!literal.number) return false;
    return literal.last ? number >= *literal.number && number <= *literal.last
                        : number == *literal.number;
}

constexpr std::pair<std::string_view, TypedField> kTyped[] = {
    {"prev_pid", TypedField::PrevPid},
    {"next_pid", TypedField::NextPid},
    {"prev_comm", TypedField::PrevComm},
    {"next_comm", TypedField::NextComm},
    {"pid", TypedField::Pid},
    {"target_cpu", TypedField::TargetCpu},
    {"prev_state", TypedField::PrevState}};

}  // namespace

TypedField typedField(std::string_view name) {
    for (const auto& [text, typed] : kTyped)
        if (text == name) return typed;
    return TypedField::None;
}

std::optional<FilterNumber> fieldNumber(std::string_view text) {
    const auto value = takeNumber(text);
    if (!value) return std::nullopt;
    if (text.empty() || text.front() == ' ' || text.front() == '[' || text == "B" || text == "%")
        return value;
    if (text == "kB" || text == "KiB") return *value * 1024;
    return std::nullopt;
}

std::optional<FilterNumber> literalNumber(std::string_view text) {
    const auto value = takeNumber(text);
    if (!value || text.empty()) return value;
    const auto* const unit = std::ranges::find(kUnits, text, &Unit::name);
    if (unit == std::end(kUnits)) return std::nullopt;
    return *value * unit->factor;
}

bool compareText(const Filter::Node& leaf, std::string_view text) {
    const auto& first = leaf.values.front().text;
    switch (leaf.op) {
    case FilterOp::Glob: return globMatches(first, text);
    case FilterOp::NotGlob: return !globMatches(first, text);
    case FilterOp::Regex: return leaf.regex->search(text);
    case FilterOp::Contains: return containsFolded(text, first);
    case FilterOp::In:
        return std::ranges::any_of(leaf.values,
                                   [&](const auto& value) { return value.text == text; });
    default: return ordered<std::string_view>(leaf.op, text, first);
    }
}

bool compareNumber(const Filter::Node& leaf, FilterNumber number) {
    if (leaf.op == FilterOp::In)
        return std::ranges::any_of(leaf.values,
                                   [&](const auto& value) { return inside(value, number); });
    if (leaf.op >= FilterOp::Glob)
        return compareText(leaf, std::to_string(static_cast<long long>(number)));
    const auto& first = leaf.values.front();
    return first.number && ordered(leaf.op, number, *first.number);
}

bool compareNumbers(FilterOp op, FilterNumber left, FilterNumber right) {
    return ordered(op, left, right);
}

bool compareField(const Filter::Node& leaf, std::string_view text) {
    const auto number =
        leaf.op >= FilterOp::Glob && leaf.op != FilterOp::In ? std::nullopt : fieldNumber(text);
    if (leaf.op == FilterOp::In)
        return std::ranges::any_of(leaf.values, [&](const auto& value) {
            return value.text == text || (number && inside(value, *number));
        });
    const auto& first = leaf.values.front();
    if (first.number && number) return ordered(leaf.op, *number, *first.number);
    // Text is not less than a number; only equality has a meaning.
    if (first.number && leaf.op >= FilterOp::Less && leaf.op <= FilterOp::GreaterEqual)
        return false;
    return compareText(leaf, text);
}

bool compareSource(const Filter::Node& leaf, std::string_view path) {
    const auto file = path.substr(path.rfind('/') + 1);
    const bool negated = leaf.op == FilterOp::NotEqual || leaf.op == FilterOp::NotGlob;
    return negated ? compareText(leaf, path) && compareText(leaf, file)
                   : compareText(leaf, path) || compareText(leaf, file);
}

}  // namespace kscope::model
