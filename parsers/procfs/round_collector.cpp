// SPDX-License-Identifier: GPL-3.0-or-later
/// Rounds to rows and chunks.
#include "parsers/procfs/round_collector.h"

#include "parsers/procfs/proc_files.h"

#include <algorithm>

namespace kscope::parsers {

using model::DiagnosticKind;

namespace {
/// Files of one log; further ones have rows, but no numbers.
constexpr std::size_t kMaxReaders = 512;
}  // namespace

void RoundCollector::begin(model::SourceId source, std::uint64_t position) {
    m_source = source;
    m_writer.beginPart(source, position, kProcTickNs);
    m_shiftNs = 0;
    m_any = false;
}

RoundReader* RoundCollector::readerOf(std::string_view path) {
    for (std::size_t i = 0; i < m_readers.size(); ++i) {  // files come in the same order each time
        const auto at = (m_lastReader + 1 + i) % m_readers.size();
        if (m_readers[at].path() != path) continue;
        m_lastReader = at;
        return &m_readers[at];
    }
    return nullptr;
}

std::size_t RoundCollector::likelyLength(std::string_view path) {
    const auto* const reader = readerOf(path);
    if (reader == nullptr) return 0;
    m_lastReader = (m_lastReader + m_readers.size() - 1) % m_readers.size();  // asked, not read
    return reader->lastLength();
}

/// The round as its chunk has it: where the clock stepped back, later by what it lost.
model::CounterChunk::Round RoundCollector::placed(const ProcRound& round) {
    auto ns = round.beforeNs + m_shiftNs;
    if (m_any && ns < m_lastNs) {
        m_shiftNs += (m_lastNs - ns + 999) / 1000 * 1000;
        ns = round.beforeNs + m_shiftNs;
        diagnostics().record(DiagnosticKind::TimeBackwards, {m_source, 0, round.position});
    }
    if (!m_any) m_firstNs = ns;
    m_any = true;
    m_lastNs = ns;
    const auto took = std::clamp<std::int64_t>(round.afterNs - round.beforeNs, 0, UINT32_MAX);
    return {.beforeNs = ns,
            .tookNs = static_cast<std::uint32_t>(took),
            .begin = 0,
            .position = round.position,
            .length =
                static_cast<std::uint32_t>(std::min<std::size_t>(round.text.size(), UINT32_MAX))};
}

void RoundCollector::addRow(const ProcRound& round, std::int64_t timeNs) {
    auto name = round.path;
    if (name.starts_with("/proc/")) name.remove_prefix(6);
    const auto ticks = timeNs / kProcTickNs - (timeNs % kProcTickNs < 0 ? 1 : 0);
    static_cast<void>(m_writer.prepare(ticks, round.position));
    m_writer.add(ticks, round.position, m_writer.name(name), model::kUnknownCpu, model::kNoRow,
                 model::kNoFlags);
}

void RoundCollector::countOdd(const ShapeOddities& odd, std::uint64_t position) {
    const auto note = [&](std::uint64_t count, DiagnosticKind kind) {
        if (count > 0) diagnostics().record(kind, {m_source, 0, position}, count);
    };
    note(odd.unreadLines, DiagnosticKind::UnparsedLine);
    note(odd.guessedCpus, DiagnosticKind::GuessedColumns);
    note(odd.capped, DiagnosticKind::CappedNumber);
    note(odd.beyond, DiagnosticKind::CappedNumber);
    note(odd.annotated, DiagnosticKind::AuthorWords);
}

void RoundCollector::countResets(RoundReader& reader, std::uint64_t position) {
    if (const auto resets = reader.takeResets(); resets > 0)
        diagnostics().record(DiagnosticKind::CounterReset, {m_source, 0, position}, resets);
}

void RoundCollector::add(const ProcRound& round) {
    const auto file = procFileOfPath(round.path);
    if (file) return add(round, *file);
    addRow(round, placed(round).beforeNs);
    diagnostics().record(DiagnosticKind::UnknownProcFile, {m_source, 0, round.position});
}

void RoundCollector::add(const ProcRound& round, model::CounterFile file) {
    auto* reader = readerOf(round.path);
    if (reader == nullptr) {
        if (m_readers.size() == kMaxReaders) {
            addRow(round, placed(round).beforeNs);
            diagnostics().record(DiagnosticKind::UnknownProcFile, {m_source, 0, round.position});
            return;
        }
        reader = &m_readers.emplace_back(round.path, file);
        m_lastReader = m_readers.size() - 1;
    }
    const auto at = placed(round);
    addRow(round, at.beforeNs);
    ShapeOddities odd;
    reader->read(round.text, at, odd);
    countOdd(odd, round.position);
    countResets(*reader, round.position);
}

bool RoundCollector::addIfAlike(const ProcRound& round) {
    auto* const reader = readerOf(round.path);
    if (reader == nullptr || !reader->follow(round.text)) return false;
    const auto at = placed(round);
    addRow(round, at.beforeNs);
    reader->commit(at);
    countResets(*reader, round.position);
    return true;
}

model::ParsedPart RoundCollector::close(std::uint64_t lines, std::uint64_t bytes) {
    auto part = m_writer.finishPart(lines, bytes);
    part.shiftNs = m_shiftNs;
    part.firstRoundNs = m_firstNs;
    part.lastRoundNs = m_lastNs;
    return part;
}

model::ParsedPart RoundCollector::finish(std::uint64_t lines, std::uint64_t bytes) {
    auto part = close(lines, bytes);
    for (auto& reader : m_readers) {
        for (auto& rounds : reader.take()) part.counters.push_back(std::move(rounds));
        reader.keepText();
    }
    return part;
}

model::ParsedPart RoundCollector::finishGrowing() {
    auto part = close(0, 0);
    for (auto& reader : m_readers) {
        for (auto& rounds : reader.takeGrowing()) part.counters.push_back(std::move(rounds));
        reader.keepText();
    }
    return part;
}

}  // namespace kscope::parsers
