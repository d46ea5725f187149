// SPDX-License-Identifier: GPL-3.0-or-later
/// Joins pieces of function_graph text in order: who runs where, when, and which call a brace ends.
#pragma once

#include "model/store/call_edge.h"
#include "parsers/ftrace/part_parser.h"
#include "parsers/ftrace/row_sink.h"
#include "parsers/function_graph/graph_part.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kscope::parsers {

/// One a source. Where lines have no time, times are made up: the order of the lines holds on all
/// CPUs, and on each CPU a line lies no earlier than the durations before it add up to.
class GraphAssembler {
public:
    GraphAssembler(const GraphLayout& layout, const FtraceLayout& events);

    void begin(model::SourceId source);
    /// Who leaves a CPU in its first switch block has run there from the begin on. Told before
    /// take() where blocks of later pieces are known; `part` itself is looked through anyway.
    void learnFirstTasks(const GraphPart& part, std::size_t fromRow = 0);
    /// A part that was read with other columns than those that hold by then is read again.
    void take(GraphPart& part);
    /// The columns that hold behind what was taken: each dump of a source may have its own.
    [[nodiscard]] const GraphLayout& layout() const { return m_layout; }
    /// Columns that were found since the last call, with where they begin to hold.
    using NewColumns = std::vector<std::pair<std::uint64_t, GraphLayout>>;
    [[nodiscard]] NewColumns takeColumns() { return std::exchange(m_newColumns, {}); }
    /// A chunk is about full.
    [[nodiscard]] bool full() const { return m_sink.rows() >= kRowsAPart; }
    /// What was taken since the last call; the next piece begins a part of its own.
    [[nodiscard]] model::ParsedPart finish();

private:
    static constexpr std::size_t kRowsAPart = 50'000;
    struct Frame {
        std::uint32_t depth;
        std::uint32_t name;  // into m_names
        std::int64_t start;
        model::CallSpace space;
        bool gap = false;  ///< Lines in it were left out.
    };
    /// The calls of a task that are open, and those whose exit may still come (formats.md 2.4,
    /// rule 7).
    struct Stack {
        std::vector<Frame> open;
        std::vector<Frame> aside;
        std::uint32_t asideDepth = 0;  ///< None of `aside` is deeper.
        std::uint64_t overruns = 0;    ///< As the task's last line told.
        std::vector<Frame>
            loose;  ///< First line below a function that was entered before the file.
    };
    static void forgetAside(Stack& stack, std::uint32_t depth);
    /// Somebody under one name on one CPU.
    struct Task {
        bool known = false;  ///< Who it is.
        std::int64_t tid = -1;
        std::string comm;
        model::CpuId cpu = model::kUnknownCpu;
        Stack* stack = nullptr;
        std::uint16_t index = model::kNoRow;
        std::uint32_t generation = 0;  ///< Of `index`.
    };
    /// The exit of a leaf, which is to come.
    struct Pending {
        Task* task = nullptr;  ///< Null: there is none.
        std::int64_t time = 0;
        std::int64_t duration = -1;
        std::uint64_t position = 0;
        std::uint32_t name = 0;
        std::uint32_t depth = 0;
        model::CallSpace space = model::CallSpace::Kernel;
    };
    struct Cpu {
        model::CpuId id = model::kUnknownCpu;
        Task* task = nullptr;    ///< Who runs.
        std::int64_t clock = 0;  ///< Made-up time, ns.
        Pending pending;
        std::vector<std::uint64_t> lostBehind;  ///< Losses after `pending`.
        Subject lastEvent;                      ///< Whose stack may follow.
        bool anyEvent = false;
        Task own;  ///< Of whom nothing is known.
        Stack ownStack;
    };
    struct Name {
        std::uint32_t generation = 0;
        std::uint16_t index = 0;
        bool entersKernel = false;
    };

    void row(const GraphPart& part, const GraphRow& row);
    void call(const GraphRow& row, Cpu& cpu, std::uint64_t position);
    void enter(const GraphRow& row, Cpu& cpu, std::uint64_t position);
    /// What a closing line ends.
    struct Closing {
        std::uint32_t name = 0;
        std::int64_t start = kNoGraphTime;  ///< ns; of one that was not entered: a guess.
        model::CallSpace space{};
        bool gap = false;
        bool paired = false;
    };
    Closing closingOf(const GraphRow& row, Stack& stack, std::uint32_t depth, std::int64_t time);
    void leave(const GraphRow& row, Cpu& cpu, std::uint64_t position);
    void event(const GraphPart& part, const GraphRow& row, Cpu& cpu);
    void other(const GraphPart& part, const GraphRow& row);
    void plainEvent(std::string_view line, const GraphRow& row, std::uint64_t position);
    void switchTo(const GraphPart& part, const GraphRow& row);
    void lose(const GraphPart& part, const GraphRow& row);
    void overrun(const GraphRow& row);
    void elide(const GraphRow& row);
    void takeRows(GraphPart& part);
    [[nodiscard]] bool newColumns(const GraphPart& part, const GraphRow& row);
    void beginDump(const GraphPart& part, const GraphRow& row);
    void endCalls(std::uint64_t position);
    void addEvent(std::string_view body, const Subject& who, model::EventFlags flags,
                  std::int64_t time, std::uint64_t position, const GraphRow& row);

    Cpu& cpuFor(std::uint32_t number) {
        if (number < m_byNumber.size() && m_byNumber[number] != nullptr) return *m_byNumber[number];
        return newCpu(number);
    }
    Cpu& newCpu(std::uint32_t number);
    Cpu& cpuOf(const GraphPart& part, const GraphRow& row);
    void run(Cpu& cpu, const GraphTask& task);
    std::uint16_t taskIndex(Task& task) {
        if (task.generation != m_sink.taskGeneration()) [[unlikely]]
            nameTask(task);
        return task.index;
    }
    void nameTask(Task& task);
    std::int64_t startTime(const GraphRow& row, Cpu& cpu);
    void flushPending(std::int64_t upTo, Cpu* own) {
        if (m_pending.empty()) return;
        if (m_pending.size() > 1 || m_pending[0] != own) return flushSeveral(upTo, own);
        m_pending.clear();
        emitPending(*own, std::min(own->pending.time, upTo));
    }
    void flushSeveral(std::int64_t upTo, const Cpu* own);
    void emitPending(Cpu& cpu, std::int64_t time);
    void emit(std::int64_t time, std::uint64_t position, std::uint32_t name, Task& task,
              model::EventFlags flags) {
        m_sink.prepare(time, position);
        const auto who = taskIndex(task);
        m_sink.add(time, position, nameIndex(name), task.cpu, who, flags);
        m_now = time;
        m_anyRow = true;
    }
    std::uint16_t nameIndex(std::uint32_t name) {
        auto& known = m_names[name];
        if (known.generation != m_sink.generation()) [[unlikely]]
            known = {m_sink.generation(), m_sink.name(*m_nameTexts[name])};
        return known.index;
    }
    std::uint32_t globalName(std::string_view text);
    /// Of a function that begins below what is open: replay shows user and kernel in one stack.
    [[nodiscard]] model::CallSpace spaceOf(std::uint32_t name, const Stack& stack) const {
        const bool kernel =
            m_space == model::CallSpace::Kernel || m_names[name].entersKernel ||
            (!stack.open.empty() && stack.open.back().space == model::CallSpace::Kernel);
        return kernel ? model::CallSpace::Kernel : model::CallSpace::User;
    }
    [[nodiscard]] bool timed() const { return m_layout.time || m_layout.relative; }
    [[nodiscard]] LinePlace place(const GraphRow& row) const {
        return {m_lines + row.line, m_position + row.begin};
    }

    GraphLayout m_layout;
    FtraceLayout m_events;
    model::CallSpace m_space;
    RowSink m_sink;
    model::SourceId m_source{};
    bool m_open = false;           // a part has begun
    std::uint64_t m_lines = 0;     // of this part, before the piece at hand
    std::uint64_t m_bytes = 0;     // of this part
    std::uint64_t m_position = 0;  // of the piece at hand
    std::unordered_map<std::uint32_t, std::unique_ptr<Cpu>> m_cpus;
    std::vector<Cpu*> m_byNumber;  // of m_cpus, for the lines' look-ups
    std::unordered_map<std::uint32_t, GraphTask> m_firstTasks;
    std::unordered_map<std::string, std::unique_ptr<Task>> m_tasks;  // by CPU, tid and comm
    std::unordered_map<std::int64_t, Stack> m_stacks;  // by tid, idle tasks by −1 − CPU
    std::unordered_map<std::int64_t, std::uint32_t> m_cpuOfTask;  // where lines name no CPU
    std::uint32_t m_lastSwitchCpu = kNoGraphCpu;
    Cpu* m_lastCpu = nullptr;  // of the call seen last
    NewColumns m_newColumns;
    bool m_dumpBegun = false;  // a dump's first line was seen
    std::vector<Cpu*> m_pending;
    std::vector<Name> m_names;  // as m_nameTexts
    std::unordered_map<std::string_view, std::uint32_t> m_nameIndex;
    std::vector<std::uint32_t> m_partNames;  // of the piece at hand → m_names
    std::vector<std::unique_ptr<std::string>> m_nameTexts;
    std::int64_t m_now = 0;  // time of the row added last
    bool m_anyRow = false;
    bool m_anyEvent = false;  // stacks may follow
    std::string m_scratch;
};

}  // namespace kscope::parsers
