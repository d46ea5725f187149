// SPDX-License-Identifier: GPL-3.0-or-later
/// The one pool that work runs on.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace kscope::model {

class ThreadPool {
public:
    explicit ThreadPool(std::size_t threads = 0);  ///< 0: one a CPU.
    ~ThreadPool();                                 ///< Runs what was submitted, then joins.
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    [[nodiscard]] std::size_t threads() const noexcept { return m_workers.size(); }
    void submit(std::function<void()> job);

private:
    void work();
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_jobs;
    bool m_closing = false;
    std::vector<std::thread> m_workers;
};

/// Calls `body(i)` for i in [0, count) on the pool's threads and the caller's; returns when all are
/// done. Must not be called from a job of the same pool.
void parallelFor(ThreadPool& pool, std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace kscope::model
