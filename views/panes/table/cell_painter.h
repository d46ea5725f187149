// SPDX-License-Identifier: GPL-3.0-or-later
/// How every table of the program draws its cells and its head: texts laid out once, elided, in two
/// faces.
#pragma once

#include "views/panes/table/table_rows.h"

#include <QCache>
#include <QFont>
#include <QRect>
#include <QStaticText>

#include <span>

class QPainter;
class QWidget;

namespace kscope::views {

inline constexpr int kTableRowHeight = 20;  // logical pixels (look.md, Space and layout)
inline constexpr int kTableHeadHeight = 24;
inline constexpr int kTablePadding = 8;

struct TableCell {
    QRect box;
    QString text;
    TableFace face;
    TableSide side;
    Rgb ink;
    Qt::TextElideMode cut = Qt::ElideRight;  ///< Where it is too long for its box.
};

class CellPainter {
public:
    CellPainter();
    void resetFonts();                  ///< After a change of theme or of the system font.
    void forget() { m_texts.clear(); }  ///< After a change of widths.
    void paint(QPainter& painter, const TableCell& cell);
    [[nodiscard]] const QFont& font(TableFace face) const {
        return face == TableFace::Body ? m_body : m_mono;
    }
    [[nodiscard]] double digit() const { return m_digit; }  ///< Width of a mono character.

private:
    QFont m_body, m_mono;
    QCache<QString, QStaticText> m_texts;
    double m_digit = 8;
};

struct HeadCell {
    QRect box;  ///< Without padding.
    QString text;
    TableSide side;
    int arrow = 0;  ///< −1: sorted ascending, 1: descending.
};
/// The band above the rows with its lower edge.
void paintTableHead(QPainter& painter, const QWidget& widget, std::span<const HeadCell> cells);

}  // namespace kscope::views
