// SPDX-License-Identifier: GPL-3.0-or-later
/// The signs of notes as paths.
#include "views/panes/notes/severity_sign.h"

#include "views/panes/pane_look.h"

#include <QCoreApplication>
#include <QPainterPath>

#include <cmath>
#include <numbers>

namespace kscope::views {
namespace {

constexpr int kSign = 16;

struct SignWords {
    Q_DECLARE_TR_FUNCTIONS(kscope::views::SeveritySign)
};

QPainterPath octagon() {
    QPainterPath path;
    for (int i = 0; i < 8; ++i) {
        const double angle = (i + 0.5) * std::numbers::pi / 4;
        const QPointF point(8 + 6.6 * std::cos(angle), 8 + 6.6 * std::sin(angle));
        if (i == 0) path.moveTo(point);
        else path.lineTo(point);
    }
    path.closeSubpath();
    path.moveTo(5.8, 5.8);
    path.lineTo(10.2, 10.2);
    path.moveTo(10.2, 5.8);
    path.lineTo(5.8, 10.2);
    return path;
}

QPainterPath triangle() {
    QPainterPath path(QPointF(8, 2));
    path.lineTo(14.6, 13.8);
    path.lineTo(1.4, 13.8);
    path.closeSubpath();
    path.moveTo(8, 6.4);
    path.lineTo(8, 9.6);
    path.moveTo(8, 11.6);
    path.lineTo(8, 11.8);
    return path;
}

QPainterPath question() {
    QPainterPath path;
    path.addEllipse(QPointF(8, 8), 6.3, 6.3);
    path.moveTo(6.2, 6.6);
    path.cubicTo(6.2, 4.3, 9.9, 4.3, 9.9, 6.6);
    path.cubicTo(9.9, 8, 8, 8, 8, 9.4);
    path.moveTo(8, 11.3);
    path.lineTo(8, 11.5);
    return path;
}

QPainterPath letterI() {
    QPainterPath path;
    path.addEllipse(QPointF(8, 8), 6.3, 6.3);
    path.moveTo(8, 7.4);
    path.lineTo(8, 11.2);
    path.moveTo(8, 4.9);
    path.lineTo(8, 5.1);
    return path;
}

}  // namespace

Rgb severityColour(const Theme& colours, model::Severity severity) {
    switch (severity) {
    case model::Severity::Error: return colours.statusError;
    case model::Severity::Loss: return colours.statusWarn;
    case model::Severity::Guess: return colours.statusInfo;
    case model::Severity::Note: break;
    }
    return colours.text2;
}

QString severityWord(model::Severity severity, int count) {
    switch (severity) {
    case model::Severity::Error:
        return count == 1 ? SignWords::tr("1 error") : SignWords::tr("%1 errors").arg(count);
    case model::Severity::Loss:
        return count == 1 ? SignWords::tr("1 loss") : SignWords::tr("%1 losses").arg(count);
    case model::Severity::Guess:
        return count == 1 ? SignWords::tr("1 guess") : SignWords::tr("%1 guesses").arg(count);
    case model::Severity::Note: break;
    }
    return count == 1 ? SignWords::tr("1 note") : SignWords::tr("%1 notes").arg(count);
}

void paintSeverity(QPainter& painter, const QRectF& box, model::Severity severity, Rgb colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    painter.scale(box.width() / kSign, box.height() / kSign);
    painter.setPen(QPen(QColor::fromRgb(colour), 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (severity) {
    case model::Severity::Error: painter.drawPath(octagon()); break;
    case model::Severity::Loss: painter.drawPath(triangle()); break;
    case model::Severity::Guess: painter.drawPath(question()); break;
    case model::Severity::Note: painter.drawPath(letterI()); break;
    }
    painter.restore();
}

QIcon severityIcon(const Theme& colours, model::Severity severity, double ratio) {
    QPixmap pixmap(QSize(kSign, kSign) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintSeverity(painter, QRectF(0, 0, kSign, kSign), severity, severityColour(colours, severity));
    return QIcon(pixmap);
}

SeveritySign::SeveritySign(model::Severity severity, QWidget* parent)
    : QWidget(parent),
      m_severity(severity) {
    setFixedSize(kSign, kSign);
    setAccessibleName(severityWord(severity, 1));
}

void SeveritySign::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintSeverity(painter, rect(), m_severity, severityColour(themeOf(*this), m_severity));
}

}  // namespace kscope::views
