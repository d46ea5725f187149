// SPDX-License-Identifier: GPL-3.0-or-later
/// Writes a proc log (cli.md section 6), plain or compressed by its name's ending. Whatever
/// happens, what was flushed is a log that can be read.
#pragma once

#include "model/core/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kscope::app {

class LogWriter {
public:
    /// Creates `path` ("-": standard output) and writes the log's first line. `realtime`: seconds
    /// since 1970 at that moment; `host`: what uname -r says. `head`: that line, of a log that was
    /// begun earlier.
    [[nodiscard]] static model::Result<std::unique_ptr<LogWriter>> create(const std::string& path,
                                                                          std::string head = {});
    ~LogWriter();
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    /// Adds a record.
    void add(std::string_view path, std::int64_t beforeNs, std::int64_t afterNs,
             std::string_view text);
    /// Adds whole records as they stand in a log.
    void addRecords(std::string_view records) { m_text += records; }
    /// Writes what was added so far to its end: one round. Fails with one line where it could not
    /// be written (a full disk): the file then ends after the last whole round.
    [[nodiscard]] model::Result<void> flush();
    /// Ends the compressed data and closes.
    [[nodiscard]] model::Result<void> finish();
    [[nodiscard]] std::uint64_t bytesWritten() const noexcept { return m_written; }

    struct Packer;  ///< One a compression.

private:
    LogWriter(int descriptor, std::string path, std::unique_ptr<Packer> packer);
    [[nodiscard]] model::Result<void> put(bool end);

    int m_descriptor;
    std::string m_path;
    std::unique_ptr<Packer> m_packer;
    std::string m_text;    // Of the round at hand.
    std::string m_packed;  // Of it, compressed.
    std::uint64_t m_written = 0;
    bool m_failed = false;
};

/// First line of a log that begins now, with its end.
[[nodiscard]] std::string logHead();
/// Appends a record: its header line, the text, a blank line.
void appendLogRecord(std::string& into, std::string_view path, std::int64_t beforeNs,
                     std::int64_t afterNs, std::string_view text);

}  // namespace kscope::app
