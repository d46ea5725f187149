// SPDX-License-Identifier: GPL-3.0-or-later
/// Reading rounds' texts again.
#include "parsers/procfs/proc_source.h"

#include "parsers/bytes/open_input.h"
#include "parsers/procfs/proc_log.h"

#include <algorithm>

namespace kscope::parsers {

namespace {

constexpr std::size_t kUsualRound = 64 << 10;

model::EventText roundText(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    model::EventText found;
    found.line = text.substr(0, text.find('\n'));
    found.args = std::move(text);
    return found;
}

class LogText final : public model::EventSource {
public:
    explicit LogText(std::shared_ptr<const ByteReader> bytes) : m_bytes(std::move(bytes)) {}

    model::Result<model::EventText> eventText(std::uint64_t position) const override {
        for (auto wanted = kUsualRound; wanted <= kMaxRecordBytes; wanted *= 16) {
            std::string text(wanted, '\0');
            const auto count = m_bytes->read(position, text);
            if (!count) return tl::unexpected(count.error());
            text.resize(*count);
            const auto end = std::min(nextLogLine(text, 0), text.find('\0'));
            if (end == text.npos && *count == wanted && wanted < kMaxRecordBytes) continue;
            text.resize(std::min(end, text.size()));
            return roundText(std::move(text));
        }
        return model::failure("the record is too long");
    }
    model::Result<std::size_t> bytes(std::uint64_t offset, std::span<char> into) const override {
        return m_bytes->read(offset, into);
    }
    std::uint64_t size() const override { return m_bytes->size(); }

private:
    std::shared_ptr<const ByteReader> m_bytes;
};

class PieceText final : public model::EventSource {
public:
    PieceText(std::vector<TextPiece> pieces, std::string text)
        : m_pieces(std::move(pieces)),
          m_text(std::move(text)) {}

    model::Result<model::EventText> eventText(std::uint64_t position) const override {
        const auto at = std::ranges::find(m_pieces, position, &TextPiece::position);
        if (at == m_pieces.end()) return model::failure("no round begins there");
        std::string text(at->length, '\0');
        const auto count = bytes(position, text);
        if (!count) return tl::unexpected(count.error());
        text.resize(*count);
        return roundText(std::move(text));
    }
    model::Result<std::size_t> bytes(std::uint64_t offset, std::span<char> into) const override {
        const auto behind = std::ranges::upper_bound(m_pieces, offset, {}, &TextPiece::position);
        if (behind == m_pieces.begin()) return std::size_t{0};
        const auto& piece = *(behind - 1);
        const auto inside = offset - piece.position;
        if (inside >= piece.length) return std::size_t{0};
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(piece.length - inside, into.size()));
        if (piece.path.empty()) return m_text.copy(into.data(), wanted, offset);
        const auto input = openInput(piece.path);
        if (!input) return tl::unexpected(input.error());
        return input->file.readAt(inside, into.first(wanted));
    }
    std::uint64_t size() const override {
        return m_pieces.empty() ? 0 : m_pieces.back().position + m_pieces.back().length;
    }

private:
    std::vector<TextPiece> m_pieces;
    std::string m_text;
};

}  // namespace

std::shared_ptr<const model::EventSource> makeLogText(std::shared_ptr<const ByteReader> bytes) {
    return std::make_shared<LogText>(std::move(bytes));
}
std::shared_ptr<const model::EventSource> makePieceText(std::vector<TextPiece> pieces,
                                                        std::string text) {
    return std::make_shared<PieceText>(std::move(pieces), std::move(text));
}

}  // namespace kscope::parsers
