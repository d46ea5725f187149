// SPDX-License-Identifier: GPL-3.0-or-later
/// Whether more can come out of a trace_pipe.
#include "parsers/bytes/trace_pipe.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace kscope::parsers {

namespace fs = std::filesystem;

// A blocking read of trace_pipe ends where tracing is off and all was read; one with O_NONBLOCK
// gets EAGAIN for ever (kernel/trace/trace.c tracing_wait_pipe).
std::function<bool()> tracingIsOff(const FileHandle& file) {
    std::error_code error;
    const auto path = fs::read_symlink("/proc/self/fd/" + std::to_string(file.descriptor()), error);
    if (error || path.filename() != "trace_pipe") return {};
    const auto folder = path.parent_path();
    // tracing_on stands beside it, or above per_cpu/cpuN.
    for (const auto& buffer : {folder, folder.parent_path().parent_path()}) {
        const auto flag = buffer / "tracing_on";
        if (!fs::exists(flag, error)) continue;
        return [flag] {
            std::ifstream in(flag);
            return in.get() == '0';
        };
    }
    return {};
}

}  // namespace kscope::parsers
