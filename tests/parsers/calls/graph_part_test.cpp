// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines that are read the short way, since their function was seen before, say the same as lines
/// that are read on their own.
#include "parsers/function_graph/graph_part.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

using namespace kscope::parsers;

namespace {

std::string tell(const GraphPart& part, const GraphRow& row) {
    const auto name = row.kind == GraphLineKind::Event
                          ? part.text().substr(row.name, row.bodyLength)
                          : part.names()[row.name];
    const auto task = [&](std::uint32_t index) {
        const auto& of = part.tasks()[index];
        return index == 0 ? std::string("-") : of.comm + "/" + std::to_string(of.tid);
    };
    std::string told = std::to_string(static_cast<int>(row.kind));
    for (const auto number :
         {row.time, row.duration, std::int64_t{row.cpu}, std::int64_t{row.depth},
          std::int64_t{row.depthLost}, std::int64_t{row.flagsLength}, std::int64_t{row.flagsAt}})
        told += " " + std::to_string(number);
    told += " [" + std::string(name) + "] " + task(row.task) + " " + task(row.prevTask);
    return told + " " + std::string(part.lineOf(row));
}

std::vector<std::string> rowsOf(const std::string& text, const GraphLayout& layout) {
    GraphPart part;
    part.read(text, 0, layout);
    std::vector<std::string> rows;
    for (const auto& row : part.rows()) rows.push_back(tell(part, row));
    return rows;
}

/// Alone every function is seen for the first time.
std::vector<std::string> rowsOneByOne(const std::vector<std::string>& lines,
                                      const GraphLayout& layout) {
    std::vector<std::string> rows;
    for (const auto& line : lines)
        for (auto& row : rowsOf(line + "\n", layout)) rows.push_back(std::move(row));
    return rows;
}

std::vector<std::string> sampleLines(const GraphLayout& layout) {
    const std::vector<std::string> calls{
        "vfs_write() {",
        "}",
        "} /* vfs_write */",
        "a();",
        "a(1);",
        "kmem_cache_alloc_node_of_a_long_name();",
        "kmem_cache_alloc_nodX_of_a_long_name();",
        "ext4_map [ext4]();",
        "ext4_map [ext4]() {",
        "} /* ext4_map [ext4] */",
        "} /* a ret=0x0 */",
        "} /* a = 0x3 */",
        "} /* = */",
        "} /* a(b) */",
        "a(b)();",
        "/* sched_wakeup: comm=x pid=1 */",
        "a(); /* = 0x0 */",
        "a(); ",
        "a() {\r",
        "()",
        "();",
        "} /* */",
        "}x",
        "\t a();",
    };
    const std::vector<std::string> durations{
        "               |",       " + 43.622 us   |", "   0.411 us    |", " ! 558.583 us  |",
        " $ 1234567890.123 us |", " 12 us |",         "   1.2345 us   |", " ==========>   |",
        "   1.23 us     |",       "   0.411 us |x"};
    const std::vector<std::string> tasks{"    bash-470    |", "   <idle>-0     |", "  a-b-c-12 |",
                                         " kworker/1:2-99999999999 |", "   nobody   |"};
    std::vector<std::string> lines;
    for (const auto& call : calls)
        for (const auto& duration : durations)
            for (const auto& task : tasks) {
                std::string line;
                if (layout.time) line += "  220.863015 |   ";
                line += " 3) ";
                if (layout.proc) line += task;
                if (layout.flags) line += "  ...1. |";
                line += duration + std::string(2 + 2 * (lines.size() % 5), ' ') + call;
                lines.push_back(std::move(line));
                if (!layout.proc) break;
            }
    lines.insert(lines.end(), {"", "# comment", " 0)  bash-1  =>  sh-2", " ----------------",
                               "CPU:1 [LOST 12 EVENTS]", "...", " 3)", " 3) |", "x"});
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
}

const std::vector<GraphLayout>& layouts() {
    static const std::vector<GraphLayout> all{
        {},
        {.time = true},
        {.proc = true},
        {.time = true, .proc = true, .flags = true},
        {.relative = true},
        {.duration = false},
    };
    return all;
}

}  // namespace

TEST(GraphPart, LinesSeenBeforeSayTheSame) {
    for (const auto& layout : layouts()) {
        auto lines = sampleLines(layout);
        const auto wanted = rowsOneByOne(lines, layout);
        const auto found = rowsOf(joined(lines), layout);
        ASSERT_EQ(found, wanted);
        // In another order other names are seen first.
        std::minstd_rand random(3);
        for (int round = 0; round < 4; ++round) {
            std::shuffle(lines.begin(), lines.end(), random);
            ASSERT_EQ(rowsOf(joined(lines), layout), rowsOneByOne(lines, layout));
        }
    }
}

TEST(GraphPart, DamagedLinesSayTheSame) {
    std::minstd_rand random(11);
    constexpr std::string_view kBytes = " |)(}{;/*=>0123456789.-+abc\t\r";
    for (const auto& layout : layouts()) {
        auto lines = sampleLines(layout);
        for (int round = 0; round < 6; ++round) {
            for (auto& line : lines) {
                if (line.empty()) continue;
                const auto at = random() % line.size();
                switch (random() % 4) {
                case 0: line[at] = kBytes[random() % kBytes.size()]; break;
                case 1: line.erase(at, 1 + random() % 3); break;
                case 2: line.insert(at, 1, kBytes[random() % kBytes.size()]); break;
                default: break;
                }
            }
            ASSERT_EQ(rowsOf(joined(lines), layout), rowsOneByOne(lines, layout));
        }
    }
}
