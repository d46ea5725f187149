// SPDX-License-Identifier: GPL-3.0-or-later
/// Tables of rows that are not events: order against brute force, trees, text, and the panel with
/// real keys and clicks.
#include "tests/items/qt_application.h"
#include "views/panes/pane_look.h"
#include "views/panes/table/table_body.h"
#include "views/panes/table/table_panel.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace kscope::tests {
namespace {

using namespace kscope::views;

/// Rows of a name and a number; under parents where there are some.
class MadeRows : public TableRows {
public:
    struct Row {
        std::string name;
        std::int64_t number = kNoNumber;
        std::uint32_t parent = kRoot;
        std::uint64_t id = 0;
    };
    explicit MadeRows(std::vector<Row> rows, bool isTree = false)
        : m_rows(std::move(rows)),
          m_tree(isTree) {
        m_columns = {{.title = "Name", .help = "What it is called"},
                     {.title = "Number, ns",
                      .help = "How long",
                      .side = TableSide::Right,
                      .face = TableFace::Mono,
                      .sort = TableSort::Number,
                      .exportName = "number_ns"}};
    }
    std::span<const TableColumn> columns() const override { return m_columns; }
    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_rows.size()); }
    QString text(std::uint32_t row, int column) const override {
        if (column == 0) return QString::fromStdString(m_rows[row].name);
        return m_rows[row].number == kNoNumber ? QString()
                                               : QString::number(m_rows[row].number) + " ns";
    }
    std::int64_t number(std::uint32_t row, int) const override { return m_rows[row].number; }
    std::string_view name(std::uint32_t row, int) const override { return m_rows[row].name; }
    std::uint64_t identity(std::uint32_t row) const override {
        return m_rows[row].id != 0 ? m_rows[row].id : row;
    }
    bool tree() const override { return m_tree; }
    bool hasChildren(std::uint32_t row) const override {
        return std::ranges::any_of(m_rows, [&](const Row& r) { return r.parent == row; });
    }
    void children(std::uint32_t row, std::vector<std::uint32_t>& into) const override {
        for (std::uint32_t i = 0; i < m_rows.size(); ++i)
            if (m_rows[i].parent == row) into.push_back(i);
    }

private:
    std::vector<Row> m_rows;
    std::vector<TableColumn> m_columns;
    bool m_tree;
};

std::vector<MadeRows::Row> randomRows(std::minstd_rand& random, std::size_t count) {
    std::vector<MadeRows::Row> rows(count);
    for (auto& row : rows) {
        row.name = "n" + std::to_string(random() % 50);
        if (random() % 5 != 0) row.number = static_cast<std::int64_t>(random() % 100) - 50;
    }
    return rows;
}

std::vector<std::uint32_t> linesOf(const TableOrder& order) {
    std::vector<std::uint32_t> lines(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) lines[i] = order.row(i);
    return lines;
}

std::shared_ptr<const MadeRows> family() {
    // a(5) { b(3) { d(1) }, c(9) }, e(7)
    return std::make_shared<MadeRows>(std::vector<MadeRows::Row>{{"a", 5, TableRows::kRoot, 11},
                                                                 {"b", 3, 0, 12},
                                                                 {"c", 9, 0, 13},
                                                                 {"d", 1, 1, 14},
                                                                 {"e", 7, TableRows::kRoot, 15}},
                                      true);
}

}  // namespace

TEST(TableOrder, AgreesWithAStableSortAndAFilter) {
    std::minstd_rand random(11);
    for (int round = 0; round < 60; ++round) {
        const auto made = randomRows(random, random() % 200);
        const MadeRows rows(made);
        for (const int column : {0, 1})
            for (const auto direction : {TableDirection::Ascending, TableDirection::Descending})
                for (const char* words : {"", "N1", "no such"}) {
                    std::vector<std::uint32_t> expected;
                    for (std::uint32_t i = 0; i < made.size(); ++i)
                        if (QString::fromStdString(made[i].name)
                                .contains(QString(words), Qt::CaseInsensitive))
                            expected.push_back(i);
                    const bool up = direction == TableDirection::Ascending;
                    std::ranges::stable_sort(expected, [&](std::uint32_t a, std::uint32_t b) {
                        if (column == 0)
                            return up ? made[a].name < made[b].name : made[b].name < made[a].name;
                        const bool noA = made[a].number == TableRows::kNoNumber;
                        const bool noB = made[b].number == TableRows::kNoNumber;
                        if (noA || noB) return !noA && noB;  // last in both directions
                        return up ? made[a].number < made[b].number
                                  : made[b].number < made[a].number;
                    });
                    TableWish wish;
                    wish.column = column;
                    wish.direction = direction;
                    wish.words = words;
                    EXPECT_EQ(linesOf(*orderTable(rows, wish)), expected) << round;
                }
    }
}

TEST(TableOrder, KeepsNoLineWithoutWishesAndStopsWhenAsked) {
    std::minstd_rand random(3);
    const MadeRows rows(randomRows(random, 1000));
    const auto plain = orderTable(rows, {});
    EXPECT_TRUE(plain->plain);
    EXPECT_EQ(plain->lines.capacity(), 0u);
    EXPECT_EQ(plain->size(), 1000u);
    EXPECT_EQ(plain->lineOf(7), 7u);
    EXPECT_EQ(plain->lineOf(1000), std::nullopt);
    std::stop_source stop;
    stop.request_stop();
    TableWish wish;
    wish.column = 1;
    EXPECT_FALSE(orderTable(rows, wish, stop.get_token()));
}

TEST(TableOrder, ShowsWhatIsUnfoldedOfATreeSortedUnderEachRow) {
    const auto rows = family();
    TableWish wish;
    EXPECT_EQ(linesOf(*orderTable(*rows, wish)), (std::vector<std::uint32_t>{0, 4}));
    wish.open = {11};
    wish.column = 1;
    wish.direction = TableDirection::Descending;
    const auto order = orderTable(*rows, wish);
    EXPECT_EQ(linesOf(*order), (std::vector<std::uint32_t>{4, 0, 2, 1}));
    EXPECT_EQ(order->depth(0), 0);
    EXPECT_EQ(order->depth(2), 1);
    // Words unfold what holds them, with what is above.
    wish.open.clear();
    wish.words = "d";
    EXPECT_EQ(linesOf(*orderTable(*rows, wish)), (std::vector<std::uint32_t>{0, 1, 3}));
}

TEST(TableText, HasRawNumbersAndQuotesWhatNeedsIt) {
    const MadeRows rows({{"std::map<int, int>::at", 5}, {"say \"no\"\tnow", TableRows::kNoNumber}});
    const auto order = *orderTable(rows, {});
    const auto write = [&](TableText style) {
        std::string text;
        EXPECT_TRUE(writeTable(rows, order, 0, order.size(), style,
                               [&](std::string_view piece) { return text += piece, true; }));
        return text;
    };
    EXPECT_EQ(write(TableText::Csv), "Name,number_ns\n\"std::map<int, int>::at\",5\n\"say "
                                     "\"\"no\"\"\tnow\",\n");
    EXPECT_EQ(write(TableText::Tabs), "std::map<int, int>::at\t5\nsay \"no\" now\t\n");
    EXPECT_EQ(write(TableText::TabsWithHead).substr(0, 15), "Name\tnumber_ns\n");
}

class TablePanelTest : public ::testing::Test {
protected:
    TablePanelTest() {
        m_panel.resize(500, 300);
        m_panel.show();
    }
    QPoint headOf(int x) const { return {x, kTableHeadHeight / 2}; }
    QPoint line(int at) const { return {300, at * kTableRowHeight + kTableRowHeight / 2}; }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&m_panel.body(), key, modifiers);
    }
    std::vector<std::uint32_t> lines() { return linesOf(m_panel.body().order()); }
    TraceView m_view;
    TablePanel m_panel{&m_view, "Things"};
};

TEST_F(TablePanelTest, AClickOnTheHeadSortsThenTurnsThenLeavesOff) {
    m_panel.setRows(std::make_shared<MadeRows>(
        std::vector<MadeRows::Row>{{"b", 2}, {"c", 1}, {"a", 3}, {"d"}}));
    auto& head = m_panel.body().head();
    const int right = head.width() - 30;
    QTest::mouseClick(&head, Qt::LeftButton, {}, headOf(right));
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{2, 0, 1, 3}));  // largest first, none last
    QTest::mouseClick(&head, Qt::LeftButton, {}, headOf(right));
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{1, 0, 2, 3}));
    QTest::mouseClick(&head, Qt::LeftButton, {}, headOf(right));
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{0, 1, 2, 3}));
    QTest::mouseClick(&head, Qt::LeftButton, {}, headOf(20));
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{2, 0, 1, 3}));
}

TEST_F(TablePanelTest, KeysStepSelectActivateAndCopy) {
    m_panel.setRows(std::make_shared<MadeRows>(
        std::vector<MadeRows::Row>{{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}}));
    QSignalSpy picked(&m_panel, &TablePanel::currentChanged);
    QSignalSpy activated(&m_panel, &TablePanel::activated);
    QTest::mouseClick(m_panel.body().viewport(), Qt::LeftButton, {}, line(1));
    EXPECT_EQ(m_panel.current(), 1u);
    key(Qt::Key_Down);
    EXPECT_EQ(m_panel.current(), 2u);
    key(Qt::Key_Home);
    EXPECT_EQ(m_panel.current(), 0u);
    key(Qt::Key_End);
    EXPECT_EQ(m_panel.current(), 3u);
    key(Qt::Key_Up, Qt::ShiftModifier);
    EXPECT_EQ(picked.count(), 5);
    key(Qt::Key_C, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([] { return QApplication::clipboard()->text() == "c\t3\nd\t4\n"; }));
    key(Qt::Key_Return);
    ASSERT_EQ(activated.count(), 1);
    EXPECT_EQ(activated.front().front().toUInt(), 2u);
    QTest::mouseDClick(m_panel.body().viewport(), Qt::LeftButton, {}, line(0));
    EXPECT_EQ(activated.count(), 2);
}

TEST_F(TablePanelTest, NewRowsKeepSelectionOrderAndWhatIsUnfolded) {
    m_panel.sortBy(1, TableDirection::Descending);
    m_panel.setRows(std::make_shared<MadeRows>(std::vector<MadeRows::Row>{
        {"a", 1, TableRows::kRoot, 70}, {"b", 2, TableRows::kRoot, 71}}));
    m_panel.setCurrent(0);
    m_panel.setRows(std::make_shared<MadeRows>(std::vector<MadeRows::Row>{
        {"c", 9, TableRows::kRoot, 72}, {"a", 5, TableRows::kRoot, 70}}));
    EXPECT_EQ(m_panel.current(), 1u);
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{0, 1}));
    m_panel.setRows(family());
    EXPECT_EQ(m_panel.current(), std::nullopt);
    m_panel.setUnfolded(0, true);
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{4, 0, 2, 1}));
    m_panel.setRows(family());
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{4, 0, 2, 1}));
}

TEST_F(TablePanelTest, ATreeIsFoldedByItsSignAndByKeys) {
    m_panel.setRows(family());
    QTest::mouseClick(m_panel.body().viewport(), Qt::LeftButton, {},
                      {kTablePadding + 6, kTableRowHeight / 2});
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{0, 1, 2, 4}));
    m_panel.setCurrent(1);
    key(Qt::Key_Right);  // unfolds b
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{0, 1, 3, 2, 4}));
    key(Qt::Key_Right);  // into it
    EXPECT_EQ(m_panel.current(), 3u);
    key(Qt::Key_Left);  // back up
    EXPECT_EQ(m_panel.current(), 1u);
    key(Qt::Key_Left);  // folds
    EXPECT_EQ(lines(), (std::vector<std::uint32_t>{0, 1, 2, 4}));
    m_panel.unfoldTo(9);
    EXPECT_EQ(lines().size(), 5u);
    m_panel.unfoldTo(0);
    EXPECT_EQ(lines().size(), 2u);
}

TEST_F(TablePanelTest, AMillionRowsAreSortedAndFilteredOnAThread) {
    std::minstd_rand random(7);
    const auto rows = std::make_shared<MadeRows>(randomRows(random, 1'000'000));
    m_panel.setRows(rows);
    EXPECT_TRUE(m_panel.body().order().plain);  // shown at once, without a byte a row
    m_panel.sortBy(1, TableDirection::Ascending);
    ASSERT_TRUE(waitFor([&] { return !m_panel.body().order().plain; }));
    const auto sorted = lines();
    EXPECT_TRUE(std::ranges::is_sorted(sorted, [&](auto a, auto b) {
        const auto left = rows->number(a, 1), right = rows->number(b, 1);
        if (left == TableRows::kNoNumber) return false;
        return right == TableRows::kNoNumber || left < right;
    }));
    m_panel.setFilter("n17");
    ASSERT_TRUE(waitFor([&] { return m_panel.body().order().size() < 1'000'000; }));
    std::uint32_t expected = 0;
    for (std::uint32_t i = 0; i < rows->size(); ++i) expected += rows->name(i, 0) == "n17";
    EXPECT_EQ(m_panel.body().order().size(), expected);
}

TEST_F(TablePanelTest, WordsThatNoRowHasSaySoAndExportWritesWhatIsShown) {
    m_panel.setRows(
        std::make_shared<MadeRows>(std::vector<MadeRows::Row>{{"read", 1}, {"write", 2}}));
    m_panel.setFilter("wri");
    auto buffer = std::make_unique<QBuffer>();
    QByteArray bytes;
    buffer->setBuffer(&bytes);
    buffer->open(QIODevice::WriteOnly);
    bool done = false;
    m_panel.exportTo(std::move(buffer), TableText::Csv, [&](const QString& fault) {
        EXPECT_TRUE(fault.isEmpty());
        done = true;
    });
    ASSERT_TRUE(waitFor([&] { return done; }));
    EXPECT_EQ(bytes, "Name,number_ns\nwrite,2\n");
    m_panel.setFilter("nothing has this");
    EXPECT_EQ(m_panel.body().order().size(), 0u);
    emit m_panel.body().linkClicked("clear-filter");
    EXPECT_EQ(m_panel.body().order().size(), 2u);
}

TEST_F(TablePanelTest, LongNamesAreCutInTheirMiddle) {
    class Names : public MadeRows {
    public:
        using MadeRows::MadeRows;
        std::span<const TableColumn> columns() const override { return m_named; }

    private:
        std::vector<TableColumn> m_named{
            {.title = "Function", .help = {}, .face = TableFace::Mono, .stretch = true},
            {.title = "Number, ns", .help = {}, .side = TableSide::Right, .face = TableFace::Mono}};
    };
    const std::string same(80, 'm');
    m_panel.setRows(std::make_shared<Names>(
        std::vector<MadeRows::Row>{{same + "_begin", 1}, {"between", 1}, {same + "_end00", 1}}));
    m_panel.resize(360, 300);
    m_panel.show();
    const auto image = m_panel.body().viewport()->grab().toImage();
    int differing = 0;
    for (int y = 0; y < kTableRowHeight; ++y)
        for (int x = 0; x < image.width(); ++x)
            differing += image.pixel(x, y) != image.pixel(x, y + 2 * kTableRowHeight);
    EXPECT_GT(differing, 10) << "how they end is seen";
}

TEST_F(TablePanelTest, IsDrawnInTheThemeOfItsPalette) {
    m_panel.setRows(std::make_shared<MadeRows>(std::vector<MadeRows::Row>{{"a", 1}, {"b", 2}}));
    for (const auto kind : {ThemeKind::Dark, ThemeKind::Light}) {
        m_panel.setPalette(theme(kind).palette());
        m_panel.setCurrent(1);
        const auto image = m_panel.body().viewport()->grab().toImage();
        EXPECT_EQ(image.pixel(2, 3), theme(kind).bgCanvas);
        EXPECT_EQ(image.pixel(2, kTableRowHeight + 3), theme(kind).accentFill);
    }
}

}  // namespace kscope::tests
