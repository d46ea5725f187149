// SPDX-License-Identifier: GPL-3.0-or-later
/// What the window says of polling: the button in the toolbar, the line in the status bar, and the
/// table of what is read.
#pragma once

#include "app/live/core/proc_poller.h"

#include <QDialog>
#include <QLabel>
#include <QTimer>
#include <QToolButton>

#include <chrono>

class QTableWidget;

namespace kscope::app {

class Session;

/// "Live" to begin; while it runs a red dot, the interval, and whether the picture stands.
class LiveButton : public QToolButton {
    Q_OBJECT
public:
    LiveButton(Session& session, QWidget* parent);
    void follow();  ///< Reads the session.
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QString words() const { return m_words; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Session& m_session;
    QString m_words;
};

/// "Jump to now (End)", there while readings come in behind what is looked at.
class JumpToNow : public QToolButton {
    Q_OBJECT
public:
    JumpToNow(Session& session, QWidget* parent);
    void follow();

private:
    Session& m_session;
};

/// In the status bar: what reading and drawing cost, what was missed, what is kept.
class LiveLine : public QLabel {
    Q_OBJECT
public:
    LiveLine(Session& session, QWidget* parent);
    void follow();  ///< Begins or ends to say.

private:
    void say();
    Session& m_session;
    QTimer m_timer;
    // At the last line, to give shares of the time since.
    std::chrono::nanoseconds m_processCpu{};
    std::chrono::nanoseconds m_readerCpu{};
    std::chrono::steady_clock::time_point m_at;
};

/// Every file: interval (to change), cost of a read, reads, late and missed ones, why it cannot be
/// read.
class LiveSourcesDialog : public QDialog {
    Q_OBJECT
public:
    LiveSourcesDialog(Session& session, QWidget* parent);

private:
    void fill();
    void fillChoices();
    Session& m_session;
    QTableWidget* m_table;
    bool m_choices = false;  // nothing is polled: its rows are what could be
    QTimer m_timer;
};

/// "200 ms", "1.5 s".
[[nodiscard]] QString intervalText(std::chrono::milliseconds interval);
/// Of most files that are read.
[[nodiscard]] std::chrono::milliseconds usualInterval(const PollerState& state);

}  // namespace kscope::app
