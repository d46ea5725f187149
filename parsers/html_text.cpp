// SPDX-License-Identifier: GPL-3.0-or-later
/// Takes the ftrace text out of what Android's tools wrap it in (systrace's HTML, atrace's TRACE:
/// stream).
#include "parsers/html_text.h"

#include <algorithm>
#include <cstring>

namespace kscope::parsers {
namespace {

using namespace std::string_view_literals;

constexpr auto kAtraceBegin = "TRACE:\n"sv;
constexpr auto kScriptEnd = "</script>"sv;
constexpr auto kEscapedEnd = "\\n\\"sv;  // How each line of the script's string ends.
constexpr std::size_t kHtmlInputBytes = 128 << 10;
constexpr std::size_t kMaxPageLineBytes = 1 << 20;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// Lines inside of the blocks that hold trace text; everything else of the page is left out.
class PageStream final : public ByteStream {
public:
    PageStream(std::unique_ptr<ByteStream> source, std::string head)
        : m_source(std::move(source)),
          m_input(std::move(head)) {
        const auto begin = m_input.find_first_not_of(" \t\r\n");
        if (begin == m_input.npos || m_input[begin] != '<')
            m_block = Block::Text;  // A script without its page.
    }

    std::size_t read(std::span<char> into, std::chrono::milliseconds wait) override {
        while (m_output.empty() && state() == StreamState::Open) {
            takeLines();
            if (!m_output.empty()) break;
            if (m_source->state() != StreamState::Open) {
                takeLine(std::exchange(m_input, {}), "");
                end(m_source->state(), m_source->problem());
                break;
            }
            const auto filled = m_input.size();
            m_input.resize(filled + kHtmlInputBytes);
            const auto count = m_source->read(std::span(m_input).subspan(filled), wait);
            m_input.resize(filled + count);
            if (count == 0 && m_source->state() == StreamState::Open) return 0;
        }
        const auto count = std::min(into.size(), m_output.size());
        std::memcpy(into.data(), m_output.data(), count);
        m_output.erase(0, count);
        return count;
    }
    std::uint64_t taken() const noexcept override { return m_source->taken(); }

private:
    enum class Block : std::uint8_t { Outside, Text, Other };

    void takeLines() {
        std::size_t begin = 0;
        for (auto newline = m_input.find('\n'); newline != m_input.npos;
             newline = m_input.find('\n', begin)) {
            takeLine(std::string_view(m_input).substr(begin, newline - begin), "\n");
            begin = newline + 1;
        }
        m_input.erase(0, begin);
        if (m_input.size() >= kMaxPageLineBytes) takeLine(std::exchange(m_input, {}), "");
    }

    void takeLine(std::string_view line, std::string_view lineEnd) {
        if (m_block == Block::Outside) {
            const bool block = holds(line, "<script") && holds(line, "trace-data");
            const bool string = holds(line, "linuxPerfData");
            if (!block && !string) return;
            m_block = Block::Text;
            m_blockBegins = true;
            line = line.substr(std::min(line.find(block ? '>' : '"') + 1, line.size()));
            if (line.empty() || line == "\\") return;
        }
        const auto close = line.find(kScriptEnd);
        const auto text = line.substr(0, close);
        if (m_block == Block::Text) takeText(text, close == line.npos ? lineEnd : ""sv);
        if (close != line.npos) m_block = Block::Outside;
    }

    void takeText(std::string_view text, std::string_view lineEnd) {
        const auto first = text.find_first_not_of(" \t\r");
        if (m_blockBegins && first != text.npos) {
            // Other blocks of the page hold JSON: events of the browser, system information.
            m_blockBegins = false;
            if (text[first] == '{' || text[first] == '[') {
                m_block = Block::Other;
                return;
            }
        }
        if (first == text.npos && m_blockBegins) return;
        if (text.size() >= kEscapedEnd.size() &&
            text.substr(text.size() - kEscapedEnd.size()) == kEscapedEnd) {
            text.remove_suffix(kEscapedEnd.size());
            appendUnescaped(text);
        } else if (text == "\";" || text == "\"") {
            return;  // The end of the string.
        } else {
            m_output += text;
        }
        m_output += lineEnd;
    }

    void appendUnescaped(std::string_view text) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '\\' || i + 1 == text.size()) {
                m_output += text[i];
                continue;
            }
            const char escaped = text[++i];
            m_output += escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped;
        }
    }

    std::unique_ptr<ByteStream> m_source;
    std::string m_input;  // Begins with a line that has no end yet.
    std::string m_output;
    Block m_block = Block::Outside;
    bool m_blockBegins = false;
};

/// Bytes taken already, then the rest of the stream.
class HeadedStream final : public ByteStream {
public:
    HeadedStream(std::unique_ptr<ByteStream> source, std::string head)
        : m_source(std::move(source)),
          m_head(std::move(head)) {}
    std::size_t read(std::span<char> into, std::chrono::milliseconds wait) override {
        if (!m_head.empty()) {
            const auto count = std::min(into.size(), m_head.size());
            std::memcpy(into.data(), m_head.data(), count);
            m_head.erase(0, count);
            return count;
        }
        const auto count = m_source->read(into, wait);
        if (count == 0 && m_source->state() != StreamState::Open)
            end(m_source->state(), m_source->problem());
        return count;
    }
    std::uint64_t taken() const noexcept override { return m_source->taken(); }

private:
    std::unique_ptr<ByteStream> m_source;
    std::string m_head;
};

}  // namespace

std::unique_ptr<ByteStream> traceTextOf(std::unique_ptr<ByteStream> source, std::string head) {
    if (head.compare(0, kAtraceBegin.size(), kAtraceBegin) != 0) {
        return std::make_unique<PageStream>(std::move(source), std::move(head));
    }
    head.erase(0, kAtraceBegin.size());
    if (!head.empty() && head[0] == '\x78')
        return decompress(Compression::Zlib, std::move(source), std::move(head));
    return std::make_unique<HeadedStream>(std::move(source), std::move(head));
}

}  // namespace kscope::parsers
