// SPDX-License-Identifier: GPL-3.0-or-later
/// Letters of irq-info, with and without a legend.
#include "parsers/ftrace/irq_flags.h"

#include <gtest/gtest.h>

namespace kscope::parsers {
namespace {

using Column = FtraceLayout::FlagColumn;

std::string roundTrip(std::string_view flags) {
    return model::flagsText(readIrqFlags(flags, FtraceLayout{}));
}

TEST(IrqFlags, KeepFourAndFiveCharacters) {
    for (const auto* const flags : {"d.h1.", ".....", "dNs31", "D.Z..", "b..2f", "dLH4a"})
        EXPECT_EQ(roundTrip(flags), flags);
    EXPECT_EQ(roundTrip("d.h1"), "d.h1.");
    EXPECT_EQ(roundTrip("X..1"), "...1.");  // the architecture cannot tell
}

TEST(IrqFlags, KnowWhereRtKernelsPutTheLazyColumns) {
    EXPECT_EQ(roundTrip("dn.h413"), "dnh43");  // lazy letter '.', preempt-lazy-depth 1
    EXPECT_EQ(roundTrip("d.Lh4.."), "dlh4.");
}

TEST(IrqFlags, FollowTheLegendWhereItHasAsManyColumns) {
    FtraceLayout layout;
    for (const auto* const line :
         {"#                                _-----=> irqs-off", "#      / _----=> need-resched",
          "#     | / _---=> need-resched-lazy", "#     || / _--=> hardirq/softirq",
          "#     ||| / _-=> preempt-depth"}) {
        EXPECT_TRUE(readLegendLine(line, layout)) << line;
    }
    EXPECT_FALSE(readLegendLine("#     |||| /     delay", layout));
    EXPECT_FALSE(readLegendLine("#  => started at: foo", layout));
    ASSERT_EQ(layout.legendWidth, 5);
    EXPECT_EQ(layout.legend[2], Column::Lazy);
    EXPECT_EQ(model::flagsText(readIrqFlags("d.Lh2", layout)), "dlh2.");  // not migrate-disable
    EXPECT_EQ(model::flagsText(readIrqFlags("d.h2", layout)), "d.h2.");
}

TEST(IrqFlags, SayNothingOfUprobeEntries) {
    EXPECT_EQ(readIrqFlags("DNZff", FtraceLayout{}), model::kNoFlags);
    EXPECT_EQ(readIrqFlags("", FtraceLayout{}), model::kNoFlags);
}

}  // namespace
}  // namespace kscope::parsers
