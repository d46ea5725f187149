// SPDX-License-Identifier: GPL-3.0-or-later
/// "SOURCE@+1.5s": shifts are read exactly, and names that end so stay names.
#include "app/session/source_spec.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

namespace {

using namespace kscope;

TEST(SourceSpec, ReadsShiftsToTheNanosecond) {
    EXPECT_EQ(app::parseShift("+1.5s").value(), 1'500'000'000);
    EXPECT_EQ(app::parseShift("-200ms").value(), -200'000'000);
    EXPECT_EQ(app::parseShift("+0.000123s").value(), 123'000);
    EXPECT_EQ(app::parseShift("+7us").value(), 7'000);
    EXPECT_EQ(app::parseShift("+7µs").value(), 7'000);
    EXPECT_EQ(app::parseShift("-3ns").value(), -3);
    EXPECT_EQ(app::parseShift("+1.9ns").value(), 1);
    EXPECT_EQ(app::parseShift("+.5ms").value(), 500'000);
    EXPECT_EQ(app::parseShift("+9223372036.854775807s").value(), INT64_MAX);
}

TEST(SourceSpec, RefusesWhatIsNoShift) {
    for (const auto* text : {"1.5s", "+s", "+1.5", "+1.5m", "+1.2.3s", "+x", "+", "", "+-1s",
                             "+9223372036.854775808s", "+99999999999s", "+1 s"}) {
        EXPECT_FALSE(app::parseShift(text).has_value()) << text;
    }
}

TEST(SourceSpec, SplitsPathAndShift) {
    const auto spec = app::parseSourceSpec("a@b.txt@-2ms").value();
    EXPECT_EQ(spec.path, "a@b.txt");
    EXPECT_EQ(spec.offsetNs, -2'000'000);
    EXPECT_EQ(app::parseSourceSpec("trace.txt").value().path, "trace.txt");
    EXPECT_EQ(app::parseSourceSpec("me@home.txt").value().path, "me@home.txt");
    EXPECT_EQ(app::parseSourceSpec("-@+1s").value().path, "-");
    EXPECT_FALSE(app::parseSourceSpec("trace.txt@+1parsec").has_value());
}

TEST(SourceSpec, NameThatReallyEndsSoIsAName) {
    const support::TemporaryFolder folder;
    const auto path = folder.write("trace@+1s", "x");
    EXPECT_EQ(app::parseSourceSpec(path).value().path, path);
    EXPECT_EQ(app::parseSourceSpec(path).value().offsetNs, 0);
    EXPECT_EQ(app::parseSourceSpec(path + "@+2s").value().path, path);
}

TEST(SourceSpec, TextReadsBack) {
    for (const std::int64_t offset :
         {std::int64_t{1}, std::int64_t{-1}, std::int64_t{1'500'000'000}, INT64_MAX, -INT64_MAX}) {
        const auto text = app::sourceSpecText({.path = "t.txt", .offsetNs = offset});
        EXPECT_EQ(app::parseSourceSpec(text).value().offsetNs, offset) << text;
    }
    EXPECT_EQ(app::sourceSpecText({.path = "t.txt", .offsetNs = 0}), "t.txt");
    EXPECT_EQ(app::sourceSpecText({.path = "t.txt", .offsetNs = -200'000'000}), "t.txt@-0.2s");
}

}  // namespace
