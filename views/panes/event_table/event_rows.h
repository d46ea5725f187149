// SPDX-License-Identifier: GPL-3.0-or-later
/// The rows of the event table: paints those in view, keeps runs of selected ones, scrolls over any
/// number.
#pragma once

#include "model/items/event_item_model.h"
#include "views/panes/event_table/row_selection.h"
#include "views/panes/event_table/table_head.h"
#include "views/panes/table/cell_painter.h"
#include "views/panes/table/row_area.h"
#include "views/theme/theme.h"

#include <QCache>
#include <QTimer>

#include <optional>

namespace kscope::views {

class EventRows : public RowArea {
    Q_OBJECT
public:
    static constexpr int kRowHeight = kTableRowHeight;
    static constexpr int kHeadHeight = kTableHeadHeight;
    static constexpr int kPadding = kTablePadding;

    explicit EventRows(items::EventItemModel* model, QWidget* parent = nullptr);
    ~EventRows() override;

    [[nodiscard]] std::uint64_t topRow() const { return m_scroll.top(); }
    void setTopRow(std::uint64_t row);
    [[nodiscard]] bool rowInView(std::uint64_t row) const;
    /// By the least amount; from further than a page away to the middle.
    void scrollToEvent(model::EventIndex event);

    [[nodiscard]] std::optional<model::EventIndex> current() const { return m_current; }
    /// Selects this row alone. None: nothing is selected.
    void setCurrent(std::optional<model::EventIndex> event);
    [[nodiscard]] const RowSelection& selection() const { return m_selection; }
    void selectAll();
    void clearSelection();

    void stepRow(std::int64_t rows);  ///< Moves the current row, as the keys do.
    /// To the next (previous) row of the current row's kind; false where there is none.
    bool stepKind(int direction);

    void setFound(model::RowSetPtr rows);                  ///< Search hits; null: none.
    void setRange(std::optional<model::TimeRange> range);  ///< Tinted rows.
    /// Shown in place of rows where there are none: rich text, whose link gives emptyLinkClicked.
    void setEmptyText(const QString& text);
    [[nodiscard]] QString emptyText() const;  ///< Empty where there are rows.

    [[nodiscard]] TableColumns& columns() { return m_columns; }
    void columnsChanged();
    void
    fitColumn(EventColumn column);  ///< To its head and the first hundred rows from the top one on.
    /// Rows of other tasks step back; kNoTask: none.
    void setMarked(model::TaskId task);
    [[nodiscard]] TableHead& head() { return *m_head; }

signals:
    // Events as plain numbers: Qt 6.4 can't stream an enum over unsigned long.
    void picked(quint64 event);  ///< The current row was changed by a person.
    void runPicked();            ///< More than one row is selected now.
    void opened(quint64 event);  ///< Double click.
    void detailsRequested();     ///< Enter.
    void copyRequested();
    void menuRequested(QPoint globalPos);
    void hovered(model::TaskId task);  ///< After a rest of 150 ms; kNoTask: none.
    void dragged();                    ///< Selected rows are being dragged away.
    void emptyLinkClicked();

protected:
    [[nodiscard]] std::uint64_t lineCount() const override { return m_model->rows(); }
    [[nodiscard]] int contentWidth() const override { return m_columns.total(); }
    [[nodiscard]] bool handlesKey(const QKeyEvent& event) const override;
    void resetFonts() override;
    void scrolledAcross(int px) override;
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    enum class Extend : std::uint8_t { Replace, Run, Toggle };
    struct Line;  // a row in view
    void rowsChanged();
    void pick(std::uint64_t row, Extend extend);
    [[nodiscard]] std::optional<std::uint64_t> rowAt(QPoint pos) const;
    [[nodiscard]] std::uint64_t currentRow() const;
    void moveCurrent(std::int64_t rows, Qt::KeyboardModifiers modifiers);
    void setHoverRow(std::optional<std::uint64_t> row);
    void wantTexts();

    [[nodiscard]] std::vector<Line> linesInView() const;
    void paintBackground(QPainter& painter, const std::vector<Line>& lines) const;
    void paintColumn(QPainter& painter, const TableColumns::Place& place,
                     const std::vector<Line>& lines);
    void paintTask(QPainter& painter, const QRect& box, const Line& line);
    [[nodiscard]] double advance(const QString& name);
    [[nodiscard]] QString lineText(const Line& line, EventColumn column) const;

    items::EventItemModel* m_model;
    TableColumns m_columns;
    TableHead* m_head;
    RowSelection m_selection;
    std::optional<model::EventIndex> m_current;
    std::optional<model::EventIndex> m_anchor;    // where a run begins
    std::optional<model::EventIndex> m_topEvent;  // kept while rows change
    std::optional<std::uint64_t> m_hoverRow;
    model::RowSetPtr m_found;
    std::optional<model::TimeRange> m_range;
    model::TaskId m_marked = model::kNoTask;
    CellPainter m_cells;
    QCache<QString, double> m_advances;  // widths of task names
    QTimer m_wantTimer;
    QTimer m_hoverTimer;
    QPoint m_pressPos;
    bool m_mayDrag = false;    // pressed on a selected row
    bool m_selecting = false;  // a press is dragged over rows
};

}  // namespace kscope::views
