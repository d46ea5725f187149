// SPDX-License-Identifier: GPL-3.0-or-later
/// Exported pictures and the rows behind them.
#include "views/timeline/picture.h"

#include "model/core/quoting.h"
#include "views/canvas/png.h"
#include "views/canvas/raster.h"
#include "views/canvas/svg.h"
#include "views/canvas/table_writer.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/export_scene.h"

#include <fmt/format.h>

namespace kscope::views {
namespace {

constexpr std::size_t kMostSvgShapes = 50'000;
constexpr std::size_t kCsvPiece = 64 * 1024;

model::Result<QImage> render(const model::Trace& trace, const ExportRequest& request,
                             model::ThreadPool& pool) {
    const auto prepared = prepareExport(trace, request);
    if (!prepared) return tl::unexpected(prepared.error());
    TextCache texts(request.scale);
    DrawList list;
    drawExport(**prepared, request, texts, list, &pool);
    QImage image((*prepared)->paper.w, (*prepared)->paper.h, QImage::Format_RGB32);
    if (image.isNull())
        return model::failure("there is not enough memory for a picture of this size");
    rasterize(list, image, texts, &pool);
    image.setDevicePixelRatio(request.scale);
    return image;
}

/// Rows of one lane; spans that touch the window.
class CsvLane {
public:
    CsvLane(const model::Trace& trace, const LaneKey& key, model::TimeRange window,
            TableWriter& file)
        : m_trace(trace),
          m_name(model::csvField(laneName(trace, key))),
          m_window(window),
          m_file(file) {}
    ~CsvLane() { m_file.write(m_out); }
    CsvLane(const CsvLane&) = delete;
    CsvLane& operator=(const CsvLane&) = delete;

    void spans(const model::LaneView& lane, std::string_view kind) {
        if (lane.empty()) return;
        std::size_t i = lane.indexAt(model::toNs(m_window.begin));
        for (i = i < lane.size() ? i : 0; i < lane.size(); ++i) {
            const model::LaneSpan span = lane.span(i);
            if (span.begin >= model::toNs(m_window.end)) break;
            if (span.end <= model::toNs(m_window.begin) && span.end > span.begin) continue;
            if (kind == "cpu") cpu(span);
            else if (kind == "irq")
                row(span.begin, span.end, kind, model::kNoTask, irqLabel(span.value));
            else if (kind == "softirq")
                row(span.begin, span.end, kind, model::kNoTask, softirqLabel(span.value));
        }
    }
    void task(const model::LaneView& lane, model::TaskId task) {
        std::size_t i = lane.empty() ? 0 : lane.indexAt(model::toNs(m_window.begin));
        for (i = i < lane.size() ? i : 0; i < lane.size(); ++i) {
            const model::LaneSpan span = lane.span(i);
            if (span.begin >= model::toNs(m_window.end)) break;
            if (span.end <= model::toNs(m_window.begin)) continue;
            const model::TaskState state = model::valueState(span.value);
            const bool ran = state == model::TaskState::Running;
            row(span.begin, span.end, model::taskStateName(state), task,
                ran ? fmt::format("CPU {}", model::raw(model::valueCpu(span.value))) : "");
        }
    }
    void gaps(model::CpuId cpu) {
        for (const model::LostGap& gap : m_trace.gaps())
            if (gap.cpu == cpu && gap.begin < model::toNs(m_window.end) &&
                gap.end > model::toNs(m_window.begin))
                row(gap.begin, gap.end, "lost", model::kNoTask,
                    gap.count > 0 ? fmt::format("{}", gap.count) : "");
    }
    void events(const model::EventTicks& ticks, model::StringId name) {
        model::EventTicks::Walk walk(ticks, name);
        for (const auto* tick = walk.seek(model::toNs(m_window.begin));
             tick && tick->ns < model::toNs(m_window.end);) {
            // Equal times are several events: the walk goes by time, so they are read from the
            // chunk.
            const std::int64_t ns = tick->ns;
            auto index = m_trace.lowerBound(model::timestampNs(ns));
            for (; model::raw(index) < m_trace.events();
                 index = model::EventIndex{model::raw(index) + 1}) {
                const model::Event event = m_trace.event(index);
                if (model::toNs(event.time) != ns) break;
                if (event.name == name) row(ns, ns, "event", event.task, "");
            }
            tick = walk.seek(ns + 1);
        }
    }

    /// A row a stage, in order of the requests' issues.
    void requests(const DeviceRequests& devices, model::DeviceId device) {
        const auto& all = devices.blocks->requests;
        for (std::uint32_t i = 0; i < all.size(); ++i) {
            if (all[i].device != device) continue;
            const auto place = RequestRows::placeOf(*devices.blocks, i, devices.endNs);
            if (place.begin >= model::toNs(m_window.end) ||
                place.end <= model::toNs(m_window.begin))
                continue;
            appendStageRows(m_trace, *devices.blocks, i, m_name, m_out);
            writePiece();
        }
    }

private:
    void cpu(const model::LaneSpan& span) {
        const model::TaskId task = model::cpuTask(span.value);
        if (task == model::kNoTask) row(span.begin, span.end, "unknown", task, "");
        else if (m_trace.task(task).idle()) row(span.begin, span.end, "idle", task, "");
        else row(span.begin, span.end, "running", task, m_trace.comm(task));
    }
    [[nodiscard]] std::string irqLabel(std::uint32_t number) const {
        return fmt::format("{} {}", number, m_trace.text(m_trace.irqName(number)));
    }
    [[nodiscard]] static std::string softirqLabel(std::uint32_t vector) {
        return vector < model::kSoftirqNames.size() ? std::string(model::kSoftirqNames[vector])
                                                    : fmt::format("{}", vector);
    }
    void row(std::int64_t begin, std::int64_t end, std::string_view kind, model::TaskId task,
             std::string_view label) {
        const std::string tid =
            task == model::kNoTask ? "" : fmt::format("{}", model::raw(m_trace.task(task).tid));
        fmt::format_to(std::back_inserter(m_out), "{},{},{},{},{},{},{}\n", m_name, begin, end,
                       kind, tid, model::csvField(m_trace.comm(task)), model::csvField(label));
        writePiece();
    }
    /// A lane may have a hundred million spans: never more than a piece of them is held.
    void writePiece() {
        if (m_out.size() < kCsvPiece) return;
        m_file.write(m_out);
        m_out.clear();
    }
    const model::Trace& m_trace;
    std::string m_name;
    model::TimeRange m_window;
    std::string m_out;
    TableWriter& m_file;
};

void csvOf(const ExportScene& prepared, TableWriter& file) {
    const TimelineScene& scene = prepared.scene;
    for (const LaneRow& row : scene.layout.rows()) {
        if (file.failed()) return;
        CsvLane lane(*scene.trace, row.key, scene.window, file);
        if (row.key.kind == LaneKey::Kind::Cpu) {
            const model::CpuId cpu{static_cast<std::uint16_t>(row.key.id)};
            lane.spans(scene.trace->cpuLane(cpu), "cpu");
            lane.spans(scene.trace->irqLane(cpu), "irq");
            lane.spans(scene.trace->softirqLane(cpu), "softirq");
            lane.gaps(cpu);
        } else if (row.key.kind == LaneKey::Kind::Task) {
            lane.task(scene.trace->taskLane(model::TaskId{row.key.id}), model::TaskId{row.key.id});
        } else if (row.key.kind == LaneKey::Kind::Device) {
            if (scene.devices) lane.requests(*scene.devices, model::DeviceId{row.key.id});
        } else {
            lane.events(prepared.ticks, model::StringId{row.key.id});
        }
    }
}

}  // namespace

model::Result<QImage> renderPicture(const model::Trace& trace, const ExportRequest& request) {
    model::ThreadPool pool;
    return render(trace, request, pool);
}

model::Result<void> writePng(const model::Trace& trace, const ExportRequest& request,
                             const std::string& path) {
    model::ThreadPool pool;
    const auto image = render(trace, request, pool);
    if (!image) return tl::unexpected(image.error());
    const auto bytes = encodePng(*image, request.scale, &pool);
    return writeFile(path, bytes.data(), bytes.size());
}

model::Result<void> writeSvg(const model::Trace& trace, const ExportRequest& request,
                             const std::string& path) {
    auto prepared = prepareExport(trace, request);
    if (!prepared) return tl::unexpected(prepared.error());
    model::ThreadPool pool;
    TextCache texts(request.scale);
    DrawList list;
    drawExport(**prepared, request, texts, list, &pool);
    // More shapes than a browser likes: fold on a coarser grid.
    for (int step = 0; step < 8 && svgShapes(list) > kMostSvgShapes; ++step) {
        (*prepared)->scene.foldPx *= 2;
        list.clear();
        drawExport(**prepared, request, texts, list, &pool);
    }
    const std::string svg = svgText(list, (*prepared)->paper, request.scale, texts);
    return writeFile(path, svg.data(), svg.size());
}

model::Result<void> writeCsv(const model::Trace& trace, const ExportRequest& request,
                             const std::string& path) {
    const auto prepared = prepareExport(trace, request);
    if (!prepared) return tl::unexpected(prepared.error());
    TableWriter file(path);
    file.write("lane,begin_ns,end_ns,kind,tid,comm,label\n");
    csvOf(**prepared, file);
    return file.commit();
}

}  // namespace kscope::views
