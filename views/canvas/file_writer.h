// SPDX-License-Identifier: GPL-3.0-or-later
/// A file that appears whole or not at all: written beside its place, then renamed.
#pragma once

#include "model/core/result.h"

#include <string>
#include <string_view>

namespace kscope::views {

class FileWriter {
public:
    explicit FileWriter(std::string path);
    ~FileWriter();  ///< Without commit() nothing stays.
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;

    /// Keeps the first failure; what comes after it is dropped.
    void write(std::string_view bytes);
    [[nodiscard]] bool failed() const { return !m_fault.empty(); }
    [[nodiscard]] model::Result<void> commit();

private:
    void fail(const char* what);
    std::string m_path;
    std::string m_temporary;
    std::string m_fault;
    int m_file = -1;
};

}  // namespace kscope::views
