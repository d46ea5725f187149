// SPDX-License-Identifier: GPL-3.0-or-later
/// Specs "func@arg1/i32,arg2/s" and the values they describe (utils/argspec.c, utils/fstack.c).
#include "parsers/uftrace/uftrace_arguments.h"

#include "parsers/text/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>

namespace kscope::parsers {
namespace {

constexpr std::size_t kMostDebugBytes = 256u << 20;
constexpr std::size_t kMostFields = 64;
constexpr std::size_t kMostEnums = 100'000, kMostEnumNames = 1'000'000;

std::string_view cutAt(std::string_view& rest, char mark) {
    const auto end = std::min(rest.find(mark), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

/// "arg1/i32", "fparg2/32", "retval/e:color", "arg3%stack+2"
std::optional<UftraceField> readField(std::string_view text, bool& isReturn) {
    text = trim(text);
    isReturn = text.starts_with("retval");
    const bool real = text.starts_with("fparg");
    if (!isReturn && !real && !text.starts_with("arg")) return std::nullopt;
    UftraceField field;
    if (real) field.format = 'f';
    const auto slash = text.find('/');
    if (slash == text.npos) return field;
    auto format = text.substr(slash + 1);
    format = format.substr(0, format.find('%'));
    if (const auto colon = format.find(':'); colon != format.npos) {
        field.type = format.substr(colon + 1);
        format = format.substr(0, colon);
    }
    if (!format.empty() && !isDigit(format[0])) {
        field.format = format[0] == 'd' ? 'A' : format[0];
        format.remove_prefix(1);
    }
    if (field.format == 'c') field.size = 1;
    if (field.format == 't') field.size = 0;
    if (const auto bits = wholeNumber(format); bits && *bits > 0 && *bits <= 65536)
        field.size = static_cast<std::uint32_t>(field.format == 't' ? *bits : (*bits + 7) / 8);
    return field;
}

std::uint32_t storedSize(const UftraceField& field) { return (field.size + 3) / 4 * 4; }

bool isText(const UftraceField& field) { return field.format == 's' || field.format == 'S'; }

std::uint64_t valueIn(std::string_view data, std::uint32_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, data.data(), std::min<std::size_t>({size, data.size(), 8}));
    return value;
}

/// What stands for a null pointer in place of a text.
constexpr std::string_view kNullText = "\xff\xff\xff\xff";

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '\n') out += "\\n";
        else if (c == '\t') out += "\\t";
        else out += c;
    }
    return out + '"';
}

std::string realValue(const UftraceField& field, std::string_view data) {
    if (field.size == 4) {
        float value = 0;
        std::memcpy(&value, data.data(), 4);
        return fmt::format("{:f}", value);
    }
    if (field.size == 8) {
        double value = 0;
        std::memcpy(&value, data.data(), 8);
        return fmt::format("{:f}", value);
    }
    long double value = 0;
    std::memcpy(&value, data.data(), std::min<std::size_t>(10, data.size()));
    return fmt::format("{:f}", value);
}

constexpr std::int64_t kFarFromZero = 100'000;  // uftrace shows more than that as an address

/// One name, or what flags add up to: "O_WRONLY|O_CREAT"; a rest without name is added.
std::string enumText(const UftraceField& field, std::int64_t value) {
    std::string out;
    if (field.names) {
        for (const auto& [number, name] : *field.names)
            if (number == value) return name;
        for (const auto& [number, name] : *field.names) {
            if (number > value) continue;
            value -= number;
            out += (out.empty() ? "" : "|") + name;
            if (value == 0) return out;
        }
        if (!out.empty()) return out + fmt::format("+{:#x}", value);
    }
    const bool far = field.names && (value > kFarFromZero || value < -kFarFromZero);
    return far ? fmt::format("{:#x}", static_cast<std::uint64_t>(value)) : std::to_string(value);
}

/// With all bits above the value set where its topmost is.
std::int64_t widened(std::uint64_t bits, std::uint32_t size) {
    switch (size) {
    case 1: return static_cast<std::int8_t>(bits);
    case 2: return static_cast<std::int16_t>(bits);
    case 4: return static_cast<std::int32_t>(bits);
    default: return static_cast<std::int64_t>(bits);
    }
}

std::string hexText(std::uint64_t bits) { return bits == 0 ? "0" : fmt::format("{:#x}", bits); }

/// Of a field that says nothing of its sign: small negative numbers of 32 bits are told by their
/// upper half.
std::string plainText(std::uint64_t bits) {
    if (bits > 0xffff'0000 && bits <= 0xffff'ffff)
        return std::to_string(static_cast<std::int32_t>(bits));
    const auto number = static_cast<std::int64_t>(bits);
    return number > kFarFromZero || number < -kFarFromZero ? hexText(bits) : std::to_string(number);
}

std::string valueText(const UftraceField& field, std::string_view data) {
    if (field.format == 'f') return realValue(field, data);
    if (field.format == 't')
        return (field.type == "<lambda" ? std::string() : field.type) +
               (field.size > 0 ? "{...}" : "{}");
    const auto bits = valueIn(data, field.size);
    switch (field.format) {
    case 'u': return bits > kFarFromZero ? hexText(bits) : std::to_string(bits);
    case 'x': return hexText(bits);
    case 'o': return fmt::format("{:#o}", bits);
    case 'c':
        return bits == 0      ? "'\\0'"
               : bits == '\n' ? "'\\n'"
                              : fmt::format("'{}'", static_cast<char>(bits));
    case 'p': return hexText(bits);
    case 'e': return enumText(field, static_cast<std::int64_t>(bits));
    case 'A': return plainText(bits);
    default: return std::to_string(widened(bits, field.size));
    }
}

/// The next word or sign of an enumeration's text; empty at its end.
std::string_view enumWord(std::string_view& rest) {
    const auto begin = std::min(rest.find_first_not_of(" \t\r\n"), rest.size());
    rest.remove_prefix(begin);
    const auto end = std::min(rest.find_first_of(" \t\r\n=,{};"), rest.size());
    const auto word = rest.substr(0, end == 0 && !rest.empty() ? 1 : end);
    rest.remove_prefix(word.size());
    return word;
}

/// As in C: decimal, 0x or a leading zero.
std::optional<std::int64_t> enumNumber(std::string_view word) {
    const bool negative = word.starts_with('-');
    if (negative) word.remove_prefix(1);
    int base = 10;
    if (word.starts_with("0x") || word.starts_with("0X")) base = 16, word.remove_prefix(2);
    else if (word.starts_with('0') && word.size() > 1) base = 8, word.remove_prefix(1);
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value, base);
    if (fault != std::errc() || end != word.data() + word.size()) return std::nullopt;
    return static_cast<std::int64_t>(negative ? 0 - value : value);
}

}  // namespace

void UftraceArguments::load(const UftraceDirectory& directory, const UftraceInfo& info) {
    readSpecs(info.argumentSpecs, m_arguments, m_returns);
    readSpecs(info.returnSpecs, m_arguments, m_returns);
    readSpecs(info.autoArgumentSpecs, m_autoArguments, m_autoReturns);
    readSpecs(info.autoReturnSpecs, m_autoArguments, m_autoReturns);
    for (const auto& name : directory.names())
        if (name.ends_with(".dbg"))
            if (const auto file = directory.file(name)) readDebugFile(file->text(kMostDebugBytes));
    readEnums(info.enums);  // what the program itself says comes first
    nameEnums();
}

void UftraceArguments::readEnums(std::string_view text) {
    while (m_enums.size() < kMostEnums) {
        auto word = enumWord(text);
        if (word == ";") continue;
        const auto name = enumWord(text);
        if (word != "enum" || name.empty() || enumWord(text) != "{") return;
        UftraceEnum values;
        std::int64_t next = 0;
        for (word = enumWord(text); word != "}"; word = enumWord(text)) {
            if (word.empty() || m_enumNames >= kMostEnumNames) return;
            if (word == ",") continue;
            ++m_enumNames;
            values.emplace_back(0, std::string(word));
            auto rest = text;
            if (enumWord(rest) == "=") {
                const auto number = enumNumber(enumWord(rest));
                if (!number) return;
                next = *number;
                text = rest;
            }
            values.back().first = next;
            next = static_cast<std::int64_t>(static_cast<std::uint64_t>(next) + 1);
        }
        // Of two names for one value uftrace takes the later.
        std::ranges::reverse(values);
        std::ranges::stable_sort(values, std::greater<>{},
                                 [](const auto& each) { return each.first; });
        m_enums.try_emplace(std::string(name),
                            std::make_shared<const UftraceEnum>(std::move(values)));
    }
}

void UftraceArguments::nameEnums() {
    for (auto* const specs : {&m_arguments, &m_returns, &m_debugArguments, &m_debugReturns,
                              &m_autoArguments, &m_autoReturns})
        for (auto& [function, fields] : *specs)
            for (auto& field : fields) {
                if (field.format != 'e') continue;
                if (const auto found = m_enums.find(field.type); found != m_enums.end())
                    field.names = found->second;
            }
}

void UftraceArguments::readSpecs(const std::vector<std::string>& lines, Specs& arguments,
                                 Specs& returns) {
    for (std::string_view rest : lines)
        while (!rest.empty()) {
            auto spec = cutAt(rest, ';');
            const auto function = trim(cutAt(spec, '@'));
            if (function.empty()) continue;
            while (!spec.empty()) {
                bool isReturn = false;
                const auto field = readField(cutAt(spec, ','), isReturn);
                if (!field) continue;
                auto& fields = (isReturn ? returns : arguments)[std::string(function)];
                if (fields.size() < kMostFields) fields.push_back(*field);
            }
        }
}

void UftraceArguments::readDebugFile(std::string_view text) {
    std::string function;
    while (!text.empty()) {
        auto line = trimRight(cutAt(text, '\n'));
        if (line.starts_with("E: ")) {
            readEnums(line.substr(3));
        } else if (line.starts_with("F: ")) {
            line.remove_prefix(3);
            (void)cutAt(line, ' ');
            function = line;
        } else if ((line.starts_with("A: @") || line.starts_with("R: @")) && !function.empty()) {
            readSpecs({function + '@' + std::string(line.substr(4))}, m_debugArguments,
                      m_debugReturns);
        }
    }
}

const UftraceFields* UftraceArguments::ofEntry(std::string_view symbol,
                                               std::string_view shown) const {
    for (const auto* specs : {&m_arguments, &m_debugArguments, &m_autoArguments})
        for (const auto name : {symbol, shown})
            if (const auto found = specs->find(name); found != specs->end()) return &found->second;
    return nullptr;
}

const UftraceFields* UftraceArguments::ofExit(std::string_view symbol,
                                              std::string_view shown) const {
    for (const auto* specs : {&m_returns, &m_debugReturns, &m_autoReturns})
        for (const auto name : {symbol, shown})
            if (const auto found = specs->find(name); found != specs->end()) return &found->second;
    return nullptr;
}

std::optional<std::size_t> UftraceArguments::lengthOf(const UftraceFields& fields,
                                                      std::string_view data) {
    std::size_t at = 0;
    for (const auto& field : fields) {
        std::size_t size = storedSize(field);
        if (isText(field)) {
            if (at + 2 > data.size()) return std::nullopt;
            size = (2 + valueIn(data.substr(at), 2) + 3) / 4 * 4;
        }
        if (size > data.size() - at) return std::nullopt;
        at += size;
    }
    return at;
}

std::string UftraceArguments::text(const UftraceFields& fields, std::string_view data,
                                   const PointerName& nameOf) {
    std::string out;
    for (const auto& field : fields) {
        std::size_t size = storedSize(field);
        if (!out.empty()) out += ", ";
        if (isText(field)) {
            if (data.size() < 2) break;
            const auto length = static_cast<std::size_t>(valueIn(data, 2));
            if (length > data.size() - 2) break;
            const auto words = data.substr(2, length);
            out += words == kNullText ? "NULL" : quoted(words);
            if (field.format == 'S') out += 's';
            size = std::min(data.size(), (2 + length + 3) / 4 * 4);
        } else {
            if (size > data.size()) break;
            const auto name =
                field.format == 'p' && nameOf ? nameOf(valueIn(data, field.size)) : std::string();
            out += name.empty() ? valueText(field, data.substr(0, size)) : "&" + name;
        }
        data.remove_prefix(size);
    }
    return out;
}

}  // namespace kscope::parsers
