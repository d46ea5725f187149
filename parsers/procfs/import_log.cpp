// SPDX-License-Identifier: GPL-3.0-or-later
/// Reading proc logs: a file in parallel, a stream as it comes.
#include "parsers/procfs/proc_import.h"
#include "parsers/procfs/proc_log.h"
#include "parsers/procfs/proc_source.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace kscope::parsers {

using model::DiagnosticKind;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kLogTaskBytes = 8 << 20;
// A small one first, so that there is something to show at once.
constexpr std::uint64_t kFirstLogTaskBytes = 256 << 10;
// What a task reads at a time behind its end for the record that begins before it.
constexpr std::size_t kLogTailBytes = 64 << 10;
constexpr std::size_t kLogPartBytes = 1 << 20;
constexpr auto kLogPartTime = 100ms;
constexpr auto kLogReadWait = 20ms;  // Cancelling must be noticed within 50 ms.

/// What one task needs; kept from task to task, readers too.
struct LogWorker {
    RoundCollector rounds;
    std::vector<char> buffer;
};

/// Shared by the caller and the pool's jobs; a job that begins late finds no task left.
class LogFile : public std::enable_shared_from_this<LogFile> {
public:
    LogFile(model::TraceBuilder& builder, model::ThreadPool& pool, const ImportOptions& options,
            model::SourceId source, std::shared_ptr<const FileReader> file)
        : m_builder(builder),
          m_pool(pool),
          m_options(options),
          m_stop(options.stop),
          m_source(source),
          m_file(std::move(file)) {
        m_cuts.push_back(0);
        for (auto at = kFirstLogTaskBytes; at < m_file->size(); at += kLogTaskBytes)
            m_cuts.push_back(at);
        m_cuts.push_back(m_file->size());
    }

    void run() {
        for (std::size_t i = 1; i < m_pool.threads() && i + 1 < m_cuts.size(); ++i) submitJob();
        runTasks();
        std::unique_lock lock(m_mutex);
        m_idle.wait(lock, [this] { return m_running == 0; });
    }
    [[nodiscard]] bool whole() const { return m_wholeTasks + 1 == m_cuts.size(); }
    [[nodiscard]] std::uint64_t bytesDone() const { return m_done.load(); }
    [[nodiscard]] bool shrank() const { return m_shrank.load(); }

private:
    void submitJob() {
        m_pool.submit([self = shared_from_this()] { self->runTasks(); });
    }
    void runTasks() {
        std::unique_lock lock(m_mutex);
        if (m_next + 1 >= m_cuts.size()) return;
        ++m_running;
        lock.unlock();
        LogWorker worker;
        lock.lock();
        while (m_next + 1 < m_cuts.size() && !m_stop.stop_requested()) {
            const auto task = m_next++;
            lock.unlock();
            runTask(worker, task);
            lock.lock();
            ++m_wholeTasks;
        }
        if (--m_running == 0) m_idle.notify_all();
    }
    void runTask(LogWorker& worker, std::size_t task);
    std::size_t fill(std::vector<char>& buffer, std::size_t filled, std::size_t wanted,
                     std::uint64_t begin);

    model::TraceBuilder& m_builder;
    model::ThreadPool& m_pool;
    const ImportOptions& m_options;
    std::stop_token m_stop;
    model::SourceId m_source;
    std::shared_ptr<const FileReader> m_file;
    std::vector<std::uint64_t> m_cuts;
    std::atomic<std::uint64_t> m_done{0};
    std::atomic<bool> m_shrank{false};
    std::mutex m_mutex;  // Guards what follows.
    std::condition_variable m_idle;
    std::size_t m_next = 0;
    std::size_t m_running = 0;
    std::size_t m_wholeTasks = 0;
};

/// Reads up to `wanted` bytes behind `filled`; returns how many there are then.
std::size_t LogFile::fill(std::vector<char>& buffer, std::size_t filled, std::size_t wanted,
                          std::uint64_t begin) {
    if (buffer.size() < filled + wanted) buffer.resize(filled + wanted);
    const auto at = begin + filled;
    const auto rest = m_file->size() - std::min(at, m_file->size());
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, rest));
    const auto got = m_file->readAsIs(at, std::span(buffer).subspan(filled, most));
    if (!got || *got < most) m_shrank.store(true);
    return filled + got.value_or(0);
}

void LogFile::runTask(LogWorker& worker, std::size_t task) {
    // One byte more in front: a record begins at the begin of a line.
    const auto cut = m_cuts[task];
    const auto begin = cut == 0 ? 0 : cut - 1;
    const auto end = m_cuts[task + 1];
    auto& buffer = worker.buffer;
    auto filled = fill(buffer, 0, static_cast<std::size_t>(end - begin), begin);
    const auto limit = static_cast<std::size_t>(end - begin);
    if (cut > 0 && filled > 0 && buffer[0] != '\n') buffer[0] = ' ';  // its line is another task's
    // The record that begins last ends behind the task's end, where the next line of the log is.
    bool ends = end >= m_file->size() || filled < end - begin;
    bool tooLong = false;
    auto searched = limit;
    while (!ends) {
        const auto before = filled;
        filled = fill(buffer, filled, kLogTailBytes, begin);
        ends = filled == before || begin + filled >= m_file->size();
        if (nextLogLine({buffer.data(), filled}, searched) != std::string_view::npos) break;
        searched = std::max(limit, filled - std::min(filled, kLogMark.size()));
        tooLong = filled - limit > kMaxRecordBytes;
        if (tooLong) break;
    }
    const std::string_view text(buffer.data(), filled);
    worker.rounds.begin(m_source, begin);
    if (tooLong) worker.rounds.diagnostics().record(DiagnosticKind::LongLine, {m_source, 0, end});
    if (nextLogLine(text, 0) < limit)
        static_cast<void>(
            readRecords(worker.rounds, text, begin, limit, ends ? LogEnd::Ends : LogEnd::GoesOn));
    else if (cut == 0) noteCutBegin(worker.rounds, text.substr(0, limit));
    m_builder.deliver(m_source, task, worker.rounds.finish(0, end - cut));
    const auto done = m_done += end - cut;
    if (m_options.delivered) m_options.delivered();
    if (m_options.progress) m_options.progress(done, m_file->size());
}

/// Bytes of a stream until there are whole records enough for a part.
class LogStream {
public:
    LogStream(ProcImport& import, ByteStream& stream, BlockStore& store, model::SourceId source)
        : m_import(import),
          m_stream(stream),
          m_store(store),
          m_source(source) {}

    void run(std::string_view head, std::uint64_t total) {
        m_store.append(head);
        m_text.assign(head);
        m_delivered = std::chrono::steady_clock::now() - kLogPartTime;
        std::vector<char> room(128 << 10);
        while (m_stream.state() == StreamState::Open && !m_import.options.stop.stop_requested()) {
            const auto count = m_stream.read(room, kLogReadWait);
            m_store.append({room.data(), count});
            m_text.append(room.data(), count);
            const bool late = std::chrono::steady_clock::now() - m_delivered >= kLogPartTime;
            if (m_text.size() >= m_wanted || (late && m_text.size() > m_tried))
                part(LogEnd::GoesOn);
            if (m_import.options.progress) m_import.options.progress(m_stream.taken(), total);
        }
        part(m_stream.state() == StreamState::Open ? LogEnd::GoesOn : LogEnd::Ends);
    }

private:
    void part(LogEnd end) {
        m_rounds.begin(m_source, m_position);
        if (end == LogEnd::Ends || m_import.options.stop.stop_requested()) noteEnd();
        const auto taken = readRecords(m_rounds, m_text, m_position, m_text.size(), end);
        m_import.builder.updateSource(
            m_source, [this](model::SourceInfo& info) { info.bytes = m_stream.taken(); });
        m_import.builder.deliver(m_source, m_sequence++, m_rounds.finish(0, taken));
        m_text.erase(0, taken);
        m_position += taken;
        if (m_text.size() > kMaxRecordBytes) {  // no file of /proc: what follows is looked at anew
            m_import.builder.diagnose(m_source, DiagnosticKind::LongLine,
                                      {m_source, 0, m_position});
            m_position += m_text.size();
            m_text.clear();
        }
        m_tried = m_text.size();
        m_wanted = m_text.size() + kLogPartBytes;
        m_delivered = std::chrono::steady_clock::now();
        if (taken > 0 && m_import.options.delivered) m_import.options.delivered();
    }
    void noteEnd() {
        const model::DiagnosticPlace place{m_source, 0, m_position};
        const auto note = [&](DiagnosticKind kind) {
            m_rounds.diagnostics().record(kind, place);
            if (!m_stream.problem().empty())
                m_rounds.diagnostics().record(kind, 0, m_stream.problem());
        };
        if (m_stream.state() == StreamState::Open) note(DiagnosticKind::PartialLoad);
        if (m_stream.state() == StreamState::Truncated) note(DiagnosticKind::Truncated);
        if (m_stream.state() == StreamState::Failed) note(DiagnosticKind::ReadError);
    }

    ProcImport& m_import;
    ByteStream& m_stream;
    BlockStore& m_store;
    model::SourceId m_source;
    RoundCollector m_rounds;
    std::string m_text;  // Not taken yet, from m_position on.
    std::uint64_t m_position = 0;
    std::uint64_t m_sequence = 0;
    std::size_t m_wanted = 0;  // The first part is given at once.
    std::size_t m_tried = 0;
    std::chrono::steady_clock::time_point m_delivered;
};

}  // namespace

namespace {
/// The log's first line is written when its first round is read.
void endLog(model::TraceBuilder& builder, model::SourceId source, std::string_view head) {
    if (!hasOwnLine(head)) builder.diagnose(source, DiagnosticKind::ClockAssumed, {source, 0, 0});
    const auto start = startOfLog(head);
    builder.updateSource(source, [&](model::SourceInfo& info) {
        if (info.clock.name == "realtime") info.epochNs = 0;
        else if (start) info.epochNs = *start - info.firstNs;
    });
    builder.endSource(source);
}
}  // namespace

model::SourceId importProcLog(ProcImport import, const std::shared_ptr<const FileReader>& file) {
    std::string head(4096, '\0');
    head.resize(file->readAsIs(0, head).value_or(0));
    import.info.clock = clockOfLog(head);
    import.info.text = makeLogText(file);
    const auto source = import.builder.addSource(std::move(import.info));
    if (import.options.added) import.options.added(source, SourceReach::Ends);
    const auto work =
        std::make_shared<LogFile>(import.builder, import.pool, import.options, source, file);
    work->run();
    if (work->shrank())
        import.builder.diagnose(source, DiagnosticKind::SourceShrank, {source, 0, 0});
    if (!work->whole())
        import.builder.diagnose(source, DiagnosticKind::PartialLoad,
                                {source, 0, work->bytesDone()});
    endLog(import.builder, source, head);
    return source;
}

model::SourceId importProcLog(ProcImport import, ByteStream& stream,
                              const std::shared_ptr<BlockStore>& store, std::string_view head,
                              std::uint64_t total) {
    import.info.clock = clockOfLog(head);
    import.info.text = makeLogText(store);
    const auto source = import.builder.addSource(import.info);
    if (import.options.added)
        import.options.added(source, total == 0 ? SourceReach::MayGrow : SourceReach::Ends);
    LogStream(import, stream, *store, source).run(head, total);
    endLog(import.builder, source, head);
    return source;
}

}  // namespace kscope::parsers
