// SPDX-License-Identifier: GPL-3.0-or-later
/// Swatches and words.
#include "views/panes/call_tables/colour_legend.h"

#include "views/panes/pane_look.h"

#include <QFontMetrics>
#include <QPainter>

namespace kscope::views {
namespace {

constexpr int kSwatchPx = 9, kSwatchGapPx = 5, kEntryGapPx = 12;

}  // namespace

ColourLegend::ColourLegend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFont(views::font(TextRole::Small));
    setAccessibleName(tr("Colours"));
}

void ColourLegend::setEntries(std::vector<Entry> entries) {
    if (entries == m_entries) return;
    m_entries = std::move(entries);
    QStringList words;
    for (const auto& entry : m_entries) words << entry.first;
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    setToolTip(words.join(QLatin1Char('\n')));
    updateGeometry();
    update();
}

int ColourLegend::entryWidth(const Entry& entry) const {
    return kSwatchPx + kSwatchGapPx + QFontMetrics(font()).horizontalAdvance(entry.first) +
           kEntryGapPx;
}

QSize ColourLegend::sizeHint() const {
    int width = 0;
    for (const auto& entry : m_entries) width += entryWidth(entry);
    return {width, 16};
}

void ColourLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(font());
    const Theme& colours = themeOf(*this);
    int x = 0;
    for (const auto& entry : m_entries) {
        const int width = entryWidth(entry);
        if (x + width - kEntryGapPx > this->width()) return;
        const QRect swatch(x, (height() - kSwatchPx) / 2, kSwatchPx, kSwatchPx);
        painter.fillRect(swatch, QColor::fromRgb(colours.edgeOf(entry.second)));
        painter.fillRect(swatch.adjusted(1, 1, -1, -1), QColor::fromRgb(entry.second));
        painter.setPen(QColor::fromRgb(colours.text2));
        painter.drawText(QRect(x + kSwatchPx + kSwatchGapPx, 0, width, height()),
                         Qt::AlignLeft | Qt::AlignVCenter, entry.first);
        x += width;
    }
}

}  // namespace kscope::views
