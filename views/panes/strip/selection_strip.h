// SPDX-License-Identifier: GPL-3.0-or-later
/// The strip under the timeline that says what happened between the cursors A and B; no range, no
/// strip.
#pragma once

#include "model/query/statistics.h"
#include "views/panes/pane_work.h"

#include <QWidget>

#include <optional>

namespace kscope::views {

class TraceView;

/// Statistics are computed off this thread; while they are under way the numbers before stay. It
/// hides itself where there is no range, and shrinks to one line of text where its window is below
/// 720 px high (setCompact).
class SelectionStrip : public QWidget {
    Q_OBJECT
public:
    explicit SelectionStrip(TraceView* view, QWidget* parent = nullptr);
    ~SelectionStrip() override;

    enum class Lines : std::uint8_t { Full, One };
    void setLines(Lines lines);
    [[nodiscard]] Lines lines() const { return m_lines; }
    [[nodiscard]] const std::optional<model::RangeStatistics>& statistics() const {
        return m_statistics;
    }
    [[nodiscard]] QString
    plainText() const;  ///< One line: also what is read out and what the low window shows.
    [[nodiscard]] QSize sizeHint() const override;

signals:
    void statisticsReady();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    void watchWindow();

    TraceView* m_view;
    PaneWork* m_work;
    LatestJob m_job;
    Lines m_lines = Lines::Full;
    std::optional<model::RangeStatistics> m_statistics;
    model::TracePtr m_statisticsTrace;  // that m_statistics speaks of
    std::vector<std::pair<QRect, model::TaskId>> m_taskRects;
    QWidget* m_watched = nullptr;
};

}  // namespace kscope::views
