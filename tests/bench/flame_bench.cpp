// SPDX-License-Identifier: GPL-3.0-or-later
/// Frames of a flame graph with a million functions: zooming in and out at 1920×1080.
#include "model/store/chunk_writer.h"
#include "model/store/trace_builder.h"
#include "tests/bench/figures.h"
#include "views/canvas/raster.h"
#include "views/panes/flame_graph/flame_scene.h"

#include <QGuiApplication>
#include <QImage>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

namespace {

using namespace kscope;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kFrames = 1'000'000;
constexpr std::size_t kNames = 300;

/// A trace that holds nothing but names.
model::TracePtr namedTrace() {
    model::TraceBuilder builder;
    const auto source = builder.addSource({});
    model::ChunkWriter writer;
    writer.beginPart(source, 0, 1);
    for (std::size_t i = 0; i < kNames; ++i) {
        (void)writer.prepare(static_cast<std::int64_t>(i), i);
        const auto name = writer.name(fmt::format("a_function_of_the_kernel_{}", i));
        writer.add(static_cast<std::int64_t>(i), i, name, model::kUnknownCpu, model::kNoRow,
                   model::kNoFlags);
    }
    builder.deliver(source, 0, writer.finishPart(0, 0));
    return builder.finish();
}

/// A tree grown at random: each frame has some time of its own beside that of what it calls.
views::FlameTree grownTree() {
    std::mt19937 random(7);
    views::FlameTree tree;
    tree.trace = namedTrace();
    const auto& chunk = tree.trace->chunk(0);
    auto& nodes = tree.calls.nodes;
    nodes.resize(kFrames);
    tree.calls.children.resize(kFrames);
    for (std::uint32_t i = 1; i < kFrames; ++i) {
        auto& node = nodes[i];
        node.parent = static_cast<std::uint32_t>(random() % i);
        node.depth = nodes[node.parent].depth + 1;
        node.function = model::FunctionKey::of(chunk.names[random() % chunk.names.size()],
                                               model::CallSpace::Kernel);
        node.calls = 1 + random() % 100;
        node.self = node.total = static_cast<std::int64_t>(1) << random() % 20;
        tree.calls.children[node.parent].push_back(i);
    }
    for (std::size_t i = kFrames; i-- > 1;) nodes[nodes[i].parent].total += nodes[i].total;
    for (auto& children : tree.calls.children)
        std::ranges::stable_sort(children, std::greater<>{},
                                 [&](auto i) { return nodes[i].total; });
    views::sumFlameTree(tree);
    return tree;
}

/// Goal 8.3 ms, floor 16.7. Argument: 0 by time, 1 by calls.
void flameZoom(benchmark::State& state) {
    static const auto tree = grownTree();
    views::TextCache texts(1);
    QImage image(1920, 1080, QImage::Format_RGB32);
    views::FlameScene scene;
    scene.tree = &tree;
    scene.area = {0, 0, image.width(), image.height()};
    scene.weight = state.range(0) == 0 ? views::FlameWeight::Total : views::FlameWeight::Calls;
    std::vector<double> frames;
    std::mt19937 random(3);
    for (auto _ : state) {
        for (int frame = 0; frame < 400; ++frame) {
            const auto begin = SteadyClock::now();
            texts.prune();
            const auto boxes = scene.layout();
            views::DrawList list;
            views::drawFlame(scene, boxes, texts, list);
            views::rasterize(list, image, texts, nullptr);
            frames.push_back(
                std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count());
            // On to a frame that is shown, and back to all of it at the end of a path.
            const auto& box = boxes[random() % boxes.size()];
            scene.root = box.folded > 0 || box.node == scene.root ? 0 : box.node;
        }
    }
    std::ranges::sort(frames);
    state.counters["p50"] = frames[frames.size() / 2];
    state.counters["p99"] = frames[frames.size() * 99 / 100];
}
BENCHMARK(flameZoom)->Arg(0)->Arg(1)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int count, char** values) {
    const QGuiApplication application(count, values);
    benchmark::Initialize(&count, values);
    kscope::bench::runFigures();
    return 0;
}
