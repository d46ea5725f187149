// SPDX-License-Identifier: GPL-3.0-or-later
/// Merges the record files of a directory in order of time into rows.
#include "model/store/call_edge.h"
#include "parsers/uftrace/uftrace_data.h"

#include <queue>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace kscope::parsers {
namespace {

using model::CallEdge;
using model::CallSpace;
using model::DiagnosticKind;

constexpr std::size_t kRowsAPart = 60'000;
constexpr std::size_t kMostBuffers = 64u << 20;  // of all streams together
constexpr std::size_t kLargestBuffer = 256 << 10;
constexpr std::size_t kSmallestBuffer = 4 << 10;
constexpr std::size_t kAskEvery = 4096;  // rows between two looks at the stop token
constexpr std::size_t kNameSlots = 8192;

std::string_view fileName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

class UftraceImport {
public:
    UftraceImport(const UftraceData& data, model::TraceBuilder& builder, model::SourceId source,
                  const ImportOptions& options)
        : m_data(data),
          m_builder(builder),
          m_source(source),
          m_options(options),
          m_slots(kNameSlots) {
        m_names.push_back({"unknown", 0, 0});
    }

    void run() {
        openStreams();
        m_writer.beginPart(m_source, 0, 1);
        const bool whole = merge();
        deliver();
        note(whole);
    }

private:
    struct Stream {
        const UftraceData::RecordFile* file = nullptr;
        std::unique_ptr<UftraceStream> records;
        UftraceRecord record;
    };
    struct Task {
        bool ofTrace = false;  ///< Named by task.txt or a file of its own.
        std::int64_t process = -1;
        std::string comm;
        std::uint32_t open = 0;  ///< Depth of the next user function.
        int session = -1;
        std::int64_t sessionUntil = INT64_MIN;  ///< `session` holds before.
        std::uint16_t index = model::kNoRow;
        std::uint32_t generation = 0;
    };
    struct Name {
        std::string text;
        std::uint16_t index = 0;
        std::uint32_t generation = 0;
    };
    struct NameSlot {
        std::uint64_t key = 0;
        std::uint32_t name = 0;
    };

    void openStreams();
    bool merge();
    void add(const Stream& stream);
    void addEvent(const UftraceRecord& record, Task& task, std::uint64_t position,
                  model::CpuId cpu);
    void deliver();
    void note(bool whole);
    Task& taskOf(std::int64_t tid);
    std::uint16_t taskIndex(std::int64_t tid, Task& task);
    std::uint32_t functionName(const UftraceRecord& record, Task& task);
    std::uint32_t nameId(std::string text);
    std::uint16_t nameIndex(std::uint32_t name);

    const UftraceData& m_data;
    model::TraceBuilder& m_builder;
    model::SourceId m_source;
    const ImportOptions& m_options;
    model::ChunkWriter m_writer;
    std::uint32_t m_generation = 1;
    std::vector<Stream> m_streams;
    std::unordered_map<std::int64_t, Task> m_tasks;
    std::int64_t m_lastTid = -1;
    Task* m_lastTask = nullptr;
    std::vector<Name> m_names;
    std::unordered_map<std::string, std::uint32_t> m_nameIds;
    std::unordered_map<std::uint64_t, std::uint32_t> m_functions;  // by address and session
    std::vector<NameSlot> m_slots;                                 // those asked for last
    std::uint64_t m_rows = 0;
    std::uint64_t m_strangers = 0;  // kernel records of other tasks
    std::uint64_t m_sequence = 0;
    std::uint64_t m_bytesDone = 0;
};

void UftraceImport::openStreams() {
    const auto buffer = std::clamp(kMostBuffers / std::max<std::size_t>(m_data.files.size(), 1),
                                   kSmallestBuffer, kLargestBuffer);
    for (const auto& file : m_data.files) {
        Stream stream{.file = &file, .records = m_data.open(file, buffer), .record = {}};
        if (stream.records) m_streams.push_back(std::move(stream));
    }
}

/// False: it was stopped.
bool UftraceImport::merge() {
    using Head = std::pair<std::int64_t, std::size_t>;  // time, stream: ties to the first
    std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
    for (std::size_t i = 0; i < m_streams.size(); ++i)
        if (m_streams[i].records->next(m_streams[i].record))
            heads.emplace(m_streams[i].record.time, i);
    std::size_t rows = 0;
    while (!heads.empty()) {
        const auto index = heads.top().second;
        heads.pop();
        auto& stream = m_streams[index];
        const Head limit = heads.empty() ? Head{INT64_MAX, SIZE_MAX} : heads.top();
        bool more = true;
        while (more && Head{stream.record.time, index} < limit) {
            add(stream);
            if (++rows % kAskEvery == 0 && m_options.stop.stop_requested()) return false;
            more = stream.records->next(stream.record);
        }
        if (more) heads.emplace(stream.record.time, index);
    }
    return true;
}

void UftraceImport::deliver() {
    m_builder.deliver(m_source, m_sequence++, m_writer.finishPart(0, 0));
    if (m_options.delivered) m_options.delivered();
    if (m_options.progress) {
        const auto total = m_data.bytes();
        m_options.progress(std::min(m_rows * 16, total), total);
    }
    m_writer.beginPart(m_source, 0, 1);
    ++m_generation;
}

UftraceImport::Task& UftraceImport::taskOf(std::int64_t tid) {
    if (tid == m_lastTid && m_lastTask != nullptr) return *m_lastTask;
    const auto [found, fresh] = m_tasks.try_emplace(tid);
    auto& task = found->second;
    if (fresh) {
        const auto process = m_data.processOf.find(tid);
        task.ofTrace = process != m_data.processOf.end();
        task.process = task.ofTrace ? process->second : tid;
        task.comm = "<...>";
        // Until a perf event tells its name a task is called as its program.
        for (const auto& session : m_data.tasks.sessions)
            if (session.pid == task.process || (task.ofTrace && task.comm == "<...>"))
                task.comm = fileName(session.exename).substr(0, 15);
    }
    m_lastTid = tid;
    m_lastTask = &task;
    return task;
}

std::uint16_t UftraceImport::taskIndex(std::int64_t tid, Task& task) {
    if (tid < 0 || tid > INT32_MAX) return model::kNoRow;
    if (task.generation != m_generation) {
        task.index =
            m_writer.task(model::Tid{static_cast<std::int32_t>(tid)}, task.comm, model::kUnknownCpu,
                          model::Tid{static_cast<std::int32_t>(task.process)});
        task.generation = m_generation;
    }
    return task.index;
}

std::uint32_t UftraceImport::nameId(std::string text) {
    const auto [found, fresh] =
        m_nameIds.try_emplace(std::move(text), static_cast<std::uint32_t>(m_names.size()));
    if (fresh) m_names.push_back({found->first, 0, 0});
    return found->second;
}

std::uint16_t UftraceImport::nameIndex(std::uint32_t name) {
    auto& known = m_names[name];
    if (known.generation != m_generation) {
        known.index = m_writer.name(known.text);
        known.generation = m_generation;
    }
    return known.index;
}

std::uint32_t UftraceImport::functionName(const UftraceRecord& record, Task& task) {
    if (!record.kernel && record.time >= task.sessionUntil) {
        task.session = m_data.symbols.sessionAt(task.process, record.time);
        task.sessionUntil = m_data.symbols.sessionUntil(task.process, record.time);
    }
    // 48 bits of address; libraries may come and go with dlopen, which only adds names.
    const auto session =
        record.kernel ? 0xffffull : static_cast<std::uint64_t>(task.session + 1) & 0x7fff;
    const auto key = (record.address & 0xffffffffffff) | session << 48;
    auto& slot = m_slots[key * 0x9e3779b97f4a7c15 >> 51];
    if (slot.key == key && slot.name != 0) return slot.name;
    auto found = m_functions.find(key);
    if (found == m_functions.end()) {
        if (m_functions.size() >= model::StringTable::kMaxStrings) return 0;
        const auto name = nameId(m_data.nameOf(record, task.session).shown);
        found = m_functions.emplace(key, name).first;
    }
    slot = {key, found->second};
    return slot.name;
}

void UftraceImport::add(const Stream& stream) {
    const auto& record = stream.record;
    auto& task = taskOf(record.tid);
    if (record.kernel && !task.ofTrace) {
        ++m_strangers;
        return;
    }
    const auto position = stream.file->base + (record.position >> stream.file->shift);
    if (m_writer.prepare(record.time, position)) ++m_generation;
    const auto cpu = stream.file->kind == UftraceData::FileKind::User ||
                             stream.file->kind == UftraceData::FileKind::Extern ||
                             stream.file->number >= model::kMaxCpus
                         ? model::kUnknownCpu
                         : model::CpuId{static_cast<std::uint16_t>(stream.file->number)};
    if (record.kind > UftraceRecordKind::Exit) {
        addEvent(record, task, position, cpu);
    } else {
        const bool exit = record.kind == UftraceRecordKind::Exit;
        const auto depth = record.kernel ? task.open + record.depth : record.depth;
        const auto name = functionName(record, task);
        m_writer.add(record.time, position, nameIndex(name), cpu, taskIndex(record.tid, task),
                     model::callFlags(exit ? CallEdge::Exit : CallEdge::Entry,
                                      record.kernel ? CallSpace::Kernel : CallSpace::User, depth));
        if (!record.kernel) task.open = exit ? record.depth : record.depth + 1;
    }
    ++m_rows;
    if (m_writer.rows() >= kRowsAPart) deliver();
}

void UftraceImport::addEvent(const UftraceRecord& record, Task& task, std::uint64_t position,
                             model::CpuId cpu) {
    const auto flags = record.kind == UftraceRecordKind::Lost
                           ? model::callFlags(CallEdge::Loss, CallSpace::User, 0)
                           : model::kNoFlags;
    const auto name = nameIndex(nameId(m_data.eventName(record)));
    m_writer.add(record.time, position, name, cpu, taskIndex(record.tid, task), flags);
    if (record.kind == UftraceRecordKind::TaskName && record.tid > 0) {
        const std::string before = std::exchange(task.comm, std::string(record.comm));
        m_writer.addTaskRow(model::TaskRowKind::Rename, task.index, task.comm, before);
        task.generation = 0;
    } else if (record.kind == UftraceRecordKind::TaskExit && record.tid > 0) {
        m_writer.addTaskRow(model::TaskRowKind::Exit, task.index, {});
    } else if (record.kind == UftraceRecordKind::Lost) {
        task.open = 0;
    }
}

/// What was odd, file by file.
void UftraceImport::note(bool whole) {
    std::uint64_t lost = 0;
    for (const auto& stream : m_streams) {
        const auto& faults = stream.records->faults();
        const auto diagnose = [&](DiagnosticKind kind, std::uint64_t count, std::uint64_t at) {
            if (count > 0)
                m_builder.diagnose(m_source, kind, {.source = m_source, .line = 0, .offset = at},
                                   count);
        };
        const auto base = stream.file->base;
        diagnose(DiagnosticKind::UnparsedLine, faults.badRecords, base + faults.firstAt);
        diagnose(DiagnosticKind::Truncated, faults.cutRecords, base + stream.file->size);
        diagnose(DiagnosticKind::TimeBackwards, faults.backwards, base);
        diagnose(DiagnosticKind::LostEvents, faults.lost, base);
        lost += faults.lost;
    }
    if (lost > 0)
        m_builder.updateSource(m_source, [lost](model::SourceInfo& info) { info.lost += lost; });
    const auto missing = m_data.symbols.missingFiles() + m_data.filesLeftOut;
    if (missing > 0 || m_strangers > 0)
        m_builder.diagnose(m_source, DiagnosticKind::SectionSkipped, {.source = m_source},
                           missing + m_strangers);
    if (!whole || m_data.filesLeftOut > 0)
        m_builder.diagnose(m_source, DiagnosticKind::PartialLoad, {.source = m_source});
}

}  // namespace

model::Result<model::SourceId> importUftrace(const std::string& path, model::TraceBuilder& builder,
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
    info.text = makeUftraceSource(*data);
    const auto source = builder.addSource(std::move(info));
    if (options.added) options.added(source, SourceReach::Ends);
    UftraceImport(**data, builder, source, options).run();
    builder.endSource(source);
    return source;
}

}  // namespace kscope::parsers
