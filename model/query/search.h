// SPDX-License-Identifier: GPL-3.0-or-later
/// The window's search field: plain words find names, the filter language finds values.
#pragma once

#include "model/core/thread_pool.h"
#include "model/query/filter.h"

#include <stop_token>
#include <string_view>

namespace kscope::model {

/// True where `text` holds an operator of the filter language.
[[nodiscard]] bool looksLikeFilter(std::string_view text);

/// What the search field means: a filter expression where it looks like one, else all events whose
/// name, task, or one of the tasks that they switch, wake or fork, holds the words (upper and lower
/// case alike) or has the number as its tid.
[[nodiscard]] tl::expected<Filter, FilterFault> parseSearch(std::string_view text);

/// All rows in whose text (context line, stack and all) the bytes of `needle` stand, upper and
/// lower case apart. Reads the sources on all threads; nullptr when stopped or nothing can be read.
/// Needles of less than one byte find nothing.
[[nodiscard]] RowSetPtr searchText(const Trace& trace, std::string_view needle, ThreadPool& pool,
                                   std::stop_token stop = {});

}  // namespace kscope::model
