// SPDX-License-Identifier: GPL-3.0-or-later
/// The replay of several tasks as one: their lines in order of time.
#pragma once

#include "model/derive/replay_lines.h"

#include <stop_token>

namespace kscope::model {

/// 2 bytes a line, and 8 a task for each 4096 lines. Nothing is folded: that is of one task.
class MergedReplay : public ReplayPage {
public:
    /// Of tasks of one forest; at most kMostTasks of them are taken. One walk over all lines: not
    /// for the GUI thread. Stopped: it has the lines found so far.
    static constexpr std::size_t kMostTasks = 65535;
    MergedReplay(CallForestPtr forest, std::vector<std::shared_ptr<const ReplayLines>> parts,
                 const std::stop_token& stop = {});
    [[nodiscard]] const CallForest& forest() const override { return *m_forest; }
    [[nodiscard]] std::uint64_t size() const override { return m_partOf.size(); }
    [[nodiscard]] ReplayLine at(std::uint64_t line) const override;
    [[nodiscard]] std::optional<std::uint64_t> find(std::size_t task,
                                                    std::uint32_t call) const override;
    [[nodiscard]] bool several() const override { return true; }

private:
    [[nodiscard]] std::uint64_t before(std::size_t block, std::size_t part) const {
        return m_before[block * m_parts.size() + part];
    }
    static constexpr std::uint64_t kBlock = 4096;
    CallForestPtr m_forest;
    std::vector<std::shared_ptr<const ReplayLines>> m_parts;
    std::vector<std::uint16_t> m_partOf;  // by line
    std::vector<std::uint64_t> m_before;  // by block and part: its lines before the block
};

}  // namespace kscope::model
