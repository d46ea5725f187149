// SPDX-License-Identifier: GPL-3.0-or-later
/// What a forest tells of its calls.
#include "model/derive/calls.h"

#include <algorithm>
#include <utility>

namespace kscope::model {

std::int64_t CallForest::begin(const Call& call) const {
    if (call.entry.known()) return m_trace->chunk(call.entry.chunk()).timeNs(call.entry.row());
    const auto& chunk = m_trace->chunk(call.exit.chunk());
    const auto end = chunk.timeNs(call.exit.row());
    if (!call.has(Call::ExactLength)) return end;
    return end - std::max<std::int64_t>(durationOf(chunk, call.exit.row()), 0);
}

std::int64_t CallForest::end(const Call& call) const {
    const auto& chunk = m_trace->chunk(call.exit.chunk());
    const auto row = chunk.timeNs(call.exit.row());
    return call.oneRow() ? row + durationOf(chunk, call.exit.row()) : row;
}

std::optional<std::int64_t> CallForest::length(const Call& call) const {
    if (call.has(Call::UnknownLength | Call::NoExit)) return std::nullopt;
    if (call.has(Call::ExactLength))
        return durationOf(m_trace->chunk(call.exit.chunk()), call.exit.row());
    return end(call) - begin(call);
}

FunctionKey CallForest::function(const Call& call) const {
    const auto row = namingRow(call);
    const auto& chunk = m_trace->chunk(row.chunk());
    return FunctionKey::of(chunk.names[chunk.name[row.row()]], callSpace(chunk.flags[row.row()]));
}

std::shared_ptr<const CallPaths> CallForest::paths() const {
    const std::lock_guard lock(m_pathsMutex);
    return m_paths;
}

void CallForest::keepPaths(std::shared_ptr<const CallPaths> paths) const {
    const std::lock_guard lock(m_pathsMutex);
    m_paths = std::move(paths);
}

}  // namespace kscope::model
