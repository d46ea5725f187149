// SPDX-License-Identifier: GPL-3.0-or-later
/// Lifetimes of tids.
#include "model/store/task_registry.h"

#include "model/store/task_colors.h"

namespace kscope::model {

TaskId TaskRegistry::create(Tid tid, CpuId idleCpu) {
    if (m_tasks->size() >= kMaxTasks) {
        ++m_refused;
        return kNoTask;
    }
    const TaskId id{static_cast<std::uint32_t>(m_tasks->size())};
    TaskInfo info;
    info.tid = tid;
    info.idleCpu = idleCpu;
    m_tasks->push_back(info);
    m_fresh.push_back(false);
    m_called.push_back(false);
    return id;
}

void TaskRegistry::learnComm(TaskInfo& info, StringId comm) {
    if (info.comm == comm) return;
    const auto text = m_strings.view(comm);
    // "<...>" is no name: the kernel had none cached when the file was read.
    const bool nameless = text.empty() || text == "<...>";
    if (nameless && info.comm != kNoString) return;
    info.comm = comm;
    info.kernelThread = info.kernelThread || looksLikeKernelThread(text);
    info.hueSlot = info.kernelThread || info.idle()
                       ? TaskInfo::kNoHue
                       : static_cast<std::uint8_t>(nameHash(colourKey(text)) % kHueSlots);
}

TaskId TaskRegistry::resolve(const ParsedPart::Names::Task& local, StringId comm) {
    m_changed = true;
    const bool idle = local.tid == Tid{0};
    const std::int64_t key = idle ? -1 - std::int64_t{raw(local.idleCpu)} : raw(local.tid);
    const auto found = m_current.find(key);
    TaskId id = found == m_current.end() ? kNoTask : found->second;
    const bool newLife = id == kNoTask || (local.bornHere && !m_fresh[raw(id)]);
    if (newLife) {
        id = create(local.tid, idle ? local.idleCpu : kUnknownCpu);
        if (id == kNoTask) return kNoTask;
        m_current[key] = id;
    }
    m_fresh[raw(id)] = local.bornHere && !local.used;
    auto& info = (*m_tasks)[raw(id)];
    if (raw(local.tgid) >= 0) info.tgid = local.tgid;
    if (!m_called[raw(id)]) learnComm(info, comm);
    return id;
}

void TaskRegistry::called(TaskId id, StringId comm) {
    auto& info = (*m_tasks)[raw(id)];
    m_called[raw(id)] = true;
    if (info.comm == comm) return;
    learnComm(info, comm);
    m_changed = true;
}

std::shared_ptr<const std::vector<TaskInfo>> TaskRegistry::share() {
    if (m_changed || !m_shared) m_shared = std::make_shared<const std::vector<TaskInfo>>(*m_tasks);
    m_changed = false;
    return m_shared;
}

std::vector<bool> TaskRegistry::placeColours() {
    std::vector<std::uint8_t> before;
    before.reserve(m_tasks->size());
    for (const auto& info : *m_tasks) before.push_back(info.hueSlot);
    placeTaskColours(*m_tasks, m_strings);
    m_changed = true;
    std::vector<bool> recoloured(before.size());
    for (std::size_t i = 0; i < before.size(); ++i)
        recoloured[i] = before[i] != (*m_tasks)[i].hueSlot;
    return recoloured;
}

}  // namespace kscope::model
