// SPDX-License-Identifier: GPL-3.0-or-later
/// View files: what is written comes back, what does not fit is said, what is not known stays.
#include "app/session/user_files.h"
#include "app/session/view_file.h"
#include "tests/items/small_trace.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <gtest/gtest.h>

namespace kscope::app {
namespace {

using views::LaneKey;

model::TracePtr trace() {
    static const auto made = tests::rowTrace(1000).trace;
    return made;
}

views::ViewState fullState() {
    views::ViewState state;
    const auto begin = trace()->range().begin;
    state.window = {begin + model::Duration{1000}, begin + model::Duration{5000}};
    state.cursorA = begin;
    state.cursorB = begin + model::Duration{77};
    state.lanes = {{LaneKey::Kind::Cpu, 1},
                   {LaneKey::Kind::Task, 2},
                   {LaneKey::Kind::EventName, raw(trace()->findString("beta"))}};
    state.pinned = {{LaneKey::Kind::Cpu, 0}};
    state.hidden = {{LaneKey::Kind::Task, 1}};
    state.folded = {{LaneKey::Kind::Group, 2}};
    state.height = views::LaneHeight::Tall;
    state.filter = "cpu == 1";
    state.callFilter = {.only = "vfs_*; read", .hide = "step", .atLeast = "1.5 ms", .depth = 7};
    state.bookmarks = {{begin + model::Duration{5}, QString::fromUtf8("zwölf \"µs\""), 3}};
    state.timeFormat = views::TimeFormat::Absolute;
    state.tab = 6;
    state.onlyCpus = {model::CpuId{1}};
    state.onlyTasks = {model::TaskId{0}};
    state.onlyNames = {trace()->findString("beta")};
    state.ownBars = {{{LaneKey::Kind::Cpu, 1}, 44}};
    state.colourBy = views::ColourBy::Priority;
    state.arrows = views::Arrows::All;
    state.rawFields = views::Presence::Shown;
    state.idleTasks = views::Presence::Shown;
    return state;
}

TEST(ViewFile, ComesBackAsItWas) {
    const auto state = fullState();
    const auto read = readViewFile(viewFileText(state, *trace()), *trace());
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->misfits.empty()) << read->misfits.front();
    EXPECT_EQ(read->state, state);
}

TEST(ViewFile, KeepsKeysThatItDoesNotKnow) {
    const auto text = viewFileText(fullState(), *trace());
    auto newer = text;
    newer.insert(1, "\n  \"flame_depth\": {\"x\": [1, 2]},");
    const auto again = viewFileText(fullState(), *trace(), newer);
    EXPECT_NE(again.find("flame_depth"), std::string::npos);
    EXPECT_EQ(readViewFile(again, *trace())->state, fullState());
    EXPECT_EQ(viewFileText(fullState(), *trace(), "[1, 2"), text)
        << "a damaged file before counts as none";
}

TEST(ViewFile, ListsWhatDoesNotFit) {
    const auto text = viewFileText(fullState(), *trace());
    const auto other = tests::rowTrace(1).trace;  // CPU 0 and one task only
    const auto read = readViewFile(text, *other);
    ASSERT_TRUE(read.has_value());
    EXPECT_FALSE(read->misfits.empty());
    EXPECT_EQ(read->state.filter, "cpu == 1");
    for (const auto& lane : read->state.lanes) {
        if (lane.kind == LaneKey::Kind::Task) {
            EXPECT_LT(lane.id, other->tasks().size());
        }
    }
}

TEST(ViewFile, RefusesWhatIsNone) {
    for (const char* text : {"", "{", "[]", "7", "{\"a\": 1}", "nonsense"})
        EXPECT_FALSE(readViewFile(text, *trace()).has_value()) << text;
}

TEST(ViewFile, TakesNoHarmFromWrongTypesAndNumbers) {
    const char* const odd[] = {
        R"({"kernelscope_view": 1, "window": 3, "lanes": {"a": 1}, "bookmarks": [1, null, {"time_ns": "x"}, {}], "tab": -1})",
        R"({"kernelscope_view": 1, "window": {"begin_ns": 18446744073709551615, "end_ns": -9223372036854775808}})",
        R"({"kernelscope_view": 99, "lanes": [{"cpu": 4294967295}, {"task": 5}, {"task": {"tid": "x"}}, {"event": "\u0000"}, 7]})",
        R"({"kernelscope_view": 1, "filter": "((((", "lane_height": "huge", "time_format": 4, "only_cpus": ["a"], "only_tasks": [{}]})",
        R"({"kernelscope_view": 1, "functions": {"only": 3, "hide": null, "depth": -4, "at_least": "soon"}})",
        R"({"kernelscope_view": 1, "functions": [1]})",
        R"({"kernelscope_view": 1, "cursor_a_ns": 1e300, "cursor_b_ns": 9223372036854775807})",
    };
    for (const char* text : odd) {
        const auto read = readViewFile(text, *trace());
        ASSERT_TRUE(read.has_value()) << text;
        EXPECT_EQ(read->state.window, trace()->range());
        EXPECT_TRUE(read->state.lanes.empty());
        EXPECT_TRUE(read->state.filter.isEmpty());
        EXPECT_EQ(read->state.callFilter, views::CallFilterText{});
    }
}

TEST(ViewFile, SurvivesEveryPrefixAndChangedByte) {
    const auto text = viewFileText(fullState(), *trace());
    for (std::size_t length = 0; length < text.size(); length += 3)
        static_cast<void>(readViewFile(text.substr(0, length), *trace()));
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto changed = text;
        changed[at] = static_cast<char>(changed[at] ^ 0x15);
        static_cast<void>(readViewFile(changed, *trace()));
    }
}

class UserFiles : public testing::Test {
protected:
    std::string write(const QString& name, const QByteArray& bytes) {
        QFile file(folder.filePath(name));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        return file.fileName().toStdString();
    }
    QTemporaryDir folder;
};

TEST_F(UserFiles, NameAViewByContent) {
    const auto a = write("a", QByteArray(200'000, 'x'));
    const auto b = write("b", QByteArray(200'000, 'x'));
    auto tail = QByteArray(200'000, 'x');
    tail[199'999] = 'y';
    const auto c = write("c", tail);
    EXPECT_EQ(contentKey({{a, 0}}), contentKey({{b, 0}}));
    EXPECT_NE(contentKey({{a, 0}}), contentKey({{c, 0}}));
    EXPECT_NE(contentKey({{a, 0}}), contentKey({{a, 5}}));
    EXPECT_NE(contentKey({{a, 0}}), contentKey({{a, 0}, {b, 0}}));
    EXPECT_TRUE(contentKey({{"-", 0}}).empty());
    EXPECT_TRUE(contentKey({{folder.path().toStdString(), 0}}).empty());
    EXPECT_TRUE(contentKey({{a + ".missing", 0}}).empty());
    EXPECT_TRUE(contentKey({}).empty());
}

TEST_F(UserFiles, KeepRecentTracesInOrderWithPins) {
    const auto home = folder.path().toStdString() + "/new/state";
    const auto trace_ = [](const char* path, std::int64_t opened) {
        RecentTrace recent;
        recent.sources = {path};
        recent.openedMs = opened;
        recent.busy = {1, 2, 255};
        return recent;
    };
    EXPECT_TRUE(readRecent(home).empty());
    rememberRecent(home, trace_("a", 1));
    rememberRecent(home, trace_("b", 2));
    pinRecent(home, {"a"}, Pin::Set);
    rememberRecent(home, trace_("c", 3));
    rememberRecent(home, trace_("b", 4));
    const auto recent = readRecent(home);
    ASSERT_EQ(recent.size(), 3u);
    EXPECT_EQ(recent[0].sources[0], "a");
    EXPECT_EQ(recent[1].sources[0], "b");
    EXPECT_EQ(recent[2].busy, (std::vector<std::uint8_t>{1, 2, 255}));
    for (int i = 0; i < 80; ++i)
        rememberRecent(home, trace_(("n" + std::to_string(i)).c_str(), 10 + i));
    EXPECT_EQ(readRecent(home).size(), 50u);
    EXPECT_EQ(readRecent(home)[0].sources[0], "a") << "pinned ones stay";
}

TEST_F(UserFiles, SurviveADamagedList) {
    const auto home = folder.path().toStdString();
    write("recent.json", "{\"recent\": [1, {\"sources\": 5}, {\"sources\": [\"ok\"], \"bytes\": "
                         "\"x\"}, {\"sources\": [\"good\"]}]}");
    const auto recent = readRecent(home);
    ASSERT_EQ(recent.size(), 1u);
    EXPECT_EQ(recent[0].sources[0], "good");
    write("recent.json", "\xff{{{");
    EXPECT_TRUE(readRecent(home).empty());
}

TEST_F(UserFiles, WriteWholeFilesOrNone) {
    const auto path = folder.path().toStdString() + "/sub/x.kscope";
    ASSERT_TRUE(writeSmallFile(path, "one"));
    ASSERT_TRUE(writeSmallFile(path, "two"));
    EXPECT_EQ(readSmallFile(path), "two");
    EXPECT_FALSE(writeSmallFile("/proc/none/x", "y"));
    EXPECT_FALSE(readSmallFile(path + ".missing"));
    EXPECT_EQ(QDir(folder.filePath("sub")).entryList(QDir::Files).size(), 1)
        << "no temporary file stays";
}

}  // namespace
}  // namespace kscope::app
