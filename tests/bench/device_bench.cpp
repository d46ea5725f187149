// SPDX-License-Identifier: GPL-3.0-or-later
/// Frames of the timeline of a block trace, with its device lane of a million requests, tall and as
/// usual: one row `name value unit` a figure.
#include "model/derive/block_requests.h"
#include "parsers/importers.h"
#include "tests/bench/sweep.h"
#include "tests/support/block_generator.h"
#include "views/canvas/raster.h"
#include "views/panes/block_pipeline/request_rows.h"
#include "views/timeline/picture.h"
#include "views/timeline/scene.h"

#include <QGuiApplication>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

using namespace kscope;
using namespace kscope::views;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kRequests = 1'000'000;

model::TracePtr madeTrace(model::ThreadPool& pool) {
    const auto folder =
        fs::temp_directory_path() / ("kernelscope-device-bench-" + std::to_string(getpid()));
    fs::create_directories(folder);
    const auto files = support::generateBlktrace({.records = 1'000'000});
    for (std::size_t i = 0; i < files.size(); ++i)
        std::ofstream(folder / ("gen.blktrace." + std::to_string(i)), std::ios::binary) << files[i];
    model::TraceBuilder builder;
    const auto source = parsers::importSource((folder / "gen").string(), builder, pool, {});
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return source ? builder.finish() : nullptr;
}

/// The requests of the trace one behind the other until there are a million.
DeviceRequests manyRequests(const model::Trace& trace, std::int64_t& end) {
    const auto one = model::sharedBlockRequests(trace);
    auto many = std::make_shared<model::BlockModel>();
    many->bios = one->bios;
    many->held = one->held;
    const std::int64_t length = model::toNs(trace.range().end) - model::toNs(trace.range().begin);
    for (end = 0; many->requests.size() < kRequests; end += length)
        for (auto request : one->requests) {
            for (auto* time : {&request.q, &request.g, &request.i, &request.d, &request.c})
                if (*time != model::kNoTime) *time += end;
            many->requests.push_back(request);
        }
    end += model::toNs(trace.range().begin);
    return packRequests(many, end);
}

void sweep(TimelineScene scene, const char* name, std::int64_t end, model::ThreadPool& pool) {
    TextCache texts(1);
    DrawList list;
    QImage image(scene.body.w, scene.body.h, QImage::Format_RGB32);
    std::minstd_rand random(7);
    std::vector<double> times;
    for (int frame = 0; frame < bench::kSweepFrames; ++frame) {
        scene.window = bench::sweepWindow(frame, end, random);
        const auto start = std::chrono::steady_clock::now();
        list.clear();
        drawTimeline(scene, texts, list, &pool);
        rasterize(list, image, texts, &pool);
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count());
    }
    std::ranges::sort(times);
    std::printf("devices/%s/p50 %.2f ms\ndevices/%s/p99 %.2f ms\n", name, times[times.size() / 2],
                name, times[times.size() * 99 / 100]);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    const QGuiApplication application(argc, argv);
    model::ThreadPool pool{std::max(1u, std::thread::hardware_concurrency() - 1)};
    const auto trace = madeTrace(pool);
    if (!trace) return std::fputs("the made files can't be opened\n", stderr), 1;
    std::int64_t end = 0;
    const DeviceRequests devices = manyRequests(*trace, end);
    ViewState state;
    OverviewCache overview;
    TimelineScene scene;
    scene.trace = trace.get();
    scene.devices = &devices;
    scene.state = &state;
    scene.overviewCache = &overview;
    for (const auto height : {LaneHeight::Normal, LaneHeight::Tall})
        for (const int lines : {1080, 2160}) {
            state.height = height;
            scene.body = {0, 0, lines * 16 / 9, lines};
            scene.layout = LaneLayout(*trace, state, Pane::Timeline);
            const std::string name =
                (height == LaneHeight::Tall ? "tall/" : "normal/") + std::to_string(lines) + "p";
            sweep(scene, name.c_str(), end, pool);
        }
    std::size_t rows = 0;
    for (const auto& [device, packed] : devices.rows) rows += packed.rows();
    std::printf("devices/requests %zu count\ndevices/rows %zu count\n",
                devices.blocks->requests.size(), rows);
    return 0;
}
