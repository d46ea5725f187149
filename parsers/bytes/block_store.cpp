// SPDX-License-Identifier: GPL-3.0-or-later
/// Keeps the text of a stream, compressed in blocks.
#include "parsers/bytes/block_store.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <vector>

namespace kscope::parsers {
namespace {

constexpr int kLevel =
    1;  // zstd: text of traces shrinks to an eighth at 500 MB/s; 3 gains a tenth.
constexpr std::size_t kUnpacked =
    8;  // Decompressed blocks kept: rows that are looked at stand side by side.
constexpr std::size_t kMaxJobs =
    8;  // Blocks waiting for compression, 2 MiB; then the appender does it itself.

using Bytes = std::vector<char>;
using BytesPtr = std::shared_ptr<const Bytes>;

struct Block {
    BytesPtr bytes;
    bool packed = false;
};

BytesPtr pack(const Bytes& raw) {
    Bytes packed(ZSTD_compressBound(raw.size()));
    const auto size = ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), kLevel);
    if (ZSTD_isError(size) != 0) return nullptr;
    return std::make_shared<const Bytes>(packed.begin(),
                                         packed.begin() + static_cast<std::ptrdiff_t>(size));
}

BytesPtr unpack(const Bytes& packed) {
    auto raw = std::make_shared<Bytes>(BlockStore::kBlockBytes);
    const auto size = ZSTD_decompress(raw->data(), raw->size(), packed.data(), packed.size());
    if (ZSTD_isError(size) != 0 || size != raw->size()) return nullptr;
    return raw;
}

}  // namespace

struct BlockStore::Blocks {
    mutable std::mutex mutex;
    mutable std::condition_variable packedOne;
    std::vector<Block> full;      // Each kBlockBytes of text.
    std::shared_ptr<Bytes> last;  // The block that grows; its capacity never changes.
    std::size_t lastSize = 0;     // What of it readers may copy.
    std::size_t jobs = 0;
    struct Unpacked {
        std::size_t block = SIZE_MAX;
        BytesPtr bytes;
        std::uint64_t used = 0;
    };
    mutable std::array<Unpacked, kUnpacked> unpacked;
    mutable std::uint64_t uses = 0;

    void packBlock(std::size_t index, const BytesPtr& raw);
    [[nodiscard]] BytesPtr textOf(std::size_t index) const;
};

void BlockStore::Blocks::packBlock(std::size_t index, const BytesPtr& raw) {
    auto packed = pack(*raw);
    const std::lock_guard lock(mutex);
    if (packed) full[index] = {std::move(packed), true};
}

/// The text of a full block, from the blocks kept or unpacked now. Called without the lock.
BytesPtr BlockStore::Blocks::textOf(std::size_t index) const {
    Block block;
    {
        const std::lock_guard lock(mutex);
        for (auto& kept : unpacked) {
            if (kept.block != index) continue;
            kept.used = ++uses;
            return kept.bytes;
        }
        block = full[index];
    }
    if (!block.packed) return block.bytes;
    auto raw = unpack(*block.bytes);
    if (!raw) return nullptr;
    const std::lock_guard lock(mutex);
    const auto oldest =
        std::min_element(unpacked.begin(), unpacked.end(),
                         [](const auto& a, const auto& b) { return a.used < b.used; });
    *oldest = {index, raw, ++uses};
    return raw;
}

BlockStore::BlockStore(model::ThreadPool& pool)
    : m_blocks(std::make_shared<Blocks>()),
      m_pool(pool) {}
BlockStore::~BlockStore() = default;

void BlockStore::append(std::string_view bytes) {
    auto& blocks = *m_blocks;
    while (!bytes.empty()) {
        if (!blocks.last) {
            auto fresh = std::make_shared<Bytes>(kBlockBytes);
            const std::lock_guard lock(blocks.mutex);
            blocks.last = std::move(fresh);
        }
        const auto count = std::min(bytes.size(), kBlockBytes - blocks.lastSize);
        // Readers copy only below lastSize, which moves under the lock after the bytes are there.
        std::memcpy(blocks.last->data() + blocks.lastSize, bytes.data(), count);
        bytes.remove_prefix(count);
        std::unique_lock lock(blocks.mutex);
        blocks.lastSize += count;
        if (blocks.lastSize < kBlockBytes) continue;
        const BytesPtr raw = std::move(blocks.last);
        const auto index = blocks.full.size();
        blocks.full.push_back({raw, false});
        blocks.lastSize = 0;
        const bool busy = blocks.jobs >= kMaxJobs;
        if (!busy) ++blocks.jobs;
        lock.unlock();
        if (busy) {
            blocks.packBlock(index, raw);
            continue;
        }
        m_pool.submit([shared = m_blocks, index, raw] {
            shared->packBlock(index, raw);
            const std::lock_guard done(shared->mutex);
            --shared->jobs;
            shared->packedOne.notify_all();
        });
    }
}

model::Result<std::size_t> BlockStore::read(std::uint64_t offset, std::span<char> into) const {
    const auto& blocks = *m_blocks;
    std::size_t done = 0;
    while (done < into.size()) {
        const auto index = static_cast<std::size_t>((offset + done) / kBlockBytes);
        const auto inside = static_cast<std::size_t>((offset + done) % kBlockBytes);
        const auto rest = into.subspan(done);
        {
            const std::lock_guard lock(blocks.mutex);
            if (index > blocks.full.size()) break;
            if (index == blocks.full.size()) {
                if (inside >= blocks.lastSize) break;
                const auto count = std::min(rest.size(), blocks.lastSize - inside);
                std::memcpy(rest.data(), blocks.last->data() + inside, count);
                done += count;
                break;
            }
        }
        const auto text = blocks.textOf(index);
        if (!text) return model::failure("a kept block of the stream's text is damaged in memory");
        const auto count = std::min(rest.size(), kBlockBytes - inside);
        std::memcpy(rest.data(), text->data() + inside, count);
        done += count;
    }
    return done;
}

std::uint64_t BlockStore::size() const {
    const std::lock_guard lock(m_blocks->mutex);
    return std::uint64_t{m_blocks->full.size()} * kBlockBytes + m_blocks->lastSize;
}

std::size_t BlockStore::memoryBytes() const {
    const std::lock_guard lock(m_blocks->mutex);
    std::size_t sum = m_blocks->last ? kBlockBytes : 0;
    for (const auto& block : m_blocks->full) sum += block.bytes->size();
    return sum;
}

void BlockStore::settle() const {
    std::unique_lock lock(m_blocks->mutex);
    m_blocks->packedOne.wait(lock, [this] { return m_blocks->jobs == 0; });
}

}  // namespace kscope::parsers
