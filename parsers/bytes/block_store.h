// SPDX-License-Identifier: GPL-3.0-or-later
/// Keeps the text of a stream, compressed in blocks, so that a row's text can be shown after the
/// stream is gone.
#pragma once

#include "model/core/thread_pool.h"
#include "parsers/bytes/byte_reader.h"

#include <memory>
#include <string_view>

namespace kscope::parsers {

/// One thread appends, any number read what was appended before, at the same time.
class BlockStore final : public ByteReader {
public:
    /// Raw bytes a block. A row's text costs the decompression of one (some 0.2 ms), then a look
    /// into the few kept.
    static constexpr std::size_t kBlockBytes = 256 << 10;

    /// Full blocks are compressed by jobs of `pool`, or at once where it has none to spare.
    explicit BlockStore(model::ThreadPool& pool);
    ~BlockStore() override;

    void append(std::string_view bytes);
    [[nodiscard]] model::Result<std::size_t> read(std::uint64_t offset,
                                                  std::span<char> into) const override;
    [[nodiscard]] std::uint64_t size() const override;
    /// What the blocks take, compressed or not yet.
    [[nodiscard]] std::size_t memoryBytes() const;
    /// Waits until all full blocks are compressed. For tests.
    void settle() const;

private:
    struct Blocks;
    std::shared_ptr<Blocks> m_blocks;  // Shared with the jobs, which may outlive the store.
    model::ThreadPool& m_pool;
};

}  // namespace kscope::parsers
