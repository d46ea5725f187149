// SPDX-License-Identifier: GPL-3.0-or-later
/// Boxes below each other; the completion goes back up beside them.
#include "views/panes/block_latency/layer_picture.h"

#include "views/panes/pane_look.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

namespace kscope::views {
namespace {

constexpr int kBoxHeight = 21;
constexpr int kBoxGap = 7;
constexpr int kUpWidth = 104;  // of the way back
constexpr int kAside = 12;
constexpr auto kDown = static_cast<int>(model::BlockLayer::Completion);  // boxes on the way down

QString wordText(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

void drawArrow(QPainter& painter, QPointF from, QPointF to) {
    painter.drawLine(from, to);
    const double way = to.y() > from.y() ? -1 : 1;
    painter.drawLine(to, to + QPointF(-3, 3 * way));
    painter.drawLine(to, to + QPointF(3, 3 * way));
}

}  // namespace

Rgb intervalColour(const Theme& theme, model::BlockInterval interval) {
    switch (interval) {
    case model::BlockInterval::Q2G:
    case model::BlockInterval::Q2M: return theme.stageQG;
    case model::BlockInterval::G2I: return theme.stageGI;
    case model::BlockInterval::I2D:
    case model::BlockInterval::M2D: return theme.stageID;
    case model::BlockInterval::D2C: return theme.stageDC;
    default: return theme.accent;
    }
}

QString wordsAsRichText(const model::BlockWords& words) {
    return QStringLiteral("<b>%1</b><br>%2<br><i>%3</i>")
        .arg(wordText(words.title).toHtmlEscaped(), wordText(words.meaning).toHtmlEscaped(),
             wordText(words.look).toHtmlEscaped());
}

LayerPicture::LayerPicture(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setAccessibleName(tr("The way of a transfer through the block layer"));
}

void LayerPicture::setThemeKind(ThemeKind kind) {
    m_kind = kind;
    update();
}

void LayerPicture::setLit(model::BlockInterval interval) {
    if (m_lit == interval) return;
    m_lit = interval;
    update();
}

QSize LayerPicture::sizeHint() const { return {300, kDown * (kBoxHeight + kBoxGap) - kBoxGap + 4}; }

QRect LayerPicture::placeOf(model::BlockLayer layer) const {
    const int left = 2;
    const int downWidth = width() - kUpWidth - kAside - 2 * left;
    const auto row = static_cast<int>(layer);
    if (layer != model::BlockLayer::Completion)
        return {left, 2 + row * (kBoxHeight + kBoxGap), downWidth, kBoxHeight};
    const auto top = placeOf(model::BlockLayer::Queue).top();
    const auto bottom = placeOf(model::BlockLayer::Driver).bottom();
    return {left + downWidth + kAside, top, kUpWidth, bottom - top + 1};
}

void LayerPicture::paintEvent(QPaintEvent*) {
    const Theme& t = theme(m_kind);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(views::font(TextRole::Small));
    const auto stretch = model::layersOf(m_lit);
    const Rgb light = intervalColour(t, m_lit);
    for (int i = 0; i <= kDown; ++i) {
        const auto layer = static_cast<model::BlockLayer>(i);
        const QRectF box = QRectF(placeOf(layer)).adjusted(0.5, 0.5, -0.5, -0.5);
        const bool lit = stretch.covers(layer);
        painter.setPen(QPen(QColor::fromRgb(lit ? light : t.lineStrong), 1));
        painter.setBrush(QColor::fromRgb(lit ? light : t.bgRaised));
        painter.drawRoundedRect(box, 3, 3);
        painter.setPen(QColor::fromRgb(lit ? t.inkOn(light) : t.text1));
        const auto flags =
            Qt::AlignVCenter | Qt::TextWordWrap |
            (layer == model::BlockLayer::Completion ? Qt::AlignHCenter : Qt::AlignLeft);
        painter.drawText(box.adjusted(8, 0, -4, 0), static_cast<int>(flags),
                         wordText(model::layerWords(layer).title));
        if (i + 1 >= kDown) continue;
        painter.setPen(QPen(QColor::fromRgb(t.text3), 1));
        const QPointF foot(box.left() + 16, box.bottom() + 1);
        drawArrow(painter, foot, foot + QPointF(0, kBoxGap - 2));
    }
    // From the device to the side, up, and back to the file system.
    painter.setPen(QPen(QColor::fromRgb(t.text3), 1));
    const QRectF up = placeOf(model::BlockLayer::Completion);
    const QRectF device = placeOf(model::BlockLayer::Device);
    const QRectF top = placeOf(model::BlockLayer::FileSystem);
    const double x = up.center().x();
    painter.drawLine(QPointF(device.right() + 1, device.center().y()),
                     QPointF(x, device.center().y()));
    drawArrow(painter, {x, device.center().y()}, {x, up.bottom() + 2});
    painter.drawLine(QPointF(x, up.top() - 1), QPointF(x, top.center().y()));
    painter.drawLine(QPointF(x, top.center().y()), QPointF(top.right() + 2, top.center().y()));
    painter.drawLine(QPointF(top.right() + 2, top.center().y()),
                     QPointF(top.right() + 5, top.center().y() - 3));
    painter.drawLine(QPointF(top.right() + 2, top.center().y()),
                     QPointF(top.right() + 5, top.center().y() + 3));
}

std::optional<model::BlockLayer> LayerPicture::layerAt(const QPoint& place) const {
    for (int i = 0; i <= kDown; ++i)
        if (const auto layer = static_cast<model::BlockLayer>(i); placeOf(layer).contains(place))
            return layer;
    return std::nullopt;
}

bool LayerPicture::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* const help = static_cast<QHelpEvent*>(event);
    if (const auto layer = layerAt(help->pos()))
        QToolTip::showText(help->globalPos(), wordsAsRichText(model::layerWords(*layer)), this);
    else QToolTip::hideText();
    return true;
}

}  // namespace kscope::views
