// SPDX-License-Identifier: GPL-3.0-or-later
/// Takes the text out of the <pre> blocks of a web page: traces are shown in blogs and mails.
#include "parsers/html_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace kscope::parsers {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kPageBytes = 128 << 10;
constexpr std::size_t kMaxTagBytes = 4 << 10;  // A longer one is taken as text.
constexpr std::size_t kMaxEntityBytes = 10;    // "&thinsp;"

char lowerLetter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool isTagLetter(char c) {
    c = lowerLetter(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// "/pre" of "</PRE >", "span" of "<span class=x>"; empty for "<...>" and "<-caller".
std::string tagName(std::string_view tag) {
    std::string name;
    for (std::size_t i = 1; i < tag.size(); ++i) {
        const bool slash = tag[i] == '/' && i == 1;
        if (!slash && !isTagLetter(tag[i])) break;
        name += lowerLetter(tag[i]);
    }
    return name;
}

/// Tags that highlighters and mail archives put into a <pre>. What else stands between < and > was
/// written there by the kernel: <idle>, <stack trace>.
bool isMarkup(std::string_view name) {
    constexpr std::array kNames{"a"sv,   "abbr"sv,  "b"sv,     "button"sv, "code"sv,   "del"sv,
                                "div"sv, "em"sv,    "font"sv,  "i"sv,      "img"sv,    "ins"sv,
                                "kbd"sv, "label"sv, "li"sv,    "mark"sv,   "ol"sv,     "p"sv,
                                "s"sv,   "samp"sv,  "small"sv, "span"sv,   "strong"sv, "sub"sv,
                                "sup"sv, "table"sv, "tbody"sv, "td"sv,     "tr"sv,     "tt"sv,
                                "u"sv,   "ul"sv,    "var"sv,   "wbr"sv};
    if (name.starts_with('/')) name.remove_prefix(1);
    return std::ranges::find(kNames, name) != kNames.end();
}

void appendUtf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](unsigned shift) {
        out += static_cast<char>(0x80 | ((code >> shift) & 0x3f));
    };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0 | (code >> 6));
        tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xe0 | (code >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0 | (code >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// `words` without & and ;. False: it is none that is known.
bool appendEntity(std::string& out, std::string_view words) {
    struct Entity {
        std::string_view name;
        std::string_view text;
    };
    constexpr std::array<Entity, 8> kEntities{{{"lt", "<"},
                                               {"gt", ">"},
                                               {"amp", "&"},
                                               {"quot", "\""},
                                               {"apos", "'"},
                                               {"nbsp", " "},
                                               {"hellip", "..."},
                                               {"ndash", "-"}}};
    const auto* const known = std::ranges::find(kEntities, words, &Entity::name);
    if (known != kEntities.end()) {
        out += known->text;
        return true;
    }
    if (!words.starts_with('#')) return false;
    words.remove_prefix(1);
    const bool hex = words.starts_with('x') || words.starts_with('X');
    if (hex) words.remove_prefix(1);
    std::uint32_t code = 0;
    const auto* const end = words.data() + words.size();
    const auto [stop, error] = std::from_chars(words.data(), end, code, hex ? 16 : 10);
    if (error != std::errc{} || stop != end || words.empty() || code == 0 || code > 0x10ffff)
        return false;
    if (code == 0xa0) out += ' ';
    else appendUtf8(out, code);
    return true;
}

class PreStream final : public ByteStream {
public:
    PreStream(std::unique_ptr<ByteStream> source, std::string head)
        : m_source(std::move(source)),
          m_input(std::move(head)) {}

    std::size_t read(std::span<char> into, std::chrono::milliseconds wait) override {
        while (m_output.empty() && state() == StreamState::Open) {
            const bool last = m_source->state() != StreamState::Open;
            takeInput(last);
            if (!m_output.empty()) break;
            if (last) {
                end(m_source->state(), m_source->problem());
                break;
            }
            const auto filled = m_input.size();
            m_input.resize(filled + kPageBytes);
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
    /// Takes all but a tag or entity that has no end yet; `last`: no more will come.
    void takeInput(bool last) {
        std::string_view rest = m_input;
        while (!rest.empty()) {
            const auto special = rest.find_first_of(m_inside ? "<&" : "<");
            const auto plain = std::min(special, rest.size());
            if (m_inside) m_output += rest.substr(0, plain);
            rest.remove_prefix(plain);
            if (rest.empty()) break;
            const auto used = rest[0] == '<' ? takeTag(rest, last) : takeEntity(rest, last);
            if (used == 0) break;
            rest.remove_prefix(used);
        }
        m_input.erase(0, m_input.size() - rest.size());
    }

    /// Bytes that were used of `text`, which begins with '<'; 0: more must come first.
    std::size_t takeTag(std::string_view text, bool last) {
        const auto begin = text.substr(0, kMaxTagBytes);
        const auto close = begin.find('>');
        if (close == begin.npos) {
            const bool mayEnd = !m_inside || begin.find('\n') == begin.npos;
            if (!last && begin.size() == text.size() && mayEnd) return 0;
            if (m_inside) m_output += '<';
            return 1;
        }
        const auto name = tagName(text.substr(0, close));
        if (!m_inside) {
            m_inside = name == "pre";
            return name.empty() ? 1 : close + 1;
        }
        if (name == "/pre") {
            m_inside = false;
            m_output += '\n';
        } else if (name == "br" || name == "/p" || name == "/div" || name == "/li" ||
                   name == "/tr") {
            m_output += '\n';
        } else if (!isMarkup(name)) {
            m_output += '<';
            return 1;
        }
        return close + 1;
    }

    std::size_t takeEntity(std::string_view text, bool last) {
        const auto semicolon = text.substr(0, kMaxEntityBytes).find(';');
        if (semicolon == text.npos) {
            if (!last && text.size() < kMaxEntityBytes) return 0;
        } else if (appendEntity(m_output, text.substr(1, semicolon - 1))) {
            return semicolon + 1;
        }
        m_output += '&';
        return 1;
    }

    std::unique_ptr<ByteStream> m_source;
    std::string m_input;  // At most a tag that has no end yet, and what was read last.
    std::string m_output;
    bool m_inside = false;
};

}  // namespace

bool isWebPage(std::string_view head) {
    const auto begin = std::min(head.find_first_not_of(" \t\r\n"), head.size());
    std::string start(head.substr(begin, 512));
    std::ranges::transform(start, start.begin(), lowerLetter);
    return start.starts_with("<!doctype html") || start.starts_with("<html");
}

std::unique_ptr<ByteStream> preTextOf(std::unique_ptr<ByteStream> source, std::string head) {
    return std::make_unique<PreStream>(std::move(source), std::move(head));
}

}  // namespace kscope::parsers
