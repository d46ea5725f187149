// SPDX-License-Identifier: GPL-3.0-or-later
/// Cuts uftrace data by time into slices of about a chunk each, which threads read side by side.
/// That needs user records of 16 bytes throughout, in order of time, without arguments; from the
/// first slice on that has others the rest is left to whoever reads record by record.
#pragma once

#include "parsers/uftrace/uftrace_rows.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace kscope::parsers {

class UftraceSlices {
public:
    UftraceSlices(const UftraceData& data, model::TraceBuilder& builder, model::SourceId source,
                  const ImportOptions& options);
    ~UftraceSlices();
    UftraceSlices(const UftraceSlices&) = delete;
    UftraceSlices& operator=(const UftraceSlices&) = delete;
    /// Where the cuts are. False: this data is not of that kind, or too little.
    [[nodiscard]] bool plan();
    void run(model::ThreadPool& pool);

    [[nodiscard]] bool whole() const { return m_delivered == m_cuts.size(); }
    [[nodiscard]] std::size_t delivered() const { return m_delivered; }
    /// When what was not delivered begins.
    [[nodiscard]] std::int64_t restBegins() const { return m_cuts[m_delivered]; }
    /// Of a user file: its first record that was not delivered, and the time of the one before.
    struct Rest {
        std::uint64_t at = 0;
        std::int64_t after = 0;
    };
    [[nodiscard]] Rest restOf(const UftraceData::RecordFile& file) const;
    [[nodiscard]] std::uint64_t rows() const { return m_rows; }
    /// What was odd about a file, as far as it was read here.
    [[nodiscard]] UftraceFaults faultsOf(const UftraceData::RecordFile& file) const;

private:
    struct File {
        const UftraceData::RecordFile* file = nullptr;
        UftraceFilePtr opened;
        std::uint64_t records = 0;
        std::vector<std::int64_t> samples;  ///< Time of each kStride-th record.
        std::vector<std::uint64_t> cuts;    ///< Record at which each slice begins.
        std::size_t order = 0;              ///< Of equal times the lower one comes first.
    };
    /// An event of a file that is no user file.
    struct Event {
        UftraceRecord record;
        std::string comm;
    };
    struct EventFile {
        const UftraceData::RecordFile* file = nullptr;
        std::vector<Event> events;
        UftraceFaults faults;
        std::size_t order = 0;
    };
    struct Input;
    struct Worker;
    struct Done {
        model::ParsedPart part;
        std::uint64_t rows = 0;
        std::map<const UftraceData::RecordFile*, std::uint64_t> lost;
    };

    [[nodiscard]] bool takeFiles();
    [[nodiscard]] bool sample(File& file) const;
    void readEvents(EventFile& into);
    [[nodiscard]] std::uint64_t recordAt(const File& file, std::int64_t time) const;
    void readSlice(std::size_t slice);
    [[nodiscard]] bool fill(Worker& worker, std::size_t slice, Done& done) const;
    [[nodiscard]] bool open(Worker& worker, std::size_t slice) const;
    [[nodiscard]] bool merge(Worker& worker, std::size_t slice, Done& done) const;
    [[nodiscard]] bool mergeCalls(Worker& worker, std::size_t slice, Done& done) const;
    [[nodiscard]] bool takeRun(Worker& worker, Input& input, std::int64_t time, std::size_t order,
                               Done& done) const;
    void hand(std::size_t slice, Done done);
    [[nodiscard]] std::int64_t endOf(std::size_t slice) const {
        return slice + 1 < m_cuts.size() ? m_cuts[slice + 1] : INT64_MAX;
    }

    const UftraceData& m_data;
    model::TraceBuilder& m_builder;
    model::SourceId m_source;
    const ImportOptions& m_options;
    std::vector<File> m_files;
    std::vector<EventFile> m_eventFiles;
    std::vector<std::int64_t> m_cuts;  // a slice's first time

    std::atomic<std::size_t> m_failed{SIZE_MAX};  // first slice that is of another kind
    std::mutex m_mutex;                           // guards what follows
    std::vector<std::unique_ptr<Worker>> m_idle;
    std::map<std::size_t, Done> m_waiting;
    std::size_t m_delivered = 0;
    std::uint64_t m_rows = 0;
    std::map<const UftraceData::RecordFile*, std::uint64_t> m_lost;
};

}  // namespace kscope::parsers
