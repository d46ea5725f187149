// SPDX-License-Identifier: GPL-3.0-or-later
/// Frames of 64 CPU lanes in a sweep of zooms, pans and jumps, and the 4K PNG: one row `name value
/// unit` a figure. Usage: frame_bench [SLICES…], default 1000000 10000000 100000000.
#include "model/store/chunk_writer.h"
#include "model/store/task_colors.h"
#include "model/store/trace_builder.h"
#include "tests/bench/sweep.h"
#include "views/canvas/png.h"
#include "views/canvas/raster.h"
#include "views/timeline/scene.h"

#include <QGuiApplication>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

using namespace kscope;
using namespace kscope::views;

namespace {

constexpr int kCpus = 64;
constexpr int kTasks = 300;

/// A trace of 64 CPUs and 300 tasks without rows to speak of; the lanes are given apart.
model::TracePtr smallTrace() {
    model::ChunkWriter writer;
    writer.beginPart(model::SourceId{0}, 0, 1000);
    const char* const names[] = {"postgres",   "java",   "python3",       "nginx", "node",
                                 "prometheus", "vector", "kworker/u16:4", "sshd",  "bash"};
    for (int i = 0; i < kTasks; ++i) {
        const model::CpuId cpu{static_cast<std::uint16_t>(i % kCpus)};
        (void)writer.prepare(i, static_cast<std::uint64_t>(i));
        const auto idle = writer.task(model::Tid{0}, "<idle>", cpu);
        const auto next = writer.task(model::Tid{1000 + i}, names[i % 10], cpu);
        writer.add(i, static_cast<std::uint64_t>(i), writer.name("sched_switch"), cpu, idle,
                   model::kNoFlags);
        writer.addSwitch(idle, next, model::TaskState::Yielded, 120);
    }
    model::TraceBuilder builder;
    const auto source = builder.addSource({});
    builder.deliver(source, 0, writer.finishPart(kTasks, kTasks));
    builder.endSource(source);
    return builder.finish();
}

/// Slices of exponential length with idle between, bursts of short ones: mean 60 µs.
struct Lanes {
    std::vector<std::unique_ptr<model::StateLane>> lanes;
    std::vector<model::LaneView> views;
    std::int64_t end = 0;
    Lanes(const model::Trace& trace, std::size_t slices) {
        const std::size_t each = slices / kCpus;
        std::vector<std::uint32_t> tasks;
        for (std::uint32_t id = 0; id < trace.tasks().size(); ++id)
            if (!trace.tasks()[id].idle()) tasks.push_back(id);
        std::uint32_t idle = 0;
        while (!trace.tasks()[idle].idle()) ++idle;
        std::minstd_rand random(42);
        for (int cpu = 0; cpu < kCpus; ++cpu) {
            auto lane = std::make_unique<model::StateLane>(1000);
            std::int64_t now = 0;
            for (std::size_t i = 0; i < each; ++i) {
                const bool ran = i % 3 != 2;
                const double share = static_cast<double>(random() % 100000 + 1) / 100001.0;
                const auto length = static_cast<std::int64_t>(
                                        -std::log(share) * (random() % 50 == 0 ? 900 : 40) + 1) *
                                    1000;
                const std::uint32_t id = ran ? tasks[random() % tasks.size()] : idle;
                lane->append(
                    now, now + length, id,
                    {ran ? model::slotVector(trace.tasks()[id].hueSlot) : model::HueVector{}, ran});
                now += length;
            }
            end = std::max(end, now);
            lanes.push_back(std::move(lane));
        }
        for (const auto& lane : lanes) {
            const auto count = lane->size();
            views.emplace_back(*lane, count, model::LaneView::Pending{end, idle}, end);
        }
    }
};

/// CPU time of all threads: what a busy machine does not blur.
double cpuMilliseconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}
double milliseconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

struct Bench {
    model::TracePtr trace = smallTrace();
    ViewState state;
    model::ThreadPool pool{
        std::max(1u, std::thread::hardware_concurrency() - 1)};  // The caller is one more.
    TextCache texts{1};
    OverviewCache overview;
    DrawList list;

    TimelineScene scene(const Lanes& lanes, int width, int height) {
        TimelineScene s;
        s.trace = trace.get();
        s.state = &state;
        s.cpuLanes = &lanes.views;
        s.overviewCache = &overview;
        s.body = {0, 0, width, height};
        s.layout = LaneLayout(*trace, state, Pane::CpuSched);
        return s;
    }
    void sweep(const Lanes& lanes, const char* slices, int width, int height) {
        state.height = height > 1500 ? LaneHeight::Normal : LaneHeight::Compact;
        TimelineScene s = scene(lanes, width, height);
        // All 64 lanes are in view at 4K; at 1080p the lanes that fit, and the rest are walked for
        // their headers.
        QImage image(width, height, QImage::Format_RGB32);
        std::minstd_rand random(7);
        std::vector<double> times;
        std::vector<double> cpuTimes;
        double listTime = 0;
        for (int frame = 0; frame < bench::kSweepFrames; ++frame) {
            s.window = bench::sweepWindow(frame, lanes.end, random);
            const double cpu = cpuMilliseconds();
            const auto start = std::chrono::steady_clock::now();
            list.clear();
            drawTimeline(s, texts, list, &pool);
            const auto middle = std::chrono::steady_clock::now();
            rasterize(list, image, texts, &pool);
            times.push_back(milliseconds(std::chrono::steady_clock::now() - start));
            listTime += milliseconds(middle - start);
            cpuTimes.push_back(cpuMilliseconds() - cpu);
        }
        const double first = times.front();
        std::ranges::sort(times);
        std::ranges::sort(cpuTimes);
        const auto row = [&](const char* name, double value) {
            std::printf("frame/%s/%dp/%s %.2f ms\n", slices, height, name, value);
        };
        row("first", first);
        row("p50", times[times.size() / 2]);
        row("p99", times[times.size() * 99 / 100]);
        row("cpu_p50", cpuTimes[cpuTimes.size() / 2]);
        row("cpu_p99", cpuTimes[cpuTimes.size() * 99 / 100]);
        row("draw_list_mean", listTime / bench::kSweepFrames);
        std::fflush(stdout);
    }
    void png(const Lanes& lanes) {
        TimelineScene s = scene(lanes, 3840, 2160);
        s.window = {model::timestampNs(lanes.end / 2),
                    model::timestampNs(lanes.end / 2 + 40'000'000)};
        std::vector<double> times;
        std::size_t size = 0;
        for (int round = 0; round < 7; ++round) {
            const auto start = std::chrono::steady_clock::now();
            list.clear();
            drawTimeline(s, texts, list, &pool);
            QImage image(3840, 2160, QImage::Format_RGB32);
            rasterize(list, image, texts, &pool);
            const auto bytes = encodePng(image, 1, &pool);
            const std::string path = "/tmp/kscope_frame_bench_" + std::to_string(getpid()) + ".png";
            if (!writeFile(path, bytes.data(), bytes.size()))
                std::printf("png/4k/write_failed 1 count\n");
            times.push_back(milliseconds(std::chrono::steady_clock::now() - start));
            std::remove(path.c_str());
            size = bytes.size();
        }
        std::ranges::sort(times);
        std::printf("png/4k/render_encode_write %.1f ms\npng/4k/size %zu bytes\n",
                    times[times.size() / 2], size);
    }
};

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    std::vector<std::size_t> sizes;
    for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    if (sizes.empty()) sizes = {1'000'000, 10'000'000, 100'000'000};
    for (const std::size_t slices : sizes) {
        Bench bench;
        const Lanes lanes(*bench.trace, slices);
        const std::string name = slices % 1'000'000 == 0 ? std::to_string(slices / 1'000'000) + "M"
                                                         : std::to_string(slices);
        bench.sweep(lanes, name.c_str(), 1920, 1080);
        bench.sweep(lanes, name.c_str(), 3840, 2160);
        if (slices == sizes.front()) bench.png(lanes);
    }
    return 0;
}
