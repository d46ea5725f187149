// SPDX-License-Identifier: GPL-3.0-or-later
/// The sentence that says what goes on in memory at a moment: which zone is short since when, and
/// what kswapd and allocating tasks have freed since.
#pragma once

#include "model/derive/memory_activity.h"
#include "model/derive/memory_report.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kscope::model {

/// Where free pages lie against the watermarks.
enum class ZoneLevel : std::uint8_t { BelowMin, BelowLow, BelowHigh, Above };

/// Pages looked at and freed over a stretch of time.
struct ReclaimWork {
    enum class Source : std::uint8_t { None, Events, Vmstat } source = Source::None;
    std::int64_t scanned = 0;  ///< By kswapd.
    std::int64_t freed = 0;
    std::int64_t directScanned = 0;  ///< By tasks that allocate.
    std::int64_t directFreed = 0;
};

/// The zone that is worst off at a moment.
struct ZoneMoment {
    std::string zone;  ///< "DMA32"; with several nodes "Node 0 DMA32".
    int node = 0;
    ZoneLevel level = ZoneLevel::Above;
    double free = 0, min = 0, low = 0, high = 0;  ///< Pages.
    /// Of the reading from which on it was at this level or below it; of BelowMin: below low.
    std::int64_t sinceNs = 0;
    bool sinceFirst = false;  ///< That reading is the first one: it may have begun before.
    std::size_t zones = 0;    ///< That there are.
    std::size_t asBad = 0;    ///< Of the others, at this level or below it.
    ReclaimWork work;         ///< From sinceNs to the moment.
    /// Of the node's kswapd; nothing where the trace has no event of it before.
    std::optional<bool> kswapdAwake;
    std::optional<OomMark> killed;  ///< The last kill between sinceNs and the moment.
};

class MemoryStory {
public:
    MemoryStory() = default;
    /// Walks zoneinfo and vmstat once.
    MemoryStory(const Trace& trace, const ReclaimReport& reclaims, const MemoryActivity& activity);
    /// Nothing before the first reading of zoneinfo. O(readings of the spell + log n)
    [[nodiscard]] std::optional<ZoneMoment> at(std::int64_t ns) const;
    /// Begin and end of readings; nothing where there are none.
    [[nodiscard]] bool empty() const { return m_zones.empty(); }
    /// The last moment that a reading of zoneinfo speaks of.
    [[nodiscard]] std::int64_t readUntilNs() const { return m_readUntil; }

private:
    struct Reading {
        std::int64_t ns;
        float free, min, low, high;  // whole numbers below 2^24 exactly; 64 GiB of pages
    };
    struct Zone {
        std::string name;
        int node;
        std::vector<Reading> readings;
    };
    struct Counts {
        std::int64_t ns;
        std::int64_t scanned, freed, directScanned, directFreed;
    };
    void readZones(const Trace& trace, const CounterTablePtr& table);
    void readVmstat(const Trace& trace, const CounterTablePtr& table);
    [[nodiscard]] ReclaimWork workBetween(int node, std::int64_t begin, std::int64_t end) const;
    [[nodiscard]] static ZoneLevel levelOf(const Reading& reading);

    std::vector<Zone> m_zones;
    std::int64_t m_readUntil = INT64_MIN;
    std::vector<Counts> m_vmstat;
    std::vector<ReclaimScan> m_scans;
    std::vector<KswapdSpan> m_kswapd;
    std::vector<OomMark> m_kills;
    std::optional<std::int64_t> m_firstEvent;  // of vmscan
};

/// "DMA32 below low since 12.3 s: kswapd0 has freed 1 216 of 18 204 scanned pages." `sinceText`
/// writes a moment of the axis, `ns` is the moment that is told.
[[nodiscard]] std::string
memorySentence(const ZoneMoment& moment, std::int64_t ns,
               const std::function<std::string(std::int64_t ns)>& sinceText);

}  // namespace kscope::model
