// SPDX-License-Identifier: GPL-3.0-or-later
/// The rows of a TablePanel: paints those in view, keeps one run of selected lines, folds trees.
#pragma once

#include "views/panes/table/cell_painter.h"
#include "views/panes/table/row_area.h"
#include "views/panes/table/sheet_head.h"

namespace kscope::views {

class TableBody : public RowArea {
    Q_OBJECT
public:
    struct Run {
        std::uint32_t first = 0, last = 0;  ///< Lines; both belong to it.
    };
    explicit TableBody(QWidget* parent = nullptr);
    ~TableBody() override;

    /// Shows `order` of `rows`. The current row stays the current one where it is shown.
    void setRows(TableRowsPtr rows, TableOrder order);
    [[nodiscard]] const TableRowsPtr& rows() const { return m_rows; }
    [[nodiscard]] const TableOrder& order() const { return m_order; }
    [[nodiscard]] SheetHead& head() { return *m_head; }
    void setSorted(int column, TableDirection direction) { m_head->setSorted(column, direction); }
    void setEmptyText(const QString& text);  ///< Rich text, shown where there are no lines.

    [[nodiscard]] std::optional<std::uint32_t> currentRow() const { return m_current; }
    void setCurrentRow(std::optional<std::uint32_t> row);  ///< Scrolls to it by the least amount.
    [[nodiscard]] std::optional<Run> run() const;          ///< Selected lines.
    void selectAll();
    [[nodiscard]] std::uint32_t topLine() const {
        return static_cast<std::uint32_t>(m_scroll.top());
    }
    void setTopLine(std::uint32_t line);
    void columnsChanged();
    void fitColumn(int column);
    void stepLine(std::int64_t lines);  ///< Moves the current row, as the keys do.

signals:
    void picked(quint32 row);     ///< The current row was changed by a person.
    void activated(quint32 row);  ///< Double click, Enter.
    void foldAsked(quint32 row);  ///< To be folded or unfolded.
    void copyRequested();
    void menuRequested(QPoint globalPos);
    void linkClicked(const QString& target);  ///< In the empty text.

protected:
    [[nodiscard]] std::uint64_t lineCount() const override { return m_order.size(); }
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
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    enum class Extend : std::uint8_t { Replace, Run };
    void pick(std::uint32_t line, Extend extend);
    void reveal(std::uint32_t line);
    void moveCurrent(std::int64_t lines, Extend extend);
    void stepTree(int key);
    [[nodiscard]] std::optional<std::uint32_t> lineAt(QPoint pos) const;
    [[nodiscard]] bool onFoldSign(std::uint32_t line, int x) const;
    [[nodiscard]] bool unfolded(std::uint32_t line) const;
    [[nodiscard]] int indent(std::uint32_t line) const;
    void setHover(std::optional<std::uint32_t> line);
    void paintLine(QPainter& painter, std::uint32_t line, int y,
                   std::span<const SheetColumns::Place> places);
    [[nodiscard]] int paintLead(QPainter& painter, std::uint32_t line, const QRect& box, Rgb ink);
    [[nodiscard]] int paintBar(QPainter& painter, const TableBar& bar, const QRect& box);

    SheetColumns m_columns;
    SheetHead* m_head;
    TableRowsPtr m_rows;
    TableOrder m_order;
    CellPainter m_cells;
    std::optional<std::uint32_t> m_current;      // row
    std::optional<std::uint32_t> m_currentLine;  // its line, while it is shown
    std::optional<std::uint32_t> m_anchorLine;
    std::optional<std::uint32_t> m_hover;
};

}  // namespace kscope::views
