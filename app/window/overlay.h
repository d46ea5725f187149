// SPDX-License-Identifier: GPL-3.0-or-later
/// A panel that floats over the window: closes with Esc or a click elsewhere and gives the focus
/// back.
#pragma once

#include <QFrame>
#include <QPointer>

class QLabel;
class QLineEdit;

namespace kscope::app {

class Overlay : public QFrame {
    Q_OBJECT
public:
    explicit Overlay(QWidget* window);

    void open();
    void closeOverlay();
    [[nodiscard]] bool isOpen() const { return isVisible(); }

signals:
    void opened();
    void closedByPerson();

protected:
    /// Called before it is shown, when the window changes its size, and when the content wants
    /// another height.
    virtual void place() = 0;
    [[nodiscard]] virtual QWidget* firstFocus() = 0;
    bool eventFilter(QObject* watched, QEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QPointer<QWidget> m_before;
};

/// One line to type: a time to go to, the name of a bookmark.
class AskLine : public Overlay {
    Q_OBJECT
public:
    AskLine(const QString& title, const QString& hint, QWidget* window);
    void ask(const QString& text);
    void setFault(const QString& fault);  ///< Stays open and says so.
    [[nodiscard]] QLineEdit* edit() { return m_edit; }
    [[nodiscard]] QString fault() const;

signals:
    void answered(const QString& text);  ///< Enter. Who is content calls closeOverlay().

protected:
    void place() override;
    [[nodiscard]] QWidget* firstFocus() override;

private:
    QLineEdit* m_edit;
    QLabel* m_fault;
};

}  // namespace kscope::app
