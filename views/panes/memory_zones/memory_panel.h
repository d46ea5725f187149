// SPDX-License-Identifier: GPL-3.0-or-later
/// Memory in the window: the zones' plot, and below it the slab caches where slabinfo was read.
#pragma once

#include "views/state/trace_view.h"

#include <QWidget>

#include <map>
#include <memory>
#include <string>

namespace kscope::model {
class ThreadPool;
}

namespace kscope::views {

class TablePanel;
class TrackPlot;
struct TrackSet;

class MemoryPanel : public QWidget {
    Q_OBJECT
public:
    MemoryPanel(TraceView* view, model::ThreadPool* pool, QWidget* parent);
    [[nodiscard]] TrackPlot& plot() { return *m_plot; }
    [[nodiscard]] TablePanel& slabs() { return *m_slabs; }
    void setTracks(std::shared_ptr<const TrackSet> tracks);

private:
    void fillSlabs();
    void pickTrack(int track);
    TraceView& m_view;
    TrackPlot* m_plot;
    TablePanel* m_slabs;
    std::shared_ptr<const TrackSet> m_tracks;
    std::map<std::string, bool> m_folded;  // groups that were folded or unfolded by hand
};

}  // namespace kscope::views
