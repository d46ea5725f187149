// SPDX-License-Identifier: GPL-3.0-or-later
/// Loads sources in the background and publishes snapshots while it does. No Qt: the window turns
/// the callbacks into queued signals, and the thread sanitizer can watch.
#pragma once

#include "app/session/source_spec.h"
#include "model/core/thread_pool.h"
#include "model/store/trace.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace kscope::app {

struct LoadRequest {
    std::vector<SourceSpec> sources{};  ///< One axis; ids follow this order.
    std::string as{};  ///< Kind for all of them instead of what sniffing says; empty: sniff.
    std::chrono::milliseconds snapshotEvery{150};
    std::string kallsyms{};  ///< File that names kernel addresses; empty: they stay numbers.
};

struct LoadProgress {
    std::uint64_t bytesDone = 0;
    std::uint64_t bytesTotal = 0;  ///< 0: not known (a pipe).
    std::chrono::nanoseconds elapsed{};
    double bytesPerSecond = 0;  ///< Over the whole load so far.
};

/// One source that could not be opened or read.
struct LoadError {
    std::string path;
    std::string message;  ///< One line: what, why, what to try.
};
/// Message and path as one line; most messages have the path in them.
[[nodiscard]] std::string errorLine(const LoadError& error);

enum class LoadEnd : std::uint8_t { Complete, Cancelled };
struct LoadResult {
    model::TracePtr trace;          ///< All that was read; without sources where every one failed.
    std::vector<LoadError> errors;  ///< In order of the request.
    LoadEnd end = LoadEnd::Complete;
    LoadProgress progress;
};

/// All are called from threads of the loader, never two at once, never after ~Loader() or after the
/// load() that replaces this one returned. They must not call load() or destroy the loader;
/// cancel() is allowed.
struct LoadCallbacks {
    /// A picture of what is there: first as soon as the first part is joined, then at most every
    /// `snapshotEvery`.
    std::function<void(model::TracePtr)> snapshot;
    /// Every 50 ms or so.
    std::function<void(const LoadProgress&)> progress;
    /// Once, last; after it only another load() calls anything. Its trace was not given to
    /// `snapshot` before.
    std::function<void(LoadResult)> finished;
};

class Loader {
public:
    /// `pool` must outlive the loader.
    explicit Loader(model::ThreadPool& pool);
    ~Loader();  ///< Cancels and waits, within 50 ms.
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;

    /// Begins to load. One that runs is given up first: its `finished` is not called.
    void load(LoadRequest request, LoadCallbacks callbacks);
    /// What was read so far stays: `finished` follows with LoadEnd::Cancelled within 50 ms. From
    /// any thread.
    void cancel();
    [[nodiscard]] bool loading() const;
    /// Notes what was found of a source after its load has ended: what is returned does it, on any
    /// thread, and gives the trace with the note. Empty where nothing was loaded, or still is.
    [[nodiscard]] std::function<model::TracePtr()>
    noting(model::SourceId source, model::DiagnosticKind kind, std::uint64_t offset) const;
    /// Waits until `finished` has returned. For tests and the command line.
    void wait();

private:
    class Job;
    [[nodiscard]] std::shared_ptr<Job> job() const;

    model::ThreadPool& m_pool;
    mutable std::mutex m_mutex;
    std::shared_ptr<Job> m_job;  // Guarded by m_mutex; joined before it is let go.
};

}  // namespace kscope::app
