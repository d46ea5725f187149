// SPDX-License-Identifier: GPL-3.0-or-later
/// Workers that take jobs in order of submission.
#include "model/core/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <memory>

namespace kscope::model {

ThreadPool::ThreadPool(std::size_t threads) {
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
    m_workers.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) m_workers.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_all();
    for (auto& worker : m_workers) worker.join();
}

void ThreadPool::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void ThreadPool::work() {
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_closing || !m_jobs.empty(); });
        if (m_jobs.empty()) return;
        auto job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        job();
        job = nullptr;
        lock.lock();
    }
}

void parallelFor(ThreadPool& pool, std::size_t count,
                 const std::function<void(std::size_t)>& body) {
    struct Shared {
        std::atomic<std::size_t> next{0};
        std::mutex mutex;
        std::condition_variable done;
        std::size_t finished = 0;
    };
    const auto shared = std::make_shared<Shared>();
    // A job that starts after all indices were taken touches only `shared`, which it owns a share
    // of.
    const auto run = [shared, count, &body] {
        std::size_t mine = 0;
        for (std::size_t i = shared->next++; i < count; i = shared->next++) {
            body(i);
            ++mine;
        }
        if (mine == 0) return;
        const std::lock_guard lock(shared->mutex);
        shared->finished += mine;
        if (shared->finished == count) shared->done.notify_all();
    };
    const auto helpers = std::min(count > 0 ? count - 1 : 0, pool.threads());
    for (std::size_t i = 0; i < helpers; ++i) pool.submit(run);
    run();
    std::unique_lock lock(shared->mutex);
    shared->done.wait(lock, [&] { return shared->finished == count; });
}

}  // namespace kscope::model
