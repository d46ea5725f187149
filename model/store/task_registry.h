// SPDX-License-Identifier: GPL-3.0-or-later
/// Who is who: local dictionary entries of chunks become TaskIds, one a (tid, lifetime).
#pragma once

#include "model/core/strings.h"
#include "model/store/chunk_writer.h"
#include "model/store/trace.h"

#include <memory>
#include <unordered_map>
#include <vector>

namespace kscope::model {

class TaskRegistry {
public:
    static constexpr std::size_t kMaxTasks = 1u << 20;
    explicit TaskRegistry(const StringTable& strings) : m_strings(strings) {}
    /// `comm` as interned. kNoTask when there are too many.
    [[nodiscard]] TaskId resolve(const ParsedPart::Names::Task& local, StringId comm);
    /// A switch or a rename says what the task is called now. From then on names of mere lines,
    /// which the kernel looks up when the file is read, change nothing: so the name does not hang
    /// on where chunks were cut.
    void called(TaskId id, StringId comm);
    [[nodiscard]] TaskInfo& task(TaskId id) {
        m_changed = true;
        return (*m_tasks)[raw(id)];
    }
    [[nodiscard]] const TaskInfo& peek(TaskId id) const { return (*m_tasks)[raw(id)]; }
    [[nodiscard]] std::size_t size() const { return m_tasks->size(); }
    [[nodiscard]] std::uint64_t refused() const { return m_refused; }
    /// The tasks as they are now; copied only when something changed since the last call.
    [[nodiscard]] std::shared_ptr<const std::vector<TaskInfo>> share();
    /// Places hues for good; which tasks have another one now, by TaskId.
    [[nodiscard]] std::vector<bool> placeColours();

private:
    TaskId create(Tid tid, CpuId idleCpu);
    void learnComm(TaskInfo& info, StringId comm);
    const StringTable& m_strings;
    std::unique_ptr<std::vector<TaskInfo>> m_tasks = std::make_unique<std::vector<TaskInfo>>();
    std::shared_ptr<const std::vector<TaskInfo>> m_shared;
    bool m_changed = true;
    std::unordered_map<std::int64_t, TaskId> m_current;  // tid; idle tasks by −1 − cpu
    std::vector<bool> m_fresh;                           // born, nothing else seen
    std::vector<bool> m_called;                          // named by a switch or a rename
    std::uint64_t m_refused = 0;
};

}  // namespace kscope::model
