// SPDX-License-Identifier: GPL-3.0-or-later
/// What Functions shows, at 1920×1080: zooming in a flame graph of a million frames, the difference
/// of two sources of 10 M calls, and the replay of 10 M lines.
#include "model/store/chunk_writer.h"
#include "model/store/trace_builder.h"
#include "tests/bench/call_walk.h"
#include "tests/bench/figures.h"
#include "views/canvas/raster.h"
#include "views/panes/flame_graph/flame_diff.h"
#include "views/panes/flame_graph/flame_scene.h"
#include "views/panes/replay/replay_body.h"
#include "views/state/trace_view.h"

#include <QApplication>
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
constexpr std::uint64_t kCallRecords = 20'000'000;  // two a call

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

/// Two sources of one task each, with calls alone.
const model::CallForestPtr& twoForests() {
    static model::ThreadPool pool;
    static const auto forest = [] {
        model::TraceBuilder builder;
        for (unsigned number = 0; number < 2; ++number) {
            model::SourceInfo info;
            info.path = number == 0 ? "before.data" : "after.data";
            info.kind = "uftrace";
            const auto source = builder.addSource(info);
            bench::Walk walk(number + 1);
            std::vector<std::string> names;
            for (std::size_t i = 0; i < bench::kFunctions; ++i)
                names.push_back(bench::functionName(i));
            model::ChunkWriter writer;
            constexpr std::uint64_t kPart = 60'000;
            for (std::uint64_t at = 0; at < kCallRecords; at += kPart) {
                writer.beginPart(source, at, 1);
                for (auto i = at; i < std::min(at + kPart, kCallRecords); ++i) {
                    const auto step = walk.next();
                    (void)writer.prepare(step.time, i);
                    const auto task = writer.task(model::Tid{100}, "lab", model::kUnknownCpu);
                    const auto edge = step.exit ? model::CallEdge::Exit : model::CallEdge::Entry;
                    writer.add(step.time, i, writer.name(names[step.function]), model::kUnknownCpu,
                               task,
                               model::callFlags(edge, model::CallSpace::User,
                                                static_cast<std::uint32_t>(step.depth)));
                }
                builder.deliver(source, at / kPart, writer.finishPart(0, kPart));
            }
            builder.endSource(source);
        }
        return model::deriveCalls(builder.finish(), pool);
    }();
    return forest;
}

/// Goal 0.5 s, floor 1 s, beyond opening.
void flameDifference(benchmark::State& state) {
    model::ThreadPool pool;
    const auto& forest = twoForests();
    const auto of = [&](unsigned source) {
        model::CallScope scope;
        scope.task = [source](const model::CallTask& task) { return raw(task.source) == source; };
        return views::makeFlameTree(*forest, scope, pool);
    };
    std::size_t nodes = 0;
    for (auto _ : state) nodes = views::makeFlameDiff(*of(0), *of(1))->calls.nodes.size();
    state.counters["frames"] = static_cast<double>(nodes);
    state.counters["calls"] = static_cast<double>(forest->size());
}
BENCHMARK(flameDifference)->Iterations(5)->UseRealTime()->Unit(benchmark::kMillisecond);

struct ReplayView {
    views::TraceView view;
    model::ThreadPool pool{1};
    views::ReplayBody body{&view, pool};
    QImage image{1920, 1080, QImage::Format_RGB32};
    ReplayView() {
        view.setTrace(twoForests()->tracePtr());
        body.resize(image.size());
        body.show();
    }
    void open() { body.setLines(std::make_shared<model::ReplayLines>(twoForests(), 0)); }
};

/// Goal 20 ms, floor 50: the lines counted and the first of them painted.
void replayOpen(benchmark::State& state) {
    ReplayView shown;
    for (auto _ : state) {
        shown.open();
        shown.body.render(&shown.image);
    }
    state.counters["lines"] = static_cast<double>(shown.body.lines()->size());
}
BENCHMARK(replayOpen)->Iterations(5)->Unit(benchmark::kMillisecond);

/// Goal 8.3 ms, floor 50. Argument: 0 line by line, 1 anywhere.
void replayScroll(benchmark::State& state) {
    ReplayView shown;
    shown.open();
    std::minstd_rand random(5);
    std::vector<double> frames;
    std::uint64_t line = 1000;
    for (auto _ : state)
        for (int frame = 0; frame < 300; ++frame) {
            line = state.range(0) == 0 ? line + 3 : random() % shown.body.lines()->size();
            const auto begin = SteadyClock::now();
            shown.body.setCurrent(line);
            shown.body.viewport()->render(&shown.image);
            frames.push_back(
                std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count());
        }
    std::ranges::sort(frames);
    state.counters["p50"] = frames[frames.size() / 2];
    state.counters["p99"] = frames[frames.size() * 99 / 100];
}
BENCHMARK(replayScroll)->Arg(0)->Arg(1)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int count, char** values) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(count, values);
    benchmark::Initialize(&count, values);
    kscope::bench::runFigures();
    return 0;
}
