// SPDX-License-Identifier: GPL-3.0-or-later
/// Looks for hexadecimal words in texts.
#include "model/store/address_names.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace kscope::model {
namespace {

/// Of an address; shorter numbers are none of a kernel's.
constexpr std::size_t kLeastDigits = 8, kMostDigits = 16;

bool isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool isOfWord(char c) {
    return isHexDigit(c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '_';
}

/// The address that `word` is; nothing where it is another word.
std::optional<std::uint64_t> addressOf(std::string_view word) {
    if (word.starts_with("0x")) word.remove_prefix(2);
    if (word.size() < kLeastDigits || word.size() > kMostDigits) return std::nullopt;
    std::uint64_t address = 0;
    const auto [end, problem] =
        std::from_chars(word.data(), word.data() + word.size(), address, 16);
    if (problem != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return address;
}

class NamedSource final : public EventSource {
public:
    NamedSource(std::shared_ptr<const EventSource> source, AddressNamesPtr names)
        : m_source(std::move(source)),
          m_names(std::move(names)) {}
    Result<EventText> eventText(std::uint64_t position) const override {
        auto text = m_source->eventText(position);
        if (!text) return text;
        text->args = namedText(*m_names, text->args);
        for (auto& frame : text->stack) frame = namedFunction(*m_names, frame);
        return text;
    }
    Result<std::size_t> bytes(std::uint64_t offset, std::span<char> into) const override {
        return m_source->bytes(offset, into);
    }
    std::uint64_t size() const override { return m_source->size(); }
    bool saysAsItStands() const override { return false; }

private:
    std::shared_ptr<const EventSource> m_source;
    AddressNamesPtr m_names;
};

}  // namespace

std::string namedFunction(const AddressNames& names, std::string_view function) {
    auto word = function;
    if (word.starts_with('<') && word.ends_with('>')) word = word.substr(1, word.size() - 2);
    const auto address = addressOf(word);
    const auto found = address ? names.find(*address) : std::nullopt;
    return std::string(found ? found->symbol : function);
}

std::string namedText(const AddressNames& names, std::string_view text) {
    std::string named;
    std::size_t kept = 0;  // `named` has what lies before
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && isOfWord(text[end])) ++end;
        if (end == at) {
            ++at;
            continue;
        }
        const auto address = addressOf(text.substr(at, end - at));
        if (const auto found = address ? names.find(*address) : std::nullopt) {
            named += text.substr(kept, at - kept);
            named += found->symbol;
            if (found->offset > 0) named += fmt::format("+{:#x}", found->offset);
            kept = end;
        }
        at = end;
    }
    return named.append(text.substr(kept));
}

std::shared_ptr<const EventSource> namedSource(std::shared_ptr<const EventSource> source,
                                               AddressNamesPtr names) {
    if (!source || !names) return source;
    return std::make_shared<NamedSource>(std::move(source), std::move(names));
}

}  // namespace kscope::model
