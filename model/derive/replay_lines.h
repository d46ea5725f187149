// SPDX-License-Identifier: GPL-3.0-or-later
/// The calls of a task as the lines that `uftrace replay` prints: a line a leaf, two around what a
/// call called. Lines are found when they are asked for; none is kept.
#pragma once

#include "model/derive/calls.h"

#include <set>
#include <string>

namespace kscope::model {

struct ReplayLine {
    enum class Kind : std::uint8_t {
        Leaf,    ///< `name();`
        Open,    ///< `name() {`
        Close,   ///< `} /* name */`
        Folded,  ///< `name() { … }`
        Event,   ///< Another event of the task: `/* name */`
    } kind = Kind::Leaf;
    std::uint32_t call = 0;   ///< Index in the task's calls; of an event that of the line before.
    std::uint32_t level = 0;  ///< Calls around it that are in the trace.
    RowRef row{};             ///< Of an event.
    std::uint32_t task = 0;   ///< Of CallForest::tasks().
};

enum class ReplayEvents : std::uint8_t { Hide, Show };

/// Lines as they are shown, of one task or of several.
class ReplayPage {
public:
    virtual ~ReplayPage() = default;
    [[nodiscard]] virtual const CallForest& forest() const = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    [[nodiscard]] virtual ReplayLine at(std::uint64_t line) const = 0;
    /// The line that opens the call, or that it is folded into; none: outside the range.
    [[nodiscard]] virtual std::optional<std::uint64_t> find(std::size_t task,
                                                            std::uint32_t call) const = 0;
    /// Lines are of more than one task.
    [[nodiscard]] virtual bool several() const { return false; }
    [[nodiscard]] const Call& call(const ReplayLine& line) const {
        return forest().tasks()[line.task].calls[line.call];
    }
    [[nodiscard]] std::int64_t timeNs(const ReplayLine& line) const;
};

/// 10 M lines take 4 bytes a thousand calls, and 12 an event shown. Line numbers count what is
/// shown: within the range, and without what is folded away.
class ReplayLines : public ReplayPage {
public:
    /// One walk over the calls' parents: not for the GUI thread where they are many.
    ReplayLines(CallForestPtr forest, std::size_t task, ReplayEvents events = ReplayEvents::Hide);
    [[nodiscard]] const CallForest& forest() const override { return *m_forest; }
    [[nodiscard]] std::size_t task() const { return m_task; }
    [[nodiscard]] std::span<const Call> calls() const { return m_forest->tasks()[m_task].calls; }

    /// Only lines with times in it; none: all.
    void setRange(std::optional<TimeRange> range);
    [[nodiscard]] std::uint64_t size() const override { return m_shown; }
    [[nodiscard]] ReplayLine at(std::uint64_t line) const override;
    [[nodiscard]] std::optional<std::uint64_t> find(std::size_t task,
                                                    std::uint32_t call) const override {
        return task == m_task ? lineOf(call) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::uint64_t> lineOf(std::uint32_t call) const;

    /// Nothing stands inside it: no call, and no event that is shown.
    [[nodiscard]] bool leaf(std::uint32_t call) const;
    [[nodiscard]] bool folded(std::uint32_t call) const { return m_folded.contains(call); }
    void setFolded(std::uint32_t call, bool folded);  ///< A leaf has nothing to fold.
    void unfoldAll();

private:
    friend class ReplayWalk;
    struct Hidden {
        std::uint64_t from, to;  // whole lines, half-open
        std::uint64_t before;    // lines hidden before `from`
    };
    [[nodiscard]] bool hasCallees(std::uint32_t call) const;
    [[nodiscard]] bool closes(std::uint32_t call) const;
    // Lines of calls alone.
    [[nodiscard]] std::uint64_t callLineOf(std::uint32_t call) const;
    [[nodiscard]] std::uint64_t closeLineOf(std::uint32_t call) const;
    [[nodiscard]] ReplayLine callLineAt(std::uint64_t line) const;
    [[nodiscard]] std::uint64_t callLines() const;
    // Whole lines: with events between them.
    [[nodiscard]] std::uint64_t withEvents(std::uint64_t callLine) const;
    [[nodiscard]] ReplayLine wholeAt(std::uint64_t line) const;
    [[nodiscard]] std::uint64_t wholeSize() const { return callLines() + m_events.size(); }
    void countCloses();
    void findEvents();
    void placeEvents();
    [[nodiscard]] std::uint64_t firstAtOrAfter(std::int64_t ns) const;
    [[nodiscard]] std::uint64_t toWhole(std::uint64_t shown) const;
    [[nodiscard]] std::uint64_t toShown(std::uint64_t whole) const;
    void layFolds();

    static constexpr std::uint32_t kBlock = 1024;
    CallForestPtr m_forest;
    std::size_t m_task;
    std::vector<std::uint32_t> m_closes;       // by block: calls before it that have a closing line
    std::vector<RowRef> m_events;              // in order
    std::vector<std::uint64_t> m_callsBefore;  // by event: lines of calls before it
    std::vector<bool> m_eventInside;           // by call: one without calls that has events inside
    std::set<std::uint32_t> m_folded;
    std::vector<Hidden> m_hidden;
    std::uint64_t m_first = 0, m_end = 0;  // whole lines of the range
    std::uint64_t m_shown = 0;
};

/// The times of the lines in the range one after the other, without folds: faster than at() where
/// all are wanted.
class ReplayWalk {
public:
    explicit ReplayWalk(const ReplayLines& lines);  ///< `lines` outlive this.
    [[nodiscard]] bool next();                      ///< False: there is no more line.
    [[nodiscard]] std::int64_t timeNs() const { return m_time; }

private:
    bool step();
    const ReplayLines* m_lines;
    std::vector<std::uint32_t> m_open;
    std::uint32_t m_call = 0;      // that opens next
    std::size_t m_event = 0;       // that comes next
    std::uint64_t m_callLine = 0;  // lines of calls so far
    std::uint64_t m_line = 0;      // whole lines so far
    std::int64_t m_time = 0;
};

/// What a row's text says of arguments ("(3, \"x\")") or of a return value ("= 0x0"), as the
/// sources write them; empty: nothing.
[[nodiscard]] std::string callArguments(std::string_view rowText, std::string_view name);
[[nodiscard]] std::string callResult(std::string_view rowText);
/// "/* sched_switch: prev_comm=a … */"
[[nodiscard]] std::string replayEventText(std::string_view name, std::string_view fields);
/// `name(args) {` without indent; `result` as callResult() gives it.
[[nodiscard]] std::string replayText(const ReplayLine& line, std::string_view name,
                                     std::string_view arguments, std::string_view result);

}  // namespace kscope::model
