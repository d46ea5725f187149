// SPDX-License-Identifier: GPL-3.0-or-later
/// The value of one field in words, by the kind that resources/words/fields.tsv and the sentences
/// name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kscope::model {

/// A number as the kernel prints it: decimal with a sign, hexadecimal behind 0x.
[[nodiscard]] std::optional<std::int64_t> numberOf(std::string_view text);
/// Hexadecimal with or without 0x.
[[nodiscard]] std::optional<std::uint64_t> hexOf(std::string_view text);

/// `value` in words as `kind` says ("signal", "gfp", "order", …); empty where there are none.
[[nodiscard]] std::string valueWords(std::string_view kind, std::string_view value);

}  // namespace kscope::model
