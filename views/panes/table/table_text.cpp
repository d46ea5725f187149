// SPDX-License-Identifier: GPL-3.0-or-later
/// Cells to text.
#include "views/panes/table/table_text.h"

#include <algorithm>

namespace kscope::views {
namespace {

constexpr std::size_t kTextPiece = 64 * 1024;

void addCell(std::string& out, std::string text, TableText style) {
    if (style != TableText::Csv) {
        // A control character inside a value would make another cell of it.
        std::ranges::replace_if(
            text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
        out += text;
        return;
    }
    if (text.find_first_of(",\"\r\n") == text.npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    out += '"';
}

std::string cellText(const TableRows& rows, std::uint32_t row, int column) {
    const auto& about = rows.columns()[static_cast<std::size_t>(column)];
    if (about.sort == TableSort::Number && !about.exportName.isEmpty()) {
        const auto number = rows.number(row, column);
        return number == TableRows::kNoNumber ? std::string() : std::to_string(number);
    }
    return rows.text(row, column).toStdString();
}

}  // namespace

bool writeTable(const TableRows& rows, const TableOrder& order, std::uint32_t first,
                std::uint32_t last, TableText style,
                const std::function<bool(std::string_view)>& sink, const std::stop_token& stop) {
    const auto columns = rows.columns();
    const char gap = style == TableText::Csv ? ',' : '\t';
    // A tree that lies flat says how deep each row stood.
    const bool deep = rows.tree() && style != TableText::Tabs;
    std::string out;
    if (style != TableText::Tabs) {
        if (deep) out += std::string("depth") + gap;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i > 0) out += gap;
            const auto& name = columns[i].exportName;
            addCell(out, (name.isEmpty() ? columns[i].title : name).toStdString(), style);
        }
        out += '\n';
    }
    for (auto line = first; line < std::min(last, order.size()); ++line) {
        if (deep) out += std::to_string(order.depth(line)) + gap;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i > 0) out += gap;
            addCell(out, cellText(rows, order.row(line), static_cast<int>(i)), style);
        }
        out += '\n';
        if (out.size() < kTextPiece) continue;
        if (stop.stop_requested() || !sink(out)) return false;
        out.clear();
    }
    return !stop.stop_requested() && (out.empty() || sink(out));
}

}  // namespace kscope::views
