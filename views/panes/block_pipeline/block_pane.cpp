// SPDX-License-Identifier: GPL-3.0-or-later
/// Devices to tracks.
#include "views/panes/block_pipeline/block_pane.h"

#include "model/core/format.h"
#include "model/derive/block_rates.h"
#include "views/panes/block_pipeline/partition_track.h"
#include "views/panes/block_pipeline/remap_links.h"
#include "views/panes/block_pipeline/sector_track.h"
#include "views/panes/tracks/step_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace kscope::views {
namespace {

using model::BlockModel;
using model::BlockRequest;

std::string wholeNumber(double value) {
    return model::formatCount(static_cast<std::uint64_t>(std::llround(std::max(0.0, value))));
}
std::string bytesASecond(double value) {
    return model::formatBytes(static_cast<std::uint64_t>(std::llround(std::max(0.0, value)))) +
           "/s";
}

constexpr std::size_t kMostPartitions = 16;  // of a disk

/// A value a second of each step, where it changes.
template <class Value> StepSeries ratePerSecond(const model::BlockRates& rates, Value&& value) {
    StepSeries series;
    double last = -1;
    for (std::size_t i = 0; i < rates.steps.size(); ++i) {
        const double now = rates.perSecond(value(rates.steps[i]));
        if (now != last) series.add(rates.begin + static_cast<std::int64_t>(i) * rates.length, now);
        last = now;
    }
    return series;
}

/// Requests at the driver, and behind them what is queued.
class InFlightTrack : public Track {
public:
    InFlightTrack(const model::BlockDevice& device, std::int64_t endNs) : m_end(endNs) {
        for (const model::BlockStep& step : device.steps) {
            m_inFlight.add(step.time, step.inFlight);
            m_all.add(step.time, step.inFlight + std::max(step.queued, 0));
            m_most = std::max(m_most, static_cast<double>(step.inFlight));
            m_mostQueued = std::max(m_mostQueued, static_cast<double>(step.queued));
        }
    }
    [[nodiscard]] int height() const override { return 56; }
    void draw(const TrackCanvas& canvas) const override {
        const Theme& t = canvas.theme();
        drawTrackHeader(canvas, {.name = "In flight",
                                 .facts = {},
                                 .value = fmt::format("max {} + {}", wholeNumber(m_most),
                                                      wholeNumber(m_mostQueued)),
                                 .lines = {"at the driver; waiting in orange"}});
        const int pad = canvas.px(5);
        const Box area{canvas.plot.x, canvas.plot.y + pad, canvas.plot.w, canvas.plot.h - 2 * pad};
        const double top = niceTop(m_most + m_mostQueued);
        drawSteps(canvas, area, m_all, m_end, top,
                  {t.stageID, (t.stageID & 0xffffffu) | 0x40000000u});
        drawSteps(canvas, area, m_inFlight, m_end, top,
                  {t.stageDC, (t.stageDC & 0xffffffu) | 0x99000000u});
    }
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x, int) const override {
        const std::int64_t ns = canvas.viewport().ns(x - canvas.plot.x);
        const auto now = m_inFlight.at(ns);
        const auto all = m_all.at(ns);
        if (!now || !all) return std::nullopt;
        TrackHit hit;
        hit.box = {x, canvas.plot.y, 1, canvas.plot.h};
        hit.words.title =
            QString::fromStdString(fmt::format("{} requests at the driver", wholeNumber(*now)));
        hit.words.lines << QString::fromStdString(
            fmt::format("{} more are queued and wait", wholeNumber(*all - *now)));
        return hit;
    }

private:
    std::int64_t m_end;
    StepSeries m_inFlight;
    StepSeries m_all;
    double m_most = 0;
    double m_mostQueued = 0;
};

std::vector<TrackLegend> blockLegend(const Theme& t) {
    std::vector<TrackLegend> legend;
    for (const auto& [word, colour] : stageLegend(t)) legend.push_back({word, colour});
    legend.push_back({"read", t.dirRead});
    legend.push_back({"write", t.dirWrite});
    return legend;
}

std::string fileName(const model::Trace& trace, model::SourceId source) {
    const std::string_view path = trace.sources()[model::raw(source)].path;
    return std::string(path.substr(path.find_last_of('/') + 1));
}

void addDevice(TrackSet& set, const std::shared_ptr<const DeviceRequests>& packed,
               const model::BlockDevice& device, const model::BlockRates& rates) {
    const auto& blocks = packed->blocks;
    const std::int64_t endNs = packed->endNs;
    const auto id = device.device;
    const std::string name = model::deviceText(id);
    std::string facts = fmt::format("{} requests", model::formatCount(packed->of(id)->requests()));
    for (const model::BlockTwin& twin : blocks->twins)
        if (twin.device == id)
            facts +=
                fmt::format(" of {}; {} saw them, too, and is not counted",
                            fileName(*set.trace, twin.followed), fileName(*set.trace, twin.other));
    set.tracks.push_back(std::make_unique<GroupTrack>(name, facts));
    const auto sources = remapSources(*blocks, id);
    for (const auto from : std::span(sources).first(std::min(sources.size(), kMostPartitions)))
        set.tracks.push_back(std::make_unique<PartitionTrack>(set.trace, blocks, from, id, endNs));
    set.tracks.push_back(std::make_unique<RequestTrack>(set.trace, packed, id));
    set.tracks.push_back(std::make_unique<InFlightTrack>(device, endNs));
    set.tracks.push_back(std::make_unique<StepTrack>(
        StepTrack::Words{"IOPS", "completions a second", wholeNumber},
        ratePerSecond(rates,
                      [](const auto& step) { return static_cast<double>(step.completions); }),
        endNs, &Theme::seriesNeutral));
    set.tracks.push_back(std::make_unique<StepTrack>(
        StepTrack::Words{"Throughput", "completed bytes a second", bytesASecond, niceBytesTop},
        ratePerSecond(rates, [](const auto& step) { return static_cast<double>(step.bytes); }),
        endNs, &Theme::seriesNeutral));
    set.tracks.push_back(std::make_unique<SectorTrack>(set.trace, blocks, id, endNs));
}

}  // namespace

bool hasBlocks(const model::Trace& trace) { return trace.tables().blockActions > 0; }

std::shared_ptr<const TrackSet> blockTracks(const model::TracePtr& trace) {
    auto set = std::make_shared<BlockTrackSet>();
    set->trace = trace;
    set->title = "Block requests";
    set->csvHead = "device,begin_ns,end_ns,kind,tid,comm,label";
    set->legend = blockLegend;
    set->links = drawRemapLinks;
    set->empty = "This trace has no block requests. Record some with: "
                 "trace-cmd record -e block, or btrace /dev/sda > FILE";
    if (!hasBlocks(*trace)) return set;
    const auto packed = sharedDeviceRequests(*trace);
    const auto& blocks = packed->blocks;
    set->blocks = blocks;
    std::vector<const model::BlockDevice*> devices;
    for (const model::BlockDevice& device : blocks->devices)
        if (packed->of(device.device) != nullptr) devices.push_back(&device);
    std::ranges::stable_sort(devices, std::ranges::greater{}, [&](const auto* device) {
        return packed->of(device->device)->requests();
    });
    const auto rates = model::blockRates(*blocks, trace->range());
    for (const auto* device : devices)
        addDevice(*set, packed, *device,
                  rates[static_cast<std::size_t>(device - blocks->devices.data())]);
    set->status = fmt::format("{} {}, {} {}", model::formatCount(blocks->requests.size()),
                              blocks->requests.size() == 1 ? "request" : "requests", devices.size(),
                              devices.size() == 1 ? "device" : "devices");
    if (devices.empty()) set->empty = "No request of this trace was issued to a device.";
    return set;
}

}  // namespace kscope::views
