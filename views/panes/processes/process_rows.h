// SPDX-License-Identifier: GPL-3.0-or-later
/// The processes of one moment as rows of a table, flat or as a tree of parents.
#pragma once

#include "model/derive/process_list.h"
#include "views/panes/table/table_rows.h"

#include <unordered_map>

namespace kscope::views {

enum class ProcessColumn : int {
    Name,
    Pid,
    Tid,
    Parent,
    State,
    Cpu,
    LastCpu,
    Nice,
    Policy,
    Rss,
    Vsz,
    Minor,
    Major,
    Wchan,
    Count_
};

class ProcessRows final : public TableRows {
public:
    enum class Shape : std::uint8_t { Flat, Tree };
    /// `before`: the sample before this one; faults are then those since it. May be null.
    ProcessRows(model::ProcessListPtr list, model::ProcessListPtr before, Shape shape);

    [[nodiscard]] const model::ProcessRow& process(std::uint32_t row) const {
        return m_list->rows[row];
    }
    [[nodiscard]] std::span<const TableColumn> columns() const override;
    [[nodiscard]] std::uint32_t size() const override;
    [[nodiscard]] QString text(std::uint32_t row, int column) const override;
    [[nodiscard]] std::int64_t number(std::uint32_t row, int column) const override;
    [[nodiscard]] std::string_view name(std::uint32_t row, int column) const override;
    [[nodiscard]] std::uint64_t identity(std::uint32_t row) const override;
    [[nodiscard]] std::optional<TableBar> bar(std::uint32_t row, int column) const override;
    [[nodiscard]] std::optional<Rgb> ink(std::uint32_t row, int column,
                                         const Theme& theme) const override;
    [[nodiscard]] QString tip(std::uint32_t row) const override;
    [[nodiscard]] ItemTold told(std::uint32_t row) const;  ///< For the details.
    [[nodiscard]] bool tree() const override { return m_shape == Shape::Tree; }
    [[nodiscard]] bool hasChildren(std::uint32_t row) const override;
    void children(std::uint32_t row, std::vector<std::uint32_t>& into) const override;

private:
    [[nodiscard]] std::int64_t faults(std::uint32_t row,
                                      std::int64_t model::ProcessRow::*member) const;
    model::ProcessListPtr m_list;
    model::ProcessListPtr m_before;
    Shape m_shape;
    std::vector<std::string> m_policies;                                       // by row
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_children;  // kRoot: at the left
};

}  // namespace kscope::views
