// SPDX-License-Identifier: GPL-3.0-or-later
/// The view Blocks as one widget: tracks, the panel of latencies beside them, the table of requests
/// below.
#pragma once

#include "model/derive/block_latency.h"
#include "views/panes/pane_work.h"
#include "views/panes/tracks/track.h"
#include "views/theme/theme.h"

#include <QTimer>
#include <QWidget>

class QSplitter;

namespace kscope::views {

class LatencyPanel;
class TablePanel;
class TrackPlot;

class BlockDeck : public QWidget {
    Q_OBJECT
public:
    /// Takes `plot` in.
    BlockDeck(TraceView* view, TrackPlot* plot, QWidget* parent = nullptr);

    /// Tracks as blockTracks() makes them; null: none.
    void setTracks(std::shared_ptr<const TrackSet> tracks);
    void setThemeKind(ThemeKind kind);
    [[nodiscard]] LatencyPanel& latency() { return *m_latency; }
    [[nodiscard]] TablePanel& table() { return *m_table; }
    /// Selects a request everywhere and brings it into view.
    void goTo(std::uint32_t request);
    /// The requests that are shown; null: none.
    [[nodiscard]] const std::shared_ptr<const model::BlockModel>& blocks() const {
        return m_blocks;
    }

signals:
    /// The plot's width; the ruler above stands over it alone.
    void plotWidthChanged(int width);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fillTable();
    void follow();

    TraceView* m_view;
    TrackPlot* m_plot;
    QSplitter* m_across;
    bool m_moved = false;  // The person has chosen how wide the latencies are.
    LatencyPanel* m_latency;
    TablePanel* m_table;
    model::TracePtr m_trace;
    std::shared_ptr<const model::BlockModel> m_blocks;
    QTimer m_rest;
    LatestJob m_fill;
};

}  // namespace kscope::views
