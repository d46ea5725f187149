// SPDX-License-Identifier: GPL-3.0-or-later
/// The polling thread.
#include "app/live/core/proc_poller.h"

#include <ctime>
#include <utility>

namespace kscope::app {

namespace {

std::chrono::nanoseconds threadCpu() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

ProcPoller::ProcPoller(PollerOptions options, std::function<void(model::TracePtr)> snapshot)
    : m_options(std::move(options)),
      m_snapshot(std::move(snapshot)),
      m_history(m_options.limits),
      m_sampler(m_options.files, m_options.root) {}

ProcPoller::~ProcPoller() { stop(); }

void ProcPoller::start() {
    const std::lock_guard lock(m_mutex);
    if (m_thread.joinable()) return;
    m_stopping = false;
    m_started = LiveClock::now();
    m_nextSnapshot = m_started;
    m_sampler.begin(m_started);
    m_thread = std::thread([this] { poll(); });
}

void ProcPoller::pause() {
    const std::lock_guard lock(m_mutex);
    m_paused = true;
    m_wake.notify_all();
}

void ProcPoller::resume() {
    const std::lock_guard lock(m_mutex);
    m_resumed = m_resumed || m_paused;
    m_paused = false;
    m_wake.notify_all();
}

void ProcPoller::stop() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_all();
    }
    if (m_thread.joinable()) m_thread.join();
}

void ProcPoller::setInterval(std::size_t file, std::chrono::milliseconds interval) {
    const std::lock_guard lock(m_mutex);
    if (file < m_options.files.size()) m_intervals.emplace_back(file, interval);
    m_wake.notify_all();
}

void ProcPoller::setLimits(HistoryLimits limits) {
    const std::lock_guard lock(m_mutex);
    m_newLimits = limits;
}

void ProcPoller::readRound() {
    const auto& samples = m_sampler.readDue(LiveClock::now());
    const auto read = LiveClock::now();
    m_history.add(samples);
    const auto parsed = LiveClock::now();
    m_parseCost += parsed - read;
    publish();
    if (samples.empty() || !m_snapshot || parsed < m_nextSnapshot) return;
    m_nextSnapshot = parsed + m_options.snapshotEvery;
    m_snapshot(m_history.snapshot());
}

void ProcPoller::publish() {
    const auto bytes = m_history.bytes();
    auto files = m_sampler.files();
    for (auto& file : files) file.columns = m_history.columnsOf(file.file.path);
    const std::lock_guard lock(m_mutex);
    m_state.files = std::move(files);
    m_state.parseCost = m_parseCost;
    m_state.bytes = bytes;
    m_state.cpu = threadCpu();
    ++m_state.rounds;
}

void ProcPoller::poll() {
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        for (const auto& [file, interval] : std::exchange(m_intervals, {}))
            m_sampler.setInterval(file, interval);
        if (const auto limits = std::exchange(m_newLimits, std::nullopt))
            m_history.setLimits(*limits);
        if (std::exchange(m_resumed, false)) m_sampler.begin(LiveClock::now());
        const auto due = m_sampler.nextDue();
        if (m_paused) {
            m_wake.wait(lock);
        } else if (LiveClock::now() < due) {
            m_wake.wait_until(lock, due);
        } else {
            lock.unlock();
            readRound();
            lock.lock();
        }
    }
}

PollerState ProcPoller::state() const {
    const std::lock_guard lock(m_mutex);
    PollerState state = m_state;
    for (const auto& file : state.files) state.readCost += std::chrono::nanoseconds(file.costNs);
    state.running = LiveClock::now() - m_started;
    state.paused = m_paused;
    return state;
}

model::TracePtr ProcPoller::trace() { return m_history.snapshot(); }

}  // namespace kscope::app
