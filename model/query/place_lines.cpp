// SPDX-License-Identifier: GPL-3.0-or-later
/// Line numbers of places in sources.
#include "model/query/place_lines.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace kscope::model {
namespace {

/// What is read for the line of one place, at most: nobody waits for more.
constexpr std::uint64_t kMostScanned = 512u << 20;

/// Binary files have records, folders have files: no lines of their own.
bool holdsLines(const SourceInfo& source) {
    constexpr std::array<std::string_view, 4> kOthers{"blktrace", "uftrace", "trace-dat",
                                                      "proc-snapshots"};
    return source.text != nullptr && std::ranges::find(kOthers, source.kind) == kOthers.end();
}

/// The last origin at or before `offset` whose line is known; else the begin of the source.
Origin knownBefore(const Trace& trace, const DiagnosticPlace& place) {
    Origin best{place.source, 0, 1};
    for (std::size_t i = 0; i < trace.chunks(); ++i)
        for (const auto& origin : trace.chunk(i).origins)
            if (origin.source == place.source && origin.line > 0 &&
                origin.position <= place.offset && origin.position > best.position)
                best = origin;
    return best;
}

}  // namespace

LineScan scanLines(const EventSource& source, std::uint64_t begin, std::uint64_t end,
                   std::uint64_t wanted, const std::stop_token& stop) {
    LineScan scan{.lines = 0, .offset = begin, .complete = false};
    std::vector<char> buffer(std::min<std::uint64_t>(end - std::min(begin, end), 256 * 1024));
    while (scan.offset < end && scan.lines < wanted) {
        if (stop.stop_requested()) return scan;
        const auto length = std::min<std::uint64_t>(buffer.size(), end - scan.offset);
        const auto got = source.bytes(scan.offset, std::span(buffer.data(), length));
        if (!got || *got == 0) return scan;
        const char* at = buffer.data();
        const char* const last = at + *got;
        while (const void* const found =
                   std::memchr(at, '\n', static_cast<std::size_t>(last - at))) {
            at = static_cast<const char*>(found) + 1;
            if (++scan.lines < wanted) continue;
            scan.offset += static_cast<std::uint64_t>(at - buffer.data());
            scan.complete = true;
            return scan;
        }
        scan.offset += *got;
    }
    scan.complete = true;
    return scan;
}

std::uint64_t lineOfPlace(const Trace& trace, const DiagnosticPlace& place,
                          const std::stop_token& stop) {
    if (place.line > 0) return place.line;
    if (raw(place.source) >= trace.sources().size()) return 0;
    const auto& source = trace.sources()[raw(place.source)];
    if (!holdsLines(source)) return 0;
    const auto from = knownBefore(trace, place);
    if (place.offset - from.position > kMostScanned) return 0;
    const auto scan = scanLines(*source.text, from.position, place.offset, UINT64_MAX, stop);
    return scan.complete ? from.line + scan.lines : 0;
}

std::vector<Diagnostic> diagnosticsWithLines(const Trace& trace, const std::stop_token& stop) {
    auto all = trace.diagnostics().all();
    for (auto& diagnostic : all)
        for (auto& place : diagnostic.first) place.line = lineOfPlace(trace, place, stop);
    return all;
}

}  // namespace kscope::model
