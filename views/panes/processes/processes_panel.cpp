// SPDX-License-Identifier: GPL-3.0-or-later
/// Reading on a thread of the view, showing here.
#include "views/panes/processes/processes_panel.h"

#include "model/core/format.h"
#include "views/panes/pane_look.h"
#include "views/panes/pane_work.h"
#include "views/panes/processes/process_rows.h"
#include "views/panes/table/table_panel.h"

#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace kscope::views {

namespace {
constexpr int kEveryMs = 1000;
}  // namespace

struct ProcessesPanel::Work {
    explicit Work(ProcessesPanel* panel) : job(panel) {}
    model::ThreadPool thread{1};
    LatestJob job;
};

ProcessesPanel::ProcessesPanel(TraceView* view, QWidget* parent)
    : QWidget(parent),
      m_view(*view),
      m_work(std::make_unique<Work>(this)),
      m_table(new TablePanel(view, tr("Processes"), this)),
      m_tree(new QToolButton(this)),
      m_threads(new QToolButton(this)),
      m_machine(new QToolButton(this)),
      m_timer(new QTimer(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    for (auto* button : {m_tree, m_threads, m_machine}) {
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        m_table->addTool(button);
    }
    m_tree->setText(tr("As a Tree"));
    m_tree->setToolTip(tr("Children under their parents, threads under their process"));
    m_threads->setText(tr("Threads"));
    m_threads->setToolTip(tr("A row for every thread"));
    m_machine->setText(tr("This Machine"));
    m_machine->setToolTip(
        tr("Reads the processes of this machine each second, beside the trace that is open"));
    m_table->setExportName(QStringLiteral("processes"));
    m_table->sortBy(static_cast<int>(ProcessColumn::Cpu), TableDirection::Descending);
    m_timer->setInterval(kEveryMs);
    connect(m_timer, &QTimer::timeout, this, &ProcessesPanel::read);
    connect(m_tree, &QToolButton::toggled, this, [this] {
        m_fresh = true;
        showRows();
    });
    connect(m_threads, &QToolButton::toggled, this, [this] {
        m_before = nullptr;
        read();
    });
    connect(m_machine, &QToolButton::toggled, this, &ProcessesPanel::machineToggled);
    connect(m_table, &TablePanel::currentChanged, this, &ProcessesPanel::pick);
    setReader({});
}

ProcessesPanel::~ProcessesPanel() = default;

void ProcessesPanel::setReader(Reader reader) {
    m_reader = std::move(reader);
    m_list = m_before = nullptr;
    m_fresh = true;
    if (!m_reader) {
        m_timer->stop();
        m_table->setRows(nullptr);
        m_table->setEmptyText(tr("Processes are read while this machine is watched: Live > Start, "
                                 "Ctrl+R, begins. \"This Machine\" above reads them beside the "
                                 "trace that is open, where that was recorded here."));
    } else if (isVisible()) {
        read();
        m_timer->start();
    }
}

void ProcessesPanel::showEvent(QShowEvent*) {
    if (!m_reader) return;
    read();
    m_timer->start();
}

void ProcessesPanel::hideEvent(QHideEvent*) { m_timer->stop(); }

void ProcessesPanel::read() {
    if (!m_reader || m_work->job.running()) return;
    const auto threads = m_threads->isChecked() ? Threads::Read : Threads::Leave;
    m_work->job.run(m_work->thread,
                    [this, reader = m_reader, threads](std::stop_token) -> LatestJob::Delivery {
                        auto list = reader(threads);
                        return [this, list = std::move(list)] { take(list); };
                    });
}

void ProcessesPanel::take(model::ProcessListPtr list) {
    m_before = std::exchange(m_list, std::move(list));
    showRows();
}

void ProcessesPanel::showRows() {
    if (!m_list) return;
    const auto shape = m_tree->isChecked() ? ProcessRows::Shape::Tree : ProcessRows::Shape::Flat;
    m_table->setRows(std::make_shared<ProcessRows>(m_list, m_before, shape));
    if (std::exchange(m_fresh, false) && shape == ProcessRows::Shape::Tree) m_table->unfoldTo(16);
    auto note =
        tr("read in %1, each second")
            .arg(QString::fromStdString(model::formatDuration(model::Duration{m_list->costNs})));
    if (m_list->noRight > 0)
        note = tr("⚠ %n of others cannot be read (hidepid): root alone may · %1", nullptr,
                  static_cast<int>(m_list->noRight))
                   .arg(note);
    else if (m_list->othersHidden)
        note = tr("⚠ those of others are hidden (hidepid): root alone sees them · %1").arg(note);
    m_table->setNote(note);
}

/// Marks the task in every view, where what is open knows it.
void ProcessesPanel::pick(quint32 row) {
    const auto* rows = dynamic_cast<const ProcessRows*>(m_table->rows().get());
    const auto& trace = m_view.trace();
    if (rows == nullptr || !trace || row >= rows->size()) return;
    Item item;
    const auto& process = rows->process(row);
    const auto task = trace->findTask(process.tid);
    if (task == model::kNoTask || trace->comm(task) != process.comm) {
        // Nothing that is open ran it: the details tell what it is.
        item.kind = Item::Kind::Told;
        item.span = trace->range();
        auto told = rows->told(row);
        if (task != model::kNoTask)
            told.lines << tr("In the trace that is open, %1 is another task: %2.")
                              .arg(model::raw(process.tid))
                              .arg(shown(trace->comm(task)));
        return m_view.setItem(item, told);
    }
    item.kind = Item::Kind::Task;
    item.lane = {LaneKey::Kind::Task, model::raw(task)};
    item.task = task;
    m_view.setItem(item);
}

}  // namespace kscope::views
