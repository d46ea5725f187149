// SPDX-License-Identifier: GPL-3.0-or-later
/// Parts of rows by the shapes that kernel/irq/proc.c and the controllers' names give them
/// (formats.md 6.1).
#include "model/derive/interrupt_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace kscope::model {

namespace {

using NamedWords = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, 6> kTriggers{"edge", "level", "fasteoi",
                                                    "Edge", "Level", "None"};

/// In the order of the kernel's enum (include/linux/interrupt.h).
constexpr std::array<NamedWords, 10> kSoftirqs{{
    {"HI", "tasklets that come before all others"},
    {"TIMER", "timers of the tick that are due: timeouts, delayed work"},
    {"NET_TX", "packets that were sent: their memory is given back, queues go on"},
    {"NET_RX", "packets that came in are taken through the network stack"},
    {"BLOCK", "block requests that the device has completed"},
    {"IRQ_POLL", "block devices that are polled instead of interrupting"},
    {"TASKLET", "small pieces of work that drivers put off from their handlers"},
    {"SCHED", "the scheduler spreads tasks over the CPUs"},
    {"HRTIMER", "high-resolution timers that may wait for a softirq"},
    {"RCU", "memory that nobody reads any more is given back, grace periods end"},
}};

/// What an interrupt controller is, by what its name begins with (without "IR-": remapped).
constexpr std::array<NamedWords, 12> kChips{{
    {"IO-APIC", "the board's interrupt controller"},
    {"PCI-MSI", "a message that the device writes; no wire"},
    {"MSI", "a message that the device writes; no wire"},
    {"XT-PIC", "the PC's old interrupt controller"},
    {"GIC", "Arm's interrupt controller"},
    {"ITS", "messages through Arm's interrupt controller"},
    {"RISC-V INTC", "the CPU's own interrupt controller"},
    {"SiFive PLIC", "the board's interrupt controller (RISC-V)"},
    {"HPET", "the board's event timer"},
    {"DMAR", "the IOMMU's own interrupts"},
    {"AMD-Vi", "the IOMMU's own interrupts"},
    {"xen", "an event of the Xen hypervisor"},
}};

bool isAllDigits(std::string_view word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

bool isTrigger(std::string_view word) {
    return std::ranges::find(kTriggers, word) != kTriggers.end();
}

/// Words of `detail` as views into it.
std::vector<std::string_view> wordsIn(std::string_view detail) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < detail.size();) {
        const auto begin = detail.find_first_not_of(" \t", at);
        if (begin == detail.npos) break;
        const auto end = std::min(detail.find_first_of(" \t", begin), detail.size());
        words.push_back(detail.substr(begin, end - begin));
        at = end;
    }
    return words;
}

/// From the begin of `first` to the end of `last`, both of the same text.
std::string_view spanOf(std::string_view first, std::string_view last) {
    return {first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data())};
}

std::string_view triggerWords(std::string_view trigger) {
    if (trigger == "edge" || trigger == "Edge") return "once for each change of the line";
    if (trigger == "level" || trigger == "Level") return "as long as the device holds the line";
    if (trigger == "fasteoi") return "as long as the device holds the line, ended by one write";
    return "";
}

}  // namespace

InterruptLine interruptLine(std::string_view detail) {
    InterruptLine line;
    const auto words = wordsIn(detail);
    std::size_t chipEnd = 0;
    std::size_t actions = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto dash = words[i].rfind('-');
        if (dash != words[i].npos && isTrigger(words[i].substr(dash + 1))) {
            line.trigger = words[i].substr(dash + 1);
            const auto left = words[i].substr(0, dash);
            if (isAllDigits(left)) line.hwirq = left;  // "2-edge"; old kernels: "IO-APIC-edge"
            else line.chip = left;
            chipEnd = i;
            actions = i + 1;
            break;
        }
        if (i > 0 && isAllDigits(words[i]) && i + 1 < words.size() && isTrigger(words[i + 1])) {
            line.hwirq = words[i];  // "GICv2 27 Level arch_timer"
            line.trigger = words[i + 1];
            chipEnd = i;
            actions = i + 2;
            break;
        }
    }
    if (line.trigger.empty()) {
        line.actions = words.empty() ? detail : spanOf(words.front(), words.back());
        return line;
    }
    if (line.chip.empty() && chipEnd > 0) line.chip = spanOf(words[0], words[chipEnd - 1]);
    if (actions < words.size()) line.actions = spanOf(words[actions], words.back());
    return line;
}

std::string interruptLineWords(const InterruptLine& line) {
    if (line.chip.empty() && line.trigger.empty()) return {};
    std::string text(line.chip);
    if (!line.hwirq.empty()) text += fmt::format(" {}", line.hwirq);
    auto chip = line.chip;
    const bool remapped = chip.starts_with("IR-");
    if (remapped) chip.remove_prefix(3);
    const auto* const known = std::ranges::find_if(
        kChips, [&](const NamedWords& entry) { return chip.starts_with(entry.first); });
    if (known != kChips.end())
        text += fmt::format(" ({}{})", known->second, remapped ? ", remapped by the IOMMU" : "");
    const auto trigger = triggerWords(line.trigger);
    if (!trigger.empty()) text += fmt::format(", {}: {}", line.trigger, trigger);
    return text;
}

std::string_view softirqWords(std::string_view vector) {
    const auto* const found = std::ranges::find(kSoftirqs, vector, &NamedWords::first);
    return found == kSoftirqs.end() ? std::string_view{} : found->second;
}

int softirqNumber(std::string_view vector) {
    const auto* const found = std::ranges::find(kSoftirqs, vector, &NamedWords::first);
    return found == kSoftirqs.end() ? -1 : static_cast<int>(found - kSoftirqs.begin());
}

InterruptGroup interruptGroup(std::string_view row, std::string_view detail) {
    constexpr std::array<std::string_view, 8> kIpis{"RES", "CAL", "TLB", "IWI",
                                                    "RTR", "PIN", "NPI", "PIW"};
    constexpr std::array<std::string_view, 3> kTimers{"LOC", "HVS", "HRE"};
    constexpr std::array<std::string_view, 9> kExceptions{"NMI", "MCE", "MCP", "TRM", "THR",
                                                          "DFR", "ERR", "MIS", "SPU"};
    const auto is = [&](const auto& names) { return std::ranges::find(names, row) != names.end(); };
    if (is(kTimers)) return InterruptGroup::Timer;
    if (is(kIpis) || row.starts_with("IPI")) return InterruptGroup::Ipi;
    if (is(kExceptions) || row == "Err") return InterruptGroup::Exception;
    if (isAllDigits(row)) {
        const auto actions = interruptLine(detail).actions;
        const bool timer = actions.find("timer") != actions.npos || actions.starts_with("hpet");
        return timer ? InterruptGroup::Timer : InterruptGroup::Device;
    }
    return InterruptGroup::Other;
}

std::string_view interruptGroupName(InterruptGroup group) {
    constexpr std::array<std::string_view, 6> kNames{
        "Device lines", "Between CPUs", "Timers", "Exceptions and errors", "Others", "Softirqs"};
    return kNames[static_cast<std::size_t>(group)];
}

}  // namespace kscope::model
