// SPDX-License-Identifier: GPL-3.0-or-later
/// Argument texts that are not plain key=value: formats.md 1.12–1.15.
#include "model/query/field_scan.h"

#include <algorithm>

namespace kscope::model {
namespace {

constexpr auto kNowhere = std::string_view::npos;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isNumber(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}
std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}
/// Takes the token before the next blank off the front.
std::string_view takeToken(std::string_view& text) {
    text = trimmed(text);
    const auto end = std::min(text.find(' '), text.size());
    const auto token = text.substr(0, end);
    text.remove_prefix(end);
    text = trimmed(text);
    return token;
}

struct TaskText {
    std::string_view comm;
    std::string_view pid;
    std::string_view prio;
};
/// `COMM:PID [PRIO]`, all of `text`: the pid is the digits behind the last ':' before " [".
std::optional<TaskText> taskText(std::string_view text) {
    if (text.empty() || text.back() != ']') return std::nullopt;
    const auto bracket = text.rfind(" [");
    if (bracket == kNowhere) return std::nullopt;
    const auto prio = text.substr(bracket + 2, text.size() - bracket - 3);
    const auto colon = text.substr(0, bracket).rfind(':');
    if (colon == kNowhere) return std::nullopt;
    const auto pid = text.substr(colon + 1, bracket - colon - 1);
    if (!isNumber(prio) || !isNumber(pid)) return std::nullopt;
    return TaskText{text.substr(0, colon), pid, prio};
}

/// trace-cmd's sched_switch plugin: `COMM:PID [PRIO] STATE ==> COMM:PID [PRIO]`.
bool scanTraceCmdSwitch(std::string_view args, FieldList& into) {
    for (auto arrow = args.find(" ==> "); arrow != kNowhere;
         arrow = args.find(" ==> ", arrow + 1)) {
        const auto left = args.substr(0, arrow);
        const auto blank = left.rfind(' ');
        if (blank == kNowhere) continue;
        const auto prev = taskText(left.substr(0, blank));
        const auto next = taskText(trimmed(args.substr(arrow + 5)));
        if (!prev || !next) continue;
        into.add("prev_comm", prev->comm);
        into.add("prev_pid", prev->pid);
        into.add("prev_prio", prev->prio);
        into.add("prev_state", left.substr(blank + 1));
        into.add("next_comm", next->comm);
        into.add("next_pid", next->pid);
        into.add("next_prio", next->prio);
        return true;
    }
    return false;
}

/// What stands in the brackets at the end of a block record.
enum class BlockEnd : std::uint8_t { Comm, Error };
BlockEnd blockEnd(std::string_view eventName, std::string_view action) {
    const bool result = eventName.ends_with("_complete") || eventName.ends_with("_error") ||
                        eventName.ends_with("_requeue") || action == "C" || action == "R";
    return result ? BlockEnd::Error : BlockEnd::Comm;
}
/// "[comm]", "[comm] 4" of an unplug, or "[error]".
bool scanBlockEnd(BlockEnd end, std::string_view rest, FieldList& into) {
    const auto close = rest.rfind(']');
    if (!rest.starts_with('[') || close == kNowhere) return true;
    into.add(end == BlockEnd::Error ? "error" : "comm", rest.substr(1, close - 1));
    if (const auto count = trimmed(rest.substr(close + 1)); !count.empty())
        into.add("nr_rq", count);
    return true;
}
}  // namespace

bool scanSwitch(std::string_view args, FieldList& into) {
    if (!args.starts_with("prev_comm=")) return scanTraceCmdSwitch(args, into);
    // Both comms may hold anything, the arrow too: the first arrow whose left side ends as it must
    // is the one.
    constexpr std::string_view kArrow = " ==> next_comm=";
    for (auto arrow = args.find(kArrow); arrow != kNowhere; arrow = args.find(kArrow, arrow + 1)) {
        const auto before = into.size();
        if (scanAnchored("prev_comm prev_pid prev_prio prev_state", args.substr(0, arrow), into) &&
            into.size() == before + 4 &&
            scanAnchored("next_comm next_pid next_prio", args.substr(arrow + 5), into))
            return true;
        into.resize(before);
    }
    return false;
}

bool scanTraceCmdWake(std::string_view args, FieldList& into) {
    const auto cpu = args.rfind(" CPU:");
    if (cpu == kNowhere) return false;
    auto left = args.substr(0, cpu);
    std::string_view success;
    if (const auto mark = left.rfind("success="); mark != kNowhere && mark > 0) {
        success = left.substr(mark + 8);
        while (!success.empty() && !isDigit(success.back())) success.remove_suffix(1);
        left = left.substr(0, mark);
        while (!left.empty() && (left.back() == '[' || left.back() == ' ')) left.remove_suffix(1);
    }
    const auto task = taskText(trimmed(left));
    if (!task) return false;
    into.add("comm", task->comm);
    into.add("pid", task->pid);
    into.add("prio", task->prio);
    if (!success.empty()) into.add("success", success);
    into.add("target_cpu", trimmed(args.substr(cpu + 5)));
    return true;
}

// include/trace/events/block.h, 6.1 to 7.2: from 6.12 on an ioprio ("none,0,0") stands before the
// bracket.
bool scanBlock(std::string_view eventName, std::string_view args, FieldList& into) {
    if (args.starts_with("[")) {  // block_plug, block_unplug
        const auto close = args.rfind(']');
        if (close == kNowhere) return false;
        into.add("comm", args.substr(1, close - 1));
        if (const auto depth = trimmed(args.substr(close + 1)); !depth.empty())
            into.add("nr_rq", depth);
        return true;
    }
    auto rest = args;
    const auto dev = takeToken(rest);
    const auto comma = dev.find(',');
    if (comma == kNowhere || !isNumber(dev.substr(0, comma)) || !isNumber(dev.substr(comma + 1)))
        return false;
    if (rest.starts_with("sector=")) {  // block_touch_buffer, block_dirty_buffer
        into.add("dev", dev);
        scanGeneric(rest, into);
        return true;
    }
    const auto before = into.size();
    into.add("dev", dev);
    std::string_view action;
    if (!eventName.starts_with("block_")) {  // blkparse, blktrace, the blk tracer: the action
        if (!rest.empty() && (rest.front() == '/' || isDigit(rest.front())))
            into.add("cgroup", takeToken(rest));
        into.add("action", action = takeToken(rest));
    }
    const auto end = blockEnd(eventName, action);
    into.add("rwbs", takeToken(rest));
    if (rest.starts_with('[')) return scanBlockEnd(end, rest, into);
    auto number = rest.starts_with('(') ? std::string_view{} : takeToken(rest);
    if (rest.starts_with('(')) {
        if (!number.empty()) into.add("bytes", number);
        const auto close = rest.find(')');
        if (close == kNowhere) return into.resize(before), false;
        into.add("cmd", rest.substr(1, close - 1));
        rest.remove_prefix(close + 1);
        number = takeToken(rest);
    }
    if (!isNumber(number)) return into.resize(before), false;
    into.add("sector", number);
    if (rest.starts_with('[')) return scanBlockEnd(end, rest, into);
    const auto sign = takeToken(rest);
    if (sign != "+" && sign != "/") return into.resize(before), false;
    into.add(sign == "+" ? "nr_sector" : "new_sector", takeToken(rest));
    if (rest.starts_with("<- (")) {
        rest.remove_prefix(4);
        const auto close = std::min(rest.find(')'), rest.size());
        into.add("old_dev", rest.substr(0, close));
        rest.remove_prefix(std::min(close + 1, rest.size()));
        into.add("old_sector", takeToken(rest));
        if (!rest.empty()) into.add("nr_bios", rest);
        return true;
    }
    if (!rest.empty() && rest.front() != '[' && eventName.starts_with("block_"))
        into.add("ioprio", takeToken(rest));
    return scanBlockEnd(end, rest, into);
}

bool scanSyscall(std::string_view eventName, std::string_view args, FieldList& into) {
    if (eventName == "sys_enter" ||
        eventName == "sys_exit") {  // raw_syscalls: "NR 1 (1, 2, …)", "NR 1 = 4"
        auto rest = args;
        if (takeToken(rest) != "NR") return false;
        into.add("id", takeToken(rest));
        if (rest.starts_with('(') && rest.ends_with(')'))
            into.add("args", rest.substr(1, rest.size() - 2));
        else if (rest.starts_with("= ")) into.add("ret", trimmed(rest.substr(2)));
        return true;
    }
    if (eventName.starts_with("sys_exit_")) {
        const auto arrow = args.find("-> ");
        const auto value = trimmed(arrow == kNowhere ? args : args.substr(arrow + 3));
        if (value.find(' ') != kNowhere) return false;
        into.add("ret", value);
        return true;
    }
    auto inner = trimmed(args);
    if (const auto open = inner.find('(');
        open != kNowhere && inner.ends_with(')') && inner.substr(0, open).find(' ') == kNowhere)
        inner = inner.substr(open + 1, inner.size() - open - 2);
    if (inner.empty()) return true;
    scanColons(inner, into);
    return true;
}

// include/trace/events/workqueue.h: "work struct=%p function=…", "work struct %p: function %ps",
// "work struct %p …".
bool scanWork(std::string_view args, FieldList& into) {
    if (!args.starts_with("work struct")) return false;
    auto rest = trimmed(args.substr(11));
    if (!rest.empty() && rest.front() == '=') rest.remove_prefix(1);
    auto work = takeToken(rest);
    if (work.ends_with(':')) work.remove_suffix(1);
    into.add("work", work);
    if (rest.starts_with("function ")) into.add("function", trimmed(rest.substr(9)));
    else scanGeneric(rest, into);
    return true;
}

}  // namespace kscope::model
