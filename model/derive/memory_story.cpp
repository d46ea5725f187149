// SPDX-License-Identifier: GPL-3.0-or-later
/// Readings of zoneinfo and vmstat, and events of vmscan, to one sentence.
#include "model/derive/memory_story.h"

#include "model/core/format.h"
#include "model/derive/counter_path.h"
#include "model/derive/counter_rates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace kscope::model {
namespace {

std::string storyCount(std::int64_t count) {
    return formatCount(static_cast<std::uint64_t>(std::max<std::int64_t>(0, count)));
}
std::string storyBytes(double pages) {
    return formatBytes(static_cast<std::uint64_t>(std::max(0.0, pages)) * 4096);
}

/// Series of the file by "ROW" and column.
std::map<std::uint32_t, std::map<std::string_view, std::uint32_t>>
storySeries(const Trace& trace, const CounterTable& table) {
    std::map<std::uint32_t, std::map<std::string_view, std::uint32_t>> rows;
    for (std::uint32_t id = 0; id < table.series().size(); ++id)
        rows[table.series()[id].row].emplace(trace.text(table.series()[id].column), id);
    return rows;
}

}  // namespace

MemoryStory::MemoryStory(const Trace& trace, const ReclaimReport& reclaims,
                         const MemoryActivity& activity)
    : m_scans(reclaims.scans),
      m_kswapd(reclaims.kswapd),
      m_firstEvent(reclaims.firstNs) {
    std::ranges::stable_sort(m_scans, {}, &ReclaimScan::ns);
    for (const auto& mark : activity.oom)
        if (mark.kind == OomMark::Kind::Victim) m_kills.push_back(mark);
    for (const auto& table : trace.counters()) {
        if (table->rounds() == 0) continue;
        if (table->file() == CounterFile::Zoneinfo && m_zones.empty()) readZones(trace, table);
        if (table->file() == CounterFile::Vmstat && m_vmstat.empty()) readVmstat(trace, table);
    }
}

void MemoryStory::readZones(const Trace& trace, const CounterTablePtr& table) {
    std::vector<std::array<std::uint32_t, 4>> series;
    std::vector<ZoneName> names;
    std::vector<std::uint32_t> managed;
    for (const auto& [row, columns] : storySeries(trace, *table)) {
        const auto name = zoneOfRow(trace.text(table->rows()[row].name));
        const std::array wanted{columns.find("free"), columns.find("min"), columns.find("low"),
                                columns.find("high")};
        if (name.node < 0 || std::ranges::find(wanted, columns.end()) != wanted.end()) continue;
        series.push_back(
            {wanted[0]->second, wanted[1]->second, wanted[2]->second, wanted[3]->second});
        names.push_back(name);
        const auto pages = columns.find("managed");
        managed.push_back(pages == columns.end() ? UINT32_MAX : pages->second);
    }
    const bool nodes = std::ranges::any_of(
        names, [&](const ZoneName& name) { return name.node != names.front().node; });
    for (const auto& name : names)
        m_zones.push_back(
            {nodes ? fmt::format("Node {} {}", name.node, name.zone) : std::string(name.zone),
             name.node,
             {}});
    if (!series.empty())
        m_readUntil = std::max(m_readUntil, readingsEnd(*table, toNs(trace.range().end)) - 1);
    CounterCursor cursor(table);
    for (std::size_t round = 0; round < table->rounds(); ++round) {
        cursor.seek(round);
        for (std::size_t i = 0; i < series.size(); ++i) {
            std::array<float, 4> values{};
            bool known = true;
            for (std::size_t k = 0; k < values.size(); ++k) {
                const auto value = cursor.value(series[i][k]);
                known = known && value.has_value();
                values[k] = static_cast<float>(value.value_or(0));
            }
            // Zones without pages (Movable, Device) are never short of any.
            const auto pages = managed[i] == UINT32_MAX ? std::nullopt : cursor.value(managed[i]);
            if (known && pages.value_or(1) > 0)
                m_zones[i].readings.push_back(
                    {table->timeNs(round), values[0], values[1], values[2], values[3]});
        }
    }
    std::erase_if(m_zones, [](const Zone& zone) { return zone.readings.empty(); });
}

void MemoryStory::readVmstat(const Trace& trace, const CounterTablePtr& table) {
    constexpr std::array<std::string_view, 4> kNames{"pgscan_kswapd", "pgsteal_kswapd",
                                                     "pgscan_direct", "pgsteal_direct"};
    std::array<std::vector<std::uint32_t>, 4> series;
    for (std::uint32_t id = 0; id < table->series().size(); ++id) {
        // Before 4.8 a counter a zone: "pgscan_kswapd_dma32".
        const auto& one = table->series()[id];
        auto name = trace.text(one.column);
        if (name.empty()) name = trace.text(table->rows()[one.row].name);
        for (std::size_t i = 0; i < kNames.size(); ++i)
            if (name.starts_with(kNames[i]) && !name.ends_with("_throttle"))
                series[i].push_back(id);
    }
    if (series[0].empty() || series[1].empty()) return;
    CounterCursor cursor(table);
    for (std::size_t round = 0; round < table->rounds(); ++round) {
        cursor.seek(round);
        std::array<std::int64_t, 4> sums{};
        for (std::size_t i = 0; i < sums.size(); ++i)
            for (const auto id : series[i])
                sums[i] += static_cast<std::int64_t>(cursor.value(id).value_or(0));
        m_vmstat.push_back({table->timeNs(round), sums[0], sums[1], sums[2], sums[3]});
    }
}

ZoneLevel MemoryStory::levelOf(const Reading& reading) {
    if (reading.free < reading.min) return ZoneLevel::BelowMin;
    if (reading.free < reading.low) return ZoneLevel::BelowLow;
    if (reading.free < reading.high) return ZoneLevel::BelowHigh;
    return ZoneLevel::Above;
}

ReclaimWork MemoryStory::workBetween(int node, std::int64_t begin, std::int64_t end) const {
    ReclaimWork work;
    const bool events = m_firstEvent && !m_scans.empty() && *m_firstEvent <= end;
    // Events tell it to the microsecond and by node, but not what was before their recording.
    if (events && (*m_firstEvent <= begin || m_vmstat.empty())) {
        work.source = ReclaimWork::Source::Events;
        for (auto at = std::ranges::lower_bound(m_scans, begin, {}, &ReclaimScan::ns);
             at != m_scans.end() && at->ns <= end; ++at) {
            if (at->node != node) continue;
            const bool kswapd = at->by == ReclaimScan::By::Kswapd;
            (kswapd ? work.scanned : work.directScanned) += at->scanned;
            (kswapd ? work.freed : work.directFreed) += at->freed;
        }
        return work;
    }
    const auto before = std::ranges::upper_bound(m_vmstat, end, {}, &Counts::ns);
    if (before == m_vmstat.begin()) return work;
    auto from = std::ranges::upper_bound(m_vmstat, begin, {}, &Counts::ns);
    if (from != m_vmstat.begin()) --from;
    const Counts& now = *(before - 1);
    if (now.ns <= from->ns) return work;  // one reading tells no growth
    work.source = ReclaimWork::Source::Vmstat;
    work.scanned = now.scanned - from->scanned;
    work.freed = now.freed - from->freed;
    work.directScanned = now.directScanned - from->directScanned;
    work.directFreed = now.directFreed - from->directFreed;
    return work;
}

std::optional<ZoneMoment> MemoryStory::at(std::int64_t ns) const {
    const Zone* worst = nullptr;
    std::size_t worstAt = 0;
    std::vector<ZoneLevel> levels;
    const auto room = [](const Reading& one) { return one.free / std::max(1.0F, one.low); };
    for (const Zone& zone : m_zones) {
        const auto after = std::ranges::upper_bound(zone.readings, ns, {}, &Reading::ns);
        if (after == zone.readings.begin()) continue;
        const auto index = static_cast<std::size_t>(after - zone.readings.begin()) - 1;
        const Reading& one = zone.readings[index];
        levels.push_back(levelOf(one));
        if (worst != nullptr) {
            const Reading& old = worst->readings[worstAt];
            const auto before = levelOf(old);
            if (levels.back() > before || (levels.back() == before && room(one) >= room(old)))
                continue;
        }
        worst = &zone;
        worstAt = index;
    }
    if (worst == nullptr) return std::nullopt;
    const Reading& now = worst->readings[worstAt];
    ZoneMoment moment;
    moment.zone = worst->name;
    moment.node = worst->node;
    moment.level = levelOf(now);
    moment.free = now.free, moment.min = now.min, moment.low = now.low, moment.high = now.high;
    moment.zones = levels.size();
    moment.asBad = static_cast<std::size_t>(
        std::ranges::count_if(levels, [&](ZoneLevel one) { return one <= moment.level; }) - 1);
    // A spell below min is part of the one below low, in which kswapd works.
    const auto spell = std::max(moment.level, ZoneLevel::BelowLow);
    std::size_t since = worstAt;
    while (since > 0 && levelOf(worst->readings[since - 1]) <= spell) --since;
    moment.sinceNs = worst->readings[since].ns;
    moment.sinceFirst = since == 0;
    moment.work = workBetween(moment.node, moment.sinceNs, ns);
    for (const auto& span : m_kswapd)
        if (span.node == moment.node && span.beginNs <= ns) moment.kswapdAwake = ns < span.endNs;
    for (const auto& mark : m_kills)
        if (mark.ns >= moment.sinceNs && mark.ns <= ns) moment.killed = mark;
    return moment;
}

namespace {

std::string workClause(const ZoneMoment& moment) {
    const auto& work = moment.work;
    if (work.source == ReclaimWork::Source::None) return {};
    // vmstat counts all nodes together.
    const auto who =
        work.source == ReclaimWork::Source::Events || moment.zone.find(' ') == std::string::npos
            ? fmt::format("kswapd{}", moment.node)
            : std::string("kswapd of all nodes");
    std::string text = work.scanned == 0
                           ? who + " has scanned nothing yet"
                           : fmt::format("{} has freed {} of {} scanned pages", who,
                                         storyCount(work.freed), storyCount(work.scanned));
    if (work.directScanned > 0)
        text += fmt::format(", tasks that allocate {} of {}", storyCount(work.directFreed),
                            storyCount(work.directScanned));
    return text;
}

}  // namespace

std::string memorySentence(const ZoneMoment& moment, std::int64_t ns,
                           const std::function<std::string(std::int64_t ns)>& sinceText) {
    if (moment.level == ZoneLevel::Above)
        return moment.zones == 1
                   ? fmt::format("{} above high, {} above low: nothing to reclaim.", moment.zone,
                                 storyBytes(moment.free - moment.low))
                   : fmt::format("All {} zones above high: nothing to reclaim. Nearest to low is "
                                 "{}, {} above it.",
                                 moment.zones, moment.zone, storyBytes(moment.free - moment.low));
    constexpr std::array<std::string_view, 3> kBelow{"below min", "below low",
                                                     "between low and high"};
    std::string text =
        fmt::format("{} {}", moment.zone, kBelow[static_cast<std::size_t>(moment.level)]);
    if (ns > moment.sinceNs)
        text +=
            fmt::format("{} since {}{}", moment.level == ZoneLevel::BelowMin ? ", below low" : "",
                        moment.sinceFirst ? "before " : "", sinceText(moment.sinceNs));
    std::string what = workClause(moment);
    if (moment.level == ZoneLevel::BelowHigh) {
        if (!moment.kswapdAwake)
            what = "kswapd goes on up to high if it is awake, and is not woken if it sleeps";
        else if (!*moment.kswapdAwake)
            what = fmt::format("kswapd{} sleeps, it is woken below low", moment.node);
    } else if (what.empty()) {
        what = moment.level == ZoneLevel::BelowMin
                   ? "tasks that allocate must free pages themselves"
                   : "kswapd is woken and frees pages until high is reached";
    } else if (moment.level == ZoneLevel::BelowMin && moment.work.directScanned == 0) {
        what += ", tasks that allocate must free pages themselves";
    }
    text += what.empty() ? "." : ": " + what + ".";
    if (moment.killed)
        text += fmt::format(" {} was killed for want of memory at {}.",
                            moment.killed->comm.empty()
                                ? fmt::format("Task {}", moment.killed->tid)
                                : fmt::format("{} {}", moment.killed->comm, moment.killed->tid),
                            sinceText(moment.killed->ns));
    if (moment.asBad > 0 && moment.level != ZoneLevel::BelowHigh)
        text += fmt::format(" {} more {} {} too.", moment.asBad,
                            moment.asBad == 1 ? "zone is" : "zones are",
                            kBelow[static_cast<std::size_t>(moment.level)]);
    return text;
}

}  // namespace kscope::model
