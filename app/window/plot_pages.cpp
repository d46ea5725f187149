// SPDX-License-Identifier: GPL-3.0-or-later
/// Making tracks of snapshots in the background.
#include "app/window/plot_pages.h"

#include "app/window/tab.h"
#include "views/panes/block_latency/block_deck.h"
#include "views/panes/call_tables/function_deck.h"
#include "views/panes/interrupt_heatmap/interrupt_panel.h"
#include "views/panes/memory_zones/memory_panel.h"
#include "views/panes/tracks/track_plot.h"
#include "views/state/trace_view.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace kscope::app {
namespace {

constexpr int kBlocksTab = static_cast<int>(Tab::Blocks);
constexpr int kFunctionsTab = static_cast<int>(Tab::Functions);
constexpr int kInterruptsTab = static_cast<int>(Tab::Interrupts);
constexpr int kMemoryTab = static_cast<int>(Tab::Memory);
constexpr qint64 kRestShare = 19;

}  // namespace

struct PlotPages::Page {
    QWidget* widget = nullptr;  // what stands in the column: the plot, or what holds it
    views::TrackPlot* plot = nullptr;
    views::BlockDeck* blocks = nullptr;        // of Blocks alone
    views::FunctionDeck* functions = nullptr;  // of Functions alone
    views::InterruptPanel* interrupts = nullptr;
    views::MemoryPanel* memory = nullptr;
    std::uint64_t generation = 0;  // of the snapshot that the tracks are of
    const model::Trace* of = nullptr;
    bool working = false;
    QElapsedTimer filled;  // since the tracks were made last
    qint64 costMs = 0;     // that making them took
    bool waiting = false;  // a later fill() is on its way
};

PlotPages::PlotPages(views::TraceView* view, QVBoxLayout* column, QObject* parent)
    : QObject(parent),
      m_view(*view),
      m_column(column) {
    connect(view, &views::TraceView::traceChanged, this, [this] { traceChanged(); });
    connect(view, &views::TraceView::filterChanged, this, [this] {
        for (const auto& [tab, page] : m_pages)
            if (page->interrupts != nullptr || page->memory != nullptr) page->of = nullptr;
        if (m_shown >= 0) fill(m_shown);
    });
}
PlotPages::~PlotPages() = default;

const views::TrackPane* PlotPages::paneOf(int tab) {
    const auto panes = views::trackPanes();
    const auto found = std::ranges::find(panes, tab, &views::TrackPane::tab);
    return found == panes.end() ? nullptr : &*found;
}

bool PlotPages::isPlot(int tab) { return paneOf(tab) != nullptr; }

bool PlotPages::hasData(int tab) const {
    const auto* const pane = paneOf(tab);
    return pane != nullptr && m_view.trace() && pane->hasData(*m_view.trace());
}

views::TrackPlot* PlotPages::plot(int tab) const {
    const auto found = m_pages.find(tab);
    return found == m_pages.end() ? nullptr : found->second->plot;
}

void PlotPages::setThemeKind(views::ThemeKind kind) {
    m_theme = kind;
    for (const auto& [tab, page] : m_pages) {
        page->plot->setThemeKind(kind);
        if (page->blocks != nullptr) page->blocks->setThemeKind(kind);
        if (page->functions != nullptr) page->functions->setThemeKind(kind);
        if (page->interrupts != nullptr) page->interrupts->setThemeKind(kind);
    }
}

PlotPages::Page& PlotPages::page(int tab) {
    auto& page = m_pages[tab];
    if (page) return *page;
    page = std::make_unique<Page>();
    QWidget* const parent = m_column->parentWidget();
    if (tab == kInterruptsTab) {
        page->interrupts = new views::InterruptPanel(&m_view, &m_pool, parent);
        page->interrupts->setThemeKind(m_theme);
        page->interrupts->setAffinityReader(m_affinity);
        connect(page->interrupts, &views::InterruptPanel::optionsChanged, this, [this, tab] {
            m_pages.at(tab)->of = nullptr;
            fill(tab);
        });
        connect(page->interrupts, &views::InterruptPanel::plotWidthChanged, this,
                [this, tab](int width) { emit plotWidthChanged(tab, width); });
        page->plot = &page->interrupts->plot();
        page->widget = page->interrupts;
    } else if (tab == kMemoryTab) {
        page->memory = new views::MemoryPanel(&m_view, &m_pool, parent);
        page->plot = &page->memory->plot();
        page->widget = page->memory;
    } else {
        page->plot = new views::TrackPlot(&m_view, &m_pool, parent);
        page->widget = page->plot;
    }
    if (tab == kBlocksTab) {
        page->blocks = new views::BlockDeck(&m_view, page->plot, parent);
        page->blocks->setThemeKind(m_theme);
        connect(page->blocks, &views::BlockDeck::plotWidthChanged, this,
                [this, tab](int width) { emit plotWidthChanged(tab, width); });
        page->widget = page->blocks;
    }
    if (tab == kFunctionsTab) {
        page->functions = new views::FunctionDeck(&m_view, &m_pool, page->plot, parent);
        page->functions->setThemeKind(m_theme);
        page->widget = page->functions;
    }
    page->plot->setThemeKind(m_theme);
    connect(page->plot, &views::TrackPlot::menuWanted, this,
            [this, tab](QPoint at, int track) { emit menuWanted(tab, at, track); });
    const auto name = paneOf(tab)->name;
    page->plot->setAccessibleName(QString::fromUtf8(name.data(), static_cast<int>(name.size())));
    m_column->addWidget(page->widget, 1);
    return *page;
}

void PlotPages::show(int tab) {
    m_shown = isPlot(tab) && m_view.trace() ? tab : -1;
    for (const auto& [number, page] : m_pages) page->widget->setVisible(number == m_shown);
    if (m_shown < 0) return;
    page(m_shown).widget->show();
    fill(m_shown);
}

views::FunctionDeck* PlotPages::functions() const {
    const auto found = m_pages.find(kFunctionsTab);
    return found == m_pages.end() ? nullptr : found->second->functions;
}

views::InterruptPanel* PlotPages::interrupts() const {
    const auto found = m_pages.find(kInterruptsTab);
    return found == m_pages.end() ? nullptr : found->second->interrupts;
}

views::MemoryPanel* PlotPages::memory() const {
    const auto found = m_pages.find(kMemoryTab);
    return found == m_pages.end() ? nullptr : found->second->memory;
}

void PlotPages::setAffinityReader(std::function<std::string(std::string_view irq)> reader) {
    m_affinity = std::move(reader);
    if (auto* const panel = interrupts()) panel->setAffinityReader(m_affinity);
}

views::BlockDeck* PlotPages::blocks() const {
    const auto found = m_pages.find(kBlocksTab);
    return found == m_pages.end() ? nullptr : found->second->blocks;
}

void PlotPages::traceChanged() {
    for (const auto& [tab, page] : m_pages)
        if (!m_view.trace()) {
            page->plot->setTracks(nullptr);
            if (page->blocks != nullptr) page->blocks->setTracks(nullptr);
            if (page->functions != nullptr) page->functions->setTracks(nullptr);
            if (page->interrupts != nullptr) page->interrupts->setTracks(nullptr);
            page->of = nullptr;
        }
    if (m_shown >= 0) show(m_shown);
}

void PlotPages::fill(int tab) {
    Page& page = *m_pages.at(tab);
    const model::TracePtr trace = m_view.trace();
    if (!trace || page.working ||
        (page.of == trace.get() && page.generation == trace->generation()))
        return;
    if (rests(tab)) return;
    page.working = true;
    page.of = trace.get();
    page.generation = trace->generation();
    std::function<std::shared_ptr<const views::TrackSet>(const model::TracePtr&,
                                                         const views::PlotChoice&)>
        make = paneOf(tab)->make;
    if (page.interrupts != nullptr) make = page.interrupts->maker();
    // Panes of counters alone are chosen from by number.
    const bool chosen = page.interrupts != nullptr || page.memory != nullptr;
    const auto filter =
        chosen ? model::Filter::parse(m_view.state().filter.toStdString()).value_or(model::Filter{})
               : model::Filter{};
    m_pool.submit([trace, tab, make, filter, cpus = m_view.state().onlyCpus,
                   filteredOut = m_view.filteredOut(), self = QPointer<PlotPages>(this)] {
        QElapsedTimer took;
        took.start();
        views::PlotChoice choice;
        choice.cpus = cpus;
        std::ranges::sort(choice.cpus);
        // Rows of the snapshot before would not be found in this one.
        if (filteredOut == views::Presence::Hidden)
            choice.filtered = views::PlotChoice::Filtered::LeaveOut;
        if (!filter.all()) choice.series = model::ChosenSeries(*trace, filter, nullptr);
        const auto set = make(trace, choice);
        const auto costMs = took.elapsed();
        if (QCoreApplication* const application = QCoreApplication::instance())
            QMetaObject::invokeMethod(application, [self, tab, set, costMs] {
                if (self) self->take(tab, set, costMs);
            });
    });
}

/// A trace that grows has new tracks as often as that takes a twentieth of a CPU: true while it is
/// too early, and they come then.
bool PlotPages::rests(int tab) {
    Page& page = *m_pages.at(tab);
    if (page.of == nullptr || !page.filled.isValid()) return false;
    const auto left = page.costMs * kRestShare - page.filled.elapsed();
    if (left <= 0) return false;
    if (!std::exchange(page.waiting, true))
        QTimer::singleShot(static_cast<int>(left), this, [this, tab] {
            m_pages.at(tab)->waiting = false;
            if (m_shown == tab) fill(tab);
        });
    return true;
}

void PlotPages::take(int tab, const std::shared_ptr<const views::TrackSet>& set, qint64 costMs) {
    Page& done = *m_pages.at(tab);
    done.working = false;
    done.costMs = costMs;
    done.filled.start();
    if (m_view.trace()) {
        if (done.blocks != nullptr) done.blocks->setTracks(set);
        else if (done.functions != nullptr) done.functions->setTracks(set);
        else if (done.interrupts != nullptr) done.interrupts->setTracks(set);
        else if (done.memory != nullptr) done.memory->setTracks(set);
        else done.plot->setTracks(set);
    }
    emit statusChanged(tab, QString::fromStdString(set->status));
    if (m_shown == tab) fill(tab);  // the trace has grown meanwhile
}

}  // namespace kscope::app
