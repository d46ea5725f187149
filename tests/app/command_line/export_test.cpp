// SPDX-License-Identifier: GPL-3.0-or-later
/// `export` writes whole files or none (cli.md section 4).
#include "tests/app/command_line/run_command.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace kscope::tests {
namespace {

std::string fileBytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class Export : public testing::Test {
protected:
    Ran exportTo(const std::string& name, std::vector<std::string> args = {}) {
        args.insert(args.begin(), {"export", "-o", m_folder.file(name), m_trace});
        return run(args);
    }
    std::string exported(const std::string& name, std::vector<std::string> args = {}) {
        const auto ran = exportTo(name, std::move(args));
        EXPECT_EQ(ran.status, 0) << ran.err;
        EXPECT_EQ(ran.out + ran.err, "");
        return fileBytes(m_folder.file(name));
    }
    std::size_t files() const {
        const std::filesystem::directory_iterator all(m_folder.file(""));
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    support::TemporaryFolder m_folder;
    std::string m_trace = m_folder.write("t.txt", knownTrace());
};

/// Width and height of a PNG's IHDR.
std::pair<std::uint32_t, std::uint32_t> pngSize(std::string_view png) {
    const auto number = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | static_cast<unsigned char>(png[at + i]);
        return value;
    };
    return {number(16), number(20)};
}

TEST_F(Export, PngHasTheSizeAskedFor) {
    const auto png = exported("a.png", {"--size", "640x360"});
    ASSERT_TRUE(png.starts_with("\x89PNG\r\n\x1a\n"));
    EXPECT_EQ(pngSize(png), std::pair(640U, 360U));
    EXPECT_EQ(pngSize(exported("b.png", {"--size", "640x360", "--scale", "2"})),
              std::pair(1280U, 720U));
    EXPECT_EQ(pngSize(exported("c.png")), std::pair(1920U, 1080U));
    EXPECT_NE(exported("d.png", {"--size", "640x360", "--theme", "dark"}), png);
    EXPECT_NE(exported("e.png", {"--size", "640x360", "--no-legend"}), png);
    EXPECT_EQ(exported("f.png", {"--size", "640x360", "--theme", "light"}), png);
}

TEST_F(Export, SvgNamesTitleAndLanes) {
    const auto svg = exported("a.svg", {"--title", "one <title> & more", "--lanes", "cpu,task:11"});
    EXPECT_NE(svg.find("<svg"), std::string::npos);
    EXPECT_NE(svg.find("</svg>"), std::string::npos);
    EXPECT_NE(svg.find("one &lt;title&gt; &amp; more"), std::string::npos);
    EXPECT_NE(svg.find("alpha"), std::string::npos);
}

TEST_F(Export, LongNamesOfLanesKeepTheirEnds) {
    const std::vector<std::string> names{"mm_vmscan_lru_shrink_inactive",
                                         "mm_vmscan_lru_shrink_active_too"};
    m_trace = m_folder.write("long.txt", knownTrace() +
                                             traceLine("beta", 22, 1, 1100, names[0] + ": nid=0") +
                                             traceLine("beta", 22, 1, 1200, names[1] + ": nid=0"));
    const auto svg = exported("long.svg", {"--lanes", "event:mm_*", "--no-legend"});
    EXPECT_EQ(svg.find(names[0] + "<"), std::string::npos) << "it does not fit";
    EXPECT_NE(svg.find("inactive<"), std::string::npos);
    EXPECT_NE(svg.find("active_too<"), std::string::npos);
    EXPECT_NE(svg.find("mm_vmscan"), std::string::npos);
}

TEST_F(Export, CsvIsOneRowASpan) {
    const auto rows = readCsv(exported("a.csv", {"--lanes", "cpu,task:alpha"}));
    ASSERT_GT(rows.size(), 6U);
    EXPECT_EQ(rows[0], (std::vector<std::string>{"lane", "begin_ns", "end_ns", "kind", "tid",
                                                 "comm", "label"}));
    std::int64_t alpha = 0;
    for (const auto& row : rows)
        if (row[4] == "11" && row[0].starts_with("CPU") && !row[2].empty())
            alpha += std::stoll(row[2]) - std::stoll(row[1]);
    EXPECT_EQ(alpha, 850'000);
}

TEST_F(Export, JsonHoldsTheRowsOfTheCsv) {
    const auto rows = readCsv(exported("a.csv", {"--lanes", "cpu,task:alpha"}));
    const auto table = nlohmann::json::parse(exported("a.json", {"--lanes", "cpu,task:alpha"}));
    ASSERT_EQ(table.size() + 1, rows.size());
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto& row = rows[i + 1];
        EXPECT_EQ(table[i].at("lane"), row[0]);
        EXPECT_EQ(table[i].at("begin_ns"), std::stoll(row[1]));
        EXPECT_EQ(table[i].at("comm"), row[5]);
        if (row[4].empty()) EXPECT_TRUE(table[i].at("tid").is_null());
        else EXPECT_EQ(table[i].at("tid"), std::stoll(row[4]));
    }
}

TEST_F(Export, RangeCutsTheSpans) {
    for (const auto& row : readCsv(exported("a.csv", {"--range", "100.0004..100.0007"}))) {
        if (row[1] == "begin_ns") continue;
        EXPECT_LT(std::stoll(row[1]), 100'000'700'000) << row[0];
        if (!row[2].empty()) {
            EXPECT_GT(std::stoll(row[2]), 100'000'400'000 - 1) << row[0];
        }
    }
}

TEST_F(Export, WhatCannotBeWrittenLeavesNothing) {
    const auto before = files();
    expectOneLine(run({"export", "-o", "/no/such/folder/a.png", m_trace}), 1, "/no/such/folder");
    std::filesystem::create_directory(m_folder.file("dir.png"));
    expectOneLine(exportTo("dir.png"), 1, "dir.png");
    EXPECT_EQ(files(), before + 1);
    m_folder.write("old.svg", "old");
    EXPECT_EQ(run({"export", "-o", m_folder.file("old.svg"), "/no/such"}).status, 1);
    EXPECT_EQ(fileBytes(m_folder.file("old.svg")), "old");  // a failure keeps what was there
    EXPECT_NE(exported("old.svg"), "old");
    EXPECT_EQ(files(), before + 2);  // and no temporary file stays
}

}  // namespace
}  // namespace kscope::tests
