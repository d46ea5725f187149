// SPDX-License-Identifier: GPL-3.0-or-later
/// What is open on a device, found by the sector where it begins.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <vector>

namespace kscope::model {

/// Hash with several values a key; linear probing, no tombstones.
class SectorMap {
public:
    static constexpr std::uint32_t kFree = 0xffffffff;
    /// More than these on one sector are no real load but a damaged trace.
    static constexpr std::size_t kMostAlike = 64;

    SectorMap() : m_slots(kFirstSlots) {}
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }

    /// Calls `take(value)` for the values of `key` in order of age, newest last.
    template <class Take> void each(std::uint64_t key, Take&& take) const {
        for (auto at = home(key); m_slots[at].value != kFree; at = next(at))
            if (m_slots[at].key == key) take(m_slots[at].value);
    }
    void insert(std::uint64_t key, std::uint32_t value) {
        if ((m_size + 1) * 2 > m_slots.size()) grow();
        std::size_t alike = 0;
        std::uint32_t oldest = kFree;
        auto at = home(key);
        for (; m_slots[at].value != kFree; at = next(at)) {
            if (m_slots[at].key != key) continue;
            if (alike++ == 0) oldest = m_slots[at].value;
        }
        if (alike >= kMostAlike) {
            erase(key, oldest);
            insert(key, value);
            return;
        }
        m_slots[at] = {key, value};
        ++m_size;
        if (m_sorted) m_order.emplace(key, value);
    }
    void erase(std::uint64_t key, std::uint32_t value) {
        auto at = home(key);
        while (m_slots[at].value != kFree && (m_slots[at].key != key || m_slots[at].value != value))
            at = next(at);
        if (m_slots[at].value == kFree) return;
        close(at);
        --m_size;
        if (!m_sorted) return;
        for (auto [from, to] = m_order.equal_range(key); from != to; ++from) {
            if (from->second != value) continue;
            m_order.erase(from);
            return;
        }
    }
    /// The smallest key in [from, to); `to` where there is none. Looks through all that is open
    /// until that has cost too much; then keeps an order.
    [[nodiscard]] std::uint64_t firstIn(std::uint64_t from, std::uint64_t to) {
        if (m_size == 0) return to;
        if (!m_sorted) {
            m_looked += m_slots.size();
            if (m_looked < kLookBudget) {
                auto best = to;
                for (const auto& slot : m_slots)
                    if (slot.value != kFree && slot.key >= from && slot.key < best) best = slot.key;
                return best;
            }
            m_sorted = true;
            for (const auto& slot : m_slots)
                if (slot.value != kFree) m_order.emplace(slot.key, slot.value);
        }
        const auto found = m_order.lower_bound(from);
        return found == m_order.end() || found->first >= to ? to : found->first;
    }

private:
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t value = kFree;
    };
    static constexpr std::size_t kFirstSlots = 256;
    static constexpr std::size_t kLookBudget = 4u << 20;

    [[nodiscard]] std::size_t home(std::uint64_t key) const {
        return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15u) >>
                                        (64 - std::bit_width(m_slots.size() - 1)));
    }
    [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (m_slots.size() - 1); }
    /// Closes the hole at `at`: what follows moves up, so that those of one key keep their order.
    void close(std::size_t at) {
        const auto mask = m_slots.size() - 1;
        auto hole = at;
        for (auto look = next(hole); m_slots[look].value != kFree; look = next(look)) {
            const auto wanted = home(m_slots[look].key);
            if (((look - wanted) & mask) < ((look - hole) & mask)) continue;
            m_slots[hole] = m_slots[look];
            hole = look;
        }
        m_slots[hole] = {};
    }
    void grow() {
        std::vector<Slot> old(m_slots.size() * 2);
        old.swap(m_slots);
        // From the first free slot on: a run that goes over the end keeps its order.
        std::size_t begin = 0;
        while (old[begin].value != kFree) ++begin;
        for (std::size_t i = 0; i < old.size(); ++i) {
            const auto& slot = old[(begin + i) % old.size()];
            if (slot.value == kFree) continue;
            auto at = home(slot.key);
            while (m_slots[at].value != kFree) at = next(at);
            m_slots[at] = slot;
        }
    }

    std::vector<Slot> m_slots;
    std::size_t m_size = 0;
    std::size_t m_looked = 0;
    bool m_sorted = false;
    std::multimap<std::uint64_t, std::uint32_t> m_order;
};

}  // namespace kscope::model
