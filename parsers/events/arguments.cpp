// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads arguments from both ends: what stands between two keys may hold blanks, '=' and keys of
/// its own.
#include "parsers/events/arguments.h"

#include "parsers/text/number.h"

#include <array>

namespace kscope::parsers {
namespace {

using model::TaskState;

/// clone_flags bit of a new thread: include/uapi/linux/sched.h
constexpr std::uint64_t kCloneThread = 0x10000;

/// The number that `text` begins with, decimal or 0x…, up to a blank; option fields prints "0x3
/// (3)".
std::optional<std::int64_t> leadingNumber(std::string_view text) {
    text = text.substr(0, text.find_first_of(" \t\r"));
    if (const auto number = wholeNumber(text)) return number;
    if (!text.starts_with("0x")) return std::nullopt;
    const auto hex = wholeHex(text);
    if (!hex || *hex > INT64_MAX) return std::nullopt;
    return static_cast<std::int64_t>(*hex);
}

/// Takes fields off the end of a text.
struct Tail {
    const char* begin;
    const char* at;
    explicit Tail(std::string_view text) : begin(text.data()), at(begin + text.size()) {}

    [[nodiscard]] std::string_view rest() const {
        return {begin, static_cast<std::size_t>(at - begin)};
    }
    void blanks() {
        while (at != begin && (isBlank(at[-1]) || at[-1] == '\r')) --at;
    }
    [[gnu::always_inline]] inline bool number(std::int64_t& value) {
        const char* const end = at;
        std::int64_t sum = 0;
        std::int64_t scale = 1;
        while (at != begin && isDigit(at[-1])) {
            --at;
            if (end - at > 18) return false;
            sum += (*at - '0') * scale;
            scale *= 10;
        }
        if (at == end) return false;
        const bool negative = at != begin && at[-1] == '-';
        if (negative) --at;
        value = negative ? -sum : sum;
        return true;
    }
    [[gnu::always_inline]] inline bool key(std::string_view text) {
        if (static_cast<std::size_t>(at - begin) < text.size()) return false;
        if (std::memcmp(at - text.size(), text.data(), text.size()) != 0) return false;
        at -= text.size();
        return true;
    }
};

/// prev_state as a number (trace-cmd report -R): bits of 4.14 and later,
/// include/trace/events/sched.h. Above them older kernels' TASK_STATE_MAX (preempted) and rare bits
/// follow.
TaskState stateOfBits(std::uint64_t bits) {
    if (bits == 0) return TaskState::Yielded;
    if (bits & 0x1) return TaskState::Sleeping;
    if (bits & 0x2) return TaskState::Uninterruptible;
    if (bits & 0x4) return TaskState::Stopped;
    if (bits & 0x8) return TaskState::Traced;
    if (bits & 0x30) return TaskState::Dead;
    if (bits & 0x40) return TaskState::Parked;
    if (bits & 0x80) return TaskState::IdleSleep;
    return TaskState::Preempted;
}

/// A state letter of libtraceevent's sched_switch plugin, whose table is that of 3.x: for kernels
/// since 4.14 its W is I, its X and Z change places, its x is P.
TaskState stateOfPlugin(std::string_view letters) {
    if (letters == "W") return TaskState::IdleSleep;
    if (letters == "x") return TaskState::Parked;
    return model::switchOutState(letters);
}

TaskState stateOfText(std::string_view text) {
    text = trim(text);
    if (text.ends_with("==>")) text = trimRight(text.substr(0, text.size() - 3));
    if (!text.empty() && isDigit(text[0])) {
        const auto bits = leadingNumber(text);
        return bits ? stateOfBits(static_cast<std::uint64_t>(*bits)) : TaskState::Unknown;
    }
    return model::switchOutState(text);
}

/// The kernel's text without appended fields: fixed keys from the right, so all of it is a few
/// comparisons.
bool readSwitchText(std::string_view args, SwitchArguments& out) {
    Tail tail(args);
    tail.blanks();
    if (!tail.number(out.nextPrio) || !tail.key(" next_prio=") || !tail.number(out.nextPid) ||
        !tail.key(" next_pid=")) {
        return false;
    }
    constexpr std::string_view kArrow = " ==> next_comm=";
    const char* const commEnd = tail.at;
    while (tail.at == tail.begin || tail.at[-1] != '=' || !tail.key(kArrow)) {
        if (tail.at == tail.begin || commEnd - tail.at > 16) return false;
        --tail.at;
    }
    const char* const comm = tail.at + kArrow.size();
    out.nextComm = {comm, static_cast<std::size_t>(commEnd - comm)};
    const char* const stateEnd = tail.at;
    while (tail.at != tail.begin && tail.at[-1] != '=') --tail.at;
    const std::string_view state{tail.at, static_cast<std::size_t>(stateEnd - tail.at)};
    std::int64_t prio = 0;
    if (!tail.key(" prev_state=") || !tail.number(prio) || !tail.key(" prev_prio=") ||
        !tail.number(out.prevPid) || !tail.key(" prev_pid=")) {
        return false;
    }
    const auto front = tail.rest();
    if (!front.starts_with("prev_comm=")) return false;
    out.prevComm = front.substr(10);
    out.prevState = stateOfText(state);
    return true;
}

bool readSwitchFields(std::string_view args, SwitchArguments& out) {
    std::array<std::string_view, kMaxFields> values;
    if (!splitFields(args, fieldsOf(Meaning::Switch), values)) return false;
    const auto prevPid = leadingNumber(values[1]);
    const auto nextPid = leadingNumber(values[5]);
    const auto nextPrio = leadingNumber(values[6]);
    if (!prevPid || !nextPid || !nextPrio) return false;
    out = {.prevComm = values[0],
           .prevPid = *prevPid,
           .prevState = stateOfText(values[3]),
           .nextComm = values[4],
           .nextPid = *nextPid,
           .nextPrio = *nextPrio};
    return true;
}

/// "COMM:PID [PRIO]" off the end; the comm is what stands before.
bool takePluginTask(Tail& tail, std::int64_t& pid, std::int64_t& prio) {
    return tail.key("]") && tail.number(prio) && tail.key(" [") && tail.number(pid) &&
           tail.key(":");
}

/// "COMM:PID [PRIO] STATE ==> COMM:PID [PRIO]": libtraceevent plugins/plugin_sched_switch.c
bool readSwitchPlugin(std::string_view args, SwitchArguments& out) {
    args = trim(args);
    Tail tail(args);
    if (!takePluginTask(tail, out.nextPid, out.nextPrio)) return false;
    constexpr std::string_view kArrow = " ==> ";
    const auto left = tail.rest();
    for (std::size_t arrow = left.rfind(kArrow); arrow != left.npos && arrow > 0;
         arrow = left.rfind(kArrow, arrow - 1)) {
        const auto front = left.substr(0, arrow);
        const std::size_t blank = front.rfind(' ');
        if (blank == front.npos) return false;
        Tail prev(front.substr(0, blank));
        std::int64_t prio = 0;
        if (!takePluginTask(prev, out.prevPid, prio)) continue;
        out.prevComm = prev.rest();
        out.prevState = stateOfPlugin(front.substr(blank + 1));
        out.nextComm = left.substr(arrow + kArrow.size());
        return true;
    }
    return false;
}

bool readWakeText(std::string_view args, WakeArguments& out) {
    Tail tail(args);
    tail.blanks();
    if (!tail.number(out.targetCpu) || !tail.key(" target_cpu=")) return false;
    if (!tail.number(out.prio)) return false;
    if (tail.key(" success=")) {
        out.success = out.prio != 0;
        if (!tail.number(out.prio)) return false;
    }
    if (!tail.key(" prio=") || !tail.number(out.pid) || !tail.key(" pid=")) return false;
    const auto front = tail.rest();
    if (!front.starts_with("comm=")) return false;
    out.comm = front.substr(5);
    return true;
}

bool readWakeFields(std::string_view args, WakeArguments& out) {
    std::array<std::string_view, kMaxFields> values;
    if (!splitFields(args, fieldsOf(Meaning::Waking), values)) return false;
    const auto pid = leadingNumber(values[1]);
    const auto prio = leadingNumber(values[2]);
    const auto cpu = leadingNumber(values[4]);
    if (!pid || !prio || !cpu) return false;
    const bool success = values[3].empty() || leadingNumber(values[3]) != 0;
    out = {.comm = values[0], .pid = *pid, .prio = *prio, .targetCpu = *cpu, .success = success};
    return true;
}

/// "COMM:PID [PRIO] success=1 CPU:003": libtraceevent plugins/plugin_sched_switch.c
bool readWakePlugin(std::string_view args, WakeArguments& out) {
    args = trim(args);
    Tail tail(args);
    if (!tail.number(out.targetCpu) || !tail.key(" CPU:")) return false;
    Tail success = tail;
    std::int64_t value = 0;
    if (success.number(value) && success.key(" success=")) {
        out.success = value != 0;
        tail = success;
    }
    if (!takePluginTask(tail, out.pid, out.prio)) return false;
    out.comm = tail.rest();
    return true;
}

}  // namespace

std::optional<SwitchArguments> readSwitch(std::string_view args) {
    SwitchArguments out;
    if (readSwitchText(args, out) || readSwitchFields(trim(args), out) ||
        readSwitchPlugin(args, out))
        return out;
    return std::nullopt;
}

std::optional<WakeArguments> readWake(std::string_view args) {
    WakeArguments out;
    if (readWakeText(args, out)) return out;
    out = {};
    if (readWakeFields(trim(args), out)) return out;
    out = {};
    if (readWakePlugin(args, out)) return out;
    return std::nullopt;
}

std::optional<TaskArguments> readTask(Meaning meaning, std::string_view args) {
    std::array<std::string_view, kMaxFields> values;
    args = trim(args);
    if (!splitFields(args, fieldsOf(meaning), values)) return std::nullopt;
    const bool pidFirst = meaning == Meaning::NewTask || meaning == Meaning::Rename;
    const auto pid = leadingNumber(values[pidFirst ? 0 : 1]);
    if (!pid) return std::nullopt;
    TaskArguments out{.comm = values[0], .pid = *pid, .text = values[2]};
    switch (meaning) {
    case Meaning::Fork: {
        const auto child = leadingNumber(values[3]);
        if (!child) return std::nullopt;
        out.child = *child;
        return out;
    }
    case Meaning::NewTask: {
        const auto flags = wholeHex(values[2].substr(0, values[2].find_first_of(" \t")));
        if (!flags) return std::nullopt;
        out.child = *pid;
        out.text = values[1];
        out.thread = (*flags & kCloneThread) != 0;
        return out;
    }
    case Meaning::Exec: out.comm = {}, out.text = values[0]; return out;
    case Meaning::Rename: out.comm = values[1]; return out;
    default: return out;
    }
}

std::optional<IrqArguments> readIrq(Meaning meaning, std::string_view args) {
    const char* at = args.data();
    const char* const end = at + args.size();
    if (args.starts_with("irq=") && meaning == Meaning::IrqExit) {
        at += 4;
        std::uint64_t number = 0;
        if (takeNumber(at, end, number) && number <= UINT32_MAX && (at == end || *at == ' ')) {
            return IrqArguments{.number = static_cast<std::int64_t>(number), .name = {}};
        }
    }
    std::array<std::string_view, kMaxFields> values;
    if (!splitFields(trim(args), fieldsOf(meaning), values)) return std::nullopt;
    const auto number = leadingNumber(values[0]);
    if (!number) return std::nullopt;
    const bool entry = meaning == Meaning::IrqEntry;
    return IrqArguments{.number = *number, .name = entry ? trim(values[1]) : std::string_view{}};
}

std::optional<std::int64_t> readSoftirq(std::string_view args) {
    std::array<std::string_view, kMaxFields> values;
    if (!splitFields(trim(args), fieldsOf(Meaning::SoftirqEntry), values)) return std::nullopt;
    return leadingNumber(values[0]);
}

}  // namespace kscope::parsers
