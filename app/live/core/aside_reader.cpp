// SPDX-License-Identifier: GPL-3.0-or-later
/// A thread a read: reads that take long are few.
#include "app/live/core/aside_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <thread>
#include <utility>

namespace kscope::app {

namespace {

constexpr std::size_t kMostBytes = 16 << 20;  // No file of /proc is larger.

std::chrono::nanoseconds clockNow(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

AsideRead readFile(const std::string& path) {
    AsideRead read;
    const auto cpu = clockNow(CLOCK_THREAD_CPUTIME_ID);
    read.beforeNs = clockNow(CLOCK_MONOTONIC).count();
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        read.error = errno;
    } else {
        std::size_t size = 0;
        read.error = readWhole(descriptor, read.text, size);
        read.text.resize(size);
        close(descriptor);
    }
    read.afterNs = clockNow(CLOCK_MONOTONIC).count();
    read.cpu = clockNow(CLOCK_THREAD_CPUTIME_ID) - cpu;
    return read;
}

}  // namespace

int readWhole(int descriptor, std::string& buffer, std::size_t& size) {
    constexpr std::size_t kFirst = 16 << 10, kLeast = 4096;
    if (buffer.size() < kFirst) buffer.resize(kFirst);
    size = 0;
    while (size < kMostBytes) {
        const auto got =
            pread(descriptor, buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
        if (buffer.size() - size < kLeast) buffer.resize(std::min(kMostBytes, buffer.size() * 2));
    }
    return 0;
}

/// Outlives the reader where a read still is under way.
struct AsideReader::Shared {
    std::string path;
    std::mutex mutex;  // Guards what follows.
    bool busy = false;
    std::optional<AsideRead> done;
};

AsideReader::AsideReader(std::string path) : m_shared(std::make_shared<Shared>()) {
    m_shared->path = std::move(path);
}
AsideReader::~AsideReader() = default;

void AsideReader::begin() {
    {
        const std::lock_guard lock(m_shared->mutex);
        if (m_shared->busy) return;
        m_shared->busy = true;
    }
    std::thread([shared = m_shared] {
        auto read = readFile(shared->path);
        const std::lock_guard lock(shared->mutex);
        shared->done = std::move(read);
    }).detach();
}

bool AsideReader::busy() const {
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->busy;
}

std::optional<AsideRead> AsideReader::take() {
    const std::lock_guard lock(m_shared->mutex);
    if (!m_shared->done) return std::nullopt;
    m_shared->busy = false;
    return std::exchange(m_shared->done, std::nullopt);
}

}  // namespace kscope::app
