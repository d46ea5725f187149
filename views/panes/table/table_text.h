// SPDX-License-Identifier: GPL-3.0-or-later
/// Rows of a table as text with tabs or commas, numbers raw.
#pragma once

#include "views/panes/table/table_order.h"

#include <functional>
#include <string>

namespace kscope::views {

enum class TableText : std::uint8_t { Tabs, TabsWithHead, Csv };  ///< Csv has a head, RFC 4180.

/// Lines [first, last) of `order`. `sink` gets pieces of some 64 KiB and says whether to go on.
/// False: stopped, or the sink did not go on.
bool writeTable(const TableRows& rows, const TableOrder& order, std::uint32_t first,
                std::uint32_t last, TableText style,
                const std::function<bool(std::string_view)>& sink,
                const std::stop_token& stop = {});

}  // namespace kscope::views
