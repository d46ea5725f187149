// SPDX-License-Identifier: GPL-3.0-or-later
/// What holds for the sources as a whole: who may include whom, and what stands in the repository.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = KSCOPE_SOURCE_DIR;

std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

bool isSource(const fs::path& path) {
    return path.extension() == ".cpp" || path.extension() == ".h";
}

void eachFile(const fs::path& folder,
              const std::function<void(const fs::path&, const std::string&)>& use) {
    if (!fs::exists(folder)) return;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            use(entry.path().lexically_relative(kRoot), contents(entry.path()));
}

struct Room {
    std::string_view folder;
    std::string_view except;                    ///< A folder inside that has rules of its own.
    std::array<std::string_view, 6> forbidden;  ///< Beginnings of what may not be included.
};
// design.md section 2: parsers → model ← views, and app puts them together.
constexpr std::array kRooms{
    Room{"model",
         "model/items",
         {"\"views/", "\"parsers/", "\"app/", "\"model/items/", "<Q", "<nlohmann"}},
    Room{"model/items",
         "-",
         {"\"views/", "\"parsers/", "\"app/", "<QtWidgets", "<QWidget", "<QPainter"}},
    Room{"parsers", "-", {"\"views/", "\"app/", "\"model/items/", "<Q", "<nlohmann", "\"views"}},
    Room{"views", "-", {"\"parsers/", "\"app/", "<nlohmann", "<zstd", "<lzma", "\"parsers"}}};

TEST(Rooms, IncludeOnlyWhatDesignAllows) {
    int seen = 0;
    for (const auto& room : kRooms) {
        eachFile(kRoot / room.folder, [&](const fs::path& path, const std::string& text) {
            if (!isSource(path) || path.string().starts_with(room.except)) return;
            ++seen;
            std::istringstream lines(text);
            for (std::string line; std::getline(lines, line);) {
                if (!line.starts_with("#include ")) continue;
                for (const auto forbidden : room.forbidden)
                    EXPECT_FALSE(std::string_view(line).substr(9).starts_with(forbidden))
                        << path << ": " << line;
            }
        });
    }
    EXPECT_GT(seen, 50);
}

TEST(Sources, BeginWithTheirLicence) {
    for (const auto* const room : {"app", "model", "parsers", "views", "tests"}) {
        eachFile(kRoot / room, [](const fs::path& path, const std::string& text) {
            if (!isSource(path)) return;
            EXPECT_TRUE(text.starts_with("// SPDX-License-Identifier: GPL-3.0-or-later\n")) << path;
        });
    }
}

TEST(Sources, HeadersAreGuardedByPragmaOnce) {
    for (const auto* const room : {"app", "model", "parsers", "views"}) {
        eachFile(kRoot / room, [](const fs::path& path, const std::string& text) {
            if (path.extension() != ".h") return;
            EXPECT_NE(text.find("#pragma once"), text.npos) << path;
        });
    }
}

TEST(Sources, NameNoFolderOfOneMachine) {
    // Put together here, so that this file does not name them either.
    const std::array<std::string, 3> words{std::string("/wo") + "rk/", std::string("/ro") + "ot/",
                                           std::string("/ho") + "me/"};
    const auto check = [&](const fs::path& path, const std::string& text) {
        // Captures are what a machine wrote: its own paths stand in them.
        if (path.string().starts_with("tests/data") || path.string().starts_with("tests/fuzz") ||
            path.string().starts_with("resources/samples"))
            return;
        for (const auto& word : words) {
            for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
                const bool inside =
                    at > 0 &&
                    (isalnum(static_cast<unsigned char>(text[at - 1])) != 0 || text[at - 1] == '}');
                EXPECT_TRUE(inside) << path << ": " << text.substr(at, 60);
            }
        }
    };
    for (const auto* const folder : {"app", "model", "parsers", "views", "resources", ".ci"})
        eachFile(kRoot / folder, check);
    for (const auto* const file :
         {"CMakeLists.txt", "CMakePresets.json", "README.md", "tests/CMakeLists.txt", "tests/run"})
        check(file, contents(kRoot / file));
}

TEST(Repository, TestDataStaysSmall) {
    std::uintmax_t bytes = 0;
    eachFile(kRoot / "tests" / "data", [&](const fs::path& path, const std::string&) {
        bytes += fs::file_size(kRoot / path);
    });
    EXPECT_LT(bytes, 5u << 20);
}

TEST(Repository, HasWhatAPersonLooksForFirst) {
    for (const auto* const file : {"README.md", "LICENSE", "app/run", "tests/run", ".ci/run",
                                   "resources/kernelscope.desktop", "resources/kernelscope.1",
                                   "resources/icons/kernelscope.svg"})
        EXPECT_TRUE(fs::exists(kRoot / file)) << file;
    for (const auto* const file : {"app/run", "tests/run", ".ci/run"})
        EXPECT_NE(fs::status(kRoot / file).permissions() & fs::perms::owner_exec, fs::perms::none)
            << file;
}

}  // namespace
