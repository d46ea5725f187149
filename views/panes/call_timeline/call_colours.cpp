// SPDX-License-Identifier: GPL-3.0-or-later
/// Hues of functions.
#include "views/panes/call_timeline/call_colours.h"

#include "model/store/task_colors.h"

namespace kscope::views {
namespace {

constexpr std::uint32_t kFunctionHues = 11;  // look.md: hues of tasks

/// FNV-1a: the same on every machine, so that colours are too.
std::uint32_t hashOf(std::string_view text) {
    std::uint32_t hash = 2166136261u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
}

}  // namespace

Rgb functionFill(const Theme& theme, const model::Trace& trace, model::FunctionKey function) {
    return functionFill(theme, trace.text(function.name()), function.space());
}

Rgb functionFill(const Theme& theme, std::string_view name, model::CallSpace space) {
    const std::uint32_t hash = hashOf(name);
    if (space == model::CallSpace::Kernel) {
        // Three greys tell neighbours apart; none is a hue.
        return mix(theme.bgCanvas, theme.text3, 0.62 + 0.1 * (hash % 3));
    }
    const auto slot = static_cast<std::uint8_t>(hash % kFunctionHues);
    return theme.hueFill(model::slotVector(slot));
}

}  // namespace kscope::views
