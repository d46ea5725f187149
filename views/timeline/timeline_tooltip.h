// SPDX-License-Identifier: GPL-3.0-or-later
/// The tooltip of the plot.
#pragma once

#include "views/theme/theme.h"
#include "views/timeline/item_words.h"

#include <QFrame>

class QLabel;

namespace kscope::views {

class TimelineTooltip : public QFrame {
public:
    explicit TimelineTooltip(QWidget* parent);
    void setThemeKind(ThemeKind kind);
    void setWords(const ItemWords& words);
    /// Beside `pointer`, off `item` (global coordinates), on the screen.
    void place(const QPoint& pointer, const QRect& item);

private:
    QLabel* m_label;
    ThemeKind m_theme = ThemeKind::Dark;
};

}  // namespace kscope::views
