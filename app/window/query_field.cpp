// SPDX-License-Identifier: GPL-3.0-or-later
/// The toolbar's search and filter fields.
#include "app/window/query_field.h"

#include "app/window/look.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStyle>
#include <QTextCharFormat>
#include <QToolButton>

namespace kscope::app {

namespace {

// look.md: fields shrink to 140 before the toolbar hides anything.
constexpr int kLeastWidth = 140;
constexpr int kHeight = 28;

/// Columns of the filter language count bytes; the field counts UTF-16 units.
int unitsBefore(const QString& text, std::size_t bytes) {
    return static_cast<int>(
        QString::fromUtf8(text.toUtf8().left(static_cast<qsizetype>(bytes))).size());
}

}  // namespace

QueryField::QueryField(const QString& iconName, const QString& placeholder, const QString& name,
                       QWidget* parent)
    : QFrame(parent),
      m_edit(new QLineEdit(this)),
      m_note(new QLabel(this)),
      m_clear(new QToolButton(this)) {
    setObjectName(QStringLiteral("field"));
    setFixedHeight(kHeight);
    setMinimumWidth(kLeastWidth);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* sign = new IconMark(iconName, IconMark::Ink::Text, this);
    m_edit->setPlaceholderText(placeholder);
    m_edit->setAccessibleName(name);
    m_edit->setFrame(false);
    m_edit->installEventFilter(this);
    m_note->setFont(views::font(views::TextRole::Small));
    m_clear->setText(QStringLiteral("×"));
    m_clear->setAutoRaise(true);
    m_clear->setToolTip(tr("Clear"));
    m_clear->setAccessibleName(tr("Clear %1").arg(name));
    m_clear->setFocusPolicy(Qt::NoFocus);
    m_clear->hide();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 6, 0);
    row->setSpacing(6);
    row->addWidget(sign);
    row->addWidget(m_edit, 1);
    row->addWidget(m_note);
    row->addWidget(m_clear);
    connect(m_edit, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_clear->setVisible(!text.isEmpty()); });
    connect(m_edit, &QLineEdit::textEdited, this, &QueryField::edited);
    connect(m_clear, &QToolButton::clicked, this, [this] {
        m_edit->clear();
        emit edited({});
        emit cleared();
    });
}

QSize QueryField::sizeHint() const { return {m_wanted, kHeight}; }

QString QueryField::text() const { return m_edit->text(); }

void QueryField::setText(const QString& text) {
    if (text == m_edit->text() || m_edit->hasFocus()) return;
    m_edit->setText(text);
    setFault(std::nullopt);
}

void QueryField::setNote(const QString& note) { m_note->setText(note); }

QString QueryField::note() const { return m_note->text(); }

void QueryField::focusField() {
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

bool QueryField::hasFieldFocus() const { return m_edit->hasFocus(); }

void QueryField::setFault(const std::optional<model::FilterFault>& fault) {
    if (!fault && !m_fault) return;  // Polishing a style costs more than drawing the field.
    m_fault = fault;
    setProperty("fault", fault.has_value());
    style()->unpolish(this);
    style()->polish(this);
    markWord();
    placeFault();
}

QString QueryField::faultText() const {
    if (!m_fault) return {};
    auto words = QString::fromStdString(m_fault->message);
    if (!words.isEmpty()) words[0] = words[0].toUpper();
    if (!m_fault->suggestion.empty())
        words += tr(". Did you mean “%1”?").arg(QString::fromStdString(m_fault->suggestion));
    return words;
}

/// The line edit takes text formats only as an input method gives them.
void QueryField::markWord() {
    QList<QInputMethodEvent::Attribute> marks;
    if (m_fault) {
        const auto text = m_edit->text();
        const int begin = unitsBefore(text, m_fault->column);
        const int end = std::max(begin + 1, unitsBefore(text, m_fault->column + m_fault->length));
        QTextCharFormat wave;
        wave.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wave.setUnderlineColor(QColor::fromRgb(currentTokens().statusError));
        wave.setForeground(QColor::fromRgb(currentTokens().statusError));
        // Starts count from the cursor.
        marks << QInputMethodEvent::Attribute(QInputMethodEvent::TextFormat,
                                              begin - m_edit->cursorPosition(), end - begin, wave);
    }
    QInputMethodEvent event(QString(), marks);
    const QSignalBlocker quiet(m_edit);
    QCoreApplication::sendEvent(m_edit, &event);
}

/// Beneath the field, over whatever is there, so that nothing moves.
void QueryField::placeFault() {
    if (!m_fault) {
        if (m_faultLabel != nullptr) m_faultLabel->hide();
        return;
    }
    if (m_faultLabel == nullptr) {
        m_faultLabel = new QLabel(window());
        m_faultLabel->setObjectName(QStringLiteral("fault"));
        m_faultLabel->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_faultLabel->setText(faultText());
    m_faultLabel->adjustSize();
    m_faultLabel->move(mapTo(window(), QPoint(0, height() + 3)));
    m_faultLabel->show();
    m_faultLabel->raise();
    m_edit->setAccessibleDescription(faultText());
}

void QueryField::hideEvent(QHideEvent* event) {
    if (m_faultLabel != nullptr) m_faultLabel->hide();
    QFrame::hideEvent(event);
}

bool QueryField::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        setProperty("focused", event->type() == QEvent::FocusIn);
        style()->unpolish(this);
        style()->polish(this);
    }
    if (event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            emit accepted(key->modifiers());
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

}  // namespace kscope::app
