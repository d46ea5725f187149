// SPDX-License-Identifier: GPL-3.0-or-later
/// Tables of comma separated values as JSON, held against the JSON library's reading.
#include "model/core/csv_to_json.h"
#include "model/core/quoting.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kscope::model {
namespace {

/// The table cut into pieces of `step` bytes.
nlohmann::json converted(std::string_view table, std::size_t step) {
    std::string out;
    CsvToJson json([&out](std::string_view piece) { out += piece; });
    for (std::size_t i = 0; i < table.size(); i += step) json.add(table.substr(i, step));
    json.finish();
    return nlohmann::json::parse(out);
}

TEST(CsvToJson, KeepsQuotesNumbersAndWhatIsEmpty) {
    const std::string table = "lane,value,label\n"
                              "\"a,\"\"b\"\"\nc\",-1.50,7\r\n"
                              "CPU 0,,\n"
                              "12,007,x\n";
    for (std::size_t step = 1; step < 9; ++step) {
        const auto rows = converted(table, step);
        ASSERT_EQ(rows.size(), 3U);
        EXPECT_EQ(rows[0]["lane"], "a,\"b\"\nc");
        EXPECT_EQ(rows[0]["value"], -1.5);
        EXPECT_EQ(rows[0]["label"], "7");  // a column of text
        EXPECT_TRUE(rows[1]["value"].is_null());
        EXPECT_EQ(rows[1]["label"], "");
        EXPECT_EQ(rows[2]["lane"], "12");
        EXPECT_EQ(rows[2]["value"], "007");  // no number of JSON
    }
}

TEST(CsvToJson, IsAListWithoutRowsAndWithoutALastLineEnd) {
    EXPECT_EQ(converted("lane,value\n", 3).size(), 0U);
    EXPECT_EQ(converted("", 1).size(), 0U);
    EXPECT_EQ(converted("lane,value\na,1", 4)[0]["value"], 1);
}

TEST(CsvToJson, ReadsWhatTheFieldsWrite) {
    std::string line = "label\n";
    const std::string hard = "\xff, \"x\"\t\x01\n ";
    appendCsv(line, hard);
    EXPECT_EQ(converted(line + "\n", 2)[0]["label"], "\uFFFD, \"x\"\t\x01\n ");
}

}  // namespace
}  // namespace kscope::model
