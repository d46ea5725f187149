// SPDX-License-Identifier: GPL-3.0-or-later
/// Ctrl-C while a source is read that may go on for ever: reading ends, and what came is shown.
#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace kscope::app {

/// Takes SIGINT from its making to its end; threads that are started meanwhile do not see the
/// signal. Where SIGINT was ignored or handled already, it stays so.
class InterruptWatch {
public:
    InterruptWatch();
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;

    /// Asked to stop by the first SIGINT; a second one ends the program.
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    [[nodiscard]] bool interrupted() const { return m_stop.stop_requested(); }
    /// What is read ends by itself: from now on SIGINT ends the program, as without us.
    void letItKill() { m_kills = true; }
    /// What is read now may go on for ever, or nobody knows yet.
    void takeIt() { m_kills = false; }

private:
    void watch();

    std::stop_source m_stop;
    std::atomic<bool> m_kills{false};
    sigset_t m_before{};
    int m_signals = -1;  // signalfd; -1: the watch is off
    int m_done = -1;     // eventfd that ends the thread
    std::thread m_thread;
};

}  // namespace kscope::app
