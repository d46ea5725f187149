// SPDX-License-Identifier: GPL-3.0-or-later
/// Sums up intervals of a selection: which places of each group it takes, in runs; one walk over
/// their columns counts lengths in buckets, a second one picks what lies in the buckets of the
/// percentiles, so that they are exact without sorting.
#include "model/derive/block_report.h"
#include "model/derive/interval_sum.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kscope::model {

namespace {
constexpr std::uint32_t kPlacesAJob = 1 << 16;

/// Neighbouring places that are selected. Those before `linked` have their Q2Q in the selection to
/// another bio than in the column.
struct PlaceRun {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t linked = 0;
};
void extend(std::vector<PlaceRun>& runs, std::uint32_t place) {
    if (!runs.empty() && runs.back().end == place) ++runs.back().end;
    else runs.push_back({place, place + 1, place});
}
}  // namespace

/// One selection's sums on their way.
class BlockIntervals::Summing {
public:
    Summing(const BlockIntervals& index, std::span<const std::uint32_t> bios, ThreadPool& pool)
        : m_index(index),
          m_bios(bios),
          m_pool(pool),
          m_groups(index.m_groups.size()) {}

    std::vector<BlockSummaryRow> run() {
        findRuns();
        std::vector<LengthCounts> counts(m_jobs.size());
        parallelFor(m_pool, m_jobs.size(), [&](std::size_t i) {
            each(m_jobs[i], [&](const auto& lengths) { counts[i].add(lengths); });
        });
        join(counts);
        auto rows = makeRows();
        std::vector<NearLengths> near(m_jobs.size());
        parallelFor(m_pool, m_jobs.size(), [&](std::size_t i) {
            wantFor(m_jobs[i], near[i]);
            each(m_jobs[i], [&](const auto& lengths) { near[i].look(lengths); });
        });
        for (auto& one : near) one.give();
        parallelFor(m_pool, rows.size(), [&](std::size_t i) {
            rows[i].length.p50 = m_sumOf[i]->valueOf(0);
            rows[i].length.p99 = m_sumOf[i]->valueOf(1);
        });
        return rows;
    }

private:
    using Runs = std::vector<PlaceRun>;
    /// Of a group.
    struct Chosen {
        Runs runs;
        std::vector<std::int64_t> apart;  // Q2Q of neighbours in the selection alone
        std::array<IntervalSum, kBlockIntervals> of;
    };
    /// Some runs of one column.
    struct Job {
        std::uint32_t group = 0;
        std::uint32_t interval = 0;
        std::uint32_t firstRun = 0;
        std::uint32_t endRun = 0;
    };
    [[nodiscard]] bool directed(std::size_t group) const { return group < m_index.m_directed; }

    void findRuns() {
        const auto threads = m_pool.threads() + 1;
        const auto step = std::max<std::size_t>(kPlacesAJob, m_bios.size() / (2 * threads) + 1);
        std::vector<std::vector<Runs>> parts((m_bios.size() + step - 1) / step);
        parallelFor(m_pool, parts.size(), [&](std::size_t part) {
            auto& runs = parts[part];
            runs.resize(m_groups.size());
            const auto begin = part * step;
            for (const auto bio : m_bios.subspan(begin, std::min(step, m_bios.size() - begin))) {
                const auto& place = m_index.m_places[bio];
                extend(runs[place.group], place.inGroup);
                extend(runs[m_index.m_groups[place.group].disk], place.onDisk);
            }
        });
        parallelFor(m_pool, m_groups.size(), [&](std::size_t group) {
            for (const auto& part : parts) addRuns(group, part[group]);
            link(group);
        });
        for (std::uint32_t group = 0; group < m_groups.size(); ++group) addJobs(group);
    }
    /// Pieces of runs no longer than a job.
    void addRuns(std::size_t group, const Runs& runs) {
        auto& all = m_groups[group].runs;
        for (const auto& run : runs)
            for (auto begin = run.begin; begin < run.end;) {
                const auto end = std::min(run.end - begin, kPlacesAJob) + begin;
                all.push_back({begin, end, begin});
                begin = end;
            }
    }
    /// Finds the Q2Q between runs.
    void link(std::size_t group) {
        auto& chosen = m_groups[group];
        const auto& bios = m_index.m_groups[group].bios;
        const auto bioAt = [&](std::uint32_t place) -> const BlockBio& {
            return m_index.m_model.bios[bios[place]];
        };
        std::int64_t last = kNoTime;
        bool any = false;  // a Q since the last hole
        for (std::size_t i = 0; i < chosen.runs.size(); ++i) {
            auto& run = chosen.runs[i];
            any = any && chosen.runs[i - 1].end == run.begin;
            if (!any) {
                while (run.linked < run.end && bioAt(run.linked).split) ++run.linked;
                if (run.linked == run.end) continue;
                const auto q = bioAt(run.linked++).q;
                if (last != kNoTime) chosen.apart.push_back(q - last);
                any = true;
            }
            auto end = run.end;
            while (end > run.begin && bioAt(end - 1).split) --end;
            if (end > run.begin) last = bioAt(end - 1).q;
        }
    }
    void addJobs(std::uint32_t group) {
        const auto& runs = m_groups[group].runs;
        const std::uint32_t intervals = directed(group) ? kBlockIntervals : 1;
        for (std::uint32_t first = 0; first < runs.size();) {
            std::uint32_t places = 0;
            auto end = first;
            while (end < runs.size() && places < kPlacesAJob) {
                places += runs[end].end - runs[end].begin;
                ++end;
            }
            for (std::uint32_t i = 0; i < intervals; ++i) m_jobs.push_back({group, i, first, end});
            first = end;
        }
    }
    /// Calls take(lengths), of 32 bits, or take(length), until all of the job's were given.
    template <class Take> void each(const Job& job, Take&& take) const {
        const auto& column = m_index.m_groups[job.group].columns[job.interval];
        const auto& chosen = m_groups[job.group];
        const auto far = column.far();
        for (auto i = job.firstRun; i < job.endRun; ++i) {
            const auto& run = chosen.runs[i];
            const auto begin = job.interval == 0 ? run.linked : run.begin;
            take(column.lengths(begin, run.end));
            const auto place = [](const auto& one) { return one.first; };
            for (auto at = std::ranges::lower_bound(far, begin, {}, place);
                 at != far.end() && at->first < run.end; ++at)
                take(at->second);
        }
        if (job.interval == 0 && job.firstRun == 0)
            for (const auto length : chosen.apart) take(length);
    }
    void join(const std::vector<LengthCounts>& counts) {
        for (std::size_t i = 0; i < m_jobs.size(); ++i) {
            const auto& job = m_jobs[i];
            m_groups[job.group].of[job.interval].counts.add(counts[i]);
            if (directed(job.group) && job.interval > 0)
                m_groups[diskOf(job.group)].of[job.interval].counts.add(counts[i]);
        }
    }
    [[nodiscard]] std::uint32_t diskOf(std::size_t group) const {
        return m_index.m_groups[group].disk;
    }
    /// By device, its directions before all of them.
    std::vector<BlockSummaryRow> makeRows() {
        std::vector<BlockSummaryRow> rows;
        for (std::uint32_t g = 0; g < m_index.m_directed; ++g) {
            addRows(g, rows);
            if (g + 1 == m_index.m_directed || diskOf(g + 1) != diskOf(g)) addRows(diskOf(g), rows);
        }
        return rows;
    }
    void addRows(std::uint32_t group, std::vector<BlockSummaryRow>& rows) {
        for (std::size_t i = 0; i < kBlockIntervals; ++i) {
            auto& sum = m_groups[group].of[i];
            if (sum.counts.count == 0) continue;
            sum.row = static_cast<std::uint32_t>(rows.size());
            sum.want();
            m_sumOf.push_back(&sum);
            auto& row = rows.emplace_back();
            row.device = m_index.m_groups[group].device;
            row.direction = m_index.m_groups[group].direction;
            row.interval = static_cast<BlockInterval>(i);
            row.length.count = sum.counts.count;
            row.length.total = sum.counts.total;
            row.length.min = sum.counts.min;
            row.length.max = sum.counts.max;
        }
    }
    void wantFor(const Job& job, NearLengths& near) {
        const auto wantOf = [&](std::uint32_t group) {
            auto& sum = m_groups[group].of[job.interval];
            if (sum.row == kNoIndex) return;
            for (auto& wanted : sum.wanted) near.want(wanted);
        };
        wantOf(job.group);
        if (directed(job.group) && job.interval > 0) wantOf(diskOf(job.group));
    }

    const BlockIntervals& m_index;
    std::span<const std::uint32_t> m_bios;
    ThreadPool& m_pool;
    std::vector<Chosen> m_groups;
    std::vector<Job> m_jobs;
    std::vector<IntervalSum*> m_sumOf;  // by row
};

std::vector<BlockSummaryRow> BlockIntervals::summary(std::span<const std::uint32_t> bios,
                                                     ThreadPool& pool) const {
    return Summing(*this, bios, pool).run();
}

}  // namespace kscope::model
