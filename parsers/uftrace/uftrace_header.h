// SPDX-License-Identifier: GPL-3.0-or-later
/// What the info file and task.txt of uftrace data say (uftrace.h, utils/data-file.c, uftrace 0.9
/// to 0.19).
#pragma once

#include "model/core/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::parsers {

struct UftraceInfo {
    bool bigEndian = false;
    bool narrow = false;  ///< 32 bit
    std::uint32_t version = 4;
    std::uint64_t features = 0;
    std::string command;  ///< cmdline
    std::string exename;
    std::vector<std::string> argumentSpecs;  ///< In order of search.
    std::vector<std::string> returnSpecs;
    std::vector<std::string> autoArgumentSpecs;
    std::vector<std::string> autoReturnSpecs;
    std::string enums;    ///< enumauto and enum lines
    std::string pattern;  ///< regex, glob, simple
    [[nodiscard]] bool relativeSymbols() const { return (features >> 5 & 1) != 0; }
    /// The trace clock as ftrace names it.
    [[nodiscard]] std::string clock() const;
};
[[nodiscard]] model::Result<UftraceInfo> readUftraceInfo(std::string_view bytes);

struct UftraceSession {
    std::int64_t time = 0;  ///< ns
    std::int64_t pid = -1;
    std::string id;
    std::string exename;
};
struct UftraceTask {
    std::int64_t time = 0;
    std::int64_t tid = -1;
    std::int64_t pid = -1;
    std::int64_t parent = -1;  ///< FORK: of its process.
};
struct UftraceLibrary {  ///< DLOP
    std::int64_t time = 0;
    std::string session;
    std::uint64_t base = 0;
    std::string name;
};
struct UftraceTasks {
    std::vector<UftraceSession> sessions;  ///< In order of the file.
    std::vector<UftraceTask> tasks;
    std::vector<UftraceLibrary> libraries;
    std::uint64_t oddLines = 0;
};
[[nodiscard]] UftraceTasks readUftraceTasks(std::string_view text);

}  // namespace kscope::parsers
