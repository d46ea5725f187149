// SPDX-License-Identifier: GPL-3.0-or-later
/// Bytes of a source that can be read again, at any place.
#pragma once

#include "model/core/result.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace kscope::parsers {

/// Thread-safe. Offsets count in the decompressed source.
class ByteReader {
public:
    ByteReader() = default;
    virtual ~ByteReader() = default;
    ByteReader(const ByteReader&) = delete;
    ByteReader& operator=(const ByteReader&) = delete;

    /// Fills `into` from `offset` on as far as there are bytes; returns how many, 0 at the end.
    /// Fails with one line where the bytes are no longer what they were.
    [[nodiscard]] virtual model::Result<std::size_t> read(std::uint64_t offset,
                                                          std::span<char> into) const = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
};

}  // namespace kscope::parsers
