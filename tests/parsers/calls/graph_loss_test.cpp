// SPDX-License-Identifier: GPL-3.0-or-later
/// Calls around records that were lost or cut out: nothing is torn that is whole, nothing is
/// counted twice, and nobody is a parent who may not have been.
#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "tests/support/shared_data.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace kscope;

struct LossyGraph {
    model::TracePtr trace;
    model::CallForestPtr forest;
    std::map<std::string, model::FunctionRow> rows;
};

LossyGraph openLossy(const std::string& text) {
    const support::TemporaryFolder folder;
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto path = folder.write("trace.txt", text);
    EXPECT_TRUE(parsers::importSource(path, builder, pool, {}).has_value());
    LossyGraph opened;
    opened.trace = builder.finish();
    opened.forest = model::deriveCalls(opened.trace, pool);
    for (const auto& row : model::functionReport(*opened.forest, {}, pool).rows)
        opened.rows[std::string(opened.trace->text(row.function.name()))] = row;
    return opened;
}

constexpr const char* kLossHeader = "# tracer: function_graph\n"
                                    "#\n"
                                    "# CPU  DURATION                  FUNCTION CALLS\n"
                                    "# |     |   |                     |   |   |   |\n";
constexpr const char* kLossTimeHeader =
    "# tracer: function_graph\n"
    "#\n"
    "#     TIME        CPU  DURATION                  FUNCTION CALLS\n"
    "# |     |   |                     |   |   |   |\n";

void expectLeafAndCall(const LossyGraph& opened) {
    const auto& leaf = opened.rows.at("leaf");
    EXPECT_EQ(leaf.calls, 1u);
    EXPECT_EQ(leaf.total, 4000);
    EXPECT_EQ(leaf.open + leaf.withoutEntry + leaf.entriesWithoutExit, 0u);
    EXPECT_TRUE(leaf.totalExact);
    // One entry and one exit, which may be another call's: one call, of the exit's length.
    const auto& a = opened.rows.at("a");
    EXPECT_EQ(a.calls, 1u);
    EXPECT_EQ(a.open, 0u);
    EXPECT_EQ(a.withoutEntry, 1u);
    EXPECT_EQ(a.entriesWithoutExit, 1u);
    EXPECT_EQ(a.total, 38000);
    EXPECT_FALSE(a.selfExact);
    EXPECT_EQ(opened.rows.at("after").total, 6000);
    EXPECT_EQ(opened.trace->sources()[0].lost, 5u);
}

TEST(GraphLosses, ALeafBeforeThemIsWhole) {
    expectLeafAndCall(openLossy(std::string(kLossHeader) + " 0)               |  a() {\n"
                                                           " 0)   4.000 us    |    leaf();\n"
                                                           "CPU:0 [LOST 5 EVENTS]\n"
                                                           " 0)   6.000 us    |    after();\n"
                                                           " 0) + 38.000 us   |  } /* a */\n"));
    expectLeafAndCall(openLossy(std::string(kLossTimeHeader) +
                                "   12.000010 |   0)               |  a() {\n"
                                "   12.000020 |   0)   4.000 us    |    leaf();\n"
                                "CPU:0 [LOST 5 EVENTS]\n"
                                "   12.000030 |   0)   6.000 us    |    after();\n"
                                "   12.000040 |   0) + 38.000 us   |  } /* a */\n"));
    // The line behind the loss may begin before the leaf has ended by its duration.
    expectLeafAndCall(openLossy(std::string(kLossTimeHeader) +
                                "   12.000001 |   0)               |  a() {\n"
                                "   12.000001 |   0)   4.000 us    |    leaf();\n"
                                "CPU:0 [LOST 5 EVENTS]\n"
                                "   12.000001 |   0)   6.000 us    |    after();\n"
                                "   12.000001 |   0) + 38.000 us   |  } /* a */\n"));
}

TEST(GraphLosses, AnEntryWithoutItsExitIsNoCall) {
    const auto opened = openLossy(std::string(kLossHeader) + " 0)               |  a() {\n"
                                                             " 0)   1.000 us    |    b();\n"
                                                             "CPU:0 [LOST 5 EVENTS]\n"
                                                             " 0)               |  a() {\n"
                                                             " 0)   2.000 us    |    b();\n"
                                                             " 0)   9.000 us    |  }\n");
    const auto& a = opened.rows.at("a");
    EXPECT_EQ(a.calls, 1u);
    EXPECT_EQ(a.entriesWithoutExit, 1u);
    EXPECT_FALSE(a.totalExact);  // how long the first one lasted nothing tells
    EXPECT_EQ(opened.rows.at("b").total, 3000);
}

TEST(GraphLosses, ATailOfAnotherNameTellsWhatIsNotKnown) {
    // Cut out: f26's begin and f19's end. f27 and f28 are one's or the other's.
    const auto opened = openLossy(std::string(kLossHeader) + " 0)               |  f18() {\n"
                                                             " 0)               |    f19() {\n"
                                                             " 0) + 25.000 us   |      f20();\n"
                                                             " 0)   4.000 us    |      f27();\n"
                                                             " 0)   6.000 us    |      f28();\n"
                                                             " 0) + 16.000 us   |    } /* f26 */\n"
                                                             " 0) + 73.000 us   |  } /* f18 */\n");
    std::map<std::string, std::string> parents;
    const auto& calls = opened.forest->tasks()[0].calls;
    const auto nameOf = [&](const model::Call& call) {
        return std::string(opened.trace->text(opened.forest->function(call).name()));
    };
    for (const auto& call : calls)
        parents[nameOf(call)] = call.parent == model::kNoCall ? "" : nameOf(calls[call.parent]);
    EXPECT_EQ(parents, (std::map<std::string, std::string>{{"f18", ""},
                                                           {"f19", "f18"},
                                                           {"f20", "f19"},
                                                           {"f26", "f18"},
                                                           {"f27", "f18"},
                                                           {"f28", "f18"}}));
    EXPECT_FALSE(opened.rows.at("f26").selfExact);
    EXPECT_FALSE(opened.rows.at("f18").selfExact);
    EXPECT_EQ(opened.rows.at("f26").total, 16000);
}

TEST(GraphLosses, WhatAnAuthorCutOutIsNobodysSelf) {
    const auto opened = openLossy(std::string(kLossTimeHeader) +
                                  "    1.001168 |   0)               |  unmap() {\n"
                                  "    1.001184 |   0)               |    move() {\n"
                                  "    1.001190 |   0)   3.000 us    |      lock();\n"
                                  "...\n"
                                  "    1.001750 |   0)               |      put() {\n"
                                  "    1.001762 |   0)   2.667 us    |        free();\n"
                                  "    1.001769 |   0) + 18.667 us   |      }\n"
                                  "    1.001772 |   0) ! 588.000 us  |    }\n"
                                  "    1.001785 |   0) ! 614.000 us  |  }\n");
    EXPECT_EQ(opened.rows.at("move").total, 588000);
    EXPECT_FALSE(opened.rows.at("move").selfExact);
    EXPECT_FALSE(opened.rows.at("unmap").selfExact);
    EXPECT_TRUE(opened.rows.at("put").selfExact);
    EXPECT_EQ(opened.rows.at("put").self, 16000);
    EXPECT_EQ(opened.forest->exits(), 5u);
}

TEST(GraphLosses, AShortBraceBehindAGapEndsNothingBeforeIt) {
    const auto opened =
        openLossy(std::string(kLossHeader) + " 0)               |  outer() {\n"
                                             " 0)               |    a() {\n"
                                             " 0) ! 500.000 us  |      long_one();\n"
                                             " ...\n"
                                             " 0)   7.000 us    |    }\n"
                                             " 0) ! 900.000 us  |  }\n");
    EXPECT_EQ(opened.rows.at("a").calls, 0u);  // the brace is another's, whose begin was cut out
    EXPECT_EQ(opened.rows.at("unknown").total, 7000);
    EXPECT_EQ(opened.rows.at("outer").total, 900000);
    EXPECT_EQ(opened.trace->diagnostics().count(model::DiagnosticKind::Elision), 1u);
}

/// A random workload, printed, with a piece lost or cut out; each call has a name of its own.
class LossyWorkload {
public:
    LossyWorkload(unsigned seed) : m_random(seed) {
        m_tail = pick(2) == 0;
        m_times = pick(2) == 0;
        for (auto roots = 2 + pick(4); roots > 0; --roots) call(0, "");
        cut();
    }
    std::string text() const {
        std::string all = m_times ? kLossTimeHeader : kLossHeader;
        for (const auto& line : m_lines) all += line + "\n";
        return all;
    }
    struct Truth {
        std::int64_t length = 0;
        std::string parent;
    };
    std::map<std::string, Truth> truth;

private:
    std::size_t pick(std::size_t below) { return m_random() % below; }
    std::string time(std::int64_t us) const {
        return m_times ? fmt::format("    0.{:06} |  ", us) : std::string();
    }
    void call(std::size_t depth, const std::string& parent) {
        const auto name = fmt::format("f{}", ++m_count);
        m_now += 1 + static_cast<std::int64_t>(pick(4));
        const auto begin = m_now;
        const std::string indent(depth * 2, ' ');
        auto callees = depth < 6 ? std::max<std::size_t>(pick(5), 1) - 1 : 0;
        if (callees == 0) {
            m_now += 1 + static_cast<std::int64_t>(pick(8));
            truth[name] = {(m_now - begin) * 1000, parent};
            m_lines.push_back(time(begin) + fmt::format(" 0)   {}.000 us    |  {}{}();",
                                                        m_now - begin, indent, name));
            return;
        }
        m_lines.push_back(time(begin) +
                          fmt::format(" 0)               |  {}{}() {{", indent, name));
        for (; callees > 0; --callees) call(depth + 1, name);
        m_now += 1 + static_cast<std::int64_t>(pick(4));
        truth[name] = {(m_now - begin) * 1000, parent};
        m_lines.push_back(time(m_now) + fmt::format(" 0)   {}.000 us   |  {}}}{}", m_now - begin,
                                                    indent, m_tail ? " /* " + name + " */" : ""));
    }
    void cut() {
        const auto kind = pick(3);
        const auto at = static_cast<std::ptrdiff_t>(pick(m_lines.size()));
        if (kind == 0) m_lines.erase(m_lines.begin(), m_lines.begin() + at);
        if (kind == 1) m_lines.resize(static_cast<std::size_t>(at) + 1);
        if (kind < 2 || !m_tail) return;
        const auto left = m_lines.size() - static_cast<std::size_t>(at);
        const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(left, 1 + pick(5)));
        m_lines.erase(m_lines.begin() + at, m_lines.begin() + at + count);
        if (pick(5) < 2) m_lines.insert(m_lines.begin() + at, "CPU:0 [LOST 5 EVENTS]");
    }
    std::minstd_rand m_random;
    bool m_tail = false;
    bool m_times = false;
    std::vector<std::string> m_lines;
    std::int64_t m_now = 1000;
    int m_count = 0;
};

TEST(GraphLosses, RandomOnesMakeNoFalseLengthAndNoFalseParent) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        const LossyWorkload work(seed);
        if (work.text().find("()") == std::string::npos) continue;
        const auto opened = openLossy(work.text());
        if (!opened.forest) continue;
        const auto nameOf = [&](const model::Call& call) {
            return std::string(opened.trace->text(opened.forest->function(call).name()));
        };
        for (const auto& [name, row] : opened.rows) {
            if (name == "unknown" || row.calls == 0 || !row.totalExact) continue;
            ASSERT_TRUE(work.truth.contains(name)) << seed;
            EXPECT_EQ(row.total, work.truth.at(name).length) << seed << ' ' << name;
            EXPECT_EQ(row.calls, 1u) << seed << ' ' << name;
        }
        for (const auto& task : opened.forest->tasks())
            for (const auto& call : task.calls) {
                if (call.parent == model::kNoCall) continue;
                const auto above = nameOf(task.calls[call.parent]);
                if (above == "unknown" || nameOf(call) == "unknown") continue;
                auto up = work.truth.at(nameOf(call)).parent;
                while (!up.empty() && up != above) up = work.truth.at(up).parent;
                EXPECT_EQ(up, above) << seed << ' ' << nameOf(call);
            }
    }
}

}  // namespace
