// SPDX-License-Identifier: GPL-3.0-or-later
/// The views made of tracks (Blocks, Functions, Interrupts, Memory): one plot each below the shared
/// overview and ruler, filled off the GUI thread.
#pragma once

#include "model/core/thread_pool.h"
#include "views/panes/panes.h"
#include "views/theme/theme.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <map>
#include <memory>
#include <string>

class QVBoxLayout;

namespace kscope::views {
class BlockDeck;
class FunctionDeck;
class InterruptPanel;
class MemoryPanel;
class TrackPlot;
class TraceView;
struct TrackSet;
}  // namespace kscope::views

namespace kscope::app {

class PlotPages : public QObject {
    Q_OBJECT
public:
    /// Plots stand in `column`. `view` outlives this.
    PlotPages(views::TraceView* view, QVBoxLayout* column, QObject* parent);
    ~PlotPages() override;

    [[nodiscard]] static bool isPlot(int tab);  ///< Whether that view is made of tracks.
    /// Whether the trace has something for that view.
    [[nodiscard]] bool hasData(int tab) const;
    /// Shows the plot of `tab`, hides the others; any other number: hides all.
    void show(int tab);
    /// The plot of a view; null before it was shown.
    [[nodiscard]] views::TrackPlot* plot(int tab) const;
    /// The panes of Functions; null before that was shown.
    [[nodiscard]] views::FunctionDeck* functions() const;
    /// Interrupts with its matrix; null before it was shown.
    [[nodiscard]] views::InterruptPanel* interrupts() const;
    /// Memory with its slab caches; null before it was shown.
    [[nodiscard]] views::MemoryPanel* memory() const;
    /// What stands around the plot of Blocks; null before that was shown.
    [[nodiscard]] views::BlockDeck* blocks() const;
    void setThemeKind(views::ThemeKind kind);
    /// Of lines of this machine; none: what is open was recorded elsewhere.
    void setAffinityReader(std::function<std::string(std::string_view irq)> reader);

signals:
    /// The ruler above belongs over this many pixels of the page; the rest of it shows no time.
    void plotWidthChanged(int tab, int width);
    /// What a view holds: "540 requests, 2 devices".
    void statusChanged(int tab, const QString& text);
    /// A right click on a plot; what lies there is the view's item by then.
    void menuWanted(int tab, QPoint globalPos, int track);

private:
    struct Page;
    [[nodiscard]] static const views::TrackPane* paneOf(int tab);
    Page& page(int tab);
    void fill(int tab);
    bool rests(int tab);
    void take(int tab, const std::shared_ptr<const views::TrackSet>& set, qint64 costMs);
    void traceChanged();
    views::TraceView& m_view;
    model::ThreadPool m_pool{2};
    QVBoxLayout* m_column;
    std::map<int, std::unique_ptr<Page>> m_pages;
    int m_shown = -1;
    std::function<std::string(std::string_view)> m_affinity;
    views::ThemeKind m_theme = views::ThemeKind::Dark;
};

}  // namespace kscope::app
