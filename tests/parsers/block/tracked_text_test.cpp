// SPDX-License-Identifier: GPL-3.0-or-later
/// What `blkparse -t` adds to a line, and what it does to a completion behind a split.
#include "model/derive/block_requests.h"
#include "parsers/importers.h"
#include "tests/support/shared_data.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace kscope::tests {
namespace {

model::TracePtr openTracked(std::string_view text) {
    const support::TemporaryFolder folder;
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    EXPECT_TRUE(parsers::importSource(folder.write("text.txt", text), builder, pool, {}));
    return builder.finish();
}

struct Told {
    std::uint64_t sector;
    std::uint32_t sectors;
    std::int64_t q, g, i, d, c;
    bool operator==(const Told&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Told& told) {
    return out << told.sector << '+' << told.sectors << " q" << told.q << " g" << told.g << " i"
               << told.i << " d" << told.d << " c" << told.c;
}
std::vector<Told> requestsOf(const model::Trace& trace) {
    std::vector<Told> told;
    for (const auto& request : model::blockRequests(trace).requests)
        told.push_back({request.sector, request.sectors, request.q, request.g, request.i, request.d,
                        request.c});
    return told;
}

// "(elapsed)" stands behind the sectors of I, D and C. Without an I (no scheduler) that of a D is
// no time at all: a difference below zero, printed without a sign.
TEST(TrackedText, ElapsedTimesAreNoTimesOfOurs) {
    std::ifstream in(KSCOPE_TEST_DATA "/block/sdb.blkparse.txt");
    std::stringstream bytes;
    bytes << in.rdbuf();
    std::string plain;
    std::string tracked;
    std::istringstream lines(bytes.str());
    std::size_t changed = 0;
    for (std::string line; std::getline(lines, line);) {
        const char action = line.size() > 43 ? line[43] : ' ';
        if (action == 'I' && line[42] == ' ') continue;  // as without a scheduler
        plain += line + '\n';
        const auto bracket = line.rfind(" [");
        if ((action == 'D' || action == 'C') && line.find(" + ") != line.npos) {
            line.insert(bracket, action == 'D' ? " (18446744073702420858)" : " (     700)");
            ++changed;
        }
        tracked += line + '\n';
    }
    ASSERT_GT(changed, 10U);
    const auto one = openTracked(plain);
    const auto other = openTracked(tracked);
    EXPECT_TRUE(other->diagnostics().empty());
    EXPECT_EQ(other->events(), one->events());
    EXPECT_EQ(requestsOf(*other), requestsOf(*one));
    for (const auto& request : requestsOf(*other)) {
        EXPECT_EQ(request.i, model::kNoTime);
        if (request.c != model::kNoTime) {
            EXPECT_LT(request.c - request.d, 20'000'000);
        }
    }
    // Of no sectors it stands alone.
    const auto flush = openTracked(
        "  8,0    0        1     0.000000000   119  D  FN (18446744073702420858) [kworker/0:1H]\n"
        "  8,0    0        2     0.000300000     0  C  FN 0 [0]\n");
    EXPECT_EQ(flush->tables().blockActions, 2U);
    EXPECT_TRUE(flush->diagnostics().empty());
    for (const auto& row : flush->chunk(0).blocks)
        EXPECT_EQ(row.marks & model::kBlockPassthrough, 0);
    EXPECT_EQ(flush->comm(flush->event(model::EventIndex{0}).task), "kworker/0:1H");
}

// With -t blkparse moves the completion of a split's tail to where the whole began, and makes it
// as much longer. The head has ended before, so that only the tail is left to end.
TEST(TrackedText, ACompletionMovedBackBehindASplitEndsTheTail) {
    const auto text = [](std::string_view last) {
        return fmt::format("  8,0    0        1     0.000000000    77  Q  WS 100 + 16 [dd]\n"
                           "  8,0    0        2     0.000000500    77  X  WS 100 / 108 [dd]\n"
                           "  8,0    0        3     0.000001000    77  G  WS 100 + 8 [dd]\n"
                           "  8,0    0        4     0.000001100    77  I  WS 100 + 8 [dd]\n"
                           "  8,0    0        5     0.000001300    77  D  WS 100 + 8 [dd]\n"
                           "  8,0    0        6     0.000001400    77  G  WS 108 + 8 [dd]\n"
                           "  8,0    0        7     0.000001500    77  I  WS 108 + 8 [dd]\n"
                           "  8,0    0        8     0.000001600    77  D  WS 108 + 8 [dd]\n"
                           "  8,0    0        9     0.000008000     0  C  WS 100 + 8 [0]\n"
                           "  8,0    0       10     0.000008500     0  C  WS {} [0]\n",
                           last);
    };
    const std::vector<Told> wanted{{100, 8, 0, 1000, 1100, 1300, 8000},
                                   {108, 8, 0, 1400, 1500, 1600, 8500}};
    EXPECT_EQ(requestsOf(*openTracked(text("108 + 8"))), wanted);
    EXPECT_EQ(requestsOf(*openTracked(text("100 + 16 (    6900)"))), wanted);
    const auto blocks = model::blockRequests(*openTracked(text("100 + 16 (    6900)")));
    for (const auto& bio : blocks.bios) EXPECT_NE(bio.c, model::kNoTime);
    EXPECT_EQ(blocks.devices.at(0).steps.back().inFlight, 0);
    EXPECT_EQ(blocks.devices.at(0).steps.back().queued, 0);
}

// Traced through a partition all lines name it, while their sectors are those of the disk: also an
// A leads from the device to itself (kernel 6.1, /sys/block/sda/sda2/trace).
TEST(TracerText, ThroughAPartitionAllIsThePartitions) {
    const auto trace = openTracked(
        "# tracer: blk\n#\n"
        "              dd-655     [001] ...1.   109.100000:   8,2    A  WS 1018626 + 96 <- (8,2) "
        "885506\n"
        "              dd-655     [001] ...1.   109.100010:   8,2    Q  WS 1018626 + 96 [dd]\n"
        "              dd-655     [001] ...1.   109.100020:   8,2    G  WS 1018626 + 96 [dd]\n"
        "              dd-655     [001] ...1.   109.100030:   8,2    I  WS 1018626 + 96 [dd]\n"
        "              dd-655     [001] ...1.   109.100040:   8,2    D  WS 1018626 + 96 [dd]\n"
        "          <idle>-0       [000] d.s2.   109.100900:   8,2    C  WS 1018626 + 96 [0]\n");
    const std::vector<Told> wanted{{1018626, 96, 109'100'010'000, 109'100'020'000, 109'100'030'000,
                                    109'100'040'000, 109'100'900'000}};
    EXPECT_EQ(requestsOf(*trace), wanted);
    const auto blocks = model::blockRequests(*trace);
    ASSERT_EQ(blocks.remaps.size(), 1U);
    EXPECT_EQ(blocks.remaps[0].before, model::kNoIndex);
    EXPECT_EQ(blocks.bios.at(0).remap, 0U);
    EXPECT_EQ(trace->requestDevices().size(), 1U);
}

}  // namespace
}  // namespace kscope::tests
