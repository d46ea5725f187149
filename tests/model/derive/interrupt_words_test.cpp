// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows of /proc/interrupts in parts and words: x86, Arm, RISC-V and old kernels.
#include "model/derive/interrupt_words.h"

#include <gtest/gtest.h>

namespace kscope::model {
namespace {

TEST(InterruptLine, IsReadFromEveryShapeOfRow) {
    struct Row {
        std::string_view detail, chip, hwirq, trigger, actions;
    };
    // From captures of x86-64, aarch64, riscv64 and a 2.6 kernel.
    constexpr Row kRows[] = {
        {"IO-APIC   2-edge      timer", "IO-APIC", "2", "edge", "timer"},
        {"PCI-MSIX-0000:00:05.0   1-edge      virtio0-input.0", "PCI-MSIX-0000:00:05.0", "1",
         "edge", "virtio0-input.0"},
        {"IO-APIC   9-fasteoi   acpi", "IO-APIC", "9", "fasteoi", "acpi"},
        {"IR-PCI-MSI 327680-edge      xhci_hcd", "IR-PCI-MSI", "327680", "edge", "xhci_hcd"},
        {"IO-APIC-fasteoi   uhci_hcd:usb3, ehci_hcd:usb1", "IO-APIC", "", "fasteoi",
         "uhci_hcd:usb3, ehci_hcd:usb1"},
        {"GICv2  27 Level     arch_timer", "GICv2", "27", "Level", "arch_timer"},
        {"RISC-V INTC   5 Edge      riscv-timer", "RISC-V INTC", "5", "Edge", "riscv-timer"},
        {"eth0", "", "", "", "eth0"},
        {"", "", "", "", ""},
        {"PCI-MSI 81920-edge", "PCI-MSI", "81920", "edge", ""},
    };
    for (const auto& row : kRows) {
        const auto line = interruptLine(row.detail);
        EXPECT_EQ(line.chip, row.chip) << row.detail;
        EXPECT_EQ(line.hwirq, row.hwirq) << row.detail;
        EXPECT_EQ(line.trigger, row.trigger) << row.detail;
        EXPECT_EQ(line.actions, row.actions) << row.detail;
    }
}

TEST(InterruptLine, IsSaidInWords) {
    EXPECT_EQ(interruptLineWords(interruptLine("IR-PCI-MSI 12-edge nvme0q1")),
              "IR-PCI-MSI 12 (a message that the device writes; no wire, remapped by the IOMMU), "
              "edge: once for each change of the line");
    EXPECT_EQ(interruptLineWords(interruptLine("eth0")), "");
}

TEST(InterruptGroup, TellsDevicesFromTheKernelsOwn) {
    EXPECT_EQ(interruptGroup("24", "PCI-MSI 1-edge eth0"), InterruptGroup::Device);
    EXPECT_EQ(interruptGroup("0", "IO-APIC 2-edge timer"), InterruptGroup::Timer);
    EXPECT_EQ(interruptGroup("LOC", "Local timer interrupts"), InterruptGroup::Timer);
    EXPECT_EQ(interruptGroup("RES", "Rescheduling interrupts"), InterruptGroup::Ipi);
    EXPECT_EQ(interruptGroup("IPI3", "CPU stop (for crash dump) interrupts"), InterruptGroup::Ipi);
    EXPECT_EQ(interruptGroup("TRM", "Thermal event interrupts"), InterruptGroup::Exception);
    EXPECT_EQ(interruptGroup("XYZ", ""), InterruptGroup::Other);
}

TEST(Softirqs, AreNumberedAsTheKernelDoes) {
    EXPECT_EQ(softirqNumber("HI"), 0);
    EXPECT_EQ(softirqNumber("NET_RX"), 3);
    EXPECT_EQ(softirqNumber("RCU"), 9);
    EXPECT_EQ(softirqNumber("NOPE"), -1);
    EXPECT_FALSE(softirqWords("TASKLET").empty());
}

}  // namespace
}  // namespace kscope::model
