// SPDX-License-Identifier: GPL-3.0-or-later
/// Functions, callers or callees of one, and paths of calls as rows of a table.
#pragma once

#include "model/derive/call_functions.h"
#include "views/panes/call_tables/call_units.h"
#include "views/panes/flame_graph/flame_scene.h"
#include "views/panes/table/table_rows.h"

namespace kscope::views {

[[nodiscard]] QString shareText(double share);  ///< "12.3", of 0.123; "< 0.1".
/// A function's name and what is known of it, as rich text.
[[nodiscard]] QString functionTip(std::string_view name, model::CallSpace space);

/// What all rows of calls have: a function in the first column, with its colour and its words.
class CallRows : public TableRows {
public:
    explicit CallRows(model::TracePtr trace) : m_trace(std::move(trace)) {}
    [[nodiscard]] virtual model::FunctionKey function(std::uint32_t row) const = 0;
    [[nodiscard]] std::span<const TableColumn> columns() const override { return m_columns; }
    [[nodiscard]] std::string_view name(std::uint32_t row, int column) const override;
    [[nodiscard]] bool holds(std::uint32_t row, const QString& words) const override;
    [[nodiscard]] std::uint64_t identity(std::uint32_t row) const override;
    [[nodiscard]] std::optional<Rgb> swatch(std::uint32_t row, const Theme& theme) const override;
    [[nodiscard]] QString tip(std::uint32_t row) const override;

protected:
    [[nodiscard]] virtual std::string_view functionName(std::uint32_t row) const;
    [[nodiscard]] QString functionText(std::uint32_t row) const;
    void addColumn(const QString& title, const QString& help, const QString& exportName);
    void addFunctionColumn(const QString& title);
    model::TracePtr m_trace;
    std::vector<TableColumn> m_columns;
};

/// The function table.
class FunctionRows : public CallRows {
public:
    enum Column : int { Function, Calls, Total, Self, Min, Avg, Max, P99 };
    FunctionRows(model::TracePtr trace, model::FunctionReport report);
    [[nodiscard]] model::FunctionKey function(std::uint32_t row) const override {
        return m_report.rows[row].function;
    }
    [[nodiscard]] std::uint32_t size() const override {
        return static_cast<std::uint32_t>(m_report.rows.size());
    }
    [[nodiscard]] QString text(std::uint32_t row, int column) const override;
    [[nodiscard]] std::int64_t number(std::uint32_t row, int column) const override;
    [[nodiscard]] std::optional<TableBar> bar(std::uint32_t row, int column) const override;
    [[nodiscard]] const model::FunctionReport& report() const { return m_report; }

private:
    model::FunctionReport m_report;
    CallUnit m_total, m_self, m_each;
    std::int64_t m_mostTotal = 0;
};

/// Who called a function, or what it called, each directly.
class CallPairRows : public CallRows {
public:
    enum Column : int { Function, Calls, Total, Share };
    enum class Side : std::uint8_t { Callers, Callees };
    /// `of` is what the rows are about; `pairs` may hold those of other functions.
    CallPairRows(model::TracePtr trace, Side side, model::FunctionKey of,
                 std::span<const model::CallPair> pairs);
    [[nodiscard]] model::FunctionKey function(std::uint32_t row) const override {
        return m_side == Side::Callers ? m_pairs[row].caller : m_pairs[row].callee;
    }
    [[nodiscard]] std::uint32_t size() const override {
        return static_cast<std::uint32_t>(m_pairs.size());
    }
    [[nodiscard]] QString text(std::uint32_t row, int column) const override;
    [[nodiscard]] std::int64_t number(std::uint32_t row, int column) const override;
    [[nodiscard]] std::optional<TableBar> bar(std::uint32_t row, int column) const override;

private:
    [[nodiscard]] double share(std::uint32_t row) const;
    Side m_side;
    std::vector<model::CallPair> m_pairs;
    CallUnit m_unit;
    std::int64_t m_sum = 0;
};

/// The call tree from the top: what called what, largest first. Row n is the tree's node n + 1.
class CallTreeRows final : public CallRows {
public:
    enum Column : int { Function, Total, Share, Self, Calls, Mean };
    explicit CallTreeRows(std::shared_ptr<const FlameTree> tree);
    [[nodiscard]] static std::uint32_t nodeOf(std::uint32_t row) { return row + 1; }
    [[nodiscard]] static std::uint32_t rowOf(std::uint32_t node) { return node - 1; }
    [[nodiscard]] std::uint32_t parentOf(std::uint32_t node) const {
        return m_tree->calls.nodes[node].parent;
    }
    [[nodiscard]] model::FunctionKey function(std::uint32_t row) const override {
        return node(row).function;
    }
    [[nodiscard]] std::uint32_t size() const override;
    [[nodiscard]] QString text(std::uint32_t row, int column) const override;
    [[nodiscard]] std::int64_t number(std::uint32_t row, int column) const override;
    [[nodiscard]] std::uint64_t identity(std::uint32_t row) const override { return m_paths[row]; }
    [[nodiscard]] std::optional<TableBar> bar(std::uint32_t row, int column) const override;
    [[nodiscard]] std::optional<Rgb> swatch(std::uint32_t row, const Theme& theme) const override;
    [[nodiscard]] bool tree() const override { return true; }
    [[nodiscard]] bool hasChildren(std::uint32_t row) const override;
    void children(std::uint32_t row, std::vector<std::uint32_t>& into) const override;

protected:
    [[nodiscard]] std::string_view functionName(std::uint32_t row) const override;

private:
    [[nodiscard]] const model::CallTreeNode& node(std::uint32_t row) const {
        return m_tree->calls.nodes[nodeOf(row)];
    }
    [[nodiscard]] double whole() const;
    std::shared_ptr<const FlameTree> m_tree;
    std::vector<std::uint64_t> m_paths;  // by row: the same path has the same number in every tree
    CallUnit m_total, m_self, m_mean;
};

}  // namespace kscope::views
