// SPDX-License-Identifier: GPL-3.0-or-later
/// Requests as rows of a table: when, what, who, how long each stage took.
#pragma once

#include "model/derive/block_latency.h"
#include "views/panes/table/table_rows.h"
#include "views/state/trace_view.h"

namespace kscope::views {

class RequestTableRows : public TableRows {
public:
    enum Column : int {
        Queued,
        Device,
        Kind,
        Sector,
        Size,
        Task,
        Total,
        QueuedToGot,
        GotToInserted,
        InsertedToIssued,
        IssuedToDone,
        Bios,
        Result,
        Columns
    };
    /// `chosen`: requests of `blocks`, one a row.
    RequestTableRows(model::TracePtr trace, std::shared_ptr<const model::BlockModel> blocks,
                     std::vector<std::uint32_t> chosen);
    [[nodiscard]] std::uint32_t request(std::uint32_t row) const { return m_chosen[row]; }
    /// The row of a request; none: it is not in the table.
    [[nodiscard]] std::optional<std::uint32_t> rowOf(std::uint32_t request) const;

    [[nodiscard]] std::span<const TableColumn> columns() const override { return m_columns; }
    [[nodiscard]] std::uint32_t size() const override {
        return static_cast<std::uint32_t>(m_chosen.size());
    }
    [[nodiscard]] QString text(std::uint32_t row, int column) const override;
    [[nodiscard]] std::int64_t number(std::uint32_t row, int column) const override;
    [[nodiscard]] std::string_view name(std::uint32_t row, int column) const override;
    [[nodiscard]] bool holds(std::uint32_t row, const QString& words) const override;
    [[nodiscard]] std::uint64_t identity(std::uint32_t row) const override;
    [[nodiscard]] std::optional<Rgb> swatch(std::uint32_t row, const Theme& theme) const override;
    [[nodiscard]] std::optional<TableBar> bar(std::uint32_t row, int column) const override;
    [[nodiscard]] std::optional<Rgb> ink(std::uint32_t row, int column,
                                         const Theme& theme) const override;
    [[nodiscard]] QString tip(std::uint32_t row) const override;

private:
    [[nodiscard]] const model::BlockRequest& at(std::uint32_t row) const {
        return m_blocks->requests[m_chosen[row]];
    }
    void addColumn(const QString& title, const QString& help, const QString& exportName,
                   TableSort sort);
    model::TracePtr m_trace;
    std::shared_ptr<const model::BlockModel> m_blocks;
    std::vector<std::uint32_t> m_chosen;  // ascending
    std::vector<TableColumn> m_columns;
    std::int64_t m_longest = 1;
};

/// From Q (else the first moment known) to C; kNoTime of one that is open.
[[nodiscard]] std::int64_t requestTotal(const model::BlockRequest& request);
/// The span of a request on the axis, to the trace's end where it is open.
[[nodiscard]] model::TimeRange requestSpan(const model::Trace& trace,
                                           const model::BlockRequest& request);
/// The item that stands for a request in the shared selection: its issue, with its life as span.
[[nodiscard]] Item requestItem(const model::Trace& trace, const model::BlockModel& blocks,
                               std::uint32_t request);

}  // namespace kscope::views
