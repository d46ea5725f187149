// SPDX-License-Identifier: GPL-3.0-or-later
/// Work of the panes off the GUI thread.
#include "views/panes/pane_work.h"

#include <QMetaObject>

namespace kscope::views {

PaneWork* PaneWork::of(QObject* view) {
    if (auto* found = view->findChild<PaneWork*>(QString(), Qt::FindDirectChildrenOnly))
        return found;
    return new PaneWork(view);
}

void PaneWork::share(QObject* view, model::ThreadPool& pool) { new PaneWork(view, &pool); }

PaneWork::PaneWork(QObject* parent, model::ThreadPool* pool)
    : QObject(parent),
      m_own(pool != nullptr ? nullptr : std::make_unique<model::ThreadPool>()),
      m_inner(pool != nullptr ? pool : m_own.get()) {}
PaneWork::~PaneWork() = default;

/// Outlives the LatestJob as long as a job runs; the receiver is only touched under the lock.
struct LatestJob::Shared {
    std::mutex mutex;
    QObject* receiver = nullptr;  // null: the LatestJob is gone
    std::uint64_t wanted = 0;     // number of the job that counts
    std::uint64_t delivered = 0;  // number of the last one that came in or was cancelled

    [[nodiscard]] bool current(std::uint64_t job) {
        const std::lock_guard lock(mutex);
        return receiver != nullptr && job == wanted;
    }
    void finish(std::uint64_t job) {
        const std::lock_guard lock(mutex);
        if (job == wanted) delivered = job;
    }
};

LatestJob::LatestJob(QObject* receiver) : m_shared(std::make_shared<Shared>()) {
    m_shared->receiver = receiver;
}

LatestJob::~LatestJob() {
    m_stop.request_stop();
    const std::lock_guard lock(m_shared->mutex);
    m_shared->receiver = nullptr;
}

void LatestJob::run(model::ThreadPool& pool, std::function<Delivery(std::stop_token)> work) {
    m_stop.request_stop();
    m_stop = std::stop_source();
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(m_shared->mutex);
        number = ++m_shared->wanted;
    }
    pool.submit([shared = m_shared, number, work = std::move(work), stop = m_stop.get_token()] {
        if (stop.stop_requested()) return;
        Delivery delivery = work(stop);
        const std::lock_guard lock(shared->mutex);
        if (shared->receiver == nullptr || number != shared->wanted) return;
        // Queued under the lock: the receiver cannot go away meanwhile, and Qt drops events to a
        // dead one.
        QMetaObject::invokeMethod(
            shared->receiver,
            [shared, number, delivery = std::move(delivery)] {
                if (!shared->current(number)) return;
                shared->finish(number);
                if (delivery) delivery();
            },
            Qt::QueuedConnection);
    });
}

void LatestJob::cancel() {
    m_stop.request_stop();
    const std::lock_guard lock(m_shared->mutex);
    m_shared->delivered = ++m_shared->wanted;
}

bool LatestJob::running() const {
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->delivered != m_shared->wanted;
}

}  // namespace kscope::views
