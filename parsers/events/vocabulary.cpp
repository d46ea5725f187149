// SPDX-License-Identifier: GPL-3.0-or-later
/// Fields as printed by include/trace/events/{sched,task,irq,block}.h, Linux 2.6.30 to 7.2.
#include "parsers/events/vocabulary.h"

#include "parsers/text/scan.h"

#include <algorithm>

namespace kscope::parsers {
namespace {

constexpr FieldKey kSwitch[] = {{"prev_comm"}, {"prev_pid"}, {"prev_prio"}, {"prev_state"},
                                {"next_comm"}, {"next_pid"}, {"next_prio"}};
constexpr FieldKey kWake[] = {{"comm"}, {"pid"}, {"prio"}, {"success", "", true}, {"target_cpu"}};
constexpr FieldKey kFork[] = {
    {"comm", "parent_comm"}, {"pid", "parent_pid"}, {"child_comm"}, {"child_pid"}};
constexpr FieldKey kNewTask[] = {{"pid"}, {"comm"}, {"clone_flags"}, {"oom_score_adj", "", true}};
constexpr FieldKey kExec[] = {{"filename"}, {"pid"}, {"old_pid", "", true}};
constexpr FieldKey kTask[] = {{"comm"}, {"pid"}, {"prio"}, {"group_dead", "", true}};
constexpr FieldKey kRename[] = {{"pid"}, {"oldcomm"}, {"newcomm"}, {"oom_score_adj", "", true}};
constexpr FieldKey kIrqEntry[] = {{"irq"}, {"name"}};
constexpr FieldKey kIrqExit[] = {{"irq"}, {"ret"}};
constexpr FieldKey kSoftirq[] = {{"vec", "softirq"}};  // "softirq=" in 2.6.30

constexpr EventWords kEvents[] = {
    {"sched_switch", Meaning::Switch, kSwitch},
    {"sched_waking", Meaning::Waking, kWake},
    {"sched_wakeup", Meaning::Wakeup, kWake},
    {"sched_wakeup_new", Meaning::WakeupNew, kWake},
    {"sched_process_fork", Meaning::Fork, kFork},
    {"task_newtask", Meaning::NewTask, kNewTask},
    {"sched_process_exec", Meaning::Exec, kExec},
    {"sched_process_exit", Meaning::Exit, kTask},
    {"sched_process_free", Meaning::Free, kTask},
    {"task_rename", Meaning::Rename, kRename},
    {"irq_handler_entry", Meaning::IrqEntry, kIrqEntry},
    {"irq_handler_exit", Meaning::IrqExit, kIrqExit},
    {"softirq_entry", Meaning::SoftirqEntry, kSoftirq},
    {"softirq_exit", Meaning::SoftirqExit, kSoftirq},
    {"softirq_raise", Meaning::SoftirqRaise, kSoftirq},
    // Their text has no keys: parsers/block reads it. block_rq_error, _merge and the others change
    // no request's stage.
    {"block_bio_queue", Meaning::BlockQueue, {}},
    {"block_getrq", Meaning::BlockGetRequest, {}},
    {"block_sleeprq", Meaning::BlockSleepRequest, {}},
    {"block_plug", Meaning::BlockPlug, {}},
    {"block_unplug", Meaning::BlockUnplug, {}},
    {"block_rq_insert", Meaning::BlockInsert, {}},
    {"block_rq_issue", Meaning::BlockIssue, {}},
    {"block_rq_complete", Meaning::BlockComplete, {}},
    {"block_bio_complete", Meaning::BlockComplete, {}},
    {"block_rq_requeue", Meaning::BlockRequeue, {}},
    {"block_bio_backmerge", Meaning::BlockBackMerge, {}},
    {"block_bio_frontmerge", Meaning::BlockFrontMerge, {}},
    {"block_split", Meaning::BlockSplit, {}},
    {"block_bio_bounce", Meaning::BlockBounce, {}},
    {"block_bio_remap", Meaning::BlockRemap, {}},
    {"block_rq_remap", Meaning::BlockRemap, {}},
};

/// Where the value of `key` begins and its key with the blank before it; npos where it is not in
/// `text`.
struct KeyPlace {
    std::size_t begin = std::string_view::npos;
    std::size_t value = 0;
};
KeyPlace findKey(std::string_view text, std::string_view key, bool first) {
    const auto at = [&](std::size_t place) {
        return text.substr(place).starts_with(key) && place + key.size() < text.size() &&
               text[place + key.size()] == '=';
    };
    if (first) {
        const std::size_t start = text.size() - trimLeft(text).size();
        return at(start) ? KeyPlace{start, start + key.size() + 1} : KeyPlace{};
    }
    for (std::size_t blank = text.rfind(' '); blank != text.npos;
         blank = text.rfind(' ', blank - 1)) {
        if (at(blank + 1)) return {blank, blank + 2 + key.size()};
        if (blank == 0) break;
    }
    return {};
}

}  // namespace

const EventWords* findEventWords(std::string_view name) {
    const auto* const found = std::ranges::find(kEvents, name, &EventWords::name);
    return found == std::end(kEvents) ? nullptr : found;
}

std::span<const FieldKey> fieldsOf(Meaning meaning) {
    const auto* const found = std::ranges::find(kEvents, meaning, &EventWords::meaning);
    return found == std::end(kEvents) ? std::span<const FieldKey>{} : found->fields;
}

bool splitFields(std::string_view args, std::span<const FieldKey> fields,
                 std::array<std::string_view, kMaxFields>& values) {
    std::string_view left = args;
    for (std::size_t i = fields.size(); i-- > 0;) {
        values[i] = {};
        KeyPlace place = findKey(left, fields[i].key, i == 0);
        if (place.begin == left.npos && !fields[i].record.empty())
            place = findKey(left, fields[i].record, i == 0);
        if (place.begin == left.npos) {
            if (fields[i].optional) continue;
            return false;
        }
        values[i] = left.substr(place.value);
        left = left.substr(0, place.begin);
    }
    return true;
}

}  // namespace kscope::parsers
