// SPDX-License-Identifier: GPL-3.0-or-later
/// What the program keeps for a person between runs: views by the content of their trace, and
/// recent traces. All functions touch files: not for the GUI thread.
#pragma once

#include "app/session/source_spec.h"
#include "model/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::app {

/// $XDG_STATE_HOME/kernelscope, else ~/.local/state/kernelscope.
[[nodiscard]] std::string stateFolder();

/// Size and hash of the content (first and last 64 KiB, FNV-1a of 64 bits) of all sources with
/// their shifts, as a file name. The path has no part in it: a moved or renamed trace is found
/// again. Empty where a source is no ordinary file.
[[nodiscard]] std::string contentKey(const std::vector<SourceSpec>& sources);

/// Text of a file of at most 8 MiB.
[[nodiscard]] model::Result<std::string> readSmallFile(const std::string& path);
/// Writes a temporary file beside `path` and renames it; makes its folder where it is missing.
[[nodiscard]] model::Result<void> writeSmallFile(const std::string& path, std::string_view text);

/// A trace opened before.
struct RecentTrace {
    std::vector<std::string> sources;  ///< As sourceSpecText writes them.
    std::string kind;                  ///< "ftrace-text"
    std::uint64_t bytes = 0;
    std::uint64_t events = 0;
    std::uint64_t cpus = 0;
    std::int64_t lengthNs = 0;
    std::int64_t openedMs = 0;  ///< Unix time.
    bool pinned = false;
    std::vector<std::uint8_t>
        busy;  ///< Busy share of the CPUs, 0…255, in kBusyColumns stretches a row.
    static constexpr std::size_t kBusyColumns = 48;
};
/// Pinned ones first, then the latest. A missing or damaged file gives none.
[[nodiscard]] std::vector<RecentTrace> readRecent(const std::string& folder);
/// Puts `trace` at its place (it replaces an entry of the same sources) and keeps pins and at most
/// 50 entries.
void rememberRecent(const std::string& folder, RecentTrace trace);
enum class Pin : std::uint8_t { Set, Clear };
void pinRecent(const std::string& folder, const std::vector<std::string>& sources, Pin pin);

/// A trace that comes with the program.
struct SampleTrace {
    std::string path;
    std::uint64_t bytes = 0;
};
/// By name. Looked for where an installed program and where one in its build folder has them;
/// `programFolder` holds the program itself.
[[nodiscard]] std::vector<SampleTrace> sampleTraces(const std::string& programFolder);

}  // namespace kscope::app
