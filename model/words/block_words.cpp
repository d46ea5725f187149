// SPDX-License-Identifier: GPL-3.0-or-later
/// Looks the words of resources/words/block.tsv up.
#include "model/words/block_words.h"

#include "model/words/word_table.h"

#include <string>

namespace kscope::model {

namespace {
BlockWords blockWordsAt(const std::string& key) {
    const auto* const row = blockTable().find(key);
    return row == nullptr ? BlockWords{} : BlockWords{(*row)[1], (*row)[2], (*row)[3]};
}
}  // namespace

BlockWords layerWords(BlockLayer layer) {
    static constexpr std::array<std::string_view, kBlockLayers> kKeys{
        "fs", "bio", "queue", "request", "plug", "scheduler", "driver", "device", "done"};
    const auto index = static_cast<std::size_t>(layer);
    return index < kKeys.size() ? blockWordsAt("layer:" + std::string(kKeys[index])) : BlockWords{};
}

BlockWords intervalWords(BlockInterval interval) {
    return blockWordsAt("interval:" + std::string(intervalName(interval)));
}

BlockWords stageWords(char letter) { return blockWordsAt(std::string("stage:") + letter); }

LayerStretch layersOf(BlockInterval interval) {
    switch (interval) {
    case BlockInterval::Q2Q: return {BlockLayer::FileSystem, BlockLayer::Queue};
    case BlockInterval::Q2G:
    case BlockInterval::Q2M: return {BlockLayer::Queue, BlockLayer::Request};
    case BlockInterval::G2I: return {BlockLayer::Request, BlockLayer::Plug};
    case BlockInterval::I2D: return {BlockLayer::Scheduler, BlockLayer::Scheduler};
    case BlockInterval::M2D: return {BlockLayer::Request, BlockLayer::Scheduler};
    case BlockInterval::D2C: return {BlockLayer::Driver, BlockLayer::Device};
    case BlockInterval::Q2C: return {BlockLayer::Queue, BlockLayer::Completion};
    default: return {};
    }
}

}  // namespace kscope::model
