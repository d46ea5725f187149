// SPDX-License-Identifier: GPL-3.0-or-later
/// `report block`: one row a request, its bios, and the intervals between the stages.
#include "app/command_line/reports/reports.h"
#include "model/core/format.h"
#include "model/derive/block_report.h"
#include "parsers/bytes/open_input.h"

#include <fmt/format.h>

#include <memory>

namespace kscope::app {
namespace {

using model::BlockBio;
using model::BlockModel;
using model::BlockRequest;

/// What was derived, and which of it the options choose.
struct BlockFindings {
    BlockModel model;
    std::vector<std::uint32_t> requests;
    std::vector<std::uint32_t> bios;
    std::vector<model::BlockSummaryRow> summary;
    std::int64_t offset = 0;
};
using FindingsPtr = std::shared_ptr<const BlockFindings>;

std::int64_t whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// The parts of [begin, end) that the scope covers; what is open lasts on.
bool meets(const model::ReportScope& scope, std::int64_t begin, std::int64_t end) {
    if (!scope.range) return true;
    const auto last = end == model::kNoTime ? INT64_MAX : end;
    return begin < toNs(scope.range->end) && last >= toNs(scope.range->begin);
}

bool coversCpu(const LoadedTrace& loaded, model::EventIndex event) {
    const auto& cpus = loaded.selection.cpus;
    return cpus.empty() || std::ranges::find(cpus, loaded.trace->event(event).cpu) != cpus.end();
}

FindingsPtr findAll(const LoadedTrace& loaded) {
    auto found = std::make_shared<BlockFindings>();
    const auto& trace = *loaded.trace;
    found->model = model::blockRequests(trace);
    found->offset = ownClockOffset(trace);
    const model::ReportScope scope{loaded.selection.timeRange(trace), loaded.selection.cpus};
    const bool byTask = !loaded.selection.tasks.empty();
    const auto chosen = [&](const auto& item, std::int64_t begin, model::EventIndex event) {
        return meets(scope, begin, item.c) && coversCpu(loaded, event) &&
               (!byTask || (item.task != model::kNoTask &&
                            loaded.selection.coversTask(trace, item.task, item.comm)));
    };
    const auto& requests = found->model.requests;
    for (std::uint32_t i = 0; i < requests.size(); ++i) {
        const auto begin = requests[i].q != model::kNoTime ? requests[i].q : requests[i].d;
        if (chosen(requests[i], begin, requests[i].issue)) found->requests.push_back(i);
    }
    for (const auto index : model::biosInOrder(found->model))
        if (chosen(found->model.bios[index], found->model.bios[index].q,
                   found->model.bios[index].event))
            found->bios.push_back(index);
    found->summary = model::blockSummary(found->model, found->bios, *loaded.pool);
    return found;
}

/// What a second source saw of the same disk is in no row.
std::vector<std::string> leftOut(const LoadedTrace& loaded, const BlockModel& model) {
    const auto shown = [&](model::SourceId source) {
        return parsers::shownPath(loaded.trace->sources()[raw(source)].path);
    };
    std::vector<std::string> notes;
    for (const auto& twin : model.twins)
        notes.push_back(fmt::format("{} was seen by two sources at once: requests are those of {}; "
                                    "not counted are those of {} ({} records)",
                                    deviceText(twin.device), shown(twin.followed),
                                    shown(twin.other), model::formatCount(twin.records)));
    return notes;
}

Cell timeCell(std::int64_t ns, std::int64_t offset) {
    return ns == model::kNoTime ? Cell(Never{}) : Cell(ns - offset);
}
Cell submitterTid(const model::Trace& trace, model::TaskId task) {
    return task == model::kNoTask ? Cell(Never{}) : Cell(std::int64_t{raw(trace.task(task).tid)});
}
/// By its best name: a record knows only what was printed beside it.
Cell submitterComm(const model::Trace& trace, model::TaskId task) {
    if (task == model::kNoTask) return Never{};
    return std::string(trace.task(task).idle() ? "<idle>" : trace.comm(task));
}

/// The letters of the stages that were seen, in the order in which they come.
std::string stageLetters(const BlockModel& model, const BlockRequest& request) {
    std::string letters;
    bool remapped = false;
    bool split = false;
    bool merged = false;
    bool unplugged = false;
    for (std::uint32_t i = 0; i < request.bios; ++i) {
        const auto& bio = model.bios[model.held[request.firstBio + i]];
        remapped |= bio.remap != model::kNoIndex;
        split |= bio.split;
        merged |= bio.m != model::kNoTime;
        unplugged |= bio.u != model::kNoTime;
    }
    if (remapped) letters += 'A';
    if (request.q != model::kNoTime) letters += 'Q';
    if (split) letters += 'X';
    if (request.g != model::kNoTime) letters += 'G';
    if (merged) letters += 'M';
    if (unplugged) letters += 'U';
    if (request.i != model::kNoTime) letters += 'I';
    if (request.requeues > 0) letters += 'R';
    if (request.d != model::kNoTime) letters += 'D';
    if (request.c != model::kNoTime) letters += 'C';
    return letters;
}

Table requestTable(const LoadedTrace& loaded, const FindingsPtr& found) {
    const auto trace = loaded.trace;
    Table table;
    table.name = "rows";
    table.columns = {{"dev"},
                     {"sector"},
                     {"sectors"},
                     {"rwbs"},
                     {"tid"},
                     {"comm"},
                     {"q", CellUnit::Time},
                     {"g", CellUnit::Time, Shown::Machines},
                     {"i", CellUnit::Time, Shown::Machines},
                     {"d", CellUnit::Time, Shown::Machines},
                     {"c", CellUnit::Time, Shown::Machines},
                     {"q2d", CellUnit::Length, Shown::People},
                     {"d2c", CellUnit::Length, Shown::People},
                     {"q2c", CellUnit::Length, Shown::People},
                     {"stages"},
                     {"bios"},
                     {"error"}};
    table.rows = found->requests.size();
    table.fill = [found, trace](std::size_t index, std::vector<Cell>& cells) {
        const BlockRequest& row = found->model.requests[found->requests[index]];
        const auto at = [&](std::int64_t ns) { return timeCell(ns, found->offset); };
        const auto between = [](std::int64_t from, std::int64_t to) {
            return from == model::kNoTime || to == model::kNoTime ? Cell(Never{}) : Cell(to - from);
        };
        cells.assign({deviceText(row.device), whole(row.sector), std::int64_t{row.sectors},
                      rwbsText(row.rwbs), submitterTid(*trace, row.task),
                      submitterComm(*trace, row.task), at(row.q), at(row.g), at(row.i), at(row.d),
                      at(row.c), between(row.q, row.d), between(row.d, row.c),
                      between(row.q, row.c), stageLetters(found->model, row),
                      std::int64_t{row.bios}, std::int64_t{row.error}});
    };
    return table;
}

Table bioTable(const LoadedTrace& loaded, const FindingsPtr& found) {
    const auto trace = loaded.trace;
    Table table;
    table.name = "bios";
    table.columns = {{"dev"},
                     {"sector"},
                     {"sectors"},
                     {"rwbs"},
                     {"pid"},
                     {"q", CellUnit::Time},
                     {"g", CellUnit::Time},
                     {"m", CellUnit::Time},
                     {"i", CellUnit::Time},
                     {"d", CellUnit::Time},
                     {"c", CellUnit::Time},
                     {"split"}};
    table.rows = found->bios.size();
    table.fill = [found, trace](std::size_t index, std::vector<Cell>& cells) {
        const BlockBio& row = found->model.bios[found->bios[index]];
        const auto at = [&](std::int64_t ns) { return timeCell(ns, found->offset); };
        cells.assign({deviceText(row.device), whole(row.sector), std::int64_t{row.sectors},
                      rwbsText(row.rwbs), submitterTid(*trace, row.task), at(row.q), at(row.g),
                      at(row.m), at(row.i), at(row.d), at(row.c), row.split});
    };
    return table;
}

Table summaryTable(const FindingsPtr& found) {
    Table table;
    table.name = "summary";
    table.columns = {{"dev"},
                     {"dir"},
                     {"interval"},
                     {"count"},
                     {"total", CellUnit::Length},
                     {"min", CellUnit::Length},
                     {"avg", CellUnit::Length},
                     {"max", CellUnit::Length},
                     {"p50", CellUnit::Length},
                     {"p99", CellUnit::Length}};
    table.rows = found->summary.size();
    table.fill = [found](std::size_t index, std::vector<Cell>& cells) {
        const auto& row = found->summary[index];
        const auto& sum = row.length;
        cells.assign({deviceText(row.device),
                      row.direction == 0 ? std::string("all") : std::string(1, row.direction),
                      std::string(intervalName(row.interval)), whole(sum.count), sum.total, sum.min,
                      sum.avg(), sum.max, sum.p50, sum.p99});
    };
    return table;
}

}  // namespace

ReportResult reportBlock(const LoadedTrace& loaded, const ReportOptions& options) {
    const auto found = findAll(loaded);
    ReportResult result;
    result.notes = leftOut(loaded, found->model);
    if (options.summary) {
        result.rows = summaryTable(found);
        result.rows.name = "rows";
        return result;
    }
    result.rows = requestTable(loaded, found);
    result.lists.push_back(summaryTable(found));
    result.lists.push_back(bioTable(loaded, found));
    ReportCounts actions{.name = "actions", .counts = {}};
    for (std::size_t i = 0; i < found->model.actions.size(); ++i)
        if (found->model.actions[i] > 0)
            actions.counts.emplace_back(model::actionLetters(static_cast<model::BlockAction>(i)),
                                        whole(found->model.actions[i]));
    result.counts.push_back(std::move(actions));
    result.numbers.emplace_back("zero_size_records", whole(found->model.emptyRecords));
    return result;
}

}  // namespace kscope::app
