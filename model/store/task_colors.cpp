// SPDX-License-Identifier: GPL-3.0-or-later
/// Hues by hash of the name, clashes moved on.
#include "model/store/task_colors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace kscope::model {

namespace {
HueVector direction(double degrees) {
    const double angle = degrees * std::numbers::pi / 180;
    return {static_cast<std::int8_t>(std::lround(127 * std::cos(angle))),
            static_cast<std::int8_t>(std::lround(127 * std::sin(angle)))};
}
std::array<HueVector, kHueSlots> makeDirections() {
    std::array<HueVector, kHueSlots> all{};
    for (unsigned slot = 0; slot < kHueSlots; ++slot) all[slot] = direction(slotHue(slot));
    return all;
}
}  // namespace

std::uint32_t nameHash(std::string_view key) {
    std::uint32_t hash = 2166136261u;  // FNV-1a, then mixed as look.md says
    for (const char c : key) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
    hash ^= hash >> 15;
    hash *= 0x2c1b3c6du;
    hash ^= hash >> 12;
    hash *= 0x297a2d39u;
    hash ^= hash >> 15;
    return hash;
}

std::string_view colourKey(std::string_view comm) {
    const auto cut = comm.find_first_of("/:");
    if (cut != comm.npos && cut > 0) return comm.substr(0, cut);
    auto end = comm.size();
    while (end > 0 && comm[end - 1] >= '0' && comm[end - 1] <= '9') --end;
    if (end < comm.size() && end > 1 && comm[end - 1] == '-') return comm.substr(0, end - 1);
    return comm;
}

bool looksLikeKernelThread(std::string_view comm) {
    constexpr std::array<std::string_view, 10> kPrefixes{
        "kworker/",  "ksoftirqd/", "migration/", "rcu_",   "kswapd",
        "kcompactd", "jbd2/",      "irq/",       "cpuhp/", "watchdog"};
    return std::ranges::any_of(kPrefixes,
                               [&](std::string_view prefix) { return comm.starts_with(prefix); });
}

std::vector<std::uint8_t> placeHues(const std::vector<std::string_view>& keys) {
    std::array<bool, kHueSlots> taken{};
    unsigned placed = 0;
    std::vector<std::uint8_t> slots;
    slots.reserve(keys.size());
    for (const auto key : keys) {
        auto slot = nameHash(key) % kHueSlots;
        if (placed < kHueSlots) {
            const auto unfit = [&](unsigned candidate) {
                if (taken[candidate]) return true;
                const bool spread = placed >= 1 && placed <= 3;
                return spread && (taken[(candidate + 1) % kHueSlots] ||
                                  taken[(candidate + kHueSlots - 1) % kHueSlots]);
            };
            for (unsigned tries = 0; tries < kHueSlots && unfit(slot); ++tries)
                slot = (slot + 4) % kHueSlots;
            while (taken[slot]) slot = (slot + 4) % kHueSlots;
            taken[slot] = true;
            ++placed;
        }
        slots.push_back(static_cast<std::uint8_t>(slot));
    }
    return slots;
}

HueVector slotVector(std::uint8_t slot) {
    static const auto directions = makeDirections();
    return slot < kHueSlots ? directions[slot] : HueVector{};
}
HueVector runnableVector() {
    static const HueVector vector = direction(82);
    return vector;
}
HueVector blockedVector() {
    static const HueVector vector = direction(33);
    return vector;
}

void placeTaskColours(std::vector<TaskInfo>& tasks, const StringTable& strings) {
    std::unordered_map<std::int32_t, StringId> leaders;
    for (const auto& task : tasks)
        if (raw(task.tgid) > 0 && raw(task.tgid) == raw(task.tid))
            leaders[raw(task.tid)] = task.comm;
    const auto keyOf = [&](const TaskInfo& task) {
        const auto leader = leaders.find(raw(task.tgid));
        return leader != leaders.end() ? strings.view(leader->second)
                                       : colourKey(strings.view(task.comm));
    };
    std::unordered_map<std::string_view, std::int64_t> runOf;
    for (const auto& task : tasks)
        if (!task.idle() && !task.kernelThread) runOf[keyOf(task)] += task.runNs;
    std::vector<std::pair<std::string_view, std::int64_t>> order(runOf.begin(), runOf.end());
    std::ranges::sort(order, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    std::vector<std::string_view> keys;
    keys.reserve(order.size());
    for (const auto& [key, run] : order) keys.push_back(key);
    const auto slots = placeHues(keys);
    std::unordered_map<std::string_view, std::uint8_t> slotOf;
    for (std::size_t i = 0; i < keys.size(); ++i) slotOf[keys[i]] = slots[i];
    for (auto& task : tasks)
        task.hueSlot = task.idle() || task.kernelThread ? TaskInfo::kNoHue : slotOf[keyOf(task)];
}

}  // namespace kscope::model
