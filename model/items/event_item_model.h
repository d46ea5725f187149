// SPDX-License-Identifier: GPL-3.0-or-later
/// The event table as a Qt item model: a snapshot, a set of rows and two bounds; no memory a row.
#pragma once

#include "model/items/row_text.h"
#include "model/items/text_fetcher.h"
#include "model/query/row_set.h"
#include "model/store/trace.h"

#include <QAbstractItemModel>

#include <optional>

namespace kscope::items {

enum class EventColumn : std::uint8_t { Time, Delta, Cpu, Task, Event, What, Fields };
inline constexpr int kEventColumns = 7;

/// `rows()` counts all rows; QAbstractItemModel's own interface shows a page of at most kPageRows
/// of them from `page()` on, because it counts in int.
class EventItemModel : public QAbstractItemModel {
    Q_OBJECT
public:
    static constexpr int kPageRows = 2'000'000'000;
    enum Role : int { EventRole = Qt::UserRole, TaskRole, PendingRole };

    /// `texts` may be null: then the last two columns stay empty.
    explicit EventItemModel(TextFetcher* texts, QObject* parent = nullptr);

    /// `rows` null: all rows of the trace.
    void setTrace(model::TracePtr trace, model::RowSetPtr rows);
    void forgetTexts();  ///< The words of events have changed.
    void setRows(model::RowSetPtr rows);
    /// Only events in `range`; none: all.
    void setBounds(std::optional<model::TimeRange> range);
    void setTimeStyle(const TimeStyle& style);
    void setPage(std::uint64_t first);

    [[nodiscard]] const model::TracePtr& trace() const { return m_trace; }
    [[nodiscard]] const model::RowSetPtr& rowSet() const { return m_rows; }
    [[nodiscard]] const TimeStyle& timeStyle() const { return m_style; }
    [[nodiscard]] std::uint64_t rows() const { return m_end - m_begin; }
    [[nodiscard]] std::uint64_t page() const { return m_page; }
    [[nodiscard]] model::EventIndex
    eventAt(std::uint64_t row) const;  ///< `row` below rows(). O(log chunks).
    /// The row of `event`, or of the next one shown; rows() where there is none.
    [[nodiscard]] std::uint64_t rowAtOrAfter(model::EventIndex event) const;
    [[nodiscard]] bool shows(model::EventIndex event) const;
    /// First and last event inside the bounds, whether the row set has them or not; none where
    /// there are no rows.
    [[nodiscard]] std::optional<RowRun> span() const;

    /// Time since the row above; none in the first row.
    [[nodiscard]] std::optional<model::Duration> deltaBefore(std::uint64_t row) const;
    /// What a cell shows. Text that is not read yet is empty; it is not asked for here.
    [[nodiscard]] QString text(const model::Event& event, EventColumn column) const;
    [[nodiscard]] QString deltaString(std::optional<model::Duration> delta) const;
    [[nodiscard]] TextFetcher* texts() const { return m_texts; }
    [[nodiscard]] static QString columnName(EventColumn column, const TimeStyle& style);

    [[nodiscard]] QModelIndex index(int row, int column,
                                    const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index,
                                int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    void recount();
    [[nodiscard]] std::uint64_t rank(std::uint64_t event) const;  // rows of the set before it
    [[nodiscard]] std::uint64_t total() const;

    TextFetcher* m_texts;
    model::TracePtr m_trace;
    model::RowSetPtr m_rows;
    std::optional<model::TimeRange> m_range;
    TimeStyle m_style;
    std::uint64_t m_begin = 0;  // in rows of the set
    std::uint64_t m_end = 0;
    std::uint64_t m_page = 0;
};

}  // namespace kscope::items
