// SPDX-License-Identifier: GPL-3.0-or-later
/// A tracefs instance and something for it to record.
#include "tests/support/tracefs_instance.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

namespace kscope::support {
namespace {

constexpr const char* kTracefs = "/sys/kernel/tracing";

bool isMounted() {
    std::error_code ignored;
    return std::filesystem::exists(std::string(kTracefs) + "/instances", ignored);
}

}  // namespace

std::unique_ptr<TracefsInstance> TracefsInstance::make(std::string& whyNot) {
    if (!isMounted() && ::mount("nodev", kTracefs, "tracefs", 0, nullptr) != 0) {
        whyNot = std::string("no tracefs can be mounted: ") + std::strerror(errno);
        return nullptr;
    }
    // Several test programs run at once, and one after another in one process.
    static std::atomic<int> s_count{0};
    const auto folder = std::string(kTracefs) + "/instances/kscope-test-" +
                        std::to_string(::getpid()) + "-" + std::to_string(s_count++);
    if (::mkdir(folder.c_str(), 0700) != 0) {
        whyNot = "no instance can be made in tracefs: " + std::string(std::strerror(errno));
        return nullptr;
    }
    std::unique_ptr<TracefsInstance> instance(new TracefsInstance(folder));
    if (!instance->set("tracing_on", "0") || !instance->set("buffer_size_kb", "2048") ||
        !instance->set("events/sched/enable", "1")) {
        whyNot = "this kernel has no sched events";
        return nullptr;
    }
    return instance;
}

TracefsInstance::~TracefsInstance() {
    set("tracing_on", "0");
    set("events/enable", "0");
    ::rmdir(m_folder.c_str());
}

bool TracefsInstance::set(std::string_view name, std::string_view words) const {
    const int descriptor = ::open(file(name).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool taken =
        ::write(descriptor, words.data(), words.size()) == static_cast<ssize_t>(words.size());
    return ::close(descriptor) == 0 && taken;
}

void TracefsInstance::playPingPong(int rounds) {
    std::array<int, 2> there{};
    std::array<int, 2> back{};
    if (::pipe2(there.data(), O_CLOEXEC) != 0) return;
    if (::pipe2(back.data(), O_CLOEXEC) == 0) {
        std::thread other([&] {
            char ball = 0;
            while (::read(there[0], &ball, 1) == 1 && ball != 'x')
                if (::write(back[1], &ball, 1) != 1) return;
        });
        char ball = 'o';
        for (int i = 0; i < rounds; ++i)
            if (::write(there[1], &ball, 1) != 1 || ::read(back[0], &ball, 1) != 1) break;
        ball = 'x';
        (void)!::write(there[1], &ball, 1);
        other.join();
        ::close(back[0]);
        ::close(back[1]);
    }
    ::close(there[0]);
    ::close(there[1]);
}

}  // namespace kscope::support
