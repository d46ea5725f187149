// SPDX-License-Identifier: GPL-3.0-or-later
/// `report sched`: one row a task, or with --by cpu one a CPU.
#include "app/command_line/reports/reports.h"
#include "model/derive/sched_report.h"

#include <memory>

namespace kscope::app {
namespace {

using model::SchedReport;
using model::SchedTaskRow;

/// The lines of the sources have a tgid column. A tgid that was only concluded from a fork is not
/// the capture's.
bool tellsTgid(const model::Trace& trace) {
    for (std::size_t s = 0; s < trace.sources().size(); ++s) {
        const auto& text = trace.sources()[s].text;
        if (!text) continue;
        for (std::size_t c = 0; c < trace.chunks(); ++c) {
            const auto& chunk = trace.chunk(c);
            if (chunk.rows() == 0 || raw(chunk.origin(0).source) != s) continue;
            const auto first = text->eventText(chunk.origin(0).position + chunk.position[0]);
            constexpr std::size_t kLook =
                32;  // "(-----)" is a line whose tgid the kernel did not know
            if (first && first->tgid != model::Tid{-1}) return true;
            for (std::size_t row = 1; row < std::min(chunk.rows(), kLook); ++row) {
                const auto next = text->eventText(chunk.origin(row).position + chunk.position[row]);
                if (next && next->tgid != model::Tid{-1}) return true;
            }
            break;
        }
    }
    return false;
}

std::vector<std::int64_t> numbers(const std::vector<model::CpuId>& cpus) {
    std::vector<std::int64_t> list;
    list.reserve(cpus.size());
    for (const auto cpu : cpus) list.push_back(raw(cpu));
    return list;
}

std::int64_t count(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Table taskTable(const LoadedTrace& loaded, const std::shared_ptr<const SchedReport>& report) {
    const auto trace = loaded.trace;
    Table table;
    table.name = "rows";
    table.columns = {{"comm"},
                     {"tid"},
                     {"tgid"},
                     {"run", CellUnit::Length},
                     {"runs"},
                     {"wait", CellUnit::Length},
                     {"wait_count", CellUnit::Plain, Shown::Machines},
                     {"wait_avg", CellUnit::Length},
                     {"wait_max", CellUnit::Length},
                     {"wait_p99", CellUnit::Length},
                     {"sleep", CellUnit::Length},
                     {"uninterruptible", CellUnit::Length},
                     {"other_sleep", CellUnit::Length, Shown::Machines},
                     {"preempted"},
                     {"yielded", CellUnit::Plain, Shown::Machines},
                     {"migrations"},
                     {"migrate_events", CellUnit::Plain, Shown::Machines},
                     {"cpus"},
                     {"run_unknown", CellUnit::Length}};
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < report->tasks.size(); ++i)
        if (loaded.selection.coversTask(*trace, report->tasks[i].task, report->tasks[i].comm))
            chosen.push_back(i);
    table.rows = chosen.size();
    const bool tgids = tellsTgid(*trace);
    table.fill = [report, trace, chosen, tgids](std::size_t index, std::vector<Cell>& cells) {
        const SchedTaskRow& row = report->tasks[chosen[index]];
        const auto& task = trace->task(row.task);
        const bool whole =
            report->lostLines == 0;  // choice 6: after LOST lines the rest is not defined
        const auto cellIf = [](bool has, std::int64_t value) {
            return has ? Cell(value) : Cell(Absent{});
        };
        const bool waits = whole && row.wait.count > 0;
        cells.assign({std::string(trace->text(row.comm)), std::int64_t{raw(task.tid)},
                      cellIf(tgids && task.tgid != model::Tid{-1}, raw(task.tgid)), row.run,
                      count(row.runs), cellIf(whole, row.wait.total),
                      cellIf(whole, count(row.wait.count)), cellIf(waits, row.wait.avg()),
                      cellIf(waits, row.wait.max), cellIf(waits, row.wait.p99),
                      cellIf(whole, row.sleep), cellIf(whole, row.uninterruptible),
                      cellIf(whole, row.otherSleep), cellIf(whole, count(row.preempted)),
                      cellIf(whole, count(row.yielded)), cellIf(whole, count(row.migrations)),
                      cellIf(whole, count(row.migrateEvents)), numbers(row.cpus),
                      cellIf(row.runUnknown > 0, row.runUnknown)});
    };
    return table;
}

Table cpuTable(const LoadedTrace& loaded, const std::shared_ptr<const SchedReport>& report) {
    Table table;
    table.name = "by_cpu";
    table.columns = {{"cpu"},
                     {"busy", CellUnit::Length},
                     {"idle", CellUnit::Length},
                     {"unknown", CellUnit::Length},
                     {"irq", CellUnit::Length},
                     {"softirq", CellUnit::Length},
                     {"switches"},
                     {"first", CellUnit::Time},
                     {"last", CellUnit::Time}};
    table.rows = report->cpus.size();
    const auto offset = ownClockOffset(*loaded.trace);
    table.fill = [report, offset](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = report->cpus[index];
        const bool whole = report->lostLines == 0;
        cells.assign({std::int64_t{raw(row.cpu)}, row.busy, row.idle, row.unknown,
                      whole ? Cell(row.irq) : Cell(Absent{}),
                      whole ? Cell(row.softirq) : Cell(Absent{}), count(row.switches),
                      row.switches != 0 ? Cell(row.first - offset) : Cell(Never{}),
                      row.switches != 0 ? Cell(row.last - offset) : Cell(Never{})});
    };
    return table;
}

}  // namespace

ReportResult reportSched(const LoadedTrace& loaded, const ReportOptions& options) {
    const model::ReportScope scope{loaded.selection.timeRange(*loaded.trace),
                                   loaded.selection.cpus};
    const auto report =
        std::make_shared<const SchedReport>(schedReport(*loaded.trace, scope, *loaded.pool));
    ReportResult result;
    result.numbers = {{"lost_lines", count(report->lostLines)},
                      {"prev_not_running", count(report->prevNotRunning)}};
    if (options.by == "cpu") {
        result.rows = cpuTable(loaded, report);
        result.rows.name = "rows";
        return result;
    }
    result.rows = taskTable(loaded, report);
    result.lists.push_back(cpuTable(loaded, report));
    result.sortForPeople = "run";
    return result;
}

}  // namespace kscope::app
