// SPDX-License-Identifier: GPL-3.0-or-later
/// The texts of what was polled: a proc log kept compressed in memory, whose oldest pieces go
/// first. Rows show their text from it, and saving writes it to a file.
#pragma once

#include "model/core/result.h"
#include "parsers/bytes/byte_reader.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::app {

/// One thread adds; any thread reads and saves.
class LiveLog final : public parsers::ByteReader {
public:
    LiveLog();
    ~LiveLog() override;

    /// Adds a record; returns where its text begins in the log.
    std::uint64_t add(std::string_view path, std::int64_t beforeNs, std::int64_t afterNs,
                      std::string_view text);
    /// Forgets whole pieces (some hundred rounds each) that end before `ns`, never the newest.
    void dropBefore(std::int64_t ns);
    /// Compressed, with what the newest piece takes; without the one piece that is kept unpacked,
    /// some 4 MiB.
    [[nodiscard]] std::size_t memoryBytes() const;
    /// Writes what is kept, compressed by the ending of `path`. Takes seconds for hours of it:
    /// not for the GUI thread.
    [[nodiscard]] model::Result<void> save(const std::string& path) const;

    /// Fails with one line where the bytes have left the history.
    [[nodiscard]] model::Result<std::size_t> read(std::uint64_t offset,
                                                  std::span<char> into) const override;
    [[nodiscard]] std::uint64_t size() const override;

private:
    struct Piece {
        std::uint64_t begin = 0;   ///< In the log, unpacked.
        std::uint64_t length = 0;  ///< Unpacked.
        std::int64_t lastNs = 0;
        std::string packed;  ///< One zstd frame; of the newest piece all that was flushed.
    };
    struct Packer;
    void endPiece();
    [[nodiscard]] static model::Result<std::string> unpack(const Piece& piece);

    const std::string m_head;  // first line of the log
    mutable std::mutex m_mutex;
    std::unique_ptr<Packer> m_packer;
    std::vector<std::shared_ptr<Piece>> m_pieces;  // the last one grows
    std::string m_record;
    // The piece unpacked last, or the newest as it grows: rows are shown one after the other.
    mutable std::uint64_t m_unpackedBegin = UINT64_MAX;
    mutable std::string m_unpacked;
};

}  // namespace kscope::app
