// SPDX-License-Identifier: GPL-3.0-or-later
/// `export -o FILE`: pictures and data of the lanes (cli.md section 4). Needs no display: the
/// offscreen platform draws.
#include "app/command_line/call_choice.h"
#include "app/command_line/output.h"
#include "app/session/view_file.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/flame_graph/flame_picture.h"
#include "views/panes/flame_graph/stack_tree.h"
#include "views/panes/panes.h"
#include "views/panes/tracks/track_picture.h"
#include "views/timeline/lane_match.h"
#include "views/timeline/picture.h"

#include <QGuiApplication>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#ifndef KSCOPE_VERSION
#define KSCOPE_VERSION "0.1.0"
#endif

namespace kscope::app {
namespace {

/// Table: .csv or .json, which their writer tells by the name.
enum class FileKind : std::uint8_t { Png, Svg, Table };

/// A usage error or what is not there yet: a status, after its one line was written.
std::optional<int> refuse(CommandStreams streams, int status, const std::string& message) {
    complain(streams, message);
    return status;
}

std::optional<int> readKind(const ExportOptions& options, CommandStreams streams, FileKind& kind) {
    const std::string_view file = options.output;
    if (file.ends_with(".png")) kind = FileKind::Png;
    else if (file.ends_with(".svg")) kind = FileKind::Svg;
    else if (file.ends_with(".csv") || file.ends_with(".json")) kind = FileKind::Table;
    else
        return refuse(streams, kUsage,
                      fmt::format("export: '{}' ends in none of .png .svg .csv .json .folded "
                                  ".chrome.json .perfetto.json",
                                  file));
    return std::nullopt;
}

std::optional<int> readPane(const ExportOptions& options, CommandStreams streams,
                            views::Pane& pane) {
    if (options.pane == "timeline") pane = views::Pane::Timeline;
    else if (options.pane == "cpu_sched") pane = views::Pane::CpuSched;
    else if (views::findTrackPane(options.pane) != nullptr || options.pane == "flame_graph")
        return std::nullopt;
    else
        return refuse(streams, kUsage,
                      fmt::format("--pane: '{}' is no pane; there are timeline, cpu_sched, "
                                  "block_pipeline, flame_graph, call_timeline, interrupt_heatmap "
                                  "and memory_zones",
                                  options.pane));
    return std::nullopt;
}

bool readSize(std::string_view text, views::ExportRequest& request) {
    const auto cross = text.find('x');
    if (cross == std::string_view::npos) return false;
    const auto number = [](std::string_view digits, int& into) {
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), into);
        return error == std::errc{} && end == digits.data() + digits.size() && into > 0;
    };
    return number(text.substr(0, cross), request.width) &&
           number(text.substr(cross + 1), request.height);
}

/// Two SIGINTs: the first ends the load within 50 ms, before anything is written; files appear
/// whole, by a rename.
class StopOnInterrupt {
public:
    StopOnInterrupt() {
        interruptedNow = 0;
        struct sigaction action {};
        action.sa_handler = [](int) {
            if (interruptedNow != 0) _exit(130);
            interruptedNow = 1;
        };
        sigaction(SIGINT, &action, &m_before);
        m_watch = std::jthread([this](const std::stop_token& done) {
            while (!done.stop_requested()) {
                if (interruptedNow != 0) return void(m_stop.request_stop());
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        });
    }
    ~StopOnInterrupt() {
        m_watch.request_stop();
        m_watch.join();
        sigaction(SIGINT, &m_before, nullptr);
    }
    StopOnInterrupt(const StopOnInterrupt&) = delete;
    StopOnInterrupt& operator=(const StopOnInterrupt&) = delete;
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    [[nodiscard]] static bool interrupted() { return interruptedNow != 0; }

private:
    static inline volatile std::sig_atomic_t interruptedNow = 0;
    struct sigaction m_before {};
    std::stop_source m_stop;
    std::jthread m_watch;
};

/// Size and scale together: what can be drawn is known before anything is read.
std::optional<int> readMeasures(const ExportOptions& options, CommandStreams streams,
                                views::ExportRequest& request) {
    constexpr double kLeastScale = 0.5;
    constexpr double kMostScale = 8;
    constexpr double kMostSide = 16384;  // device pixels, on average of the two sides
    if (!readSize(options.size, request))
        return refuse(streams, kUsage,
                      fmt::format("--size: '{}' is no size (expected 1920x1080)", options.size));
    if (!(options.scale >= kLeastScale && options.scale <= kMostScale))
        return refuse(streams, kUsage,
                      fmt::format("--scale: {} is out of range ({} to {})", options.scale,
                                  kLeastScale, kMostScale));
    request.scale = options.scale;
    if (request.width * request.scale * request.height * request.scale > kMostSide * kMostSide)
        return refuse(streams, kUsage,
                      fmt::format("--size: {} at scale {} has more than 268 million pixels; ask "
                                  "for a smaller size or scale",
                                  options.size, options.scale));
    return std::nullopt;
}

std::optional<int> fillRequest(const ExportOptions& options, CommandStreams streams,
                               views::ExportRequest& request) {
    if (const auto wrong = readPane(options, streams, request.pane)) return wrong;
    if (const auto filter = readCallFilter(options.calls); !filter)
        return refuse(streams, kUsage, filter.error().message);
    if (options.calls.given() && options.pane != "flame_graph" && options.pane != "call_timeline")
        return refuse(streams, kUsage,
                      "-F, -N, -D and -t are of --pane flame_graph and --pane call_timeline");
    if (const auto wrong = readMeasures(options, streams, request)) return wrong;
    request.theme = options.theme == "dark" ? views::ThemeKind::Dark : views::ThemeKind::Light;
    request.lanes = options.lanes;
    request.title = options.title;
    request.legend = options.noLegend ? views::Legend::Hide : views::Legend::Show;
    request.version = "KernelScope " KSCOPE_VERSION;
    return std::nullopt;
}

/// Of calls --task and --cpu choose by what the whole call was, not by its rows.
struct Filters {
    model::Filter events;  ///< With --task and --cpu.
    model::Filter calls;   ///< Without.
};

/// Range, lanes, markers and filter of a saved view. A status where it cannot be read.
std::optional<int> takeView(const ExportOptions& options, CommandStreams streams,
                            const LoadedTrace& loaded, views::ExportRequest& request,
                            Filters& filters) {
    if (options.view.empty()) return std::nullopt;
    std::ifstream file(options.view, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file || file.bad())
        return refuse(
            streams, kFailed,
            fmt::format("cannot read {}: name a view saved as FILE.kscope", options.view));
    auto view = readViewFile(text, *loaded.trace);
    if (!view)
        return refuse(streams, kFailed, fmt::format("{}: {}", options.view, view.error().message));
    if (!options.common.quiet)
        for (const auto& misfit : view->misfits)
            complain(streams, fmt::format("{}: {}", options.view, misfit));
    request.view = std::move(view->state);
    if (auto saved = model::Filter::parse(request.view.filter.toStdString())) {
        filters.events = filters.events && *saved;
        filters.calls = filters.calls && *saved;
    }
    return std::nullopt;
}

/// Lanes that the trace does not have were asked for by mistake.
std::optional<int> checkLanes(const ExportOptions& options, CommandStreams streams,
                              const model::Trace& trace) {
    const bool drawsLanes = options.pane == "timeline" || options.pane == "cpu_sched";
    if (options.lanes.empty() || !drawsLanes) return std::nullopt;
    const auto lanes = views::matchLanes(trace, options.lanes);
    if (lanes) return std::nullopt;
    return refuse(streams, kUsage, fmt::format("--lanes: {}", lanes.error().message));
}

/// Tasks and CPUs that were asked for leave the others out.
void restrictLanes(const LoadedTrace& loaded, views::ExportRequest& request) {
    const auto& trace = *loaded.trace;
    if (!loaded.selection.cpus.empty()) request.view.onlyCpus = loaded.selection.cpus;
    if (loaded.selection.tasks.empty()) return;
    request.view.onlyTasks.clear();
    for (std::size_t i = 0; i < trace.tasks().size(); ++i) {
        const model::TaskId id{static_cast<std::uint32_t>(i)};
        if (loaded.selection.coversTask(trace, id, trace.task(id).comm))
            request.view.onlyTasks.push_back(id);
    }
}

/// The calls that a picture shows, --view's filter among what chooses; none: why was said.
std::optional<ChosenCalls> pictureCalls(const ExportOptions& options, const LoadedTrace& loaded,
                                        const views::ExportRequest& request, const Filters& filters,
                                        CommandStreams streams) {
    const auto filter = readCallFilter(options.calls, &loaded).value_or(model::CallFilter{});
    auto calls = chooseCalls(loaded, filter, chosenRows(loaded, filters.calls));
    if (!request.view.window.empty()) calls.scope.range = request.view.window;
    if (calls.any()) return calls;
    complain(streams, "export: no call is left by the options, so nothing was written");
    return std::nullopt;
}

int writeFlame(const ExportOptions& options, const LoadedTrace& loaded, FileKind kind,
               const views::ExportRequest& request, const Filters& filters,
               CommandStreams streams) {
    const auto& trace = *loaded.trace;
    std::shared_ptr<const views::FlameTree> tree;
    if (views::hasCalls(trace)) {
        const auto calls = pictureCalls(options, loaded, request, filters, streams);
        if (!calls) return kFailed;
        tree = views::makeFlameTree(*calls->forest, calls->scope, *loaded.pool);
    } else if (views::hasStacks(trace)) {
        const auto range =
            request.view.window.empty() ? std::nullopt : std::optional(request.view.window);
        tree = views::makeStackTree(loaded.trace, range, {}, request.filterRows);
    } else {
        complain(streams, "export: this trace has neither calls nor stacks, so it has no flame "
                          "graph; record some with uftrace or ftrace's function_graph tracer");
        return kFailed;
    }
    const auto written = kind == FileKind::Png ? writeFlamePng(*tree, request, options.output)
                                               : writeFlameSvg(*tree, request, options.output);
    if (written) return strictStatus(options.common, loaded);
    complain(streams, written.error().message);
    return kFailed;
}

int writeTracks(const ExportOptions& options, const LoadedTrace& loaded, FileKind kind,
                const views::ExportRequest& request, const views::TrackSet& set,
                CommandStreams streams) {
    const auto written = kind == FileKind::Png   ? writeTracksPng(set, request, options.output)
                         : kind == FileKind::Svg ? writeTracksSvg(set, request, options.output)
                                                 : writeTracksCsv(set, request, options.output);
    if (written) return strictStatus(options.common, loaded);
    complain(streams, written.error().message);
    return kFailed;
}

int writeCallTimeline(const ExportOptions& options, const LoadedTrace& loaded, FileKind kind,
                      const views::ExportRequest& request, const Filters& filters,
                      CommandStreams streams) {
    const auto calls = pictureCalls(options, loaded, request, filters, streams);
    if (!calls) return kFailed;
    const auto left = countedCalls(calls->forest, calls->scope, *loaded.pool);
    return writeTracks(options, loaded, kind, request, *views::callTracksOf(left), streams);
}

int writeFile(const ExportOptions& options, const LoadedTrace& loaded, FileKind kind,
              const views::ExportRequest& request, const Filters& filters, CommandStreams streams) {
    const auto& trace = *loaded.trace;
    if (options.pane == "call_timeline" && views::hasCalls(trace))
        return writeCallTimeline(options, loaded, kind, request, filters, streams);
    if (const views::TrackPane* const pane = views::findTrackPane(options.pane)) {
        views::PlotChoice choice;
        choice.filtered = views::PlotChoice::Filtered::LeaveOut;
        choice.cpus = request.view.onlyCpus;
        std::ranges::sort(choice.cpus);
        choice.series = model::ChosenSeries(trace, filters.events, request.filterRows);
        const auto set = pane->make(loaded.trace, choice);
        return writeTracks(options, loaded, kind, request, *set, streams);
    }
    if (options.pane == "flame_graph")
        return writeFlame(options, loaded, kind, request, filters, streams);
    const auto done = kind == FileKind::Png   ? writePng(trace, request, options.output)
                      : kind == FileKind::Svg ? writeSvg(trace, request, options.output)
                                              : writeCsv(trace, request, options.output);
    if (!done) {
        complain(streams, done.error().message);
        return kFailed;
    }
    return strictStatus(options.common, loaded);
}

}  // namespace

int runExport(const ExportOptions& options, CommandStreams streams) {
    if (const auto status = exportData(options, streams)) return *status;
    FileKind kind{};
    views::ExportRequest request;
    if (const auto wrong = readKind(options, streams, kind)) return *wrong;
    if (const auto wrong = fillRequest(options, streams, request)) return *wrong;
    if (kind == FileKind::Table && options.pane == "flame_graph") {
        complain(streams, "export: a flame graph is written as .png .svg .folded or .json; "
                          "`report calls --format csv` has the table");
        return kUsage;
    }
    const StopOnInterrupt interrupt;
    int status = kDone;
    const auto loaded = loadTrace(options.common, streams, status, interrupt.token());
    if (StopOnInterrupt::interrupted()) return 130;
    if (!loaded) return status;
    Filters filters{loaded->selection.eventFilter(), loaded->selection.filter};
    if (const auto wrong = takeView(options, streams, *loaded, request, filters)) return *wrong;
    if (const auto range = loaded->selection.timeRange(*loaded->trace))
        request.view.window = *range;
    if (const auto wrong = checkLanes(options, streams, *loaded->trace)) return *wrong;
    // Once more: whether -t counts time or samples the trace says.
    if (const auto filter = readCallFilter(options.calls, &*loaded); !filter) {
        complain(streams, filter.error().message);
        return kUsage;
    }
    restrictLanes(*loaded, request);
    request.filterRows = chosenRows(*loaded, filters.events);
    // The offscreen platform needs no display; a window system, where there is one, is not asked.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    int argc = 1;
    std::string name = "kernelscope";
    std::array<char*, 2> argv{name.data(), nullptr};
    std::optional<QGuiApplication> application;
    if (QCoreApplication::instance() == nullptr) application.emplace(argc, argv.data());
    return writeFile(options, *loaded, kind, request, filters, streams);
}

}  // namespace kscope::app
