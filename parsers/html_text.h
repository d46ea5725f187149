// SPDX-License-Identifier: GPL-3.0-or-later
/// Takes the ftrace text out of what wraps it: Android's tools, and the pages of blogs.
#pragma once

#include "parsers/bytes/byte_stream.h"

#include <string_view>

namespace kscope::parsers {

/// The trace text of an atrace stream ("TRACE:" and text or zlib data), of a systrace page (script
/// blocks of class trace-data, or the string linuxPerfData), or of such a page's script lines.
/// `head` was read from `source` already. Positions in the result count in the text that comes out.
[[nodiscard]] std::unique_ptr<ByteStream> traceTextOf(std::unique_ptr<ByteStream> source,
                                                      std::string head);

/// Whether a source that begins so is a web page.
[[nodiscard]] bool isWebPage(std::string_view head);

/// The text of all <pre> blocks of a page, without tags and with its entities as characters; each
/// block ends with a line end. Tags that no page knows are text: <idle>.
[[nodiscard]] std::unique_ptr<ByteStream> preTextOf(std::unique_ptr<ByteStream> source,
                                                    std::string head);

}  // namespace kscope::parsers
