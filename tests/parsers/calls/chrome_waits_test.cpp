// SPDX-License-Identifier: GPL-3.0-or-later
/// Waits inside calls as spans with a length: read of Chrome JSON, and written to it as `uftrace
/// dump --chrome` does.
#include "model/derive/call_export.h"
#include "model/derive/call_waits.h"
#include "tests/parsers/calls/uftrace_peer.h"

#include <fstream>

namespace {

using namespace kscope;
using namespace kscope::peer;

std::string chromeOf(const PeerTrace& opened, const model::CallScope& scope = {}) {
    std::string text;
    EXPECT_TRUE(model::writeChromeTrace(*opened.forest, scope, [&](std::string_view piece) {
        text += piece;
        return true;
    }));
    return text;
}

using WaitSpans = std::multiset<std::pair<std::int64_t, std::int64_t>>;

/// Begin and length of each linux:schedule in uftrace's own JSON.
WaitSpans printedWaits(std::istream& file) {
    WaitSpans spans;
    std::map<std::string, std::int64_t> begins;
    const std::regex event(
        R"re(.*"ts":(\d+)\.(\d{3}),"ph":"([BE])",("pid":\d+(?:,"tid":\d+)?),"name":"linux:schedule".*)re");
    for (std::string line; std::getline(file, line);) {
        std::smatch found;
        if (!std::regex_match(line, found, event)) continue;
        const auto at = std::stoll(found[1]) * 1000 + std::stoll(found[2]);
        if (found[3] == "B") begins[found[4]] = at;
        else if (const auto begin = begins.find(found[4]); begin != begins.end()) {
            spans.emplace(begin->second, at - begin->second);
            begins.erase(begin);
        }
    }
    return spans;
}

WaitSpans ownWaits(const model::CallForest& forest) {
    WaitSpans spans;
    for (const auto& task : model::waitsInCalls(forest))
        for (const auto& wait : task)
            if (wait.name == "linux:schedule") spans.emplace(wait.begin, wait.end - wait.begin);
    return spans;
}

TEST(ChromeWaits, AnEndTellsHowLongTheWaitWas) {
    const support::TemporaryFolder folder;
    const auto opened = openPeer(folder.write(
        "chrome.json",
        "{\"traceEvents\":[\n"
        "{\"ts\":1.000,\"ph\":\"B\",\"pid\":5,\"name\":\"main\"},\n"
        "{\"ts\":2.000,\"ph\":\"B\",\"pid\":5,\"name\":\"linux:schedule\"},\n"
        "{\"ts\":9.500,\"ph\":\"E\",\"pid\":5,\"name\":\"linux:schedule\"},\n"
        "{\"ts\":12.000,\"ph\":\"E\",\"pid\":5,\"name\":\"linux:schedule (pre-empted)\"},\n"
        "{\"ts\":13.000,\"ph\":\"E\",\"pid\":5,\"name\":\"linux:schedule\"},\n"
        "{\"ts\":20.000,\"ph\":\"E\",\"pid\":5,\"name\":\"main\"}\n]}\n"));
    EXPECT_EQ(opened.trace->events(), 6u);
    const auto waits = model::waitsInCalls(*opened.forest);
    ASSERT_EQ(waits.size(), 1u);
    const std::vector<model::CallWait> expected{{2'000, 9'500, "linux:schedule"}};
    EXPECT_EQ(waits[0], expected);
    const auto written = chromeOf(opened);
    std::istringstream lines(written);
    EXPECT_EQ(printedWaits(lines), (WaitSpans{{2'000, 7'500}})) << written;
    // Outside of the range nothing is written.
    model::CallScope late;
    late.range = model::TimeRange{model::timestampNs(15'000), model::timestampNs(19'000)};
    EXPECT_EQ(chromeOf(opened, late).find("linux:schedule"), std::string::npos);
}

TEST(ChromeWaits, OfADirectoryAreThoseOfUftracesOwnJson) {
    const auto data = support::sharedData();
    if (!data) GTEST_SKIP() << "the folder of captures is not there: set KSCOPE_SHARED";
    for (const std::string name : {"sched", "threads", "args"}) {
        const auto home = *data / "guest/uftrace" / name;
        std::ifstream file(home / (name + ".chrome.json"));
        const auto printed = printedWaits(file);
        const auto opened = openPeer(home / (name + ".data"));
        EXPECT_EQ(ownWaits(*opened.forest), printed) << name;
        std::istringstream lines(chromeOf(opened));
        EXPECT_EQ(printedWaits(lines), printed) << name;
    }
}

}  // namespace
