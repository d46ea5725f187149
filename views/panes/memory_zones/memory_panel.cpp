// SPDX-License-Identifier: GPL-3.0-or-later
/// The table follows the selected range, else what is in view.
#include "views/panes/memory_zones/memory_panel.h"

#include "model/core/format.h"
#include "views/panes/memory_zones/fold_track.h"
#include "views/panes/memory_zones/slab_table.h"
#include "views/panes/table/table_panel.h"
#include "views/panes/tracks/track_plot.h"

#include <QSplitter>
#include <QVBoxLayout>

namespace kscope::views {

MemoryPanel::MemoryPanel(TraceView* view, model::ThreadPool* pool, QWidget* parent)
    : QWidget(parent),
      m_view(*view),
      m_plot(new TrackPlot(view, pool, this)),
      m_slabs(new TablePanel(view, tr("Slab caches"), this)) {
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(m_plot);
    splitter->addWidget(m_slabs);
    splitter->setSizes({700, 240});
    splitter->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(splitter);
    m_slabs->setExportName(QStringLiteral("slabs"));
    m_slabs->hide();
    connect(view, &TraceView::rangeChanged, this, &MemoryPanel::fillSlabs);
    connect(m_plot, &TrackPlot::trackClicked, this, &MemoryPanel::pickTrack);
}

void MemoryPanel::setTracks(std::shared_ptr<const TrackSet> tracks) {
    m_tracks = std::move(tracks);
    if (m_tracks)
        for (const auto& track : m_tracks->tracks)
            if (const auto* group = dynamic_cast<const FoldTrack*>(track.get()))
                if (const auto chosen = m_folded.find(group->key()); chosen != m_folded.end())
                    group->fold().folded = chosen->second;
    m_plot->setTracks(m_tracks);
    fillSlabs();
}

void MemoryPanel::pickTrack(int track) {
    if (!m_tracks || track < 0 || track >= static_cast<int>(m_tracks->tracks.size())) return;
    const auto* group =
        dynamic_cast<const FoldTrack*>(m_tracks->tracks[static_cast<std::size_t>(track)].get());
    if (group == nullptr) return;
    const bool folded = !group->fold().folded;
    group->fold().folded = folded;
    m_folded[group->key()] = folded;
    m_plot->setTracks(m_tracks);  // its heights have changed
}

void MemoryPanel::fillSlabs() {
    const auto& trace = m_view.trace();
    if (!trace) return m_slabs->setRows(nullptr);
    const auto range = m_view.range().value_or(trace->range());
    auto caches = slabCaches(*trace, range);
    m_slabs->setVisible(!caches.empty());
    if (caches.empty()) return m_slabs->setRows(nullptr);
    m_slabs->setNote(
        tr("growth over %1").arg(QString::fromStdString(model::formatDuration(range.length()))));
    m_slabs->setRows(std::make_shared<SlabRows>(std::move(caches)));
}

}  // namespace kscope::views
