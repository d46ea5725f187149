// SPDX-License-Identifier: GPL-3.0-or-later
/// Captures with calls against numbers that other programs counted: the manifests, the facts, and
/// what the seed's fragments say.
#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace {

using namespace kscope;
using nlohmann::json;

model::TracePtr openTrace(const std::filesystem::path& path, std::size_t threads = 2) {
    model::ThreadPool pool(threads);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path.string(), builder, pool, {});
    EXPECT_TRUE(source.has_value()) << path << ": " << (source ? "" : source.error().message);
    return source ? builder.finish() : nullptr;
}

std::string lineOfIndex(const std::filesystem::path& data, const std::string& path) {
    std::ifstream index(data / "INDEX.tsv");
    for (std::string line; std::getline(index, line);)
        if (line.starts_with(path + "\t")) return line;
    return {};
}

class CallCaptures : public testing::Test {
protected:
    void SetUp() override {
        m_data = support::sharedData();
        if (!m_data) GTEST_SKIP() << "no shared data";
    }
    std::optional<std::filesystem::path> m_data;
};

TEST_F(CallCaptures, EveryGraphLineIsAnEntry) {
    std::size_t checked = 0;
    for (const auto& row : support::readIndex(*m_data)) {
        if (row.kind != "function_graph" || row.path.starts_with("seed/")) continue;
        const auto trace = openTrace(*m_data / row.path);
        ASSERT_TRUE(trace);
        EXPECT_EQ(trace->sources()[0].kind, "function_graph") << row.path;
        const auto line = lineOfIndex(*m_data, row.path);
        std::smatch found;
        std::uint64_t wanted = 0;
        if (std::regex_search(line, found, std::regex("(\\d+) open, (\\d+) leaf")))
            wanted = std::stoull(found[1]) + std::stoull(found[2]);
        else if (std::regex_search(line, found, std::regex("graph lines: (\\d+)")))
            wanted = std::stoull(found[1]);
        else continue;
        EXPECT_EQ(trace->tables().calls, wanted) << row.path;
        ++checked;
    }
    EXPECT_GT(checked, 40U);
}

TEST_F(CallCaptures, OtherKindsOpenAsThatWithTheirCount) {
    const std::set<std::string> kinds{"uftrace", "uftrace-replay", "uftrace-chrome", "folded"};
    for (const auto& row : support::readIndex(*m_data)) {
        if (!kinds.contains(row.kind)) continue;
        const auto trace = openTrace(*m_data / row.path);
        ASSERT_TRUE(trace);
        EXPECT_EQ(trace->sources()[0].kind, row.kind) << row.path;
        EXPECT_GT(trace->tables().calls, 0U) << row.path;
        if (row.events) {
            EXPECT_EQ(trace->events(), *row.events) << row.path;
        }
        EXPECT_EQ(trace->diagnostics().count(model::DiagnosticKind::UnparsedLine), 0U) << row.path;
    }
}

void compareFunctions(const json& facts, const model::Trace& trace,
                      const model::FunctionReport& report, const std::string& file) {
    std::map<std::string, model::FunctionRow> mine;
    for (const auto& row : report.rows)
        if (row.calls > 0) {
            EXPECT_TRUE(mine.emplace(trace.text(row.function.name()), row).second) << file;
        }
    for (const auto& fact : facts["rows"]) {
        const auto name = fact["name"].get<std::string>();
        ASSERT_TRUE(mine.contains(name)) << file << ": " << name;
        const auto& row = mine[name];
        EXPECT_EQ(row.calls, fact["calls"]) << file << ": " << name;
        EXPECT_EQ(row.open, fact["open"]) << file << ": " << name;
        EXPECT_EQ(row.withoutEntry, fact["without_entry"]) << file << ": " << name;
        EXPECT_EQ(row.totalExact, fact["total_exact"]) << file << ": " << name;
        EXPECT_EQ(row.selfExact, fact["self_exact"]) << file << ": " << name;
        const auto same = [&](const char* key, std::int64_t value) {
            if (fact.contains(key)) {
                EXPECT_EQ(value, fact[key]) << file << ": " << name << ' ' << key;
            }
        };
        same("total", row.total);
        same("self", row.self);
        same("min", row.min);
        same("max", row.max);
    }
    EXPECT_EQ(mine.size(), facts["rows"].size()) << file;
    std::map<std::string, std::uint64_t> withoutExit;
    for (const auto& row : report.rows)
        if (row.entriesWithoutExit > 0)
            withoutExit[std::string(trace.text(row.function.name()))] += row.entriesWithoutExit;
    EXPECT_EQ(json(withoutExit), facts["entries_without_exit"].empty()
                                     ? json(std::map<std::string, int>{})
                                     : facts["entries_without_exit"])
        << file;
}

TEST_F(CallCaptures, FunctionsEqualTheFacts) {
    std::size_t checked = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*m_data / "facts" / "calls")) {
        std::ifstream in(entry.path());
        const auto facts = json::parse(in);
        const auto file = facts["capture"].get<std::string>();
        const auto trace = openTrace(*m_data / file);
        ASSERT_TRUE(trace);
        model::ThreadPool pool(2);
        const auto forest = model::deriveCalls(trace, pool);
        const auto report = model::functionReport(*forest, {}, pool);
        compareFunctions(facts, *trace, report, file);
        EXPECT_EQ(report.maxDepth, facts["max_depth"]) << file;
        EXPECT_EQ(report.open, facts["open_at_end"]) << file;
        if (facts.contains("records")) {
            EXPECT_EQ(forest->entries(), facts["records"]["entry"]) << file;
            EXPECT_EQ(forest->exits(), facts["records"]["exit"]) << file;
        }
        ++checked;
    }
    EXPECT_GE(checked, 12U);
}

/// Rows of the seed's golden file: names, depths and durations to the printed digit.
TEST_F(CallCaptures, SeedFragmentsEqualGolden) {
    std::ifstream in(*m_data / "seed" / "GOLDEN.json");
    const auto golden = json::parse(in);
    std::size_t checked = 0;
    for (const auto& [file, facts] : golden.items()) {
        const auto kind = facts.value("kind", "");
        if (kind != "function_graph" && kind != "uftrace-replay") continue;
        const auto trace = openTrace(*m_data / "seed" / file);
        ASSERT_TRUE(trace);
        model::ThreadPool pool(1);
        const auto forest = model::deriveCalls(trace, pool);
        std::map<std::pair<std::string, std::uint32_t>, std::vector<double>> lengths;
        for (const auto& task : forest->tasks())
            for (const auto& call : task.calls) {
                auto& known = lengths[{std::string(trace->text(forest->function(call).name())),
                                       call.depth()}];
                const auto ns = forest->length(call);
                if (ns) known.push_back(static_cast<double>(*ns) / 1000.0);
            }
        std::uint64_t entries = 0;
        for (const auto& row : facts["rows"]) {
            const auto what = row["kind"].get<std::string>();
            entries += what == "open" || what == "leaf";
            if (what == "event" || row["name"].is_null()) continue;
            const auto key =
                std::pair(row["name"].get<std::string>(), row["depth"].get<std::uint32_t>());
            ASSERT_TRUE(lengths.contains(key)) << file << ": " << key.first << ' ' << key.second;
            if (row["us"].is_null()) continue;
            EXPECT_TRUE(std::ranges::any_of(
                lengths[key],
                [&](double us) { return std::abs(us - row["us"].get<double>()) < 1e-6; }))
                << file << ": " << key.first;
        }
        EXPECT_EQ(trace->tables().calls, entries) << file;
        if (facts.contains("open_path_at_end")) {
            std::vector<std::string> open;
            for (const auto& task : forest->tasks())
                for (const auto& call : task.calls)
                    if (call.has(model::Call::Open))
                        open.emplace_back(trace->text(forest->function(call).name()));
            EXPECT_EQ(json(open), facts["open_path_at_end"]) << file;
        }
        ++checked;
    }
    EXPECT_GE(checked, 10U);
}

}  // namespace
