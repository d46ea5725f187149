// SPDX-License-Identifier: GPL-3.0-or-later
/// Sources that one thread reads from front to back: the reader of a format, and what brings it
/// bytes.
#pragma once

#include "parsers/text_import.h"

#include <memory>
#include <string_view>

namespace kscope::parsers {

class RowReader {
public:
    RowReader() = default;
    virtual ~RowReader() = default;
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;
    virtual void begin(model::SourceId source) = 0;
    /// Reads what is whole in `text`, which begins at `position`; returns how many bytes were
    /// consumed: the rest comes again with more behind it. `last`: nothing follows. A reader must
    /// consume something of a text of kMostKept bytes.
    [[nodiscard]] virtual std::size_t read(std::string_view text, std::uint64_t position,
                                           bool last) = 0;
    /// Enough for a part.
    [[nodiscard]] virtual bool full() const = 0;
    /// What was read since the last call.
    [[nodiscard]] virtual model::ParsedPart finish() = 0;

    static constexpr std::size_t kMostKept = 4 << 20;
};

void importRowsFile(const TextImport& import, RowReader& reader,
                    const std::shared_ptr<const FileReader>& file);
void importRowsStream(const TextImport& import, RowReader& reader, ByteStream& stream,
                      BlockStore& store, std::string_view head, std::uint64_t total);

/// A source whose rows' text is read by a function out of the bytes that begin at the row.
using RowTextReader = model::EventText (*)(std::string_view text);
[[nodiscard]] std::shared_ptr<const model::EventSource>
makeRowSource(RowTextReader reader, std::shared_ptr<const ByteReader> bytes);

}  // namespace kscope::parsers
