// SPDX-License-Identifier: GPL-3.0-or-later
/// Which lines the replay shows, and how it follows and leads the selection.
#include "views/panes/replay/replay_panel.h"

#include "model/core/format.h"
#include "views/panes/pane_look.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace kscope::views {
namespace {

constexpr int kReplayRestMs = 120;  // a drag makes many ranges: the last one counts
constexpr int kMostTasks = 500;     // in the list of tasks

/// The call of the task whose rows include this event.
std::optional<std::uint32_t> callOfEvent(const model::CallForest& forest,
                                         const model::CallTask& task, const Item& item) {
    const auto begin = model::toNs(item.span.begin);
    const auto after = std::ranges::partition_point(
        task.calls, [&](const model::Call& call) { return forest.begin(call) <= begin; });
    for (auto at = after; at != task.calls.begin();) {
        --at;
        const auto row = model::CallForest::namingRow(*at);
        if (forest.eventOf(row) == item.event)
            return static_cast<std::uint32_t>(at - task.calls.begin());
        if (forest.begin(*at) < begin) break;
    }
    return std::nullopt;
}

}  // namespace

ReplayPanel::ReplayPanel(TraceView* view, QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_job(this),
      m_find(this) {
    build();
    m_rangeRest.setSingleShot(true);
    m_rangeRest.setInterval(kReplayRestMs);
    connect(&m_rangeRest, &QTimer::timeout, this, &ReplayPanel::load);
    connect(view, &TraceView::rangeChanged, &m_rangeRest, qOverload<>(&QTimer::start));
    connect(view, &TraceView::itemChanged, this, &ReplayPanel::followItem);
}

void ReplayPanel::build() {
    setAccessibleName(tr("Replay"));
    m_body = new ReplayBody(m_view, m_work->jobs(), this);
    m_body->setEmptyText(tr("No call of this task lies in the selected range."));
    auto* title = new QLabel(tr("Replay"), this);
    title->setFont(views::font(TextRole::Head));
    m_tasks = new QComboBox(this);
    m_tasks->setAccessibleName(tr("Task of the replay"));
    m_tasks->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_tasks->setMinimumContentsLength(12);
    m_tasks->setFixedHeight(22);
    m_note = new QLabel(this);
    m_note->setFont(views::font(TextRole::Small));
    m_note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_search = new QLineEdit(this);
    m_search->setPlaceholderText(tr("Find functions"));
    m_search->setAccessibleName(tr("Find functions in the replay"));
    m_search->setToolTip(tr("Enter: next, Shift+Enter: previous"));
    m_search->setClearButtonEnabled(true);
    m_search->setFixedHeight(22);
    m_search->setMaximumWidth(160);
    auto* unfold = new QToolButton(this);
    unfold->setText(tr("Unfold"));
    unfold->setToolTip(tr("Shows all lines. Space folds the call of the current line."));
    unfold->setAutoRaise(true);
    auto* bar = new QWidget(this);
    bar->setFixedHeight(28);
    auto* line = new QHBoxLayout(bar);
    line->setContentsMargins(12, 0, 8, 0);
    line->setSpacing(8);
    line->addWidget(title);
    line->addWidget(m_tasks);
    line->addWidget(m_note, 1);
    line->addWidget(unfold);
    line->addWidget(m_search);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(bar);
    all->addWidget(m_body, 1);
    setMinimumHeight(28 + kTableHeadHeight + 3 * kTableRowHeight);

    connect(m_tasks, qOverload<int>(&QComboBox::activated), this, [this](int index) {
        setTask(static_cast<std::size_t>(m_tasks->itemData(index).toULongLong()));
    });
    connect(m_search, &QLineEdit::textChanged, m_body, &ReplayBody::setSearch);
    connect(m_search, &QLineEdit::returnPressed, this,
            [this] { stepFound(QApplication::keyboardModifiers() & Qt::ShiftModifier ? -1 : 1); });
    connect(m_body, &ReplayBody::found, this, &ReplayPanel::stepFound);
    connect(unfold, &QToolButton::clicked, this, [this] {
        if (m_body->lines() != nullptr) load();
    });
    connect(m_body, &ReplayBody::picked, this, [this](quint32 call) { leadTo(call); });
    connect(m_body, &ReplayBody::eventPicked, this,
            [this](quint64 event) { leadToEvent(model::EventIndex{event}); });
    connect(m_body, &ReplayBody::opened, this, [this](quint32 call) {
        const auto& made = m_forest->tasks()[m_task].calls[call];
        const auto begin = m_forest->begin(made);
        m_view->fit({model::timestampNs(begin),
                     model::timestampNs(std::max(m_forest->end(made), begin + 1))},
                    0.1);
    });
    connect(m_body, &ReplayBody::copyRequested, this, &ReplayPanel::copyPage);
}

QString ReplayPanel::taskWords(const model::CallTask& task) const {
    if (task.task == model::kNoTask) return tr("CPU %1").arg(raw(task.cpu));
    return taskName(m_forest->trace(), task.task);
}

void ReplayPanel::fillTasks() {
    const QSignalBlocker blocker(m_tasks);
    m_tasks->clear();
    if (!m_forest) return;
    std::vector<std::size_t> order(m_forest->tasks().size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [this](std::size_t i) { return m_forest->tasks()[i].calls.size(); });
    if (order.size() > kMostTasks) order.resize(kMostTasks);
    m_task = order.empty() ? 0 : order.front();
    for (const auto task : order) {
        m_tasks->addItem(taskWords(m_forest->tasks()[task]), QVariant::fromValue(qulonglong{task}));
        // The task that was shown before, where it has calls still.
        if (m_forest->tasks()[task].task == m_wantedTask && m_wantedTask != model::kNoTask)
            m_task = task;
    }
    m_tasks->setCurrentIndex(m_tasks->findData(QVariant::fromValue(qulonglong{m_task})));
}

void ReplayPanel::setForest(model::CallForestPtr forest) {
    if (forest == m_forest) return;
    m_forest = std::move(forest);
    fillTasks();
    load();
}

void ReplayPanel::setTask(std::size_t task) {
    if (!m_forest || task >= m_forest->tasks().size()) return;
    m_task = task;
    m_wantedTask = m_forest->tasks()[task].task;
    m_tasks->setCurrentIndex(m_tasks->findData(QVariant::fromValue(qulonglong{task})));
    load();
}

void ReplayPanel::load() {
    if (!m_forest || m_forest->tasks().empty()) {
        m_job.cancel();
        m_note->clear();
        m_body->setLines(nullptr);
        return;
    }
    m_job.run(m_work->jobs(), [this, forest = m_forest, task = m_task,
                               range = m_view->range()](std::stop_token) {
        auto lines = std::make_shared<model::ReplayLines>(forest, task, model::ReplayEvents::Show);
        if (range) lines->setRange(range);
        return LatestJob::Delivery([this, forest, lines, range] {
            if (forest != m_forest) return;
            m_body->setLines(lines);
            m_note->setText(
                range ? tr("%1 lines in the selected range")
                            .arg(QString::fromStdString(model::formatCount(lines->size())))
                      : tr("%1 lines")
                            .arg(QString::fromStdString(model::formatCount(lines->size()))));
            if (const auto call = std::exchange(m_pending, std::nullopt)) m_body->showCall(*call);
        });
    });
}

void ReplayPanel::leadTo(std::uint32_t call) {
    const auto& task = m_forest->tasks()[m_task];
    const auto& made = task.calls[call];
    const auto begin = m_forest->begin(made);
    const model::TimeRange span{model::timestampNs(begin),
                                model::timestampNs(std::max(m_forest->end(made), begin + 1))};
    m_leading = true;
    m_view->setItem({.kind = Item::Kind::Event,
                     .lane = {},
                     .event = m_forest->eventOf(model::CallForest::namingRow(made)),
                     .span = span,
                     .value = 0,
                     .task = task.task,
                     .cpu = model::kUnknownCpu});
    if (!m_view->window().contains(span.begin)) m_view->reveal(span);
    m_leading = false;
}

void ReplayPanel::leadToEvent(model::EventIndex index) {
    const auto event = m_forest->trace().event(index);
    const model::TimeRange span{event.time, event.time + model::Duration{1}};
    m_leading = true;
    m_view->setItem({.kind = Item::Kind::Event,
                     .lane = {},
                     .event = index,
                     .span = span,
                     .value = 0,
                     .task = event.task,
                     .cpu = event.cpu});
    if (!m_view->window().contains(span.begin)) m_view->reveal(span);
    m_leading = false;
}

void ReplayPanel::followItem() {
    const auto& item = m_view->item();
    if (m_leading || !m_forest || item.kind != Item::Kind::Event || item.span.empty()) return;
    const auto tasks = m_forest->tasks();
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (tasks[i].task != item.task) continue;
        const auto call = callOfEvent(*m_forest, tasks[i], item);
        if (!call) continue;
        if (i == m_task && m_body->lines() != nullptr) {
            m_body->showCall(*call);
            return;
        }
        m_pending = call;
        setTask(i);
        return;
    }
}

void ReplayPanel::stepFound(int direction) {
    const auto* lines = m_body->lines();
    const auto words = m_search->text().toStdString();
    if (lines == nullptr || words.empty() || lines->size() == 0) return;
    const auto from = m_body->current() ? std::int64_t{lines->at(*m_body->current()).call}
                                        : (direction > 0 ? -1 : std::int64_t{UINT32_MAX});
    m_find.run(m_work->jobs(), [this, forest = m_forest, task = m_task, words, from,
                                direction](std::stop_token stop) {
        const auto& calls = forest->tasks()[task].calls;
        const auto count = static_cast<std::int64_t>(calls.size());
        std::vector<std::uint8_t> known;  // by name: 0 not looked at, 1 no, 2 yes
        const auto holds = [&](const model::Call& call) {
            const auto name = raw(forest->function(call).name());
            if (name >= known.size()) known.resize(name + std::size_t{64});
            if (known[name] == 0)
                known[name] = forest->trace().text(model::StringId{name}).find(words) ==
                                      std::string_view::npos
                                  ? 1
                                  : 2;
            return known[name] == 2;
        };
        // Once around: after the last comes the first.
        for (std::int64_t step = 1; step <= count && !stop.stop_requested(); ++step) {
            const auto at = ((std::min(from, count) + direction * step) % count + count) % count;
            if (!holds(calls[static_cast<std::size_t>(at)])) continue;
            return LatestJob::Delivery([this, forest, task, at] {
                if (forest != m_forest || task != m_task) return;
                m_body->showCall(static_cast<std::uint32_t>(at));
                leadTo(static_cast<std::uint32_t>(at));
            });
        }
        return LatestJob::Delivery(
            [this] { emit m_view->status(tr("No function of this task has these letters.")); });
    });
}

void ReplayPanel::copyPage() {
    const auto* lines = m_body->lines();
    if (lines == nullptr || !m_body->current()) return;
    QApplication::clipboard()->setText(m_body->textOf(*m_body->current()) + QLatin1Char('\n'));
}

}  // namespace kscope::views
