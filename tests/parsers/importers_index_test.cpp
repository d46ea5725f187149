// SPDX-License-Identifier: GPL-3.0-or-later
/// Every row of the captures' index opens as the kind that it names, with the events that it
/// counts, or says in one line what it is.
#include "parsers/importers.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

namespace {

using namespace kscope;

struct IndexedTrace {
    std::string kind;  // Empty: failed.
    std::uint64_t events = 0;
    std::string error;
};

IndexedTrace openIndexed(const std::string& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path, builder, pool, {});
    if (!source) return {.kind = {}, .events = 0, .error = source.error().message};
    const auto trace = builder.finish();
    return {.kind = trace->sources()[0].kind,
            .events = trace->events() - trace->tables().blockMessages,
            .error = {}};
}

/// Numbers out of a MANIFEST.tsv count every context line; by cli.md a stack's header is no event
/// of its own.
std::uint64_t stackHeaders(const std::string& path) {
    std::ifstream file(path);
    std::uint64_t count = 0;
    for (std::string line; std::getline(file, line);)
        count += line.find(": <stack trace") != std::string::npos ? 1 : 0;
    return count;
}

bool isOneLine(const std::string& text) {
    return !text.empty() && text.find('\n') == std::string::npos;
}

class ImporterIndex : public testing::Test {
protected:
    void SetUp() override {
        m_folder = support::sharedData();
        if (!m_folder) GTEST_SKIP() << "the folder of captures is not there: set KSCOPE_SHARED";
        m_rows = support::readIndex(*m_folder);
    }
    std::string path(const support::IndexRow& row) const { return (*m_folder / row.path).string(); }

    std::optional<std::filesystem::path> m_folder;
    std::vector<support::IndexRow> m_rows;
};

TEST_F(ImporterIndex, FtraceTextOpensAsItsKindWithItsEvents) {
    const std::set<std::string> kinds{"ftrace-text", "trace-cmd-report"};
    std::size_t opened = 0;
    for (const auto& row : m_rows) {
        if (!kinds.contains(row.kind)) continue;
        const auto found = openIndexed(path(row));
        EXPECT_EQ(found.kind, row.kind) << row.path << ": " << found.error;
        const bool withHeaders = row.counted.starts_with("MANIFEST");
        const auto headers = withHeaders ? stackHeaders(path(row)) : 0;
        if (row.events && found.events != *row.events) {
            EXPECT_EQ(found.events + headers, *row.events) << row.path;
        }
        ++opened;
    }
    EXPECT_GT(opened, 200U);
}

TEST_F(ImporterIndex, BlockTracesOpenAsTheirKindWithTheirEvents) {
    const std::set<std::string> kinds{"blkparse", "blktrace"};
    std::size_t opened = 0;
    for (const auto& row : m_rows) {
        if (!kinds.contains(row.kind) || !parsers::isReadKind(row.kind)) continue;
        const auto found = openIndexed(path(row));
        EXPECT_EQ(found.kind, row.kind) << row.path << ": " << found.error;
        // The index counts two notes of process names of this file too; blkparse prints 6741 lines.
        const std::uint64_t notes = row.path.ends_with("takeoverjp-sample") ? 2 : 0;
        if (row.events) {
            EXPECT_EQ(found.events + notes, *row.events) << row.path;
        }
        ++opened;
    }
    EXPECT_GE(opened, 24U);
}

TEST_F(ImporterIndex, FunctionGraphAndSystraceOpenAsTheirKind) {
    for (const auto& row : m_rows) {
        if (row.kind != "function_graph" && row.kind != "systrace-html") continue;
        const auto found = openIndexed(path(row));
        EXPECT_EQ(found.kind, row.kind) << row.path << ": " << found.error;
        if (row.kind == "systrace-html" || row.kind == "function_graph") {
            EXPECT_GT(found.events, 0U) << row.path;
        }
    }
}

TEST_F(ImporterIndex, KindsWithoutImporterAreNamedInOneLine) {
    for (const auto& row : m_rows) {
        if (row.kind == "none" || parsers::isReadKind(row.kind)) continue;
        const auto found = openIndexed(path(row));
        EXPECT_TRUE(isOneLine(found.error))
            << row.path << " opened as " << found.kind << ' ' << found.events;
        EXPECT_NE(found.error.find(": " + row.kind + " is not read yet"), std::string::npos)
            << row.path << ": " << found.error;
    }
}

TEST_F(ImporterIndex, OtherFilesOpenOrSayInOneLineWhatTheySeemToBe) {
    for (const auto& row : m_rows) {
        if (row.kind != "none") continue;
        const auto found = openIndexed(path(row));
        if (found.kind.empty()) {
            EXPECT_TRUE(isOneLine(found.error)) << row.path << ": " << found.error;
        }
    }
}

}  // namespace
