// SPDX-License-Identifier: GPL-3.0-or-later
/// The event table's model: any number of rows, a set of them, a stretch of time; text that arrives
/// later.
#include "model/items/event_item_model.h"
#include "tests/items/qt_application.h"
#include "tests/items/small_trace.h"

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include <random>

namespace kscope::tests {
namespace {

using namespace kscope::items;
using model::EventIndex;

/// The rows that `keep` chooses, as a set of list chunks.
template <class Keep> model::RowSetPtr rowsWhere(const model::Trace& trace, Keep keep) {
    std::vector<model::RowSet::ChunkRows> chunks;
    std::uint64_t hits = 0;
    for (std::size_t i = 0; i < trace.chunks(); ++i) {
        model::RowSet::ChunkRows chunk;
        chunk.firstRow = raw(trace.firstRow(i));
        chunk.hitsBefore = hits;
        chunk.rows = static_cast<std::uint32_t>(trace.chunk(i).rows());
        std::vector<std::uint16_t> list;
        for (std::uint32_t row = 0; row < chunk.rows; ++row)
            if (keep(chunk.firstRow + row)) list.push_back(static_cast<std::uint16_t>(row));
        chunk.hits = static_cast<std::uint32_t>(list.size());
        hits += list.size();
        chunk.set = std::move(list);
        chunks.push_back(std::move(chunk));
    }
    return std::make_shared<const model::RowSet>(std::move(chunks));
}

TEST(EventItemModel, PassesTheTesterWhileItsRowsChange) {
    const auto made = rowTrace(5000);
    EventItemModel model(nullptr);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_EQ(model.rowCount(), 0);
    model.setTrace(made.trace, nullptr);
    EXPECT_EQ(model.rowCount(), 5000);
    model.setRows(rowsWhere(*made.trace, [](std::uint64_t row) { return row % 7 == 3; }));
    EXPECT_EQ(model.rowCount(), 714);
    model.setBounds(
        model::TimeRange{model::timestampNs(100'000'100'000), model::timestampNs(100'000'200'000)});
    EXPECT_EQ(model.rowCount(), 15);
    model.setPage(10);
    EXPECT_EQ(model.rowCount(), 5);
    model.setTrace(nullptr, nullptr);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(EventItemModel, SaysWhatStandsInEachColumn) {
    const auto made = rowTrace(10);
    EventItemModel model(nullptr);
    model.setTimeStyle(timeStyle(*made.trace, toNs(made.trace->range().begin)));
    model.setTrace(made.trace, nullptr);
    const auto cell = [&](int row, EventColumn column) {
        return model.data(model.index(row, static_cast<int>(column))).toString();
    };
    EXPECT_EQ(cell(4, EventColumn::Time), "0.004");  // ms
    EXPECT_EQ(cell(4, EventColumn::Delta), "+1");    // µs
    EXPECT_EQ(cell(0, EventColumn::Delta), "");
    EXPECT_EQ(cell(3, EventColumn::Cpu), "1");
    EXPECT_EQ(cell(3, EventColumn::Task), "black");
    EXPECT_EQ(cell(5, EventColumn::Event), "gamma");
    EXPECT_EQ(model.headerData(0, Qt::Horizontal).toString(), "Time, ms");
    EXPECT_EQ(model.data(model.index(5, 0), EventItemModel::EventRole).toULongLong(), 5U);
}

TEST(EventItemModel, DeltaIsToTheRowAboveAlsoWhenFiltered) {
    const auto made = rowTrace(100);
    EventItemModel model(nullptr);
    model.setTimeStyle(timeStyle(*made.trace, 0));
    model.setTrace(made.trace,
                   rowsWhere(*made.trace, [](std::uint64_t row) { return row % 25 == 0; }));
    EXPECT_EQ(model.data(model.index(2, static_cast<int>(EventColumn::Delta))).toString(), "+25");
}

TEST(EventItemModel, AgreesWithBruteForceForAnySetAndBounds) {
    const auto made = rowTrace(3000, 700);
    std::minstd_rand random(7);
    EventItemModel model(nullptr);
    for (int round = 0; round < 100; ++round) {
        const auto modulus = 1 + random() % 40;
        const auto keep = [modulus](std::uint64_t row) { return row * 2654435761U % modulus == 0; };
        const auto begin = static_cast<std::int64_t>(random() % 3200),
                   length = static_cast<std::int64_t>(random() % 800);
        const bool filtered = round % 3 != 0;
        model.setTrace(made.trace, filtered ? rowsWhere(*made.trace, keep) : nullptr);
        model.setBounds(
            model::TimeRange{model::timestampNs((100'000'000 + begin) * 1000),
                             model::timestampNs((100'000'000 + begin + length) * 1000)});
        std::vector<std::uint64_t> expected;
        for (auto row = static_cast<std::uint64_t>(begin);
             row < static_cast<std::uint64_t>(begin + length) && row < 3000; ++row)
            if (!filtered || keep(row)) expected.push_back(row);
        ASSERT_EQ(model.rows(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            ASSERT_EQ(raw(model.eventAt(i)), expected[i]);
        const auto probe = random() % 3000;
        const auto after = std::ranges::lower_bound(expected, probe) - expected.begin();
        ASSERT_EQ(model.rowAtOrAfter(EventIndex{probe}), static_cast<std::uint64_t>(after));
        ASSERT_EQ(model.shows(EventIndex{probe}), std::ranges::binary_search(expected, probe));
    }
}

TEST(TextFetcher, BringsWantedRowsAndSaysSo) {
    const auto made = rowTrace(1000);
    model::ThreadPool pool(1);
    TextFetcher texts(pool);
    EventItemModel model(&texts);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setTrace(made.trace, nullptr);
    EXPECT_EQ(model.data(model.index(7, static_cast<int>(EventColumn::Fields))).toString(), "");
    EXPECT_TRUE(model.data(model.index(7, 0), EventItemModel::PendingRole).toBool());
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    texts.want({EventIndex{7}, EventIndex{8}});
    ASSERT_TRUE(waitFor([&] { return texts.find(EventIndex{8}) != nullptr; }));
    EXPECT_EQ(model.data(model.index(7, static_cast<int>(EventColumn::Fields))).toString(), "n=7");
    EXPECT_FALSE(model.data(model.index(7, 0), EventItemModel::PendingRole).toBool());
    EXPECT_GE(changed.count(), 1);
}

TEST(TextFetcher, KeepsNoMoreThanItsLimitAndTheLatestUsed) {
    const auto made = rowTrace(10'000);
    model::ThreadPool pool(1);
    TextFetcher texts(pool);
    texts.setTrace(made.trace);
    std::vector<EventIndex> wanted;
    for (std::uint64_t i = 0; i < TextFetcher::kKept; ++i) wanted.push_back(EventIndex{i});
    texts.want(wanted);
    ASSERT_TRUE(waitFor([&] { return texts.kept() == TextFetcher::kKept; }));
    ASSERT_NE(texts.find(EventIndex{0}), nullptr);  // used again: stays
    texts.want({EventIndex{9000}});
    ASSERT_TRUE(waitFor([&] { return texts.find(EventIndex{9000}) != nullptr; }));
    EXPECT_EQ(texts.kept(), TextFetcher::kKept);
    EXPECT_NE(texts.find(EventIndex{0}), nullptr);
    EXPECT_EQ(texts.find(EventIndex{1}), nullptr);
}

TEST(TextFetcher, SaysInTheRowThatItsSourceVanished) {
    const auto made = rowTrace(10);
    model::ThreadPool pool(1);
    TextFetcher texts(pool);
    texts.setTrace(made.trace);
    made.source->gone = true;
    texts.want({EventIndex{3}});
    ASSERT_TRUE(waitFor([&] { return texts.find(EventIndex{3}) != nullptr; }));
    EXPECT_EQ(texts.find(EventIndex{3})->state, RowText::State::Failed);
    EXPECT_EQ(texts.find(EventIndex{3})->fields, "trace.txt has vanished");
}

TEST(TextFetcher, ANewWishReplacesWhatWasNotReadYet) {
    const auto made = rowTrace(10'000);
    model::ThreadPool pool(1);
    TextFetcher texts(pool);
    texts.setTrace(made.trace);
    std::vector<EventIndex> many;
    for (std::uint64_t i = 0; i < 10'000; ++i) many.push_back(EventIndex{i});
    made.source->held = true;
    texts.want(many);
    ASSERT_TRUE(waitFor([&] { return made.source->reads() == 1; }));
    texts.want({EventIndex{9999}});
    made.source->held = false;
    made.source->held.notify_all();
    ASSERT_TRUE(waitFor([&] { return texts.find(EventIndex{9999}) != nullptr; }));
    // What was under way when the second wish came, a screen of rows, not the ten thousand.
    EXPECT_LE(made.source->reads(), 100);
}

TEST(TextFetcher, MayDieWhileItsJobRuns) {
    const auto made = rowTrace(2000);
    model::ThreadPool pool(1);
    for (int round = 0; round < 20; ++round) {
        TextFetcher texts(pool);
        texts.setTrace(made.trace);
        std::vector<EventIndex> many;
        for (std::uint64_t i = 0; i < 2000; ++i) many.push_back(EventIndex{i});
        texts.want(many);
    }
    QCoreApplication::processEvents();
}

}  // namespace
}  // namespace kscope::tests
