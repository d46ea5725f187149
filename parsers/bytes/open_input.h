// SPDX-License-Identifier: GPL-3.0-or-later
/// Opens what a person named, and says in one line why that failed.
#pragma once

#include "model/core/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace kscope::parsers {

/// Owns a file descriptor.
class FileHandle {
public:
    FileHandle() = default;
    explicit FileHandle(int descriptor) noexcept : m_descriptor(descriptor) {}
    ~FileHandle();
    FileHandle(FileHandle&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    FileHandle& operator=(FileHandle&& other) noexcept {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    FileHandle(const FileHandle&) = delete;
    FileHandle& operator=(const FileHandle&) = delete;

    [[nodiscard]] int descriptor() const noexcept { return m_descriptor; }
    /// pread until `into` is full or the file ends; errno words on failure.
    [[nodiscard]] model::Result<std::size_t> readAt(std::uint64_t offset,
                                                    std::span<char> into) const;

private:
    int m_descriptor = -1;
};

/// What tells one state of a file from another.
struct FileState {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t changedNs = 0;  ///< Modification time.
    std::uint64_t links = 0;     ///< 0: no name leads to it any more.
};
[[nodiscard]] model::Result<FileState> stateOf(const FileHandle& file);

enum class InputKind : std::uint8_t {
    File,    ///< Regular, with a size: read at any place.
    Stream,  ///< Pipe, terminal, socket, or a file whose size is 0 and that may yet have content
             ///< (tracefs, /proc).
    Directory,
};
struct Input {
    FileHandle file;
    InputKind kind = InputKind::Stream;
    FileState state;
};
/// Opens `path`; "-" is standard input. A fifo is opened without waiting for a writer.
[[nodiscard]] model::Result<Input> openInput(const std::string& path);

/// The path as it may stand in a one-line message: control bytes as '?', "standard input" for "-".
[[nodiscard]] std::string shownPath(std::string_view path);

}  // namespace kscope::parsers
