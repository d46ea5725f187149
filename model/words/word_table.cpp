// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the tables of words.
#include "model/words/word_table.h"

#include "model/words/word_files.h"

#include <algorithm>

namespace kscope::model {
namespace {

/// What stands before `separator`, which is taken away with it.
std::string_view takeUntil(std::string_view& text, char separator) {
    const auto end = std::min(text.find(separator), text.size());
    const auto taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

}  // namespace

WordTable::WordTable(std::string_view text, std::size_t keyColumns) {
    takeUntil(text, '\n');
    while (!text.empty()) {
        auto line = takeUntil(text, '\n');
        if (line.empty() || line.front() == '#') continue;
        const auto* const begin = line.data();
        Row row;
        for (auto& column : row) column = takeUntil(line, '\t');
        const auto& last = row[keyColumns - 1];
        const std::string_view key(begin,
                                   static_cast<std::size_t>(last.data() + last.size() - begin));
        if (key.ends_with('*'))
            m_prefixes.emplace_back(key.substr(0, key.size() - 1), m_rows.size());
        else m_index.emplace(key, m_rows.size());
        m_rows.push_back(row);
    }
    std::ranges::sort(m_prefixes, std::ranges::greater{},
                      [](const auto& prefix) { return prefix.first.size(); });
}

const WordTable::Row* WordTable::find(std::string_view key) const {
    if (const auto found = m_index.find(key); found != m_index.end()) return &m_rows[found->second];
    for (const auto& [prefix, row] : m_prefixes)
        if (key.starts_with(prefix)) return &m_rows[row];
    return nullptr;
}

const WordTable& blockTable() {
    static const WordTable table(kBlockFile);
    return table;
}
const WordTable& diagnosticTable() {
    static const WordTable table(kDiagnosticsFile);
    return table;
}
const WordTable& errnoTable() {
    static const WordTable table(kErrnoFile);
    return table;
}
const WordTable& eventTable() {
    static const WordTable table(kEventsFile);
    return table;
}
const WordTable& fieldTable() {
    static const WordTable table(kFieldsFile, 2);
    return table;
}
const WordTable& flagTable() {
    static const WordTable table(kFlagsFile);
    return table;
}
const WordTable& functionTable() {
    static const WordTable table(kFunctionsFile);
    return table;
}
const WordTable& gfpTable() {
    static const WordTable table(kGfpFile);
    return table;
}
const WordTable& letterTable() {
    static const WordTable table(kLettersFile);
    return table;
}
const WordTable& signalTable() {
    static const WordTable table(kSignalsFile);
    return table;
}
const WordTable& softirqTable() {
    static const WordTable table(kSoftirqsFile);
    return table;
}
const WordTable& stateTable() {
    static const WordTable table(kStatesFile);
    return table;
}
const WordTable& syscallTable() {
    static const WordTable table(kSyscallsFile);
    return table;
}
const WordTable::Row* syscallByNumber(std::string_view number) {
    static const auto index = [] {
        std::unordered_map<std::string_view, const WordTable::Row*> rows;
        for (const auto& row : syscallTable().rows()) rows.emplace(row[1], &row);
        return rows;
    }();
    const auto found = index.find(number);
    return found == index.end() ? nullptr : found->second;
}

}  // namespace kscope::model
