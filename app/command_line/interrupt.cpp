// SPDX-License-Identifier: GPL-3.0-or-later
/// SIGINT as a descriptor: nothing runs inside a signal handler.
#include "app/command_line/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace kscope::app {
namespace {

sigset_t onlyInterrupt() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    return set;
}

/// The descriptor under a number above 2: where standard input is closed, ours must not be taken
/// for it.
int notStandard(int descriptor) {
    if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
    const int above = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::close(descriptor);
    return above;
}

/// Ends the program the way SIGINT does, so that a shell sees that it was interrupted.
void dieOfInterrupt() {
    const auto set = onlyInterrupt();
    std::signal(SIGINT, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::raise(SIGINT);
}

}  // namespace

InterruptWatch::InterruptWatch() {
    struct sigaction now {};
    if (sigaction(SIGINT, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) return;
    const auto set = onlyInterrupt();
    m_signals = notStandard(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    m_done = notStandard(eventfd(0, EFD_CLOEXEC));
    if (m_signals < 0 || m_done < 0) return;
    pthread_sigmask(SIG_BLOCK, &set, &m_before);
    m_thread = std::thread([this] { watch(); });
}

InterruptWatch::~InterruptWatch() {
    if (m_thread.joinable()) {
        const std::uint64_t one = 1;
        (void)!::write(m_done, &one, sizeof one);
        m_thread.join();
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    if (m_signals >= 0) ::close(m_signals);
    if (m_done >= 0) ::close(m_done);
}

void InterruptWatch::watch() {
    while (true) {
        std::array<pollfd, 2> asked{{{m_signals, POLLIN, 0}, {m_done, POLLIN, 0}}};
        if (::poll(asked.data(), asked.size(), -1) < 0) continue;
        if (asked[1].revents != 0) return;
        signalfd_siginfo info{};
        if (::read(m_signals, &info, sizeof info) != sizeof info) continue;
        if (m_kills || m_stop.stop_requested()) dieOfInterrupt();
        m_stop.request_stop();
    }
}

}  // namespace kscope::app
