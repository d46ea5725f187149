// SPDX-License-Identifier: GPL-3.0-or-later
/// What a parser made of a text, flattened for tests: no dictionaries, times in ns.
#pragma once

#include "parsers/ftrace/part_parser.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::tests {

struct ParsedRow {
    std::int64_t ns = 0;
    int cpu = -1;  ///< −1: unknown
    int tid = -1;  ///< −1: none
    std::string comm;
    std::string name;
    std::string flags;
    std::uint64_t position = 0;
    std::string typed;  ///< The typed row in words, empty where there is none.
    friend bool operator==(const ParsedRow&, const ParsedRow&) = default;
};
std::ostream& operator<<(std::ostream& out, const ParsedRow& row);

struct ParsedStack {
    std::uint64_t event = 0;  ///< Position of its event.
    std::uint64_t position = 0;
    bool user = false;
    friend bool operator==(const ParsedStack&, const ParsedStack&) = default;
};

struct Parsed {
    std::vector<ParsedRow> rows;
    std::vector<ParsedStack> stacks;
    std::vector<std::string> lost;  ///< "cpu 3: 12"
    model::Diagnostics diagnostics;
    std::uint64_t lines = 0;
    std::uint64_t bytes = 0;

    [[nodiscard]] std::uint64_t count(model::DiagnosticKind kind) const {
        return diagnostics.count(kind);
    }
    [[nodiscard]] std::vector<std::uint64_t> linesOf(model::DiagnosticKind kind) const;
    [[nodiscard]] std::vector<std::string> names() const;
};

struct Cut {
    std::size_t piece = 1 << 18;  ///< Bytes given at once; grows where the parser wants more.
    std::size_t part = SIZE_MAX;  ///< Bytes a part, cut at line ends.
};
/// Reads `text` from exact-size heap blocks with the layout of its head.
[[nodiscard]] Parsed parseText(std::string_view text, Cut cut = {});
[[nodiscard]] Parsed parseText(std::string_view text, const parsers::FtraceLayout& layout,
                               Cut cut = {});

}  // namespace kscope::tests
