// SPDX-License-Identifier: GPL-3.0-or-later
/// The lines of a piece of function_graph text, read each on its own: what threads do side by side
/// before an assembler joins pieces in order.
#pragma once

#include "parsers/function_graph/graph_line.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kscope::parsers {

/// Longer lines are cut, and their rest is skipped.
inline constexpr std::size_t kMaxGraphLine = 1 << 20;

/// A line that says something; offsets are into the part's text.
struct GraphRow {
    std::int64_t time = kNoGraphTime;
    std::int64_t duration = -1;
    std::uint32_t begin = 0;   ///< Of the line.
    std::uint32_t length = 0;  ///< Without the line end.
    std::uint32_t line = 0;    ///< From 1 in the part.
    std::uint32_t name = 0;    ///< Into names; Event: where the comment's body begins.
    std::uint32_t bodyLength = 0;
    std::uint32_t task = 0;      ///< Into tasks; 0: not told.
    std::uint32_t prevTask = 0;  ///< Switch: who leaves.
    std::uint32_t cpu = kNoGraphCpu;
    std::uint16_t depth = 0;
    std::uint16_t flagsAt = 0;  ///< Of the irq flags in the line; 0: none.
    std::uint8_t flagsLength = 0;
    GraphLineKind kind = GraphLineKind::Other;
    bool depthLost = false;
};

struct GraphTask {
    std::int64_t tid = -1;
    std::string comm;
};

class GraphPart {
public:
    /// Reads `text`, whole lines, which begins at `position` of the source. The text is kept.
    void read(std::string text, std::uint64_t position, const GraphLayout& layout);

    /// The text's memory, to read the next one into; the rows are void then.
    [[nodiscard]] std::string takeBuffer() { return std::move(m_text); }

    [[nodiscard]] std::string_view text() const noexcept { return m_text; }
    [[nodiscard]] std::string_view lineOf(const GraphRow& row) const {
        return std::string_view(m_text).substr(row.begin, row.length);
    }
    [[nodiscard]] const GraphLayout& layout() const noexcept { return m_layout; }
    [[nodiscard]] std::uint64_t position() const noexcept { return m_position; }
    [[nodiscard]] std::uint64_t lines() const noexcept { return m_lines; }
    [[nodiscard]] const std::vector<GraphRow>& rows() const noexcept { return m_rows; }
    [[nodiscard]] const std::vector<std::string_view>& names() const noexcept { return m_names; }
    [[nodiscard]] const std::vector<GraphTask>& tasks() const noexcept { return m_tasks; }
    [[nodiscard]] std::uint64_t switches() const noexcept { return m_switches; }  ///< Rows.
    [[nodiscard]] std::uint64_t nulBytes() const noexcept { return m_nulBytes; }
    [[nodiscard]] std::uint64_t longLines() const noexcept { return m_longLines; }
    [[nodiscard]] std::uint64_t badNumbers() const noexcept { return m_badNumbers; }

private:
    /// A name of this part; found by its length and its first and last eight bytes.
    struct NameSlot {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        const char* text = nullptr;
        std::uint32_t length = 0;
        std::uint32_t name = 0;  ///< 0: free.
        bool call = false;       ///< "name();" has this name and no other.
        bool tail = false;       ///< "} /* name */" has.
    };
    struct NameKey {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        [[nodiscard]] std::uint64_t hash(std::size_t length) const {
            const auto mixed = (first ^ last * 0x9e3779b97f4a7c15u ^ length) * 0xbf58476d1ce4e5b9u;
            return mixed >> 32;
        }
    };
    /// The bytes of the TASK/PID column seen before.
    struct TaskSlot {
        const char* text = nullptr;
        std::uint32_t length = 0;
        std::uint32_t task = 0;  ///< 0: free.
    };
    static constexpr std::size_t kTaskSlots = 64;

    void readLine(std::string_view whole, const GraphLayout& layout);
    /// Reads a call in the tracer's own columns whose name was seen before; false: nothing was
    /// added, the line is to be read column by column.
    [[nodiscard]] bool readFast(const char* at, const char* end, const GraphLayout& layout);
    [[nodiscard]] bool takeFastCall(const char* at, const char* end, GraphRow& row) const;
    [[nodiscard]] bool takeFastTask(const char*& at, const char* end, GraphRow& row);
    void add(const GraphLine& line, std::string_view whole);
    [[nodiscard]] static NameKey keyOf(const char* name, std::size_t length);
    [[nodiscard]] const NameSlot* findName(const char* name, std::size_t length) const;
    std::uint32_t internName(std::string_view name);
    std::uint32_t internTask(std::string_view comm, std::int64_t tid);
    void growNames();

    std::string m_text;
    std::uint64_t m_position = 0;
    GraphLayout m_layout;
    std::uint64_t m_lines = 0;  // whole ones
    std::uint64_t m_line = 0;   // the one at hand, from 1
    std::vector<GraphRow> m_rows;
    std::vector<std::string_view> m_names;  // 0: none
    std::vector<NameSlot> m_nameSlots;      // open addressing, a power of two
    std::vector<GraphTask> m_tasks;         // 0: none
    std::array<TaskSlot, kTaskSlots> m_taskSlots{};
    std::string_view m_taskColumn;  // of the line at hand, where it is not known yet
    std::unordered_map<std::string, std::uint32_t> m_taskIndex;
    std::string m_taskKey;  // scratch
    std::uint32_t m_lastTask = 0;
    std::uint64_t m_switches = 0;
    std::uint64_t m_nulBytes = 0;
    std::uint64_t m_longLines = 0;
    std::uint64_t m_badNumbers = 0;
};

}  // namespace kscope::parsers
