// SPDX-License-Identifier: GPL-3.0-or-later
/// Specs "func@arg1/i32,arg2/s" and the values they describe (utils/argspec.c, utils/fstack.c).
#include "parsers/uftrace/uftrace_arguments.h"

#include "parsers/text/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace kscope::parsers {
namespace {

constexpr std::size_t kMostDebugBytes = 256u << 20;
constexpr std::size_t kMostFields = 64;

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
    format = format.substr(0, format.find_first_of("%:"));
    if (!format.empty() && !isDigit(format[0])) {
        field.format = format[0];
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

std::string valueText(const UftraceField& field, std::string_view data) {
    if (field.format == 'f') return realValue(field, data);
    if (field.format == 't') return "struct{...}";
    const auto bits = valueIn(data, field.size);
    auto number = static_cast<std::int64_t>(bits);
    if (field.size <= 4 || (bits >> 32 == 0 && (field.format == 'A')))
        number = static_cast<std::int32_t>(bits);
    switch (field.format) {
    case 'u': return fmt::format("{}", bits);
    case 'x': return fmt::format("{:#x}", bits);
    case 'o': return fmt::format("{:#o}", bits);
    case 'c': return fmt::format("'{}'", static_cast<char>(bits));
    case 'p': return bits == 0 ? "0" : fmt::format("{:#x}", bits);
    case 'A':
        // uftrace shows what is far from zero as an address might be.
        return number > 100000 || number < -100000 ? fmt::format("{:#x}", bits)
                                                   : fmt::format("{}", number);
    default: return fmt::format("{}", number);
    }
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
        if (line.starts_with("F: ")) {
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

std::string UftraceArguments::text(const UftraceFields& fields, std::string_view data) {
    std::string out;
    for (const auto& field : fields) {
        std::size_t size = storedSize(field);
        if (!out.empty()) out += ", ";
        if (isText(field)) {
            if (data.size() < 2) break;
            const auto length = static_cast<std::size_t>(valueIn(data, 2));
            if (length > data.size() - 2) break;
            out += quoted(data.substr(2, length));
            size = std::min(data.size(), (2 + length + 3) / 4 * 4);
        } else {
            if (size > data.size()) break;
            out += valueText(field, data.substr(0, size));
        }
        data.remove_prefix(size);
    }
    return out;
}

}  // namespace kscope::parsers
