// SPDX-License-Identifier: GPL-3.0-or-later
/// What the fuzz target of /proc and the replay of its corpus do with an input.
#pragma once

#include "parsers/procfs/proc_log.h"
#include "parsers/procfs/snapshot_split.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace kscope::fuzz {

/// Reads `text` as rounds of `file` and checks that what was delta-coded is what was read in full.
inline void readRounds(model::CounterFile file, std::string_view text) {
    parsers::RoundReader reader("/proc/fuzz", file);
    for (const auto& snapshot : parsers::splitSnapshots(file, text).snapshots) {
        if (snapshot.position + snapshot.text.size() > text.size()) std::abort();
        parsers::ShapeOddities odd;
        reader.read(snapshot.text,
                    {.beforeNs = 0, .tookNs = 0, .begin = 0, .position = 0, .length = 0}, odd);
        parsers::ProcShape shape("/proc/fuzz", file);
        readShape(shape, snapshot.text);
        if (reader.values() != shape.values) std::abort();
        reader.keepText();
    }
    auto parts = reader.take();
    if (parts.empty()) return;
    const auto& chunk = parts.back().chunk;
    std::vector<std::uint64_t> values(chunk.width);
    for (std::size_t round = 0; round < chunk.rounds.size(); ++round)
        forEachChange(chunk, round, [&](std::size_t place, std::uint64_t difference) {
            if (place >= values.size()) std::abort();
            values[place] += difference;
        });
    if (values != reader.values()) std::abort();
}

/// The file that the first byte chooses; Count_: a log.
inline unsigned choiceOf(std::string_view input) {
    return static_cast<unsigned char>(input[0]) %
           (static_cast<unsigned>(model::CounterFile::Count_) + 1);
}

/// Files whose texts are alike; a fuzz target each.
enum class ProcFamily : std::uint8_t { None, Interrupts, Memory, System, Log };
inline ProcFamily familyOf(std::string_view input) {
    using model::CounterFile;
    if (input.empty()) return ProcFamily::None;
    switch (static_cast<CounterFile>(choiceOf(input))) {
    case CounterFile::Interrupts:
    case CounterFile::Softirqs: return ProcFamily::Interrupts;
    case CounterFile::Schedstat:
    case CounterFile::Stat:
    case CounterFile::Loadavg:
    case CounterFile::Diskstats:
    case CounterFile::Pressure: return ProcFamily::System;
    case CounterFile::Count_: return ProcFamily::Log;
    default: return ProcFamily::Memory;
    }
}

/// The first byte chooses the file, or a log.
inline void readProc(std::string_view input) {
    if (input.empty()) return;
    const auto choice = choiceOf(input);
    // A copy of its own size, so that the sanitizer sees every byte too many.
    const std::string copy(input.substr(1));
    const std::unique_ptr<char[]> block(new char[copy.size()]);
    copy.copy(block.get(), copy.size());
    const std::string_view text(block.get(), copy.size());
    if (choice < static_cast<unsigned>(model::CounterFile::Count_))
        return readRounds(static_cast<model::CounterFile>(choice), text);
    parsers::RoundCollector rounds;
    rounds.begin(model::SourceId{0}, 0);
    const auto taken = readRecords(rounds, text, 0, text.size() / 2 + 1, parsers::LogEnd::GoesOn);
    if (taken > text.size()) std::abort();
    if (readRecords(rounds, text.substr(taken), taken, text.size() - taken,
                    parsers::LogEnd::Ends) != text.size() - taken &&
        taken < text.size())
        std::abort();
    static_cast<void>(rounds.finish(0, text.size()));
}

}  // namespace kscope::fuzz
