// SPDX-License-Identifier: GPL-3.0-or-later
/// Text of the rounds of a source, read again.
#pragma once

#include "model/store/source.h"
#include "parsers/bytes/byte_reader.h"

#include <memory>
#include <string>
#include <vector>

namespace kscope::parsers {

/// A log: a round's text goes to the next line that is the log's own.
[[nodiscard]] std::shared_ptr<const model::EventSource>
makeLogText(std::shared_ptr<const ByteReader> bytes);

/// One piece of a source that is put together of files or parts of one.
struct TextPiece {
    std::uint64_t position = 0;  ///< In the source.
    std::uint64_t length = 0;
    std::string path;  ///< File it is in; empty: in the text given.
};
/// Pieces ascending by position.
[[nodiscard]] std::shared_ptr<const model::EventSource> makePieceText(std::vector<TextPiece> pieces,
                                                                      std::string text);

}  // namespace kscope::parsers
