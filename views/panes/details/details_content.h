// SPDX-License-Identifier: GPL-3.0-or-later
/// What the details pane says of an item, as plain values: made off the GUI thread, tested without
/// a widget.
#pragma once

#include "model/items/row_text.h"
#include "model/store/trace.h"
#include "views/state/trace_view.h"
#include "views/theme/theme.h"

#include <QString>

#include <optional>
#include <stop_token>
#include <vector>

namespace kscope::views {

struct DetailsField {
    QString name;
    QString value;    ///< With its unit, and in words where it has some.
    QString meaning;  ///< A sentence; empty where nothing is known.
    bool operator==(const DetailsField&) const = default;
};
/// Time of the task in one state inside the view.
struct DetailsShare {
    model::TaskState state{};
    QString name;
    model::Duration time{};
    bool operator==(const DetailsShare&) const = default;
};
/// A step of the chain that led here, earliest first.
struct DetailsStep {
    QString text;
    QString second;  ///< When, and how long.
    enum class Dot : std::uint8_t { Task, HardIrq, SoftIrq, Wait } dot = Dot::Task;
    model::TaskId task = model::kNoTask;  ///< Of a Task dot: gives its colour.
    model::TaskState state{};             ///< Of a Wait dot.
    std::optional<model::EventIndex> event;
    bool operator==(const DetailsStep&) const = default;
};
struct DetailsLink {
    QString text;
    QString target;  ///< "event:318442"; "place:3:0" is the first place of diagnostic 3
    bool operator==(const DetailsLink&) const = default;
};
struct DetailsContent {
    QString title;
    QString sentence;
    QString why;     ///< Why the kernel does it.
    QString next;    ///< What to look at next.
    QString fault;   ///< What could not be read, and what is shown all the same.
    QString hidden;  ///< Said where the filter hides the item.
    std::vector<DetailsField> fields;
    QString shareTitle;
    model::TaskId shareTask = model::kNoTask;
    model::Duration shareTotal{};
    std::vector<DetailsShare> shares;  ///< In order of state; none: no block.
    QString chainTitle;
    std::vector<DetailsStep> chain;
    std::vector<QString> stack;  ///< Callee first.
    std::vector<QString> userStack;
    std::vector<DetailsLink> links;
    bool operator==(const DetailsContent&) const = default;
};

class CallsOfTrace;

/// What is asked: a snapshot and the parts of the shared state that the answer hangs on.
struct DetailsQuestion {
    model::TracePtr trace;
    Item item;
    ItemTold told;
    model::TimeRange window;
    model::RowSetPtr filterRows;
    items::TimeStyle style;
    CallsOfTrace* calls = nullptr;  ///< Null: nothing is told of lengths of calls.
};
/// Reads sources and walks the task's spans inside the window: not for the GUI thread. Stops early
/// when asked; the answer is then partial.
[[nodiscard]] DetailsContent detailsOf(const DetailsQuestion& question, std::stop_token stop);
/// The part that needs no reading: title and fields of the row. At once.
[[nodiscard]] DetailsContent detailsAtOnce(const DetailsQuestion& question);

/// How `task` came to be what it is at `time`: its run before, its wait, who woke it, its run.
/// Earliest first; empty where nothing is known. O(log n).
[[nodiscard]] std::vector<DetailsStep> chainOf(const DetailsQuestion& question, model::TaskId task,
                                               model::Timestamp time);
/// The switch that brought `task` onto a CPU at exactly `ns`, the event that woke it at exactly
/// `ns`; none where the trace has no such row.
[[nodiscard]] std::optional<model::EventIndex> switchInAt(const model::Trace& trace,
                                                          model::TaskId task, std::int64_t ns);
[[nodiscard]] std::optional<model::EventIndex> wakeAt(const model::Trace& trace, model::TaskId task,
                                                      std::int64_t ns);

/// Time of `task` in each state inside `window`, in order of TaskState; nothing before its first
/// event.
[[nodiscard]] std::vector<DetailsShare> stateShares(const model::Trace& trace, model::TaskId task,
                                                    model::TimeRange window, std::stop_token stop);

}  // namespace kscope::views
