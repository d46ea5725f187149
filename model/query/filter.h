// SPDX-License-Identifier: GPL-3.0-or-later
/// The filter language of cli.md section 1.
#pragma once

#include "model/core/result.h"
#include "model/core/thread_pool.h"
#include "model/query/row_set.h"

#include <memory>
#include <stop_token>
#include <string_view>

namespace kscope::model {

/// Where an expression is wrong: 0-based column and length of the word, what was expected, and a
/// suggestion or "".
struct FilterFault {
    std::size_t column = 0;
    std::size_t length = 0;
    std::string message;
    std::string suggestion;
};

class Filter {
public:
    struct Node;
    [[nodiscard]] static tl::expected<Filter, FilterFault> parse(std::string_view text);
    Filter();  ///< Lets everything through.
    /// Events whose name or one of whose tasks holds `words`; see parseSearch().
    [[nodiscard]] static Filter containing(std::string_view words);
    [[nodiscard]] bool all() const noexcept { return m_root == nullptr; }
    [[nodiscard]] const std::string& text() const noexcept { return m_text; }
    /// Reads the event's text only where a field needs it.
    [[nodiscard]] bool matches(const Trace& trace, const Event& event) const;
    /// Both must hold.
    [[nodiscard]] Filter operator&&(const Filter& other) const;
    [[nodiscard]] const Node* root() const noexcept { return m_root.get(); }

private:
    std::shared_ptr<const Node> m_root;
    std::string m_text;
};

/// All rows that `filter` lets through. Expressions over event, cpu, tid, tgid, comm and source
/// cost three table look-ups a row; others decode text of those rows that the rest lets through.
/// Stops early (nullptr) when asked.
[[nodiscard]] RowSetPtr filterRows(const Trace& trace, const Filter& filter, ThreadPool& pool,
                                   std::stop_token stop = {});
/// The next (or previous) matching row from `from` on, without looking at the rest.
enum class Direction : std::uint8_t { Forward, Backward };
[[nodiscard]] std::optional<EventIndex> findNext(const Trace& trace, const Filter& filter,
                                                 EventIndex from, Direction direction,
                                                 std::stop_token stop = {});

}  // namespace kscope::model
