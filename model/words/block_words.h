// SPDX-License-Identifier: GPL-3.0-or-later
/// Words for the way of a block request: places of the block layer, intervals, stages.
#pragma once

#include "model/derive/block_report.h"

#include <array>
#include <string_view>

namespace kscope::model {

struct BlockWords {
    std::string_view title;
    std::string_view meaning;
    std::string_view look;  ///< What a large value means, what to look at next.
};

/// Places on the way down and up, in order.
enum class BlockLayer : std::uint8_t {
    FileSystem,
    Bio,
    Queue,
    Request,
    Plug,
    Scheduler,
    Driver,
    Device,
    Completion,
    Count_
};
inline constexpr std::size_t kBlockLayers = static_cast<std::size_t>(BlockLayer::Count_);

[[nodiscard]] BlockWords layerWords(BlockLayer layer);
[[nodiscard]] BlockWords intervalWords(BlockInterval interval);
/// Of a stage's letter: Q G M U I D C R A X.
[[nodiscard]] BlockWords stageWords(char letter);
/// The places that an interval runs through, first to last.
struct LayerStretch {
    BlockLayer first = BlockLayer::Count_;
    BlockLayer last = BlockLayer::Count_;
    [[nodiscard]] bool covers(BlockLayer layer) const { return layer >= first && layer <= last; }
};
[[nodiscard]] LayerStretch layersOf(BlockInterval interval);

}  // namespace kscope::model
