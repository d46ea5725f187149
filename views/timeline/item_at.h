// SPDX-License-Identifier: GPL-3.0-or-later
/// What lies at a place of the picture, and what comes before and after it in its lane.
#pragma once

#include "views/timeline/scene.h"

#include <optional>

namespace kscope::views {

/// What lanes are made of that the trace itself does not hold. Either may be null: such lanes are
/// empty.
struct LaneSources {
    const model::EventTicks* ticks = nullptr;
    const DeviceRequests* devices = nullptr;
    // NOLINTNEXTLINE(google-explicit-constructor)
    LaneSources(const model::EventTicks* eventTicks, const DeviceRequests* requests = nullptr)
        : ticks(eventTicks),
          devices(requests) {}
};

enum class Step : std::uint8_t { Forward, Backward };

/// The topmost item at a device pixel of the plot; thin ones catch 3 px around them, nearest first.
/// Kind::None on empty space.
[[nodiscard]] Item itemAt(const TimelineScene& scene, int x, int y);
/// Span number `index` of a CPU or task lane as an item, with the row that begins it where that is
/// found.
[[nodiscard]] Item sliceItem(const model::Trace& trace, const LaneKey& lane,
                             const model::LaneSpan& span);
[[nodiscard]] Item eventItem(const model::Trace& trace, const LaneKey& lane,
                             model::EventIndex index);
/// Next or previous span with ink (event of the name) in `lane`, from `ns` on.
[[nodiscard]] std::optional<Item> stepInLane(const model::Trace& trace, const LaneSources& sources,
                                             const LaneKey& lane, std::int64_t ns, Step step);
/// Next or previous after `item` of that lane, which may share its begin with others.
[[nodiscard]] std::optional<Item> stepFromItem(const model::Trace& trace,
                                               const LaneSources& sources, const LaneKey& lane,
                                               const Item& item, Step step);
/// Begin or end of a span in `lane` next to `ns`, at most `reach` away.
[[nodiscard]] std::optional<std::int64_t> nearestEdge(const model::Trace& trace,
                                                      const LaneSources& sources,
                                                      const LaneKey& lane, std::int64_t ns,
                                                      std::int64_t reach);

}  // namespace kscope::views
