// SPDX-License-Identifier: GPL-3.0-or-later
/// Splits argument text into fields: which event has which shape, and the shapes that most have.
#include "model/query/fields.h"

#include "model/query/field_scan.h"
#include "model/store/block_row.h"

#include <algorithm>
#include <array>

namespace kscope::model {
namespace {

constexpr auto kNone = std::string_view::npos;

bool isKeyChar(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}
bool isKeyStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && (isBlank(text.back()) || text.back() == '\r' || text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}
/// A value without the separator that follows it.
std::string_view trimValue(std::string_view text) {
    text = trim(text);
    if (!text.empty() && text.back() == ',') text.remove_suffix(1);
    return text;
}

enum class Shape : std::uint8_t {
    Generic,
    Text,
    Switch,
    Wake,
    Block,
    Syscall,
    Work,
    Function,
    Colons
};
struct KnownShape {
    std::string_view event;
    Shape shape;
    std::string_view keys;  ///< For scanAnchored, tried first where not empty.
};
// include/trace/events/{sched,task,signal,irq}.h, 2.6.38 to 7.2 (formats.md 1.12, 1.13). Ascending
// by name.
constexpr std::array<KnownShape, 41> kShapes{{
    {"bprint", Shape::Text, ""},
    {"bputs", Shape::Text, ""},
    {"console", Shape::Text, ""},
    {"function", Shape::Function, ""},
    {"irq_handler_entry", Shape::Generic, "irq name*"},
    {"irq_handler_exit", Shape::Generic, "irq ret"},
    {"print", Shape::Text, ""},
    {"raw_data", Shape::Text, ""},
    {"rcu_utilization", Shape::Text, ""},
    {"sched_kthread_stop", Shape::Generic, "comm pid"},
    {"sched_migrate_task", Shape::Generic, "comm pid prio orig_cpu dest_cpu"},
    {"sched_pi_setprio", Shape::Generic, "comm pid oldprio newprio"},
    {"sched_prepare_exec", Shape::Generic, "interp filename pid comm*"},
    {"sched_process_exec", Shape::Generic, "filename pid old_pid"},
    {"sched_process_exit", Shape::Generic, "comm pid prio group_dead?"},
    {"sched_process_fork", Shape::Generic, "comm pid child_comm child_pid"},
    {"sched_process_free", Shape::Generic, "comm pid prio"},
    {"sched_process_hang", Shape::Generic, "comm pid"},
    {"sched_process_wait", Shape::Generic, "comm pid prio"},
    {"sched_stat_blocked", Shape::Generic, "comm pid delay*"},
    {"sched_stat_iowait", Shape::Generic, "comm pid delay*"},
    {"sched_stat_runtime", Shape::Generic, "comm pid runtime vruntime?*"},
    {"sched_stat_sleep", Shape::Generic, "comm pid delay*"},
    {"sched_stat_wait", Shape::Generic, "comm pid delay*"},
    {"sched_switch", Shape::Switch, ""},
    {"sched_wait_task", Shape::Generic, "comm pid prio"},
    {"sched_wakeup", Shape::Wake, "comm pid prio success? target_cpu"},
    {"sched_wakeup_new", Shape::Wake, "comm pid prio success? target_cpu"},
    {"sched_waking", Shape::Wake, "comm pid prio success? target_cpu"},
    {"signal_deliver", Shape::Generic, "sig errno code sa_handler sa_flags"},
    {"signal_generate", Shape::Generic, "sig errno code comm pid grp? res?"},
    {"softirq_entry", Shape::Generic, ""},
    {"softirq_exit", Shape::Generic, ""},
    {"softirq_raise", Shape::Generic, ""},
    {"sys_enter", Shape::Syscall, ""},
    {"sys_exit", Shape::Syscall, ""},
    {"task_newtask", Shape::Generic, "pid comm clone_flags oom_score_adj"},
    {"task_rename", Shape::Generic, "pid oldcomm newcomm oom_score_adj"},
    {"tlb_flush", Shape::Colons, ""},
    {"tracing_mark_write", Shape::Text, ""},
    {"user_stack", Shape::Text, ""},
}};

KnownShape shapeOf(std::string_view event) {
    const auto* const found = std::ranges::lower_bound(kShapes, event, {}, &KnownShape::event);
    if (found != kShapes.end() && found->event == event) return *found;
    if (event.starts_with("block_") || event == "blk") return {event, Shape::Block, ""};
    // Records of blkparse and blktrace are called by their action's letters.
    if (event.size() <= 2 && event != "m" && actionOf(event) != BlockAction::None)
        return {event, Shape::Block, ""};
    if (event.starts_with("sys_enter_") || event.starts_with("sys_exit_"))
        return {event, Shape::Syscall, ""};
    if (event.starts_with("workqueue_")) return {event, Shape::Work, ""};
    return {event, Shape::Generic, ""};
}

/// Where the next `key=` begins at or after `from`: position of the key, and of its '='.
struct KeyPlace {
    std::size_t key = kNone;
    std::size_t equals = kNone;
};
KeyPlace nextKey(std::string_view args, std::size_t from) {
    for (auto equals = args.find('=', from); equals != kNone; equals = args.find('=', equals + 1)) {
        if (equals + 1 < args.size() && (args[equals + 1] == '=' || args[equals + 1] == '>'))
            continue;
        auto key = equals;
        while (key > from && isKeyChar(args[key - 1])) --key;
        if (key == equals || !isKeyStart(args[key])) continue;
        const char before = key == 0 ? ' ' : args[key - 1];
        if (isBlank(before) || before == ',' || before == '[' || before == '(')
            return {key, equals};
    }
    return {};
}

/// `dev 8,0 ino 12 len 4096`: ext4, jbd2, filemap. An identifier begins a pair, anything else goes
/// on the value.
void scanPairs(std::string_view text, FieldList& into) {
    const auto before = into.size();
    std::size_t begin = 0;
    while (begin < text.size()) {
        auto end = std::min(text.find(' ', begin), text.size());
        const auto key = text.substr(begin, end - begin);
        const auto valueBegin = std::min(end + 1, text.size());
        auto valueEnd = std::min(text.find(' ', valueBegin), text.size());
        if (!key.empty() && isKeyStart(key.front()) && std::ranges::all_of(key, isKeyChar)) {
            into.add(key, text.substr(valueBegin, valueEnd - valueBegin));
        } else {
            valueEnd = end;
            if (into.size() > before && !key.empty()) {
                auto& value = into.back().value;
                const auto* const start = value.data();
                value = {start, static_cast<std::size_t>(key.data() + key.size() - start)};
            }
        }
        begin = valueEnd + 1;
    }
}

void scanLeading(std::string_view text, FieldList& into) {
    text = trimValue(text);
    if (text.empty()) return;
    if (text.starts_with("dev ")) return scanPairs(text, into);
    if (text.starts_with("bdi "))
        return into.add("bdi", text.substr(4, text.size() - (text.ends_with(':') ? 5 : 4)));
    into.add("text", text);
}

bool scanFunction(std::string_view args, FieldList& into) {
    auto arrow = args.find(" <-");
    if (arrow == kNone) {
        into.add("ip", trim(args));
        return true;
    }
    into.add("ip", trim(args.substr(0, arrow)));
    arrow += args.substr(arrow).starts_with(" <-- ") ? 5 : 3;
    into.add("parent_ip", trim(args.substr(arrow)));
    return true;
}

bool scanShape(const KnownShape& known, std::string_view args, FieldList& into) {
    if (!known.keys.empty() && scanAnchored(known.keys, args, into)) return true;
    switch (known.shape) {
    case Shape::Text: return into.add("text", args), true;
    case Shape::Switch: return scanSwitch(args, into);
    case Shape::Wake: return scanTraceCmdWake(args, into);
    case Shape::Block: return scanBlock(known.event, args, into);
    case Shape::Syscall: return scanSyscall(known.event, args, into);
    case Shape::Work: return scanWork(args, into);
    case Shape::Function: return scanFunction(args, into);
    case Shape::Colons: return scanColons(args, into), true;
    case Shape::Generic: return false;
    }
    return false;
}

bool inKeys(std::string_view keys, std::string_view field) {
    while (!keys.empty()) {
        const auto end = std::min(keys.find(' '), keys.size());
        auto key = keys.substr(0, end);
        while (!key.empty() && (key.back() == '?' || key.back() == '*')) key.remove_suffix(1);
        if (key == field) return true;
        keys.remove_prefix(std::min(end + 1, keys.size()));
    }
    return false;
}

}  // namespace

bool scanAnchored(std::string_view keys, std::string_view args, FieldList& into) {
    std::array<FieldView, 8> found;
    std::size_t count = 0;
    std::size_t last = 0;  // where the last value begins
    auto left = args;
    bool open = false;
    bool tail = true;  // no key found yet: a '*' still speaks of the last value
    while (true) {
        const auto blank = keys.rfind(' ');
        auto key = blank == kNone ? keys : keys.substr(blank + 1);
        bool optional = false;
        bool star = false;
        for (; key.back() == '?' || key.back() == '*'; key.remove_suffix(1))
            (key.back() == '?' ? optional : star) = true;
        std::size_t at = kNone;
        if (blank == kNone) {  // the first key stands at the beginning
            if (left.size() <= key.size() || !left.starts_with(key) || left[key.size()] != '=')
                return false;
            at = 0;
        } else {
            for (auto from = left.size(); (at = left.rfind(key, from)) != kNone; from = at - 1) {
                if (at > 0 && left[at - 1] == ' ' && at + key.size() < left.size() &&
                    left[at + key.size()] == '=')
                    break;
                if (at == 0) {
                    at = kNone;
                    break;
                }
            }
        }
        if (at == kNone) {
            if (!optional) return false;
        } else {
            const auto valueAt = at + key.size() + 1;
            if (tail) {
                last = valueAt;
                open = star;
            }
            tail = false;
            if (count == found.size()) return false;
            found[count++] = {key, left.substr(valueAt)};
            left = left.substr(0, at == 0 ? 0 : at - 1);
        }
        if (blank == kNone) break;
        keys = keys.substr(0, blank);
    }
    std::string_view extra;
    if (const auto blank = args.find(' ', last); !open && blank != kNone) {
        found[0].value = args.substr(last, blank - last);
        extra = trim(args.substr(blank));
    }
    while (count > 0) --count, into.add(found[count].name, found[count].value);
    if (!extra.empty()) scanGeneric(extra, into);
    return true;
}

void scanGeneric(std::string_view args, FieldList& into) {
    auto place = nextKey(args, 0);
    if (place.key == kNone) return scanLeading(args, into);
    auto leading = args.substr(0, place.key);
    if (leading.ends_with('[') || leading.ends_with('(')) leading.remove_suffix(1);
    scanLeading(leading, into);
    while (place.key != kNone && !into.full()) {
        const bool bracketed = place.key > 0 && args[place.key - 1] == '[';
        const auto next = nextKey(args, place.equals + 1);
        auto value =
            args.substr(place.equals + 1, next.key == kNone ? kNone : next.key - place.equals - 1);
        if (next.key != kNone && next.key > 0 && args[next.key - 1] == '[') value.remove_suffix(1);
        value = trimValue(value);
        if (bracketed && value.ends_with(']')) value.remove_suffix(1);
        into.add(args.substr(place.key, place.equals - place.key), value);
        place = next;
    }
}

void scanColons(std::string_view args, FieldList& into) {
    std::size_t valueAt = kNone;
    std::string_view key;
    std::size_t from = 0;
    const auto close = [&](std::size_t end) {
        if (valueAt != kNone) into.add(key, trimValue(args.substr(valueAt, end - valueAt)));
    };
    for (auto colon = args.find(':'); colon != kNone; colon = args.find(':', colon + 1)) {
        auto begin = colon;
        while (begin > from && isKeyChar(args[begin - 1])) --begin;
        if (begin == colon || !isKeyStart(args[begin]) || (begin > 0 && args[begin - 1] != ' '))
            continue;
        close(begin);
        key = args.substr(begin, colon - begin);
        valueAt = from = colon + 1;
    }
    if (valueAt == kNone) return into.add("text", args);
    close(args.size());
}

void scanFields(std::string_view eventName, std::string_view args, FieldList& into) {
    into.clear();
    if (const auto lines = args.find('\n'); lines == kNone) args = trim(args);
    if (args.empty()) return;
    if (!scanShape(shapeOf(eventName), args, into)) scanGeneric(args, into);
}

std::vector<Field> eventFields(std::string_view eventName, std::string_view args) {
    FieldList list;
    scanFields(eventName, args, list);
    std::vector<Field> fields;
    fields.reserve(list.size());
    for (const FieldView& field : list)
        fields.push_back({std::string(field.name), std::string(field.value)});
    return fields;
}

bool mayHaveField(std::string_view eventName, std::string_view field) {
    const auto known = shapeOf(eventName);
    constexpr std::string_view kSwitchKeys =
        "prev_comm prev_pid prev_prio prev_state next_comm next_pid next_prio";
    constexpr std::string_view kSoftirqKeys = "vec action";
    std::string_view keys = known.keys;
    if (known.shape == Shape::Switch) keys = kSwitchKeys;
    if (eventName.starts_with("softirq_")) keys = kSoftirqKeys;
    if (known.shape == Shape::Text) return field == "text";
    if (keys.empty() || inKeys(keys, field)) return true;
    // A field that another event is known for is not one that a vendor appended to this one.
    const bool elsewhere =
        inKeys(kSwitchKeys, field) || inKeys(kSoftirqKeys, field) ||
        std::ranges::any_of(kShapes, [&](const auto& shape) { return inKeys(shape.keys, field); });
    return !elsewhere;
}

}  // namespace kscope::model
