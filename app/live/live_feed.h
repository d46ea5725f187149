// SPDX-License-Identifier: GPL-3.0-or-later
/// Polling for a window: brings snapshots to the GUI thread, stops the picture while reading goes
/// on, and freezes when a condition comes true.
#pragma once

#include "app/live/core/proc_poller.h"
#include "model/query/filter.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <string>

namespace kscope::app {

/// Lives on the GUI thread.
class LiveFeed : public QObject {
    Q_OBJECT
public:
    explicit LiveFeed(PollerOptions options, QObject* parent = nullptr);
    ~LiveFeed() override;

    /// Reading ends; what was read stays.
    void stop();
    [[nodiscard]] bool running() const { return m_running; }
    enum class Picture : std::uint8_t { Runs, Stands };
    /// A picture that stands gets no snapshots; going on brings the newest at once.
    void setPicture(Picture picture);
    [[nodiscard]] Picture picture() const { return m_picture; }
    void pauseReading();
    void resumeReading();
    [[nodiscard]] bool paused() const { return m_poller.state().paused; }
    [[nodiscard]] PollerState state() const { return m_poller.state(); }
    void setInterval(std::size_t file, std::chrono::milliseconds interval);
    void setIntervals(std::chrono::milliseconds interval);  ///< Of all but those that cost much.
    void setLimits(HistoryLimits limits);
    [[nodiscard]] const HistoryLimits& limits() const { return m_limits; }
    [[nodiscard]] const std::string& root() const { return m_root; }
    /// The newest snapshot, shown or not; null before the first.
    [[nodiscard]] const model::TracePtr& newest() const { return m_newest; }
    [[nodiscard]] std::shared_ptr<LiveLog> log() const { return m_poller.log(); }

    /// From now on: the first reading that `condition` lets through stops reading and picture, so
    /// that what led to it stays. An empty filter: none.
    void freezeWhen(const model::Filter& condition);
    [[nodiscard]] const QString& freezeCondition() const { return m_freezeText; }

signals:
    void arrived(kscope::model::TracePtr trace);  ///< The picture is to show it.
    void changed();                               ///< Running, paused, picture or condition.
    void frozen(const QString& condition, kscope::model::Timestamp at);

private:
    struct Shared;
    void take();

    std::shared_ptr<Shared> m_shared;
    HistoryLimits m_limits;
    std::string m_root;
    QString m_freezeText;
    Picture m_picture = Picture::Runs;
    bool m_running = false;
    model::TracePtr m_newest;
    ProcPoller m_poller;
};

}  // namespace kscope::app
