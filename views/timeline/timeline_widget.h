// SPDX-License-Identifier: GPL-3.0-or-later
/// The timeline in the window: overview, ruler, lane headers and lanes in one widget that follows a
/// TraceView.
#pragma once

#include "views/state/trace_view.h"
#include "views/theme/theme.h"

#include <QImage>
#include <QWidget>

#include <memory>
#include <vector>

namespace kscope::views {

enum class Motion : std::uint8_t { Full, Reduced };
/// Where a context menu was asked for beside lanes and items.
enum class MenuPlace : std::uint8_t { Ruler, Bookmark, Section };

class TimelineWidget : public QWidget {
    Q_OBJECT
public:
    explicit TimelineWidget(TraceView* view, QWidget* parent = nullptr);
    ~TimelineWidget() override;

    void setThemeKind(ThemeKind kind);
    void setMotion(Motion motion);  ///< Reduced: no 120 ms zoom.
    /// What is seen now, without pointer line and tooltip, at the screen's ratio. For the
    /// clipboard.
    [[nodiscard]] QImage picture();
    /// The lane that has the keyboard's focus; a Group key where there is none.
    [[nodiscard]] LaneKey focusedLane() const;
    /// Shown: tooltips have raw fields whatever the view's state says.
    void setRawFields(Presence presence);
    [[nodiscard]] Presence rawFields() const;

    // For assistive programs: what the window shows, in pages. Rectangles are inside of the widget.
    [[nodiscard]] std::vector<LaneKey> lanesInView() const;  ///< From top to bottom.
    [[nodiscard]] QString laneTitle(const LaneKey& lane) const;
    [[nodiscard]] QRect laneRect(const LaneKey& lane) const;
    /// The first `most` items of the lane, in order of time.
    [[nodiscard]] std::vector<Item> itemsInView(const LaneKey& lane, std::size_t most) const;
    [[nodiscard]] QString itemSentence(const Item& item) const;  ///< As its tooltip says.
    [[nodiscard]] QRect itemRect(const Item& item) const;
    [[nodiscard]] bool isSelected(const Item& item) const;
    void selectItem(const Item& item);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

public slots:
    // Moving. "Here": at the pointer while it is over the plot, else in the middle of the window.
    void zoomIn();
    void zoomOut();
    void panLeft();  ///< By 10 %.
    void panRight();
    void pageLeft();  ///< By one window.
    void pageRight();
    void focusLaneUp();
    void focusLaneDown();
    void pageLanesUp();
    void pageLanesDown();
    void fitSelection();  ///< Item, else range, else lane; called again: with 10 % margin.
    void showWhole();
    void firstEvent();  ///< Same zoom.
    void lastEvent();

    // Stepping.
    void nextEvent();  ///< In the focused lane.
    void previousEvent();
    void nextOfKind();
    void previousOfKind();
    void gotoWaker();
    void gotoWoken();
    void backAlongChain();  ///< To the item that the last gotoWaker or gotoWoken left.
    void nextLongWait();
    void previousLongWait();
    void nextGap();
    void selectFocused();  ///< Makes the item under the focus (or the pointer) the selected one.
    void showItem();       ///< Scrolls and pans to the selected item by the least amount.
    void nextHit();        ///< Of the search.
    void previousHit();

    // Marking and arranging.
    void cursorAHere();
    void cursorBHere();
    void bookmarkHere();
    void togglePin();
    void hideLanes();
    void showHiddenLanes();
    void toggleFold();
    void toggleFoldAll();
    void moveLaneUp();
    void moveLaneDown();
    void extendLanesUp();
    void extendLanesDown();
    void selectAllLanes();
    void showOnlyThis();
    void showAllAgain();
    void setLaneHeight(kscope::views::LaneHeight height);
    /// Does the first that applies: cancels the drag, closes the tooltip. False: nothing to do
    /// here.
    bool escape();

signals:
    /// Right click, Menu key. `item` has been selected (Kind::None on empty space or a header).
    void contextMenuWanted(const QPoint& globalPosition, const kscope::views::LaneKey& lane,
                           const kscope::views::Item& item);
    /// On the ruler (or the range there), a bookmark by its number, a group row by its LaneGroup.
    void placeMenuWanted(const QPoint& globalPosition, kscope::views::MenuPlace place, int index);
    void bookmarkMade(int index);  ///< In the state's list; the window may ask for its text.
    void detailsWanted();          ///< Enter on the focused item.

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace kscope::views
