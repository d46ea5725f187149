// SPDX-License-Identifier: GPL-3.0-or-later
/// Which call an event happened in.
#include "model/derive/call_events.h"
#include "model/store/trace_builder.h"
#include "tests/support/call_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace kscope::model;

/// Rows one µs apart: "+f" enters f, "-f" leaves it, any other word is an event. `tids` by row.
class EventStory {
public:
    EventStory(const std::vector<std::string>& words, const std::vector<int>& tids = {}) {
        kscope::support::CallRows rows;
        std::uint32_t depth[16] = {};
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto& word = words[i];
            const int tid = i < tids.size() ? tids[i] : 7;
            const auto time = static_cast<std::int64_t>(i) * 1000;
            const bool enter = word[0] == '+', leave = word[0] == '-';
            auto& level = depth[tid];
            level -= leave ? 1u : 0u;
            const auto flags = enter || leave ? callFlags(enter ? CallEdge::Entry : CallEdge::Exit,
                                                          CallSpace::Kernel, level)
                                              : kNoFlags;
            level += enter ? 1u : 0u;
            rows.add({time, enter || leave ? std::string_view(word).substr(1) : word, flags, tid});
        }
        ThreadPool pool(1);
        forest = rows.calls(pool);
    }
    /// "event in function" by task.
    [[nodiscard]] std::vector<std::vector<std::string>> told() const {
        std::vector<std::vector<std::string>> all;
        const auto& trace = forest->trace();
        const auto events = eventsInCalls(*forest);
        for (std::size_t task = 0; task < events.size(); ++task) {
            auto& words = all.emplace_back();
            for (const auto& event : events[task]) {
                const auto& chunk = trace.chunk(event.row.chunk());
                words.push_back(
                    std::string(trace.text(chunk.names[chunk.name[event.row.row()]])) + " in " +
                    std::string(trace.text(
                        forest->function(forest->tasks()[task].calls[event.call]).name())));
            }
        }
        return all;
    }
    CallForestPtr forest;
};

using Words = std::vector<std::string>;

TEST(CallEvents, AreInTheInnermostCallAroundThem) {
    const EventStory story(
        {"before", "+outer", "early", "+inner", "deep", "-inner", "late", "-outer", "after"});
    EXPECT_EQ(story.told(),
              (std::vector<Words>{{"early in outer", "deep in inner", "late in outer"}}));
}

TEST(CallEvents, AreInACallThatIsOpenAtTheEnd) {
    const EventStory story({"+outer", "+inner", "-inner", "last"});
    EXPECT_EQ(story.told(), (std::vector<Words>{{"last in outer"}}));
}

TEST(CallEvents, OfOneTaskAreInNoCallOfAnother) {
    const EventStory story({"+a", "+b", "of seven", "of eight", "-a", "of seven", "-b"},
                           {7, 8, 7, 8, 7, 7, 8});
    EXPECT_EQ(story.told(), (std::vector<Words>{{"of seven in a"}, {"of eight in b"}}));
}

TEST(CallEvents, AreNoneWhereAllRowsAreCalls) {
    const EventStory story({"+outer", "+inner", "-inner", "-outer"});
    EXPECT_EQ(story.told(), (std::vector<Words>{{}}));
}

}  // namespace
