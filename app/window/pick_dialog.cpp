// SPDX-License-Identifier: GPL-3.0-or-later
/// Ticks which tasks, CPUs or kinds of events are shown, with their counts.
#include "app/window/pick_dialog.h"

#include "app/window/qt_text.h"
#include "model/core/format.h"
#include "views/panes/pane_look.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace kscope::app {

namespace {

// A widget item a line costs memory, and nobody reads on: search finds tasks beyond it.
constexpr std::size_t kMostPicks = 20'000;

QString pickTitle(Picked what) {
    switch (what) {
    case Picked::Tasks: return PickDialog::tr("Tasks");
    case Picked::Cpus: return PickDialog::tr("CPUs");
    case Picked::Kinds: break;
    }
    return PickDialog::tr("Event Kinds");
}

QString pickText(const model::Trace& trace, Picked what, std::uint32_t id) {
    const auto count = [](std::uint64_t n) { return text(model::formatCount(n)); };
    if (what == Picked::Tasks) {
        const auto& task = trace.task(model::TaskId{id});
        return PickDialog::tr("%1   %2 runs, %3")
            .arg(views::taskName(trace, model::TaskId{id}), count(task.runs),
                 text(model::formatDuration(model::Duration{task.runNs})));
    }
    if (what == Picked::Cpus)
        return PickDialog::tr("CPU %1   %2 slices")
            .arg(id)
            .arg(count(trace.cpuLane(model::CpuId{static_cast<std::uint16_t>(id)}).size()));
    return PickDialog::tr("%1   %2 events")
        .arg(views::shown(trace.text(model::StringId{id})), count(trace.nameCounts()[id]));
}

/// All that can be ticked, the largest first.
std::vector<std::uint32_t> pickIds(const model::Trace& trace, Picked what) {
    std::vector<std::uint32_t> ids;
    if (what == Picked::Cpus) {
        for (const auto cpu : trace.cpus())
            if (cpu != model::kUnknownCpu) ids.push_back(raw(cpu));
        return ids;
    }
    ids.resize(what == Picked::Tasks ? trace.tasks().size() : trace.nameCounts().size());
    std::iota(ids.begin(), ids.end(), 0u);
    if (what == Picked::Kinds) {
        std::erase_if(ids, [&](std::uint32_t id) { return trace.nameCounts()[id] == 0; });
        std::ranges::stable_sort(ids, std::greater{},
                                 [&](std::uint32_t id) { return trace.nameCounts()[id]; });
    } else {
        std::ranges::stable_sort(ids, std::greater{},
                                 [&](std::uint32_t id) { return trace.tasks()[id].runNs; });
    }
    return ids;
}

}  // namespace

PickDialog::PickDialog(views::TraceView& view, Picked what, QWidget* parent)
    : QDialog(parent),
      m_view(view),
      m_what(what),
      m_field(new QLineEdit(this)),
      m_list(new QListWidget(this)),
      m_sum(new QLabel(this)) {
    setWindowTitle(pickTitle(what));
    resize(440, 520);
    m_field->setPlaceholderText(tr("Find"));
    m_field->setClearButtonEnabled(true);
    m_field->setAccessibleName(tr("Find in the list"));
    m_list->setAccessibleName(windowTitle());
    m_list->setUniformItemSizes(true);
    auto* all = new QPushButton(tr("All"), this);
    auto* none = new QPushButton(tr("None"), this);
    all->setToolTip(tr("Ticks what the list shows now"));
    none->setToolTip(tr("Clears the ticks of what the list shows now"));
    auto* close = new QPushButton(tr("Close"), this);
    auto* foot = new QHBoxLayout;
    foot->addWidget(all);
    foot->addWidget(none);
    foot->addWidget(m_sum, 1);
    foot->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    column->addLayout(foot);
    connect(m_field, &QLineEdit::textChanged, this, &PickDialog::find);
    connect(all, &QPushButton::clicked, this, [this] { tickShown(Qt::Checked); });
    connect(none, &QPushButton::clicked, this, [this] { tickShown(Qt::Unchecked); });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        if (!m_filling) apply();
    });
    connect(&m_view, &views::TraceView::filterChanged, this, [this] {
        if (!m_applying && isVisible()) fill();
    });
    connect(&m_view, &views::TraceView::traceChanged, this, [this] {
        if (isVisible()) fill();
    });
    fill();
}

std::vector<std::uint32_t> PickDialog::only() const {
    const auto& state = m_view.state();
    std::vector<std::uint32_t> ids;
    if (m_what == Picked::Tasks)
        for (const auto id : state.onlyTasks) ids.push_back(raw(id));
    else if (m_what == Picked::Cpus)
        for (const auto id : state.onlyCpus) ids.push_back(raw(id));
    else
        for (const auto id : state.onlyNames) ids.push_back(raw(id));
    std::ranges::sort(ids);
    return ids;
}

void PickDialog::fill() {
    m_filling = true;
    m_list->clear();
    if (const auto trace = m_view.trace()) {
        auto ids = pickIds(*trace, m_what);
        const auto ticked = only();
        if (ids.size() > kMostPicks) ids.resize(kMostPicks);
        for (const auto id : ids) {
            auto* item = new QListWidgetItem(pickText(*trace, m_what, id), m_list);
            item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
            item->setCheckState(ticked.empty() || std::ranges::binary_search(ticked, id)
                                    ? Qt::Checked
                                    : Qt::Unchecked);
            item->setData(Qt::UserRole, id);
        }
    }
    find(m_field->text());
    updateSum();
    m_filling = false;
}

void PickDialog::find(const QString& words) {
    for (int row = 0; row < m_list->count(); ++row) {
        auto* item = m_list->item(row);
        item->setHidden(!words.isEmpty() && !item->text().contains(words, Qt::CaseInsensitive));
    }
}

void PickDialog::tickShown(Qt::CheckState state) {
    m_filling = true;
    for (int row = 0; row < m_list->count(); ++row)
        if (!m_list->item(row)->isHidden()) m_list->item(row)->setCheckState(state);
    m_filling = false;
    apply();
}

std::vector<std::uint32_t> PickDialog::idsNow() const {
    std::vector<std::uint32_t> ids;
    for (int row = 0; row < m_list->count(); ++row) {
        const auto* item = m_list->item(row);
        if (item->checkState() == Qt::Checked) ids.push_back(item->data(Qt::UserRole).toUInt());
    }
    return ids;
}

void PickDialog::apply() {
    updateSum();
    auto ids = idsNow();
    // Nothing ticked would show nothing; it is the moment before the first tick.
    if (ids.empty()) return;
    if (static_cast<int>(ids.size()) == m_list->count()) ids.clear();
    auto state = m_view.state();
    state.onlyTasks = m_what == Picked::Tasks ? std::vector<model::TaskId>() : state.onlyTasks;
    if (m_what == Picked::Cpus) state.onlyCpus.clear();
    if (m_what == Picked::Kinds) state.onlyNames.clear();
    for (const auto id : ids) {
        if (m_what == Picked::Tasks) state.onlyTasks.push_back(model::TaskId{id});
        else if (m_what == Picked::Cpus)
            state.onlyCpus.push_back(model::CpuId{static_cast<std::uint16_t>(id)});
        else state.onlyNames.push_back(model::StringId{id});
    }
    m_applying = true;
    m_view.setState(state, windowTitle(), views::TraceView::Undo::Merge);
    m_applying = false;
}

void PickDialog::updateSum() { m_sum->setText(sumText()); }

QString PickDialog::sumText() const {
    const auto ticked = idsNow().size();
    if (ticked == 0) return tr("Nothing is ticked: what was shown stays.");
    return tr("%1 of %2").arg(ticked).arg(m_list->count());
}

}  // namespace kscope::app
