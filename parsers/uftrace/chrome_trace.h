// SPDX-License-Identifier: GPL-3.0-or-later
/// Chrome trace events, as `uftrace dump --chrome` writes them (cmds/dump.c): B and E of calls.
#pragma once

#include "parsers/row_reader.h"

#include <memory>
#include <string>
#include <string_view>

namespace kscope::parsers {

/// An event object. Views point into it.
struct ChromeEvent {
    char phase = '\0';
    std::int64_t time = 0;       ///< ns
    std::int64_t duration = -1;  ///< ns, of X
    std::int64_t pid = -1;
    std::int64_t tid = -1;
    std::string name;
    std::string_view args;  ///< The object as it stands; empty: none.
    bool timed = false;
};
/// `object`: from its '{' to its '}'.
[[nodiscard]] ChromeEvent readChromeEvent(std::string_view object);
/// A JSON string without its quotes, escapes undone.
[[nodiscard]] std::string jsonText(std::string_view quoted);

[[nodiscard]] std::unique_ptr<RowReader> chromeReader();
[[nodiscard]] model::EventText readChromeText(std::string_view text);

}  // namespace kscope::parsers
