// SPDX-License-Identifier: GPL-3.0-or-later
/// The folder of real captures, and folders for files that a test makes.
#include "tests/support/shared_data.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kscope::support {

namespace fs = std::filesystem;

std::optional<fs::path> sharedData() {
    const char* const named = std::getenv("KSCOPE_SHARED");
    const auto shared =
        named != nullptr ? fs::path(named) : fs::path(KSCOPE_SOURCE_DIR).parent_path() / "shared";
    std::error_code ignored;
    if (!fs::exists(shared / "data" / "INDEX.tsv", ignored)) return std::nullopt;
    return shared / "data";
}

std::vector<IndexRow> readIndex(const fs::path& folder) {
    std::ifstream file(folder / "INDEX.tsv");
    std::string line;
    std::getline(file, line);  // The names of the columns.
    std::vector<IndexRow> rows;
    while (std::getline(file, line)) {
        std::array<std::string, 4> columns;
        std::istringstream fields(line);
        for (auto& column : columns) std::getline(fields, column, '\t');
        IndexRow row{.path = columns[0], .kind = columns[1], .events = {}, .counted = columns[3]};
        std::uint64_t events = 0;
        const auto [stop, error] =
            std::from_chars(columns[2].data(), columns[2].data() + columns[2].size(), events);
        if (error == std::errc{} && stop == columns[2].data() + columns[2].size())
            row.events = events;
        rows.push_back(std::move(row));
    }
    return rows;
}

TemporaryFolder::TemporaryFolder() {
    auto pattern = (fs::temp_directory_path() / "kscope-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    m_path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::permissions(m_path, fs::perms::owner_all, fs::perm_options::add, ignored);
    fs::remove_all(m_path, ignored);
}

std::string TemporaryFolder::write(std::string_view name, std::string_view content) const {
    const auto path = file(name);
    std::ofstream out(path, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    return path;
}

}  // namespace kscope::support
