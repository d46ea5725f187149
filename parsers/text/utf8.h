// SPDX-License-Identifier: GPL-3.0-or-later
/// Whether bytes are text: NULs and what is no UTF-8.
#pragma once

#include <string_view>

namespace kscope::parsers {

/// What a piece of text holds that most text does not.
struct OddBytes {
    bool nul = false;
    bool high = false;  ///< Bytes of 0x80 and above.
};
[[nodiscard]] OddBytes findOddBytes(std::string_view text);

/// UTF-8 as RFC 3629 section 4 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool isUtf8(std::string_view text);

}  // namespace kscope::parsers
