// SPDX-License-Identifier: GPL-3.0-or-later
/// From an event to the next of the same kind.
#include "views/panes/event_table/kind_step.h"

#include <algorithm>

namespace kscope::views {
namespace {

/// Number of the name in the chunk's dictionary; none where the chunk has no such event.
std::optional<std::uint16_t> nameIn(const model::EventChunk& chunk, model::StringId name) {
    const auto found = std::ranges::find(chunk.names, name);
    if (found == chunk.names.end()) return std::nullopt;
    return static_cast<std::uint16_t>(found - chunk.names.begin());
}

}  // namespace

std::optional<model::EventIndex> nextOfKind(const model::Trace& trace, const model::RowSetPtr& rows,
                                            model::EventIndex from, StepTo direction) {
    if (raw(from) >= trace.events()) return std::nullopt;
    const auto start = trace.event(from);
    const bool forward = direction == StepTo::Next;
    const auto wanted = [&](std::size_t chunkIndex, std::size_t row, std::uint16_t local) {
        const auto& chunk = trace.chunk(chunkIndex);
        if (chunk.name[row] != local) return false;
        return !rows || rows->contains(model::EventIndex{raw(trace.firstRow(chunkIndex)) + row});
    };
    auto at = trace.chunkOf(from);
    bool first = true;
    while (true) {
        const auto& chunk = trace.chunk(at);
        if (const auto local = nameIn(chunk, start.name)) {
            const std::size_t count = chunk.rows();
            if (forward) {
                for (std::size_t row = first ? start.row + std::size_t{1} : 0; row < count; ++row)
                    if (wanted(at, row, *local))
                        return model::EventIndex{raw(trace.firstRow(at)) + row};
            } else {
                for (std::size_t row = first ? start.row : count; row-- > 0;)
                    if (wanted(at, row, *local))
                        return model::EventIndex{raw(trace.firstRow(at)) + row};
            }
        }
        first = false;
        if (forward ? at + 1 >= trace.chunks() : at == 0) return std::nullopt;
        forward ? ++at : --at;
    }
}

}  // namespace kscope::views
