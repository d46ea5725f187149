// SPDX-License-Identifier: GPL-3.0-or-later
/// Polls /proc on a thread of its own, apart from whoever draws. No Qt: the window turns the
/// callback into a queued signal, and the thread sanitizer can watch.
#pragma once

#include "app/live/core/live_history.h"
#include "app/live/core/proc_sampler.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace kscope::app {

struct PollerOptions {
    std::vector<PollFile> files;
    HistoryLimits limits;
    std::string root;  ///< "" for this machine, a folder for a test.
    /// Snapshots are not taken more often than that.
    std::chrono::milliseconds snapshotEvery{200};
};
struct PollerState {
    std::vector<PollFileState> files;
    std::chrono::nanoseconds readCost{};   ///< Of all reads.
    std::chrono::nanoseconds parseCost{};  ///< Of making rounds of them.
    std::chrono::nanoseconds running{};    ///< Since start().
    std::chrono::nanoseconds cpu{};        ///< CPU time of the polling thread.
    std::size_t bytes = 0;                 ///< That the history takes.
    std::uint64_t rounds = 0;              ///< Times that something was read.
    bool paused = false;
};

class ProcPoller {
public:
    /// `snapshot` is called from the polling thread, never after stop() returned. It must not call
    /// stop().
    ProcPoller(PollerOptions options, std::function<void(model::TracePtr)> snapshot);
    ~ProcPoller();  ///< stop()
    ProcPoller(const ProcPoller&) = delete;
    ProcPoller& operator=(const ProcPoller&) = delete;

    void start();
    void pause();  ///< At most the round at hand is still read.
    void resume();
    void stop();
    void setInterval(std::size_t file, std::chrono::milliseconds interval);
    [[nodiscard]] PollerState state() const;
    void setLimits(HistoryLimits limits);
    /// The texts that were read; outlives the poller.
    [[nodiscard]] std::shared_ptr<LiveLog> log() const { return m_history.log(); }
    /// All that was polled so far.
    [[nodiscard]] model::TracePtr trace();

private:
    void poll();
    void readRound();
    void publish();

    PollerOptions m_options;
    std::function<void(model::TracePtr)> m_snapshot;
    LiveHistory m_history;
    // Of the polling thread alone while it runs: a file that answers after seconds must not hold up
    // whoever asks for the state.
    ProcSampler m_sampler;
    std::chrono::nanoseconds m_parseCost{};
    LiveClock::time_point m_nextSnapshot;

    mutable std::mutex m_mutex;  // Guards what follows.
    std::condition_variable m_wake;
    LiveClock::time_point m_started;
    std::vector<std::pair<std::size_t, std::chrono::milliseconds>> m_intervals;  // To be set.
    std::optional<HistoryLimits> m_newLimits;                                    // The same.
    PollerState m_state;
    bool m_paused = false;
    bool m_resumed = false;
    bool m_stopping = false;
    std::thread m_thread;
};

}  // namespace kscope::app
