// SPDX-License-Identifier: GPL-3.0-or-later
/// Work of the panes off the GUI thread: one set of threads a view, and jobs of which only the
/// latest counts.
#pragma once

#include "model/core/thread_pool.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

namespace kscope::views {

/// The threads that all panes of one view share; a child of the view.
class PaneWork : public QObject {
    Q_OBJECT
public:
    /// The one of `view`, made at first use.
    [[nodiscard]] static PaneWork* of(QObject* view);
    /// Makes `view` use the program's pool, which must live longer than it. Call before of().
    static void share(QObject* view, model::ThreadPool& pool);
    explicit PaneWork(QObject* parent, model::ThreadPool* pool = nullptr);
    ~PaneWork() override;

    /// For jobs. They must not wait for each other.
    [[nodiscard]] model::ThreadPool& jobs() { return m_jobs; }
    /// For parallelFor inside a job.
    [[nodiscard]] model::ThreadPool& inner() { return *m_inner; }

private:
    std::unique_ptr<model::ThreadPool> m_own;  // where nobody shares one
    model::ThreadPool* m_inner;
    model::ThreadPool m_jobs{2};
};

/// Runs jobs of which a new one replaces the one before: that is asked to stop, and its result is
/// thrown away.
class LatestJob {
public:
    /// Deliveries run on the thread of `receiver`, and never after this object is gone.
    explicit LatestJob(QObject* receiver);
    ~LatestJob();
    LatestJob(const LatestJob&) = delete;
    LatestJob& operator=(const LatestJob&) = delete;

    /// `work` runs on a thread of `pool`; what it returns is called on the receiver's thread
    /// (empty: nothing).
    using Delivery = std::function<void()>;
    void run(model::ThreadPool& pool, std::function<Delivery(std::stop_token)> work);
    void cancel();
    [[nodiscard]] bool running() const;

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared;
    std::stop_source m_stop;
};

}  // namespace kscope::views
