// SPDX-License-Identifier: GPL-3.0-or-later
/// What a function of the kernel or the C library does, in words, by patterns of its name.
#pragma once

#include "model/store/call_edge.h"

#include <string_view>

namespace kscope::model {

struct FunctionWords {
    std::string_view area;  ///< "page cache", "scheduler"; empty: nothing is known of it.
    std::string_view what;
};
/// Suffixes that compilers add (".isra.0", ".constprop.1", ".cold"), the parameters of a C++ name,
/// the module ("[ext4]"), the library ("@plt") and the offset ("+0x1c/0x20") are looked past.
/// O(patterns).
[[nodiscard]] FunctionWords functionWords(std::string_view name);
/// The same where a space is known: a program's own `schedule` is not the kernel's. Names with '_'
/// are, in whichever space: fragments do not say that they are the kernel's.
[[nodiscard]] FunctionWords functionWords(std::string_view name, CallSpace space);

}  // namespace kscope::model
