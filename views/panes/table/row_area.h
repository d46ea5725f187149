// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows of one height below a head that stays: scroll bars over any number of them, wheel, keys
/// that are theirs while they have the focus, and words where there are none. What a row is, the
/// class that derives knows.
#pragma once

#include "views/panes/table/scroll_map.h"
#include "views/panes/table/wheel_lines.h"

#include <QAbstractScrollArea>

#include <cstdint>

class QLabel;

namespace kscope::views {

class RowArea : public QAbstractScrollArea {
    Q_OBJECT
public:
    [[nodiscard]] int pageLines() const;  ///< Whole rows in view, at least one.

protected:
    explicit RowArea(QWidget* parent);
    void setHead(QWidget* head) { m_headWidget = head; }
    /// After rows came or went, or the columns' widths changed.
    void updateBars();

    [[nodiscard]] virtual std::uint64_t lineCount() const = 0;
    [[nodiscard]] virtual int contentWidth() const = 0;  ///< px
    /// Of the keys that the window has as shortcuts, too.
    [[nodiscard]] virtual bool handlesKey(const QKeyEvent& event) const = 0;
    virtual void resetFonts() = 0;       ///< After palette, font or style changed.
    virtual void scrolledAcross(int) {}  ///< By so many px from the left.

    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

    ScrollMap m_scroll;
    QLabel* m_empty;  ///< Shown in place of rows; rich text.

private:
    QWidget* m_headWidget = nullptr;
    WheelLines m_wheel;
};

}  // namespace kscope::views
