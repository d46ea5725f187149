// SPDX-License-Identifier: GPL-3.0-or-later
/// The folder of real captures that is not in the repository, and folders for files that a test
/// makes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::support {

/// data/ of $KSCOPE_SHARED, or of shared/ beside the checkout; nothing where neither is there: the
/// test then skips.
[[nodiscard]] std::optional<std::filesystem::path> sharedData();

/// A row of the folder's INDEX.tsv.
struct IndexRow {
    std::string path;  ///< Below the folder.
    std::string kind;  ///< "none": no trace.
    std::optional<std::uint64_t> events;
    std::string counted;
};
[[nodiscard]] std::vector<IndexRow> readIndex(const std::filesystem::path& folder);

/// A folder of its own that is gone when the test is over.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file(std::string_view name) const { return (m_path / name).string(); }
    /// Writes `content` to a file in it and returns the path.
    std::string write(std::string_view name, std::string_view content) const;

private:
    std::filesystem::path m_path;
};

}  // namespace kscope::support
