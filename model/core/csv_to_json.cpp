// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/csv_to_json.h"

#include "model/core/quoting.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kscope::model {
namespace {

constexpr std::size_t kCsvFlushBytes = 64 << 10;
constexpr std::array<std::string_view, 9> kTextColumns{
    "lane", "row", "task", "device", "kind", "comm", "function", "marks", "label"};

/// RFC 8259's grammar of numbers, without exponents.
bool isJsonNumber(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    const auto whole = text.substr(0, text.find('.'));
    if (whole.empty() || !std::ranges::all_of(whole, digit)) return false;
    if (whole.size() > 1 && whole.front() == '0') return false;
    if (whole.size() == text.size()) return true;
    const auto behind = text.substr(whole.size() + 1);
    return !behind.empty() && std::ranges::all_of(behind, digit);
}

}  // namespace

void CsvToJson::add(std::string_view piece) {
    for (const char c : piece) {
        if (m_quoted && !m_markBefore) {
            if (c == '"') m_markBefore = true;
            else m_field += c;
            continue;
        }
        if (m_markBefore && c == '"') {  // two of them are one
            m_field += c;
            m_markBefore = false;
            continue;
        }
        if (c == '"' && m_field.empty() && !m_quoted) {
            m_quoted = true;
        } else if (c == ',') {
            endField();
        } else if (c == '\n') {
            endField();
            endRow();
        } else if (c != '\r') {
            m_field += c;
        }
    }
}

void CsvToJson::endField() {
    m_row.push_back(std::move(m_field));
    m_field.clear();
    m_quoted = m_markBefore = false;
}

void CsvToJson::endRow() {
    if (!m_headRead) {
        m_head = std::exchange(m_row, {});
        m_headRead = true;
        return;
    }
    m_out += m_any ? ",\n{" : "[\n{";
    m_any = true;
    for (std::size_t i = 0; i < std::min(m_row.size(), m_head.size()); ++i) {
        if (i > 0) m_out += ',';
        appendJson(m_out, m_head[i]);
        m_out += ':';
        const bool words = std::ranges::find(kTextColumns, m_head[i]) != kTextColumns.end();
        if (!words && m_row[i].empty()) m_out += "null";
        else if (!words && isJsonNumber(m_row[i])) m_out += m_row[i];
        else appendJson(m_out, m_row[i]);
    }
    m_out += '}';
    m_row.clear();
    if (m_out.size() < kCsvFlushBytes) return;
    m_sink(m_out);
    m_out.clear();
}

void CsvToJson::finish() {
    if (!m_field.empty() || !m_row.empty()) {
        endField();
        endRow();
    }
    m_out += m_any ? "\n]\n" : "[]\n";
    m_sink(m_out);
    m_out.clear();
}

}  // namespace kscope::model
