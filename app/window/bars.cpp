// SPDX-License-Identifier: GPL-3.0-or-later
/// Slim parts of the window.
#include "app/window/bars.h"

#include "app/window/look.h"
#include "model/core/format.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>

namespace kscope::app {

namespace {

constexpr int kTabHeight = 32;
constexpr int kIcon = 16;

QColor colour(views::Rgb rgb) { return QColor::fromRgb(rgb); }

}  // namespace

// Tabs

ViewTab::ViewTab(const QString& iconName, const QString& text, QWidget* parent)
    : QAbstractButton(parent) {
    setText(text);
    setIcon(app::icon(iconName));
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(text);
    setCursor(Qt::ArrowCursor);
}

void ViewTab::setCount(std::uint64_t count) {
    m_count = count == 0 ? QString() : QString::fromStdString(model::formatCount(count));
    updateGeometry();
    update();
}

QSize ViewTab::sizeHint() const {
    const QFontMetrics bold(views::font(views::TextRole::Head));
    const QFontMetrics plain(font());
    const int count = m_count.isEmpty() ? 0 : plain.horizontalAdvance(m_count) + 8;
    return {12 + kIcon + 7 +
                std::max(plain.horizontalAdvance(text()), bold.horizontalAdvance(text())) + count +
                12,
            kTabHeight};
}

void ViewTab::paintEvent(QPaintEvent*) {
    const auto& tokens = currentTokens();
    QPainter painter(this);
    if (underMouse() && isEnabled()) painter.fillRect(rect(), colour(tokens.bgHover));
    const auto mode = !isEnabled() ? QIcon::Disabled : underMouse() ? QIcon::Active : QIcon::Normal;
    icon().paint(&painter, QRect(12, (height() - kIcon) / 2, kIcon, kIcon), Qt::AlignCenter, mode,
                 isChecked() ? QIcon::On : QIcon::Off);
    auto face = font();
    if (isChecked()) face.setWeight(QFont::DemiBold);
    painter.setFont(face);
    painter.setPen(colour(!isEnabled()  ? views::mix(tokens.bgWindow, tokens.text3, 0.55)
                          : isChecked() ? tokens.text1
                                        : tokens.text2));
    const int left = 12 + kIcon + 7;
    painter.drawText(QRect(left, 0, width() - left, height()), Qt::AlignLeft | Qt::AlignVCenter,
                     text());
    if (!m_count.isEmpty()) {
        const int used = painter.fontMetrics().horizontalAdvance(text());
        painter.setPen(colour(tokens.text3));
        painter.setFont(font());
        painter.drawText(QRect(left + used + 7, 0, width(), height()),
                         Qt::AlignLeft | Qt::AlignVCenter, m_count);
    }
    if (isChecked() && isEnabled())
        painter.fillRect(QRect(6, height() - 2, width() - 12, 2), colour(tokens.accent));
    if (hasFocus()) {
        painter.setPen(QPen(colour(tokens.accent), 2));
        painter.drawRect(rect().adjusted(2, 2, -2, -2));
    }
}

void ViewTab::enterEvent(QEnterEvent*) { update(); }

void ViewTab::leaveEvent(QEvent*) { update(); }

// Notice

ElidedLabel::ElidedLabel(int leastPx, QWidget* parent) : QLabel(parent), m_leastPx(leastPx) {}

QSize ElidedLabel::minimumSizeHint() const {
    const auto whole = QLabel::sizeHint();
    return {std::min(m_leastPx, whole.width()), whole.height()};
}

QString ElidedLabel::shownText() const {
    return fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    style()->drawItemText(&painter, contentsRect(), Qt::AlignLeft | Qt::AlignVCenter, palette(),
                          isEnabled(), shownText(), foregroundRole());
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) setToolTip(shownText() == text() ? QString() : text());
    return QLabel::event(event);
}

NoticeBar::NoticeBar(QWidget* parent)
    : QFrame(parent),
      m_sign(new IconMark(QStringLiteral("info"), IconMark::Ink::Info, this)),
      m_text(new QLabel(this)),
      m_link(new QPushButton(this)) {
    setObjectName(QStringLiteral("notice"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("close")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close"));
    close->setAccessibleName(tr("Close this line"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 5, 8, 5);
    row->setSpacing(10);
    row->addWidget(m_sign);
    row->addWidget(m_text, 1);
    row->addWidget(m_link);
    row->addWidget(close);
    connect(close, &QToolButton::clicked, this, [this] {
        hide();
        emit dismissed();
    });
    connect(m_link, &QPushButton::clicked, this, [this] {
        if (m_follow) m_follow();
    });
    hide();
}

void NoticeBar::tell(Sign sign, const QString& text, const QString& linkText,
                     std::function<void()> link) {
    const char* const names[] = {"err", "note", "info"};
    constexpr IconMark::Ink kInks[] = {IconMark::Ink::Error, IconMark::Ink::Loss,
                                       IconMark::Ink::Guess};
    m_sign->set(QString::fromLatin1(names[static_cast<int>(sign)]), kInks[static_cast<int>(sign)]);
    m_text->setText(text);
    m_link->setText(linkText);
    m_link->setVisible(!linkText.isEmpty());
    m_follow = std::move(link);
    setAccessibleName(text);
    show();
}

QString NoticeBar::text() const { return isHidden() ? QString() : m_text->text(); }

// Progress

QString progressText(const LoadProgress& progress, qint64 elapsedMs) {
    const auto text = [](const std::string& utf8) { return QString::fromStdString(utf8); };
    if (progress.bytesTotal == 0)
        return LoadLine::tr("%1 read").arg(text(model::formatBytes(progress.bytesDone)));
    auto words = LoadLine::tr("%1 of %2")
                     .arg(text(model::formatBytes(progress.bytesDone)),
                          text(model::formatBytes(progress.bytesTotal)));
    if (elapsedMs >= 2000 && progress.bytesPerSecond > 0 &&
        progress.bytesDone < progress.bytesTotal) {
        const auto left =
            static_cast<double>(progress.bytesTotal - progress.bytesDone) / progress.bytesPerSecond;
        words += LoadLine::tr(" · %1 s left").arg(left, 0, 'f', left < 10 ? 1 : 0);
    }
    return words;
}

LoadLine::LoadLine(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_bar(new QProgressBar(this)),
      m_text(new QLabel(this)),
      m_cancel(new QToolButton(this)) {
    m_bar->setFixedSize(120, 6);
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 1000);
    m_bar->setAccessibleName(tr("Share read"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAutoRaise(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 0, 6, 0);
    row->addWidget(m_bar);
    row->addWidget(m_text);
    row->addWidget(m_cancel);
    connect(m_cancel, &QToolButton::clicked, &m_session, &Session::cancel);
    hide();
}

void LoadLine::follow() {
    constexpr qint64 kQuietMs = 400;  // Short work shows nothing.
    const auto elapsed = m_session.loadingForMs();
    setVisible(m_session.loading() && elapsed >= kQuietMs);
    const auto& progress = m_session.progress();
    m_bar->setRange(0, progress.bytesTotal == 0 ? 0 : 1000);
    if (progress.bytesTotal != 0)
        m_bar->setValue(static_cast<int>(static_cast<double>(progress.bytesDone) /
                                         static_cast<double>(progress.bytesTotal) * 1000.0));
    m_text->setText(progressText(progress, elapsed));
}

// Drops

DropArea::DropArea(QWidget* window) : QWidget(window) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void DropArea::show(int files, bool open) {
    m_files = files;
    m_halves = open;
    m_half = Half::Replace;
    setGeometry(parentWidget()->rect());
    QWidget::show();
    raise();
}

void DropArea::follow(QPoint at) {
    const auto half = m_halves && at.x() >= width() / 2 ? Half::Add : Half::Replace;
    if (half == m_half) return;
    m_half = half;
    update();
}

void DropArea::paintEvent(QPaintEvent*) {
    const auto& tokens = currentTokens();
    QPainter painter(this);
    auto veil = colour(tokens.bgWindow);
    veil.setAlphaF(0.86F);
    painter.fillRect(rect(), veil);
    painter.setFont(views::font(views::TextRole::Heading));
    const auto area = [&](const QRect& box, const QString& text, bool chosen) {
        auto tint = colour(tokens.accentFill);
        tint.setAlphaF(0.5F);
        if (chosen) painter.fillRect(box, tint);
        painter.setPen(QPen(colour(chosen ? tokens.accent : tokens.lineStrong), 2, Qt::DashLine));
        painter.drawRoundedRect(box, 8, 8);
        painter.setPen(colour(tokens.text1));
        painter.drawText(box, Qt::AlignCenter, text);
    };
    const auto inner = rect().adjusted(24, 24, -24, -24);
    if (!m_halves)
        return area(inner, m_files == 1 ? tr("Open trace") : tr("Open %n traces", nullptr, m_files),
                    true);
    const int middle = inner.center().x();
    area(QRect(inner.topLeft(), QPoint(middle - 8, inner.bottom())), tr("Replace"),
         m_half == Half::Replace);
    area(QRect(QPoint(middle + 8, inner.top()), inner.bottomRight()), tr("Add to the time axis"),
         m_half == Half::Add);
}

}  // namespace kscope::app
