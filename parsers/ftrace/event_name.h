// SPDX-License-Identifier: GPL-3.0-or-later
/// What the text behind a context part is: an event with its name, a function, a marker, a stack
/// header …
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kscope::parsers {

struct EventName {
    enum class Kind : std::uint8_t {
        Named,         ///< "name: args"
        Function,      ///< "func <-caller", "func+0x0/0x20", "func"
        Print,         ///< "tracing_mark_write: text", trace_printk
        RawData,       ///< "# 1a buf: …"
        SyscallEnter,  ///< "sys_openat(…)": name is what follows "sys_"
        SyscallExit,   ///< "sys_openat -> 0x3"
        Blk,           ///< "  8,0  Q  WS 1018626 + 128 [dd]"
        Nameless,      ///< Of a tracer whose lines have no name.
        KernelStack,   ///< "<stack trace>"
        UserStack,
    };
    Kind kind = Kind::Nameless;
    std::string_view name{};  ///< Named, Syscall…: points into the text.
    std::size_t args = 0;     ///< Where the arguments begin.
};

/// Reads the text behind the context part (kernel/trace/trace_output.c; trace-cmd's padding is
/// skipped).
[[nodiscard]] EventName readEventName(std::string_view text);
/// trace-cmd prints stacks as events of such names (kernel_stack, user_stack): whether a line is a
/// stack only the text behind the name tells.
[[nodiscard]] bool isStackName(std::string_view name);
/// The name under which the event is shown and counted; `tracer` names Nameless ones. May point
/// into `scratch`.
[[nodiscard]] std::string_view shownName(const EventName& event, std::string_view tracer,
                                         std::string& scratch);

}  // namespace kscope::parsers
