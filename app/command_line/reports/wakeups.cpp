// SPDX-License-Identifier: GPL-3.0-or-later
/// `report wakeups`: one row a wakeup, and a summary by wakee.
#include "app/command_line/reports/reports.h"
#include "model/derive/wakeup_report.h"

#include <memory>

namespace kscope::app {
namespace {

using model::WakeupReport;
using model::WakeupRow;

std::string_view kindName(model::WakeKind kind) {
    switch (kind) {
    case model::WakeKind::Waking: return "waking";
    case model::WakeKind::Wakeup: return "wakeup";
    case model::WakeKind::WakeupNew: return "wakeup_new";
    }
    return "";
}

Cell tidCell(const model::Trace& trace, model::TaskId task) {
    return task == model::kNoTask ? Cell(Never{}) : Cell(std::int64_t{raw(trace.task(task).tid)});
}
Cell cpuCell(model::CpuId cpu) {
    return cpu == model::kUnknownCpu ? Cell(Never{}) : Cell(std::int64_t{raw(cpu)});
}
Cell commCell(const model::Trace& trace, model::TaskId task) {
    return task == model::kNoTask
               ? Cell(Never{})
               : Cell(std::string(trace.task(task).idle() ? "<idle>" : trace.comm(task)));
}

Table rowTable(const LoadedTrace& loaded, const std::shared_ptr<const WakeupReport>& report) {
    const auto trace = loaded.trace;
    Table table;
    table.name = "rows";
    table.columns = {{"time", CellUnit::Time},
                     {"event"},
                     {"waker"},
                     {"waker_comm", CellUnit::Plain, Shown::People},
                     {"wakee"},
                     {"wakee_comm", CellUnit::Plain, Shown::People},
                     {"cpu_from"},
                     {"target_cpu"},
                     {"cpu_to"},
                     {"latency", CellUnit::Length}};
    table.rows = report->rows.size();
    const auto offset = ownClockOffset(*trace);
    table.fill = [report, trace, offset](std::size_t index, std::vector<Cell>& cells) {
        const WakeupRow& row = report->rows[index];
        cells.assign({row.time - offset, std::string(kindName(row.kind)),
                      tidCell(*trace, row.waker), commCell(*trace, row.waker),
                      tidCell(*trace, row.wakee), std::string(trace->text(row.wakeeComm)),
                      cpuCell(row.from), cpuCell(row.target), cpuCell(row.to),
                      row.latency < 0 ? Cell(Never{}) : Cell(row.latency)});
    };
    return table;
}

Table summaryTable(const LoadedTrace& loaded, const std::shared_ptr<const WakeupReport>& report) {
    const auto trace = loaded.trace;
    Table table;
    table.name = "summary";
    table.columns = {{"wakee"},
                     {"wakee_comm", CellUnit::Plain, Shown::People},
                     {"count"},
                     {"total", CellUnit::Length},
                     {"avg", CellUnit::Length},
                     {"min", CellUnit::Length},
                     {"p50", CellUnit::Length},
                     {"p99", CellUnit::Length},
                     {"max", CellUnit::Length}};
    table.rows = report->summary.size();
    table.fill = [report, trace](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = report->summary[index];
        const auto& sum = row.latency;
        cells.assign({tidCell(*trace, row.wakee), commCell(*trace, row.wakee),
                      static_cast<std::int64_t>(sum.count), sum.total, sum.avg(), sum.min, sum.p50,
                      sum.p99, sum.max});
    };
    return table;
}

}  // namespace

ReportResult reportWakeups(const LoadedTrace& loaded, const ReportOptions& options) {
    const model::ReportScope scope{loaded.selection.timeRange(*loaded.trace),
                                   loaded.selection.cpus};
    WakeupReport made = wakeupReport(*loaded.trace, scope, *loaded.pool);
    if (!loaded.selection.tasks.empty()) {
        std::erase_if(made.rows, [&](const WakeupRow& row) {
            const auto covers = [&](model::TaskId task) {
                return task != model::kNoTask &&
                       loaded.selection.coversTask(*loaded.trace, task,
                                                   loaded.trace->task(task).comm);
            };
            return !covers(row.wakee) && !covers(row.waker);
        });
        made.summary = summarize(*loaded.trace, made.rows, *loaded.pool);
    }
    const auto report = std::make_shared<const WakeupReport>(std::move(made));
    ReportResult result;
    if (options.summary) {
        result.rows = summaryTable(loaded, report);
        result.rows.name = "rows";
        result.sortForPeople = "max";
        return result;
    }
    result.rows = rowTable(loaded, report);
    result.lists.push_back(summaryTable(loaded, report));
    return result;
}

}  // namespace kscope::app
