// SPDX-License-Identifier: GPL-3.0-or-later
/// The head of a TablePanel: a click sorts, a drag makes a column wider, a menu hides it.
#pragma once

#include "views/panes/table/table_order.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace kscope::views {

/// Where each column is, logical pixels from the left edge of the rows.
class SheetColumns {
public:
    static constexpr int kLeastWidth = 32;
    static constexpr int kLeastStretch = 160;
    struct Place {
        int column;
        int x;
        int width;
    };
    /// Widths are kept where there are as many columns as before; one whose title has changed, as
    /// units do, is to be measured again.
    void setColumns(std::span<const TableColumn> columns);
    [[nodiscard]] int size() const { return static_cast<int>(m_columns.size()); }
    [[nodiscard]] bool shown(int column) const { return at(column).shown; }
    [[nodiscard]] bool fitted(int column) const { return at(column).width > 0; }
    [[nodiscard]] int width(int column) const { return at(column).width; }
    void setWidth(int column, int width);
    /// The last shown column can't be hidden.
    void setShown(int column, bool shown);
    [[nodiscard]] int total() const;
    /// Shown columns from left to right; the stretching one fills a view of `viewWidth`.
    [[nodiscard]] std::vector<Place> places(int viewWidth) const;

private:
    struct Column {
        QString title;
        int width = 0;  // 0: not measured yet
        bool shown = true;
        bool stretch = false;
    };
    [[nodiscard]] static int least(const Column& column);
    [[nodiscard]] const Column& at(int column) const {
        return m_columns[static_cast<std::size_t>(column)];
    }
    std::vector<Column> m_columns;
};

class SheetHead : public QWidget {
    Q_OBJECT
public:
    SheetHead(SheetColumns* columns, QWidget* parent);
    void setRows(TableRowsPtr rows);
    void setSorted(int column, TableDirection direction);
    void setScroll(int x);

signals:
    void changed();  ///< Widths or shown columns.
    void fitRequested(int column);
    void clicked(int column);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    [[nodiscard]] std::optional<int> edgeAt(int x) const;
    [[nodiscard]] std::optional<int> columnAt(int x) const;
    SheetColumns* m_columns;
    TableRowsPtr m_rows;
    int m_sorted = -1;
    TableDirection m_direction = TableDirection::Ascending;
    int m_scroll = 0;
    std::optional<int> m_dragged, m_pressed;
    int m_dragX = 0;
    int m_dragWidth = 0;
};

}  // namespace kscope::views
