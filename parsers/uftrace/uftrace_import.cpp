// SPDX-License-Identifier: GPL-3.0-or-later
/// Merges the record files of a directory in order of time into rows.
#include "parsers/uftrace/uftrace_slices.h"

#include <queue>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace kscope::parsers {
namespace {

using model::DiagnosticKind;

constexpr std::size_t kRowsAPart = 60'000;
constexpr std::size_t kMostBuffers = 64u << 20;  // of all streams together
constexpr std::size_t kLargestBuffer = 256 << 10;
constexpr std::size_t kSmallestBuffer = 4 << 10;
constexpr std::size_t kMostWords = 400;
constexpr std::size_t kMostStrangers = 12;  // named
constexpr std::size_t kAskEvery = 4096;     // rows between two looks at the stop token

std::vector<model::ForkedProcess> forksOf(const UftraceTasks& tasks) {
    std::vector<model::ForkedProcess> forks;
    for (const auto& task : tasks.tasks)
        if (task.pid >= 0 && task.parent >= 0)
            forks.push_back({model::Tid{static_cast<std::int32_t>(task.pid)},
                             model::Tid{static_cast<std::int32_t>(task.parent)}, task.time});
    std::ranges::stable_sort(forks, {}, &model::ForkedProcess::timeNs);
    return forks;
}

class UftraceImport {
public:
    UftraceImport(const UftraceData& data, model::TraceBuilder& builder, model::SourceId source,
                  const ImportOptions& options)
        : m_data(data),
          m_builder(builder),
          m_source(source),
          m_options(options),
          m_rows(data) {}

    /// `pool` null: record by record.
    void run(model::ThreadPool* pool) {
        if (pool != nullptr) slice(*pool);
        bool whole = true;
        if (!m_slices || !m_slices->whole()) {
            whole = !m_options.stop.stop_requested();
            openStreams();
            m_rows.begin(m_source);
            if (m_slices) skipDelivered();
            whole = merge() && whole;
            deliver();
        }
        note(whole);
    }

private:
    struct Stream {
        const UftraceData::RecordFile* file = nullptr;
        std::unique_ptr<UftraceStream> records;
        UftraceRecord record;
        bool more = false;  ///< `record` is the next one already.
    };

    void slice(model::ThreadPool& pool);
    void openStreams();
    void skipDelivered();
    bool merge();
    void deliver();
    void note(bool whole);
    void noteSkipped();
    void noteStranger(std::int64_t tid) {
        ++m_strangers;
        if (m_strangerTasks.size() < kMostStrangers) m_strangerTasks.insert(tid);
    }
    void diagnose(const UftraceData::RecordFile& file, const UftraceFaults& faults);

    const UftraceData& m_data;
    model::TraceBuilder& m_builder;
    model::SourceId m_source;
    const ImportOptions& m_options;
    std::optional<UftraceSlices> m_slices;
    UftraceRows m_rows;
    std::vector<Stream> m_streams;
    std::uint64_t m_done = 0;       // rows
    std::uint64_t m_strangers = 0;  // kernel records of other tasks
    std::set<std::int64_t> m_strangerTasks;
    std::map<DiagnosticKind, std::string> m_oddFiles;
    std::uint64_t m_lost = 0;
    std::uint64_t m_sequence = 0;
    model::Diagnostics m_notes;
};

void UftraceImport::slice(model::ThreadPool& pool) {
    m_slices.emplace(m_data, m_builder, m_source, m_options);
    if (!m_slices->plan()) return m_slices.reset();
    m_slices->run(pool);
    m_sequence = m_slices->delivered();
    m_done = m_slices->rows();
}

void UftraceImport::openStreams() {
    const auto buffer = std::clamp(kMostBuffers / std::max<std::size_t>(m_data.files.size(), 1),
                                   kSmallestBuffer, kLargestBuffer);
    for (const auto& file : m_data.files) {
        const auto rest = m_slices && file.kind == UftraceData::FileKind::User
                              ? m_slices->restOf(file)
                              : UftraceSlices::Rest{};
        Stream stream{.file = &file, .records = m_data.open(file, buffer, rest.at), .record = {}};
        if (!stream.records) continue;
        stream.records->startAfter(rest.after);
        m_streams.push_back(std::move(stream));
    }
}

/// Events of the slices: what they say of tasks holds on.
void UftraceImport::skipDelivered() {
    for (auto& stream : m_streams) {
        if (stream.file->kind == UftraceData::FileKind::User) continue;
        while ((stream.more = stream.records->next(stream.record)) &&
               stream.record.time < m_slices->restBegins())
            if (stream.record.kind == UftraceRecordKind::TaskName && stream.record.tid > 0)
                m_rows.task(stream.record.tid).comm = std::string(stream.record.comm);
    }
}

/// False: it was stopped.
bool UftraceImport::merge() {
    using Head = std::pair<std::int64_t, std::size_t>;  // time, stream: ties to the first
    std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
    for (std::size_t i = 0; i < m_streams.size(); ++i)
        if (m_streams[i].more || m_streams[i].records->next(m_streams[i].record))
            heads.emplace(m_streams[i].record.time, i);
    std::size_t rows = 0;
    while (!heads.empty()) {
        const auto index = heads.top().second;
        heads.pop();
        auto& stream = m_streams[index];
        const Head limit = heads.empty() ? Head{INT64_MAX, SIZE_MAX} : heads.top();
        bool more = true;
        while (more && Head{stream.record.time, index} < limit) {
            if (m_rows.add(stream.record, *stream.file)) ++m_done;
            else noteStranger(stream.record.tid);
            if (m_rows.rows() >= kRowsAPart) deliver();
            if (++rows % kAskEvery == 0 && m_options.stop.stop_requested()) return false;
            more = stream.records->next(stream.record);
        }
        if (more) heads.emplace(stream.record.time, index);
    }
    return true;
}

void UftraceImport::deliver() {
    m_builder.deliver(m_source, m_sequence++, m_rows.finish());
    if (m_options.delivered) m_options.delivered();
    if (m_options.progress) {
        const auto total = m_data.bytes();
        m_options.progress(std::min(m_done * 16, total), total);
    }
    m_rows.begin(m_source);
}

void UftraceImport::diagnose(const UftraceData::RecordFile& file, const UftraceFaults& faults) {
    const auto record = [&](DiagnosticKind kind, std::uint64_t count, std::uint64_t at) {
        if (count == 0) return;
        // The place is one of all files joined: the name and the byte in it tell where to look.
        auto& words = m_oddFiles[kind];
        if (words.size() < kMostWords)
            words += (words.empty() ? "" : ", ") +
                     (at == 0 ? file.name : fmt::format("{} at byte {}", file.name, at));
        m_notes.record(kind, count, words);
    };
    record(DiagnosticKind::BadRecord, faults.badRecords, faults.firstAt);
    record(DiagnosticKind::CutRecord, faults.cutRecords, file.size);
    record(DiagnosticKind::TimeBackwards, faults.backwards, 0);
    record(DiagnosticKind::LostEvents, faults.lost, 0);
    m_lost += faults.lost;
}

/// Parts of the directory that are not there or are not read, each in words.
void UftraceImport::noteSkipped() {
    std::string words;
    for (const auto& problem : m_data.problems)
        if (words.size() < kMostWords) words += (words.empty() ? "" : "; ") + problem;
    if (m_data.filesLeftOut > 0)
        words += fmt::format("{}{} beyond the room for positions", words.empty() ? "" : "; ",
                             m_data.filesLeftOut);
    if (!words.empty())
        m_notes.record(DiagnosticKind::DirectoryPart, m_data.problems.size() + m_data.filesLeftOut,
                       std::move(words));
    if (m_strangers == 0) return;
    std::string tasks;
    for (const auto tid : m_strangerTasks)
        tasks += (tasks.empty() ? "" : ", ") + std::to_string(tid);
    if (m_strangerTasks.size() >= kMostStrangers) tasks += ", …";
    m_notes.record(DiagnosticKind::OtherTasks, m_strangers, std::move(tasks));
}

/// What was odd, file by file.
void UftraceImport::note(bool whole) {
    for (const auto& file : m_data.files) {
        UftraceFaults faults;
        const auto stream = std::ranges::find(m_streams, &file, &Stream::file);
        if (stream != m_streams.end()) faults = stream->records->faults();
        // Streams read files of events again, and user files from where the slices end.
        if (m_slices && stream == m_streams.end()) faults = m_slices->faultsOf(file);
        else if (m_slices && file.kind == UftraceData::FileKind::User)
            faults.lost += m_slices->faultsOf(file).lost;
        diagnose(file, faults);
    }
    if (m_lost > 0)
        m_builder.updateSource(m_source, [this](model::SourceInfo& info) { info.lost += m_lost; });
    noteSkipped();
    if (!whole || m_data.filesLeftOut > 0)
        m_builder.diagnose(m_source, DiagnosticKind::PartialLoad, {.source = m_source});
    model::ParsedPart part;
    part.diagnostics = std::move(m_notes);
    m_builder.deliver(m_source, m_sequence++, std::move(part));
}

}  // namespace

model::Result<model::SourceId> importUftrace(const std::string& path, model::TraceBuilder& builder,
                                             model::ThreadPool* pool,
                                             const ImportOptions& options) {
    auto data = openUftraceData(path);
    if (!data) return tl::unexpected(data.error());
    model::SourceInfo info;
    info.path = path;
    info.kind = "uftrace";
    info.why = "a directory whose info file begins with Ftrace!";
    info.clock = {.name = (*data)->info.clock(), .tickNs = 1, .counter = false, .relative = false};
    info.bytes = (*data)->bytes();
    info.offsetNs = options.offsetNs;
    info.forks = forksOf((*data)->tasks);
    info.text = makeUftraceSource(*data);
    const auto source = builder.addSource(std::move(info));
    if (options.added) options.added(source, SourceReach::Ends);
    UftraceImport(**data, builder, source, options).run(pool);
    builder.endSource(source);
    return source;
}

}  // namespace kscope::parsers
