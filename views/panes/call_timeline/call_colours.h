// SPDX-License-Identifier: GPL-3.0-or-later
/// Fills of functions (look.md, "Other series"): the hue of their library, kernel functions grey,
/// system calls a darker grey.
#pragma once

#include "model/derive/calls.h"
#include "views/theme/theme.h"

#include <string>
#include <string_view>

namespace kscope::views {

/// What a function's colour stands for.
enum class FunctionOrigin : std::uint8_t { SystemCall, Kernel, Program, Library };
struct FunctionHome {
    FunctionOrigin origin = FunctionOrigin::Program;
    std::string library;  ///< Of a Library: "libz.so.1"; what is known by its words: "C library".
};
/// By its name ("inflate@libz.so.1") and by what is known of it. O(patterns).
[[nodiscard]] FunctionHome functionHome(std::string_view name, model::CallSpace space);

/// The same name has the same colour in every pane and every trace; functions of one library differ
/// a little in lightness.
[[nodiscard]] Rgb functionFill(const Theme& theme, const model::Trace& trace,
                               model::FunctionKey function);
[[nodiscard]] Rgb functionFill(const Theme& theme, std::string_view name, model::CallSpace space);
/// Of a legend.
[[nodiscard]] Rgb homeFill(const Theme& theme, const FunctionHome& home);
[[nodiscard]] std::string homeWord(const FunctionHome& home);  ///< "kernel", "libz.so.1"

}  // namespace kscope::views
