// SPDX-License-Identifier: GPL-3.0-or-later
/// From a place in a source to the event there and back.
#include "model/items/event_place.h"

#include "model/query/place_lines.h"

#include <algorithm>

namespace kscope::items {
namespace {

/// The origin of `source` that begins last at or before what `key` says.
template <class Key>
const model::Origin* lastOrigin(const model::Trace& trace, model::SourceId source, std::uint64_t at,
                                Key key) {
    const model::Origin* best = nullptr;
    for (std::size_t i = 0; i < trace.chunks(); ++i)
        for (const auto& origin : trace.chunk(i).origins)
            if (origin.source == source && key(origin) <= at &&
                (!best || key(origin) >= key(*best)))
                best = &origin;
    return best;
}

/// Byte offset of a 1-based line; none where it can't be found.
std::optional<std::uint64_t> offsetOfLine(const model::Trace& trace,
                                          const model::DiagnosticPlace& place,
                                          const std::stop_token& stop) {
    const auto& text = trace.sources()[raw(place.source)].text;
    if (!text) return std::nullopt;
    const auto* origin =
        lastOrigin(trace, place.source, place.line, [](const auto& o) { return o.line; });
    const std::uint64_t fromLine = origin ? std::max<std::uint64_t>(1, origin->line) : 1;
    const std::uint64_t from = origin ? origin->position : 0;
    if (place.line <= fromLine) return from;
    const auto scan = model::scanLines(*text, from, text->size(), place.line - fromLine, stop);
    if (!scan.complete) return std::nullopt;
    return scan.offset;
}

}  // namespace

std::optional<model::EventIndex>
eventAtPlace(const model::Trace& trace, const model::DiagnosticPlace& place, std::stop_token stop) {
    if (raw(place.source) >= trace.sources().size()) return std::nullopt;
    std::uint64_t offset = place.offset;
    if (offset == 0 && place.line > 1) {
        const auto found = offsetOfLine(trace, place, stop);
        if (!found) return std::nullopt;
        offset = *found;
    }
    // Rows of a chunk are in order of time, not of place, and chunks of a merged source overlap:
    // look at all of a chunk that could hold a nearer place. Only positions below 4 GiB of its
    // origin can.
    std::optional<model::EventIndex> before, after;
    std::uint64_t beforeAt = 0, afterAt = UINT64_MAX;
    for (std::size_t i = 0; i < trace.chunks() && !stop.stop_requested(); ++i) {
        const auto& chunk = trace.chunk(i);
        const bool ours = std::ranges::any_of(chunk.origins, [&](const auto& origin) {
            return origin.source == place.source && origin.position + UINT32_MAX >= beforeAt;
        });
        if (!ours) continue;
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            const auto& origin = chunk.origin(row);
            if (origin.source != place.source) continue;
            const auto at = origin.position + chunk.position[row];
            const model::EventIndex index{raw(trace.firstRow(i)) + row};
            if (at <= offset && (!before || at > beforeAt)) {
                before = index;
                beforeAt = at;
            } else if (at > offset && at < afterAt) {
                after = index;
                afterAt = at;
            }
        }
    }
    return before ? before : after;
}

std::optional<std::uint64_t> lineOfEvent(const model::Trace& trace, const model::Event& event,
                                         std::stop_token stop) {
    const auto& text = trace.sources()[raw(event.source)].text;
    if (!text || event.chunk == nullptr) return std::nullopt;
    const auto& origin = event.chunk->origin(event.row);
    if (origin.line == 0 || event.position < origin.position) return std::nullopt;
    const auto scan = model::scanLines(*text, origin.position, event.position, UINT64_MAX, stop);
    if (!scan.complete) return std::nullopt;
    return origin.line + scan.lines;
}

}  // namespace kscope::items
