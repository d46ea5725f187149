// SPDX-License-Identifier: GPL-3.0-or-later
/// A panel that floats over the window.
#include "app/window/overlay.h"

#include "app/window/look.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace kscope::app {

Overlay::Overlay(QWidget* window) : QFrame(window) {
    setObjectName(QStringLiteral("overlay"));
    setAutoFillBackground(true);
    setFocusPolicy(Qt::ClickFocus);
    hide();
}

void Overlay::open() {
    if (!isVisible()) m_before = QApplication::focusWidget();
    place();
    show();
    raise();
    if (auto* first = firstFocus()) first->setFocus(Qt::PopupFocusReason);
    emit opened();
}

void Overlay::closeOverlay() {
    if (!isVisible()) return;
    const bool hadFocus = isAncestorOf(QApplication::focusWidget()) || hasFocus();
    hide();
    if (hadFocus && m_before) m_before->setFocus(Qt::OtherFocusReason);
}

void Overlay::showEvent(QShowEvent* event) {
    qApp->installEventFilter(this);
    QFrame::showEvent(event);
}

void Overlay::hideEvent(QHideEvent* event) {
    qApp->removeEventFilter(this);
    QFrame::hideEvent(event);
}

bool Overlay::eventFilter(QObject* watched, QEvent* event) {
    if (watched == window() && event->type() == QEvent::Resize) place();
    if (event->type() == QEvent::MouseButtonPress) {
        auto* widget = qobject_cast<QWidget*>(watched);
        // Menus that belong to the panel are windows of their own.
        if (widget != nullptr && widget->window() == window() && widget != this &&
            !isAncestorOf(widget)) {
            closeOverlay();
            emit closedByPerson();
        }
    }
    return QFrame::eventFilter(watched, event);
}

bool Overlay::event(QEvent* event) {
    // The keys of the window rest while the panel has the focus.
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept();
        return true;
    }
    return QFrame::event(event);
}

void Overlay::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Escape) {
        QFrame::keyPressEvent(event);
        // Nothing typed here belongs to the window behind.
        event->accept();
        return;
    }
    closeOverlay();
    emit closedByPerson();
}

AskLine::AskLine(const QString& title, const QString& hint, QWidget* window)
    : Overlay(window),
      m_edit(new QLineEdit(this)),
      m_fault(new QLabel(this)) {
    auto* head = new QLabel(title, this);
    head->setFont(views::font(views::TextRole::Title));
    auto* small = new QLabel(hint, this);
    small->setFont(views::font(views::TextRole::Small));
    small->setWordWrap(true);
    m_edit->setAccessibleName(title);
    m_fault->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(8);
    column->addWidget(head);
    column->addWidget(m_edit);
    column->addWidget(small);
    column->addWidget(m_fault);
    connect(m_edit, &QLineEdit::returnPressed, this, [this] { emit answered(m_edit->text()); });
    connect(m_edit, &QLineEdit::textEdited, this, [this] { setFault({}); });
}

void AskLine::ask(const QString& text) {
    m_edit->setText(text);
    m_edit->selectAll();
    setFault({});
    open();
}

void AskLine::setFault(const QString& fault) {
    auto colours = m_fault->palette();
    colours.setColor(QPalette::WindowText, QColor::fromRgb(currentTokens().statusError));
    m_fault->setPalette(colours);
    m_fault->setText(fault);
    m_fault->setVisible(!fault.isEmpty());
    if (isVisible()) place();
}

QString AskLine::fault() const { return m_fault->text(); }

void AskLine::place() {
    const auto area = parentWidget()->rect();
    const int width = std::min(420, area.width() - 32);
    setFixedWidth(width);
    adjustSize();
    move((area.width() - width) / 2, std::min(140, area.height() / 5));
}

QWidget* AskLine::firstFocus() { return m_edit; }

}  // namespace kscope::app
