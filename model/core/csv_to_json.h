// SPDX-License-Identifier: GPL-3.0-or-later
/// A table of comma separated values as JSON.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

/// Turns a table of comma separated values, with its head, into a JSON array of one object a row.
/// Columns that are named lane, row, task, device, kind, comm, function, marks or label hold text;
/// the others numbers where they are such, null where they are empty.
class CsvToJson {
public:
    using Sink = std::function<void(std::string_view)>;
    explicit CsvToJson(Sink sink) : m_sink(std::move(sink)) {}
    /// Any piece of the table; it may be cut anywhere.
    void add(std::string_view piece);
    void finish();

private:
    void endField();
    void endRow();

    Sink m_sink;
    std::vector<std::string> m_head;
    std::vector<std::string> m_row;
    std::string m_field;
    std::string m_out;
    bool m_headRead = false;
    bool m_quoted = false;
    bool m_markBefore = false;  // a quotation mark inside a quoted field, or its end
    bool m_any = false;         // rows written
};

}  // namespace kscope::model
