// SPDX-License-Identifier: GPL-3.0-or-later
/// The tooltip of a pane of tracks: it follows the pointer, and what is read for it comes later.
#include "tests/views/timeline/made_trace.h"
#include "views/panes/tracks/track_plot.h"

#include <QApplication>
#include <QLabel>
#include <QMouseEvent>
#include <QTest>

#include <gtest/gtest.h>

using namespace kscope;
using namespace kscope::views;

namespace {

/// Says where the pointer is; its right half is one item that a source tells more of.
class Telling : public Track {
public:
    [[nodiscard]] int height() const override { return 60; }
    void draw(const TrackCanvas&) const override {}
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x, int) const override {
        TrackHit hit;
        hit.words.title = QStringLiteral("title");
        if (x < canvas.plot.x + canvas.plot.w / 2) {
            hit.words.lines = {QStringLiteral("at %1").arg(x)};
            return hit;
        }
        hit.item.kind = Item::Kind::Event;
        hit.words.lines = {QStringLiteral("an item")};
        hit.readMore = [] { return QStringLiteral("what was read"); };
        return hit;
    }
};

class TrackPlotTest : public testing::Test {
protected:
    TrackPlotTest() : plot(&view, nullptr) {
        view.setTrace(tests::switchStory());
        view.showWhole();
        auto set = std::make_shared<TrackSet>();
        set->trace = view.trace();
        set->tracks.push_back(std::make_unique<Telling>());
        plot.setTracks(std::move(set));
        plot.resize(1000, 200);
        plot.show();
        (void)plot.picture();
    }
    void moveTo(int x) {
        QMouseEvent event(QEvent::MouseMove, QPointF(x, 30), plot.mapToGlobal(QPointF(x, 30)),
                          Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(&plot, &event);
    }
    [[nodiscard]] QString said() {
        const auto* const label = plot.findChild<QLabel*>();
        return label && label->isVisible() ? label->text() : QString();
    }
    [[nodiscard]] bool says(const QString& words) {
        return QTest::qWaitFor([&] { return said().contains(words); }, 30'000);
    }
    TraceView view;
    TrackPlot plot;
};

TEST_F(TrackPlotTest, TheTooltipFollowsThePointer) {
    moveTo(300);
    EXPECT_TRUE(says(QStringLiteral("at 300"))) << said().toStdString();
    moveTo(310);
    EXPECT_TRUE(says(QStringLiteral("at 310"))) << said().toStdString();
}

TEST_F(TrackPlotTest, WhatIsReadStaysWhileThePointerIsOnTheItem) {
    moveTo(900);
    EXPECT_TRUE(says(QStringLiteral("what was read"))) << said().toStdString();
    moveTo(910);
    EXPECT_TRUE(said().contains(QStringLiteral("what was read"))) << said().toStdString();
    EXPECT_EQ(said().count(QStringLiteral("what was read")), 1);
    moveTo(300);
    EXPECT_TRUE(says(QStringLiteral("at 300")));
    EXPECT_FALSE(said().contains(QStringLiteral("what was read")));
}

}  // namespace
