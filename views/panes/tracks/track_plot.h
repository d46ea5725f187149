// SPDX-License-Identifier: GPL-3.0-or-later
/// A pane of tracks in the window, below the timeline's overview and ruler.
#pragma once

#include "model/core/thread_pool.h"
#include "views/panes/tracks/track.h"

#include <QImage>
#include <QWidget>

#include <functional>
#include <memory>

class QMenu;

namespace kscope::views {

class TrackPlot : public QWidget {
    Q_OBJECT
public:
    /// `pool` paints beside the GUI thread and outlives the widget; may be null.
    TrackPlot(TraceView* view, model::ThreadPool* pool, QWidget* parent = nullptr);
    ~TrackPlot() override;

    /// The tracks to show, made of the view's snapshot; null: nothing.
    void setTracks(std::shared_ptr<const TrackSet> tracks);
    [[nodiscard]] const TrackSet* tracks() const;
    void setThemeKind(ThemeKind kind);
    /// What is seen now, without pointer line, at the screen's ratio.
    [[nodiscard]] QImage picture();
    [[nodiscard]] int scrollPosition() const;  ///< Logical pixels from the top of the tracks.
    void setScrollPosition(int position);
    /// The track that a click took, marked from header to end; −1: none.
    void setSelectedTrack(int track);
    [[nodiscard]] int selectedTrack() const;
    /// Adds what a pane's own menu has for a track (−1: below the last) to the one of all plots.
    using MenuFiller = std::function<void(QMenu& menu, int track)>;
    void setMenuFiller(MenuFiller filler);
    void fillMenu(QMenu& menu, int track) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

public slots:
    void nextItem();  ///< In the track under the pointer, else the first one that has items.
    void previousItem();

signals:
    /// A click took it; Item::Kind::None where it is no item of the trace.
    void picked(const kscope::views::Item& item);
    void trackPicked(int track);   ///< A click on it; its item is the view's item by then.
    void headerPicked(int track);  ///< A click on its header.
    void trackClicked(int track);  ///< With the left button, on header or plot.
    /// Right click, or the menu key; what lies there is the view's item by then.
    void menuWanted(QPoint globalPos, int track);
    void scrolled();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace kscope::views
