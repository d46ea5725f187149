// SPDX-License-Identifier: GPL-3.0-or-later
/// `dump` of what was read of /proc: one number a line or object.
#pragma once

#include "app/command_line/commands.h"
#include "model/query/filter_plan.h"
#include "model/store/trace.h"

#include <string>
#include <vector>

namespace kscope::app {

class RoundPrinter {
public:
    /// Only numbers that `filter` lets through are printed; it must outlive the printer.
    RoundPrinter(const model::Trace& trace, OutputFormat format, const model::Filter& filter);
    /// Appends the numbers of the round that `event` is; false where it is none.
    bool print(const model::Event& event, std::string& into);

private:
    struct Table {
        model::CounterTablePtr table;
        model::CounterCursor cursor;
        std::vector<std::string> paths;  ///< By series: "node0/DMA32/free".
    };
    Table* tableOf(const model::Event& event, std::size_t& round);
    void number(const Table& table, std::size_t place, std::int64_t timeNs,
                const model::Event& event, std::string& into) const;

    const model::Trace& m_trace;
    OutputFormat m_format;
    const model::Filter& m_filter;
    model::RowMatcher m_matcher;
    std::vector<bool> m_chosen;  // by series
    std::vector<Table> m_tables;
};

}  // namespace kscope::app
