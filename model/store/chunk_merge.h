// SPDX-License-Identifier: GPL-3.0-or-later
/// Several streams of chunks become one in order of time.
#pragma once

#include "model/store/chunk_writer.h"

#include <memory>
#include <vector>

namespace kscope::model {

/// A joined chunk and what LaneSet needs beside it.
struct JoinedChunk {
    std::shared_ptr<const EventChunk> chunk;
    std::vector<ParsedPart::Piece::CpuEnds> ends;
};

/// Merges chunks, each in order of time in itself, that lie in order of (source, place in the
/// file). Equal times keep that order. Chunks that no other overlaps are passed on as they are.
[[nodiscard]] std::vector<JoinedChunk> mergeChunks(const std::vector<JoinedChunk>& chunks);

/// First and last event of each CPU in a chunk, ascending by CPU.
[[nodiscard]] std::vector<ParsedPart::Piece::CpuEnds> cpuEnds(const EventChunk& chunk);

}  // namespace kscope::model
