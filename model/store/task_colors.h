// SPDX-License-Identifier: GPL-3.0-or-later
/// Which hue a task has: the rule of look.md, "Task colours". Knows no theme.
#pragma once

#include "model/core/strings.h"
#include "model/store/lod.h"
#include "model/store/trace.h"

#include <string_view>
#include <vector>

namespace kscope::model {

inline constexpr unsigned kHueSlots = 11;
/// Hue of a slot in degrees of OKLCH: 172 (teal) to 322 (pink) in steps of 15.
[[nodiscard]] constexpr int slotHue(unsigned slot) { return 172 + 15 * static_cast<int>(slot); }
[[nodiscard]] std::uint32_t nameHash(std::string_view key);
/// The comm without a trailing "/…", ":…" or "-N".
[[nodiscard]] std::string_view colourKey(std::string_view comm);
/// By its name alone: kworker/, ksoftirqd/, migration/ …
[[nodiscard]] bool looksLikeKernelThread(std::string_view comm);
/// Slots for names in the order they are placed (most CPU time first).
[[nodiscard]] std::vector<std::uint8_t> placeHues(const std::vector<std::string_view>& keys);
/// Direction of a slot in the hue plane; grey for TaskInfo::kNoHue.
[[nodiscard]] HueVector slotVector(std::uint8_t slot);
/// Of what waits: amber (82°) for runnable, vermilion (33°) for uninterruptible.
[[nodiscard]] HueVector runnableVector();
[[nodiscard]] HueVector blockedVector();

/// Sets hueSlot of all tasks for good, by their CPU time.
void placeTaskColours(std::vector<TaskInfo>& tasks, const StringTable& strings);

}  // namespace kscope::model
