// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows and columns to paths.
#include "model/derive/counter_path.h"

#include <charconv>

namespace kscope::model {

std::string counterPath(const Trace& trace, const CounterTable& table, std::uint32_t id) {
    const auto& series = table.series()[id];
    std::string path(trace.text(table.rows()[series.row].name));
    const auto column = trace.text(series.column);
    if (!path.empty() && !column.empty()) path += '/';
    return path.append(column);
}

std::vector<std::string> counterPaths(const Trace& trace, const CounterTable& table) {
    std::vector<std::string> paths;
    for (std::uint32_t id = 0; id < table.series().size(); ++id)
        paths.push_back(counterPath(trace, table, id));
    return paths;
}

std::optional<std::uint32_t> findCounter(const Trace& trace, const CounterTable& table,
                                         std::string_view path) {
    for (std::uint32_t id = 0; id < table.series().size(); ++id)
        if (counterPath(trace, table, id) == path) return id;
    return std::nullopt;
}

ZoneName zoneOfRow(std::string_view row) {
    ZoneName name;
    const auto slash = row.find('/');
    if (!row.starts_with("node") || slash == row.npos) return name;
    const auto digits = row.substr(4, slash - 4);
    const auto* const end = digits.data() + digits.size();
    if (digits.empty() || std::from_chars(digits.data(), end, name.node).ptr != end) return {};
    name.zone = row.substr(slash + 1);
    return name;
}

}  // namespace kscope::model
