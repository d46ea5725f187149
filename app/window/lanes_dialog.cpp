// SPDX-License-Identifier: GPL-3.0-or-later
/// Which lanes are shown and in which order.
#include "app/window/lanes_dialog.h"

#include "model/core/format.h"
#include "views/panes/pane_look.h"
#include "views/timeline/lane_layout.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

#include <algorithm>

namespace kscope::app {

namespace {

// A list of more lines helps nobody, and a widget item a line costs memory; the field of the
// palette finds the rest.
constexpr std::size_t kMostListed = 20'000;

QString laneText(const model::Trace& trace, const views::LaneKey& key) {
    using Kind = views::LaneKey::Kind;
    if (key.kind == Kind::Task && key.id < trace.tasks().size()) {
        const auto id = model::TaskId{key.id};
        const auto& task = trace.task(id);
        return LanesDialog::tr("%1   %2 on a CPU")
            .arg(views::taskName(trace, id),
                 QString::fromStdString(model::formatDuration(model::Duration{task.runNs})));
    }
    auto name = views::shown(views::laneName(trace, key));
    if (key.kind == Kind::EventName && key.id < trace.nameCounts().size())
        return LanesDialog::tr("%1   %2 events")
            .arg(name, QString::fromStdString(model::formatCount(trace.nameCounts()[key.id])));
    return name;
}

}  // namespace

LanesDialog::LanesDialog(views::TraceView& view, QWidget* parent)
    : QDialog(parent),
      m_view(view),
      m_field(new QLineEdit(this)),
      m_list(new QListWidget(this)) {
    setWindowTitle(tr("Lanes"));
    resize(460, 560);
    m_field->setPlaceholderText(tr("Find a CPU, device, task or event"));
    m_field->setAccessibleName(tr("Find a lane"));
    m_list->setAccessibleName(tr("Lanes"));
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setUniformItemSizes(true);
    auto* standard = new QPushButton(tr("As Delivered"), this);
    auto* close = new QPushButton(tr("Close"), this);
    auto* foot = new QHBoxLayout;
    foot->addWidget(standard);
    foot->addStretch(1);
    foot->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    column->addLayout(foot);
    connect(m_field, &QLineEdit::textChanged, this, &LanesDialog::find);
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        if (!m_filling) apply();
    });
    connect(m_list->model(), &QAbstractItemModel::rowsMoved, this, &LanesDialog::apply);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(standard, &QPushButton::clicked, this, [this] {
        auto state = m_view.state();
        state.lanes.clear();
        state.hidden.clear();
        m_view.setState(state, tr("Lanes as Delivered"));
    });
    connect(&m_view, &views::TraceView::lanesChanged, this, [this] {
        if (!m_applying) fill();
    });
    connect(&m_view, &views::TraceView::traceChanged, this, &LanesDialog::fill);
    fill();
}

/// Shown lanes first, in their order, then all others.
void LanesDialog::fill() {
    m_filling = true;
    m_list->clear();
    m_keys.clear();
    if (const auto trace = m_view.trace()) {
        const auto& state = m_view.state();
        auto shown =
            state.lanes.empty() ? views::defaultLanes(*trace, views::Pane::Timeline) : state.lanes;
        std::erase_if(shown, [&](const auto& key) {
            return std::ranges::find(state.hidden, key) != state.hidden.end();
        });
        m_keys = shown;
        auto sorted = shown;
        std::ranges::sort(sorted);
        for (const auto& key : views::allLanes(*trace, views::Pane::Timeline)) {
            if (m_keys.size() >= kMostListed) break;
            if (!std::ranges::binary_search(sorted, key)) m_keys.push_back(key);
        }
        for (std::size_t i = 0; i < m_keys.size(); ++i) {
            auto* item = new QListWidgetItem(laneText(*trace, m_keys[i]), m_list);
            item->setFlags((item->flags() | Qt::ItemIsUserCheckable) & ~Qt::ItemIsDropEnabled);
            item->setCheckState(i < shown.size() ? Qt::Checked : Qt::Unchecked);
            item->setData(Qt::UserRole, static_cast<qulonglong>(i));
        }
    }
    find(m_field->text());
    m_filling = false;
}

void LanesDialog::find(const QString& words) {
    for (int row = 0; row < m_list->count(); ++row) {
        auto* item = m_list->item(row);
        item->setHidden(!words.isEmpty() && !item->text().contains(words, Qt::CaseInsensitive));
    }
}

void LanesDialog::apply() {
    auto state = m_view.state();
    state.lanes.clear();
    for (int row = 0; row < m_list->count(); ++row) {
        const auto* item = m_list->item(row);
        const auto index = item->data(Qt::UserRole).toULongLong();
        if (item->checkState() == Qt::Checked && index < m_keys.size())
            state.lanes.push_back(m_keys[index]);
    }
    // An empty list means the default lanes: the last one stays.
    if (state.lanes.empty()) return;
    std::erase_if(state.hidden, [&](const auto& key) {
        return std::ranges::find(state.lanes, key) != state.lanes.end();
    });
    m_applying = true;
    m_view.setState(state, tr("Lanes"));
    m_applying = false;
}

}  // namespace kscope::app
