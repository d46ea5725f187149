// SPDX-License-Identifier: GPL-3.0-or-later
/// Slim parts of the window: tabs of the views, the line that tells of a mistake or a hint,
/// progress, drop areas.
#pragma once

#include "app/session/session.h"

#include <QAbstractButton>
#include <QFrame>
#include <QLabel>
#include <QToolButton>

#include <functional>
#include <vector>

class QProgressBar;
class QPushButton;

namespace kscope::app {

class IconMark;

/// One tab: icon, name, a count; the one in force has an accent line beneath.
class ViewTab : public QAbstractButton {
    Q_OBJECT
public:
    ViewTab(const QString& iconName, const QString& text, QWidget* parent);
    void setCount(std::uint64_t count);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString m_count;
};

/// One line that is cut with "…" where the window has no room for it; the tooltip then has all.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    /// `leastPx`: the width that it does not give up.
    ElidedLabel(int leastPx, QWidget* parent);
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QString shownText() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    int m_leastPx;
};

/// A line above the view: what happened, why, and one way on. Closes with its cross.
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    enum class Sign : std::uint8_t { Error, Loss, Info };
    explicit NoticeBar(QWidget* parent);
    void tell(Sign sign, const QString& text, const QString& linkText = {},
              std::function<void()> link = {});
    [[nodiscard]] QString text() const;

signals:
    void dismissed();

private:
    IconMark* m_sign;
    QLabel* m_text;
    QPushButton* m_link;
    std::function<void()> m_follow;
};

/// "214 of 418 MiB · 3.1 s left": from 2 s on the time left.
[[nodiscard]] QString progressText(const LoadProgress& progress, qint64 elapsedMs);

/// In the status bar, from 0.4 s on.
class LoadLine : public QWidget {
    Q_OBJECT
public:
    LoadLine(Session& session, QWidget* parent);
    void follow();  ///< Reads the session.

private:
    Session& m_session;
    QProgressBar* m_bar;
    QLabel* m_text;
    QToolButton* m_cancel;
};

/// Where a dragged file may be dropped: the whole window, or with a trace open two halves.
class DropArea : public QWidget {
    Q_OBJECT
public:
    explicit DropArea(QWidget* window);
    enum class Half : std::uint8_t { Replace, Add };
    void show(int files, bool open);
    void follow(QPoint at);
    [[nodiscard]] Half half() const { return m_half; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int m_files = 0;
    bool m_halves = false;
    Half m_half = Half::Replace;
};

}  // namespace kscope::app
