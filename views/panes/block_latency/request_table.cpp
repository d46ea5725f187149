// SPDX-License-Identifier: GPL-3.0-or-later
/// Cells of requests; times are told from the trace's begin.
#include "views/panes/block_latency/request_table.h"

#include "model/core/format.h"
#include "views/panes/block_pipeline/request_track.h"
#include "views/panes/pane_look.h"

#include <fmt/format.h>

#include <algorithm>

namespace kscope::views {
namespace {

using model::BlockRequest;
using model::kNoTime;

std::int64_t stretch(std::int64_t from, std::int64_t to) {
    return from == kNoTime || to == kNoTime ? TableRows::kNoNumber : to - from;
}

QString words(std::int64_t length) {
    if (length == TableRows::kNoNumber) return QStringLiteral("—");
    return QString::fromStdString(model::formatDuration(model::Duration{length}));
}

QString plainCount(std::uint64_t value) {
    return QString::fromStdString(model::formatCount(value));
}

}  // namespace

std::int64_t requestTotal(const BlockRequest& request) {
    return request.c == kNoTime ? kNoTime : request.c - model::requestBegin(request);
}

model::TimeRange requestSpan(const model::Trace& trace, const BlockRequest& request) {
    const auto begin = model::requestBegin(request);
    const auto end = request.c == kNoTime ? model::toNs(trace.range().end) : request.c;
    return {model::timestampNs(begin), model::timestampNs(std::max(end, begin + 1))};
}

Item requestItem(const model::Trace& trace, const model::BlockModel& blocks,
                 std::uint32_t request) {
    return requestHit(trace, blocks, request, model::toNs(trace.range().end)).item;
}

RequestTableRows::RequestTableRows(model::TracePtr trace,
                                   std::shared_ptr<const model::BlockModel> blocks,
                                   std::vector<std::uint32_t> chosen)
    : m_trace(std::move(trace)),
      m_blocks(std::move(blocks)),
      m_chosen(std::move(chosen)) {
    const auto tr = [](const char* text) { return QObject::tr(text); };
    using Sort = TableSort;
    addColumn(tr("Queued"), tr("When the block layer was asked, since the trace's begin"),
              "queued_ns", Sort::Number);
    addColumn(tr("Device"), tr("Major and minor number"), "device", Sort::Number);
    addColumn(tr("Kind"), tr("The rwbs letters in words"), "kind", Sort::Name);
    addColumn(tr("Sector"), tr("Where on the device, in units of 512 bytes"), "sector",
              Sort::Number);
    addColumn(tr("Size"), tr("How much is transferred"), "bytes", Sort::Number);
    addColumn(tr("Submitted by"), tr("The task that asked for its earliest part"), "task",
              Sort::Name);
    addColumn(tr("Total"),
              tr("From the question to the completion; dark: before the device had it"), "total_ns",
              Sort::Number);
    addColumn(tr("Q→G"), tr("Waited for a request"), "q2g_ns", Sort::Number);
    addColumn(tr("G→I"), tr("Prepared, held by the plug"), "g2i_ns", Sort::Number);
    addColumn(tr("I→D"), tr("Waited in the scheduler"), "i2d_ns", Sort::Number);
    addColumn(tr("D→C"), tr("In the device"), "d2c_ns", Sort::Number);
    addColumn(tr("Bios"), tr("Transfers that were merged into it"), "bios", Sort::Number);
    addColumn(tr("Result"), tr("Complete, failed with an error, or still open at the end"), "error",
              Sort::Number);
    for (const auto index : m_chosen)
        m_longest = std::max(m_longest, requestTotal(m_blocks->requests[index]));
}

void RequestTableRows::addColumn(const QString& title, const QString& help,
                                 const QString& exportName, TableSort sort) {
    const auto column = static_cast<int>(m_columns.size());
    TableColumn made;
    made.title = title;
    made.help = help;
    made.exportName = exportName;
    made.sort = sort;
    const bool left = column == Kind || column == Task || column == Result || column == Device;
    made.side = left ? TableSide::Left : TableSide::Right;
    made.face = left ? TableFace::Body : TableFace::Mono;
    if (column == Total) made.width = 150;
    made.stretch = column == Result;
    m_columns.push_back(made);
}

std::optional<std::uint32_t> RequestTableRows::rowOf(std::uint32_t request) const {
    const auto found = std::ranges::lower_bound(m_chosen, request);
    if (found == m_chosen.end() || *found != request) return std::nullopt;
    return static_cast<std::uint32_t>(found - m_chosen.begin());
}

std::int64_t RequestTableRows::number(std::uint32_t row, int column) const {
    const auto& request = at(row);
    switch (column) {
    case Queued: return model::requestBegin(request) - model::toNs(m_trace->range().begin);
    case Device: return static_cast<std::int64_t>(request.device);
    case Sector: return static_cast<std::int64_t>(request.sector);
    case Size: return std::int64_t{request.sectors} * 512;
    case Total: return stretch(model::requestBegin(request), request.c);
    case QueuedToGot: return stretch(request.q, request.g);
    case GotToInserted: return stretch(request.g, request.i);
    case InsertedToIssued: return stretch(request.i, request.d);
    case IssuedToDone: return stretch(request.d, request.c);
    case Bios: return request.bios;
    case Result: return request.c == kNoTime ? kNoNumber : request.error;
    default: return kNoNumber;
    }
}

QString RequestTableRows::text(std::uint32_t row, int column) const {
    const auto& request = at(row);
    switch (column) {
    case Queued: return words(number(row, Queued));
    case Device: return QString::fromStdString(model::deviceText(request.device));
    case Kind: return QString::fromStdString(rwbsWords(request.rwbs));
    case Sector: return plainCount(request.sector);
    case Size:
        return QString::fromStdString(model::formatBytes(std::uint64_t{request.sectors} * 512));
    case Task:
        return request.task == model::kNoTask ? shown(m_trace->text(request.comm))
                                              : taskName(*m_trace, request.task);
    case Bios: return plainCount(request.bios);
    case Result:
        if (request.c == kNoTime) return QObject::tr("open");
        if (request.error != 0) return QObject::tr("failed, %1").arg(request.error);
        return request.requeues > 0 ? QObject::tr("ok, put back %1 ×").arg(request.requeues)
                                    : QObject::tr("ok");
    default: return words(number(row, column));
    }
}

std::string_view RequestTableRows::name(std::uint32_t row, int column) const {
    const auto& request = at(row);
    if (column != Kind)
        return request.task == model::kNoTask ? m_trace->text(request.comm)
                                              : m_trace->comm(request.task);
    // By operation; what letters follow does not matter for the order.
    static constexpr std::array<std::string_view, 16> kOrder{
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"};
    return kOrder[static_cast<std::size_t>(model::operationOf(request.rwbs)) % kOrder.size()];
}

bool RequestTableRows::holds(std::uint32_t row, const QString& wanted) const {
    for (const int column : {Task, Kind, Sector, Device, Result})
        if (text(row, column).contains(wanted, Qt::CaseInsensitive)) return true;
    return QString::number(at(row).sector).contains(wanted);
}

std::uint64_t RequestTableRows::identity(std::uint32_t row) const { return m_chosen[row]; }

std::optional<Rgb> RequestTableRows::swatch(std::uint32_t row, const Theme& theme) const {
    return model::sideOf(at(row).rwbs) == model::BlockSide::Reads ? theme.dirRead : theme.dirWrite;
}

std::optional<TableBar> RequestTableRows::bar(std::uint32_t row, int column) const {
    const auto& request = at(row);
    const auto total = requestTotal(request);
    if (column != Total || total == kNoTime) return std::nullopt;
    const double share = static_cast<double>(total) / static_cast<double>(m_longest);
    const auto before =
        request.d == kNoTime ? std::int64_t{0} : request.d - model::requestBegin(request);
    const double dark =
        total > 0 ? static_cast<double>(before) / static_cast<double>(total) * share : 0;
    return TableBar{share, dark};
}

std::optional<Rgb> RequestTableRows::ink(std::uint32_t row, int column, const Theme& theme) const {
    const auto& request = at(row);
    if (column == Result && request.error != 0) return theme.statusError;
    if (column == Result && request.c == kNoTime) return theme.statusWarn;
    const auto length = number(row, column);
    // What waited longer than the device worked.
    if (column == InsertedToIssued && length != kNoNumber &&
        length > std::max<std::int64_t>(number(row, IssuedToDone), 0))
        return theme.stageID;
    return std::nullopt;
}

QString RequestTableRows::tip(std::uint32_t row) const {
    const auto hit =
        requestHit(*m_trace, *m_blocks, m_chosen[row], model::toNs(m_trace->range().end));
    return QStringLiteral("<b>%1</b><br>%2<br>%3")
        .arg(hit.words.title.toHtmlEscaped(), hit.words.time.toHtmlEscaped(),
             hit.words.lines.join(QLatin1Char('\n'))
                 .toHtmlEscaped()
                 .replace(QLatin1Char('\n'), QStringLiteral("<br>")));
}

}  // namespace kscope::views
