// SPDX-License-Identifier: GPL-3.0-or-later
/// Finds the shift between sources.
#include "model/derive/align.h"

#include <algorithm>
#include <cstdlib>
#include <span>

namespace kscope::model {

namespace {

/// Stamps of one record by two tools lie this close: an interrupt may come in between.
constexpr std::int64_t kWindow = 100'000;  // ns
constexpr std::uint64_t kFewest = 3;
constexpr std::size_t kMostPairs = 16;  // of one key that the sources have unequally often
constexpr std::size_t kMostKeys = 1u << 22;

struct Stamp {
    std::uint64_t key;
    std::int64_t time;
};

bool counts(const BlockRow& row) {
    switch (row.action) {
    case BlockAction::Queue:
    case BlockAction::GetRequest:
    case BlockAction::BackMerge:
    case BlockAction::FrontMerge:
    case BlockAction::Insert:
    case BlockAction::Issue:
    case BlockAction::Complete:
    case BlockAction::Remap: return row.sectors > 0;
    default: return false;
    }
}

std::uint64_t keyOf(const EventChunk& chunk, const BlockRow& row) {
    const auto device = row.device < chunk.devices.size()
                            ? static_cast<std::uint32_t>(chunk.devices[row.device])
                            : UINT32_MAX;
    std::uint64_t key = row.sector() * 0x9e3779b97f4a7c15u;
    key ^= (std::uint64_t{device} << 32 | row.sectors) * 0xbf58476d1ce4e5b9u;
    key ^= static_cast<std::uint64_t>(row.action) * 0x94d049bb133111ebu;
    return key ^ key >> 31;
}

/// Ascending by key, then by time.
std::vector<Stamp> stampsOf(const Trace& trace, SourceId source) {
    std::vector<Stamp> stamps;
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        for (const auto& row : chunk.blocks)
            if (counts(row) && chunk.origin(row.row).source == source && stamps.size() < kMostKeys)
                stamps.push_back({keyOf(chunk, row), chunk.timeNs(row.row)});
    }
    std::ranges::stable_sort(stamps, {}, &Stamp::key);
    return stamps;
}

/// Distances of pairs that may be one record, ascending.
std::vector<std::int64_t> distances(std::span<const Stamp> fixed, std::span<const Stamp> moved) {
    std::vector<std::int64_t> found;
    const auto runOf = [](std::span<const Stamp> stamps) {
        std::size_t length = 1;
        while (length < stamps.size() && stamps[length].key == stamps[0].key) ++length;
        return length;
    };
    while (!fixed.empty() && !moved.empty()) {
        if (fixed[0].key != moved[0].key) {
            auto& behind = fixed[0].key < moved[0].key ? fixed : moved;
            behind = behind.subspan(1);
            continue;
        }
        const auto ours = runOf(fixed);
        const auto theirs = runOf(moved);
        if (ours == theirs) {
            for (std::size_t i = 0; i < ours; ++i) found.push_back(fixed[i].time - moved[i].time);
        } else if (ours * theirs <= kMostPairs) {
            for (std::size_t i = 0; i < ours; ++i)
                for (std::size_t j = 0; j < theirs; ++j)
                    found.push_back(fixed[i].time - moved[j].time);
        }
        fixed = fixed.subspan(ours);
        moved = moved.subspan(theirs);
    }
    std::ranges::sort(found);
    return found;
}

/// The stretch of kWindow that holds most.
std::span<const std::int64_t> densest(std::span<const std::int64_t> sorted) {
    std::size_t best = 0;
    std::size_t bestBegin = 0;
    for (std::size_t begin = 0, end = 0; begin < sorted.size(); ++begin) {
        while (end < sorted.size() && sorted[end] - sorted[begin] <= kWindow) ++end;
        if (end - begin <= best) continue;
        best = end - begin;
        bestBegin = begin;
    }
    return sorted.subspan(bestBegin, best);
}

}  // namespace

std::vector<SourceShift> relativeShifts(const Trace& trace) {
    const auto sources = trace.sources();
    const auto timed = [](const SourceInfo& source) {
        return !source.clock.relative && !source.clock.counter && source.events > 0;
    };
    // Where one says its clock, those that say none are the ones to be placed, all alike: several
    // files of one capture keep their distances.
    const bool someNamed = std::ranges::any_of(sources, [&](const SourceInfo& source) {
        return timed(source) && !source.clock.name.empty();
    });
    const auto fixed = [&](const SourceInfo& source) {
        return timed(source) && (!someNamed || !source.clock.name.empty() || source.offsetNs != 0);
    };
    std::int64_t first = INT64_MAX;
    std::int64_t last = INT64_MIN;
    for (const auto& source : sources) {
        if (!fixed(source)) continue;
        first = std::min(first, source.firstNs + source.offsetNs);
        last = std::max(last, source.lastNs + source.offsetNs);
    }
    std::vector<SourceShift> shifts;
    if (first > last) return shifts;
    const auto overlaps = [&](const SourceInfo& source) {
        return source.firstNs <= last && source.lastNs >= first;
    };
    bool namelessOverlap = false;
    std::int64_t namelessFirst = INT64_MAX;
    for (const auto& source : sources) {
        if (!timed(source) || fixed(source)) continue;
        namelessOverlap = namelessOverlap || overlaps(source);
        namelessFirst = std::min(namelessFirst, source.firstNs);
    }
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const auto& source = sources[i];
        const bool relative = source.clock.relative;
        if (source.events == 0 || source.offsetNs != 0 || fixed(source)) continue;
        if (!relative && !timed(source)) continue;
        const bool assumed = relative ? overlaps(source) : namelessOverlap;
        const auto by = first - (relative ? source.firstNs : namelessFirst);
        shifts.push_back({SourceId{static_cast<std::uint16_t>(i)}, assumed ? 0 : by, assumed});
    }
    return shifts;
}

void placeRelativeSources(TraceBuilder& builder) {
    const auto shifts = relativeShifts(*builder.snapshot());
    for (const auto& shift : shifts) {
        builder.shift(shift.source, shift.ns);
        if (shift.assumed)
            builder.diagnose(shift.source, DiagnosticKind::ClockAssumed, {.source = shift.source});
    }
}

std::vector<SourceId> sourcesWithBlocks(const Trace& trace) {
    std::vector<bool> has(trace.sources().size());
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        for (const auto& row : chunk.blocks)
            if (counts(row)) has[raw(chunk.origin(row.row).source)] = true;
    }
    std::vector<SourceId> found;
    for (std::size_t i = 0; i < has.size(); ++i)
        if (has[i]) found.push_back(SourceId{static_cast<std::uint16_t>(i)});
    std::ranges::stable_sort(found, {},
                             [&](SourceId id) { return trace.sources()[raw(id)].clock.relative; });
    return found;
}

BlockAlignment alignByBlocks(const Trace& trace, SourceId fixed, SourceId moved) {
    const auto ours = stampsOf(trace, fixed);
    const auto theirs = stampsOf(trace, moved);
    const auto sorted = distances(ours, theirs);
    BlockAlignment result;
    result.records = std::min(ours.size(), theirs.size());
    const auto dense = densest(sorted);
    result.matches = dense.size();
    // One in ten must agree: requests of other moments hit by chance.
    if (dense.size() < kFewest || dense.size() * 10 < result.records) return result;
    const auto tenth = dense.size() / 10;
    const auto low = dense[tenth] - dense.front();
    const auto high = dense.back() - dense[dense.size() - 1 - tenth];
    result.found = true;
    result.shift = low <= high ? dense.front() : dense.back();
    std::vector<std::int64_t> rest;
    for (const auto distance : dense) rest.push_back(std::abs(distance - result.shift));
    std::ranges::nth_element(rest, rest.begin() + static_cast<std::ptrdiff_t>(rest.size() / 2));
    result.residual = rest[rest.size() / 2];
    return result;
}

}  // namespace kscope::model
