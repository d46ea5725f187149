// SPDX-License-Identifier: GPL-3.0-or-later
/// C++ names as uftrace shows them.
#include "parsers/uftrace/uftrace_symbols.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace kscope::parsers {
namespace {

constexpr std::size_t kMostMangled = 4096;  // Longer names are left: demangling can explode.
constexpr std::size_t kMostDemangled = 65536;

bool endsWithOperator(std::string_view text) { return text.ends_with("operator"); }

/// Takes template arguments and parameters away.
std::string withoutArguments(std::string_view full) {
    std::string out;
    int angles = 0;
    int parens = 0;
    for (std::size_t i = 0; i < full.size(); ++i) {
        const char c = full[i];
        if (angles == 0 && parens == 0 && endsWithOperator(out) &&
            std::string_view("<>()").find(c) != std::string_view::npos) {
            // operator<, operator<<, operator->, operator()
            while (i < full.size() &&
                   std::string_view("<>=()-").find(full[i]) != std::string_view::npos &&
                   !(full[i] == '(' && !endsWithOperator(out)))
                out += full[i++];
            --i;
            continue;
        }
        if (c == '<') ++angles;
        else if (c == '>' && angles > 0) {
            --angles;
            continue;
        }
        if (angles > 0) continue;
        if (c == '(') {
            if (full.substr(i).starts_with("(anonymous namespace)")) {
                out += "(anonymous_namespace)";
                i += 20;
                continue;
            }
            ++parens;
        }
        if (parens == 0) out += c;
        if (c == ')' && parens > 0) --parens;
    }
    return out;
}

}  // namespace

std::string demangledName(std::string_view symbol) {
    if (!symbol.starts_with("_Z") || symbol.size() > kMostMangled) return std::string(symbol);
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> full(
        abi::__cxa_demangle(std::string(symbol).c_str(), nullptr, nullptr, &status), &std::free);
    if (status != 0 || !full) return std::string(symbol);
    const std::string_view text = full.get();
    if (text.size() > kMostDemangled) return std::string(symbol);
    auto name = withoutArguments(text);
    while (!name.empty() && name.back() == ' ') name.pop_back();
    if (name.ends_with(" const")) name.resize(name.size() - 6);
    // Template functions come with their result's type in front.
    const auto word = name.find("operator");
    const auto blank = name.rfind(' ', word == name.npos ? name.npos : word);
    if (blank != name.npos) name.erase(0, blank + 1);
    return name.empty() ? std::string(symbol) : name;
}

}  // namespace kscope::parsers
