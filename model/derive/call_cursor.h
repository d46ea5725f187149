// SPDX-License-Identifier: GPL-3.0-or-later
/// What a forest tells of its calls, for walks in order: the chunks of the call before are kept at
/// hand. Internal to model/derive.
#pragma once

#include "model/derive/calls.h"

#include <algorithm>

namespace kscope::model {

class CallCursor {
public:
    explicit CallCursor(const CallForest& forest) : m_trace(forest.trace()) {}
    explicit CallCursor(const Trace& trace) : m_trace(trace) {}

    [[nodiscard]] FunctionKey function(const Call& call) {
        const auto row = CallForest::namingRow(call);
        const auto& seat = call.entry.known() ? at(m_entry, row) : at(m_exit, row);
        return FunctionKey::of(seat.names[seat.name[row.row()]], callSpace(seat.flags[row.row()]));
    }
    [[nodiscard]] std::int64_t begin(const Call& call) {
        if (call.entry.known()) return time(at(m_entry, call.entry), call.entry.row());
        const auto end = this->end(call);
        if (!call.has(Call::ExactLength)) return end;
        return end - std::max<std::int64_t>(told(call), 0);
    }
    [[nodiscard]] std::int64_t end(const Call& call) {
        const auto row = time(at(m_exit, call.exit), call.exit.row());
        return call.oneRow() ? row + told(call) : row;
    }
    /// Known is what CallForest::length() tells.
    [[nodiscard]] bool length(const Call& call, std::int64_t& ns) {
        if (call.has(Call::UnknownLength | Call::NoExit)) return false;
        ns = call.has(Call::ExactLength) ? told(call) : end(call) - begin(call);
        return true;
    }
    [[nodiscard]] CpuId cpu(const Call& call) const {
        const auto row = CallForest::namingRow(call);
        return CpuId{m_trace.chunk(row.chunk()).cpu[row.row()]};
    }

private:
    struct Seat {
        std::size_t index = SIZE_MAX;
        std::int64_t base = 0;
        std::int64_t tick = 1;
        const std::uint32_t* time = nullptr;
        const std::uint16_t* name = nullptr;
        const std::uint16_t* flags = nullptr;
        const StringId* names = nullptr;
    };
    [[nodiscard]] const Seat& at(Seat& seat, RowRef row) const {
        if (seat.index != row.chunk()) [[unlikely]]
            move(seat, row.chunk());
        return seat;
    }
    void move(Seat& seat, std::size_t index) const {
        const auto& chunk = m_trace.chunk(index);
        seat = {index,
                chunk.base,
                chunk.tick,
                chunk.time.data(),
                chunk.name.data(),
                chunk.flags.data(),
                chunk.names.data()};
    }
    [[nodiscard]] static std::int64_t time(const Seat& seat, Row row) {
        return seat.base + static_cast<std::int64_t>(seat.time[row]) * seat.tick;
    }
    [[nodiscard]] std::int64_t told(const Call& call) const {
        return durationOf(m_trace.chunk(call.exit.chunk()), call.exit.row());
    }

    const Trace& m_trace;
    Seat m_entry;
    Seat m_exit;
};

}  // namespace kscope::model
