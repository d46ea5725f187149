// SPDX-License-Identifier: GPL-3.0-or-later
/// Real captures, where their folder is there: counts, and the same rows on every path and for
/// every cut.
#include "parsers/bytes/byte_stream.h"
#include "parsers/ftrace/evidence.h"
#include "tests/parsers/ftrace/parsed.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

namespace kscope::tests {
namespace {

using model::DiagnosticKind;

std::string readWhole(const std::filesystem::path& path) {
    auto input = parsers::openInput(path.string());
    if (!input) return {};
    std::string head(8, '\0');
    (void)input->file.readAt(0, head);
    const auto compression = parsers::compressionOf(head);
    std::unique_ptr<parsers::ByteStream> stream =
        std::make_unique<parsers::FdStream>(std::move(input->file));
    if (compression != parsers::Compression::None)
        stream = parsers::decompress(compression, std::move(stream), {});
    std::string text;
    std::vector<char> block(1 << 16);
    while (stream->state() == parsers::StreamState::Open) {
        const auto count = stream->read(block, std::chrono::milliseconds(1000));
        text.append(block.data(), count);
    }
    return text;
}

class Captures : public testing::Test {
protected:
    void SetUp() override {
        m_folder = support::sharedData();
        if (!m_folder) GTEST_SKIP() << "the folder of captures is not there: set KSCOPE_SHARED";
        const std::set<std::string> kinds{"ftrace-text", "trace-cmd-report", "function_graph"};
        for (auto& row : support::readIndex(*m_folder)) {
            if (kinds.contains(row.kind)) m_rows.push_back(std::move(row));
        }
        ASSERT_GT(m_rows.size(), 250U);
    }
    std::optional<std::filesystem::path> m_folder;
    std::vector<support::IndexRow> m_rows;
};

TEST_F(Captures, HaveTheKindAndTheEventsOfTheIndex) {
    for (const auto& row : m_rows) {
        const auto text = readWhole(*m_folder / row.path);
        EXPECT_EQ(parsers::weighFtrace(std::string_view(text).substr(0, 64 * 1024)).kind, row.kind)
            << row.path;
        if (!row.events || row.kind == "function_graph") continue;
        const auto parsed = parseText(text);
        // Where an index counted all entries of the latency format, stack headers are among them;
        // here they belong to their event.
        const bool headersToo = row.counted.find("latency-format entries") != std::string::npos;
        auto found = parsed.rows.size();
        if (headersToo && found != *row.events) found += parsed.stacks.size();
        if (headersToo && found != *row.events)
            found += parsed.count(DiagnosticKind::GraphLine) > 0 ? 1 : 0;
        EXPECT_EQ(found, *row.events) << row.path;
    }
}

TEST_F(Captures, GiveTheSameRowsOnEveryPathAndForEveryCut) {
    for (const auto& row : m_rows) {
        auto text = readWhole(*m_folder / row.path);
        if (text.size() > 600'000) text.resize(600'000);
        const auto layout = parsers::detectLayout(std::string_view(text).substr(0, 64 * 1024));
        auto general = layout;
        general.fastPath = false;
        const auto expected = parseText(text, general);
        const auto fast = parseText(text, layout, {.piece = 30'000});
        ASSERT_EQ(fast.rows, expected.rows) << row.path;
        ASSERT_EQ(fast.stacks, expected.stacks) << row.path;
        ASSERT_EQ(fast.lost, expected.lost) << row.path;
        for (const auto& one : expected.diagnostics.all()) {
            EXPECT_EQ(fast.count(one.kind), one.count)
                << row.path << ' ' << model::diagnosticName(one.kind);
            EXPECT_EQ(fast.linesOf(one.kind), expected.linesOf(one.kind))
                << row.path << ' ' << model::diagnosticName(one.kind);
        }
        const auto parts = parseText(text, layout, {.piece = 7'000, .part = 50'000});
        EXPECT_EQ(parts.lines, expected.lines) << row.path;
        EXPECT_EQ(parts.bytes, text.size()) << row.path;
        ASSERT_EQ(parts.rows.size(), expected.rows.size()) << row.path;
        EXPECT_EQ(parts.stacks.size(), expected.stacks.size()) << row.path;
        EXPECT_EQ(parts.count(DiagnosticKind::GraphLine), expected.count(DiagnosticKind::GraphLine))
            << row.path;
    }
}

TEST_F(Captures, GiveEachEventsTextAgain) {
    for (const auto& row : m_rows) {
        const auto text = readWhole(*m_folder / row.path);
        const auto layout = parsers::detectLayout(std::string_view(text).substr(0, 64 * 1024));
        const auto parsed = parseText(text, layout);
        std::set<std::uint64_t> withStack;
        for (const auto& stack : parsed.stacks) withStack.insert(stack.event);
        for (std::size_t i = 0; i < parsed.rows.size(); i += 1 + parsed.rows.size() / 300) {
            const auto position = parsed.rows[i].position;
            const auto event =
                parsers::readEventText(layout, std::string_view(text).substr(position, 32 * 1024));
            ASSERT_EQ(text.compare(position, event.line.size(), event.line), 0) << row.path;
            EXPECT_TRUE(event.stack.empty() || withStack.contains(position))
                << row.path << ' ' << event.line;
        }
    }
}

}  // namespace
}  // namespace kscope::tests
