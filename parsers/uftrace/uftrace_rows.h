// SPDX-License-Identifier: GPL-3.0-or-later
/// Makes rows of uftrace records: who, what, and where in the stack.
#pragma once

#include "model/store/call_edge.h"
#include "model/store/chunk_writer.h"
#include "parsers/uftrace/uftrace_data.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace kscope::parsers {

class UftraceRows {
public:
    struct Task {
        std::int64_t tid = -1;
        bool ofTrace = false;  ///< Named by task.txt or a file of its own.
        std::int64_t process = -1;
        std::string comm;
        std::uint32_t open = 0;        ///< Depth of the next user function.
        std::uint32_t kernelBase = 0;  ///< The same when the outermost kernel function began.
        bool inKernel = false;         ///< Which has not ended yet.
        int scope = -1;
        std::int64_t scopeUntil = INT64_MIN;  ///< `scope` holds before.
        std::uint16_t index = model::kNoRow;
        std::uint32_t generation = 0;  ///< Of `index`.
    };

    explicit UftraceRows(const UftraceData& data);
    void begin(model::SourceId source);
    [[nodiscard]] Task& task(std::int64_t tid);
    /// False: a kernel record of a task that is none of the trace's.
    bool add(const UftraceRecord& record, const UftraceData::RecordFile& file);
    /// The same for an entry or exit of a user function: `word` is the record's second half.
    void addCall(std::int64_t time, std::uint64_t word, std::uint64_t position, Task& task) {
        if (m_writer.prepare(time, position)) ++m_generation;
        if (time >= task.scopeUntil) [[unlikely]]
            enterScope(task, time);
        const auto key = word >> 16 | (static_cast<std::uint64_t>(task.scope + 1) & 0x7fff) << 48;
        auto& slot = m_slots[slotOf(key)];
        if (slot.key != key || slot.generation != m_generation) [[unlikely]]
            fillSlot(slot, key, time, task);
        const auto depth = static_cast<std::uint32_t>(word >> 6 & 0x3ff);
        const bool exit = (word & 1) != 0;
        m_writer.add(time, position, slot.index, model::kUnknownCpu, taskIndex(task),
                     model::callFlags(exit ? model::CallEdge::Exit : model::CallEdge::Entry,
                                      model::CallSpace::User, depth));
        task.open = depth + (exit ? 0u : 1u);
    }
    [[nodiscard]] std::size_t rows() const noexcept { return m_writer.rows(); }
    /// Ends the chunk: rows of one kind take less memory than those of several.
    void cut();
    [[nodiscard]] model::ParsedPart finish();
    /// Of who is called how at another time nothing is known.
    void forgetTasks();
    /// Which functions have which addresses, too.
    void forgetFunctions();

private:
    struct Name {
        std::string text;
        std::uint16_t index = 0;
        std::uint32_t generation = 0;
    };
    struct Slot {
        std::uint64_t key = UINT64_MAX;
        std::uint32_t generation = 0;
        std::uint16_t index = 0;
    };
    static constexpr unsigned kSlotBits = 12;
    [[nodiscard]] static std::size_t slotOf(std::uint64_t key) {
        return key * 0x9e3779b97f4a7c15 >> (64 - kSlotBits);
    }

    void addEvent(const UftraceRecord& record, Task& task, std::uint64_t position,
                  model::CpuId cpu);
    void enterScope(Task& task, std::int64_t time);
    void fillSlot(Slot& slot, std::uint64_t key, std::int64_t time, const Task& task);
    [[nodiscard]] std::uint16_t taskIndex(Task& task) {
        if (task.generation != m_generation) [[unlikely]]
            nameTask(task);
        return task.index;
    }
    void nameTask(Task& task);
    [[nodiscard]] std::uint32_t functionName(const UftraceRecord& record, std::uint64_t key,
                                             int scope);
    [[nodiscard]] std::uint32_t nameId(std::string text);
    [[nodiscard]] std::uint16_t nameIndex(std::uint32_t name);

    const UftraceData& m_data;
    model::SourceId m_source{};
    model::ChunkWriter m_writer;
    std::vector<model::ParsedPart::Piece> m_cut;  // chunks of the part, ended
    std::uint32_t m_generation = 1;
    std::unordered_map<std::int64_t, Task> m_tasks;
    Task* m_lastTask = nullptr;
    std::vector<Name> m_names;
    std::unordered_map<std::string, std::uint32_t> m_nameIds;
    std::unordered_map<std::uint64_t, std::uint32_t> m_functions;  // by address and scope
    std::vector<Slot> m_slots;                                     // those asked for last
};

}  // namespace kscope::parsers
