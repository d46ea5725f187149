// SPDX-License-Identifier: GPL-3.0-or-later
/// A label in a frame that never takes the focus or the pointer.
#include "views/timeline/timeline_tooltip.h"

#include <QGuiApplication>
#include <QLabel>
#include <QScreen>
#include <QVBoxLayout>

namespace kscope::views {
namespace {

constexpr int kAway = 14;
constexpr int kLeast = 280;
constexpr int kMost = 400;

QString colour(Rgb value) { return QColor::fromRgb(value).name(); }
QString html(const QString& plain) { return plain.toHtmlEscaped(); }

}  // namespace

TimelineTooltip::TimelineTooltip(QWidget* parent)
    : QFrame(parent, Qt::ToolTip | Qt::FramelessWindowHint),
      m_label(new QLabel(this)) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_ShowWithoutActivating);
    setFocusPolicy(Qt::NoFocus);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->addWidget(m_label);
    m_label->setWordWrap(true);
    m_label->setTextFormat(Qt::RichText);
    m_label->setFont(views::font(TextRole::Body));
    setThemeKind(m_theme);
}

void TimelineTooltip::setThemeKind(ThemeKind kind) {
    m_theme = kind;
    const Theme& t = views::theme(kind);
    setStyleSheet(QStringLiteral("kscope--views--TimelineTooltip, QFrame { background: %1; color: "
                                 "%2; border: 1px solid %3; border-radius: 7px; } "
                                 "QLabel { border: none; background: transparent; }")
                      .arg(colour(t.bgRaised), colour(t.text1), colour(t.lineStrong)));
}

void TimelineTooltip::setWords(const ItemWords& words) {
    const Theme& t = views::theme(m_theme);
    const QString mono = views::font(TextRole::Mono).family();
    QString text = QStringLiteral("<p style='margin:0'>");
    if (words.chip != 0)
        text += QStringLiteral("<span style='color:%1'>&#9632;</span> ").arg(colour(words.chip));
    text +=
        QStringLiteral("<b>%1</b> &nbsp;<span style='color:%2; font-family:\"%3\"'>%4</span></p>")
            .arg(html(words.title), colour(t.text2), mono, html(words.time));
    for (const QString& line : words.lines)
        text += QStringLiteral("<p style='margin:3px 0 0 0'>%1</p>").arg(html(line));
    if (!words.raw.isEmpty()) {
        // A tooltip is no page: what is longer stands in the details.
        constexpr int kMostRaw = 240;
        const auto cut =
            words.raw.size() > kMostRaw ? words.raw.left(kMostRaw) + QChar(0x2026) : words.raw;
        text += QStringLiteral("<p style='margin:3px 0 0 0; color:%1; font-family:\"%2\"'>%3</p>")
                    .arg(colour(t.text3), mono, html(cut));
    }
    QString keys;
    for (const auto& [key, what] : words.keys)
        keys +=
            QStringLiteral("<span style='font-family:\"%1\"; background:%2'>&nbsp;%3&nbsp;</span> "
                           "<span style='color:%4'>%5</span> &nbsp; ")
                .arg(mono, colour(t.bgHover), html(key), colour(t.text3), html(what));
    if (!keys.isEmpty()) text += QStringLiteral("<p style='margin:7px 0 0 0'>%1</p>").arg(keys);
    m_label->setText(text);
    m_label->setFixedWidth(std::clamp(m_label->sizeHint().width(), kLeast, kMost) - 24);
    adjustSize();
}

void TimelineTooltip::place(const QPoint& pointer, const QRect& item) {
    const QScreen* screen = QGuiApplication::screenAt(pointer);
    if (!screen) screen = QGuiApplication::primaryScreen();
    const QRect room = screen ? screen->availableGeometry() : QRect(0, 0, 1920, 1080);
    QPoint at = pointer + QPoint(kAway, kAway);
    // Below the item; above it where there is no room.
    at.setY(std::max(at.y(), item.bottom() + 4));
    if (at.y() + height() > room.bottom())
        at.setY(std::min(pointer.y() - kAway, item.top() - 4) - height());
    if (at.x() + width() > room.right()) at.setX(pointer.x() - kAway - width());
    at.setX(std::clamp(at.x(), room.left(), std::max(room.left(), room.right() - width())));
    at.setY(std::clamp(at.y(), room.top(), std::max(room.top(), room.bottom() - height())));
    move(at);
    if (!isVisible()) show();
}

}  // namespace kscope::views
