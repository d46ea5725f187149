// SPDX-License-Identifier: GPL-3.0-or-later
/// One slot between the polling thread and the GUI: who is slow sees the newest snapshot, not all.
#include "app/live/live_feed.h"

#include "model/query/filter.h"

#include <QMetaObject>

#include <mutex>
#include <utility>

namespace kscope::app {

namespace {
/// Files that cost milliseconds a read keep this one at least.
constexpr std::chrono::milliseconds kCostlyInterval{5000};
bool isCostly(const std::string& path) {
    return path.ends_with("slabinfo") || path.ends_with("pagetypeinfo");
}
}  // namespace

struct LiveFeed::Shared {
    std::mutex mutex;
    LiveFeed* feed = nullptr;
    model::TracePtr waiting;  // not taken by the GUI yet
    std::optional<model::Filter> condition;
    std::int64_t checkedNs = INT64_MIN;  // rows up to here were asked
    std::optional<model::Timestamp> met;

    /// The first row behind those asked before that the condition lets through.
    void check(const model::Trace& trace) {
        if (!condition || met || trace.events() == 0) return;
        auto row = trace.lowerBound(model::timestampNs(checkedNs + 1));
        for (; raw(row) < trace.events(); row = model::EventIndex{raw(row) + 1}) {
            const auto event = trace.event(row);
            checkedNs = model::toNs(event.time);
            if (!condition->matches(trace, event)) continue;
            met = event.time;
            return;
        }
    }
};

LiveFeed::LiveFeed(PollerOptions options, QObject* parent)
    : QObject(parent),
      m_shared(std::make_shared<Shared>()),
      m_limits(options.limits),
      m_root(options.root),
      m_poller(std::move(options), [shared = m_shared](model::TracePtr trace) {
          const std::lock_guard lock(shared->mutex);
          if (shared->feed == nullptr) return;
          shared->check(*trace);
          const bool told = shared->waiting != nullptr;
          shared->waiting = std::move(trace);
          if (told) return;
          // The feed cannot go while the lock is held: its destructor takes it first.
          QMetaObject::invokeMethod(shared->feed, &LiveFeed::take, Qt::QueuedConnection);
      }) {
    m_shared->feed = this;
    m_running = true;
    m_poller.start();
}

LiveFeed::~LiveFeed() {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->feed = nullptr;
    }
    m_poller.stop();
}

void LiveFeed::take() {
    std::optional<model::Timestamp> met;
    {
        const std::lock_guard lock(m_shared->mutex);
        if (!m_shared->waiting) return;
        m_newest = std::exchange(m_shared->waiting, nullptr);
        if (m_shared->met) {
            met = std::exchange(m_shared->met, std::nullopt);
            m_shared->condition.reset();
        }
    }
    if (m_picture == Picture::Runs) emit arrived(m_newest);
    if (!met) return;
    m_poller.pause();
    const auto words = std::exchange(m_freezeText, {});
    m_picture = Picture::Stands;
    emit changed();
    emit frozen(words, *met);
}

void LiveFeed::stop() {
    if (!m_running) return;
    m_poller.stop();
    m_running = false;
    take();
    m_newest = m_poller.trace();
    m_picture = Picture::Runs;
    if (m_newest->events() > 0) emit arrived(m_newest);
    emit changed();
}

void LiveFeed::setPicture(Picture picture) {
    if (picture == m_picture || !m_running) return;
    m_picture = picture;
    if (picture == Picture::Runs) {
        if (m_poller.state().paused) m_poller.resume();
        if (m_newest) emit arrived(m_newest);
    }
    emit changed();
}

void LiveFeed::pauseReading() {
    m_poller.pause();
    emit changed();
}

void LiveFeed::resumeReading() {
    m_poller.resume();
    emit changed();
}

void LiveFeed::setInterval(std::size_t file, std::chrono::milliseconds interval) {
    m_poller.setInterval(file, interval);
    emit changed();
}

void LiveFeed::setIntervals(std::chrono::milliseconds interval) {
    const auto state = m_poller.state();
    for (std::size_t i = 0; i < state.files.size(); ++i)
        m_poller.setInterval(
            i, isCostly(state.files[i].file.path) ? std::max(interval, kCostlyInterval) : interval);
    emit changed();
}

void LiveFeed::setLimits(HistoryLimits limits) {
    m_limits = limits;
    m_poller.setLimits(limits);
    emit changed();
}

void LiveFeed::freezeWhen(const model::Filter& condition) {
    m_freezeText = QString::fromStdString(condition.text());
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->met.reset();
        m_shared->condition = condition.all() ? std::nullopt : std::optional(condition);
        m_shared->checkedNs =
            m_newest && m_newest->events() > 0 ? model::toNs(m_newest->range().end) : INT64_MIN;
    }
    emit changed();
}

}  // namespace kscope::app
