// SPDX-License-Identifier: GPL-3.0-or-later
/// Reading files of /proc that somebody saved: one snapshot, or several that a loop wrote one after
/// the other, with lines of time between them or not.
#include "parsers/procfs/proc_files.h"
#include "parsers/procfs/proc_import.h"
#include "parsers/procfs/proc_log.h"
#include "parsers/procfs/proc_source.h"
#include "parsers/procfs/snapshot_split.h"
#include "parsers/text/scan.h"

#include <algorithm>

namespace kscope::parsers {

using model::DiagnosticKind;
using namespace std::chrono_literals;

namespace {
/// Of a file that is read as a whole; files of /proc have some hundred KiB at most.
constexpr std::size_t kMaxSnapshotBytes = 64 << 20;
constexpr std::int64_t kGuessedStepNs = 1'000'000'000;

model::Clock clockOf(SnapshotClock clock) {
    switch (clock) {
    case SnapshotClock::None:
        return {.name = "", .tickNs = kProcTickNs, .counter = false, .relative = true};
    case SnapshotClock::Uptime:
        return {.name = "boot", .tickNs = kProcTickNs, .counter = false, .relative = false};
    case SnapshotClock::Epoch: break;
    }
    return {.name = "realtime", .tickNs = kProcTickNs, .counter = false, .relative = false};
}

/// The file that a kind of one file is shown as.
std::string pathOf(model::CounterFile file, std::string_view given) {
    // Which resource a file of pressure is about only its name tells.
    if (file == model::CounterFile::Pressure)
        for (const std::string_view what : {"cpu", "io", "memory", "irq"})
            if (given.substr(given.rfind('/') + 1).find(what) != given.npos)
                return "/proc/pressure/" + std::string(what);
    return "/proc/" + std::string(procFileName(file));
}
}  // namespace

bool isProcKind(std::string_view kind) {
    return kind == "proc-log" || kind == "proc-snapshots" || procFileOfKind(kind).has_value();
}

std::string readAll(ByteStream& stream, std::string head, const ImportOptions& options) {
    std::string text = std::move(head);
    std::vector<char> room(64 << 10);
    while (stream.state() == StreamState::Open && text.size() < kMaxSnapshotBytes &&
           !options.stop.stop_requested())
        text.append(room.data(), stream.read(room, 20ms));
    return text;
}

model::SourceId importProcFile(ProcImport import, std::string text) {
    const auto file = procFileOfKind(import.info.kind).value_or(model::CounterFile::Vmstat);
    if (text.starts_with("\xef\xbb\xbf")) text.replace(0, 3, "\n\n\n");  // a byte order mark
    const auto path = pathOf(file, import.info.path);
    auto split = splitSnapshots(file, text);
    std::vector<TextPiece> pieces;
    for (const auto& piece : split.snapshots)
        pieces.push_back({piece.position, piece.text.size(), {}});
    import.info.clock = clockOf(split.clock);
    if (split.clock == SnapshotClock::Epoch) import.info.epochNs = 0;
    import.info.text = makePieceText(std::move(pieces), text);
    const auto source = import.builder.addSource(import.info);
    if (import.options.added) import.options.added(source, SourceReach::Ends);
    RoundCollector rounds;
    rounds.begin(source, 0);
    std::uint64_t guessed = 0;
    std::int64_t ns = 0;
    for (std::size_t i = 0; i < split.snapshots.size(); ++i) {
        const auto& piece = split.snapshots[i];
        if (piece.timeNs) ns = *piece.timeNs;
        else if (i > 0) ns += kGuessedStepNs;
        guessed += piece.timeNs || split.snapshots.size() == 1 ? 0 : 1;
        rounds.add({path, ns, ns, piece.position, piece.text}, file);
    }
    if (guessed > 0)
        rounds.diagnostics().record(DiagnosticKind::GuessedRoundTime, {source, 0, 0}, guessed);
    if (text.size() >= kMaxSnapshotBytes)
        rounds.diagnostics().record(DiagnosticKind::PartialLoad, {source, 0, text.size()});
    const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    import.builder.deliver(source, 0, rounds.finish(lines, text.size()));
    if (import.options.delivered) import.options.delivered();
    import.builder.endSource(source);
    return source;
}

}  // namespace kscope::parsers
