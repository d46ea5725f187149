// SPDX-License-Identifier: GPL-3.0-or-later
/// One pass over the calls, one over the rows whose names are entries or exits.
#include "model/derive/entry_lengths.h"

#include "model/derive/call_cursor.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

namespace kscope::model {
namespace {

constexpr std::uint32_t kNoLength = UINT32_MAX;
/// Longer than what fits: m_others has it.
constexpr std::uint32_t kLongLength = UINT32_MAX - 1;

struct Ending {
    std::string_view opening;
    std::string_view closing;
};
constexpr std::array kEndings{Ending{"_entry", "_exit"}, Ending{"_enter", "_exit"},
                              Ending{"_begin", "_end"},  Ending{"_start", "_end"},
                              Ending{"_start", "_done"}, Ending{"_start", "_finish"}};
constexpr std::string_view kSysEnter = "sys_enter", kSysExit = "sys_exit";

/// The opening names that `name` may close.
std::vector<std::string> openingsOf(std::string_view name) {
    std::vector<std::string> found;
    if (name.starts_with(kSysExit))
        found.push_back(std::string(kSysEnter).append(name.substr(kSysExit.size())));
    for (const auto& [opening, closing] : kEndings)
        if (name.ends_with(closing))
            found.push_back(
                std::string(name.substr(0, name.size() - closing.size())).append(opening));
    return found;
}

bool anyEdge(const Trace& trace) {
    for (std::size_t c = 0; c < trace.chunks(); ++c)
        if (std::ranges::any_of(trace.chunk(c).flags, [](auto flags) { return isCallEdge(flags); }))
            return true;
    return false;
}

/// What an event of a name does to the pair that the name of the opening stands for.
struct Role {
    enum class Kind : std::uint8_t { None, Opens, Closes } kind = Kind::None;
    StringId pair{};
};
using Roles = std::vector<Role>;  // by StringId

bool inLanes(StringId name) {
    return name == nameId(KnownEvent::IrqHandlerEntry) || name == nameId(KnownEvent::SoftirqEntry);
}

/// Empty where no pair has both its names.
Roles rolesOf(const Trace& trace) {
    const auto counts = trace.nameCounts();
    std::unordered_map<std::string_view, StringId> openings;
    for (std::uint32_t id = 0; id < counts.size(); ++id)
        if (counts[id] > 0 && !inLanes(StringId{id}) &&
            EntryLengths::isOpening(trace.text(StringId{id})))
            openings.emplace(trace.text(StringId{id}), StringId{id});
    Roles roles;
    if (openings.empty()) return roles;
    for (std::uint32_t id = 0; id < counts.size(); ++id) {
        if (counts[id] == 0) continue;
        for (const auto& name : openingsOf(trace.text(StringId{id}))) {
            const auto opening = openings.find(name);
            if (opening == openings.end()) continue;
            roles.resize(counts.size());
            roles[id] = {Role::Kind::Closes, opening->second};
            roles[raw(opening->second)] = {Role::Kind::Opens, opening->second};
        }
    }
    return roles;
}

/// Who has a pair open: a task, or a CPU where the task is idle or not known.
std::uint64_t whoOf(const Trace& trace, const Event& event) {
    const bool byCpu = event.task == kNoTask || trace.task(event.task).idle();
    const auto who = byCpu ? std::uint64_t{1} << 32 | raw(event.cpu) : raw(event.task);
    return who << 16 | raw(event.source);
}

}  // namespace

EntryLengths::EntryLengths(const Trace& trace) : m_trace(trace) {
    if (anyEdge(trace)) addCalls(trace);
    addPairs(trace);
    std::ranges::sort(m_others, {}, &Length::event);
}

void EntryLengths::addCalls(const Trace& trace) {
    m_ofCalls.resize(trace.chunks());
    ThreadPool hands(2);  // who asks may be a job of a pool, which must not wait for itself
    const auto forest = deriveCalls(TracePtr(std::shared_ptr<const void>(), &trace), hands);
    CallCursor cursor(*forest);
    for (const auto& task : forest->tasks()) {
        for (const auto& call : task.calls) {
            std::int64_t ns = 0;
            if (call.has(Call::Open | Call::Lost) || call.inherited()) continue;
            if (!cursor.length(call, ns) || ns < 0) continue;
            const auto row = CallForest::namingRow(call);
            auto& lengths = m_ofCalls[row.chunk()];
            if (lengths.empty()) lengths.assign(trace.chunk(row.chunk()).rows(), kNoLength);
            lengths[row.row()] =
                static_cast<std::uint32_t>(std::min<std::int64_t>(ns, kLongLength));
            if (ns >= kLongLength) m_others.push_back({raw(forest->eventOf(row)), ns});
        }
    }
}

void EntryLengths::addPairs(const Trace& trace) {
    const auto roles = rolesOf(trace);
    if (roles.empty()) return;
    struct Open {
        std::uint64_t event;
        std::int64_t begin;
    };
    std::unordered_map<StringId, std::unordered_map<std::uint64_t, Open>> open;
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        Roles local;
        for (const auto name : chunk.names) local.push_back(roles[raw(name)]);
        std::size_t lost = 0;
        for (std::size_t row = 0; row < chunk.rows(); ++row) {
            for (; lost < chunk.lost.size() && chunk.lost[lost].row <= row; ++lost) open.clear();
            const auto& role = local[chunk.name[row]];
            if (role.kind == Role::Kind::None || isCallEdge(chunk.flags[row])) continue;
            const auto event = trace.event(c, static_cast<Row>(row));
            auto& ofPair = open[role.pair];
            const auto who = whoOf(trace, event);
            if (role.kind == Role::Kind::Opens) {
                ofPair[who] = {raw(event.index), toNs(event.time)};
            } else if (const auto entry = ofPair.find(who); entry != ofPair.end()) {
                m_others.push_back({entry->second.event, toNs(event.time) - entry->second.begin});
                ofPair.erase(entry);
            }
        }
        if (lost < chunk.lost.size()) open.clear();
    }
}

std::optional<Duration> EntryLengths::duration(EventIndex event) const {
    if (!m_ofCalls.empty()) {
        const auto chunk = m_trace.chunkOf(event);
        const auto& lengths = m_ofCalls[chunk];
        const auto row = raw(event) - raw(m_trace.firstRow(chunk));
        if (!lengths.empty() && lengths[row] < kLongLength) return Duration{lengths[row]};
    }
    const auto found = std::ranges::lower_bound(m_others, raw(event), {}, &Length::event);
    if (found == m_others.end() || found->event != raw(event)) return std::nullopt;
    return Duration{found->ns};
}

bool EntryLengths::isOpening(std::string_view name) {
    return name.starts_with(kSysEnter) || std::ranges::any_of(kEndings, [&](const Ending& ending) {
               return name.ends_with(ending.opening);
           });
}

}  // namespace kscope::model
