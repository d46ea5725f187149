// SPDX-License-Identifier: GPL-3.0-or-later
/// The event table: title row, commands, and how it follows and leads the shared selection.
#include "views/panes/event_table/event_table.h"

#include "model/core/format.h"
#include "model/items/row_restriction.h"
#include "views/panes/event_table/event_rows.h"
#include "views/panes/pane_look.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace kscope::views {
namespace {

constexpr int kTitleHeight = 28;
constexpr int kLeastNames = 172;  // px, picture 01
constexpr int kLeastDelta = 104;  // px: "+199 821.000"

QString link(const QString& target, const QString& text, const Theme& colours) {
    return QStringLiteral("<a href='%1' style='color:%2;text-decoration:none'>%3</a>")
        .arg(target, hex(colours.accent), text.toHtmlEscaped());
}

}  // namespace

EventTable::EventTable(TraceView* view, QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_texts(new items::TextFetcher(m_work->jobs(), this)),
      m_model(new items::EventItemModel(m_texts, this)),
      m_restrict(this),
      m_copy(this),
      m_export(this) {
    build();
    connect(view, &TraceView::traceChanged, this, &EventTable::followTrace);
    connect(view, &TraceView::filterChanged, this, &EventTable::followRows);
    connect(view, &TraceView::lanesChanged, this, &EventTable::followRows);
    connect(view, &TraceView::windowChanged, this, &EventTable::followWindow);
    connect(view, &TraceView::itemChanged, this, &EventTable::followItem);
    connect(view, &TraceView::rangeChanged, this, [this] {
        m_rows->setRange(m_view->range());
        if (m_view->state().timeFormat == TimeFormat::SinceCursorA)
            m_model->setTimeStyle(timeStyleOf(*m_view));
        if (m_within == Within::Range && !m_leading) setWithin();
    });
    connect(view, &TraceView::searchChanged, this,
            [this] { m_rows->setFound(m_view->searchRows()); });
    connect(view, &TraceView::formatChanged, this, [this] {
        m_model->setTimeStyle(timeStyleOf(*m_view));
        m_rows->fitColumn(EventColumn::Time);
    });
    followTrace();
    if (m_view->item().kind != Item::Kind::None) followItem();
}

EventTable::~EventTable() {
    if (m_exportStop) m_exportStop->request_stop();
}

void EventTable::build() {
    setAccessibleName(tr("Event table"));
    m_rows = new EventRows(m_model, this);
    m_title = new QLabel(this);
    m_title->setTextFormat(Qt::RichText);
    m_only = new QLabel(this);
    m_only->setTextFormat(Qt::RichText);
    m_only->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(120, 6);
    m_progress->hide();
    m_cancel = new QToolButton(this);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAutoRaise(true);
    m_cancel->hide();
    m_more = new QToolButton(this);
    m_more->setText(QStringLiteral("\u22ef"));
    m_more->setAutoRaise(true);
    m_more->setToolTip(tr("What can be done with these rows"));
    m_more->setAccessibleName(tr("Row commands"));

    auto* bar = new QWidget(this);
    bar->setFixedHeight(kTitleHeight);
    auto* line = new QHBoxLayout(bar);
    line->setContentsMargins(12, 0, 8, 0);
    line->setSpacing(8);
    line->addWidget(m_title);
    line->addStretch(1);
    line->addWidget(m_progress);
    line->addWidget(m_cancel);
    line->addWidget(m_only);
    line->addWidget(m_more);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(bar);
    all->addWidget(m_rows, 1);
    setMinimumHeight(kTitleHeight + EventRows::kHeadHeight +
                     3 * EventRows::kRowHeight);  // look.md: at least 3 rows

    connect(m_cancel, &QToolButton::clicked, this, &EventTable::cancelExport);
    connect(m_more, &QToolButton::clicked, this,
            [this] { showMenu(m_more->mapToGlobal(QPoint(0, m_more->height()))); });
    // Queued: what follows sets this label's text, which must not happen under its own signal.
    const auto toggle = [this](const QString& target) {
        toggleOnly(target == QLatin1String("cpu")    ? Only::Cpu
                   : target == QLatin1String("task") ? Only::Task
                   : target == QLatin1String("kind") ? Only::Kind
                                                     : Only::View);
    };
    connect(m_only, &QLabel::linkActivated, this, toggle, Qt::QueuedConnection);
    connectRows();
}

void EventTable::connectRows() {
    connect(m_rows, &EventRows::picked, this, [this](quint64 event) {
        m_leading = true;
        m_view->selectEvent(model::EventIndex{event});
        m_leading = false;
        updateTitle();
    });
    connect(m_rows, &EventRows::runPicked, this, [this] {
        const auto& runs = m_rows->selection().runs();
        const auto& trace = *m_view->trace();
        m_leading = true;
        // Half-open: the last event of the run belongs to the range.
        m_view->setCursors(trace.event(runs.front().first).time,
                           trace.event(runs.back().last).time + model::Duration{1},
                           tr("Select Rows"));
        m_leading = false;
    });
    connect(m_rows, &EventRows::opened, this,
            [this](quint64 event) { goTo(model::EventIndex{event}); });
    connect(m_rows, &EventRows::detailsRequested, this, &EventTable::detailsRequested);
    connect(m_rows, &EventRows::copyRequested, this, &EventTable::copySelection);
    connect(m_rows, &EventRows::menuRequested, this, &EventTable::showMenu);
    connect(m_rows, &EventRows::dragged, this, &EventTable::dragSelection);
    connect(m_rows, &EventRows::hovered, this,
            [this](model::TaskId task) { m_view->setHover(task); });
    connect(m_rows, &EventRows::emptyLinkClicked, this, &EventTable::showAll);
}

void EventTable::rereadTexts() {
    m_model->forgetTexts();
    m_rows->viewport()->update();
}

void EventTable::followTrace() {
    // Columns are measured once there are rows; those of times again when these are written in
    // another way, as with a second source, and while those of a growing trace become longer.
    const auto& trace = m_view->trace();
    const auto seconds = trace ? trace->range().length() / std::chrono::seconds(1) : 0;
    const bool first = trace && trace->events() > 0 && m_measured == 0;
    const bool longer =
        trace && !first && !trace->complete() && m_measured > 0 && seconds >= 10 * m_measured;
    const bool otherStyle = m_measured > 0 && m_model->timeStyle() != timeStyleOf(*m_view);
    m_model->setTimeStyle(timeStyleOf(*m_view));
    m_model->setTrace(m_view->trace(), m_view->filterRows());
    followRows();
    if (longer || (trace && otherStyle)) {
        m_measured = std::max<std::int64_t>(1, seconds);
        m_rows->fitColumn(EventColumn::Time);
        if (otherStyle) m_rows->fitColumn(EventColumn::Delta);
        m_rows->columnsChanged();
    }
    if (first) {
        m_measured = std::max<std::int64_t>(1, seconds);
        for (const auto column : {EventColumn::Time, EventColumn::Delta, EventColumn::Cpu,
                                  EventColumn::Task, EventColumn::Event})
            m_rows->fitColumn(column);
        // Rounds of a live trace lie some 100 ms apart; the first rows are all of one.
        if (!trace->complete())
            m_rows->columns().setWidth(
                EventColumn::Delta,
                std::max(kLeastDelta, m_rows->columns()[EventColumn::Delta].width));
        // Longer names may come later than the rows that were measured: a comm of 15 letters and
        // its id fit at least.
        for (const auto column : {EventColumn::Task, EventColumn::Event})
            m_rows->columns().setWidth(column,
                                       std::max(kLeastNames, m_rows->columns()[column].width));
        m_rows->columnsChanged();
        followWindow();
    }
    if (!m_view->trace()) {
        m_measured = 0;
        m_rows->setCurrent(std::nullopt);
    }
}

/// The filter's rows, made smaller by "only these CPUs, only these tasks". Until that is counted
/// the rows before stay.
void EventTable::followRows() {
    const auto& state = m_view->state();
    const items::Restriction restriction{state.onlyCpus, state.onlyTasks, state.onlyNames};
    const auto base = m_view->filterRows();
    if (!m_view->trace() || restriction.empty()) {
        m_restrict.cancel();
        m_model->setRows(base);
        updateTitle();
        return;
    }
    m_restrict.run(m_work->jobs(),
                   [this, trace = m_view->trace(), base, restriction](std::stop_token stop) {
                       auto rows = items::restrictRows(*trace, base, restriction, std::move(stop));
                       return LatestJob::Delivery([this, trace, rows = std::move(rows)] {
                           if (!rows || trace != m_view->trace()) return;
                           m_model->setRows(rows);
                           updateTitle();
                       });
                   });
}

void EventTable::followWindow() {
    if (!m_view->trace()) return;
    if (m_within == Within::View) return setWithin();
    if (m_leading || m_model->rows() == 0) return;
    // Scrolls only where nothing of the window is in view, so that looking around in the table is
    // not disturbed.
    const auto first = m_model->rowAtOrAfter(m_view->trace()->lowerBound(m_view->window().begin));
    const auto last = m_model->rowAtOrAfter(m_view->trace()->lowerBound(m_view->window().end));
    const auto top = m_rows->topRow();
    const auto bottom = top + static_cast<std::uint64_t>(m_rows->pageLines());
    if (first < bottom && last > top) return;
    const auto current = m_rows->current();
    const auto currentRow = current ? m_model->rowAtOrAfter(*current) : 0;
    if (current && currentRow >= first && currentRow < last) m_rows->scrollToEvent(*current);
    else m_rows->setTopRow(first);
}

void EventTable::setWithin() {
    if (m_within == Within::Range && !m_view->range()) m_within = Within::All;
    std::optional<model::TimeRange> bounds;
    if (m_within == Within::View) bounds = m_view->window();
    if (m_within == Within::Range) bounds = m_view->range();
    m_model->setBounds(bounds);
    updateTitle();
}

void EventTable::followItem() {
    const auto& item = m_view->item();
    m_rows->setMarked(item.kind == Item::Kind::Task ? item.task : model::kNoTask);
    if (m_leading) return;
    const bool rowKnown =
        m_view->trace() && (item.kind == Item::Kind::Event || item.kind == Item::Kind::Slice ||
                            item.kind == Item::Kind::Irq || item.kind == Item::Kind::Softirq);
    if (!rowKnown) {
        m_rows->setCurrent(std::nullopt);
        updateTitle();
        return;
    }
    const auto event =
        item.kind == Item::Kind::Event ? item.event : m_view->trace()->lowerBound(item.span.begin);
    if (raw(event) >= m_view->trace()->events()) return;
    m_rows->setCurrent(item.kind == Item::Kind::Event || raw(item.event) == 0 ? event : item.event);
    m_rows->scrollToEvent(*m_rows->current());
    updateTitle();
}

void EventTable::toggleOnly(Only what) {
    auto state = m_view->state();
    if (what == Only::View) {
        // All times, those in view, and those between the cursors where there are any.
        m_within = m_within == Within::All    ? Within::View
                   : m_within == Within::View ? Within::Range
                                              : Within::All;
        return setWithin();
    }
    auto cpu = model::kUnknownCpu;
    auto task = m_view->item().task;
    auto name = model::kNoString;
    if (const auto current = m_rows->current(); current && m_view->trace()) {
        const auto event = m_view->trace()->event(*current);
        cpu = event.cpu;
        task = event.task;
        name = event.name;
    }
    if (what == Only::Cpu) {
        if (!state.onlyCpus.empty()) state.onlyCpus.clear();
        else if (cpu != model::kUnknownCpu) state.onlyCpus = {cpu};
    } else if (what == Only::Kind) {
        if (!state.onlyNames.empty()) state.onlyNames.clear();
        else if (name != model::kNoString) state.onlyNames = {name};
    } else {
        if (!state.onlyTasks.empty()) state.onlyTasks.clear();
        else if (task != model::kNoTask) state.onlyTasks = {task};
    }
    if (state == m_view->state())
        emit m_view->status(
            tr("Select an event first: its CPU, task or kind is then shown alone."));
    else
        m_view->setState(state, what == Only::Cpu    ? tr("Only This CPU")
                                : what == Only::Kind ? tr("Only This Kind")
                                                     : tr("Only This Task"));
    followRows();
}

void EventTable::showAll() {
    auto state = m_view->state();
    state.onlyCpus.clear();
    state.onlyTasks.clear();
    state.onlyNames.clear();
    state.filter.clear();
    m_within = Within::All;
    setWithin();
    m_view->setState(state, tr("Clear Filter"));
    followRows();
}

void EventTable::goTo(model::EventIndex event) {
    const auto& trace = *m_view->trace();
    const auto row = trace.event(event);
    m_leading = true;
    m_view->selectEvent(event);
    // An event has no length: what ran there then gives it one, else 100 µs around it.
    model::TimeRange around{row.time - model::Duration{50'000}, row.time + model::Duration{50'000}};
    const auto lane = trace.cpuLane(row.cpu);
    const auto at = lane.indexAt(toNs(row.time));
    if (at < lane.size()) {
        const auto span = lane.span(at);
        around = {model::timestampNs(span.begin),
                  model::timestampNs(std::max(span.end, span.begin + 1))};
    }
    m_view->fit(around, 0.1);
    m_leading = false;
}

QString EventTable::titleText() const {
    const auto& trace = m_view->trace();
    if (!trace) return tr("Events");
    const auto all = shown(model::formatCount(trace->events()));
    const auto rows = shown(model::formatCount(m_model->rows()));
    const auto current = m_rows->current();
    if (m_model->rows() != trace->events())
        return tr("Events %1 of %2 shown, ordered by time").arg(rows, all);
    if (current)
        return tr("Events %1 of %2, ordered by time")
            .arg(shown(model::formatCount(raw(*current))), all);
    return tr("Events %1, ordered by time").arg(all);
}

void EventTable::updateTitle() {
    const auto& colours = themeOf(*this);
    const auto title = titleText();
    const auto word = tr("Events");
    m_title->setText(
        QStringLiteral("<b style='color:%1'>%2</b>&nbsp; <span style='color:%3'>%4</span>")
            .arg(hex(colours.text1), word, hex(colours.text3),
                 title.startsWith(word) ? title.mid(word.size()).trimmed() : title));
    const auto& state = m_view->state();
    QString cpus = tr("all CPUs"), tasks = tr("all tasks"), kinds = tr("all kinds");
    if (!state.onlyNames.empty() && m_view->trace())
        kinds = shown(m_view->trace()->text(state.onlyNames.front()));
    if (state.onlyNames.size() > 1) kinds = tr("%1 kinds").arg(state.onlyNames.size());
    if (!state.onlyCpus.empty()) cpus = tr("CPU %1").arg(raw(state.onlyCpus.front()));
    if (state.onlyCpus.size() > 1) cpus = tr("%1 CPUs").arg(state.onlyCpus.size());
    if (!state.onlyTasks.empty() && m_view->trace() &&
        raw(state.onlyTasks.front()) < m_view->trace()->tasks().size())
        tasks = taskName(*m_view->trace(), state.onlyTasks.front());
    if (state.onlyTasks.size() > 1) tasks = tr("%1 tasks").arg(state.onlyTasks.size());
    const auto where = m_within == Within::All    ? tr("in view")
                       : m_within == Within::View ? tr("in view \u2713")
                                                  : tr("in range \u2713");
    const auto dot =
        QStringLiteral(" <span style='color:%1'>\u00b7</span> ").arg(hex(colours.text3));
    m_only->setText(
        QStringLiteral("<span style='color:%1'>%2</span> ").arg(hex(colours.text2), tr("Only:")) +
        link(QStringLiteral("cpu"), cpus, colours) + dot +
        link(QStringLiteral("task"), tasks, colours) + dot +
        link(QStringLiteral("kind"), kinds, colours) + dot +
        link(QStringLiteral("view"), where, colours));
    m_only->setToolTip(
        tr("Click to show only the selected event's CPU, task or kind, or only what is in view"));
    m_rows->setEmptyText(emptyText());
}

QString EventTable::emptyText() const {
    const auto& colours = themeOf(*this);
    const auto ink = [&](const QString& text) {
        return QStringLiteral("<span style='color:%1'>%2</span> ").arg(hex(colours.text2), text);
    };
    if (!m_view->trace()) return ink(tr("No trace is open. Drop a file anywhere in this window."));
    if (m_view->trace()->events() == 0)
        return ink(tr("This trace has no events. Notes say what was found in it."));
    if (m_within != Within::All && (!m_model->rowSet() || m_model->rowSet()->size() > 0))
        return ink(tr("No event lies in this stretch of time.")) +
               link(QStringLiteral("all"), tr("Show all times"), colours);
    return ink(tr("No event is let through by the filter.")) +
           link(QStringLiteral("all"), tr("Clear filter"), colours);
}

void EventTable::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && m_rows != nullptr) updateTitle();
    QWidget::changeEvent(event);
}

}  // namespace kscope::views
