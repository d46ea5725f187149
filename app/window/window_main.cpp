// SPDX-License-Identifier: GPL-3.0-or-later
/// Starts the window for what the command line asked for.
#include "app/window/window_main.h"

#include "app/command_line/selection.h"
#include "app/window/main_window.h"
#include "app/window/qt_text.h"
#include "views/timeline/lane_match.h"
#include "views/timeline/timeline_widget.h"

#include <QApplication>
#include <QTimer>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

namespace kscope::app {

namespace {

/// Milliseconds since exec: field 22 of /proc/self/stat is the start in clock ticks since boot
/// (proc(5)), so the value is good to one tick, 10 ms.
double processAgeMs() {
    std::ifstream stat("/proc/self/stat");
    std::string line;
    std::getline(stat, line);
    // The second field is the name in brackets, which may hold blanks.
    auto at = line.rfind(')');
    for (int field = 2; field < 22 && at != std::string::npos; ++field) at = line.find(' ', at + 1);
    if (at == std::string::npos) return 0;
    const auto startTicks = std::strtoull(line.c_str() + at + 1, nullptr, 10);
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    const auto started =
        static_cast<double>(startTicks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9 - started) *
           1000.0;
}

struct Screenshot {
    QString path;
    QSize size{1920, 1080};
};

Screenshot screenshotWanted() {
    Screenshot wanted;
    const auto words = qEnvironmentVariable("KSCOPE_SCREENSHOT");
    wanted.path = words;
    const auto comma = words.lastIndexOf(QLatin1Char(','));
    const auto size = words.mid(comma + 1).split(QLatin1Char('x'));
    if (comma > 0 && size.size() == 2 && size[0].toInt() > 0 && size[1].toInt() > 0) {
        wanted.path = words.left(comma);
        wanted.size = QSize(size[0].toInt(), size[1].toInt());
    }
    return wanted;
}

/// Polls where that was asked for; KSCOPE_PROC_ROOT is a folder that plays the machine.
void watchAsAsked(MainWindow& window, const Invocation& invocation) {
    if (invocation.live) {
        const auto root = qEnvironmentVariable("KSCOPE_PROC_ROOT").toStdString();
        window.startLive({.files = defaultPollFiles(invocation.interval, root),
                          .limits = {},
                          .root = root,
                          .snapshotEvery = std::max(invocation.interval, kLeastInterval)});
    }
    // Which view a picture shows, by its number in Ctrl+1 … Ctrl+8.
    if (const int tab = qEnvironmentVariableIntValue("KSCOPE_TAB"); tab > 0)
        QObject::connect(
            &window.session().view(), &views::TraceView::traceChanged, &window,
            [&window, tab] { window.session().view().setTab(tab - 1); },
            static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
}

void takeScreenshot(MainWindow& window, const QString& path) {
    const bool written = window.grab().save(path);
    if (!written) std::fprintf(stderr, "kernelscope: %s can't be written\n", qPrintable(path));
    QCoreApplication::exit(written ? 0 : 1);
}

/// Once what was asked for is there and panes have filled themselves.
void shootWhenSettled(MainWindow& window, const Invocation& invocation, const Screenshot& shot) {
    window.resize(shot.size);
    window.settings().rangeHintSeen = true;  // A picture shows the trace, no hints.
    // Panes fill themselves off the GUI thread after the last rows came.
    constexpr int kSettleMs = 1200;
    const int liveSeconds =
        std::max(2, qEnvironmentVariableIntValue("KSCOPE_LIVE_SECONDS"));  // to be watched
    const auto take = [&window, path = shot.path] {
        QTimer::singleShot(kSettleMs, &window, [&window, path] { takeScreenshot(window, path); });
    };
    if (invocation.live) QTimer::singleShot(liveSeconds * 1000, &window, take);
    else if (invocation.sources.empty()) take();
    else QObject::connect(&window.session(), &Session::loadEnded, &window, take);
}

}  // namespace

void beginAsAsked(MainWindow& window, const Invocation& asked) {
    auto& session = window.session();
    auto& view = session.view();
    const auto trace = view.trace();
    if (!trace || trace->events() == 0) return;
    auto state = view.state();
    CommonOptions options;
    options.range = asked.range;
    options.cpus = asked.cpus;
    options.tasks = asked.tasks;
    if (const auto selection = readSelection(options)) {
        if (const auto range = selection->timeRange(*trace)) state.window = *range;
        state.onlyCpus = selection->cpus;
        for (std::size_t i = 0; i < trace->tasks().size() && !asked.tasks.empty(); ++i) {
            const model::TaskId id{static_cast<std::uint32_t>(i)};
            if (selection->coversTask(*trace, id, trace->task(id).comm))
                state.onlyTasks.push_back(id);
        }
    }
    if (!asked.lanes.empty()) {
        auto lanes = views::matchLanes(*trace, asked.lanes);
        if (lanes) state.lanes = std::move(*lanes);
        else window.tell(QStringLiteral("--lanes: ") + text(lanes.error().message));
    }
    view.setState(state, MainWindow::tr("From the Command Line"));
    if (!asked.filter.empty()) session.setFilter(text(asked.filter));
    if (!asked.view.empty()) session.loadView(text(asked.view));
}

int runWindow(const Invocation& invocation, int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
        qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        std::fprintf(stderr, "kernelscope: no display (neither DISPLAY nor WAYLAND_DISPLAY is "
                             "set); `kernelscope export -o view.png SOURCE` needs none\n");
        return 1;
    }
    const auto shot = screenshotWanted();
    const bool measure = qEnvironmentVariableIntValue("KSCOPE_EXIT_AFTER_FIRST_FRAME") == 1;
    const bool quiet = measure || !shot.path.isEmpty();
    if (!quiet) applyTextSize();
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("kernelscope"));
    QCoreApplication::setApplicationVersion(QStringLiteral(KSCOPE_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("kernelscope"));
    // Reading begins before the window is built: they share the time to the first picture.
    auto session = std::make_unique<Session>(invocation.threads,
                                             quiet ? Session::Keep::Nothing : Session::Keep::Views);
    if (!invocation.sources.empty()) session->open(invocation.sources, invocation.as, invocation.kallsyms);
    prepareLook(application);
    MainWindow window(std::move(session), quiet ? Settings::Store::Memory : Settings::Store::User);
    if (const auto theme = qEnvironmentVariable("KSCOPE_THEME"); !theme.isEmpty()) {
        window.settings().theme =
            theme == QLatin1String("dark") ? ThemeChoice::Dark : ThemeChoice::Light;
        window.applySettings();
    }
    if (!invocation.sources.empty()) {
        QObject::connect(
            &window.session(), &Session::loadEnded, &window,
            [&] {
                beginAsAsked(window, invocation);
                const auto event = qEnvironmentVariable("KSCOPE_EVENT");
                if (!event.isEmpty())
                    window.session().view().selectEvent(model::EventIndex{event.toULongLong()});
            },
            Qt::SingleShotConnection);
    }
    watchAsAsked(window, invocation);
    if (measure) {
        QObject::connect(&window, &MainWindow::firstFrame, &application, [] {
            std::printf("first_frame_ms %.0f\n", processAgeMs());
            std::fflush(stdout);
            QCoreApplication::exit(0);
        });
    }
    if (!shot.path.isEmpty()) shootWhenSettled(window, invocation, shot);
    window.show();
    return QApplication::exec();
}

}  // namespace kscope::app
