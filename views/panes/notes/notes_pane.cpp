// SPDX-License-Identifier: GPL-3.0-or-later
/// The notes pane.
#include "views/panes/notes/notes_pane.h"

#include "model/core/format.h"
#include "model/items/event_place.h"
#include "model/query/place_lines.h"
#include "views/panes/notes/severity_sign.h"
#include "views/panes/pane_look.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace kscope::views {
namespace {

constexpr int kBarHeight = 34;
constexpr std::array kSeverities{model::Severity::Error, model::Severity::Loss,
                                 model::Severity::Guess, model::Severity::Note};

QString anchor(const QString& target, const QString& text, const Theme& colours) {
    return QStringLiteral("<a href='%1' style='color:%2;text-decoration:none'>%3</a>")
        .arg(target, hex(colours.accent), text.toHtmlEscaped());
}

QLabel* richLabel(const QString& html, QWidget* parent) {
    auto* label = new QLabel(html, parent);
    label->setTextFormat(Qt::RichText);
    label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    label->setFont(views::font(TextRole::Body));
    return label;
}

void fill(QWidget* widget, Rgb colour) {
    widget->setAutoFillBackground(true);
    auto palette = widget->palette();
    palette.setColor(QPalette::Window, QColor::fromRgb(colour));
    widget->setPalette(palette);
}

}  // namespace

NotesPane::NotesPane(TraceView* view, QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_model(new items::NoteItemModel(this)),
      m_goJob(this),
      m_linesJob(this) {
    build();
    connect(view, &TraceView::traceChanged, this, [this] {
        // A file still loading sends many snapshots; its notes seldom change.
        m_model->setTrace(m_view->trace());
        if (shownText() != m_built) rebuild();
        findLines();
    });
    connect(view, &TraceView::itemChanged, this, [this] {
        if (m_view->item().kind == Item::Kind::Note)
            showNote(static_cast<int>(m_view->item().value));
    });
    m_model->setTrace(view->trace());
    rebuild();
    findLines();
}

NotesPane::~NotesPane() = default;

/// Places that were found without counting lines: the lines are counted aside, once all is read.
void NotesPane::findLines() {
    const auto trace = m_view->trace();
    const auto unknown = [](const model::Diagnostic& note) {
        return std::ranges::any_of(note.first, [](const auto& place) { return place.line == 0; });
    };
    if (!trace || !trace->complete() || std::ranges::none_of(trace->diagnostics().all(), unknown))
        return m_linesJob.cancel();
    m_linesJob.run(m_work->jobs(), [this, trace](const std::stop_token& stop) {
        auto all = model::diagnosticsWithLines(*trace, stop);
        return LatestJob::Delivery([this, trace, all = std::move(all)] {
            if (trace != m_view->trace()) return;
            m_model->setPlaces(all);
            if (shownText() != m_built) rebuild();
        });
    });
}

void NotesPane::build() {
    setAccessibleName(tr("Notes"));
    auto* bar = new QWidget(this);
    bar->setFixedHeight(kBarHeight);
    auto* line = new QHBoxLayout(bar);
    line->setContentsMargins(12, 0, 12, 0);
    line->setSpacing(6);
    for (const auto severity : kSeverities) {
        auto* button = new QToolButton(bar);
        button->setCheckable(true);
        button->setChecked(true);
        button->setAutoRaise(true);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setToolTip(tr("Show or hide these"));
        connect(button, &QToolButton::toggled, this, &NotesPane::rebuild);
        m_severities[static_cast<std::size_t>(severity)] = button;
        line->addWidget(button);
    }
    line->addStretch(1);
    m_links = richLabel({}, bar);
    connect(m_links, &QLabel::linkActivated, this, [this](const QString& target) {
        if (target == QLatin1String("copy")) copyAll();
        else QTimer::singleShot(0, this, &NotesPane::showAllKinds);
    });
    line->addWidget(m_links);
    m_area = new QScrollArea(this);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setWidgetResizable(true);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(bar);
    all->addWidget(m_area, 1);
}

bool NotesPane::isShown(int row) const {
    const auto kind = m_model->diagnostic(row).kind;
    return m_severities[static_cast<std::size_t>(model::severity(kind))]->isChecked() &&
           !m_hidden.contains(kind);
}

int NotesPane::shownNotes() const {
    int sum = 0;
    for (int row = 0; row < m_model->rowCount(); ++row) sum += isShown(row);
    return sum;
}

void NotesPane::rebuild() {
    const auto& colours = themeOf(*this);
    for (const auto severity : kSeverities) {
        auto* button = m_severities[static_cast<std::size_t>(severity)];
        const int count = m_model->count(severity);
        button->setText(severityWord(severity, count));
        button->setIcon(severityIcon(colours, severity, devicePixelRatioF()));
        button->setVisible(count > 0);
    }
    QString links;
    if (shownNotes() < m_model->rowCount())
        links = anchor(QStringLiteral("all"), tr("Show all %1").arg(m_model->rowCount()), colours) +
                QStringLiteral(" &nbsp; ");
    if (m_model->rowCount() > 0) links += anchor(QStringLiteral("copy"), tr("Copy all"), colours);
    m_links->setText(links);
    m_built = shownText();

    auto* page = new QWidget;
    fill(page, colours.bgCanvas);
    auto* list = new QVBoxLayout(page);
    list->setContentsMargins(0, 0, 0, 0);
    list->setSpacing(0);
    m_noteWidgets.assign(static_cast<std::size_t>(m_model->rowCount()), nullptr);
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (!isShown(row)) continue;
        auto* widget = noteWidget(row);
        m_noteWidgets[static_cast<std::size_t>(row)] = widget;
        list->addWidget(widget);
        auto* line = new QWidget(page);
        line->setFixedHeight(1);
        fill(line, colours.lineEdge);
        list->addWidget(line);
    }
    if (shownNotes() == 0) {
        auto* empty = richLabel(
            QStringLiteral("<span style='color:%1'>%2</span>").arg(hex(colours.text2), emptyText()),
            page);
        empty->setAlignment(Qt::AlignCenter);
        empty->setWordWrap(true);
        list->addStretch(1);
        list->addWidget(empty);
    }
    list->addStretch(1);
    m_area->setWidget(page);
}

QString NotesPane::emptyText() const {
    if (!m_view->trace()) return tr("No trace is open. What is odd about a trace is listed here.");
    if (m_model->rowCount() == 0) {
        if (!m_view->trace()->complete())
            return tr("Nothing odd so far; the trace is still being read.");
        return tr("Every line was read and nothing was lost: what you see is what was recorded.");
    }
    return tr("All notes are hidden. Show all brings them back.");
}

QString NotesPane::shownText() const { return plainText() + QLatin1Char('\n') + emptyText(); }

QWidget* NotesPane::noteWidget(int row) {
    const auto& colours = themeOf(*this);
    const auto& note = m_model->diagnostic(row);
    const auto words = m_model->words(row);
    const auto severity = model::severity(note.kind);
    auto* widget = new QWidget;
    fill(widget, colours.bgCanvas);
    auto* line = new QHBoxLayout(widget);
    line->setContentsMargins(14, 10, 14, 10);
    line->setSpacing(12);
    line->addWidget(new SeveritySign(severity, widget), 0, Qt::AlignTop);
    auto title = words.title.empty() ? shown(model::diagnosticName(note.kind)) : shown(words.title);
    auto html =
        QStringLiteral("<b style='color:%1'>%2</b>&nbsp; <span style='color:%3'>%4</span>")
            .arg(hex(colours.text1), title.toHtmlEscaped(), hex(severityColour(colours, severity)),
                 shown(model::severityName(severity)).toHtmlEscaped());
    QString reason = shown(words.reason);
    if (!words.advice.empty()) reason += QLatin1Char(' ') + shown(words.advice);
    html += QStringLiteral("<div style='color:%1;line-height:140%;margin-top:2px'>%2</div>")
                .arg(hex(colours.text2), reason.toHtmlEscaped());
    html += QStringLiteral("<div style='color:%1;margin-top:4px'>%2</div>")
                .arg(hex(colours.text3), placesHtml(row));
    auto* text = richLabel(html, widget);
    text->setWordWrap(true);
    connect(text, &QLabel::linkActivated, this, &NotesPane::follow);
    line->addWidget(text, 1);
    auto* count = richLabel(QStringLiteral("<span style='color:%1'>%2\u00d7</span>")
                                .arg(hex(colours.text3), shown(model::formatCount(note.count))),
                            widget);
    count->setFont(views::font(TextRole::Mono));
    line->addWidget(count, 0, Qt::AlignTop);
    widget->setContextMenuPolicy(Qt::CustomContextMenu);
    text->setContextMenuPolicy(Qt::NoContextMenu);
    connect(widget, &QWidget::customContextMenuRequested, this,
            [this, row, widget](const QPoint& pos) { noteMenu(row, widget->mapToGlobal(pos)); });
    return widget;
}

/// The first places as links; "and 12 more" where there are more than were kept.
QString NotesPane::placesHtml(int row) const {
    const auto& colours = themeOf(*this);
    const auto& note = m_model->diagnostic(row);
    QStringList places;
    for (std::size_t i = 0; i < note.first.size(); ++i)
        places.append(anchor(QStringLiteral("place:%1:%2").arg(row).arg(i),
                             m_model->placeText(note.first[i]), colours));
    if (note.kind == model::DiagnosticKind::LostEvents && !m_view->trace()->gaps().empty())
        places.prepend(anchor(QStringLiteral("gap:0"), tr("Show the first gap"), colours));
    auto html = places.join(QStringLiteral(" \u00b7 "));
    if (note.first.size() == model::Diagnostic::kKept && note.count > note.first.size())
        html += QLatin1Char(' ') + tr("and more").toHtmlEscaped();
    return html;
}

void NotesPane::follow(const QString& link) {
    const auto parts = link.split(QLatin1Char(':'));
    if (!m_view->trace() || parts.size() < 2) return;
    const auto first = parts[1].toInt();
    if (parts[0] == QLatin1String("gap")) {
        const auto& gap = m_view->trace()->gaps()[static_cast<std::size_t>(first)];
        const model::TimeRange span{model::timestampNs(gap.begin),
                                    model::timestampNs(std::max(gap.end, gap.begin + 1))};
        m_view->setItem({.kind = Item::Kind::Gap,
                         .lane = {LaneKey::Kind::Cpu, raw(gap.cpu)},
                         .event = {},
                         .span = span,
                         .value = 0,
                         .task = model::kNoTask,
                         .cpu = gap.cpu});
        m_view->fit(span, 1.0);
        return;
    }
    if (first >= m_model->rowCount()) return;
    const auto& places = m_model->diagnostic(first).first;
    const auto at = static_cast<std::size_t>(parts.value(2).toInt());
    if (at < places.size()) goTo(places[at]);
}

void NotesPane::goTo(const model::DiagnosticPlace& place) {
    if (!m_view->trace()) return;
    m_goJob.run(m_work->jobs(), [this, trace = m_view->trace(), place](std::stop_token stop) {
        const auto event = items::eventAtPlace(*trace, place, std::move(stop));
        return LatestJob::Delivery([this, trace, event] {
            if (trace != m_view->trace()) return;
            if (event) m_view->selectEvent(*event);
            else emit m_view->status(tr("No event stands near that place."));
        });
    });
}

void NotesPane::showNote(int diagnostic) {
    for (int row = 0; row < m_model->rowCount(); ++row) {
        auto* widget = m_noteWidgets[static_cast<std::size_t>(row)];
        if (m_model->diagnosticIndex(row) == diagnostic && widget != nullptr)
            m_area->ensureWidgetVisible(widget);
    }
}

void NotesPane::noteMenu(int row, const QPoint& globalPos) {
    QMenu menu(this);
    const auto note = m_model->diagnostic(row);
    if (!note.first.empty()) {
        auto* go = menu.addAction(tr("Go There"));
        menu.setDefaultAction(go);
        connect(go, &QAction::triggered, this, [this, place = note.first.front()] { goTo(place); });
    }
    connect(menu.addAction(tr("Copy")), &QAction::triggered, this,
            [this, row] { QApplication::clipboard()->setText(noteText(row)); });
    connect(menu.addAction(tr("Details")), &QAction::triggered, this, [this, row] {
        Item item;
        item.kind = Item::Kind::Note;
        item.value = static_cast<std::uint32_t>(m_model->diagnosticIndex(row));
        m_view->setItem(item);
    });
    connect(menu.addAction(tr("Hide This Kind")), &QAction::triggered, this,
            [this, kind = note.kind] { hideKind(kind); });
    menu.exec(globalPos);
}

QString NotesPane::noteText(int row) const {
    const auto& note = m_model->diagnostic(row);
    const auto words = m_model->words(row);
    QStringList places;
    for (const auto& place : note.first) places.append(m_model->placeText(place));
    auto text = QStringLiteral("%1\t%2\t%3\t%4")
                    .arg(shown(model::severityName(model::severity(note.kind))),
                         shown(model::diagnosticName(note.kind)), QString::number(note.count),
                         shown(words.title));
    if (!words.reason.empty()) text += QLatin1Char('\t') + shown(words.reason);
    if (!places.empty()) text += QLatin1Char('\t') + places.join(QStringLiteral(", "));
    return text;
}

QString NotesPane::plainText() const {
    QStringList lines;
    for (int row = 0; row < m_model->rowCount(); ++row) lines.append(noteText(row));
    return lines.join(QLatin1Char('\n'));
}

void NotesPane::copyAll() const { QApplication::clipboard()->setText(plainText()); }

void NotesPane::hideKind(model::DiagnosticKind kind) {
    m_hidden.insert(kind);
    rebuild();
}

void NotesPane::showAllKinds() {
    m_hidden.clear();
    for (auto* button : m_severities) {
        const QSignalBlocker blocker(button);
        button->setChecked(true);
    }
    rebuild();
}

void NotesPane::setSeverityShown(model::Severity severity, Shown shown) {
    m_severities[static_cast<std::size_t>(severity)]->setChecked(shown == Shown::Yes);
}

void NotesPane::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_area != nullptr)
        QTimer::singleShot(0, this, &NotesPane::rebuild);
}

}  // namespace kscope::views
