// SPDX-License-Identifier: GPL-3.0-or-later
/// Tells the files of /proc apart that somebody wrote into one: `cat interrupts softirqs > FILE`.
#pragma once

#include "model/store/counter_chunk.h"

#include <string_view>
#include <vector>

namespace kscope::parsers {

/// A stretch of the text that is of one file; lines of time in front of it belong to it.
struct FileSection {
    model::CounterFile file{};
    std::string_view text;  ///< Of the whole text that was cut.
};
/// At least one section, in order, without gaps. `sniffed` is what the first one is unless a line
/// says otherwise. Only lines that no other file has begin another one; the files of pressure are
/// not told apart.
[[nodiscard]] std::vector<FileSection> splitFiles(model::CounterFile sniffed,
                                                  std::string_view text);

}  // namespace kscope::parsers
