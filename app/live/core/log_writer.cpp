// SPDX-License-Identifier: GPL-3.0-or-later
/// Records out, each round flushed through its compressor to the file.
#include "app/live/core/log_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <lzma.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace kscope::app {

enum class PackFlush : std::uint8_t { Round, End };

struct LogWriter::Packer {
    virtual ~Packer() = default;
    /// Appends `text` compressed to `out`, so that all of it can be read back from there.
    virtual bool pack(std::string_view text, std::string& out, PackFlush flush) = 0;
};

namespace {

constexpr std::size_t kPackRoom = 64 << 10;

struct PlainPacker final : LogWriter::Packer {
    bool pack(std::string_view text, std::string& out, PackFlush) override {
        out += text;
        return true;
    }
};

class GzipPacker final : public LogWriter::Packer {
public:
    GzipPacker() {
        // 15 window bits, and 16 for a gzip header; 6 is zlib's own choice between speed and size.
        m_good = deflateInit2(&m_stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    }
    ~GzipPacker() override { deflateEnd(&m_stream); }
    bool pack(std::string_view text, std::string& out, PackFlush flush) override {
        if (!m_good) return false;
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        m_stream.avail_in = static_cast<uInt>(text.size());
        std::array<Bytef, kPackRoom> room;  // NOLINT: filled by deflate
        do {
            m_stream.next_out = room.data();
            m_stream.avail_out = static_cast<uInt>(room.size());
            if (deflate(&m_stream, flush == PackFlush::End ? Z_FINISH : Z_SYNC_FLUSH) ==
                Z_STREAM_ERROR)
                return false;
            out.append(reinterpret_cast<const char*>(room.data()),
                       room.size() - m_stream.avail_out);
        } while (m_stream.avail_out == 0);
        return true;
    }

private:
    z_stream m_stream{};
    bool m_good = false;
};

class XzPacker final : public LogWriter::Packer {
public:
    // Preset 1: a round in some ms, and 9 MiB of memory on a small target.
    XzPacker() { m_good = lzma_easy_encoder(&m_stream, 1, LZMA_CHECK_CRC32) == LZMA_OK; }
    ~XzPacker() override { lzma_end(&m_stream); }
    bool pack(std::string_view text, std::string& out, PackFlush flush) override {
        if (!m_good) return false;
        m_stream.next_in = reinterpret_cast<const std::uint8_t*>(text.data());
        m_stream.avail_in = text.size();
        std::array<std::uint8_t, kPackRoom> room;  // NOLINT: filled by lzma_code
        while (true) {
            m_stream.next_out = room.data();
            m_stream.avail_out = room.size();
            const auto code =
                lzma_code(&m_stream, flush == PackFlush::End ? LZMA_FINISH : LZMA_SYNC_FLUSH);
            out.append(reinterpret_cast<const char*>(room.data()),
                       room.size() - m_stream.avail_out);
            if (code == LZMA_STREAM_END) return true;
            if (code != LZMA_OK) return false;
        }
    }

private:
    lzma_stream m_stream = LZMA_STREAM_INIT;
    bool m_good = false;
};

class ZstdPacker final : public LogWriter::Packer {
public:
    ZstdPacker() : m_context(ZSTD_createCCtx()) {}
    ~ZstdPacker() override { ZSTD_freeCCtx(m_context); }
    bool pack(std::string_view text, std::string& out, PackFlush flush) override {
        ZSTD_inBuffer in{text.data(), text.size(), 0};
        std::array<char, kPackRoom> room;  // NOLINT: filled by zstd
        while (true) {
            ZSTD_outBuffer to{room.data(), room.size(), 0};
            const auto left = ZSTD_compressStream2(
                m_context, &to, &in, flush == PackFlush::End ? ZSTD_e_end : ZSTD_e_flush);
            if (ZSTD_isError(left) != 0) return false;
            out.append(room.data(), to.pos);
            if (left == 0) return true;
        }
    }

private:
    ZSTD_CCtx* m_context;
};

std::unique_ptr<LogWriter::Packer> packerFor(const std::string& path) {
    if (path.ends_with(".gz")) return std::make_unique<GzipPacker>();
    if (path.ends_with(".xz")) return std::make_unique<XzPacker>();
    if (path.ends_with(".zst")) return std::make_unique<ZstdPacker>();
    return std::make_unique<PlainPacker>();
}

std::string seconds(std::int64_t ns) {
    return fmt::format("{}.{:09}", ns / 1'000'000'000, ns % 1'000'000'000);
}

}  // namespace

std::string logHead() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    utsname name{};
    uname(&name);
    return fmt::format("# kernelscope-proc-log 1 clock=CLOCK_MONOTONIC host={} start-realtime={}\n",
                       name.release, seconds(now.tv_sec * 1'000'000'000 + now.tv_nsec));
}

void appendLogRecord(std::string& into, std::string_view path, std::int64_t beforeNs,
                     std::int64_t afterNs, std::string_view text) {
    into += fmt::format("# kernelscope-proc {} {} {}\n", path, seconds(beforeNs), seconds(afterNs));
    into += text;
    if (!text.empty() && text.back() != '\n') into += '\n';
    into += '\n';
}

LogWriter::LogWriter(int descriptor, std::string path, std::unique_ptr<Packer> packer)
    : m_descriptor(descriptor),
      m_path(std::move(path)),
      m_packer(std::move(packer)) {}

LogWriter::~LogWriter() {
    if (m_descriptor > STDERR_FILENO) close(m_descriptor);
}

model::Result<std::unique_ptr<LogWriter>> LogWriter::create(const std::string& path,
                                                            std::string head) {
    int descriptor = STDOUT_FILENO;
    if (path != "-") {
        descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor < 0)
            return model::failure("cannot write " + path + ": " + std::strerror(errno));
    }
    std::unique_ptr<LogWriter> writer(new LogWriter(descriptor, path, packerFor(path)));
    writer->m_text = head.empty() ? logHead() : std::move(head);
    return writer;
}

void LogWriter::add(std::string_view path, std::int64_t beforeNs, std::int64_t afterNs,
                    std::string_view text) {
    appendLogRecord(m_text, path, beforeNs, afterNs, text);
}

model::Result<void> LogWriter::put(bool end) {
    if (m_failed) return model::failure("cannot write " + m_path + " any more");
    m_packed.clear();
    const auto flush = end ? PackFlush::End : PackFlush::Round;
    if ((!m_text.empty() || end) && !m_packer->pack(m_text, m_packed, flush)) {
        m_failed = true;
        return model::failure("cannot compress " + m_path + ": out of memory");
    }
    m_text.clear();
    for (std::size_t at = 0; at < m_packed.size();) {
        const auto put = write(m_descriptor, m_packed.data() + at, m_packed.size() - at);
        if (put < 0 && errno == EINTR) continue;
        if (put >= 0) {
            at += static_cast<std::size_t>(put);
            continue;
        }
        const auto why = errno;
        m_failed = true;
        // A part of this round is of no use to anybody.
        if (ftruncate(m_descriptor, static_cast<off_t>(m_written)) == 0)
            lseek(m_descriptor, static_cast<off_t>(m_written), SEEK_SET);
        return model::failure("cannot write " + m_path + ": " + std::strerror(why) +
                              "; it holds all rounds before this one");
    }
    m_written += m_packed.size();
    return {};
}

model::Result<void> LogWriter::flush() { return put(false); }

model::Result<void> LogWriter::finish() {
    if (auto done = put(true); !done) return done;
    if (m_descriptor > STDERR_FILENO) {
        const auto result = close(m_descriptor);
        m_descriptor = -1;
        if (result != 0)
            return model::failure("cannot write " + m_path + ": " + std::strerror(errno));
    }
    return {};
}

}  // namespace kscope::app
