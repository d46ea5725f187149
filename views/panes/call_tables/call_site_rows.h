// SPDX-License-Identifier: GPL-3.0-or-later
/// From where functions were called, and how often, as rows of a table: of what has numbers and no
/// times (lines of the function tracer, stacks recorded with events).
#pragma once

#include "views/panes/call_tables/function_rows.h"
#include "views/panes/flame_graph/stack_tree.h"

namespace kscope::views {

class CallSiteRows : public CallRows {
public:
    enum Column : int { Function, Caller, Calls, Share };
    /// `tree` counts: each frame below another function is one call site, once a path.
    explicit CallSiteRows(std::shared_ptr<const FlameTree> tree);
    /// None: what these functions are called stands in the tree, not in the trace.
    [[nodiscard]] model::FunctionKey function(std::uint32_t) const override { return {}; }
    [[nodiscard]] CallSite site(std::uint32_t row) const;
    [[nodiscard]] std::uint32_t size() const override {
        return static_cast<std::uint32_t>(m_sites.size());
    }
    [[nodiscard]] std::string_view name(std::uint32_t row, int column) const override;
    [[nodiscard]] bool holds(std::uint32_t row, const QString& words) const override;
    [[nodiscard]] std::uint64_t identity(std::uint32_t row) const override;
    [[nodiscard]] std::optional<Rgb> swatch(std::uint32_t row, const Theme& theme) const override;
    [[nodiscard]] QString tip(std::uint32_t row) const override;
    [[nodiscard]] QString text(std::uint32_t row, int column) const override;
    [[nodiscard]] std::int64_t number(std::uint32_t row, int column) const override;
    [[nodiscard]] std::optional<TableBar> bar(std::uint32_t row, int column) const override;

protected:
    [[nodiscard]] std::string_view functionName(std::uint32_t row) const override;

private:
    struct Site {
        model::FunctionKey function;
        model::FunctionKey caller;
        std::int64_t calls = 0;
    };
    [[nodiscard]] double share(std::uint32_t row) const;
    std::shared_ptr<const FlameTree> m_tree;
    std::vector<Site> m_sites;  // In order of their first frame.
};

}  // namespace kscope::views
