// SPDX-License-Identifier: GPL-3.0-or-later
/// A session that polls: its window moves with the newest reading, or stays where a person looks.
#include "app/live/live_feed.h"
#include "app/session/session.h"

#include <algorithm>

namespace kscope::app {

namespace {

/// Of a window that follows what is new, until somebody zooms.
constexpr model::Duration kLiveWindow = std::chrono::seconds(120);

}  // namespace

void Session::startLive(PollerOptions options) {
    close();
    m_savedUntil = {};
    m_live = std::make_unique<LiveFeed>(std::move(options));
    connect(m_live.get(), &LiveFeed::arrived, this, &Session::takeLive);
    connect(m_live.get(), &LiveFeed::changed, this, &Session::liveChanged);
    connect(m_live.get(), &LiveFeed::frozen, this, &Session::frozen);
    emit liveChanged();
}

void Session::endLive() {
    if (!m_live) return;
    m_live->disconnect(this);
    m_live.reset();
    m_view.setTrace(nullptr);
    emit liveChanged();
}

bool Session::liveRunning() const { return m_live && m_live->running(); }

void Session::takeLive(model::TracePtr trace) {
    if (!trace || trace->events() == 0) return;
    const auto before = m_view.trace();
    const auto window = m_view.window();
    const auto range = trace->range();
    auto next = window;
    if (before && window.end >= before->range().end) {
        const bool whole = window == before->range();
        const bool grows = range.length() <= kLiveWindow || before->range().length() > kLiveWindow;
        const auto length = whole ? kLiveWindow : window.length();
        next = whole && grows ? range : model::TimeRange{range.end - length, range.end};
    } else if (before && window.end <= range.begin) {
        // What was looked at has left the history.
        next = {range.begin, range.begin + window.length()};
    }
    m_view.setTrace(std::move(trace));
    if (!before && m_view.state().tab == 0) showFirstTab();
    if (before && next != m_view.window()) m_view.setWindow(next, {}, views::TraceView::Undo::Skip);
    computeSearch();
}

void Session::followNow() {
    if (!m_live) return;
    if (m_live->picture() == LiveFeed::Picture::Stands) m_live->setPicture(LiveFeed::Picture::Runs);
    const auto trace = m_view.trace();
    if (!trace) return;
    const auto range = trace->range();
    const auto length = std::min(m_view.window().length(), range.length());
    m_view.setWindow({range.end - length, range.end}, tr("Jump to Now"));
}

void Session::stepReading(int direction) {
    const auto trace = m_view.trace();
    if (!trace || trace->counters().empty()) return;
    // Of the file that is read most often.
    const auto& tables = trace->counters();
    const auto& table = **std::ranges::max_element(
        tables, {}, [](const model::CounterTablePtr& each) { return each->rounds(); });
    if (table.rounds() == 0) return;
    const auto window = m_view.window();
    const auto end = model::toNs(window.end);
    auto round = table.lowerBound(end);
    if (direction < 0) {
        // At the newest end the last round lies in front of the window's end: one before it.
        if (end >= model::toNs(trace->range().end)) round = table.rounds() - 1;
        if (round == 0) return;
        --round;
    } else {
        if (round < table.rounds() && table.timeNs(round) == end) ++round;
        if (round >= table.rounds()) return followNow();
    }
    const auto at = model::timestampNs(table.timeNs(round));
    m_view.setWindow({at - window.length(), at}, direction < 0 ? tr("Step Back") : tr("Step"));
}

bool Session::liveUnsaved() const {
    const auto trace = m_live ? m_live->newest() : nullptr;
    return trace && trace->events() > 0 && trace->range().end > m_savedUntil;
}

void Session::saveLive(const QString& path) {
    if (!m_live) return;
    const auto until = m_live->newest() ? m_live->newest()->range().end : m_savedUntil;
    m_saveJob.run(m_filePool,
                  [this, log = m_live->log(), path,
                   until](std::stop_token) -> views::LatestJob::Delivery {
                      const auto done = log->save(path.toStdString());
                      return [this, path, done, until] {
                          if (!done)
                              return emit failed(QString::fromStdString(done.error().message));
                          m_savedUntil = until;
                          emit logSaved(path);
                      };
                  });
}

}  // namespace kscope::app
