// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the processes of a machine again and again. No thread of its own.
#pragma once

#include "model/derive/process_list.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace kscope::app {

class ProcessSampler {
public:
    enum class Threads : std::uint8_t { Leave, Read };
    /// `root` is put in front of /proc: "" for this machine, a folder for a test.
    explicit ProcessSampler(std::string root = {});

    /// All processes now, with their threads where asked: shares of CPU are those since the last
    /// call. What goes away while it is read is left out and counted. Some 50 µs a process.
    [[nodiscard]] model::ProcessListPtr sample(Threads threads);

private:
    struct Before {
        std::uint64_t startTicks;
        std::int64_t cpuNs;
    };
    void addOne(const std::string& folder, model::ProcessList& list);
    [[nodiscard]] bool readFile(const std::string& path);

    std::string m_root;
    model::ProcessUnits m_units;
    std::string m_text;
    std::unordered_map<std::int32_t, Before> m_before;
    std::int64_t m_beforeNs = 0;
    bool m_othersHidden = false;
};

/// Whether the mount of /proc in `mounts` (/proc/mounts) hides the processes of others: hidepid 2
/// or 4, also by name.
[[nodiscard]] bool hidesOthers(std::string_view mounts);

}  // namespace kscope::app
