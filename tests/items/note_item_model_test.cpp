// SPDX-License-Identifier: GPL-3.0-or-later
/// Diagnostics as rows: gravest first, with words and places.
#include "model/items/note_item_model.h"
#include "tests/items/qt_application.h"
#include "tests/items/small_trace.h"

#include <QAbstractItemModelTester>
#include <QCoreApplication>

#include <gtest/gtest.h>

namespace kscope::tests {
namespace {

using namespace kscope::items;

TEST(NoteItemModel, PassesTheTesterWithAndWithoutATrace) {
    const auto made = storyTrace();
    NoteItemModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_EQ(model.rowCount(), 0);
    model.setTrace(made.trace);
    EXPECT_EQ(model.rowCount(), static_cast<int>(made.trace->diagnostics().all().size()));
    model.setTrace(nullptr);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(NoteItemModel, PutsTheGravestFirst) {
    const auto made = storyTrace();
    NoteItemModel model;
    model.setTrace(made.trace);
    ASSERT_GE(model.rowCount(), 2);
    for (int row = 1; row < model.rowCount(); ++row)
        EXPECT_LE(model::severity(model.diagnostic(row - 1).kind),
                  model::severity(model.diagnostic(row).kind));
}

TEST(NoteItemModel, NamesTheFirstPlaceByItsLine) {
    const auto made = storyTrace();
    NoteItemModel model;
    model.setTrace(made.trace);
    bool found = false;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.diagnostic(row).kind != model::DiagnosticKind::UnparsedLine) continue;
        found = true;
        EXPECT_EQ(model.data(model.index(row, static_cast<int>(NoteColumn::Place))).toString(),
                  "line 4");
        EXPECT_EQ(model.data(model.index(row, static_cast<int>(NoteColumn::Count))).toString(),
                  "1");
    }
    EXPECT_TRUE(found);
}

}  // namespace
}  // namespace kscope::tests
