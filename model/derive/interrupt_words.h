// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows of /proc/interrupts and /proc/softirqs in words: controller, line, trigger, devices.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kscope::model {

/// What stands behind the numbers of a device's row, in parts; a part that is not there is empty.
struct InterruptLine {
    std::string_view chip;     ///< "IO-APIC", "PCI-MSIX-0000:00:05.0", "GICv2", "RISC-V INTC"
    std::string_view hwirq;    ///< Number of the line at the chip: "2", "81923".
    std::string_view trigger;  ///< "edge", "level", "fasteoi", as printed.
    std::string_view actions;  ///< Who handles it: "nvme0q1", "uhci_hcd:usb3, ehci_hcd:usb1".
};
[[nodiscard]] InterruptLine interruptLine(std::string_view detail);

/// "PCI-MSI 81923 (a message that the device writes; no wire), edge (once for each change)".
[[nodiscard]] std::string interruptLineWords(const InterruptLine& line);
/// What a vector of /proc/softirqs does; empty for an unknown one.
[[nodiscard]] std::string_view softirqWords(std::string_view vector);
/// Number of a vector, as the kernel and the trace events count them; −1: no vector.
[[nodiscard]] int softirqNumber(std::string_view vector);

enum class InterruptGroup : std::uint8_t { Device, Ipi, Timer, Exception, Other, Softirq };
/// The group that a row of /proc/interrupts belongs to.
[[nodiscard]] InterruptGroup interruptGroup(std::string_view row, std::string_view detail);
[[nodiscard]] std::string_view interruptGroupName(InterruptGroup group);

}  // namespace kscope::model
