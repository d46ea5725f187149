// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/quoting.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace kscope::model {
namespace {

/// Length of the UTF-8 sequence at the front of `text`; 0 where it is none (also overlong,
/// surrogate, above U+10FFFF).
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f) ||
        (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f))
        return 0;
    return length;
}

}  // namespace

void appendCsv(std::string& into, std::string_view text) {
    const bool quote = text.find_first_of(",\"\n\r") != text.npos ||
                       (!text.empty() && (text.front() == ' ' || text.back() == ' '));
    if (!quote) {
        into += text;
        return;
    }
    into += '"';
    for (const char c : text) into.append(c == '"' ? 2 : 1, c);
    into += '"';
}

std::string csvField(std::string_view text) {
    std::string field;
    appendCsv(field, text);
    return field;
}

void appendJson(std::string& into, std::string_view text) {
    into += '"';
    while (!text.empty()) {
        const auto isPlain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
        const auto plain =
            static_cast<std::size_t>(std::ranges::find_if_not(text, isPlain) - text.begin());
        into += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto c = static_cast<unsigned char>(text.front());
        const auto length = sequenceLength(text);
        if (length == 0) into += "\xef\xbf\xbd";
        else if (c == '"' || c == '\\') into += '\\', into += static_cast<char>(c);
        else if (c == '\n') into += "\\n";
        else if (c == '\t') into += "\\t";
        else if (c == '\r') into += "\\r";
        else if (c < 0x20 || c == 0x7f) fmt::format_to(std::back_inserter(into), "\\u{:04x}", c);
        else into += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    into += '"';
}

}  // namespace kscope::model
