// SPDX-License-Identifier: GPL-3.0-or-later
/// A table of words: lines of columns between tabs, found by their first columns.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kscope::model {

/// Views into `text`, which must outlive it. Lines that begin with '#' and the heading line are
/// left out. A key that ends in '*' stands for every key that begins so.
class WordTable {
public:
    static constexpr std::size_t kMostColumns = 6;
    using Row =
        std::array<std::string_view, kMostColumns>;  ///< Columns that a line lacks are empty.

    /// `keyColumns`: how many columns make the key; a key of two is "first\tsecond".
    explicit WordTable(std::string_view text, std::size_t keyColumns = 1);
    /// The row of that key, else of the longest prefix with a '*', else nullptr. O(1) but for
    /// prefixes.
    [[nodiscard]] const Row* find(std::string_view key) const;
    [[nodiscard]] const std::vector<Row>& rows() const noexcept { return m_rows; }

private:
    std::vector<Row> m_rows;
    std::unordered_map<std::string_view, std::size_t> m_index;
    std::vector<std::pair<std::string_view, std::size_t>>
        m_prefixes;  ///< Longest first, without the '*'.
};

/// Each file of resources/words, read at its first use.
[[nodiscard]] const WordTable& blockTable();       ///< kind:key, title, meaning, look
[[nodiscard]] const WordTable& diagnosticTable();  ///< name, title, reason, advice
[[nodiscard]] const WordTable& errnoTable();       ///< number, name, meaning
[[nodiscard]] const WordTable& eventTable();       ///< name, system, sentence, what, why, next
[[nodiscard]] const WordTable& fieldTable();       ///< event or *, field, unit, kind, meaning
[[nodiscard]] const WordTable& flagTable();        ///< column:letter, words
[[nodiscard]] const WordTable& functionTable();    ///< name, area, what
[[nodiscard]] const WordTable& gfpTable();         ///< flag, words
[[nodiscard]] const WordTable& letterTable();      ///< letter of prev_state, words, verb
[[nodiscard]] const WordTable& signalTable();      ///< number, name, meaning
[[nodiscard]] const WordTable& softirqTable();     ///< vector, name, words
[[nodiscard]] const WordTable& stateTable();       ///< taskStateName, words
[[nodiscard]] const WordTable& syscallTable();     ///< name, x86-64 number, words
/// The row of syscallTable() with that x86-64 number (in decimal), nullptr where there is none.
[[nodiscard]] const WordTable::Row* syscallByNumber(std::string_view number);

}  // namespace kscope::model
