// SPDX-License-Identifier: GPL-3.0-or-later
/// Which lines the replay shows, and how it follows and leads the selection.
#include "views/panes/replay/replay_panel.h"

#include "model/core/format.h"
#include "model/derive/replay_merge.h"
#include "views/panes/call_timeline/call_pane.h"
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
    connect(m_body, &ReplayBody::picked, this,
            [this](quint64 number) { leadTo(m_body->lines()->at(number)); });
    connect(m_body, &ReplayBody::opened, this,
            [this](quint64 number) { m_view->fit(itemOf(m_body->lines()->at(number)).span, 0.1); });
    connect(m_body, &ReplayBody::copyRequested, this, &ReplayPanel::copyPage);
}

QString ReplayPanel::taskWords(const model::CallTask& task) const {
    if (task.task == model::kNoTask)
        return QString::fromStdString(callTaskName(m_forest->trace(), task));
    return taskName(m_forest->trace(), task.task);
}

void ReplayPanel::fillTasks() {
    const QSignalBlocker blocker(m_tasks);
    m_tasks->clear();
    if (!m_forest) return;
    const bool all = m_task == kAllTasks;
    if (m_forest->tasks().size() > 1)
        m_tasks->addItem(tr("All tasks"), QVariant::fromValue(qulonglong{kAllTasks}));
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
    if (all && m_forest->tasks().size() > 1) m_task = kAllTasks;
    m_tasks->setCurrentIndex(m_tasks->findData(QVariant::fromValue(qulonglong{m_task})));
}

void ReplayPanel::setForest(model::CallForestPtr forest) {
    if (forest == m_forest) return;
    m_forest = std::move(forest);
    m_pending.reset();  // of other calls
    fillTasks();
    load();
    if (m_owed) followItem();
}

void ReplayPanel::setTask(std::size_t task) {
    if (!m_forest || (task != kAllTasks && task >= m_forest->tasks().size())) return;
    m_task = task;
    m_wantedTask = task == kAllTasks ? model::kNoTask : m_forest->tasks()[task].task;
    m_tasks->setCurrentIndex(m_tasks->findData(QVariant::fromValue(qulonglong{task})));
    load();
}

void ReplayPanel::load() {
    if (!m_forest || m_forest->tasks().empty()) {
        m_job.cancel();
        m_loading = false;
        m_note->clear();
        m_body->setLines(nullptr);
        return;
    }
    m_loading = true;
    if (m_task == kAllTasks) return loadAll();
    m_job.run(m_work->jobs(), [this, forest = m_forest, task = m_task,
                               range = m_view->range()](std::stop_token) {
        auto lines = std::make_shared<model::ReplayLines>(forest, task, model::ReplayEvents::Show);
        if (range) lines->setRange(range);
        return LatestJob::Delivery([this, forest, lines, range] {
            if (forest != m_forest) return;
            m_body->setLines(lines);
            showNote(lines->size(), range.has_value());
            showPending();
        });
    });
}

void ReplayPanel::loadAll() {
    m_job.run(m_work->jobs(), [this, forest = m_forest,
                               range = m_view->range()](std::stop_token stop) {
        std::vector<std::shared_ptr<const model::ReplayLines>> parts;
        for (std::size_t task = 0; task < forest->tasks().size(); ++task) {
            if (stop.stop_requested()) return LatestJob::Delivery();
            auto lines =
                std::make_shared<model::ReplayLines>(forest, task, model::ReplayEvents::Show);
            if (range) lines->setRange(range);
            if (lines->size() > 0) parts.push_back(std::move(lines));
        }
        auto merged = std::make_shared<const model::MergedReplay>(forest, std::move(parts), stop);
        return LatestJob::Delivery([this, forest, merged, range] {
            if (forest != m_forest) return;
            m_body->setMerged(merged);
            showNote(merged->size(), range.has_value());
            showPending();
        });
    });
}

void ReplayPanel::showPending() {
    m_loading = false;
    if (const auto found = std::exchange(m_pending, std::nullopt))
        m_body->showCall(found->task, found->call);
}

void ReplayPanel::showNote(std::uint64_t lines, bool inRange) {
    m_body->setEmptyText(inRange ? tr("No call of this task lies in the selected range.")
                                 : tr("No call of this task is left by the filter above."));
    const auto count = QString::fromStdString(model::formatCount(lines));
    m_note->setText(inRange ? tr("%1 lines in the selected range").arg(count)
                            : tr("%1 lines").arg(count));
}

Item ReplayPanel::itemOf(const model::ReplayLine& line) const {
    Item item{.kind = Item::Kind::Event,
              .lane = {},
              .event = {},
              .span = {},
              .value = 0,
              .task = m_forest->tasks()[line.task].task,
              .cpu = model::kUnknownCpu};
    if (line.kind == model::ReplayLine::Kind::Event) {
        item.event = m_forest->eventOf(line.row);
        const auto event = m_forest->trace().event(item.event);
        item.span = {event.time, event.time + model::Duration{1}};
        item.cpu = event.cpu;
        return item;
    }
    const auto& call = m_forest->tasks()[line.task].calls[line.call];
    const auto begin = m_forest->begin(call);
    item.event = m_forest->eventOf(model::CallForest::namingRow(call));
    item.span = {model::timestampNs(begin),
                 model::timestampNs(std::max(m_forest->end(call), begin + 1))};
    return item;
}

void ReplayPanel::leadTo(const model::ReplayLine& line) {
    const auto item = itemOf(line);
    m_leading = true;
    m_view->setItem(item);
    if (!m_view->window().contains(item.span.begin)) m_view->reveal(item.span);
    m_leading = false;
}

void ReplayPanel::followCall(CallFound found) {
    const bool there = found.task == m_task || m_task == kAllTasks;
    if (there && !m_loading && m_body->lines() != nullptr)
        return m_body->showCall(found.task, found.call);
    m_pending = found;
    if (!there) setTask(found.task);
}

/// To the call of the view's item, once the calls are there.
void ReplayPanel::followItem() {
    const auto& item = m_view->item();
    m_owed = false;
    if (m_leading || item.kind != Item::Kind::Event) return;
    m_owed = m_forest == nullptr;
    if (!m_forest) return;
    if (const auto found = callOfEvent(*m_forest, item.event)) followCall(*found);
}

namespace {

/// Which functions have these letters, each looked at once.
class FoundNames {
public:
    FoundNames(const model::CallForest& forest, std::string words)
        : m_forest(forest),
          m_words(std::move(words)) {}
    bool holds(const model::Call& call) {
        const auto name = raw(m_forest.function(call).name());
        if (name >= m_known.size()) m_known.resize(name + std::size_t{64});
        if (m_known[name] == 0) {
            const auto text = m_forest.trace().text(model::StringId{name});
            m_known[name] = text.find(m_words) == text.npos ? 1 : 2;
        }
        return m_known[name] == 2;
    }

private:
    const model::CallForest& m_forest;
    std::string m_words;
    std::vector<std::uint8_t> m_known;  // by name: 0 not looked at, 1 no, 2 yes
};

struct FoundCall {
    std::int64_t begin = 0;
    std::size_t task = 0;
    std::uint32_t call = 0;
    friend auto operator<=>(const FoundCall&, const FoundCall&) = default;
};

/// The next (direction −1: previous) one of the task on the far side of `from`.
std::optional<FoundCall> foundIn(const model::CallForest& forest, std::size_t task,
                                 const FoundCall& from, int direction, FoundNames& names,
                                 const std::stop_token& stop) {
    const auto& calls = forest.tasks()[task].calls;
    const auto placeOf = [&](std::uint32_t call) {
        return FoundCall{forest.begin(calls[call]), task, call};
    };
    const auto count = static_cast<std::uint32_t>(calls.size());
    std::uint32_t low = 0, high = count;  // the first that is not before `from`
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        if (placeOf(middle) < from) low = middle + 1;
        else high = middle;
    }
    auto at = static_cast<std::int64_t>(low);
    if (direction < 0) --at;
    else if (at < count && placeOf(low) == from) ++at;
    for (; at >= 0 && at < count && !stop.stop_requested(); at += direction)
        if (names.holds(calls[static_cast<std::size_t>(at)]))
            return placeOf(static_cast<std::uint32_t>(at));
    return std::nullopt;
}

}  // namespace

void ReplayPanel::stepFound(int direction) {
    const auto* lines = m_body->lines();
    const auto words = m_search->text().toStdString();
    if (lines == nullptr || words.empty() || lines->size() == 0) return;
    const FoundCall first{INT64_MIN, 0, 0}, last{INT64_MAX, SIZE_MAX, UINT32_MAX};
    FoundCall from = direction > 0 ? first : last;
    if (m_body->current()) {
        const auto line = lines->at(*m_body->current());
        from = {m_forest->begin(lines->call(line)), line.task, line.call};
    }
    m_find.run(m_work->jobs(), [this, forest = m_forest, task = m_task, words, from, direction,
                                first, last](std::stop_token stop) {
        FoundNames names(*forest, words);
        const auto nearest = [&](const FoundCall& begin) {
            std::optional<FoundCall> best;
            for (std::size_t i = 0; i < forest->tasks().size(); ++i) {
                if (task != kAllTasks && i != task) continue;
                const auto hit = foundIn(*forest, i, begin, direction, names, stop);
                if (hit && (!best || (direction > 0 ? *hit < *best : *best < *hit))) best = hit;
            }
            return best;
        };
        auto hit = nearest(from);
        // Once around: after the last comes the first.
        if (!hit) hit = nearest(direction > 0 ? first : last);
        if (!hit)
            return LatestJob::Delivery(
                [this] { emit m_view->status(tr("No function of this task has these letters.")); });
        return LatestJob::Delivery([this, forest, task, hit] {
            if (forest != m_forest || task != m_task) return;
            m_body->showCall(hit->task, hit->call);
            leadTo({model::ReplayLine::Kind::Open,
                    hit->call,
                    0,
                    {},
                    static_cast<std::uint32_t>(hit->task)});
        });
    });
}

void ReplayPanel::copyPage() {
    const auto* lines = m_body->lines();
    if (lines == nullptr || !m_body->current()) return;
    QApplication::clipboard()->setText(m_body->textOf(*m_body->current()) + QLatin1Char('\n'));
}

}  // namespace kscope::views
