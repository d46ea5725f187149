// SPDX-License-Identifier: GPL-3.0-or-later
/// A source as a person names it.
#include "app/session/source_spec.h"

#include <array>
#include <filesystem>
#include <system_error>

namespace kscope::app {
namespace {

struct Unit {
    std::string_view name;
    int decimals;  // Digits of a nanosecond count in one unit.
};
constexpr std::array kUnits{Unit{"ns", 0}, Unit{"us", 3}, Unit{"µs", 3}, Unit{"ms", 6},
                            Unit{"s", 9}};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

model::Result<std::int64_t> badShift(std::string_view text) {
    return model::failure(
        "shift '" + std::string(text) +
        "' is not understood; write a sign, a number and ns, us, ms or s, as in @+1.5s or @-200ms");
}

}  // namespace

model::Result<std::int64_t> parseShift(std::string_view text) {
    if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return badShift(text);
    std::size_t unitAt = 1;
    while (unitAt < text.size() && (isDigit(text[unitAt]) || text[unitAt] == '.')) ++unitAt;
    const auto number = text.substr(1, unitAt - 1);
    int decimals = -1;
    for (const auto& unit : kUnits) {
        if (unit.name == text.substr(unitAt)) decimals = unit.decimals;
    }
    const auto dot = number.find('.');
    const auto whole = number.substr(0, dot);
    const auto fraction = dot == number.npos ? std::string_view{} : number.substr(dot + 1);
    if (decimals < 0 || fraction.find('.') != fraction.npos ||
        (whole.empty() && fraction.empty())) {
        return badShift(text);
    }

    std::int64_t ns = 0;
    const auto append = [&ns](char digit) {
        return !__builtin_mul_overflow(ns, std::int64_t{10}, &ns) &&
               !__builtin_add_overflow(ns, std::int64_t{digit - '0'}, &ns);
    };
    bool fits = true;
    for (const char digit : whole) fits = fits && append(digit);
    for (int i = 0; i < decimals; ++i) {
        fits = fits && append(static_cast<std::size_t>(i) < fraction.size()
                                  ? fraction[static_cast<std::size_t>(i)]
                                  : '0');
    }
    if (!fits) return model::failure("shift '" + std::string(text) + "' is beyond 292 years");
    return text[0] == '-' ? -ns : ns;
}

model::Result<SourceSpec> parseSourceSpec(std::string_view text) {
    const auto at = text.rfind('@');
    const bool signedSuffix = at != text.npos && at > 0 && at + 1 < text.size() &&
                              (text[at + 1] == '+' || text[at + 1] == '-');
    std::error_code ignored;  // What can't be asked about is not there; opening it will say why.
    if (!signedSuffix || std::filesystem::exists(std::filesystem::path(text), ignored)) {
        return SourceSpec{.path = std::string(text)};
    }
    const auto shift = parseShift(text.substr(at + 1));
    if (!shift)
        return model::failure(std::string(text.substr(0, at)) + ": " + shift.error().message);
    return SourceSpec{.path = std::string(text.substr(0, at)), .offsetNs = *shift};
}

std::string sourceSpecText(const SourceSpec& spec) {
    if (spec.offsetNs == 0) return spec.path;
    // As unsigned: the most negative value has no positive partner.
    const bool negative = spec.offsetNs < 0;
    const auto ns = negative ? 0 - static_cast<std::uint64_t>(spec.offsetNs)
                             : static_cast<std::uint64_t>(spec.offsetNs);
    auto digits = std::to_string(ns % 1'000'000'000);
    digits.insert(0, 9 - digits.size(), '0');
    digits.erase(digits.find_last_not_of('0') + 1);
    return spec.path + (negative ? "@-" : "@+") + std::to_string(ns / 1'000'000'000) +
           (digits.empty() ? "" : "." + digits) + "s";
}

}  // namespace kscope::app
