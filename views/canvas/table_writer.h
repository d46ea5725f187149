// SPDX-License-Identifier: GPL-3.0-or-later
/// Writes a pane's rows: comma separated, or as JSON where the file's name ends so.
#pragma once

#include "model/core/csv_to_json.h"
#include "views/canvas/file_writer.h"

#include <optional>

namespace kscope::views {

class TableWriter {
public:
    explicit TableWriter(const std::string& path) : m_file(path) {
        if (path.ends_with(".json"))
            m_json.emplace([this](std::string_view bytes) { m_file.write(bytes); });
    }
    /// Comma separated rows, the head first; cut anywhere.
    void write(std::string_view rows) {
        if (m_json) m_json->add(rows);
        else m_file.write(rows);
    }
    [[nodiscard]] bool failed() const { return m_file.failed(); }
    [[nodiscard]] model::Result<void> commit() {
        if (m_json) m_json->finish();
        return m_file.commit();
    }

private:
    FileWriter m_file;
    std::optional<model::CsvToJson> m_json;
};

}  // namespace kscope::views
