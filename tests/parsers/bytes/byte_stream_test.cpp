// SPDX-License-Identifier: GPL-3.0-or-later
/// Streams and decompressors: every split of the input gives the same bytes, and damage is told
/// apart.
#include "parsers/bytes/byte_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <unistd.h>
#include <zstd.h>

#include <chrono>
#include <random>
#include <string>

namespace {

using namespace kscope::parsers;
using namespace std::chrono_literals;

/// Gives its bytes in pieces of random length, sometimes none.
class PiecesStream final : public ByteStream {
public:
    PiecesStream(std::string bytes, unsigned seed) : m_bytes(std::move(bytes)), m_random(seed) {}
    std::size_t read(std::span<char> into, std::chrono::milliseconds) override {
        if (m_at == m_bytes.size()) {
            end(StreamState::Ended);
            return 0;
        }
        const auto count = std::min(
            {static_cast<std::size_t>(m_random() % 700), into.size(), m_bytes.size() - m_at});
        m_bytes.copy(into.data(), count, m_at);
        m_at += count;
        return count;
    }
    std::uint64_t taken() const noexcept override { return m_at; }

private:
    std::string m_bytes;
    std::size_t m_at = 0;
    std::minstd_rand m_random;
};

struct Read {
    std::string bytes;
    StreamState state;
};
Read readAll(Compression compression, const std::string& packed, unsigned seed) {
    const auto headBytes =
        seed % 3 == 0 ? std::size_t{6} : std::min<std::size_t>(packed.size(), 100);
    const auto head = packed.substr(0, headBytes);
    const auto stream = decompress(
        compression, std::make_unique<PiecesStream>(packed.substr(head.size()), seed), head);
    Read result{.bytes = {}, .state = StreamState::Open};
    std::string into(777, '\0');
    for (int idle = 0; stream->state() == StreamState::Open && idle < 100'000; ++idle) {
        result.bytes.append(into.data(), stream->read(into, 1ms));
    }
    result.state = stream->state();
    return result;
}

std::string someText() {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i * i) + "\n";
    return text;
}
std::string zstdPacked(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}
std::string xzed(const std::string& text) {
    std::string out(lzma_stream_buffer_bound(text.size()), '\0');
    std::size_t size = 0;
    EXPECT_EQ(lzma_easy_buffer_encode(
                  1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                  text.size(), reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
              LZMA_OK);
    out.resize(size);
    return out;
}

TEST(Decompress, AnySplitOfTheInputGivesTheSameBytes) {
    const auto text = someText();
    for (unsigned seed = 1; seed < 30; ++seed) {
        for (const auto& [compression, packed] :
             {std::pair(Compression::Xz, xzed(text)),
              std::pair(Compression::Zstd, zstdPacked(text)),
              std::pair(Compression::Xz, xzed(text.substr(0, 99)) + xzed(text.substr(99))),
              std::pair(Compression::Zstd,
                        zstdPacked(text.substr(0, 99)) + zstdPacked(text.substr(99)))}) {
            ASSERT_EQ(compressionOf(packed), compression);
            const auto read = readAll(compression, packed, seed);
            ASSERT_EQ(read.bytes, text) << seed;
            ASSERT_EQ(read.state, StreamState::Ended) << seed;
        }
    }
}

TEST(Decompress, EveryCutIsTruncatedAndKeepsItsBegin) {
    const auto text = someText();
    for (const auto& [compression, packed] :
         {std::pair(Compression::Xz, xzed(text)), std::pair(Compression::Zstd, zstdPacked(text))}) {
        for (std::size_t cut = 12; cut < packed.size(); cut += 211) {
            const auto read = readAll(compression, packed.substr(0, cut), 3);
            ASSERT_EQ(read.state, StreamState::Truncated) << cut;
            ASSERT_TRUE(text.starts_with(read.bytes)) << cut;
        }
    }
}

TEST(Decompress, EveryChangedByteEndsWithoutACrash) {
    const auto text = someText().substr(0, 3000);
    for (const auto& [compression, packed] :
         {std::pair(Compression::Xz, xzed(text)), std::pair(Compression::Zstd, zstdPacked(text))}) {
        for (std::size_t at = 0; at < packed.size(); ++at) {
            auto damaged = packed;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
            const auto read = readAll(compression, damaged, 3);
            ASSERT_NE(read.state, StreamState::Open) << at;
            ASSERT_LE(read.bytes.size(), 64U << 20);
        }
    }
}

TEST(Decompress, WhatGrowsWithoutBoundIsGivenUp) {
    // 4 GiB of zeros as one zstd frame of some 130 KB.
    std::string packed;
    ZSTD_CCtx* const context = ZSTD_createCCtx();
    std::string zeros(1 << 20, '\0');
    std::string out(1 << 17, '\0');
    for (int i = 0; i < 4096; ++i) {
        ZSTD_inBuffer in{zeros.data(), zeros.size(), 0};
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        ZSTD_compressStream2(context, &to, &in, i == 4095 ? ZSTD_e_end : ZSTD_e_continue);
        packed.append(out.data(), to.pos);
    }
    ZSTD_freeCCtx(context);
    const auto stream =
        decompress(Compression::Zstd, std::make_unique<PiecesStream>(packed, 1), "");
    std::string into(1 << 20, '\0');
    std::uint64_t sum = 0;
    while (stream->state() == StreamState::Open) sum += stream->read(into, 1ms);
    EXPECT_EQ(stream->state(), StreamState::Failed);
    EXPECT_LT(sum, 3ULL << 30);
    EXPECT_NE(stream->problem().find("2000 times"), std::string::npos) << stream->problem();
}

TEST(FdStream, WaitsForAWriterAndEndsWithIt) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    const FileHandle file(ends[0]);
    FdStream stream(file);
    std::string into(100, '\0');
    EXPECT_EQ(stream.read(into, 1ms), 0U);
    EXPECT_EQ(stream.state(), StreamState::Open);
    ASSERT_EQ(::write(ends[1], "abc", 3), 3);
    EXPECT_EQ(stream.read(into, 1000ms), 3U);
    ::close(ends[1]);
    EXPECT_EQ(stream.read(into, 1000ms), 0U);
    EXPECT_EQ(stream.state(), StreamState::Ended);
    EXPECT_EQ(stream.taken(), 3U);
}

}  // namespace
