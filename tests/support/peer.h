// SPDX-License-Identifier: GPL-3.0-or-later
/// What other programs print: peers that ours is held against, where they are installed.
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace kscope::support {

/// Standard output of a shell command; what there was of it where it failed.
inline std::string outputOf(const std::string& command) {
    std::string text;
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return text;
    std::array<char, 65536> piece{};
    for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;)
        text.append(piece.data(), got);
    ::pclose(pipe);
    return text;
}
inline bool installed(const char* program) {
    return !outputOf("command -v " + std::string(program) + " 2>/dev/null").empty();
}

}  // namespace kscope::support
