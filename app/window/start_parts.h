// SPDX-License-Identifier: GPL-3.0-or-later
/// Small parts of the start page: cards, rows and links.
#pragma once

#include "app/session/user_files.h"

#include <QAbstractButton>
#include <QFrame>
#include <QLabel>
#include <QPushButton>

class QLayout;

namespace kscope::app {

/// Deletes all that a layout holds.
void clearLayout(QLayout& layout);

/// A line of text in the small font and text.3.
class SmallLabel : public QLabel {
    Q_OBJECT
public:
    SmallLabel(const QString& text, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// One device pixel of line.edge.
class Hairline : public QWidget {
    Q_OBJECT
public:
    explicit Hairline(QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// A button that looks like a link.
class LinkButton : public QPushButton {
    Q_OBJECT
public:
    LinkButton(const QString& text, QWidget* parent);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// A command in mono; it is copied by a click.
class CommandButton : public LinkButton {
    Q_OBJECT
public:
    CommandButton(const QString& command, QWidget* parent);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// The dashed area with the program's nine bars.
class DropCard : public QFrame {
    Q_OBJECT
public:
    explicit DropCard(QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// A recent trace: its busy picture, name, kind and size, length, when; a pin.
class RecentRow : public QAbstractButton {
    Q_OBJECT
public:
    RecentRow(RecentTrace trace, QWidget* parent);
    [[nodiscard]] QSize sizeHint() const override;

signals:
    void pinWanted(kscope::app::Pin pin);

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void paintBusy(QPainter& painter, const QRect& box) const;
    RecentTrace m_trace;
};

class SampleCard : public QAbstractButton {
    Q_OBJECT
public:
    SampleCard(const QString& title, const QString& size, QWidget* parent);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString m_size;
};

/// "trace.txt, proc.log": the files' names.
[[nodiscard]] QString recentNames(const RecentTrace& trace);
/// Their places, one a line.
[[nodiscard]] QString recentPlaces(const RecentTrace& trace);
/// "today 14:02", "yesterday", "19 Nov".
[[nodiscard]] QString whenText(qint64 unixMs);

}  // namespace kscope::app
