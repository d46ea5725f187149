// SPDX-License-Identifier: GPL-3.0-or-later
/// Switches and words around the heatmap.
#include "views/panes/interrupt_heatmap/interrupt_panel.h"

#include "model/core/format.h"
#include "model/derive/interrupt_words.h"
#include "views/panes/interrupt_heatmap/cpu_matrix.h"
#include "views/panes/pane_look.h"
#include "views/panes/tracks/track_plot.h"

#include <QButtonGroup>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <charconv>

namespace kscope::views {

InterruptPanel::InterruptPanel(TraceView* view, model::ThreadPool* pool, QWidget* parent)
    : QWidget(parent),
      m_view(*view),
      m_plot(new TrackPlot(view, pool, this)),
      m_matrix(new CpuMatrix(view, m_plot, this)),
      m_splitter(new QSplitter(Qt::Horizontal, this)),
      m_filter(new QLineEdit(this)),
      m_words(new QLabel(this)) {
    m_splitter->addWidget(m_plot);
    m_splitter->addWidget(m_matrix);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_words->setFont(views::font(TextRole::Body));
    m_words->setWordWrap(true);
    m_words->setContentsMargins(12, 6, 12, 6);
    m_words->setMinimumHeight(44);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_words->setText(tr("Click a row: what it is, where it may run, and its handlers."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(head());
    column->addWidget(m_splitter, 1);
    column->addWidget(m_words);
    m_plot->installEventFilter(this);
    connect(m_plot, &TrackPlot::trackPicked, this, &InterruptPanel::pick);
    connect(m_matrix, &CpuMatrix::rowPicked, this, &InterruptPanel::pick);
    connect(m_matrix, &CpuMatrix::counted, this, &InterruptPanel::sayRow);
}

QToolButton* InterruptPanel::choice(const QString& text, const QString& tip) {
    auto* made = new QToolButton(this);
    made->setText(text);
    made->setToolTip(tip);
    made->setCheckable(true);
    made->setAutoRaise(true);
    made->setFocusPolicy(Qt::TabFocus);
    return made;
}

QWidget* InterruptPanel::head() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(12, 3, 12, 3);
    row->setSpacing(4);
    m_filter->setPlaceholderText(tr("Lines that hold: enp0s3, Local timer, 24"));
    m_filter->setAccessibleName(tr("Filter of interrupt lines"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(280);
    row->addWidget(m_filter, 1);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_options.filter = text.trimmed().toStdString();
        emit optionsChanged();
    });
    const auto label = [&](const QString& text) {
        auto* made = new QLabel(text, box);
        made->setFont(views::font(TextRole::Small));
        row->addSpacing(8);
        row->addWidget(made);
    };
    const auto group = [&](auto HeatOptions::*member, auto value, const QString& text,
                           const QString& tip, QButtonGroup* buttons) {
        auto* button = choice(text, tip);
        buttons->addButton(button);
        button->setChecked(m_options.*member == value);
        row->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, member, value] {
            m_options.*member = value;
            emit optionsChanged();
        });
    };
    label(tr("Sort by"));
    auto* sorts = new QButtonGroup(box);
    group(&HeatOptions::sort, HeatSort::Rate, tr("Rate"), tr("Busiest first"), sorts);
    group(&HeatOptions::sort, HeatSort::Name, tr("Name"), tr("Device or row"), sorts);
    group(&HeatOptions::sort, HeatSort::Number, tr("Number"), tr("Number of the line"), sorts);
    label(tr("Colour"));
    auto* scales = new QButtonGroup(box);
    group(&HeatOptions::scale, HeatScale::Kind::Log, tr("Log"), tr("Each step is a factor"),
          scales);
    group(&HeatOptions::scale, HeatScale::Kind::Linear, tr("Linear"),
          tr("Each step is the same rate"), scales);
    row->addSpacing(8);
    auto* groups = choice(tr("Groups"), tr("Devices, between CPUs, timers, exceptions"));
    groups->setChecked(true);
    row->addWidget(groups);
    connect(groups, &QToolButton::toggled, this, [this](bool on) {
        m_options.groups = on ? HeatOptions::Groups::Shown : HeatOptions::Groups::None;
        emit optionsChanged();
    });
    row->addStretch(2);
    return box;
}

std::function<std::shared_ptr<const TrackSet>(const model::TracePtr&)>
InterruptPanel::maker() const {
    return [options = m_options, cache = m_cache](const model::TracePtr& trace) {
        return heatmapTracks(trace, options, cache.get());
    };
}

void InterruptPanel::setTracks(std::shared_ptr<const TrackSet> tracks) {
    m_set = std::move(tracks);
    m_plot->setTracks(m_set);
    m_matrix->setVisible(m_set && !m_set->tracks.empty());
    m_matrix->setTracks(m_set);
    // The picked row may stand elsewhere now.
    m_picked = -1;
    for (std::size_t i = 0; m_set && m_pickedTable && i < m_set->tracks.size(); ++i) {
        const auto* heat = dynamic_cast<const HeatTrack*>(m_set->tracks[i].get());
        if (heat == nullptr || heat->row() != m_pickedRow ||
            heat->data().table->path() != m_pickedTable->path() ||
            heat->data().table->source() != m_pickedTable->source())
            continue;
        m_picked = static_cast<int>(i);
        break;
    }
    m_matrix->setSelected(m_picked);
    tellWidth();
}

void InterruptPanel::setThemeKind(ThemeKind kind) {
    m_plot->setThemeKind(kind);
    m_matrix->setThemeKind(kind);
}

void InterruptPanel::setAffinityReader(std::function<std::string(std::string_view)> reader) {
    m_affinity = std::move(reader);
}

QString InterruptPanel::words() const { return m_words->text(); }

void InterruptPanel::pick(int track) {
    if (!m_set || track < 0 || static_cast<std::size_t>(track) >= m_set->tracks.size()) return;
    const auto* heat =
        dynamic_cast<const HeatTrack*>(m_set->tracks[static_cast<std::size_t>(track)].get());
    if (heat == nullptr) return;
    m_picked = track;
    m_pickedTable = heat->data().table;
    m_pickedRow = heat->row();
    m_matrix->setSelected(track);
    sayRow();
    selectHandler(*heat);
}

void InterruptPanel::sayRow() {
    if (m_picked < 0 || !m_set) return;
    const auto* heat =
        dynamic_cast<const HeatTrack*>(m_set->tracks[static_cast<std::size_t>(m_picked)].get());
    if (heat == nullptr) return;
    const auto& table = *heat->data().table;
    const auto& row = table.rows()[heat->row()];
    const std::string name(m_set->trace->text(row.name));
    QStringList parts;
    const bool soft = table.file() == model::CounterFile::Softirqs;
    const bool number = !name.empty() && name.front() >= '0' && name.front() <= '9';
    auto title = soft     ? tr("Softirq %1").arg(shown(name))
                 : number ? tr("irq %1, %2").arg(shown(name), shown(heat->words().name))
                          : shown(name);
    parts << QStringLiteral("<b>%1</b>").arg(title.toHtmlEscaped());
    if (!heat->words().meaning.empty())
        parts << QString::fromStdString(heat->words().meaning).toHtmlEscaped();
    if (const auto numbers = m_matrix->rowOf(m_picked)) {
        auto said = tr("%1 a second").arg(QString::fromStdString(shortRate(numbers->total)));
        if (numbers->busiest && numbers->rates.size() > 1)
            said += tr(", imbalance %1, most on CPU %2")
                        .arg(QString::fromStdString(model::formatShare(numbers->imbalance)))
                        .arg(model::raw(*numbers->busiest));
        parts << said;
    }
    if (number && !soft) {
        const auto affinity = m_affinity ? m_affinity(name) : std::string();
        parts << (affinity.empty() ? tr("affinity not recorded")
                                   : tr("may run on CPU %1").arg(QString::fromStdString(affinity)));
    }
    m_words->setText(parts.join(QStringLiteral(" &nbsp;·&nbsp; ")));
}

/// Selects the line's next handler in view, of a trace that recorded handlers too.
void InterruptPanel::selectHandler(const HeatTrack& track) {
    const auto& trace = *m_set->trace;
    const auto name = trace.text(track.data().table->rows()[track.row()].name);
    const bool soft = track.data().table->file() == model::CounterFile::Softirqs;
    int number = soft ? model::softirqNumber(name) : -1;
    if (!soft) {
        const auto* const end = name.data() + name.size();
        if (std::from_chars(name.data(), end, number).ptr != end) return;
    }
    if (number < 0) return;
    Item best;
    const auto begin = model::toNs(m_view.window().begin);
    for (const auto cpu : trace.cpus()) {
        const auto lane = soft ? trace.softirqLane(cpu) : trace.irqLane(cpu);
        const auto from = lane.indexAt(begin);
        bool found = false;
        lane.forEach(from == lane.size() ? 0 : from, INT64_MAX, [&](const model::LaneSpan& span) {
            if (found || span.value != static_cast<std::uint32_t>(number) || span.begin < begin)
                return;
            found = true;
            const auto at = model::timestampNs(span.begin);
            if (best.kind != Item::Kind::None && best.span.begin <= at) return;
            best = {.kind = soft ? Item::Kind::Softirq : Item::Kind::Irq,
                    .lane = {LaneKey::Kind::Cpu, model::raw(cpu)},
                    .event = trace.lowerBound(at),
                    .span = {at, model::timestampNs(span.end)},
                    .value = span.value,
                    .cpu = cpu};
        });
    }
    if (best.kind == Item::Kind::None) return;
    m_view.setItem(best);
    m_words->setText(
        m_words->text() + QStringLiteral(" &nbsp;·&nbsp; ") +
        tr("its handler on CPU %1 is selected, Ctrl+1 shows it").arg(model::raw(best.cpu)));
}

void InterruptPanel::tellWidth() {
    emit plotWidthChanged(m_matrix->isVisibleTo(this) ? m_plot->width() : width());
}

bool InterruptPanel::eventFilter(QObject* watched, QEvent* event) {
    // The plot's width changes with the window, the splitter, and when the matrix comes or goes.
    if (watched == m_plot && event->type() == QEvent::Resize)
        QMetaObject::invokeMethod(this, &InterruptPanel::tellWidth, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

}  // namespace kscope::views
