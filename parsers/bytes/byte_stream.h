// SPDX-License-Identifier: GPL-3.0-or-later
/// Bytes that come once, in order: a pipe, standard input, a tracefs file, or what a decompressor
/// makes of one.
#pragma once

#include "parsers/bytes/open_input.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace kscope::parsers {

enum class StreamState : std::uint8_t {
    Open,       ///< More may come.
    Ended,      ///< All was read.
    Truncated,  ///< Compressed data end in the middle; what came before is good.
    Failed,     ///< An error of reading, damaged data or too much of it: problem() says which.
};

class ByteStream {
public:
    ByteStream() = default;
    virtual ~ByteStream() = default;
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;

    /// Puts at most into.size() bytes (not 0) and returns how many. Waits no longer than `wait` for
    /// the first one; 0 with state() Open means that none came in time.
    [[nodiscard]] virtual std::size_t read(std::span<char> into,
                                           std::chrono::milliseconds wait) = 0;
    [[nodiscard]] StreamState state() const noexcept { return m_state; }
    [[nodiscard]] const std::string& problem() const noexcept { return m_problem; }
    /// Bytes of the source as stored that were taken so far: what progress counts.
    [[nodiscard]] virtual std::uint64_t taken() const noexcept = 0;

protected:
    void end(StreamState state, std::string problem = {}) {
        m_state = state;
        m_problem = std::move(problem);
    }

private:
    StreamState m_state = StreamState::Open;
    std::string m_problem;
};

/// A descriptor, from where it stands. Borrows it.
class FdStream final : public ByteStream {
public:
    /// `over` is asked where nothing came in time: true ends the stream, once what came meanwhile
    /// is read.
    explicit FdStream(const FileHandle& file, std::function<bool()> over = {});
    [[nodiscard]] std::size_t read(std::span<char> into, std::chrono::milliseconds wait) override;
    [[nodiscard]] std::uint64_t taken() const noexcept override { return m_taken; }

private:
    [[nodiscard]] std::size_t readOnce(std::span<char> into, std::chrono::milliseconds wait);

    const FileHandle& m_file;
    std::function<bool()> m_over;
    std::uint64_t m_taken = 0;
    bool m_asksFirst = false;
};

enum class Compression : std::uint8_t { None, Gzip, Xz, Zstd, Zlib };
/// By the first bytes: gzip 1f 8b, xz fd 37 7a 58 5a 00, zstd 28 b5 2f fd. Zlib's two bytes prove
/// too little: it is never the answer.
[[nodiscard]] Compression compressionOf(std::string_view head);
[[nodiscard]] std::string_view
compressionName(Compression compression);  ///< "gzip", "xz", "zstd", "zlib"

/// Decompresses `source`; `head` holds bytes that were taken from it already. Members and frames
/// that follow one another are one stream. Memory is bounded: windows of more than 128 MiB (zstd)
/// or decoders of more than 256 MiB (xz) fail, and so does what grows more than two thousandfold
/// once it is beyond 1 GiB.
[[nodiscard]] std::unique_ptr<ByteStream>
decompress(Compression compression, std::unique_ptr<ByteStream> source, std::string head);

}  // namespace kscope::parsers
