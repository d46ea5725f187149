// SPDX-License-Identifier: GPL-3.0-or-later
/// Beside the heatmap: what every CPU counted of each row in the selected range, how evenly, and
/// which CPU most. Its rows stand on the lines of the heatmap's.
#pragma once

#include "views/panes/interrupt_heatmap/matrix_sheet.h"
#include "views/panes/pane_work.h"
#include "views/timeline/item_words.h"

#include <QImage>
#include <QWidget>

#include <memory>
#include <optional>
#include <string>

namespace kscope::views {

class TimelineTooltip;
class TrackPlot;
class TraceView;

class CpuMatrix : public QWidget {
    Q_OBJECT
public:
    /// `plot` draws the rows that this one stands beside, and scrolls both.
    CpuMatrix(TraceView* view, TrackPlot* plot, QWidget* parent);
    ~CpuMatrix() override;

    void setTracks(std::shared_ptr<const TrackSet> tracks);
    void setThemeKind(ThemeKind kind);
    void setSelected(int track);  ///< Number of the track; −1: none.
    /// Of a track; nothing where it is no row of the heatmap or nothing is counted yet.
    [[nodiscard]] std::optional<MatrixRow> rowOf(int track) const;
    [[nodiscard]] model::TimeRange range() const;  ///< Selected, else what is in view.
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {220, 80}; }

signals:
    void counted();  ///< rowOf() has new numbers.
    /// A click on what `cpu` counted of a row.
    void cellPicked(int track, kscope::model::CpuId cpu, const kscope::views::ItemTold& cell);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void count();
    void invalidate();
    [[nodiscard]] std::string headWords() const;
    void draw();
    [[nodiscard]] const HeatTrack* heatTrack(int track) const;
    [[nodiscard]] int trackAt(int y) const;  ///< −1: none
    struct Cell {
        int track = 0;
        model::CpuId cpu{};
        ItemWords words;
    };
    [[nodiscard]] std::optional<Cell> cellAt(QPoint at) const;
    void pickAt(QPoint at);
    void showWords(QPoint at);

    TraceView& m_view;
    TrackPlot& m_plot;
    std::shared_ptr<const TrackSet> m_set;
    std::shared_ptr<const MatrixSheet> m_sheet;
    LatestJob m_job;
    ThemeKind m_theme = ThemeKind::Dark;
    int m_selected = -1;
    bool m_stale = true;
    QImage m_image;
    std::unique_ptr<TextCache> m_texts;
    TimelineScene m_scene;  // for sizes and theme alone
    TimelineTooltip* m_tooltip = nullptr;
};

}  // namespace kscope::views
