// SPDX-License-Identifier: GPL-3.0-or-later
/// The head of the event table: names of columns, their widths by drag, which are shown by menu.
#pragma once

#include "model/items/event_item_model.h"

#include <QWidget>

#include <array>
#include <optional>
#include <vector>

namespace kscope::views {

using items::EventColumn;
using items::kEventColumns;

/// Where each column is, in logical pixels from the left edge of the rows. The last shown one
/// reaches to the right edge.
class TableColumns {
public:
    static constexpr int kLeastWidth = 32;
    struct Column {
        EventColumn id;
        int width = 0;
        bool shown = true;
    };
    struct Place {
        EventColumn id;
        int x;
        int width;
    };
    TableColumns();
    [[nodiscard]] const Column& operator[](EventColumn id) const {
        return m_columns[static_cast<std::size_t>(id)];
    }
    void setWidth(EventColumn id, int width);
    /// The last shown column can't be hidden.
    void setShown(EventColumn id, bool shown);
    [[nodiscard]] int total() const;
    /// Shown columns from left to right in a view of `viewWidth`.
    [[nodiscard]] std::vector<Place> places(int viewWidth) const;

private:
    std::array<Column, kEventColumns> m_columns;
};

class TableHead : public QWidget {
    Q_OBJECT
public:
    TableHead(TableColumns* columns, items::EventItemModel* model, QWidget* parent);
    void setScroll(int x);
    [[nodiscard]] QSize sizeHint() const override;

signals:
    void changed();                         ///< Widths or shown columns.
    void fitRequested(EventColumn column);  ///< Double click on an edge.

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    [[nodiscard]] std::optional<EventColumn> edgeAt(int x) const;
    TableColumns* m_columns;
    items::EventItemModel* m_model;
    int m_scroll = 0;
    std::optional<EventColumn> m_dragged;
    int m_dragX = 0;
    int m_dragWidth = 0;
};

}  // namespace kscope::views
