// SPDX-License-Identifier: GPL-3.0-or-later
/// A pane of tracks in the window, below the timeline's overview and ruler.
#pragma once

#include "model/core/thread_pool.h"
#include "views/panes/tracks/track.h"

#include <QImage>
#include <QWidget>

#include <memory>

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
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

public slots:
    void nextItem();  ///< In the track under the pointer, else the first one that has items.
    void previousItem();

signals:
    /// A click took it; Item::Kind::None where it is no item of the trace.
    void picked(const kscope::views::Item& item);
    void trackPicked(int track);  ///< A click on it or on its header.
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
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace kscope::views
