// SPDX-License-Identifier: GPL-3.0-or-later
/// The view Blocks in a real window: latencies, the table of requests, who slept on one, aligning.
#include "app/window/actions.h"
#include "app/window/plot_pages.h"
#include "tests/gui/gui_window.h"
#include "views/panes/block_latency/block_deck.h"
#include "views/panes/block_latency/latency_chart.h"
#include "views/panes/block_latency/latency_panel.h"
#include "views/panes/block_latency/layer_picture.h"
#include "views/panes/block_latency/request_table.h"
#include "views/panes/block_latency/stage_bars.h"
#include "views/panes/table/table_panel.h"
#include "views/panes/tracks/track_plot.h"

#include <QAction>
#include <QChart>
#include <QComboBox>
#include <QLabel>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace kscope::tests {
namespace {

using views::LatencyPanel;
using views::RequestTableRows;

constexpr int kBlocksTab = 1;

std::string sampleText() {
    std::ifstream file(KSCOPE_TEST_DATA "/block/sdb.blkparse.txt");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// blkparse's lines `ms` later.
std::string shifted(const std::string& text, int ms) {
    std::istringstream lines(text);
    std::string out;
    for (std::string line; std::getline(lines, line);) {
        if (line.size() > 36 && line[25] == '.') {
            const auto ns = std::stoll(line.substr(20, 5)) * 1'000'000'000 +
                            std::stoll(line.substr(26, 9)) + ms * 1'000'000LL;
            char head[32];
            std::snprintf(head, sizeof head, "%5lld.%09lld", ns / 1'000'000'000,
                          ns % 1'000'000'000);
            line.replace(20, 15, head);
        }
        out += line + "\n";
    }
    return out;
}

class BlockDeckTest : public WindowTest {
protected:
    views::BlockDeck& deck() {
        window->session().view().setTab(kBlocksTab);
        EXPECT_TRUE(eventually([&] {
            auto* const deck = window->plots().blocks();
            return deck != nullptr && deck->table().rows() != nullptr &&
                   deck->latency().latency() != nullptr && !deck->latency().working();
        }));
        return *window->plots().blocks();
    }
    const RequestTableRows& rowsOf(views::BlockDeck& deck) {
        return static_cast<const RequestTableRows&>(*deck.table().rows());
    }
};

TEST_F(BlockDeckTest, ShowsLatenciesAndARowOfEachRequest) {
    open(file("sdb.txt", sampleText()));
    auto& blocks = deck();
    blocks.latency().setScope(LatencyPanel::Scope::All);
    ASSERT_TRUE(eventually([&] { return !blocks.latency().working(); }));
    const auto& latency = *blocks.latency().latency();
    const auto labels = blocks.latency().findChildren<QLabel*>();
    EXPECT_TRUE(std::ranges::any_of(labels, [](const QLabel* label) {
        return label->text().endsWith(QLatin1String(" transfers, in the whole trace"));
    }));
    EXPECT_GT(latency.all.count, 5U);
    EXPECT_EQ(latency.all.count, latency.side[0].count + latency.side[1].count);
    EXPECT_FALSE(blocks.latency().chart().chart()->series().isEmpty());
    ASSERT_NE(blocks.blocks(), nullptr);
    ASSERT_TRUE(
        eventually([&] { return rowsOf(blocks).size() == blocks.blocks()->requests.size(); }));
    for (std::uint32_t row = 0; row < rowsOf(blocks).size(); ++row)
        for (int column = 0; column < RequestTableRows::Columns; ++column)
            EXPECT_FALSE(rowsOf(blocks).text(row, column).isEmpty()) << row << ' ' << column;
    // Another interval lights another place of the picture.
    blocks.latency().setInterval(model::BlockInterval::D2C);
    EXPECT_EQ(blocks.latency().picture().lit(), model::BlockInterval::D2C);
    EXPECT_TRUE(eventually(
        [&] { return blocks.latency().latency()->interval == model::BlockInterval::D2C; }));
}

TEST_F(BlockDeckTest, InANarrowWindowThePlotKeepsTheLargerPart) {
    open(file("sdb.txt", sampleText()));
    auto& blocks = deck();
    auto* const plot = blocks.findChild<views::TrackPlot*>();
    ASSERT_NE(plot, nullptr);
    const auto percentiles = [&] {
        for (const auto* const label : blocks.latency().findChildren<QLabel*>())
            if (label->text().contains(QLatin1String("p99"))) return label->text();
        return QString();
    };
    blocks.latency().setScope(LatencyPanel::Scope::All);
    window->resize(1280, 720);
    EXPECT_TRUE(eventually([&] {
        return plot->width() > blocks.width() * 3 / 5 && !percentiles().isEmpty() &&
               !percentiles().contains(QLatin1String("p99.9"));
    })) << plot->width()
        << " of " << blocks.width();
    window->resize(1920, 1080);
    EXPECT_TRUE(eventually([&] {
        return blocks.latency().width() >= 430 && percentiles().contains(QLatin1String("p99.9"));
    })) << blocks.latency().width();
}

/// Of the sample, counted with awk: one request begins at sector 4656.
TEST_F(BlockDeckTest, TheFilterChoosesRequestsEverywhere) {
    open(file("sdb.txt", sampleText()));
    auto& blocks = deck();
    blocks.latency().setScope(LatencyPanel::Scope::All);
    ASSERT_TRUE(eventually([&] {
        return !blocks.latency().working() && rowsOf(blocks).size() > 1 &&
               blocks.latency().latency()->all.count > 1;
    }));
    auto* const plot = blocks.findChild<views::TrackPlot*>();
    ASSERT_NE(plot, nullptr);
    const auto all = rowsOf(blocks).size();
    const auto plain = plot->grab().toImage();
    window->session().setFilter("sector == 4656");
    ASSERT_TRUE(eventually([&] { return rowsOf(blocks).size() == 1; }));
    EXPECT_EQ(blocks.blocks()->requests[rowsOf(blocks).request(0)].sector, 4656U);
    EXPECT_TRUE(eventually(
        [&] { return !blocks.latency().working() && blocks.latency().latency()->all.count == 1; }));
    const auto pale = plot->grab().toImage();
    EXPECT_NE(pale, plain);
    view().setFilteredOut(views::Presence::Hidden);
    EXPECT_NE(plot->grab().toImage(), pale);
    view().setFilteredOut(views::Presence::Shown);
    EXPECT_EQ(plot->grab().toImage(), pale);
    window->session().setFilter("");
    EXPECT_TRUE(eventually([&] { return rowsOf(blocks).size() == all; }));
    EXPECT_EQ(plot->grab().toImage(), plain);
}

TEST_F(BlockDeckTest, TheStageUnderThePointerIsLitInThePictureOfTheLayers) {
    using model::BlockInterval;
    open(file("sdb.txt", sampleText()));
    auto& blocks = deck();
    blocks.latency().setScope(LatencyPanel::Scope::All);
    ASSERT_TRUE(eventually([&] { return !blocks.latency().working(); }));
    auto* const bars = blocks.latency().findChild<views::StageBars*>();
    ASSERT_NE(bars, nullptr);
    auto& picture = blocks.latency().picture();
    const auto chosen = picture.lit();
    const auto moveTo = [&](QPoint at) {
        QMouseEvent event(QEvent::MouseMove, at, bars->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                          Qt::NoModifier);
        QApplication::sendEvent(bars, &event);
    };
    std::set<BlockInterval> met;
    for (int y = 0; y < bars->height(); y += 3)
        for (int x = 0; x < bars->width(); x += 2) {
            moveTo({x, y});
            if (picture.lit() != chosen) met.insert(picture.lit());
        }
    EXPECT_EQ(met, (std::set{BlockInterval::Q2G, BlockInterval::G2I, BlockInterval::I2D,
                             BlockInterval::D2C}));
    // What is lit is another picture.
    blocks.latency().setInterval(BlockInterval::D2C);
    const auto inDevice = picture.grab().toImage();
    picture.setLit(BlockInterval::I2D);
    EXPECT_NE(picture.grab().toImage(), inDevice);
    // Without a pointer the chosen interval is lit again.
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(bars, &leave);
    EXPECT_EQ(picture.lit(), BlockInterval::D2C);
    EXPECT_EQ(picture.grab().toImage(), inDevice);
}

TEST_F(BlockDeckTest, GoesToTheSlowestAndToARowThatIsActivated) {
    open(file("sdb.txt", sampleText()));
    auto& blocks = deck();
    blocks.latency().setScope(LatencyPanel::Scope::All);
    ASSERT_TRUE(eventually([&] { return !blocks.latency().working(); }));
    blocks.latency().goToSlowest();
    const auto& latency = *blocks.latency().latency();
    const auto& model = *blocks.blocks();
    const auto slowest = model.bios[latency.all.slowest].request;
    EXPECT_EQ(blocks.latency().request(), slowest);
    auto& view = window->session().view();
    EXPECT_EQ(view.item().event, model.requests[slowest].issue);
    ASSERT_TRUE(eventually([&] { return rowsOf(blocks).size() > 1; }));
    emit blocks.table().activated(0);
    EXPECT_EQ(view.state().tab, 0);
    EXPECT_EQ(view.item().event, model.requests[rowsOf(blocks).request(0)].issue);
}

TEST_F(BlockDeckTest, LeadsToTheTaskThatSleptAndBack) {
    open(file("sleep.txt",
              "# tracer: nop\n#\n"
              "     dd-77  [001] d..2.  10.000100: block_bio_queue: 8,0 R 64 + 8 [dd]\n"
              "     dd-77  [001] d..2.  10.000110: block_rq_issue: 8,0 R 4096 () 64 + 8 [dd]\n"
              "     dd-77  [001] d..2.  10.000200: sched_switch: prev_comm=dd prev_pid=77 "
              "prev_prio=120 prev_state=D ==> next_comm=swapper/1 next_pid=0 next_prio=120\n"
              " <idle>-0   [000] d.h1.  10.000500: block_rq_complete: 8,0 R () 64 + 8 [0]\n"
              " <idle>-0   [000] d.h2.  10.000510: sched_waking: comm=dd pid=77 prio=120 "
              "target_cpu=001\n"
              " <idle>-0   [001] d..2.  10.000520: sched_switch: prev_comm=swapper/1 prev_pid=0 "
              "prev_prio=120 prev_state=R ==> next_comm=dd next_pid=77 next_prio=120\n"));
    auto& blocks = deck();
    blocks.latency().showRequest(0);
    blocks.latency().goToSleeper();
    auto& view = window->session().view();
    EXPECT_EQ(view.state().tab, 0);
    EXPECT_EQ(view.item().kind, views::Item::Kind::Slice);
    EXPECT_EQ(model::raw(view.trace()->task(view.item().task).tid), 77);
    // And back: the sleep names the request.
    blocks.latency().showRequest(model::kNoIndex);
    const auto sleep = view.item();
    view.setItem({});
    view.setItem(sleep);
    EXPECT_EQ(blocks.latency().request(), 0U);
}

TEST_F(BlockDeckTest, AlignsTwoSourcesByTheirRequests) {
    const auto first = file("first.txt", sampleText());
    const auto second = file("second.txt", shifted(sampleText(), 1234));
    window->openSources({{first.toStdString(), 0}, {second.toStdString(), 0}});
    ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
    window->actions().refresh();
    window->actions().action(QStringLiteral("trace.align"))->trigger();
    ASSERT_TRUE(eventually([&] {
        return !window->session().loading() && window->session().sources()[1].offsetNs != 0;
    }));
    EXPECT_NEAR(static_cast<double>(window->session().sources()[1].offsetNs), -1'234e6, 1000);
}

}  // namespace
}  // namespace kscope::tests
