// SPDX-License-Identifier: GPL-3.0-or-later
/// Which files belong to which view, and what is said of them.
#include "app/window/file_troubles.h"

#include "app/live/live_feed.h"
#include "app/session/session.h"
#include "app/window/qt_text.h"
#include "views/panes/pane_look.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPalette>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace kscope::app {

namespace {

/// The view that draws a file's numbers; Events lists those that none draws.
Tab viewOfFile(std::string_view path) {
    constexpr std::array kInterrupts{"/proc/interrupts", "/proc/softirqs"};
    constexpr std::array kMemory{"/proc/buddyinfo", "/proc/zoneinfo", "/proc/pagetypeinfo",
                                 "/proc/vmstat",    "/proc/meminfo",  "/proc/slabinfo"};
    if (std::ranges::find(kInterrupts, path) != kInterrupts.end()) return Tab::Interrupts;
    if (std::ranges::find(kMemory, path) != kMemory.end() || path.starts_with("/proc/pressure/"))
        return Tab::Memory;
    return Tab::Events;
}

QString troubled(const char* words) {
    return QCoreApplication::translate("kscope::app::FileTroubles", words);
}

/// "14:03:12" of a reading of CLOCK_MONOTONIC.
QString timeOfDay(std::int64_t monotonicNs) {
    const auto ago = LiveClock::now().time_since_epoch() - std::chrono::nanoseconds(monotonicNs);
    return QDateTime::currentDateTime()
        .addMSecs(-std::chrono::round<std::chrono::milliseconds>(ago).count())
        .toString(QStringLiteral("HH:mm:ss"));
}

}  // namespace

QStringList fileTroubles(Tab tab, const PollerState& state,
                         const std::vector<PollChoice>& choices) {
    QStringList lines;
    for (const auto& file : state.files) {
        if (viewOfFile(file.file.path) != tab) continue;
        if (!file.problem.empty())
            lines << QStringLiteral("⚠ %1: %2").arg(text(file.file.path), text(file.problem));
        if (!file.columns.words.empty())
            lines << QStringLiteral("⚠ ") + troubled("%1 has changed its columns: %2 since %3")
                                                .arg(text(file.file.path), text(file.columns.words),
                                                     timeOfDay(file.columns.sinceNs));
    }
    for (const auto& choice : choices) {
        if (choice.state == PollChoice::State::Readable || viewOfFile(choice.file.path) != tab)
            continue;
        const bool polled = std::ranges::any_of(
            state.files, [&](const auto& file) { return file.file.path == choice.file.path; });
        if (polled) continue;
        lines << (choice.state == PollChoice::State::NoRight
                      ? troubled("%1 is not read: root alone may")
                      : troubled("%1 is not on this machine"))
                     .arg(text(choice.file.path));
    }
    return lines;
}

FileTroubles::FileTroubles(Session& session, QWidget* parent)
    : ElidedLabel(0, parent),
      m_session(session) {
    setObjectName(QStringLiteral("file_troubles"));
    setFont(views::font(views::TextRole::Small));
    setContentsMargins(12, 4, 12, 4);
    hide();
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &FileTroubles::follow);
    connect(&session, &Session::liveChanged, this, &FileTroubles::follow);
    connect(&session.view(), &views::TraceView::tabChanged, this, &FileTroubles::follow);
    connect(&session.view(), &views::TraceView::traceChanged, this, [this] {
        if (m_session.live() == nullptr) hide();
    });
}

void FileTroubles::follow() {
    const auto* feed = m_session.live();
    if (feed == nullptr) {
        m_timer.stop();
        m_chosen = false;
        return hide();
    }
    if (!feed->running()) m_timer.stop();  // what was in trouble to the end stays named
    else if (!m_timer.isActive()) m_timer.start();
    if (!m_chosen || feed->root() != m_root) {
        m_chosen = true;
        m_root = feed->root();
        m_choices = pollChoices(std::chrono::milliseconds(200), m_root);
    }
    const auto lines =
        fileTroubles(static_cast<Tab>(m_session.view().state().tab), feed->state(), m_choices);
    setVisible(!lines.isEmpty());
    if (lines.isEmpty()) return;
    // What this machine never had is no trouble.
    setForegroundRole(lines.front().startsWith(QStringLiteral("⚠")) ? QPalette::WindowText
                                                                    : QPalette::PlaceholderText);
    setText(lines.join(QStringLiteral("   ·   ")));
}

}  // namespace kscope::app
