// SPDX-License-Identifier: GPL-3.0-or-later
/// Writes realistic sched traces of any size as ftrace text.
#include "tests/support/trace_generator.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <vector>

namespace kscope::support {
namespace {

// Longest line: two comms, numbers and keys stay below 300 bytes; damage adds a few.
constexpr std::size_t kLineRoom = 512;
constexpr std::int64_t kStartNs = 4811'000'000'000;
constexpr std::size_t kMaxQueue =
    6;  // Woken tasks waiting on one CPU, before wakings go to known waiters.

constexpr std::array<std::string_view, 24> kComms{"bash",
                                                  "kworker/0:1-eve",
                                                  "kworker/u16:3",
                                                  "Web Content",
                                                  "java",
                                                  "nginx",
                                                  "postgres",
                                                  "tokio-rt-worker",
                                                  "gnome-shell",
                                                  "Xorg",
                                                  "rcu_preempt",
                                                  "systemd-journal",
                                                  "jbd2/sda2-8",
                                                  "make",
                                                  "cc1plus",
                                                  "memfd:sealed-91",
                                                  "GC Thread#3",
                                                  "C2 CompilerThre",
                                                  "redis-server",
                                                  "containerd-shim",
                                                  "pulseaudio",
                                                  "irq/24-nvme0q1",
                                                  "ThreadPoolForeg",
                                                  "a-1 [000] b"};
struct Irq {
    std::string_view entry;
    std::string_view exit;
};
constexpr std::array<Irq, 5> kIrqs{Irq{"irq=24 name=nvme0q1", "irq=24 ret=handled"},
                                   Irq{"irq=27 name=eth0-rx-0", "irq=27 ret=handled"},
                                   Irq{"irq=28 name=eth0-tx-0", "irq=28 ret=handled"},
                                   Irq{"irq=16 name=xhci_hcd", "irq=16 ret=unhandled"},
                                   Irq{"irq=1 name=i8042", "irq=1 ret=handled"}};
constexpr std::array<std::string_view, 6> kVectors{"vec=1 [action=TIMER]", "vec=3 [action=NET_RX]",
                                                   "vec=4 [action=BLOCK]", "vec=6 [action=TASKLET]",
                                                   "vec=7 [action=SCHED]", "vec=9 [action=RCU]"};

struct Random {
    std::uint64_t state;
    std::uint64_t next() {  // xorshift64*: Vigna, "An experimental exploration of Marsaglia's
                            // xorshift generators"
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return state * 0x2545F4914F6CDD1DULL;
    }
    std::uint32_t below(std::uint32_t limit) {
        return static_cast<std::uint32_t>((next() >> 32) * limit >> 32);
    }
};

struct Line {
    char* at;
    void text(std::string_view value) {
        std::memcpy(at, value.data(), value.size());
        at += value.size();
    }
    void character(char value) { *at++ = value; }
    void number(std::uint64_t value, int width = 0, char pad = ' ') {
        std::array<char, 20> digits{};
        int count = 0;
        do {
            digits[static_cast<std::size_t>(count++)] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        for (int i = count; i < width; ++i) *at++ = pad;
        while (count > 0) *at++ = digits[static_cast<std::size_t>(--count)];
    }
};

enum class TaskNow : std::uint8_t { Sleeping, Waiting, Running };
struct Task {
    std::string comm;  // As sched_switch prints it: swapper/3 for idle.
    std::string head;  // "            bash-29531   " or without its blanks.
    std::uint32_t pid = 0;
    std::uint32_t tgid = 0;
    std::uint32_t prio = 120;
    TaskNow now = TaskNow::Sleeping;
    std::uint32_t cpu = 0;  // Where it ran last.
};

enum class Step : std::uint8_t {
    IrqEntry,
    IrqWaking,
    Raise,
    IrqExit,
    SoftEntry,
    SoftWaking,
    SoftExit,
    Switch
};
struct Cpu {
    std::int64_t next = 0;
    Step step = Step::IrqEntry;
    std::uint32_t current = 0;
    std::uint32_t idle = 0;
    std::deque<std::uint32_t> queue;
    std::size_t irq = 0;
    std::size_t vector = 0;
    bool raises = false;
    bool wakesInSoftirq = false;
};

}  // namespace

std::optional<TraceLayout> layoutNamed(std::string_view name) {
    constexpr std::array<std::string_view, 7> kNames{
        "default", "tgid", "noirq", "fourflags", "nanosecond", "unpadded", "damaged"};
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<TraceLayout>(found - kNames.begin());
}

struct TraceGenerator::Machine {
    explicit Machine(const GeneratorOptions& wanted);

    void writeHeader(std::string& out) const;
    void writeLine(std::string& out);
    void damage(std::string& out, std::size_t lineBegin);
    void corrupt(std::string& out, std::size_t lineBegin);

    void context(Line& line, const Cpu& cpu, std::string_view flags) const;
    void act(Line& line, Cpu& cpu);
    void waking(Line& line, Cpu& cpu, std::string_view flags);
    void switchTasks(Line& line, Cpu& cpu);
    [[nodiscard]] bool wantsSwitch(const Cpu& cpu) const;
    [[nodiscard]] bool wantsWaking() const { return counts.wakings * 1000 < counts.events * 56; }
    void go(Cpu& cpu, Step step, std::uint32_t least, std::uint32_t spread) {
        cpu.step = step;
        cpu.next += least + random.below(spread);
    }

    GeneratorOptions options;
    GeneratorCounts counts;
    Random random;
    std::vector<Task> tasks;  // The idle tasks first, one a CPU.
    std::vector<Cpu> cpus;
    std::uint32_t cpuNow = 0;
    bool began = false;
};

TraceGenerator::Machine::Machine(const GeneratorOptions& wanted)
    : options(wanted),
      random{wanted.seed * 0x9E3779B97F4A7C15ULL | 1} {
    options.cpus = std::clamp(options.cpus, 1U, 999U);
    options.tasks = std::max(options.tasks, options.cpus + 2);
    const bool padded = options.layout != TraceLayout::Unpadded;
    for (std::uint32_t i = 0; i < options.cpus + options.tasks; ++i) {
        Task task;
        const bool idle = i < options.cpus;
        task.comm = idle ? "swapper/" + std::to_string(i) : std::string(kComms[i % kComms.size()]);
        task.pid = idle ? 0 : 100 + (i - options.cpus) * 37;
        task.tgid = idle ? 0 : task.pid - task.pid % 3;
        task.prio = !idle && i % 31 == 0 ? 98 : 120;
        const auto name = idle ? std::string("<idle>") : task.comm;
        task.head =
            padded ? std::string(16 - std::min<std::size_t>(name.size(), 16), ' ') + name : name;
        auto pid = std::to_string(task.pid);
        pid.resize(std::max<std::size_t>(pid.size(), 7), ' ');
        task.head += "-" + pid + " ";
        tasks.push_back(std::move(task));
    }
    for (std::uint32_t i = 0; i < options.cpus; ++i) {
        Cpu cpu;
        cpu.next = kStartNs + static_cast<std::int64_t>(random.below(200'000));
        cpu.current = cpu.idle = i;
        tasks[i].now = TaskNow::Running;
        tasks[i].cpu = i;
        cpus.push_back(std::move(cpu));
    }
}

void TraceGenerator::Machine::writeHeader(std::string& out) const {
    const auto count = std::to_string(options.events);
    out += "# tracer: nop\n#\n# entries-in-buffer/entries-written: " + count + "/" + count +
           "   #P:" + std::to_string(options.cpus) + "\n#\n";
    const bool tgid = options.layout == TraceLayout::Tgid;
    const std::string shift = tgid ? "          " : "";
    const auto legend = [&](std::string_view text) {
        out += "# " + shift + std::string(text) + "\n";
    };
    if (options.layout == TraceLayout::FourFlags) {
        legend("                             _-----=> irqs-off");
        legend("                            / _----=> need-resched");
        legend("                           | / _---=> hardirq/softirq");
        legend("                           || / _--=> preempt-depth");
        legend("                           ||| /     delay");
        legend("          TASK-PID     CPU#  ||||   TIMESTAMP  FUNCTION");
    } else if (options.layout == TraceLayout::NoIrqInfo) {
        legend("          TASK-PID     CPU#     TIMESTAMP  FUNCTION");
    } else {
        legend("                               _-----=> irqs-off/BH-disabled");
        legend("                              / _----=> need-resched");
        legend("                             | / _---=> hardirq/softirq");
        legend("                             || / _--=> preempt-depth");
        legend("                             ||| / _-=> migrate-disable");
        legend("                             |||| /     delay");
        out += tgid ? "#           TASK-PID       TGID    CPU#  |||||  TIMESTAMP  FUNCTION\n"
                      "#              | |           |       |   |||||     |         |\n"
                    : "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
                      "#              | |         |   |||||     |         |\n";
    }
}

// "            bash-29531   [001] d.h1.   671.744957: " (kernel/trace/trace_output.c
// trace_print_context)
void TraceGenerator::Machine::context(Line& line, const Cpu& cpu, std::string_view flags) const {
    const auto& task = tasks[cpu.current];
    line.text(task.head);
    if (options.layout == TraceLayout::Tgid) {
        if (task.tgid == 0) {
            line.text("(-------) ");
        } else {
            line.character('(');
            line.number(task.tgid, 7);
            line.text(") ");
        }
    }
    line.character('[');
    line.number(static_cast<std::uint64_t>(&cpu - cpus.data()), 3, '0');
    line.text("] ");
    if (options.layout == TraceLayout::FourFlags) {
        line.text(flags.substr(0, 4));
    } else if (options.layout != TraceLayout::NoIrqInfo) {
        line.text(flags);
    }
    line.character(' ');
    const auto ns = static_cast<std::uint64_t>(cpu.next);
    line.number(ns / 1'000'000'000, 5);
    line.character('.');
    if (options.layout == TraceLayout::Nanoseconds) {
        line.number(ns % 1'000'000'000, 9, '0');
    } else {
        line.number(ns % 1'000'000'000 / 1000, 6, '0');
    }
    line.text(": ");
}

void TraceGenerator::Machine::waking(Line& line, Cpu& cpu, std::string_view flags) {
    ++counts.wakings;
    // A sleeper, on the CPU where it ran last; where the queues are full, one that waits already.
    auto chosen = options.cpus + random.below(options.tasks);
    for (int attempt = 0; attempt < 8 && tasks[chosen].now != TaskNow::Sleeping; ++attempt) {
        chosen = options.cpus + random.below(options.tasks);
    }
    for (int attempt = 0; attempt < 64 && tasks[chosen].now == TaskNow::Running; ++attempt) {
        chosen = options.cpus + random.below(options.tasks);
    }
    auto& task = tasks[chosen];
    if (task.now == TaskNow::Sleeping) {
        auto target = random.below(4) == 0 ? random.below(options.cpus) : task.cpu;
        if (cpus[target].queue.size() >= kMaxQueue) target = random.below(options.cpus);
        task.now = TaskNow::Waiting;
        task.cpu = target;
        cpus[target].queue.push_back(chosen);
    }
    context(line, cpu, flags);
    line.text("sched_waking: comm=");
    line.text(task.comm);
    line.text(" pid=");
    line.number(task.pid);
    line.text(" prio=");
    line.number(task.prio);
    line.text(" target_cpu=");
    line.number(task.cpu, 3, '0');
}

bool TraceGenerator::Machine::wantsSwitch(const Cpu& cpu) const {
    return counts.switches * 1000 < counts.events * 54 &&
           (!cpu.queue.empty() || cpu.current != cpu.idle);
}

void TraceGenerator::Machine::switchTasks(Line& line, Cpu& cpu) {
    ++counts.switches;
    auto& prev = tasks[cpu.current];
    const auto nextId = cpu.queue.empty() ? cpu.idle : cpu.queue.front();
    if (!cpu.queue.empty()) cpu.queue.pop_front();
    std::string_view state = "R";
    if (cpu.current != cpu.idle) {
        const auto dice = random.below(16);
        if (dice < 3 && nextId != cpu.idle) {
            state = dice == 0 ? "R" : "R+";
            cpu.queue.push_back(cpu.current);
            prev.now = TaskNow::Waiting;
        } else {
            state = dice < 5 ? "D" : dice == 15 ? "I" : "S";
            prev.now = TaskNow::Sleeping;
        }
    }
    context(line, cpu, "d..2.");
    auto& next = tasks[nextId];
    line.text("sched_switch: prev_comm=");
    line.text(prev.comm);
    line.text(" prev_pid=");
    line.number(prev.pid);
    line.text(" prev_prio=");
    line.number(prev.prio);
    line.text(" prev_state=");
    line.text(state);
    line.text(" ==> next_comm=");
    line.text(next.comm);
    line.text(" next_pid=");
    line.number(next.pid);
    line.text(" next_prio=");
    line.number(next.prio);
    cpu.current = nextId;
    next.now = TaskNow::Running;
    next.cpu = static_cast<std::uint32_t>(&cpu - cpus.data());
}

/// Writes the event that this CPU's step stands for and moves the CPU to its next step.
void TraceGenerator::Machine::act(Line& line, Cpu& cpu) {
    constexpr std::uint32_t kMicrosecond = 1000;
    switch (cpu.step) {
    case Step::IrqEntry:
        cpu.irq = random.below(8) % kIrqs.size();
        cpu.vector = random.below(16) % kVectors.size();
        cpu.raises = counts.raises * 19 < (counts.irqEntries + 1) * 17;
        cpu.wakesInSoftirq = cpu.raises && random.below(2) == 0;
        ++counts.irqEntries;
        context(line, cpu, "d.h1.");
        line.text("irq_handler_entry: ");
        line.text(kIrqs[cpu.irq].entry);
        if (wantsWaking() && !cpu.wakesInSoftirq)
            return go(cpu, Step::IrqWaking, kMicrosecond, 4 * kMicrosecond);
        return go(cpu, cpu.raises ? Step::Raise : Step::IrqExit, kMicrosecond, 6 * kMicrosecond);
    case Step::IrqWaking:
        waking(line, cpu, "d.h3.");
        return go(cpu, cpu.raises ? Step::Raise : Step::IrqExit, kMicrosecond, 3 * kMicrosecond);
    case Step::Raise:
        ++counts.raises;
        context(line, cpu, "d.h1.");
        line.text("softirq_raise: ");
        line.text(kVectors[cpu.vector]);
        return go(cpu, Step::IrqExit, 300, 2 * kMicrosecond);
    case Step::IrqExit:
        ++counts.irqExits;
        context(line, cpu, "d.h1.");
        line.text("irq_handler_exit: ");
        line.text(kIrqs[cpu.irq].exit);
        if (cpu.raises) return go(cpu, Step::SoftEntry, 300, 3 * kMicrosecond);
        if (wantsSwitch(cpu)) return go(cpu, Step::Switch, kMicrosecond, 8 * kMicrosecond);
        return go(cpu, Step::IrqEntry, 2 * kMicrosecond, 700 * kMicrosecond);
    case Step::SoftEntry:
        ++counts.softirqEntries;
        context(line, cpu, "..s1.");
        line.text("softirq_entry: ");
        line.text(kVectors[cpu.vector]);
        if (cpu.wakesInSoftirq && wantsWaking())
            return go(cpu, Step::SoftWaking, kMicrosecond, 9 * kMicrosecond);
        return go(cpu, Step::SoftExit, kMicrosecond, 20 * kMicrosecond);
    case Step::SoftWaking:
        waking(line, cpu, "d.s3.");
        return go(cpu, Step::SoftExit, kMicrosecond, 9 * kMicrosecond);
    case Step::SoftExit:
        ++counts.softirqExits;
        context(line, cpu, "..s1.");
        line.text("softirq_exit: ");
        line.text(kVectors[cpu.vector]);
        if (wantsSwitch(cpu)) return go(cpu, Step::Switch, kMicrosecond, 8 * kMicrosecond);
        return go(cpu, Step::IrqEntry, 2 * kMicrosecond, 700 * kMicrosecond);
    case Step::Switch:
        switchTasks(line, cpu);
        return go(cpu, Step::IrqEntry, 2 * kMicrosecond, 700 * kMicrosecond);
    }
}

// What mails, blogs and editors do to a trace; blocks of 1000 lines so that each way is met.
void TraceGenerator::Machine::damage(std::string& out, std::size_t lineBegin) {
    const auto blanks = std::min(out.find_first_not_of(' ', lineBegin), out.size() - 1) - lineBegin;
    switch (counts.events / 1000 % 4) {
    case 0: out.erase(lineBegin, blanks); break;
    case 1: out.replace(lineBegin, 0, std::to_string(counts.events % 1000) + ": "); break;
    case 2: out.replace(lineBegin, 0, "> "); break;
    default: out.replace(lineBegin, blanks, "\t"); break;
    }
}

void TraceGenerator::Machine::corrupt(std::string& out, std::size_t lineBegin) {
    const auto length = out.size() - 1 - lineBegin;  // Without its newline.
    const auto at = lineBegin + random.below(static_cast<std::uint32_t>(length));
    switch (random.below(4)) {
    case 0: out[at] = static_cast<char>(random.below(256)); break;
    case 1: out.erase(at, out.size() - 1 - at); break;
    case 2: out.insert(at, 1, static_cast<char>(random.below(256))); break;
    default: out.erase(at, 1); break;
    }
}

void TraceGenerator::Machine::writeLine(std::string& out) {
    // The CPU whose next event is the earliest; eight compares are nothing beside the line.
    Cpu* first = &cpus[0];
    for (auto& cpu : cpus) {
        if (cpu.next < first->next) first = &cpu;
    }
    const auto begin = out.size();
    std::array<char, kLineRoom> room;  // NOLINT: filled below
    Line line{room.data()};
    act(line, *first);
    line.character('\n');
    ++counts.events;
    out.append(room.data(), static_cast<std::size_t>(line.at - room.data()));
    if (options.layout == TraceLayout::Damaged) damage(out, begin);
    if (options.corruptPerMillion != 0 && random.below(1'000'000) < options.corruptPerMillion)
        corrupt(out, begin);
}

TraceGenerator::TraceGenerator(const GeneratorOptions& options)
    : m_machine(std::make_unique<Machine>(options)) {}
TraceGenerator::~TraceGenerator() = default;
const GeneratorCounts& TraceGenerator::counts() const noexcept { return m_machine->counts; }

bool TraceGenerator::fill(std::string& out, std::size_t bytes) {
    auto& machine = *m_machine;
    if (machine.began && machine.counts.events >= machine.options.events) return false;
    if (!machine.began) {
        machine.began = true;
        if (machine.options.layout != TraceLayout::Unpadded &&
            machine.options.layout != TraceLayout::Damaged) {
            machine.writeHeader(out);
        }
    }
    while (machine.counts.events < machine.options.events && out.size() < bytes)
        machine.writeLine(out);
    return true;
}

std::string generateTrace(const GeneratorOptions& options) {
    TraceGenerator generator(options);
    std::string text;
    while (generator.fill(text, SIZE_MAX)) {
    }
    return text;
}

}  // namespace kscope::support
