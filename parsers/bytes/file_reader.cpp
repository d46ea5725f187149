// SPDX-License-Identifier: GPL-3.0-or-later
/// A regular file that is read again later.
#include "parsers/bytes/file_reader.h"

#include <algorithm>
#include <array>

namespace kscope::parsers {
namespace {

constexpr std::size_t kSampleBytes = 4096;

// FNV-1a, 64 bit: the samples are small, and nobody forges a trace.
std::uint64_t hashBytes(std::uint64_t hash, std::span<const char> bytes) {
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

}  // namespace

FileReader::FileReader(FileHandle file, const FileState& state, std::string path)
    : m_file(std::move(file)),
      m_state(state),
      m_path(std::move(path)),
      m_goodChange(state.changedNs) {
    m_fingerprint = fingerprint();
}

std::uint64_t FileReader::fingerprint() const {
    std::array<char, kSampleBytes> sample{};
    const auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>(kSampleBytes, m_state.size));
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const auto offset : {std::uint64_t{0}, m_state.size - length}) {
        const auto count = m_file.readAt(offset, std::span(sample).first(length));
        if (!count) return 0;
        hash = hashBytes(hash, std::span(sample).first(*count));
    }
    return hash;
}

model::Result<std::size_t> FileReader::read(std::uint64_t offset, std::span<char> into) const {
    const auto now = stateOf(m_file);
    const auto what = shownPath(m_path);
    if (!now) return model::failure("cannot read " + what + " again: " + now.error().message);
    if (now->size < m_state.size) {
        return model::failure(what + " shrank from " + std::to_string(m_state.size) + " to " +
                              std::to_string(now->size) +
                              " bytes since it was opened; open it again");
    }
    if (now->changedNs != m_goodChange.load(std::memory_order_relaxed)) {
        if (fingerprint() != m_fingerprint) {
            return model::failure(what + " was rewritten since it was opened; open it again");
        }
        m_goodChange.store(now->changedNs, std::memory_order_relaxed);
    }
    if (offset >= m_state.size) return std::size_t{0};
    const auto count =
        m_file.readAt(offset, into.first(static_cast<std::size_t>(
                                  std::min<std::uint64_t>(into.size(), m_state.size - offset))));
    if (!count) return model::failure("cannot read " + what + " again: " + count.error().message);
    return *count;
}

}  // namespace kscope::parsers
