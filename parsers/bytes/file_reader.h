// SPDX-License-Identifier: GPL-3.0-or-later
/// A regular file that is read again later, and notices when it is no longer the file that was
/// parsed.
#pragma once

#include "parsers/bytes/byte_reader.h"
#include "parsers/bytes/open_input.h"

#include <atomic>
#include <string>

namespace kscope::parsers {

/// Keeps the file open: what was parsed stays readable when its name is removed or given to another
/// file. Never maps it: a file cut short under a map is a SIGBUS.
class FileReader final : public ByteReader {
public:
    FileReader(FileHandle file, const FileState& state, std::string path);

    /// Fails where the file shrank or was rewritten. One that only grew is still good.
    [[nodiscard]] model::Result<std::size_t> read(std::uint64_t offset,
                                                  std::span<char> into) const override;
    [[nodiscard]] std::uint64_t size() const override { return m_state.size; }
    /// Like read(), without asking whether the file changed: for the import itself.
    [[nodiscard]] model::Result<std::size_t> readAsIs(std::uint64_t offset,
                                                      std::span<char> into) const {
        return m_file.readAt(offset, into);
    }
    [[nodiscard]] const FileHandle& file() const noexcept { return m_file; }
    [[nodiscard]] const FileState& state() const noexcept { return m_state; }

private:
    [[nodiscard]] std::uint64_t fingerprint() const;

    FileHandle m_file;
    FileState m_state;
    std::string m_path;
    std::uint64_t m_fingerprint = 0;  // Of the first and last bytes at opening.
    mutable std::atomic<std::int64_t>
        m_goodChange;  // Modification time under which the fingerprint held.
};

}  // namespace kscope::parsers
