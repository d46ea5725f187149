// SPDX-License-Identifier: GPL-3.0-or-later
/// What rows tell unless they know better.
#include "views/panes/table/table_rows.h"

namespace kscope::views {

TableRows::~TableRows() = default;

std::int64_t TableRows::number(std::uint32_t, int) const { return kNoNumber; }
std::string_view TableRows::name(std::uint32_t, int) const { return {}; }

bool TableRows::holds(std::uint32_t row, const QString& words) const {
    const int count = static_cast<int>(columns().size());
    for (int column = 0; column < count; ++column)
        if (text(row, column).contains(words, Qt::CaseInsensitive)) return true;
    return false;
}

std::optional<Rgb> TableRows::swatch(std::uint32_t, const Theme&) const { return std::nullopt; }
std::optional<TableBar> TableRows::bar(std::uint32_t, int) const { return std::nullopt; }
std::optional<Rgb> TableRows::ink(std::uint32_t, int, const Theme&) const { return std::nullopt; }
QString TableRows::tip(std::uint32_t) const { return {}; }
bool TableRows::hasChildren(std::uint32_t) const { return false; }
void TableRows::children(std::uint32_t, std::vector<std::uint32_t>&) const {}

}  // namespace kscope::views
