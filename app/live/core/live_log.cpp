// SPDX-License-Identifier: GPL-3.0-or-later
/// A zstd frame a piece, flushed record by record.
#include "app/live/core/live_log.h"

#include "app/live/core/log_writer.h"

#include <zstd.h>

#include <algorithm>
#include <array>

namespace kscope::app {

namespace {

/// A piece begins anew without what was before, which costs some 10 KiB; reading one record again
/// unpacks half of it, some ms.
constexpr std::uint64_t kPieceBytes = 4 << 20;
/// 3: a record finds the one of the round before, which lies some 60 KiB back.
constexpr int kPackLevel = 3;
constexpr std::size_t kPackStep = 32 << 10;

}  // namespace

struct LiveLog::Packer {
    ZSTD_CCtx* context = ZSTD_createCCtx();

    Packer() {
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kPackLevel);
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 20);
    }
    ~Packer() { ZSTD_freeCCtx(context); }
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;
    void pack(std::string_view text, std::string& out, ZSTD_EndDirective flush) const {
        ZSTD_inBuffer in{text.data(), text.size(), 0};
        std::array<char, kPackStep> room;  // NOLINT: filled by zstd
        while (true) {
            ZSTD_outBuffer to{room.data(), room.size(), 0};
            const auto left = ZSTD_compressStream2(context, &to, &in, flush);
            if (ZSTD_isError(left) != 0) return;  // out of memory: the record stays unreadable
            out.append(room.data(), to.pos);
            if (left == 0) return;
        }
    }
};

LiveLog::LiveLog() : m_head(logHead()), m_packer(std::make_unique<Packer>()) {}
LiveLog::~LiveLog() = default;

std::uint64_t LiveLog::add(std::string_view path, std::int64_t beforeNs, std::int64_t afterNs,
                           std::string_view text) {
    m_record.clear();
    appendLogRecord(m_record, path, beforeNs, afterNs, text);
    const std::lock_guard lock(m_mutex);
    if (m_pieces.empty() || m_pieces.back()->length >= kPieceBytes) {
        const auto begin =
            m_pieces.empty() ? m_head.size() : m_pieces.back()->begin + m_pieces.back()->length;
        if (!m_pieces.empty()) endPiece();
        m_pieces.push_back(std::make_shared<Piece>());
        m_pieces.back()->begin = begin;
        m_unpackedBegin = begin;
        m_unpacked.clear();
        m_unpacked.reserve(kPieceBytes + kPieceBytes / 8);
    }
    auto& piece = *m_pieces.back();
    // A view that follows reads what was added just now, at every round.
    if (m_unpackedBegin == piece.begin && m_unpacked.size() == piece.length) m_unpacked += m_record;
    m_packer->pack(m_record, piece.packed, ZSTD_e_flush);
    const auto at = piece.begin + piece.length + m_record.find('\n') + 1;
    piece.length += m_record.size();
    piece.lastNs = beforeNs;
    return at;
}

void LiveLog::endPiece() {
    auto& piece = *m_pieces.back();
    m_packer->pack({}, piece.packed, ZSTD_e_end);
    piece.packed.shrink_to_fit();
}

void LiveLog::dropBefore(std::int64_t ns) {
    const std::lock_guard lock(m_mutex);
    std::size_t old = 0;
    while (old + 1 < m_pieces.size() && m_pieces[old]->lastNs < ns) ++old;
    m_pieces.erase(m_pieces.begin(), m_pieces.begin() + static_cast<std::ptrdiff_t>(old));
}

std::size_t LiveLog::memoryBytes() const {
    const std::lock_guard lock(m_mutex);
    std::size_t sum = 0;
    for (const auto& piece : m_pieces) sum += piece->packed.capacity() + sizeof *piece;
    return sum;
}

model::Result<std::string> LiveLog::unpack(const Piece& piece) {
    std::string text(piece.length, '\0');
    std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                    ZSTD_freeDCtx);
    ZSTD_inBuffer in{piece.packed.data(), piece.packed.size(), 0};
    ZSTD_outBuffer out{text.data(), text.size(), 0};
    while (out.pos < out.size) {
        const auto before = out.pos;
        const auto left = ZSTD_decompressStream(context.get(), &out, &in);
        if (ZSTD_isError(left) != 0 || (in.pos == in.size && out.pos == before))
            return model::failure("the text of this reading could not be unpacked");
    }
    return text;
}

model::Result<std::size_t> LiveLog::read(std::uint64_t offset, std::span<char> into) const {
    const std::lock_guard lock(m_mutex);
    std::size_t done = 0;
    if (offset < m_head.size()) done = m_head.copy(into.data(), into.size(), offset);
    while (done < into.size()) {
        const auto at = offset + done;
        const auto behind = std::ranges::upper_bound(
            m_pieces, at, {}, [](const auto& piece) { return piece->begin; });
        if (behind == m_pieces.begin()) {
            if (m_pieces.empty()) return done;
            return model::failure("this reading has left the history");
        }
        const auto& piece = **(behind - 1);
        const auto inside = at - piece.begin;
        if (inside >= piece.length) return done;
        if (m_unpackedBegin != piece.begin || m_unpacked.size() < piece.length) {
            auto text = unpack(piece);
            if (!text) return tl::unexpected(text.error());
            m_unpacked = std::move(*text);
            m_unpackedBegin = piece.begin;
        }
        done += m_unpacked.copy(into.data() + done, into.size() - done, inside);
    }
    return done;
}

std::uint64_t LiveLog::size() const {
    const std::lock_guard lock(m_mutex);
    return m_pieces.empty() ? m_head.size() : m_pieces.back()->begin + m_pieces.back()->length;
}

model::Result<void> LiveLog::save(const std::string& path) const {
    std::vector<std::shared_ptr<const Piece>> pieces;
    {
        // Those that grow no more are shared; the newest is copied.
        const std::lock_guard lock(m_mutex);
        pieces.assign(m_pieces.begin(), m_pieces.end());
        if (!pieces.empty()) pieces.back() = std::make_shared<Piece>(*pieces.back());
    }
    auto writer = LogWriter::create(path, m_head);
    if (!writer) return tl::unexpected(writer.error());
    for (const auto& piece : pieces) {
        const auto text = unpack(*piece);
        if (!text) return tl::unexpected(text.error());
        (*writer)->addRecords(*text);
        if (auto done = (*writer)->flush(); !done) return done;
    }
    return (*writer)->finish();
}

}  // namespace kscope::app
