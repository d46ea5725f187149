// SPDX-License-Identifier: GPL-3.0-or-later
/// gzip, xz and zstd as streams, through zlib, liblzma and libzstd.
#include "parsers/bytes/byte_stream.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <vector>

namespace kscope::parsers {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kInputBytes = 128 << 10;
// A few tens is what trace text compresses to; constant bytes reach 1000 (gzip) to 15 000 (zstd).
constexpr std::uint64_t kMaxRatio = 2000;
constexpr std::uint64_t kRatioFrom = 1ULL << 30;
constexpr std::uint64_t kXzMemory = 256ULL << 20;

enum class Progress : std::uint8_t {
    Going,   ///< Inside a member.
    Member,  ///< A member ended; another may follow.
    Whole,   ///< The decoder says that nothing follows.
    Cut,     ///< It wants more input, and there is none.
    Damaged,
    TooLarge,  ///< Wants more memory than allowed.
};

/// What a decoder is given and gives back: both spans shrink from the front.
struct Window {
    std::span<const char> in;
    std::span<char> out;
    bool inputEnded = false;
};

class Codec {
public:
    Codec() = default;
    virtual ~Codec() = default;
    Codec(const Codec&) = delete;
    Codec& operator=(const Codec&) = delete;
    virtual Progress run(Window& window) = 0;
};

Bytef* zlibBytes(const char* bytes) {
    // zlib's next_in is not const without ZLIB_CONST; it never writes there.
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes));
}

class GzipCodec final : public Codec {
public:
    explicit GzipCodec(int windowBits) { m_good = inflateInit2(&m_stream, windowBits) == Z_OK; }
    ~GzipCodec() override { inflateEnd(&m_stream); }
    GzipCodec(const GzipCodec&) = delete;
    GzipCodec& operator=(const GzipCodec&) = delete;

    Progress run(Window& window) override {
        if (!m_good) return Progress::Damaged;
        if (m_ended) {
            if (window.in.empty()) return window.inputEnded ? Progress::Whole : Progress::Member;
            inflateReset(&m_stream);
            m_ended = false;
        }
        m_stream.next_in = zlibBytes(window.in.data());
        m_stream.avail_in = static_cast<uInt>(window.in.size());
        m_stream.next_out = zlibBytes(window.out.data());
        m_stream.avail_out = static_cast<uInt>(window.out.size());
        const int status = inflate(&m_stream, Z_NO_FLUSH);
        window.in = window.in.last(m_stream.avail_in);
        window.out = window.out.last(m_stream.avail_out);
        if (status == Z_STREAM_END) {
            m_ended = true;
            ++m_members;
            return Progress::Member;
        }
        // What follows a member and is no gzip header is padding of tapes and the like: gzip(1)
        // ignores it.
        if (status == Z_DATA_ERROR && m_members > 0 && m_stream.total_out == 0)
            return Progress::Whole;
        if (status == Z_MEM_ERROR) return Progress::TooLarge;
        if (status != Z_OK && status != Z_BUF_ERROR) return Progress::Damaged;
        return window.inputEnded && window.in.empty() && !window.out.empty() ? Progress::Cut
                                                                             : Progress::Going;
    }

private:
    z_stream m_stream{};
    bool m_good = false;
    bool m_ended = false;
    unsigned m_members = 0;
};

class XzCodec final : public Codec {
public:
    XzCodec() { m_good = lzma_stream_decoder(&m_stream, kXzMemory, LZMA_CONCATENATED) == LZMA_OK; }
    ~XzCodec() override { lzma_end(&m_stream); }
    XzCodec(const XzCodec&) = delete;
    XzCodec& operator=(const XzCodec&) = delete;

    Progress run(Window& window) override {
        if (!m_good) return Progress::Damaged;
        m_stream.next_in = reinterpret_cast<const std::uint8_t*>(window.in.data());
        m_stream.avail_in = window.in.size();
        m_stream.next_out = reinterpret_cast<std::uint8_t*>(window.out.data());
        m_stream.avail_out = window.out.size();
        const auto status = lzma_code(&m_stream, window.inputEnded ? LZMA_FINISH : LZMA_RUN);
        window.in = window.in.last(m_stream.avail_in);
        window.out = window.out.last(m_stream.avail_out);
        switch (status) {
        case LZMA_OK: return Progress::Going;
        case LZMA_STREAM_END: return Progress::Whole;
        case LZMA_BUF_ERROR: return window.inputEnded ? Progress::Cut : Progress::Going;
        case LZMA_MEM_ERROR:
        case LZMA_MEMLIMIT_ERROR: return Progress::TooLarge;
        default: return Progress::Damaged;
        }
    }

private:
    lzma_stream m_stream = LZMA_STREAM_INIT;
    bool m_good = false;
};

class ZstdCodec final : public Codec {
public:
    ZstdCodec() : m_stream(ZSTD_createDStream()) {}
    ~ZstdCodec() override { ZSTD_freeDStream(m_stream); }
    ZstdCodec(const ZstdCodec&) = delete;
    ZstdCodec& operator=(const ZstdCodec&) = delete;

    Progress run(Window& window) override {
        if (m_stream == nullptr) return Progress::TooLarge;
        // Between frames an empty input must not reach the decoder: it would begin the next frame
        // and miss its header.
        if (window.in.empty() && m_between)
            return window.inputEnded ? Progress::Whole : Progress::Member;
        ZSTD_inBuffer in{window.in.data(), window.in.size(), 0};
        ZSTD_outBuffer out{window.out.data(), window.out.size(), 0};
        const auto status = ZSTD_decompressStream(m_stream, &out, &in);
        window.in = window.in.subspan(in.pos);
        window.out = window.out.subspan(out.pos);
        if (ZSTD_isError(status) != 0) {
            // libzstd's own limit is 2^27 bytes of window (ZSTD_WINDOWLOG_LIMIT_DEFAULT).
            const std::string_view why = ZSTD_getErrorName(status);
            if (why.find("memory") != why.npos) return Progress::TooLarge;
            return m_between && m_frames > 0 ? Progress::Whole : Progress::Damaged;
        }
        m_between = status == 0;
        if (m_between) {
            ++m_frames;
            return Progress::Member;
        }
        return window.inputEnded && window.in.empty() && !window.out.empty() ? Progress::Cut
                                                                             : Progress::Going;
    }

private:
    ZSTD_DStream* m_stream;
    bool m_between = true;
    unsigned m_frames = 0;
};

class DecompressedStream final : public ByteStream {
public:
    DecompressedStream(Compression compression, std::unique_ptr<Codec> codec,
                       std::unique_ptr<ByteStream> source, std::string head)
        : m_name(compressionName(compression)),
          m_codec(std::move(codec)),
          m_source(std::move(source)),
          m_input(std::move(head)) {
        m_left = m_input;
    }

    std::size_t read(std::span<char> into, std::chrono::milliseconds wait) override {
        while (state() == StreamState::Open) {
            Window window{
                .in = m_left, .out = into, .inputEnded = m_source->state() != StreamState::Open};
            const auto progress = m_codec->run(window);
            const bool stuck = window.in.size() == m_left.size() &&
                               window.out.size() == into.size() && !m_left.empty();
            m_left = {window.in.data(), window.in.size()};
            const auto made = into.size() - window.out.size();
            m_made += made;
            react(stuck && progress == Progress::Going ? Progress::Damaged : progress);
            if (made > 0) return made;
            if (state() == StreamState::Open && m_left.empty() && !window.inputEnded &&
                !refill(wait))
                return 0;
        }
        return 0;
    }
    std::uint64_t taken() const noexcept override { return m_source->taken(); }

private:
    /// False: nothing came in time.
    bool refill(std::chrono::milliseconds wait) {
        m_input.resize(kInputBytes);
        const auto count = m_source->read(m_input, wait);
        m_left = std::string_view(m_input).substr(0, count);
        return count > 0 || m_source->state() != StreamState::Open;
    }

    void react(Progress progress) {
        const auto data = std::string(m_name) + " data";
        const auto place = " at byte " + std::to_string(m_source->taken() - m_left.size());
        if (m_made > kRatioFrom &&
            m_made / std::max<std::uint64_t>(m_source->taken(), 1) > kMaxRatio) {
            return end(StreamState::Failed, data + " grow more than " + std::to_string(kMaxRatio) +
                                                " times" + place + ": given up");
        }
        switch (progress) {
        case Progress::Going:
        case Progress::Member: return;
        case Progress::Whole: return end(StreamState::Ended);
        case Progress::Cut:
            if (m_source->state() == StreamState::Failed)
                return end(StreamState::Failed, m_source->problem());
            return end(StreamState::Truncated, data + " end in the middle" + place);
        case Progress::Damaged: return end(StreamState::Failed, data + " are damaged" + place);
        case Progress::TooLarge:
            return end(StreamState::Failed,
                       data + " need more memory than is allowed; unpack the file first");
        }
    }

    std::string_view m_name;
    std::unique_ptr<Codec> m_codec;
    std::unique_ptr<ByteStream> m_source;
    std::string m_input;
    std::string_view m_left;  // Of m_input, not taken by the decoder yet.
    std::uint64_t m_made = 0;
};

}  // namespace

Compression compressionOf(std::string_view head) {
    if (head.substr(0, 2) == "\x1f\x8b"sv) return Compression::Gzip;
    if (head.substr(0, 6) == "\xfd\x37\x7a\x58\x5a\x00"sv) return Compression::Xz;
    if (head.substr(0, 4) == "\x28\xb5\x2f\xfd"sv) return Compression::Zstd;
    return Compression::None;
}

std::string_view compressionName(Compression compression) {
    constexpr std::array kNames{""sv, "gzip"sv, "xz"sv, "zstd"sv, "zlib"sv};
    return kNames[static_cast<std::size_t>(compression)];
}

std::unique_ptr<ByteStream> decompress(Compression compression, std::unique_ptr<ByteStream> source,
                                       std::string head) {
    std::unique_ptr<Codec> codec;
    // 15: the largest window; 16 more: a gzip header (RFC 1952) instead of zlib's (RFC 1950).
    if (compression == Compression::Gzip) codec = std::make_unique<GzipCodec>(15 + 16);
    if (compression == Compression::Zlib) codec = std::make_unique<GzipCodec>(15);
    if (compression == Compression::Xz) codec = std::make_unique<XzCodec>();
    if (compression == Compression::Zstd) codec = std::make_unique<ZstdCodec>();
    if (!codec) return source;
    return std::make_unique<DecompressedStream>(compression, std::move(codec), std::move(source),
                                                std::move(head));
}

}  // namespace kscope::parsers
