// SPDX-License-Identifier: GPL-3.0-or-later
/// Writes realistic sched traces of any size as ftrace text, the same bytes for the same seed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kscope::support {

enum class TraceLayout : std::uint8_t {
    Default,      ///< What a kernel of 5.15 or later writes: every column stands still.
    Tgid,         ///< option record-tgid
    NoIrqInfo,    ///< option noirq-info
    FourFlags,    ///< Kernels before 5.15: four irq flags.
    Nanoseconds,  ///< Nine decimals.
    Unpadded,     ///< Leading blanks lost (copied by a shell's read).
    Damaged,      ///< Line numbers, quoting and lost blanks, in turns of 1000 lines.
};
/// "default", "tgid", "noirq", "fourflags", "nanosecond", "unpadded", "damaged".
[[nodiscard]] std::optional<TraceLayout> layoutNamed(std::string_view name);

struct GeneratorOptions {
    std::uint64_t events = 1000;
    std::uint64_t seed = 1;
    TraceLayout layout = TraceLayout::Default;
    unsigned cpus = 8;
    unsigned tasks = 300;
    /// Lines in a million that get a byte changed, cut or inserted; 0: none.
    unsigned corruptPerMillion = 0;
};

/// What was written, for a test to compare with.
struct GeneratorCounts {
    std::uint64_t events = 0;
    std::uint64_t switches = 0;
    std::uint64_t wakings = 0;
    std::uint64_t irqEntries = 0;
    std::uint64_t irqExits = 0;
    std::uint64_t raises = 0;
    std::uint64_t softirqEntries = 0;
    std::uint64_t softirqExits = 0;
};

/// A small machine: each CPU goes through interrupts, their softirqs and switches; who leaves a CPU
/// is who ran there, and who enters it was woken before or preempted. Mix: 5.4 % sched_switch, 5.6
/// % sched_waking, 19 % each irq_handler_entry and exit, 17 % each softirq_raise, entry and exit.
class TraceGenerator {
public:
    explicit TraceGenerator(const GeneratorOptions& options);
    ~TraceGenerator();
    TraceGenerator(const TraceGenerator&) = delete;
    TraceGenerator& operator=(const TraceGenerator&) = delete;

    /// Appends whole lines until `out` holds at least `bytes` or all events are written; false:
    /// nothing was left.
    bool fill(std::string& out, std::size_t bytes);
    [[nodiscard]] const GeneratorCounts& counts() const noexcept;

private:
    struct Machine;
    std::unique_ptr<Machine> m_machine;
};

/// All of it at once, for tests.
[[nodiscard]] std::string generateTrace(const GeneratorOptions& options);

}  // namespace kscope::support
