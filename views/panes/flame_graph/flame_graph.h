// SPDX-License-Identifier: GPL-3.0-or-later
/// The flame graph in the window: of the whole trace, or of the selected range.
#pragma once

#include "views/panes/flame_graph/flame_picture.h"
#include "views/state/trace_view.h"

#include <QImage>
#include <QWidget>

#include <memory>

namespace kscope::views {

enum class FlameContent : std::uint8_t {
    Calls,   ///< Of the trace's functions; what has none shows its stacks.
    Stacks,  ///< Of events and of lines of the function tracer, by count.
};

/// What is asked for a frame's function, by its menu or by a key.
enum class FrameAsk : std::uint8_t {
    Only,  ///< Show only this and below.
    Hide,
    Callers,
    Callees,
    SlowestCall,
    NextCall,
    PreviousCall,
};

class FlameGraph : public QWidget {
    Q_OBJECT
public:
    /// `pool` makes the trees and outlives the widget.
    FlameGraph(TraceView* view, model::ThreadPool* pool, QWidget* parent = nullptr);
    ~FlameGraph() override;

    /// Calls to show; null: none yet. The tree follows off the GUI thread.
    void setForest(model::CallForestPtr forest);
    /// Stacks and lines of the function tracer of this trace; null: none.
    void setStacks(model::TracePtr trace);
    void setContent(FlameContent content);
    [[nodiscard]] bool hasBoth() const;  ///< Calls and stacks.
    [[nodiscard]] bool onlyCounts() const;  ///< Stacks, and no calls.
    void setThemeKind(ThemeKind kind);
    [[nodiscard]] QImage picture();
    /// The tree that is shown; null before the first is there.
    [[nodiscard]] const FlameTree* tree() const;
    [[nodiscard]] std::shared_ptr<const FlameTree> treePtr() const;
    [[nodiscard]] std::shared_ptr<const FlameTree> shownPtr() const;  ///< Or a comparison.
    [[nodiscard]] std::uint32_t zoomed() const;                       ///< Node; 0: all of it.
    [[nodiscard]] std::optional<std::uint32_t> chosen() const;  ///< By a click or by arrow keys.
    /// What the details say of a frame.
    [[nodiscard]] ItemTold toldOf(std::uint32_t node) const;
    /// Weight, direction, zoom and search, for a picture of what is seen.
    [[nodiscard]] FlameLook look() const;
    [[nodiscard]] QString emptyWords() const;  ///< Why no frame is seen; empty: there are some.
    [[nodiscard]] QSize sizeHint() const override;
    /// Keeps what is shown now: from here on other ranges are shown as differences from it.
    void keepForComparison();
    /// How the calls of `after` differ from those of `before`, two sources of one trace.
    void compareSources(model::SourceId before, model::SourceId after);
    /// Those that calls are of, ascending.
    [[nodiscard]] std::vector<model::SourceId> callSources() const;
    void setMeasure(FlameMeasure measure);
    [[nodiscard]] FlameMeasure measure() const;
    void endComparison();
    [[nodiscard]] bool comparing() const;
    /// Outlines all frames of this function; none: no frame.
    void setMarked(std::optional<model::FunctionKey> function);

public slots:
    void setWeight(kscope::views::FlameWeight weight);
    void setGrowth(kscope::views::FlameGrowth growth);
    void setShape(const kscope::views::FlameShape& shape);
    void setSearch(const QString& words);
    void zoomTo(std::uint32_t node);
    bool zoomOut();  ///< Back to the frame before; false: all of it is shown.
    void reset();

signals:
    void treeChanged();  ///< Another tree is shown.
    void picked(std::uint32_t node);
    void statusChanged(const QString& text);  ///< "3.86 s in 61 904 calls; 16.1 % matched"
    void asked(kscope::views::FrameAsk what, kscope::model::FunctionKey function);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace kscope::views
