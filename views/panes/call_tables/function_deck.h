// SPDX-License-Identifier: GPL-3.0-or-later
/// The view Functions as one widget: filters over the call timeline, the flame graph, the tables
/// and the replay.
#pragma once

#include "model/derive/call_filter.h"
#include "views/panes/pane_work.h"
#include "views/panes/tracks/track.h"
#include "views/state/trace_view.h"
#include "views/theme/theme.h"

#include <QImage>
#include <QWidget>

#include <optional>

class QMenu;

namespace kscope::views {

struct CallFound;
class CallFilterStrip;
class CallTables;
class ColourLegend;
class FlamePanel;
class ReplayPanel;
class TrackPlot;
enum class CallStep : std::uint8_t;
enum class FrameAsk : std::uint8_t;

class FunctionDeck : public QWidget {
    Q_OBJECT
public:
    /// Takes `plot` in. `pool` makes trees and outlives this.
    FunctionDeck(TraceView* view, model::ThreadPool* pool, TrackPlot* plot,
                 QWidget* parent = nullptr);

    /// Tracks with their calls, unfiltered; null: none. The filter is laid over them.
    void setTracks(std::shared_ptr<const TrackSet> tracks);
    void setThemeKind(ThemeKind kind);
    [[nodiscard]] CallFilterStrip& filters() { return *m_filters; }
    [[nodiscard]] FlamePanel& flames() { return *m_flames; }
    [[nodiscard]] CallTables& tables() { return *m_tables; }
    [[nodiscard]] ReplayPanel& replay() { return *m_replay; }
    [[nodiscard]] ColourLegend& legend() { return *m_legend; }
    /// Back to the frame that was zoomed to before; false: all of the graph is shown.
    bool zoomOut();
    [[nodiscard]] bool plotFocused() const;  ///< The call timeline has the focus.
    /// Of the call timeline or the flame graph, whichever has the focus; else of the graph.
    [[nodiscard]] QImage picture();
    /// The rows of the table or the lines of the replay that has the focus go to the clipboard;
    /// false: none has it.
    bool copyRows();
    /// To the function that an item is of: the call that an event enters, leaves or lies in, the
    /// one that ran in a slice. False: there is none, which the status bar says.
    bool showFunctionOf(const Item& item);
    void stepInLane(CallStep step);  ///< To the call after or before the selected one.
    void stepOfKind(CallStep step);  ///< Of the same function.
    /// What the panes show now.
    [[nodiscard]] const model::CallForestPtr& forest() const { return m_shown; }

signals:
    void forestChanged();

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void build(TrackPlot* plot, model::ThreadPool* pool);
    void applyFilter();
    void showForest(std::shared_ptr<const TrackSet> tracks);
    void connectGraph();
    enum class Tell : std::uint8_t { Yes, No };  ///< In the details.
    void pick(model::FunctionKey function, std::optional<std::uint32_t> node,
              Tell tell = Tell::Yes);
    void lead(CallFound to);
    void buildMenus();
    void fillCallMenu(QMenu& menu, std::size_t task, std::uint32_t call);
    void fillLaneMenu(QMenu& menu, std::size_t task);
    void takeHeights();  ///< Of the lanes, as the view has them.
    void tellPicked();
    void markTracks();
    void answer(FrameAsk what, model::FunctionKey function);
    void step(model::FunctionKey function, CallStep step);
    void showLane();  ///< Of the call that is the view's item.
    void fillLegend();

    TraceView* m_view;
    PaneWork* m_work;
    TrackPlot* m_plot;
    CallFilterStrip* m_filters = nullptr;
    FlamePanel* m_flames = nullptr;
    CallTables* m_tables = nullptr;
    ReplayPanel* m_replay = nullptr;
    ColourLegend* m_legend = nullptr;
    ThemeKind m_theme = ThemeKind::Dark;
    struct Picked {
        model::FunctionKey function;
        std::optional<std::uint32_t> node;  // of the flame graph, where it was picked there
    };
    std::optional<Picked> m_picked;
    Item m_pickedItem;
    std::optional<Item> m_wanted;              // whose function is shown when calls are there
    std::shared_ptr<const TrackSet> m_tracks;  // without filter
    model::CallForestPtr m_shown;
    model::TracePtr m_stacksOf;
    bool m_laneOwed = false;  // the item was picked while the calls were not to be seen
    LatestJob m_filterJob, m_stepJob;
};

}  // namespace kscope::views
