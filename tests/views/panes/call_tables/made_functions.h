// SPDX-License-Identifier: GPL-3.0-or-later
/// Made calls and stacks, and the panes of Functions over them.
#pragma once

#include "model/store/trace_builder.h"
#include "tests/items/qt_application.h"
#include "views/panes/call_tables/call_tables.h"
#include "views/panes/call_tables/colour_legend.h"
#include "views/panes/call_tables/filter_strip.h"
#include "views/panes/call_tables/function_deck.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/flame_graph/flame_diff.h"
#include "views/panes/flame_graph/flame_panel.h"
#include "views/panes/replay/replay_panel.h"
#include "views/panes/table/table_body.h"
#include "views/panes/tracks/track_plot.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QLineEdit>
#include <QSpinBox>
#include <QTest>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace kscope::tests {

using namespace kscope::views;

/// Entries and exits of one task, µs.
class MadeCalls {
public:
    void enter(std::int64_t us, const std::string& name, int tid = 4100) {
        add(us, name, m_depth[tid]++, model::CallEdge::Entry, tid);
    }
    void leave(std::int64_t us, const std::string& name, int tid = 4100) {
        add(us, name, --m_depth[tid], model::CallEdge::Exit, tid);
    }
    void call(std::int64_t us, std::int64_t length, const std::string& name, int tid = 4100) {
        enter(us, name, tid);
        leave(us + length, name, tid);
    }
    void deliver() {
        m_builder.deliver(m_source, 0, m_writer.finishPart(0, 0));
        m_builder.endSource(m_source);
    }
    model::TracePtr finish() {
        deliver();
        return m_builder.finish();
    }
    MadeCalls() : MadeCalls(m_own, "made") {}
    /// Of one of several sources.
    MadeCalls(model::TraceBuilder& builder, const std::string& path)
        : m_builder(builder),
          m_source(builder.addSource(info(path))) {
        m_writer.beginPart(m_source, 0, 1);
    }

private:
    static model::SourceInfo info(const std::string& path) {
        model::SourceInfo made;
        made.path = path;
        made.kind = "uftrace";
        return made;
    }
    void add(std::int64_t us, const std::string& name, std::uint32_t depth, model::CallEdge edge,
             int tid) {
        const auto ns = us * 1000;
        (void)m_writer.prepare(ns, ++m_position);
        const auto task = m_writer.task(model::Tid{tid}, "made", model::kUnknownCpu);
        m_writer.add(ns, m_position, m_writer.name(name), model::kUnknownCpu, task,
                     model::callFlags(edge, model::CallSpace::User, depth));
    }
    model::TraceBuilder m_own;
    model::TraceBuilder& m_builder;
    model::SourceId m_source;
    model::ChunkWriter m_writer;
    std::uint64_t m_position = 0;
    std::map<int, std::uint32_t> m_depth;
};

/// main calls work three times, and each work read (20 µs, 30 µs, 40 µs) and twice step (1 µs).
inline model::TracePtr madeTrace() {
    MadeCalls calls;
    std::int64_t now = 0;
    calls.enter(now, "main");
    for (int i = 0; i < 3; ++i) {
        calls.enter(now + 1, "work");
        calls.call(now + 2, 20 + 10 * i, "read");
        now += 23 + 10 * i;
        calls.call(now, 1, "step");
        calls.call(now + 2, 1, "step");
        calls.leave(now + 4, "work");
        now += 5;
    }
    calls.leave(now + 1, "main");
    return calls.finish();
}

/// What the lines of a made trace say, by position.
class ToldTexts : public model::EventSource {
public:
    [[nodiscard]] model::Result<model::EventText> eventText(std::uint64_t position) const override {
        const auto found = texts.find(position);
        if (found == texts.end()) return model::failure("no such line");
        return found->second;
    }
    [[nodiscard]] model::Result<std::size_t> bytes(std::uint64_t, std::span<char>) const override {
        return std::size_t{0};
    }
    [[nodiscard]] std::uint64_t size() const override { return 0; }
    std::map<std::uint64_t, model::EventText> texts;
};

/// Three lines of the function tracer and a wakeup with its stack.
inline model::TracePtr stackedTrace() {
    auto texts = std::make_shared<ToldTexts>();
    model::TraceBuilder builder;
    model::SourceInfo info;
    info.path = "made";
    info.kind = "ftrace-text";
    info.text = texts;
    const auto source = builder.addSource(std::move(info));
    model::ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    std::uint64_t position = 0;
    const model::CpuId cpu{0};
    const auto add = [&](const char* name, const char* args, std::vector<std::string> stack = {}) {
        const auto ns = static_cast<std::int64_t>(++position) * 1000;
        (void)writer.prepare(ns, position);
        const auto task = writer.task(model::Tid{11}, "red", cpu);
        writer.add(ns, position, writer.name(name), cpu, task, model::kNoFlags);
        auto& told = texts->texts[position];
        told.args = args;
        told.stack = std::move(stack);
        if (!told.stack.empty()) {
            EXPECT_TRUE(writer.addStack(position, cpu, task, false));
        }
    };
    add("function", "mutex_lock <-rb_simple_write");
    add("function", "mutex_unlock <-rb_simple_write");
    add("function", "mutex_lock <-rb_simple_write");
    add("sched_waking", "comm=blue pid=12", {"try_to_wake_up", "__wake_up", "pipe_write"});
    builder.deliver(source, 0, writer.finishPart(0, 0));
    builder.endSource(source);
    return builder.finish();
}

class FunctionPanes : public ::testing::Test {
protected:
    FunctionPanes() : m_plot(new TrackPlot(&m_view, &m_pool)), m_deck(&m_view, &m_pool, m_plot) {
        m_deck.resize(1200, 860);
        m_deck.show();
        m_deck.activateWindow();
        QApplication::setActiveWindow(&m_deck);
    }
    void openCalls() {
        const auto trace = madeTrace();
        m_view.setTrace(trace);
        m_deck.setTracks(callTracksOf(model::deriveCalls(trace, m_pool)));
        ASSERT_TRUE(eventually([&] {
            return functions().rows() && functions().rows()->size() == 4 &&
                   deck->tables().tree().rows() && deck->replay().body().lines() != nullptr;
        }));
    }
    template <class Done> static bool eventually(Done done) { return waitFor(done); }
    TraceView& view() { return m_view; }
    static void key(Qt::Key code) { QTest::keyClick(QApplication::focusWidget(), code); }
    static void type(const QString& text) { QTest::keyClicks(QApplication::focusWidget(), text); }
    TablePanel& functions() { return deck->tables().functions(); }
    QString cell(TablePanel& panel, std::uint32_t line, int column) {
        return panel.rows()->text(panel.body().order().row(line), column);
    }
    model::ThreadPool m_pool{2};
    TraceView m_view;
    TrackPlot* m_plot;
    FunctionDeck m_deck;
    FunctionDeck* deck = &m_deck;
};

}  // namespace kscope::tests
