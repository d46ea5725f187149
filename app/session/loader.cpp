// SPDX-License-Identifier: GPL-3.0-or-later
/// Loads sources in the background and publishes snapshots while it does.
#include "app/session/loader.h"

#include "model/derive/align.h"
#include "parsers/bytes/open_input.h"
#include "parsers/importers.h"
#include "parsers/kernel_names.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <thread>

namespace kscope::app {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr auto kProgressEvery = 50ms;
// A snapshot of interleaved sources merges them first: never spend more than a sixth of the time on
// that.
constexpr int kSnapshotShare = 5;

std::uint64_t storedBytes(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
}

}  // namespace

std::string errorLine(const LoadError& error) {
    const auto path = parsers::shownPath(error.path);
    if (error.message.find(path) != std::string::npos) return error.message;
    return path + ": " + error.message;
}

/// One load. Its conductor thread opens the sources one after the other, each on a thread of its
/// own, and is the only one that calls back.
class Loader::Job {
public:
    Job(model::ThreadPool& pool, LoadRequest request, LoadCallbacks callbacks)
        : m_pool(pool),
          m_request(std::move(request)),
          m_callbacks(std::move(callbacks)),
          m_sources(m_request.sources.size()),
          m_begun(SteadyClock::now()) {
        for (std::size_t i = 0; i < m_sources.size(); ++i)
            m_sources[i].total = storedBytes(m_request.sources[i].path);
    }
    void begin() {
        m_conductor = std::thread([this] { conduct(); });
    }
    ~Job() {
        if (m_conductor.joinable()) m_conductor.join();
    }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    void cancel() {
        m_stop.request_stop();
        m_wake.notify_all();
    }
    /// Ends without a further callback.
    void giveUp() {
        m_silent = true;
        cancel();
        if (m_conductor.joinable()) m_conductor.join();
    }
    [[nodiscard]] bool ended() const {
        const std::lock_guard lock(m_mutex);
        return m_ended;
    }
    [[nodiscard]] model::TracePtr note(model::SourceId source, model::DiagnosticKind kind,
                                       std::uint64_t offset) {
        m_builder.diagnose(source, kind, {.source = source, .line = 0, .offset = offset});
        return m_builder.finish();
    }
    void wait() {
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, [this] { return m_ended; });
    }

private:
    struct Source {
        std::atomic<std::uint64_t> done{0};
        std::atomic<std::uint64_t> total{0};
        bool added = false;  // Under m_mutex.
        bool mayGrow = false;
        bool finished = false;
        std::optional<LoadError> error;
        std::jthread thread;
    };

    void conduct();
    void nameAddresses();
    void importOne(std::size_t index);
    bool beginNext(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] bool allFinished() const;
    void publish();
    void reportProgress();
    void finish();
    [[nodiscard]] LoadProgress progress() const;

    model::ThreadPool& m_pool;
    const LoadRequest m_request;
    std::optional<LoadError> m_namesError;  // of the conductor alone
    const LoadCallbacks m_callbacks;
    std::vector<Source> m_sources;
    const SteadyClock::time_point m_begun;
    model::TraceBuilder m_builder;
    std::stop_source m_stop;
    std::atomic<bool> m_silent{false};

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::size_t m_next = 0;    // First source that has not begun.
    bool m_delivered = false;  // Something new since the last snapshot.
    bool m_ended = false;

    SteadyClock::time_point m_nextSnapshot;  // Of the conductor alone.
    SteadyClock::time_point m_nextProgress;
    std::thread m_conductor;
};

void Loader::Job::importOne(std::size_t index) {
    auto& source = m_sources[index];
    const auto& spec = m_request.sources[index];
    parsers::ImportOptions options;
    options.as = m_request.as;
    options.offsetNs = spec.offsetNs;
    options.stop = m_stop.get_token();
    options.progress = [&source](std::uint64_t done, std::uint64_t total) {
        source.done.store(done, std::memory_order_relaxed);
        if (total != 0) source.total.store(total, std::memory_order_relaxed);
    };
    options.added = [this, &source](model::SourceId, parsers::SourceReach reach) {
        const std::lock_guard lock(m_mutex);
        source.added = true;
        source.mayGrow = reach == parsers::SourceReach::MayGrow;
        m_wake.notify_all();
    };
    options.delivered = [this] {
        const std::lock_guard lock(m_mutex);
        m_delivered = true;
        m_wake.notify_all();
    };
    const auto result = parsers::importSource(spec.path, m_builder, m_pool, options);
    const std::lock_guard lock(m_mutex);
    source.finished = true;
    if (!result && !m_stop.stop_requested())
        source.error = LoadError{spec.path, result.error().message};
    m_wake.notify_all();
}

/// Begins the next source where its turn has come: ids follow the order of the request, and files
/// do not compete for the threads; but a pipe that may go on for ever does not hold up what
/// follows.
bool Loader::Job::beginNext(std::unique_lock<std::mutex>& lock) {
    if (m_next >= m_sources.size() || m_stop.stop_requested()) return false;
    if (m_next > 0) {
        const auto& before = m_sources[m_next - 1];
        if (!before.finished && !(before.added && before.mayGrow)) return false;
    }
    const auto index = m_next++;
    lock.unlock();
    m_sources[index].thread = std::jthread([this, index] { importOne(index); });
    lock.lock();
    return true;
}

bool Loader::Job::allFinished() const {
    const auto begun = m_sources.begin() + static_cast<std::ptrdiff_t>(m_next);
    const bool none =
        std::all_of(m_sources.begin(), begun, [](const Source& source) { return source.finished; });
    return none && (m_next == m_sources.size() || m_stop.stop_requested());
}

void Loader::Job::nameAddresses() {
    if (m_request.kallsyms.empty()) return;
    auto names = parsers::readKernelNames(m_request.kallsyms);
    if (names) m_builder.nameAddresses(std::move(*names));
    else m_namesError = LoadError{m_request.kallsyms, names.error().message};
}

void Loader::Job::conduct() {
    nameAddresses();
    m_nextProgress = m_begun + kProgressEvery;
    m_nextSnapshot = m_begun;
    std::unique_lock lock(m_mutex);
    while (!allFinished()) {
        if (beginNext(lock)) continue;
        const auto now = SteadyClock::now();
        if (m_delivered && now >= m_nextSnapshot) {
            m_delivered = false;
            lock.unlock();
            publish();
            lock.lock();
            continue;
        }
        if (now >= m_nextProgress) {
            lock.unlock();
            reportProgress();
            lock.lock();
            continue;
        }
        m_wake.wait_until(lock,
                          m_delivered ? std::min(m_nextSnapshot, m_nextProgress) : m_nextProgress);
    }
    lock.unlock();
    for (auto& source : m_sources) {
        if (source.thread.joinable()) source.thread.join();
    }
    finish();
    lock.lock();
    m_ended = true;
    m_wake.notify_all();
}

void Loader::Job::publish() {
    const auto begun = SteadyClock::now();
    auto trace = m_builder.snapshot();
    const auto cost = SteadyClock::now() - begun;
    // A later part may be there before the first: there is nothing to show yet.
    const bool empty = trace->events() == 0;
    if (m_callbacks.snapshot && !m_silent && !empty) m_callbacks.snapshot(std::move(trace));
    m_nextSnapshot =
        begun + std::max<SteadyClock::duration>(m_request.snapshotEvery, cost * kSnapshotShare);
}

void Loader::Job::reportProgress() {
    if (m_callbacks.progress && !m_silent) m_callbacks.progress(progress());
    m_nextProgress = SteadyClock::now() + kProgressEvery;
}

LoadProgress Loader::Job::progress() const {
    LoadProgress now;
    bool known = true;
    for (const auto& source : m_sources) {
        const auto total = source.total.load(std::memory_order_relaxed);
        now.bytesDone += source.done.load(std::memory_order_relaxed);
        now.bytesTotal += total;
        known = known && total != 0;
    }
    if (!known) now.bytesTotal = 0;
    now.elapsed = SteadyClock::now() - m_begun;
    const auto seconds = std::chrono::duration<double>(now.elapsed).count();
    if (seconds > 0) now.bytesPerSecond = static_cast<double>(now.bytesDone) / seconds;
    return now;
}

void Loader::Job::finish() {
    if (m_silent) return;
    LoadResult result;
    result.end = m_stop.stop_requested() ? LoadEnd::Cancelled : LoadEnd::Complete;
    if (m_sources.size() > 1) model::placeRelativeSources(m_builder);
    result.trace = m_builder.finish();
    result.progress = progress();
    if (m_namesError) result.errors.push_back(std::move(*m_namesError));
    for (auto& source : m_sources) {
        if (source.error) result.errors.push_back(std::move(*source.error));
    }
    if (m_callbacks.finished && !m_silent) m_callbacks.finished(std::move(result));
}

Loader::Loader(model::ThreadPool& pool) : m_pool(pool) {}

Loader::~Loader() {
    if (const auto running = job()) running->giveUp();
}

std::shared_ptr<Loader::Job> Loader::job() const {
    const std::lock_guard lock(m_mutex);
    return m_job;
}

void Loader::load(LoadRequest request, LoadCallbacks callbacks) {
    if (const auto running = job()) running->giveUp();
    auto next = std::make_shared<Job>(m_pool, std::move(request), std::move(callbacks));
    {
        const std::lock_guard lock(m_mutex);
        m_job = next;
    }
    next->begin();
}

void Loader::cancel() {
    if (const auto running = job()) running->cancel();
}

bool Loader::loading() const {
    const auto running = job();
    return running && !running->ended();
}

std::function<model::TracePtr()> Loader::noting(model::SourceId source, model::DiagnosticKind kind,
                                                std::uint64_t offset) const {
    auto done = job();
    if (!done || !done->ended()) return {};
    return
        [done = std::move(done), source, kind, offset] { return done->note(source, kind, offset); };
}

void Loader::wait() {
    if (const auto running = job()) running->wait();
}

}  // namespace kscope::app
