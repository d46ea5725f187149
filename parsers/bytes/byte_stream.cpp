// SPDX-License-Identifier: GPL-3.0-or-later
/// A descriptor as a stream.
#include "parsers/bytes/byte_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace kscope::parsers {

namespace {

bool asksFirst(const FileHandle& file) {
    // A descriptor that may block is asked before it is read; a fifo too, since before its first
    // writer it reads as ended but does not poll as ready. All others are read first: poll on
    // trace_pipe returns only once half of the buffer is full (buffer_percent,
    // Documentation/trace/ftrace.rst), read gives what is there.
    struct stat status {};
    const bool blocks = (::fcntl(file.descriptor(), F_GETFL) & O_NONBLOCK) == 0;
    return blocks || (::fstat(file.descriptor(), &status) == 0 && S_ISFIFO(status.st_mode));
}

bool waitForInput(int descriptor, std::chrono::milliseconds wait) {
    pollfd asked{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&asked, 1, static_cast<int>(wait.count())) > 0;
}

}  // namespace

FdStream::FdStream(const FileHandle& file, std::function<bool()> over)
    : m_file(file),
      m_over(std::move(over)),
      m_asksFirst(asksFirst(file)) {}

std::size_t FdStream::read(std::span<char> into, std::chrono::milliseconds wait) {
    if (state() != StreamState::Open) return 0;
    auto count = readOnce(into, wait);
    if (count > 0 || state() != StreamState::Open || !m_over || !m_over()) return count;
    count = readOnce(into, std::chrono::milliseconds(0));
    if (count == 0 && state() == StreamState::Open) end(StreamState::Ended);
    return count;
}

std::size_t FdStream::readOnce(std::span<char> into, std::chrono::milliseconds wait) {
    if (m_asksFirst && !waitForInput(m_file.descriptor(), wait)) return 0;
    auto count = ::read(m_file.descriptor(), into.data(), into.size());
    if (count < 0 && errno == EAGAIN && !m_asksFirst) {
        constexpr std::chrono::milliseconds kAskAgain{
            20};  // Since its poll may sleep through new data.
        (void)waitForInput(m_file.descriptor(), std::min(wait, kAskAgain));
        count = ::read(m_file.descriptor(), into.data(), into.size());
    }
    if (count > 0) {
        m_taken += static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
    }
    if (count == 0) {
        end(StreamState::Ended);
    } else if (errno != EAGAIN && errno != EINTR) {
        end(StreamState::Failed, std::generic_category().message(errno));
    }
    return 0;
}

}  // namespace kscope::parsers
