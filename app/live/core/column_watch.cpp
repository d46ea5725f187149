// SPDX-License-Identifier: GPL-3.0-or-later
/// Columns by their labels, each once.
#include "app/live/core/column_watch.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace kscope::app {

namespace {

/// So many are named one by one.
constexpr std::size_t kNamed = 4;

std::vector<std::string> columnsOf(const model::CounterNames& names) {
    std::vector<std::string> columns;
    std::unordered_set<std::string_view> known{""};  // A row's only number has no label.
    for (const auto& series : names.series)
        if (known.insert(series.column).second) columns.push_back(series.column);
    return columns;
}

/// "without CPU2, CPU3": those of `from` that `in` lacks, behind `word`; nothing where it has all.
std::string lacking(const char* word, const std::vector<std::string>& from,
                    const std::vector<std::string>& in) {
    const std::unordered_set<std::string_view> has(in.begin(), in.end());
    std::string words;
    std::size_t count = 0;
    for (const auto& column : from) {
        if (has.contains(column) || ++count > kNamed) continue;
        words += (count == 1 ? std::string(word) + ' ' : std::string(", ")) + column;
    }
    if (count > kNamed) words += " and " + std::to_string(count - kNamed) + " more";
    return words;
}

}  // namespace

void ColumnWatch::follow(const std::shared_ptr<const model::CounterNames>& names, std::int64_t ns) {
    if (!names || names->series.empty() || names == m_names) return;
    m_names = names;
    auto columns = columnsOf(*names);
    if (m_first.empty()) {
        m_first = std::move(columns);
        return;
    }
    const auto gone = lacking("without", m_first, columns);
    const auto fresh = lacking("with", columns, m_first);
    auto words = gone + (gone.empty() || fresh.empty() ? "" : ", ") + fresh;
    if (words != m_change.words) m_change = {std::move(words), ns};
}

}  // namespace kscope::app
