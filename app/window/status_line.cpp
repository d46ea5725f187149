// SPDX-License-Identifier: GPL-3.0-or-later
/// The status bar.
#include "app/window/status_line.h"

#include "app/window/look.h"
#include "app/window/qt_text.h"
#include "model/core/format.h"
#include "views/panes/pane_look.h"

#include <QEvent>
#include <QLabel>

namespace kscope::app {

namespace {

QString coloured(views::Rgb ink, const QString& words) {
    return QStringLiteral("<span style='color:%1'><b>%2</b></span>").arg(colourName(ink), words);
}

}  // namespace

StatusLine::StatusLine(Session& session, QWidget* parent)
    : QStatusBar(parent),
      m_session(session),
      m_pointer(part()),
      m_cursors(part()),
      m_item(part()),
      m_counts(part()),
      m_lost(part()),
      m_hints(new QLabel(this)),
      m_load(new LoadLine(session, this)) {
    setSizeGripEnabled(false);
    setFixedHeight(24 + 2);
    m_lost->installEventFilter(this);
    m_lost->setCursor(Qt::PointingHandCursor);
    m_hints->setFont(views::font(views::TextRole::Small));
    m_hints->setContentsMargins(0, 0, 10, 0);
    addPermanentWidget(m_load);
    addPermanentWidget(m_hints);
    auto& view = session.view();
    connect(&view, &views::TraceView::pointerChanged, this, &StatusLine::updatePointer);
    connect(&view, &views::TraceView::rangeChanged, this, &StatusLine::updateCursors);
    connect(&view, &views::TraceView::formatChanged, this, [this] {
        updatePointer();
        updateCursors();
    });
    connect(&view, &views::TraceView::itemChanged, this, &StatusLine::updateItem);
    connect(&view, &views::TraceView::filterChanged, this, &StatusLine::updateCounts);
    connect(&view, &views::TraceView::traceChanged, this, [this] {
        updateCounts();
        updateItem();
        updatePointer();
        updateCursors();
    });
    updateCounts();
}

QLabel* StatusLine::part() {
    auto* label = new QLabel(this);
    label->setFont(views::font(views::TextRole::Small));
    label->setContentsMargins(6, 0, 6, 0);
    label->hide();
    addWidget(label);
    return label;
}

/// A message stands in the labels' place: what changes meanwhile is seen when it has gone.
void StatusLine::reveal(QWidget& label, bool shown) {
    const bool covered = !currentMessage().isEmpty();
    label.setVisible(shown && !covered);
    // QStatusBar shows again what was not hidden by its owner.
    if (shown && covered) label.setAttribute(Qt::WA_WState_ExplicitShowHide, false);
}

void StatusLine::updatePointer() {
    const auto& view = m_session.view();
    const bool shown = view.trace() && view.pointer();
    reveal(*m_pointer, shown);
    if (shown) m_pointer->setText(views::timeString(view, *view.pointer()));
}

void StatusLine::updateCursors() {
    const auto& view = m_session.view();
    const auto& state = view.state();
    const auto& tokens = currentTokens();
    QStringList parts;
    if (view.trace() && state.cursorA)
        parts << coloured(tokens.cursorA, QStringLiteral("A")) + QLatin1Char(' ') +
                     views::timeString(view, *state.cursorA);
    if (view.trace() && state.cursorB)
        parts << coloured(tokens.cursorB, QStringLiteral("B")) + QLatin1Char(' ') +
                     views::timeString(view, *state.cursorB);
    if (const auto range = view.range(); range && view.trace())
        parts << QStringLiteral("Δ ") + text(model::formatDuration(range->length()));
    m_cursors->setText(parts.join(QStringLiteral("&nbsp; ")));
    reveal(*m_cursors, !parts.isEmpty());
}

void StatusLine::updateItem() {
    const auto& view = m_session.view();
    const auto& item = view.item();
    const auto& trace = view.trace();
    QString words;
    if (trace) {
        switch (item.kind) {
        case views::Item::Kind::Event:
            if (raw(item.event) < trace->events())
                words = tr("Selected: %1 #%2")
                            .arg(views::shown(trace->text(trace->event(item.event).name)),
                                 text(model::formatCount(raw(item.event))));
            break;
        case views::Item::Kind::Slice:
            words = tr("Selected: %1, %2")
                        .arg(views::taskName(*trace, item.task),
                             text(model::formatDuration(item.span.length())));
            break;
        case views::Item::Kind::Irq:
            words = tr("Selected: interrupt %1, %2")
                        .arg(item.value)
                        .arg(text(model::formatDuration(item.span.length())));
            break;
        case views::Item::Kind::Softirq:
            words =
                tr("Selected: softirq, %1").arg(text(model::formatDuration(item.span.length())));
            break;
        case views::Item::Kind::Gap:
            words = tr("Selected: lost events, %1")
                        .arg(text(model::formatDuration(item.span.length())));
            break;
        case views::Item::Kind::Task:
            words = tr("Selected: %1").arg(views::taskName(*trace, item.task));
            break;
        case views::Item::Kind::Note: words = tr("Selected: a note"); break;
        case views::Item::Kind::Told: words = tr("Selected: %1").arg(view.told().title); break;
        case views::Item::Kind::None: break;
        }
    }
    m_item->setText(words);
    reveal(*m_item, !words.isEmpty());
}

void StatusLine::updateCounts() {
    const auto& view = m_session.view();
    const auto& trace = view.trace();
    reveal(*m_counts, true);
    if (!trace) {
        m_counts->setText(m_session.loading()
                              ? tr("Opening %1").arg(m_session.title())
                              : tr("Ready. Drop a trace file anywhere in this window."));
        m_lost->hide();
        return;
    }
    const auto all = text(model::formatCount(trace->events()));
    if (const auto& rows = view.filterRows())
        m_counts->setText(tr("%1 of %2 events").arg(text(model::formatCount(rows->size())), all));
    else m_counts->setText(tr("%1 events").arg(all));
    std::uint64_t lost = 0;
    for (const auto& source : trace->sources()) lost += source.lost;
    reveal(*m_lost, lost > 0);
    m_lost->setText(coloured(currentTokens().statusWarn, QStringLiteral("⚠")) + QLatin1Char(' ') +
                    tr("%1 lost events").arg(text(model::formatCount(lost))));
}

void StatusLine::retheme() {
    updateCursors();
    updateCounts();
    setFocusHints(m_focus);
}

void StatusLine::setFocusHints(Focus focus) {
    m_focus = focus;
    const auto hint = [](const QString& keys, const QString& words) {
        return keyCaps(keys) + QStringLiteral(" ") + words;
    };
    QStringList parts;
    switch (focus) {
    case Focus::Start:
        parts << hint(QStringLiteral("Ctrl+O"), tr("open"))
              << hint(QStringLiteral("Ctrl+Shift+P"), tr("all commands"));
        break;
    case Focus::Plot:
        parts << hint(QStringLiteral("F"), tr("fit selection"))
              << hint(QStringLiteral("0"), tr("whole trace"));
        break;
    case Focus::Table:
        parts << hint(QStringLiteral("Enter"), tr("details"))
              << hint(QStringLiteral("]"), tr("next row"));
        break;
    case Focus::Field:
        parts << hint(QStringLiteral("Enter"), tr("next hit"))
              << hint(QStringLiteral("Esc"), tr("leave"));
        break;
    case Focus::Other: parts << hint(QStringLiteral("F6"), tr("next pane")); break;
    }
    parts << hint(QStringLiteral("?"), tr("keys"));
    m_hints->setText(parts.join(QStringLiteral("&nbsp;&nbsp; ")));
}

void StatusLine::followLoad() {
    m_load->follow();
    if (!m_session.view().trace()) updateCounts();
}

QString StatusLine::plainText() const {
    QStringList parts;
    for (const auto* label : {m_pointer, m_cursors, m_item, m_counts, m_lost}) {
        if (!label->isHidden()) parts << label->text();
    }
    return parts.join(QStringLiteral(" | "));
}

bool StatusLine::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_lost && event->type() == QEvent::MouseButtonRelease) emit notesWanted();
    return QStatusBar::eventFilter(watched, event);
}

}  // namespace kscope::app
