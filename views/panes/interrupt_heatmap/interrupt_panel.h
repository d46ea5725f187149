// SPDX-License-Identifier: GPL-3.0-or-later
/// Interrupts in the window: switches, the heatmap, the matrix by CPU beside it, and a line of
/// words on the row that was clicked.
#pragma once

#include "views/panes/interrupt_heatmap/heatmap_pane.h"
#include "views/state/trace_view.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

class QLabel;
class QLineEdit;
class QMenu;
class QSplitter;
class QToolButton;

namespace kscope::model {
class ThreadPool;
}

namespace kscope::views {

class CountTrack;
class CpuMatrix;
class TrackPlot;

class InterruptPanel : public QWidget {
    Q_OBJECT
public:
    InterruptPanel(TraceView* view, model::ThreadPool* pool, QWidget* parent);

    [[nodiscard]] TrackPlot& plot() { return *m_plot; }
    [[nodiscard]] CpuMatrix& matrix() { return *m_matrix; }
    [[nodiscard]] QLineEdit& filter() { return *m_filter; }
    [[nodiscard]] QString words() const;  ///< On the row that was clicked.
    /// Makes the tracks as the switches stand now; for any thread.
    [[nodiscard]] std::function<std::shared_ptr<const TrackSet>(const model::TracePtr&,
                                                                const PlotChoice&)>
    maker() const;
    void setTracks(std::shared_ptr<const TrackSet> tracks);
    void setThemeKind(ThemeKind kind);
    /// Says where a line's interrupts may go ("0-3, now on 2"), "" where it is not readable. None:
    /// the trace is not of this machine.
    void setAffinityReader(std::function<std::string(std::string_view irq)> reader);
    /// The row of a track: its words, and its handler spans in the timeline where there are any.
    void pick(int track);
    /// By its header: without handlers the row itself is the item.
    void pickWhole(int track);
    void pickCell(int track, model::CpuId cpu, const ItemTold& cell);

signals:
    void optionsChanged();             ///< maker() makes others now.
    void plotWidthChanged(int width);  ///< The ruler above belongs over the plot alone.

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QToolButton* choice(const QString& text, const QString& tip);
    QWidget* head();
    [[nodiscard]] const HeatTrack* heatTrack(int track) const;  ///< Null: no row.
    [[nodiscard]] const CountTrack* countTrack(int track) const;
    bool pickCount(int track);  ///< False: it is no row of a single reading.
    const HeatTrack* select(int track);
    void sayRow();
    [[nodiscard]] ItemTold rowTold(const HeatTrack& heat) const;
    void fillMenu(QMenu& menu, int track);
    /// The first handler in `within`, of that CPU alone where one is named; false: there is none.
    bool selectHandler(const HeatTrack& track, std::optional<model::CpuId> only = std::nullopt,
                       model::TimeRange within = {});
    void tellWidth();

    TraceView& m_view;
    HeatOptions m_options;
    std::shared_ptr<HeatCache> m_cache = std::make_shared<HeatCache>();
    TrackPlot* m_plot;
    CpuMatrix* m_matrix;
    QSplitter* m_splitter;
    QLineEdit* m_filter;
    QLabel* m_words;
    std::function<std::string(std::string_view)> m_affinity;
    std::shared_ptr<const TrackSet> m_set;
    model::CounterTablePtr m_pickedTable;
    std::size_t m_pickedRow = 0;
    int m_picked = -1;
};

}  // namespace kscope::views
