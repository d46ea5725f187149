// SPDX-License-Identifier: GPL-3.0-or-later
/// Where a stack of names goes from user code into the kernel.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace kscope::parsers {

/// What the kernel is entered by: system calls, faults, interrupts, the way back. What such a
/// function calls is the kernel's, too.
[[nodiscard]] inline bool entersKernel(std::string_view name) {
    constexpr std::array<std::string_view, 36> kEntries{"entry_SYSCALL_",
                                                        "entry_SYSENTER",
                                                        "do_syscall_64",
                                                        "x64_sys_call",
                                                        "system_call_fastpath",
                                                        "sysret_check",
                                                        "el0_svc",
                                                        "el0t_64_sync",
                                                        "ret_from_fork",
                                                        "ret_fast_syscall",
                                                        "ret_from_intr",
                                                        "asm_sysvec_",
                                                        "asm_exc_",
                                                        "asm_common_interrupt",
                                                        "[kernel.kallsyms]",
                                                        "__x64_sys_",
                                                        "__ia32_sys_",
                                                        "__arm64_sys_",
                                                        "__riscv_sys_",
                                                        "__s390x_sys_",
                                                        "__se_sys_",
                                                        "__do_sys_",
                                                        "SyS_",
                                                        "ksys_",
                                                        "sysvec_",
                                                        "common_interrupt",
                                                        "do_IRQ",
                                                        "smp_apic_timer_interrupt",
                                                        "exc_page_fault",
                                                        "do_page_fault",
                                                        "do_user_addr_fault",
                                                        "__do_page_fault",
                                                        "exit_to_user_mode_",
                                                        "syscall_exit_to_user_mode",
                                                        "syscall_trace_enter",
                                                        "syscall_enter_from_user_mode"};
    if (name.ends_with("@kernel")) return true;
    return std::ranges::any_of(kEntries,
                               [&](std::string_view entry) { return name.starts_with(entry); });
}

}  // namespace kscope::parsers
