// SPDX-License-Identifier: GPL-3.0-or-later
/// Frames of the interrupt heatmap at 1080p: of the log that KSCOPE_BENCH_PROC_LOG names (without:
/// not), of a machine of 272 CPUs and 300 lines, and while this machine's /proc is polled. Lines:
/// "name value unit".
#include "app/live/core/live_history.h"
#include "app/session/loader.h"
#include "views/canvas/raster.h"
#include "views/panes/interrupt_heatmap/heatmap_pane.h"
#include "views/panes/tracks/track_scene.h"

#include <QGuiApplication>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

using namespace kscope;
using namespace kscope::views;
using namespace std::chrono_literals;

namespace {

constexpr int kHeatFrames = 300;

double cpuMs() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}
double wallMs() {
    return std::chrono::duration<double, std::milli>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}
void figure(const std::string& name, double value, const char* unit) {
    std::printf("%s %.3f %s\n", name.c_str(), value, unit);
    std::fflush(stdout);
}

/// The plot of a window that fills a screen of 1080 lines.
class HeatPicture {
public:
    void draw(const TrackSet& set, model::TimeRange window, int scroll) {
        TrackScene scene;
        scene.set = &set;
        scene.base.trace = set.trace.get();
        scene.base.state = &m_state;
        scene.base.window = window;
        scene.base.scroll = scroll;
        scene.base.body = TrackScene::bodyFor(scene.base, {0, 0, 1920, 980});
        m_list.clear();
        drawTracks(scene, m_texts, m_list);
        rasterize(m_list, m_image, m_texts, &m_pool);
    }
    [[nodiscard]] int scrolls(const TrackSet& set) const {
        TrackScene scene;
        scene.set = &set;
        return std::max(1, scene.contentHeight() - 980);
    }

private:
    ViewState m_state;
    TextCache m_texts{1};
    DrawList m_list;
    QImage m_image{1920, 980, QImage::Format_RGB32};
    model::ThreadPool m_pool{1};
};

/// Zooms over five decades, at any place and any scroll.
void sweep(const std::string& name, const TrackSet& set) {
    HeatPicture picture;
    std::minstd_rand random(5);
    const auto all = set.trace->range();
    const auto length = static_cast<double>(all.length().count());
    std::vector<double> times;
    for (int frame = 0; frame < kHeatFrames; ++frame) {
        const auto part = static_cast<std::int64_t>(length / std::pow(10.0, frame % 50 / 10.0));
        const auto room = static_cast<std::uint64_t>(all.length().count() - part) + 1;
        const auto begin =
            all.begin + model::Duration{static_cast<std::int64_t>(random() * 1009ULL % room)};
        const int scroll = static_cast<int>(random() % static_cast<unsigned>(picture.scrolls(set)));
        const auto from = wallMs();
        picture.draw(set, {begin, begin + model::Duration{part}}, scroll);
        times.push_back(wallMs() - from);
    }
    std::ranges::sort(times);
    figure(name + "/p50", times[times.size() / 2], "ms");
    figure(name + "/p99", times[times.size() * 99 / 100], "ms");
}

void eightHours() {
    const char* const path = std::getenv("KSCOPE_BENCH_PROC_LOG");
    if (path == nullptr) return;
    model::ThreadPool pool;
    app::Loader loader(pool);
    model::TracePtr trace;
    loader.load({{{path, 0}}},
                {.snapshot = {}, .progress = {}, .finished = [&](app::LoadResult result) {
                     trace = std::move(result.trace);
                 }});
    loader.wait();
    if (!trace) return;
    const auto from = wallMs();
    const auto set = heatmapTracks(trace);
    figure("heat/log/tracks", wallMs() - from, "ms");
    sweep("heat/log", *set);
}

/// /proc/interrupts of 272 CPUs and 300 lines, one number in eight moves.
class BigMachine {
public:
    const std::string& next() {
        m_text = "     ";
        for (int cpu = 0; cpu < kCpus; ++cpu) m_text += "       CPU" + std::to_string(cpu);
        m_text += '\n';
        for (int row = 0; row < kRows; ++row) {
            m_text += std::to_string(row) + ":";
            for (int cpu = 0; cpu < kCpus; ++cpu) {
                auto& count = m_counts[static_cast<std::size_t>(row * kCpus + cpu)];
                if (m_random() % 8 == 0) count += static_cast<std::uint32_t>(m_random() % 256);
                m_text += ' ' + std::to_string(count);
            }
            m_text += "  IR-PCI-MSI 12345-edge      nvme0q1\n";
        }
        return m_text;
    }

private:
    static constexpr int kCpus = 272;
    static constexpr int kRows = 300;
    std::minstd_rand m_random{3};
    std::vector<std::uint32_t> m_counts = std::vector<std::uint32_t>(kCpus * kRows);
    std::string m_text;
};

void bigMachine() {
    app::LiveHistory history({.time = 10h, .bytes = SIZE_MAX / 2});
    BigMachine machine;
    for (int round = 0; round < 300; ++round) {
        const auto at = 1'000'000'000 + round * std::int64_t{200'000'000};
        const auto& text = machine.next();
        history.add({{0, "/proc/interrupts", at, at + 1'000'000, text, false}});
    }
    const auto trace = history.snapshot();
    const auto from = wallMs();
    const auto set = heatmapTracks(trace);
    figure("heat/272x300/tracks", wallMs() - from, "ms");
    sweep("heat/272x300", *set);
}

/// What a round costs the window: tracks of the longer trace, and a frame of them.
void whilePolling() {
    app::ProcSampler sampler(app::defaultPollFiles(200ms));
    app::LiveHistory history;
    HeatCache cache;
    HeatPicture picture;
    std::vector<double> frames;
    double drawing = 0;
    auto now = app::LiveClock::now();
    sampler.begin(now);
    for (int round = 0; round < kHeatFrames; ++round, now += 200ms) {
        history.add(sampler.readDue(now));
        const auto cpu = cpuMs();
        const auto trace = history.snapshot();
        const auto set = heatmapTracks(trace, {}, {}, &cache);
        const auto from = wallMs();
        if (!set->tracks.empty()) picture.draw(*set, trace->range(), 0);
        frames.push_back(wallMs() - from);
        drawing += cpuMs() - cpu;
    }
    std::ranges::sort(frames);
    figure("heat/live/p99", frames[frames.size() * 99 / 100], "ms");
    figure("heat/live/percent_at_200ms", drawing / kHeatFrames / 200 * 100, "%");
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    whilePolling();
    bigMachine();
    eightHours();
    return 0;
}
