// SPDX-License-Identifier: GPL-3.0-or-later
/// The per-CPU files of one blktrace run as one source: NAME.blktrace.0, .1 …
#pragma once

#include "parsers/bytes/byte_reader.h"
#include "parsers/bytes/open_input.h"

#include <memory>
#include <string>
#include <vector>

namespace kscope::parsers {

/// Files of the set that `path` names: a folder, one of the files, or the name before ".blktrace.".
/// In order of device and CPU; empty where there is none.
[[nodiscard]] std::vector<std::string> blktraceFiles(const std::string& path);

/// Several files one behind the other, as one.
class BlktraceSet final : public ByteReader {
public:
    struct Part {
        std::string path;
        std::shared_ptr<const ByteReader> bytes;
        std::uint64_t begin = 0;  ///< Of its first byte in the set.
    };
    /// Fails where a file cannot be opened; empty ones are left out.
    [[nodiscard]] static model::Result<std::shared_ptr<const BlktraceSet>>
    open(const std::vector<std::string>& paths);
    /// Of bytes that came through a pipe or were packed.
    [[nodiscard]] static std::shared_ptr<const BlktraceSet> ofBytes(std::string bytes);

    [[nodiscard]] const std::vector<Part>& parts() const noexcept { return m_parts; }
    [[nodiscard]] model::Result<std::size_t> read(std::uint64_t offset,
                                                  std::span<char> into) const override;
    [[nodiscard]] std::uint64_t size() const override { return m_size; }

private:
    void add(std::string path, std::shared_ptr<const ByteReader> bytes);
    std::vector<Part> m_parts;
    std::uint64_t m_size = 0;
};

}  // namespace kscope::parsers
