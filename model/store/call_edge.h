// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows that are the entry or exit of a function: how the flags column tells them.
#pragma once

#include "model/store/task_state.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace kscope::model {

enum class CallEdge : std::uint8_t {
    Entry,
    Exit,
    /// Records of the row's task were lost here: its open calls end. With a depth: the recording
    /// ended here, they are open at its end.
    Loss,
};
enum class CallSpace : std::uint8_t { Kernel, User };

/// A call edge has no irq flags. Bits 5–7 say so with the value 6, which no irq flags have (see
/// EventFlags); bit 15 is exit, 14 user space, 13 loss, and bits 8–12 and 0–4 are the depth. Exit
/// and loss together: an exit of a call in which something was left out (withGap()).
inline constexpr std::uint16_t kEdgeMask = 7u << 5;
inline constexpr std::uint16_t kEdgeValue = 6u << 5;
inline constexpr std::uint16_t kEdgeExit = 1u << 15;
inline constexpr std::uint16_t kEdgeUser = 1u << 14;
inline constexpr std::uint16_t kEdgeLoss = 1u << 13;
/// Deeper calls all have this depth; their nesting is told by their order.
inline constexpr std::uint32_t kMaxCallDepth = 1023;
/// What an exit is called whose source did not name it.
inline constexpr std::string_view kUnnamedFunction = "unknown";

[[nodiscard]] constexpr bool isCallEdge(std::uint16_t flags) {
    return (flags & kEdgeMask) == kEdgeValue;
}
[[nodiscard]] constexpr bool isCallEdge(EventFlags flags) {
    return isCallEdge(static_cast<std::uint16_t>(flags));
}
[[nodiscard]] constexpr CallEdge callEdge(std::uint16_t flags) {
    if ((flags & (kEdgeLoss | kEdgeExit)) == kEdgeLoss) return CallEdge::Loss;
    return (flags & kEdgeExit) != 0 ? CallEdge::Exit : CallEdge::Entry;
}
[[nodiscard]] constexpr CallSpace callSpace(std::uint16_t flags) {
    return (flags & kEdgeUser) != 0 ? CallSpace::User : CallSpace::Kernel;
}
[[nodiscard]] constexpr std::uint32_t callDepth(std::uint16_t flags) {
    return (flags & 0x1fu) | (flags >> 3 & 0x3e0u);
}
[[nodiscard]] constexpr EventFlags callFlags(CallEdge edge, CallSpace space, std::uint32_t depth) {
    depth = std::min(depth, kMaxCallDepth);
    std::uint32_t bits = kEdgeValue | (depth & 0x1fu) | (depth & 0x3e0u) << 3;
    if (edge == CallEdge::Exit) bits |= kEdgeExit;
    if (edge == CallEdge::Loss) bits |= kEdgeLoss;
    if (space == CallSpace::User) bits |= kEdgeUser;
    return EventFlags{static_cast<std::uint16_t>(bits)};
}
/// Of an exit: what the call called is not all there.
[[nodiscard]] constexpr EventFlags withGap(EventFlags exit) {
    return EventFlags{static_cast<std::uint16_t>(static_cast<std::uint16_t>(exit) | kEdgeLoss)};
}
[[nodiscard]] constexpr bool hasGap(std::uint16_t exit) { return (exit & kEdgeLoss) != 0; }

}  // namespace kscope::model
