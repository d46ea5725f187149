// SPDX-License-Identifier: GPL-3.0-or-later
/// Each part is as long as its share of all time spent by transfers of that side.
#include "views/panes/block_latency/stage_bars.h"

#include "model/core/format.h"
#include "views/panes/block_latency/layer_picture.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace kscope::views {
namespace {

constexpr int kBarTop = 18;
constexpr int kBarHeight = 12;

QString meanText(const model::StageShare& share) {
    const auto mean = share.count == 0 ? 0 : share.total / static_cast<std::int64_t>(share.count);
    return QString::fromStdString(model::formatDuration(model::Duration{mean}));
}
QString arrowName(model::BlockInterval stage) {
    const auto name = model::intervalName(stage);  // "Q2C"
    return QString(QLatin1Char(name.front())) + QChar(0x2192) + QLatin1Char(name.back());
}

}  // namespace

StageBars::StageBars(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setAccessibleName(tr("Where the time goes"));
}

void StageBars::setLatency(std::shared_ptr<const model::BlockLatency> latency) {
    m_latency = std::move(latency);
    update();
}

void StageBars::setThemeKind(ThemeKind kind) {
    m_kind = kind;
    update();
}

std::vector<StageBars::Part> StageBars::partsOf(std::size_t side) const {
    std::vector<Part> parts;
    if (!m_latency) return parts;
    double sum = 0;
    for (const auto& share : m_latency->stages[side])
        sum += static_cast<double>(std::max<std::int64_t>(share.total, 0));
    if (sum <= 0) return parts;
    double x = 0;
    const double top = static_cast<double>(side) * kRow + kBarTop;
    for (const auto& share : m_latency->stages[side]) {
        const double wide =
            width() * static_cast<double>(std::max<std::int64_t>(share.total, 0)) / sum;
        if (share.count > 0) parts.push_back({{x, top, wide, kBarHeight}, share});
        x += wide;
    }
    return parts;
}

void StageBars::paintEvent(QPaintEvent*) {
    const Theme& t = theme(m_kind);
    QPainter painter(this);
    for (std::size_t side = 0; side < model::kBlockSides; ++side) {
        const int top = static_cast<int>(side) * kRow;
        const auto count = m_latency ? m_latency->side[side].count : 0;
        painter.setFont(views::font(TextRole::Body));
        painter.setPen(QColor::fromRgb(t.text1));
        const QString name = side == 0 ? tr("Reads") : tr("Writes and others");
        painter.drawText(QRect(0, top, width(), kBarTop - 2), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("%1, %2").arg(name, QString::fromStdString(model::formatCount(count))));
        const auto parts = partsOf(side);
        if (parts.empty()) {
            painter.fillRect(QRect(0, top + kBarTop, width(), kBarHeight),
                             QColor::fromRgb(t.bgRaised));
            continue;
        }
        QStringList largest;
        for (const auto& part : parts) {
            painter.fillRect(part.box, QColor::fromRgb(intervalColour(t, part.share.stage)));
            if (part.box.width() > 0.08 * width())
                largest << arrowName(part.share.stage) + QLatin1Char(' ') + meanText(part.share);
        }
        painter.setFont(views::font(TextRole::Small));
        painter.setPen(QColor::fromRgb(t.text2));
        painter.drawText(QRect(0, top + kBarTop + kBarHeight, width(), 16),
                         Qt::AlignLeft | Qt::AlignVCenter, largest.join(QStringLiteral("   ")));
    }
}

std::optional<StageBars::Part> StageBars::partAt(const QPoint& place) const {
    for (std::size_t side = 0; side < model::kBlockSides; ++side)
        for (const auto& part : partsOf(side))
            if (part.box.adjusted(-1, -2, 1, 2).contains(place)) return part;
    return std::nullopt;
}

void StageBars::mouseMoveEvent(QMouseEvent* event) {
    if (const auto part = partAt(event->position().toPoint())) emit stageHovered(part->share.stage);
    else emit stageLeft();
}

void StageBars::leaveEvent(QEvent*) { emit stageLeft(); }

bool StageBars::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* const help = static_cast<QHelpEvent*>(event);
    if (const auto part = partAt(help->pos()))
        QToolTip::showText(
            help->globalPos(),
            wordsAsRichText(model::intervalWords(part->share.stage)) +
                tr("<br>mean %1, %2 transfers")
                    .arg(meanText(part->share),
                         QString::fromStdString(model::formatCount(part->share.count))),
            this);
    else QToolTip::hideText();
    return true;
}

}  // namespace kscope::views
