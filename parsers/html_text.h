// SPDX-License-Identifier: GPL-3.0-or-later
/// Takes the ftrace text out of what Android's tools wrap it in.
#pragma once

#include "parsers/bytes/byte_stream.h"

namespace kscope::parsers {

/// The trace text of an atrace stream ("TRACE:" and text or zlib data), of a systrace page (script
/// blocks of class trace-data, or the string linuxPerfData), or of such a page's script lines.
/// `head` was read from `source` already. Positions in the result count in the text that comes out.
[[nodiscard]] std::unique_ptr<ByteStream> traceTextOf(std::unique_ptr<ByteStream> source,
                                                      std::string head);

}  // namespace kscope::parsers
