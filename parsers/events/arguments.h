// SPDX-License-Identifier: GPL-3.0-or-later
/// Arguments of the events that have typed rows, as the kernel, trace-cmd's plugins and trace-cmd
/// -R print them.
#pragma once

#include "model/store/task_state.h"
#include "parsers/events/vocabulary.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace kscope::parsers {

struct SwitchArguments {
    std::string_view prevComm;
    std::int64_t prevPid = 0;
    model::TaskState prevState{};
    std::string_view nextComm;
    std::int64_t nextPid = 0;
    std::int64_t nextPrio = 0;
};
struct WakeArguments {
    std::string_view comm;
    std::int64_t pid = 0;
    std::int64_t prio = 0;
    std::int64_t targetCpu = 0;
    bool success = true;  ///< "success=0" of old kernels: no wakeup happened.
};
/// Fork, NewTask, Exec, Exit, Free, Rename.
struct TaskArguments {
    std::string_view comm;  ///< Of `pid`; empty where the event does not tell it.
    std::int64_t pid = 0;
    std::string_view text;   ///< Fork: the child's comm; exec: the file; rename: the new comm.
    std::int64_t child = 0;  ///< Fork, NewTask.
    bool thread = false;     ///< NewTask: CLONE_THREAD.
};
struct IrqArguments {
    std::int64_t number = 0;
    std::string_view name;
};

[[nodiscard]] std::optional<SwitchArguments> readSwitch(std::string_view args);
[[nodiscard]] std::optional<WakeArguments> readWake(std::string_view args);
[[nodiscard]] std::optional<TaskArguments> readTask(Meaning meaning, std::string_view args);
[[nodiscard]] std::optional<IrqArguments> readIrq(Meaning meaning, std::string_view args);
[[nodiscard]] std::optional<std::int64_t> readSoftirq(std::string_view args);

}  // namespace kscope::parsers
