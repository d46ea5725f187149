// SPDX-License-Identifier: GPL-3.0-or-later
/// Small parts of the start page.
#include "app/window/start_parts.h"

#include "app/window/look.h"
#include "model/core/format.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLayout>
#include <QPainter>
#include <QToolButton>

namespace kscope::app {

namespace {

QColor partColour(views::Rgb rgb) { return QColor::fromRgb(rgb); }

void focusRing(QPainter& painter, const QRect& box) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(partColour(currentTokens().accent), 2));
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4);
}

}  // namespace

void clearLayout(QLayout& layout) {
    while (auto* item = layout.takeAt(0)) {
        if (auto* inner = item->layout()) clearLayout(*inner);
        if (auto* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
}

SmallLabel::SmallLabel(const QString& words, QWidget* parent) : QLabel(words, parent) {
    setFont(views::font(views::TextRole::Small));
    setWordWrap(false);
}

void SmallLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(partColour(currentTokens().text3));
    painter.drawText(rect(), static_cast<int>(alignment()) | Qt::AlignVCenter,
                     fontMetrics().elidedText(text(), Qt::ElideRight, width()));
}

Hairline::Hairline(QWidget* parent) : QWidget(parent) { setFixedHeight(1); }

void Hairline::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), partColour(currentTokens().lineGrid));
}

LinkButton::LinkButton(const QString& words, QWidget* parent) : QPushButton(words, parent) {
    setCursor(Qt::PointingHandCursor);
    setFlat(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize LinkButton::sizeHint() const {
    return {fontMetrics().horizontalAdvance(text()) + 12, std::max(24, fontMetrics().height() + 8)};
}

void LinkButton::paintEvent(QPaintEvent*) {
    const auto& tokens = currentTokens();
    QPainter painter(this);
    if (underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(partColour(tokens.bgHover));
        painter.drawRoundedRect(rect(), 4, 4);
    }
    painter.setPen(partColour(tokens.accent));
    painter.drawText(rect(), Qt::AlignCenter, text());
    if (hasFocus()) focusRing(painter, rect());
}

CommandButton::CommandButton(const QString& command, QWidget* parent)
    : LinkButton(command, parent) {
    setFont(views::font(views::TextRole::Mono));
    setToolTip(tr("Copy: %1").arg(command));
    setAccessibleName(tr("Copy %1").arg(command));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

QSize CommandButton::minimumSizeHint() const { return {120, sizeHint().height()}; }

void CommandButton::paintEvent(QPaintEvent*) {
    const auto& tokens = currentTokens();
    QPainter painter(this);
    if (underMouse()) painter.fillRect(rect(), partColour(tokens.bgHover));
    painter.setPen(partColour(tokens.text1));
    const auto box = rect().adjusted(6, 0, -6, 0);
    // In the middle: many begin alike, and the end names the file.
    painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(text(), Qt::ElideMiddle, box.width()));
    if (hasFocus()) focusRing(painter, rect());
}

DropCard::DropCard(QWidget* parent) : QFrame(parent) {}

void DropCard::paintEvent(QPaintEvent*) {
    const auto& tokens = currentTokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(partColour(tokens.bgPanel));
    painter.setPen(QPen(partColour(tokens.lineStrong), 1, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    // The program's sign: nine bars in three task hues (look.md, Icons). x, y, width, slot.
    constexpr int kBars[][4] = {{0, 0, 26, 0},   {30, 0, 14, 6},  {48, 0, 20, 4},
                                {6, 12, 14, 9},  {24, 12, 30, 6}, {0, 24, 10, 4},
                                {14, 24, 28, 6}, {46, 24, 24, 9}, {8, 36, 50, 6}};
    painter.setPen(Qt::NoPen);
    const int left = width() / 2 - 36;
    for (const auto& bar : kBars) {
        model::TaskInfo task;
        task.hueSlot = static_cast<std::uint8_t>(bar[3]);
        task.tid = model::Tid{1};
        painter.setBrush(partColour(tokens.taskFill(task)));
        painter.drawRoundedRect(left + bar[0], 30 + bar[1], bar[2], 7, 2, 2);
    }
}

QString whenText(qint64 unixMs) {
    const auto when = QDateTime::fromMSecsSinceEpoch(unixMs);
    const auto days = when.date().daysTo(QDate::currentDate());
    if (days == 0)
        return RecentRow::tr("today %1")
            .arg(QLocale().toString(when.time(), QStringLiteral("HH:mm")));
    if (days == 1) return RecentRow::tr("yesterday");
    return QLocale().toString(when.date(), when.date().year() == QDate::currentDate().year()
                                               ? QStringLiteral("d MMM")
                                               : QStringLiteral("d MMM yyyy"));
}

QString recentNames(const RecentTrace& trace) {
    QStringList names;
    for (const auto& source : trace.sources) {
        const auto spec = parseSourceSpec(source).value_or(SourceSpec{source, 0});
        const QFileInfo file(QString::fromStdString(spec.path));
        // A folder may be named with the stroke at its end.
        names << (file.fileName().isEmpty() ? QFileInfo(file.path()).fileName() : file.fileName());
    }
    return names.join(QStringLiteral(", "));
}

QString recentPlaces(const RecentTrace& trace) {
    QStringList places;
    for (const auto& source : trace.sources) places << QString::fromStdString(source);
    return places.join(QLatin1Char('\n'));
}

RecentRow::RecentRow(RecentTrace trace, QWidget* parent)
    : QAbstractButton(parent),
      m_trace(std::move(trace)) {
    setText(recentNames(m_trace));
    setToolTip(recentPlaces(m_trace));
    setAccessibleName(tr("Open %1").arg(QAbstractButton::text()));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
    auto* pin = new QToolButton(this);
    pin->setIcon(app::icon(QStringLiteral("pin")));
    pin->setCheckable(true);
    pin->setChecked(m_trace.pinned);
    pin->setAutoRaise(true);
    pin->setToolTip(m_trace.pinned ? tr("Release from the top") : tr("Keep at the top"));
    pin->setAccessibleName(pin->toolTip());
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 8, 0);
    row->addStretch(1);
    row->addWidget(pin);
    connect(pin, &QToolButton::clicked, this,
            [this] { emit pinWanted(m_trace.pinned ? Pin::Clear : Pin::Set); });
}

QSize RecentRow::sizeHint() const { return {400, 49}; }

void RecentRow::paintBusy(QPainter& painter, const QRect& box) const {
    const auto& tokens = currentTokens();
    constexpr auto kColumns = RecentTrace::kBusyColumns;
    const auto rows = m_trace.busy.size() / kColumns;
    if (rows == 0) return;
    const int rowHeight = box.height() / static_cast<int>(rows);
    for (std::size_t i = 0; i < rows * kColumns; ++i) {
        const int column = static_cast<int>(i % kColumns);
        const int left = box.left() + box.width() * column / static_cast<int>(kColumns);
        const int right = box.left() + box.width() * (column + 1) / static_cast<int>(kColumns);
        const QRect cell(left, box.top() + rowHeight * static_cast<int>(i / kColumns), right - left,
                         rowHeight - 1);
        painter.fillRect(cell, partColour(views::mix(tokens.bgCanvas, tokens.seriesNeutral,
                                                     0.12 + 0.88 * m_trace.busy[i] / 255.0)));
    }
}

void RecentRow::paintEvent(QPaintEvent*) {
    const auto& tokens = currentTokens();
    QPainter painter(this);
    if (underMouse()) painter.fillRect(rect(), partColour(tokens.bgHover));
    paintBusy(painter, QRect(8, 10, 168, 28));
    const int pinWidth = 44;
    const int free = width() - 196 - pinWidth;
    const QRect name(196, 7, free * 36 / 100, 18);
    auto bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(partColour(tokens.text1));
    painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text(), Qt::ElideMiddle, name.width()));
    painter.setFont(views::font(views::TextRole::Small));
    painter.setPen(partColour(tokens.text3));
    const auto several = static_cast<int>(m_trace.sources.size());
    const auto kind = tr("%1, %2").arg(several == 1 ? QString::fromStdString(m_trace.kind)
                                                    : tr("%n traces on one axis", nullptr, several),
                                       QString::fromStdString(model::formatBytes(m_trace.bytes)));
    painter.drawText(name.translated(0, 18), Qt::AlignLeft | Qt::AlignVCenter, kind);
    painter.setFont(font());
    painter.setPen(partColour(tokens.text2));
    const QRect facts(name.right() + 12, 0, free * 42 / 100, height());
    const auto cpus =
        m_trace.cpus == 1 ? tr("1 CPU") : tr("%n CPUs", nullptr, static_cast<int>(m_trace.cpus));
    QStringList parts;
    if (m_trace.lengthNs > 0)
        parts << QString::fromStdString(model::formatDuration(model::Duration{m_trace.lengthNs}));
    if (m_trace.cpus > 0) parts << cpus;  // uftrace and folded stacks may name none
    parts << tr("%1 events").arg(QString::fromStdString(model::formatCount(m_trace.events)));
    const auto words = parts.join(QStringLiteral(", "));
    painter.drawText(facts, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(words, Qt::ElideRight, facts.width()));
    painter.setPen(partColour(tokens.text3));
    painter.drawText(QRect(facts.right(), 0, width() - pinWidth - facts.right(), height()),
                     Qt::AlignRight | Qt::AlignVCenter, whenText(m_trace.openedMs));
    if (hasFocus()) focusRing(painter, rect());
}

void RecentRow::enterEvent(QEnterEvent*) { update(); }

void RecentRow::leaveEvent(QEvent*) { update(); }

SampleCard::SampleCard(const QString& title, const QString& size, QWidget* parent)
    : QAbstractButton(parent),
      m_size(size) {
    setText(title);
    setAccessibleName(tr("Open the sample “%1”").arg(title));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize SampleCard::sizeHint() const { return {200, 44}; }

void SampleCard::paintEvent(QPaintEvent*) {
    const auto& tokens = currentTokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(partColour(underMouse() ? tokens.bgHover : tokens.bgPanel));
    painter.setPen(partColour(tokens.lineEdge));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
    const auto box = rect().adjusted(14, 0, -14, 0);
    painter.setFont(views::font(views::TextRole::Mono));
    painter.setPen(partColour(tokens.text3));
    const int sizeWidth = painter.fontMetrics().horizontalAdvance(m_size) + 10;
    painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, m_size);
    auto bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(partColour(tokens.text1));
    const auto name = box.adjusted(0, 0, -sizeWidth, 0);
    painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text(), Qt::ElideRight, name.width()));
    if (hasFocus()) focusRing(painter, rect());
}

void SampleCard::enterEvent(QEnterEvent*) { update(); }

void SampleCard::leaveEvent(QEvent*) { update(); }

}  // namespace kscope::app
