// SPDX-License-Identifier: GPL-3.0-or-later
/// `report irq`: handler runs out of events, growth of the counters of /proc.
#include "app/command_line/output.h"
#include "app/command_line/reports/reports.h"
#include "model/derive/interrupt_report.h"

#include <memory>

namespace kscope::app {
namespace {

using model::CounterFile;
using model::GrowthReport;
using model::InterruptKind;
using model::InterruptReport;

std::int64_t wholeNumber(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Table handlerTable(const std::shared_ptr<const InterruptReport>& report) {
    Table table;
    table.name = "rows";
    table.columns = {{"kind"},
                     {"name"},
                     {"irq", CellUnit::Plain, Shown::Machines},
                     {"vec", CellUnit::Plain, Shown::Machines},
                     {"count"},
                     {"closed", CellUnit::Plain, Shown::Machines},
                     {"total", CellUnit::Length},
                     {"avg", CellUnit::Length},
                     {"max", CellUnit::Length},
                     {"self", CellUnit::Length},
                     {"cpus"},
                     {"raised", CellUnit::Plain, Shown::Machines},
                     {"raise_count", CellUnit::Plain, Shown::Machines},
                     {"raise_avg", CellUnit::Length},
                     {"raise_max", CellUnit::Length}};
    table.rows = report->rows.size();
    table.fill = [report](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = report->rows[index];
        const bool soft = row.kind == InterruptKind::Softirq;
        const bool raises = soft && row.raises.count > 0;
        const auto number = Cell(std::int64_t{row.number});
        cells.assign({std::string(interruptKindName(row.kind)), row.name,
                      row.kind == InterruptKind::Irq ? number : Cell(Absent{}),
                      soft ? number : Cell(Absent{}), wholeNumber(row.count),
                      wholeNumber(row.runs.count), row.runs.total, row.runs.avg(), row.runs.max,
                      row.self, row.cpus, soft ? Cell(wholeNumber(row.raised)) : Cell(Absent{}),
                      raises ? Cell(wholeNumber(row.raises.count)) : Cell(Absent{}),
                      raises ? Cell(row.raises.avg()) : Cell(Absent{}),
                      raises ? Cell(row.raises.max) : Cell(Absent{})});
    };
    return table;
}

Table handlerCpuTable(const std::shared_ptr<const InterruptReport>& report) {
    Table table;
    table.name = "by_cpu";
    table.columns = {{"cpu"}, {"irq", CellUnit::Length}, {"softirq", CellUnit::Length}};
    table.rows = report->cpus.size();
    table.fill = [report](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = report->cpus[index];
        cells.assign({std::int64_t{raw(row.cpu)}, row.irq, row.softirq});
    };
    return table;
}

using Reports = std::shared_ptr<const std::vector<GrowthReport>>;

/// Rows of all the reports one after the other.
Table growthTable(const LoadedTrace& loaded, const Reports& reports, std::string name) {
    const auto trace = loaded.trace;
    Table table;
    table.name = std::move(name);
    table.columns = {{"row"},
                     {"delta"},
                     {"total"},
                     {"rate", CellUnit::Plain, Shown::People},
                     {"imbalance", CellUnit::Share, Shown::People},
                     {"detail", CellUnit::Plain, Shown::People}};
    for (const auto& report : *reports) table.rows += report.rows.size();
    table.fill = [reports, trace](std::size_t index, std::vector<Cell>& cells) {
        std::size_t which = 0;
        while (index >= (*reports)[which].rows.size()) index -= (*reports)[which++].rows.size();
        const auto& report = (*reports)[which];
        const auto& row = report.rows[index];
        CellMap delta;
        for (const auto& [cpu, value] : row.delta)
            delta.entries.emplace_back(fmt::format("CPU{}", raw(cpu)), value);
        const auto seconds = static_cast<double>(report.lastNs - report.firstNs) / 1e9;
        const auto words = model::interruptRowWords(trace->text(row.row));
        cells.assign({std::string(trace->text(row.row)), std::move(delta), row.total,
                      seconds > 0 ? Cell(static_cast<double>(row.total) / seconds) : Cell(Never{}),
                      row.imbalance, std::string(words.empty() ? trace->text(row.detail) : words)});
    };
    return table;
}

std::string cpuLabels(const std::vector<model::CpuId>& cpus) {
    std::string json = "[";
    for (const auto cpu : cpus)
        json += fmt::format("{}\"CPU{}\"", json.size() > 1 ? "," : "", raw(cpu));
    return json + "]";
}

}  // namespace

ReportResult reportIrq(const LoadedTrace& loaded, const ReportOptions& options) {
    const auto& trace = *loaded.trace;
    const model::ReportScope scope{loaded.selection.timeRange(trace), loaded.selection.cpus};
    const auto report = std::make_shared<const InterruptReport>(interruptReport(trace, scope));
    ReportResult result;
    std::vector<GrowthReport> all;
    for (const auto file : {CounterFile::Interrupts, CounterFile::Softirqs}) {
        auto growth = growthReport(trace, file, scope);
        if (!growth) continue;
        if (all.empty()) {
            result.numbers.emplace_back("uptime_difference", growth->lastNs - growth->firstNs);
            result.objects.emplace_back("only_first", cpuLabels(growth->onlyFirst));
            result.objects.emplace_back("only_second", cpuLabels(growth->onlyLast));
        }
        const auto one = std::make_shared<const std::vector<GrowthReport>>(1, *growth);
        result.lists.push_back(
            growthTable(loaded, one, file == CounterFile::Interrupts ? "interrupts" : "softirqs"));
        all.push_back(std::move(*growth));
    }
    if (options.by == "cpu") {
        result.rows = handlerCpuTable(report);
        result.rows.name = "rows";
        return result;
    }
    const bool counters = report->rows.empty() && !all.empty();
    result.rows =
        counters
            ? growthTable(loaded, std::make_shared<const std::vector<GrowthReport>>(all), "rows")
            : handlerTable(report);
    result.sortForPeople = "total";
    if (counters) return result;
    result.lists.push_back(handlerCpuTable(report));
    std::string nested = "{";
    for (const auto& [words, count] : report->nested) {
        if (nested.size() > 1) nested += ',';
        appendJson(nested, words);
        nested += fmt::format(":{}", count);
    }
    result.objects.emplace_back("nested", nested + "}");
    result.numbers.emplace_back("max_nesting", wholeNumber(report->maxNesting));
    return result;
}

}  // namespace kscope::app
