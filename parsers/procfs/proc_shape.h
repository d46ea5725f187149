// SPDX-License-Identifier: GPL-3.0-or-later
/// What one text of a file of /proc holds: which numbers, called what, at which bytes. Slow and
/// complete: done once a file, then RoundReader reads every further text by comparing it with this.
#pragma once

#include "model/core/diagnostics.h"
#include "model/store/counter_chunk.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kscope::parsers {

/// Where a number stands in the text.
struct NumberField {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool isSigned = false;      ///< A '-' may stand in front.
    std::uint8_t decimals = 0;  ///< Digits behind a '.'.
    bool decides = false;       ///< What the others mean depends on it (a version).
};

/// What was odd about a text, to be counted where it is placed.
struct ShapeOddities {
    std::uint64_t unreadLines = 0;  ///< Lines that no rule of the file reads and that are no words.
    std::uint64_t guessedCpus = 0;  ///< Rows without a header line: CPUs counted from the left.
    std::uint64_t capped = 0;       ///< ">100000" of pagetypeinfo.
    std::uint64_t beyond = 0;       ///< Numbers beyond 64 bits.
    std::uint64_t annotated = 0;    ///< Words of an author behind or between the rows.
    std::uint64_t cut = 0;          ///< The last line ends in the middle.
};

class ProcShape {
public:
    explicit ProcShape(std::string_view path, model::CounterFile file);
    ProcShape(const ProcShape&) = delete;
    ProcShape& operator=(const ProcShape&) = delete;

    /// Begins a row; a name that was there before gets "#2", "#3" behind it.
    void row(std::string_view name);
    /// Goes back to a row that was begun before, or begins it.
    void sameRow(std::string_view name);
    /// What stands behind the numbers of the row.
    void detail(std::string_view text);
    /// A number of the row. `token` must lie in `text`: all of it is the number. Takes any number
    /// of digits, a sign in front (Signed), and a fraction of `decimals` digits; false where the
    /// token is none.
    bool number(std::string_view column, std::string_view token,
                model::SeriesKind kind = model::SeriesKind::Gauge);
    [[nodiscard]] std::size_t numbers() const noexcept { return fields.size(); }

    std::string_view text;  ///< That is read.
    std::shared_ptr<model::CounterNames> names;
    std::vector<NumberField> fields;    ///< In order of the text.
    std::vector<std::uint64_t> values;  ///< As many.
    ShapeOddities odd;

private:
    void keep(std::string_view column, const NumberField& field, std::uint64_t value,
              model::SeriesKind kind);

    std::uint32_t m_row = 0;
    std::unordered_map<std::string, std::uint32_t> m_rows;     // name → row
    std::unordered_map<std::string, std::uint32_t> m_columns;  // row, column → how often
};

/// Reads `text` as what `file` is. Numbers are given in order of the text. Never fails: what cannot
/// be read is counted in `odd`.
void readShape(ProcShape& shape, std::string_view text);

// One for each group of files.
void readCpuTable(ProcShape& shape);    ///< interrupts, softirqs
void readZones(ProcShape& shape);       ///< zoneinfo
void readFreeBlocks(ProcShape& shape);  ///< buddyinfo, pagetypeinfo
void readNameValues(ProcShape& shape);  ///< vmstat, meminfo
void readIndices(ProcShape& shape);     ///< extfrag_index, unusable_index
void readSlabs(ProcShape& shape);
void readSchedstat(ProcShape& shape);
void readStat(ProcShape& shape);
void readLoadavg(ProcShape& shape);
void readDiskstats(ProcShape& shape);
void readPressure(ProcShape& shape);

/// The lines of a text one after the other, without line ends.
class ShapeLines {
public:
    explicit ShapeLines(std::string_view text) : m_rest(text) {}
    bool next(std::string_view& line) {
        if (m_rest.empty()) return false;
        const auto end = m_rest.find('\n');
        m_ended = end != m_rest.npos;
        line = m_rest.substr(0, end);
        m_rest.remove_prefix(m_ended ? end + 1 : m_rest.size());
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        return true;
    }
    /// The line given last had a line end.
    [[nodiscard]] bool ended() const noexcept { return m_ended; }

private:
    std::string_view m_rest;
    bool m_ended = true;
};
/// Takes the next blank-separated word off `line`; empty at its end.
[[nodiscard]] std::string_view takeWord(std::string_view& line);
[[nodiscard]] bool isDigits(std::string_view word);
/// Words of a person between the rows: anything that has letters beyond ASCII or looks like no row.
void countUnread(ProcShape& shape, std::string_view line);

}  // namespace kscope::parsers
