// SPDX-License-Identifier: GPL-3.0-or-later
/// The forms of function_graph lines that are easily misread (formats.md section 2), each written
/// as the kernel writes it and told as a person reads it.
#include "model/derive/call_functions.h"
#include "parsers/importers.h"
#include "tests/support/shared_data.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace kscope;
using model::DiagnosticKind;

constexpr std::string_view kFormHeader = "# tracer: function_graph\n"
                                         "#\n"
                                         "# CPU  DURATION                  FUNCTION CALLS\n"
                                         "# |     |   |                     |   |   |   |\n";
constexpr std::string_view kFormProcHeader =
    "# tracer: function_graph\n"
    "#\n"
    "# CPU  TASK/PID         DURATION                  FUNCTION CALLS\n"
    "# |     |    |           |   |                     |   |   |   |\n";

struct FormGraph {
    model::TracePtr trace;
    model::CallForestPtr forest;
};

FormGraph openForm(std::string_view header, const std::string& lines) {
    const support::TemporaryFolder folder;
    const auto path = folder.write("trace.txt", std::string(header) + lines);
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    EXPECT_TRUE(parsers::importSource(path, builder, pool, {}).has_value());
    auto trace = builder.finish();
    EXPECT_EQ(trace->sources()[0].kind, "function_graph");
    EXPECT_EQ(trace->diagnostics().count(DiagnosticKind::UnparsedLine), 0u);
    return {trace, model::deriveCalls(trace, pool)};
}

/// "task: name(callee callee …)=ns", tasks in their order; "?" where no length is known.
std::string toldOf(const FormGraph& opened) {
    std::string told;
    for (const auto& task : opened.forest->tasks()) {
        if (!told.empty()) told += " | ";
        if (task.task != model::kNoTask)
            told += fmt::format("{}-{}: ", opened.trace->comm(task.task),
                                raw(opened.trace->task(task.task).tid));
        std::vector<std::uint32_t> open;
        const auto close = [&] {
            const auto& call = task.calls[open.back()];
            const auto length = opened.forest->length(call);
            if (told.ends_with(' ')) told.pop_back();
            told += fmt::format(")={} ", length ? fmt::to_string(*length) : "?");
            open.pop_back();
        };
        for (std::uint32_t i = 0; i < task.calls.size(); ++i) {
            while (!open.empty() && open.back() != task.calls[i].parent) close();
            told += fmt::format("{}(",
                                opened.trace->text(opened.forest->function(task.calls[i]).name()));
            open.push_back(i);
        }
        while (!open.empty()) close();
        if (told.ends_with(' ')) told.pop_back();
    }
    return told;
}

TEST(GraphForms, WideCpuNumbers) {
    const auto opened = openForm(kFormHeader, "   0)   0.500 us    |  a();\n"
                                              "  12)   0.250 us    |  b();\n"
                                              " 130)   0.125 us    |  c();\n");
    EXPECT_EQ(toldOf(opened), "a()=500 | b()=250 | c()=125");
    EXPECT_EQ(opened.forest->tasks()[2].cpu, model::CpuId{130});
}

/// With trace_clock x86-tsc cycles are printed as if they were ns; lengths are of the same clock.
TEST(GraphForms, ARawClockIsPrintedAsSeconds) {
    const auto opened =
        openForm("# tracer: function_graph\n"
                 "#\n"
                 "#     TIME        CPU  DURATION                  FUNCTION CALLS\n"
                 "#      |          |     |   |                     |   |   |   |\n",
                 "162664.166816 |   1)               |  a() {\n"
                 "162664.166817 |   1)   2.500 us    |    b();\n"
                 "162664.166823 |   1)   7.250 us    |  }\n");
    EXPECT_EQ(toldOf(opened), "a(b()=2500)=7250");
    EXPECT_EQ(toNs(opened.trace->event(model::EventIndex{1}).time) -
                  toNs(opened.trace->event(model::EventIndex{0}).time),
              1'000);
}

TEST(GraphForms, NamesOfTasksMayHaveAnything) {
    const auto opened = openForm(kFormProcHeader, " 0)   bash-470     |   1.000 us    |  a();\n"
                                                  " 1)    -7-275      |   2.000 us    |  a();\n"
                                                  " 2)  a-b 1:2-272   |   3.000 us    |  a();\n"
                                                  " 3)  kthr [x-274   |   4.000 us    |  a();\n"
                                                  " 3)  migrati-18    |   5.000 us    |  a();\n"
                                                  " 0)   <idle>-0     |   6.000 us    |  a();\n");
    std::string told = toldOf(opened);
    for (const auto* const each :
         {"bash-470: a()=1000", "-7-275: a()=2000", "a-b 1:2-272: a()=3000",
          "kthr [x-274: a()=4000", "migrati-18: a()=5000", "-0: a()=6000"})
        EXPECT_NE(told.find(each), told.npos) << each << " in " << told;
}

TEST(GraphForms, FlagsAreTheRunOfNonBlanks) {
    const std::string header = "# tracer: function_graph\n"
                               "#\n"
                               "# CPU||||     DURATION                  FUNCTION CALLS\n"
                               "# |  ||||       |   |                     |   |   |   |\n";
    for (const auto* const flags : {"d..1.", "d..1", "dNh20.00"}) {
        const auto opened = openForm(header, fmt::format(" 0)  {} |               |  a() {{\n"
                                                         " 0)  {} |   0.500 us    |    b();\n"
                                                         " 0)  {} |   2.000 us    |  }}\n",
                                                         flags, flags, flags));
        EXPECT_EQ(toldOf(opened), "a(b()=500)=2000") << flags;
    }
}

TEST(GraphForms, ReturnValuesAndArgumentsAreNoPartOfTheName) {
    const auto opened = openForm(
        kFormHeader, " 0)   0.500 us    |  a(); /* = 0x0 */\n"
                     " 0)   0.500 us    |  b(); /* ret=0xffff888004a1c000 */\n"
                     " 0)               |  c(n=3, state=2 [A ) { ], s=(struct x)[0x1:0x2], ...) {\n"
                     " 0)   0.250 us    |    d(name=\") {\"); /* <-c+0x12/0x40 ret=-22 */\n"
                     " 0)   1.000 us    |  } /* c = -22 */\n"
                     " 0)               |  e() { /* <-c+0x1/0x9 */\n"
                     " 0)   2.000 us    |  } /* e ret=0x1 */\n"
                     " 0)   3.000 us    |  ext4_map [ext4]();\n"
                     " 0)               |  ext4_sync [ext4]() {\n"
                     " 0)   4.000 us    |  } /* ext4_sync [ext4] */\n");
    EXPECT_EQ(toldOf(opened), "a()=500 b()=500 c(d()=250)=1000 e()=2000 ext4_map [ext4]()=3000 "
                              "ext4_sync [ext4]()=4000");
}

TEST(GraphForms, DurationsAreMicrosecondsWhateverTheirMark) {
    const auto opened = openForm(kFormHeader, " 0) $ 1234567 us  |  a();\n"
                                              " 0) @ 123456.7 us |  b();\n"
                                              " 0) * 12345.67 us |  c();\n"
                                              " 0) # 1234.567 us |  d();\n"
                                              " 0) ! 123.456 us  |  e();\n"
                                              " 0) + 12.345 us   |  f();\n"
                                              " 0) ! 12345.67 us |  old();\n"
                                              " 0)   1.234 us    |  g();\n");
    EXPECT_EQ(toldOf(opened), "a()=1234567000 b()=123456700 c()=12345670 d()=1234567 e()=123456 "
                              "f()=12345 old()=12345670 g()=1234");
}

TEST(GraphForms, ANamedClosingEndsItsOwnEntry) {
    // Named since the CPU printed another entry at this depth last: 2.2 and 2.3.
    const auto opened = openForm(kFormHeader, " 0)               |  a() {\n"
                                              " ------------------------------------------\n"
                                              " 0)   one-11     =>    two-12   \n"
                                              " ------------------------------------------\n"
                                              "\n"
                                              " 0)               |  b() {\n"
                                              " ------------------------------------------\n"
                                              " 0)   two-12     =>    one-11   \n"
                                              " ------------------------------------------\n"
                                              "\n"
                                              " 0)   5.000 us    |  } /* a */\n"
                                              " ------------------------------------------\n"
                                              " 0)   one-11     =>    two-12   \n"
                                              " ------------------------------------------\n"
                                              "\n"
                                              " 0)   7.000 us    |  } /* b */\n");
    // The first task of the CPU is told by the left of its first block.
    EXPECT_EQ(toldOf(opened), "one-11: a()=5000 | two-12: b()=7000");
}

TEST(GraphForms, AnUnnamedClosingMayEndACallOfAnotherCpu) {
    const auto opened = openForm(kFormHeader, " 0)               |  a() {\n"
                                              " ------------------------------------------\n"
                                              " 0)   one-11     =>   idle-0    \n"
                                              " ------------------------------------------\n"
                                              "\n"
                                              " 1)   1.000 us    |  w();\n"
                                              " ------------------------------------------\n"
                                              " 1)   two-12     =>    one-11   \n"
                                              " ------------------------------------------\n"
                                              "\n"
                                              " 1)   9.000 us    |  }\n");
    EXPECT_EQ(toldOf(opened), "one-11: a()=9000 | two-12: w()=1000");
}

TEST(GraphForms, OldBlocksAndBlocksWithoutACpuColumn) {
    const std::string blocks = " 0)               |  a() {\n"
                               " ------------------------------------------\n"
                               " | 0)  one-11  =>  two-12\n"
                               " ------------------------------------------\n"
                               "\n"
                               " 0)   7.000 us    |  b();\n";
    EXPECT_EQ(toldOf(openForm(kFormHeader, blocks)), "one-11: a()=? | two-12: b()=7000");
    const std::string noCpu = "# tracer: function_graph\n"
                              "#\n"
                              "#     DURATION                  FUNCTION CALLS\n"
                              "#      |   |                     |   |   |   |\n";
    const auto opened = openForm(noCpu, " ------------------------------------------\n"
                                        " 1)  one-11  =>  two-12\n"
                                        " ------------------------------------------\n"
                                        "\n"
                                        "   7.000 us    |  b();\n");
    EXPECT_EQ(toldOf(opened), "two-12: b()=7000");
    const auto event = opened.trace->event(model::EventIndex{0});
    EXPECT_EQ(event.cpu, model::CpuId{1});
}

TEST(GraphForms, CommentsLieInTheInnermostCall) {
    // Not indented at depth 0, and they may hold what ends a comment or a call.
    const auto opened =
        openForm(kFormHeader, " 0)               |  a() {\n"
                              " 0)               |  /* a */ { b }; */\n"
                              " 0)               |    b() {\n"
                              " 0)               |                /* sched_waking: comm=x pid=3 "
                              "prio=120 target_cpu=000 */\n"
                              " 0)   1.000 us    |    }\n"
                              " 0)   4.000 us    |  }\n");
    EXPECT_EQ(toldOf(opened), "a(b()=1000)=4000");
    ASSERT_EQ(opened.trace->events(), 6u);
    const auto mark = opened.trace->event(model::EventIndex{1});
    EXPECT_EQ(opened.trace->sources()[0].text->eventText(mark.position)->args, "a */ { b };");
}

TEST(GraphForms, ArrowsAreNoCalls) {
    const auto opened = openForm(kFormHeader, " 0)               |  a() {\n"
                                              " 0)   ==========> |\n"
                                              " 0)               |    do_IRQ() {\n"
                                              " 0)   1.000 us    |      b();\n"
                                              " 0)   3.000 us    |    }\n"
                                              " 0)   <========== |\n"
                                              " 0)   8.000 us    |  }\n");
    EXPECT_EQ(toldOf(opened), "a(do_IRQ(b()=1000)=3000)=8000");
}

TEST(GraphForms, MailsDropBlanks) {
    // One behind the bar at depth 0, and those before the CPU.
    const auto opened = openForm(kFormHeader, "0)               | a() {\n"
                                              "0)   1.000 us    |    b();\n"
                                              "0)   3.000 us    | }\n");
    EXPECT_EQ(toldOf(opened), "a(b()=1000)=3000");
    const auto tabs = openForm(kFormHeader, " 0)               |\ta() {\n"
                                            " 0)   1.000 us    |\t\tb();\n"
                                            " 0)   3.000 us    |\t}\n");
    EXPECT_EQ(toldOf(tabs), "a(b()=1000)=3000");
}

TEST(GraphForms, AClosingComesAfterAnInterruptAtItsDepth) {
    // 2.4, rule 7: the interrupt hit between the return and its record.
    const auto opened = openForm(kFormHeader, " 0)               |  a() {\n"
                                              " 0)               |    folio_lock() {\n"
                                              " 0)               |    irq_enter() {\n"
                                              " 0)   2.000 us    |      tick();\n"
                                              " 0)   3.000 us    |    }\n"
                                              " 0)   1.062 us    |    } /* folio_lock */\n"
                                              " 0)   9.000 us    |  }\n");
    EXPECT_EQ(toldOf(opened), "a(folio_lock()=1062 irq_enter(tick()=2000)=3000)=9000");
    for (const auto& call : opened.forest->tasks()[0].calls)
        EXPECT_FALSE(call.has(model::Call::NoEntry | model::Call::NoExit));
}

TEST(GraphForms, AnInterruptMayStandBeforeTheEntryAboveIt) {
    // 2.4, rule 8: two levels down, then the level between.
    const auto opened = openForm(kFormHeader, " 0)               |  ext4_fc_commit() {\n"
                                              " 0)   1.000 us    |      irq_enter_rcu();\n"
                                              " 0)               |    jbd2_complete() {\n"
                                              " 0)   2.000 us    |      down();\n"
                                              " 0)   4.000 us    |    }\n"
                                              " 0)   9.000 us    |  }\n");
    EXPECT_EQ(toldOf(opened),
              "ext4_fc_commit(irq_enter_rcu()=1000 jbd2_complete(down()=2000)=4000)=9000");
}

TEST(GraphForms, TimesAreMadeUpOfDurations) {
    // 2.5: what is left of a call stands before its closing. The last leaf of all is drawn cut
    // short: nothing tells that the trace went on.
    const auto opened = openForm(kFormHeader, " 0)               |  a() {\n"
                                              " 0)   1.000 us    |    b();\n"
                                              " 0)   2.000 us    |    c();\n"
                                              " 0)   9.000 us    |  }\n"
                                              " 0)   0.500 us    |  d();\n"
                                              " 0)   0.250 us    |  e();\n");
    EXPECT_TRUE(opened.trace->sources()[0].clock.relative);
    std::vector<std::string> times;
    for (const auto& call : opened.forest->tasks()[0].calls)
        times.push_back(fmt::format("{} {}..{}",
                                    opened.trace->text(opened.forest->function(call).name()),
                                    opened.forest->begin(call), opened.forest->end(call)));
    EXPECT_EQ(times, (std::vector<std::string>{"a 0..9000", "b 0..1000", "c 1000..3000",
                                               "d 9000..9500", "e 9500..9500"}));
}

}  // namespace
