// SPDX-License-Identifier: GPL-3.0-or-later
/// A uftrace data directory made of records that a test chooses: one program with 40 functions.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace kscope::support {

inline constexpr std::uint64_t kUftraceEntry = 0, kUftraceExit = 1, kUftraceLost = 2;
inline constexpr std::uint64_t kUftraceBase = 0x400000;

struct UftraceWord {
    std::uint64_t time = 0;
    std::uint64_t word = 0;
};

inline UftraceWord uftraceWord(std::uint64_t time, std::uint64_t kind, std::uint64_t depth,
                               std::uint64_t address, std::uint64_t more = 0) {
    return {time, kind | more << 2 | 5u << 3 | depth << 6 | address << 16};
}

inline void putBytes(std::string& to, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i, value >>= 8) to += static_cast<char>(value);
}

inline std::string uftraceBytes(const std::vector<UftraceWord>& records) {
    std::string bytes;
    for (const auto& each : records) {
        putBytes(bytes, each.time, 8);
        putBytes(bytes, each.word, 8);
    }
    return bytes;
}

class UftraceFolder {
public:
    UftraceFolder() {
        auto name = (std::filesystem::temp_directory_path() / "kscope-slices-XXXXXX").string();
        path = ::mkdtemp(name.data());
        writeInfo({});
        write("task.txt", "SESS timestamp=0.000000001 pid=100 sid=aa exename=\"/bin/lab\"\n"
                          "TASK timestamp=0.000000002 tid=101 pid=100\n"
                          "TASK timestamp=0.000000002 tid=102 pid=100\n");
        write("sid-aa.map", "00400000-00500000 r-xp 00000000 00:00 0 /bin/lab\n");
        std::string symbols = "# path name: /bin/lab\n";
        for (int i = 0; i < 40; ++i) {
            char line[64];
            std::snprintf(line, sizeof line, "%016x T function_%d\n", 0x400000 + i * 16, i);
            symbols += line;
        }
        write("lab.sym", symbols + "0000000000400400 T __sym_end\n");
    }
    /// `text`: what stands behind the header.
    void writeInfo(const std::string& text) const {
        std::string info("Ftrace!\0", 8);
        putBytes(info, 4, 4);
        putBytes(info, 40, 2);
        putBytes(info, 1, 1);
        putBytes(info, 2, 1);
        putBytes(info, 0, 24);
        write("info", info + text);
    }
    ~UftraceFolder() { std::filesystem::remove_all(path); }
    UftraceFolder(const UftraceFolder&) = delete;
    UftraceFolder& operator=(const UftraceFolder&) = delete;
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path / name, std::ios::binary) << bytes;
    }
    std::filesystem::path path;
};

}  // namespace kscope::support
