// SPDX-License-Identifier: GPL-3.0-or-later
/// A tracing buffer of its own on the machine that runs the tests, where it lets us.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace kscope::support {

/// An instance of tracefs; the machine's other buffers are not touched. Removed with the object.
class TracefsInstance {
public:
    /// Null where there is no tracefs or no permission: `whyNot` then says which. Mounts tracefs
    /// at /sys/kernel/tracing, where every distribution has it, if nothing is mounted there.
    [[nodiscard]] static std::unique_ptr<TracefsInstance> make(std::string& whyNot);
    ~TracefsInstance();
    TracefsInstance(const TracefsInstance&) = delete;
    TracefsInstance& operator=(const TracefsInstance&) = delete;

    [[nodiscard]] std::string file(std::string_view name) const {
        return m_folder + '/' + std::string(name);
    }
    /// Writes `words` into one of its files; false where the kernel does not take them.
    bool set(std::string_view name, std::string_view words) const;
    /// Two tasks wake each other `rounds` times: at least as many switches and wakeups.
    static void playPingPong(int rounds);

private:
    explicit TracefsInstance(std::string folder) : m_folder(std::move(folder)) {}
    std::string m_folder;
};

}  // namespace kscope::support
