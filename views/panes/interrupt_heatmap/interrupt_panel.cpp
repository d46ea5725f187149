// SPDX-License-Identifier: GPL-3.0-or-later
/// Switches and words around the heatmap.
#include "views/panes/interrupt_heatmap/interrupt_panel.h"

#include "model/core/format.h"
#include "model/derive/interrupt_words.h"
#include "views/panes/interrupt_heatmap/count_track.h"
#include "views/panes/interrupt_heatmap/cpu_matrix.h"
#include "views/panes/pane_look.h"
#include "views/panes/tracks/track_plot.h"

#include <QApplication>
#include <QButtonGroup>
#include <QClipboard>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
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
    connect(m_plot, &TrackPlot::headerPicked, this, &InterruptPanel::pickWhole);
    connect(m_matrix, &CpuMatrix::cellPicked, this, &InterruptPanel::pickCell);
    m_plot->setMenuFiller([this](QMenu& menu, int track) { fillMenu(menu, track); });
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

std::function<std::shared_ptr<const TrackSet>(const model::TracePtr&, const PlotChoice&)>
InterruptPanel::maker() const {
    return [options = m_options, cache = m_cache](const model::TracePtr& trace,
                                                  const PlotChoice& choice) {
        return heatmapTracks(trace, options, choice, cache.get());
    };
}

void InterruptPanel::setTracks(std::shared_ptr<const TrackSet> tracks) {
    m_set = std::move(tracks);
    m_plot->setTracks(m_set);
    m_matrix->setVisible(m_set && m_set->side != nullptr);  // rates, that is
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
    if (m_pickedTable) m_plot->setSelectedTrack(m_picked);
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

const HeatTrack* InterruptPanel::heatTrack(int track) const {
    if (!m_set || track < 0 || static_cast<std::size_t>(track) >= m_set->tracks.size())
        return nullptr;
    return dynamic_cast<const HeatTrack*>(m_set->tracks[static_cast<std::size_t>(track)].get());
}

const HeatTrack* InterruptPanel::select(int track) {
    const auto* heat = heatTrack(track);
    if (heat == nullptr) return nullptr;
    m_picked = track;
    m_pickedTable = heat->data().table;
    m_pickedRow = heat->row();
    m_matrix->setSelected(track);
    m_plot->setSelectedTrack(track);
    sayRow();
    return heat;
}

const CountTrack* InterruptPanel::countTrack(int track) const {
    if (!m_set || track < 0 || static_cast<std::size_t>(track) >= m_set->tracks.size())
        return nullptr;
    return dynamic_cast<const CountTrack*>(m_set->tracks[static_cast<std::size_t>(track)].get());
}

/// Of a single reading: the row in words, here and in the details.
bool InterruptPanel::pickCount(int track) {
    const auto* count = countTrack(track);
    if (count == nullptr) return false;
    const auto words = count->told();
    QStringList parts{QStringLiteral("<b>%1</b>").arg(words.title.toHtmlEscaped()),
                      words.time.toHtmlEscaped()};
    for (const auto& line : words.lines) parts << line.toHtmlEscaped();
    m_words->setText(parts.join(QStringLiteral(" &nbsp;·&nbsp; ")));
    m_picked = -1;
    m_pickedTable = nullptr;
    m_plot->setSelectedTrack(track);
    Item item;
    item.kind = Item::Kind::Told;
    item.span = m_set->trace->range();
    m_view.setItem(item, words.told());
    return true;
}

void InterruptPanel::pick(int track) {
    if (pickCount(track)) return;
    if (const auto* heat = select(track)) selectHandler(*heat, std::nullopt, m_view.item().span);
}

void InterruptPanel::pickWhole(int track) {
    if (pickCount(track)) return;
    const auto* heat = select(track);
    if (heat == nullptr || selectHandler(*heat)) return;
    Item item;
    item.kind = Item::Kind::Told;
    item.span = m_matrix->range();
    m_view.setItem(item, rowTold(*heat));
}

void InterruptPanel::pickCell(int track, model::CpuId cpu, const ItemTold& cell) {
    const auto* heat = select(track);
    if (heat == nullptr || selectHandler(*heat, cpu)) return;
    Item item;
    item.kind = Item::Kind::Told;
    item.span = m_matrix->range();
    item.cpu = cpu;
    m_view.setItem(item, cell);
}

ItemTold InterruptPanel::rowTold(const HeatTrack& heat) const {
    const auto& table = *heat.data().table;
    const std::string name(m_set->trace->text(table.rows()[heat.row()].name));
    const bool soft = table.file() == model::CounterFile::Softirqs;
    const bool number = !soft && !name.empty() && name.front() >= '0' && name.front() <= '9';
    ItemTold told;
    told.title = soft     ? tr("Softirq %1").arg(shown(name))
                 : number ? tr("irq %1, %2").arg(shown(name), shown(heat.words().name))
                          : shown(name);
    if (!heat.words().meaning.empty()) told.lines << QString::fromStdString(heat.words().meaning);
    const auto fact = [&](const QString& of, const QString& value) {
        told.facts.emplace_back(of, value);
    };
    const auto rate = [](double perSecond) {
        return tr("%1 a second").arg(QString::fromStdString(shortRate(perSecond)));
    };
    if (!heat.words().facts.empty()) fact(tr("Row"), QString::fromStdString(heat.words().facts));
    if (const auto numbers = m_matrix->rowOf(m_picked)) {
        fact(tr("Rate"), rate(numbers->total));
        if (numbers->busiest && numbers->rates.size() > 1)
            fact(tr("Imbalance"),
                 tr("%1, most on CPU %2")
                     .arg(QString::fromStdString(model::formatShare(numbers->imbalance)))
                     .arg(model::raw(*numbers->busiest)));
        constexpr std::size_t kMostCpus = 16;
        if (numbers->rates.size() <= kMostCpus)
            for (const auto& [cpu, value] : numbers->rates)
                fact(tr("CPU %1").arg(model::raw(cpu)), rate(value));
    }
    if (number) {
        const auto affinity = m_affinity ? m_affinity(name) : std::string();
        fact(tr("May run on"), affinity.empty()
                                   ? tr("not recorded")
                                   : tr("CPU %1").arg(QString::fromStdString(affinity)));
    }
    return told;
}

void InterruptPanel::sayRow() {
    const auto* heat = heatTrack(m_picked);
    if (heat == nullptr) return;
    const auto told = rowTold(*heat);
    QStringList parts{QStringLiteral("<b>%1</b>").arg(told.title.toHtmlEscaped())};
    for (const auto& line : told.lines) parts << line.toHtmlEscaped();
    for (const auto& [name, value] : told.facts)
        if (name == tr("Rate") || name == tr("Imbalance") || name == tr("May run on"))
            parts << QStringLiteral("%1: %2").arg(name, value).toHtmlEscaped();
    m_words->setText(parts.join(QStringLiteral(" &nbsp;·&nbsp; ")));
}

void InterruptPanel::fillMenu(QMenu& menu, int track) {
    const auto* heat = heatTrack(track);
    const auto* count = countTrack(track);
    if (heat == nullptr && count == nullptr) return;
    const auto told = heat != nullptr ? rowTold(*heat) : count->told().told();
    menu.addAction(
        tr("Only This Line"), this,
        [this, name = shown(heat != nullptr ? heat->words().name : count->words().name)] {
            m_filter->setText(name);
        });
    auto* all = menu.addAction(tr("Show All Lines"), m_filter, &QLineEdit::clear);
    all->setEnabled(!m_filter->text().isEmpty());
    menu.addAction(tr("Copy Row"), this, [told] {
        QStringList lines{told.title};
        lines += told.lines;
        for (const auto& [name, value] : told.facts) lines << name + QLatin1Char('\t') + value;
        QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
    });
    menu.addSeparator();
}

/// Selects the line's next handler in view, of a trace that recorded handlers too.
bool InterruptPanel::selectHandler(const HeatTrack& track, std::optional<model::CpuId> only,
                                   model::TimeRange within) {
    const auto& trace = *m_set->trace;
    const auto name = trace.text(track.data().table->rows()[track.row()].name);
    const bool soft = track.data().table->file() == model::CounterFile::Softirqs;
    int number = soft ? model::softirqNumber(name) : -1;
    if (!soft) {
        const auto* const end = name.data() + name.size();
        if (std::from_chars(name.data(), end, number).ptr != end) return false;
    }
    if (number < 0) return false;
    Item best;
    if (within.empty()) within = {m_view.window().begin, trace.range().end};
    const auto begin = model::toNs(within.begin);
    for (const auto cpu : trace.cpus()) {
        if (only && cpu != *only) continue;
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
    if (best.kind == Item::Kind::None || best.span.begin >= within.end) return false;
    m_view.setItem(best);
    m_words->setText(
        m_words->text() + QStringLiteral(" &nbsp;·&nbsp; ") +
        tr("its handler on CPU %1 is selected, Ctrl+1 shows it").arg(model::raw(best.cpu)));
    return true;
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
