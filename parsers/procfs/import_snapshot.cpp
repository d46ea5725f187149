// SPDX-License-Identifier: GPL-3.0-or-later
/// Reading files of /proc that somebody saved: one snapshot, or several that a loop wrote one after
/// the other, with lines of time between them or not.
#include "parsers/procfs/file_split.h"
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
    return procFilePath(file);
}

struct SnapshotsOfFile {
    model::CounterFile file{};
    Snapshot piece;
};
/// What is in a text, in order, whichever files it is of.
struct AllSnapshots {
    std::vector<SnapshotsOfFile> all;
    SnapshotClock clock = SnapshotClock::None;
    bool several = false;
};
AllSnapshots snapshotsOf(model::CounterFile sniffed, std::string_view text) {
    AllSnapshots found;
    const auto sections = splitFiles(sniffed, text);
    found.several = sections.size() > 1;
    for (const auto& section : sections) {
        const auto file = found.several ? section.file : sniffed;
        const auto split = splitSnapshots(file, section.text);
        if (found.clock == SnapshotClock::None) found.clock = split.clock;
        const auto offset = static_cast<std::uint64_t>(section.text.data() - text.data());
        for (auto piece : split.snapshots) {
            piece.position += offset;
            found.all.push_back({file, piece});
        }
    }
    return found;
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
    const auto [all, clock, several] = snapshotsOf(file, text);
    if (several) {
        import.info.kind = "proc-snapshots";
        import.info.why = "files of /proc one after the other";
    }
    std::vector<TextPiece> pieces;
    for (const auto& one : all) pieces.push_back({one.piece.position, one.piece.text.size(), {}});
    import.info.clock = clockOf(clock);
    if (clock == SnapshotClock::Epoch) import.info.epochNs = 0;
    import.info.text = makePieceText(std::move(pieces), text);
    const auto source = import.builder.addSource(import.info);
    if (import.options.added) import.options.added(source, SourceReach::Ends);
    RoundCollector rounds;
    rounds.begin(source, 0);
    std::uint64_t guessed = 0;
    std::int64_t ns = 0;
    // A round is over where a file comes again; the time in front of its first file is of all.
    std::vector<model::CounterFile> round;
    bool told = false;
    for (const auto& [of, piece] : all) {
        const bool again = std::ranges::find(round, of) != round.end();
        if (again) round.clear();
        if (again || piece.timeNs) told = piece.timeNs.has_value();
        if (piece.timeNs) ns = *piece.timeNs;
        else if (again) ns += kGuessedStepNs;
        guessed += told || all.size() == 1 ? 0 : 1;
        round.push_back(of);
        rounds.add({pathOf(of, import.info.path), ns, ns, piece.position, piece.text}, of);
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
