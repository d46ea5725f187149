// SPDX-License-Identifier: GPL-3.0-or-later
/// Text as a field of comma separated values, and as a string of JSON.
#pragma once

#include <string>
#include <string_view>

namespace kscope::model {

/// Appends `text` as a field (RFC 4180): in quotation marks where a comma, mark, line end, or a
/// blank at an end asks for them.
void appendCsv(std::string& into, std::string_view text);
[[nodiscard]] std::string csvField(std::string_view text);

/// Appends `text` as a JSON string; what is no UTF-8 becomes U+FFFD.
void appendJson(std::string& into, std::string_view text);

}  // namespace kscope::model
