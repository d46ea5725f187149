// SPDX-License-Identifier: GPL-3.0-or-later
/// The detectors behind sniff(): each looks at the head of a source and says what it is and why.
#pragma once

#include "parsers/importers.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::parsers {

/// What the detectors look at: the first 64 KiB without a byte order mark.
struct Head {
    std::string_view bytes;
    std::vector<std::string_view> lines;  ///< Without line ends; the last one may be cut.
    std::uint64_t sourceBytes = 0;        ///< Of the whole source; 0: not known.
};
[[nodiscard]] Head makeHead(std::string_view bytes, std::uint64_t sourceBytes);

[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] bool isNumber(std::string_view text);  ///< Not empty, digits only.
/// The blank-separated words of a line, at most `limit`.
[[nodiscard]] std::vector<std::string_view> wordsOf(std::string_view line, std::size_t limit = 32);
/// How many of the first `among` lines fulfil `test`.
[[nodiscard]] std::size_t countLines(const Head& head,
                                     const std::function<bool(std::string_view)>& test,
                                     std::size_t among = SIZE_MAX);

// One for each group of docs: nothing where the group does not fit.
[[nodiscard]] std::optional<Sniffed>
sniffProcLog(const Head& head);  ///< By the log's first line, or a record's.
[[nodiscard]] std::optional<Sniffed>
sniffBinary(const Head& head);  ///< Magic numbers, also of files that are no traces.
[[nodiscard]] std::optional<Sniffed> sniffContainer(const Head& head);  ///< atrace, HTML, JSON.
[[nodiscard]] std::optional<Sniffed> sniffBlock(const Head& head);      ///< blkparse text.
[[nodiscard]] std::optional<Sniffed> sniffUftraceText(const Head& head);
[[nodiscard]] std::optional<Sniffed> sniffPerf(const Head& head);
[[nodiscard]] std::optional<Sniffed> sniffProc(const Head& head);
[[nodiscard]] std::optional<Sniffed> sniffFolded(const Head& head);
/// Of what is no trace: what it seems to be, in words; never empty ("plain text").
[[nodiscard]] std::string seemsToBe(const Head& head);

}  // namespace kscope::parsers
