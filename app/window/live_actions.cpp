// SPDX-License-Identifier: GPL-3.0-or-later
/// What the menu Live can do, and how the window follows polling.
#include "app/live/live_feed.h"
#include "app/window/bars.h"
#include "app/window/live_bar.h"
#include "app/window/main_window.h"
#include "app/window/overlay.h"
#include "app/window/plot_pages.h"
#include "app/window/qt_text.h"
#include "model/core/format.h"
#include "model/query/counter_fields.h"
#include "views/timeline/timeline_widget.h"

#include <QFileDialog>
#include <QMessageBox>

namespace kscope::app {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds kIntervals[] = {50ms,   100ms,  200ms,    500ms,   1000ms,
                                                    2000ms, 5000ms, 10'000ms, 60'000ms};
struct Keep {
    const char* id;
    const char* name;
    std::chrono::nanoseconds time;
};
constexpr Keep kKeeps[] = {
    {"live.keep_10m", QT_TRANSLATE_NOOP("kscope::app::MainWindow", "10 min"), 10min},
    {"live.keep_1h", QT_TRANSLATE_NOOP("kscope::app::MainWindow", "1 h"), 1h},
    {"live.keep_8h", QT_TRANSLATE_NOOP("kscope::app::MainWindow", "8 h"), 8h},
    {"live.keep_all", QT_TRANSLATE_NOOP("kscope::app::MainWindow", "Until the Memory Limit"),
     10'000h}};
/// Of a history that is asked to hold more than an hour.
constexpr std::size_t kManyBytes = std::size_t{512} << 20;

}  // namespace

void MainWindow::startLive(PollerOptions options) {
    if (options.files.empty()) options.files = defaultPollFiles(200ms, options.root);
    if (options.files.empty())
        return tell(tr("This machine has no /proc that can be read: nothing to watch."));
    if (!mayDropLive()) return;
    m_viewPath.clear();
    QStringList barred;
    if (options.root.empty())
        for (const auto& choice : pollChoices(200ms, options.root))
            if (choice.state == PollChoice::State::NoRight) barred << text(choice.file.path).mid(6);
    m_session->startLive(std::move(options));
    if (!barred.isEmpty())
        m_notice->tell(NoticeBar::Sign::Info,
                       tr("Not read: %1. Only root may: start KernelScope with sudo to watch "
                          "them, too.")
                           .arg(barred.join(QStringLiteral(", "))));
}

bool MainWindow::mayDropLive() {
    if (!m_session->liveUnsaved()) return true;
    const auto ask = [this] {
        QMessageBox box(QMessageBox::Question, tr("Live Data"),
                        tr("What was read of this machine is in no file yet. Save it?"),
                        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
        box.setInformativeText(tr("A proc log holds every reading and opens like any trace."));
        box.setDefaultButton(QMessageBox::Save);
        const int answer = box.exec();
        return answer == QMessageBox::Save      ? Unsaved::Save
               : answer == QMessageBox::Discard ? Unsaved::Drop
                                                : Unsaved::Stay;
    };
    const auto answer = m_askUnsaved ? m_askUnsaved() : ask();
    if (answer == Unsaved::Save) saveLiveAs();  // it goes on meanwhile: nothing is lost
    return answer == Unsaved::Drop;
}

void MainWindow::closeTrace() {
    if (mayDropLive()) m_session->close();
}

void MainWindow::toggleLive() {
    if (m_session->liveRunning()) m_session->live()->stop();
    else startLive({});
}

void MainWindow::togglePicture() {
    if (!m_session->liveRunning()) return startLive({});
    auto& feed = *m_session->live();
    if (feed.picture() == LiveFeed::Picture::Stands || feed.paused()) m_session->followNow();
    else feed.setPicture(LiveFeed::Picture::Stands);
}

void MainWindow::connectLive() {
    auto* session = m_session.get();
    connect(session, &Session::liveChanged, this, [this] {
        if (m_live != nullptr) m_live->follow();
        if (m_liveLine != nullptr) m_liveLine->follow();
        const auto* feed = m_session->live();
        m_plots->setAffinityReader(feed == nullptr ? std::function<std::string(std::string_view)>()
                                                   : [root = feed->root()](std::string_view irq) {
                                                         return irqAffinity(root, irq);
                                                     });
        // A pause begins no new table.
        const auto* const root = feed == nullptr || !feed->running() ? nullptr : feed;
        if (root != m_processesOf) {
            m_processesOf = root;
            updateProcesses();
        }
        updateTitle();
        refreshSoon();
    });
    connect(session, &Session::frozen, this, [this](const QString& condition, model::Timestamp at) {
        auto& view = m_session->view();
        view.setCursors(at, std::nullopt, tr("Freeze"));
        view.reveal({at, at});
        m_notice->tell(NoticeBar::Sign::Info,
                       tr("Frozen: %1 came true at %2 s. Reading is paused, what led to it "
                          "is kept; Space goes on.")
                           .arg(condition, text(model::formatSeconds(at))));
    });
    connect(session, &Session::logSaved, this,
            [this](const QString& path) { say(tr("Written: %1").arg(path)); });
}

void MainWindow::askFreeze() {
    if (m_freezeLine == nullptr) {
        m_freezeLine = new AskLine(tr("Freeze when"),
                                   tr("zone == \"DMA32\" && free < low   ·   empty: never"), this);
        connect(m_freezeLine, &AskLine::answered, this, [this](const QString& typed) {
            const auto condition = model::Filter::parse(typed.trimmed().toStdString());
            if (!condition) return m_freezeLine->setFault(text(condition.error().message));
            if (const auto& trace = m_session->view().trace()) {
                const auto unknown = model::unknownCounterNames(*trace, *condition);
                if (!unknown.empty())
                    return m_freezeLine->setFault(
                        tr("Nothing that is read is called “%1”").arg(text(unknown.front())));
            }
            m_freezeLine->closeOverlay();
            if (auto* feed = m_session->live()) feed->freezeWhen(*condition);
        });
    }
    auto* feed = m_session->live();
    m_freezeLine->ask(feed == nullptr ? QString() : feed->freezeCondition());
}

void MainWindow::saveLiveAs() {
    const auto path = QFileDialog::getSaveFileName(
        this, tr("Save Live Data"), QStringLiteral("proc.log.zst"),
        tr("Proc logs (*.log *.log.zst *.log.gz *.log.xz);;All files (*)"));
    if (!path.isEmpty()) m_session->saveLive(path);
}

std::vector<ActionSpec> MainWindow::liveActions() {
    const auto live = tr("Live");
    const auto needLive = [this] {
        return m_session->liveRunning() ? QString() : tr("Nothing is polled. Ctrl+R begins.");
    };
    const auto stands = [this] {
        return m_session->liveRunning() &&
               (m_session->live()->picture() == LiveFeed::Picture::Stands ||
                m_session->live()->paused());
    };
    return {
        {.id = "live.start",
         .text = tr("Start"),
         .keys = "Ctrl+R",
         .menu = live,
         .run = [this] { toggleLive(); },
         .liveText = [this] { return m_session->liveRunning() ? tr("Stop") : tr("Start"); },
         .icon = "live"},
        {.id = "live.picture",
         .text = tr("Stop the Picture"),
         .keys = "",
         .menu = live,
         .run = [this] { togglePicture(); },
         .whyNot = needLive,
         .liveText =
             [stands] {
                 return stands() ? tr("Let the Picture Run (Space)")
                                 : tr("Stop the Picture (Space)");
             }},
        {.id = "live.pause",
         .text = tr("Pause Reading"),
         .keys = "",
         .menu = live,
         .run =
             [this] {
                 auto& feed = *m_session->live();
                 feed.paused() ? feed.resumeReading() : feed.pauseReading();
             },
         .whyNot = needLive,
         .checked = [this] { return m_session->liveRunning() && m_session->live()->paused(); }},
        {.id = "live.now",
         .text = tr("Jump to Now"),
         .keys = "",
         .menu = live,
         .run = [this] { m_session->followNow(); },
         .whyNot = needLive},
    };
}

/// What is done with the readings that are there.
std::vector<ActionSpec> MainWindow::liveReadingActions() {
    const auto live = tr("Live");
    const auto needLive = [this] {
        return m_session->liveRunning() ? QString() : tr("Nothing is polled. Ctrl+R begins.");
    };
    const auto needData = [this] {
        return m_session->live() != nullptr ? QString() : tr("Nothing was polled.");
    };
    return {
        {.id = "live.back",
         .text = tr("One Reading Back"),
         .keys = "Alt+Shift+Left",
         .menu = live,
         .run = [this] { m_session->stepReading(-1); },
         .whyNot = needData,
         .gap = MenuGap::Before},
        {.id = "live.forward",
         .text = tr("One Reading On"),
         .keys = "Alt+Shift+Right",
         .menu = live,
         .run = [this] { m_session->stepReading(1); },
         .whyNot = needData},
        {.id = "live.freeze",
         .text = tr("Freeze When…"),
         .keys = "",
         .menu = live,
         .run = [this] { askFreeze(); },
         .whyNot = needLive},
        {.id = "live.sources",
         .text = tr("Sources…"),
         .keys = "",
         .menu = live,
         .run = [this] { (new LiveSourcesDialog(*m_session, this))->show(); },
         .gap = MenuGap::Before},
        {.id = "live.save",
         .text = tr("Save Live Data…"),
         .keys = "",
         .menu = live,
         .run = [this] { saveLiveAs(); },
         .whyNot = needData,
         .icon = "save"},
    };
}

std::vector<ActionSpec> MainWindow::liveChoices() {
    const auto needLive = [this] {
        return m_session->liveRunning() ? QString() : tr("Nothing is polled. Ctrl+R begins.");
    };
    std::vector<ActionSpec> specs;
    for (const auto interval : kIntervals)
        specs.push_back({.id = QStringLiteral("live.every_%1").arg(interval.count()),
                         .text = intervalText(interval),
                         .keys = "",
                         .menu = tr("Live") + '/' + tr("Interval"),
                         .run = [this, interval] { m_session->live()->setIntervals(interval); },
                         .whyNot = needLive,
                         .checked =
                             [this, interval] {
                                 return m_session->liveRunning() &&
                                        usualInterval(m_session->live()->state()) == interval;
                             }});
    for (const auto& keep : kKeeps)
        specs.push_back(
            {.id = QLatin1String(keep.id),
             .text = tr(keep.name),
             .keys = "",
             .menu = tr("Live") + '/' + tr("Keep"),
             .run =
                 [this, keep] {
                     m_session->live()->setLimits(
                         {.time = keep.time,
                          .bytes = keep.time > 1h ? kManyBytes : HistoryLimits{}.bytes});
                 },
             .whyNot = needLive,
             .checked =
                 [this, keep] {
                     return m_session->liveRunning() &&
                            m_session->live()->limits().time == keep.time;
                 }});
    return specs;
}

}  // namespace kscope::app
