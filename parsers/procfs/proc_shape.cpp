// SPDX-License-Identifier: GPL-3.0-or-later
/// Keeping what the readers of the files find.
#include "parsers/procfs/proc_shape.h"

#include "parsers/text/number.h"
#include "parsers/text/scan.h"

#include <algorithm>

namespace kscope::parsers {

using model::CounterFile;
using model::SeriesKind;

ProcShape::ProcShape(std::string_view path, CounterFile file)
    : names(std::make_shared<model::CounterNames>()) {
    names->path = path;
    names->file = file;
}

void ProcShape::row(std::string_view name) {
    std::string unique(name);
    for (int again = 2; m_rows.contains(unique); ++again)
        unique = std::string(name) + '#' + std::to_string(again);
    sameRow(unique);
}

void ProcShape::sameRow(std::string_view name) {
    const auto [found, fresh] =
        m_rows.try_emplace(std::string(name), static_cast<std::uint32_t>(names->rows.size()));
    if (fresh) names->rows.push_back({std::string(name), {}});
    m_row = found->second;
}

void ProcShape::detail(std::string_view words) {
    std::string& into = names->rows[m_row].detail;
    into.clear();
    for (const char c : trim(words)) {  // runs of blanks are columns of the table, not of the words
        if (isBlank(c) && (into.empty() || into.ends_with("  "))) continue;
        into += isBlank(c) ? ' ' : c;
    }
}

bool ProcShape::number(std::string_view column, std::string_view token, SeriesKind kind) {
    const char* at = token.data();
    const char* const end = at + token.size();
    const bool negative = at < end && *at == '-' && kind == SeriesKind::Signed;
    if (negative) ++at;
    std::uint64_t value = 0;
    if (!takeNumber(at, end, value)) return false;
    if (value == UINT64_MAX && token != "18446744073709551615") ++odd.beyond;
    NumberField field{static_cast<std::uint32_t>(token.data() - text.data()),
                      static_cast<std::uint32_t>(end - text.data()), kind == SeriesKind::Signed, 0,
                      false};
    if (at + 1 < end && *at == '.' && at[1] == '-' && kind == SeriesKind::Signed) {
        // "0.-500", "0.-05": mm/vmstat.c prints quotient and remainder by 1000 each with its sign.
        std::uint64_t thousandths = 0;
        const bool read = takeNumber(at += 2, end, thousandths);
        if (!read || at != end || thousandths >= 1000 || value != 0) return false;
        keep(column, {field.begin, field.end, true, 3, false}, ~thousandths + 1, kind);
        return true;
    }
    if (at < end && *at == '.') {
        for (++at; at < end && isDigit(*at) && field.decimals < 9; ++at, ++field.decimals)
            value = value * 10 + static_cast<std::uint64_t>(*at - '0');
    }
    if (at != end) return false;
    keep(column, field, negative ? ~value + 1 : value, kind);
    return true;
}

void ProcShape::keep(std::string_view column, const NumberField& field, std::uint64_t value,
                     SeriesKind kind) {
    if (m_row >= names->rows.size()) sameRow("");
    const auto key = std::to_string(m_row) + '/' + std::string(column);
    std::string unique(column);
    if (const auto times = ++m_columns[key]; times > 1) unique += '#' + std::to_string(times);
    names->series.push_back({m_row, std::move(unique), kind, field.decimals});
    fields.push_back(field);
    values.push_back(value);
}

void readShape(ProcShape& shape, std::string_view text) {
    shape.text = text;
    if (!text.empty() && text.back() != '\n') {
        // The kernel ends every line of these files; /proc/PID files of one line may lack the end.
        shape.odd.cut = 1;
    }
    switch (shape.names->file) {
    case CounterFile::Interrupts:
    case CounterFile::Softirqs: return readCpuTable(shape);
    case CounterFile::Zoneinfo: return readZones(shape);
    case CounterFile::Buddyinfo:
    case CounterFile::Pagetypeinfo: return readFreeBlocks(shape);
    case CounterFile::Vmstat:
    case CounterFile::Meminfo: return readNameValues(shape);
    case CounterFile::Slabinfo: return readSlabs(shape);
    case CounterFile::Schedstat: return readSchedstat(shape);
    case CounterFile::Stat: return readStat(shape);
    case CounterFile::Loadavg: return readLoadavg(shape);
    case CounterFile::Diskstats: return readDiskstats(shape);
    case CounterFile::Pressure: return readPressure(shape);
    case CounterFile::ExtfragIndex:
    case CounterFile::UnusableIndex: return readIndices(shape);
    case CounterFile::Count_: return;
    }
}

std::string_view takeWord(std::string_view& line) {
    line = trimLeft(line);
    std::size_t end = 0;
    while (end < line.size() && !isBlank(line[end])) ++end;
    const auto word = line.substr(0, end);
    line.remove_prefix(end);
    return word;
}

bool isDigits(std::string_view word) { return !word.empty() && std::ranges::all_of(word, isDigit); }

void countUnread(ProcShape& shape, std::string_view line) {
    if (trim(line).empty()) return;
    const bool words = std::ranges::none_of(line, isDigit) ||
                       std::ranges::any_of(line, [](char c) { return (c & 0x80) != 0; });
    ++(words ? shape.odd.annotated : shape.odd.unreadLines);
}

}  // namespace kscope::parsers
