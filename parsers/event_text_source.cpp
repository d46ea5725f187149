// SPDX-License-Identifier: GPL-3.0-or-later
/// Text of events, read again from where their lines begin.
#include "parsers/part_feeder.h"
#include "parsers/text_import.h"

#include <algorithm>
#include <string>

namespace kscope::parsers {
namespace {

// Most events are a line of 100 bytes; a stack of 30 frames takes 2 KiB, user stacks with paths and
// long messages more.
constexpr std::size_t kUsualBytes = 4 << 10;
constexpr std::size_t kManyBytes = 64 << 10;

class TextSource final : public model::EventSource {
public:
    TextSource(const FtraceLayout& layout, std::shared_ptr<const ByteReader> reader)
        : m_layout(layout),
          m_reader(std::move(reader)) {}

    model::Result<model::EventText> eventText(std::uint64_t position) const override {
        for (const auto wanted : {kUsualBytes, kManyBytes, kMaxLineBytes}) {
            std::string text(wanted + kPiecePadding, '\0');
            const auto count = m_reader->read(position, std::span(text).first(wanted));
            if (!count) return tl::unexpected(count.error());
            if (*count == 0)
                return model::failure(
                    "the source ends before this event; it was changed since it was opened");
            const std::string_view bytes(text.data(), *count);
            if (*count < wanted || wanted == kMaxLineBytes || endsInside(bytes))
                return readEventText(m_layout, bytes);
        }
        return model::failure("no text");  // Not reached: the last size always returns.
    }
    model::Result<std::size_t> bytes(std::uint64_t offset, std::span<char> into) const override {
        return m_reader->read(offset, into);
    }
    std::uint64_t size() const override { return m_reader->size(); }

private:
    /// Whether the event ends before `text` does: there is a line behind its own that is no stack
    /// frame.
    static bool endsInside(std::string_view text) {
        const auto last = text.find_last_of('\n');
        if (last == text.npos || last == 0) return false;
        const auto lastWhole = text.substr(0, last);
        const auto begin = lastWhole.find_last_of('\n');
        if (begin == text.npos) return false;
        const auto line = lastWhole.substr(begin + 1);
        const auto filled = line.find_first_not_of(" \t");
        return filled != line.npos && line.substr(filled, 2) != "=>";
    }

    FtraceLayout m_layout;
    std::shared_ptr<const ByteReader> m_reader;
};

}  // namespace

std::shared_ptr<const model::EventSource> makeEventSource(const FtraceLayout& layout,
                                                          std::shared_ptr<const ByteReader> bytes) {
    return std::make_shared<TextSource>(layout, std::move(bytes));
}

}  // namespace kscope::parsers
