// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads info and task.txt.
#include "parsers/uftrace/uftrace_header.h"

#include "parsers/ftrace/line_head.h"
#include "parsers/text/number.h"

#include <array>
#include <cstring>
#include <optional>

namespace kscope::parsers {
namespace {

constexpr std::size_t kHeaderBytes = 40;
constexpr std::size_t kMostEntries = 1'000'000;  // sessions, tasks, libraries

template <class T> T headerField(std::string_view bytes, std::size_t at, bool bigEndian) {
    T value{};
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        const auto byte =
            static_cast<unsigned char>(bytes[at + (bigEndian ? i : sizeof(T) - 1 - i)]);
        value = static_cast<T>(value << 8 | byte);
    }
    return value;
}

std::string_view nextInfoLine(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

bool takeKey(std::string_view line, std::string_view key, std::string& into) {
    if (!line.starts_with(key)) return false;
    into = line.substr(key.size());
    return true;
}

void addSpec(std::string_view line, std::string_view key, std::vector<std::string>& into) {
    if (line.starts_with(key)) into.emplace_back(line.substr(key.size()));
}

/// Value of " key=value" or " key=\"value\"".
std::optional<std::string_view> taskValue(std::string_view line, std::string_view key) {
    for (auto at = line.find(key); at != line.npos; at = line.find(key, at + 1)) {
        if (at == 0 || line[at - 1] != ' ') continue;
        auto rest = line.substr(at + key.size());
        if (!rest.starts_with('"')) return rest.substr(0, rest.find(' '));
        rest.remove_prefix(1);
        // A name may hold quotes: it ends at the last of the line.
        const auto end = rest.rfind('"');
        return end == rest.npos ? rest : rest.substr(0, end);
    }
    return std::nullopt;
}

std::int64_t taskNumber(std::string_view line, std::string_view key) {
    const auto text = taskValue(line, key);
    const auto number = text ? wholeNumber(*text) : std::nullopt;
    return number && *number >= 0 && *number <= INT32_MAX ? *number : -1;
}

}  // namespace

std::string UftraceInfo::clock() const {
    for (const auto& [option, name] :
         {std::pair("boot", "boot"), std::pair("mono_raw", "mono_raw"), std::pair("mono", "mono")})
        for (const auto* const form : {"--clock=", "--clock "})
            if (command.find(std::string(form) + option) != command.npos) return name;
    return "mono";  // CLOCK_MONOTONIC unless told otherwise
}

model::Result<UftraceInfo> readUftraceInfo(std::string_view bytes) {
    if (bytes.size() < kHeaderBytes || std::memcmp(bytes.data(), "Ftrace!\0", 8) != 0)
        return model::failure("its info file is no uftrace header");
    UftraceInfo info;
    info.bigEndian = bytes[14] == 2;
    info.narrow = bytes[15] == 1;
    info.version = headerField<std::uint32_t>(bytes, 8, info.bigEndian);
    const auto headerSize = headerField<std::uint16_t>(bytes, 12, info.bigEndian);
    const auto swapped = headerField<std::uint32_t>(bytes, 8, !info.bigEndian);
    if (info.version > 64 && swapped >= 3 && swapped <= 64)
        return model::failure("its info file says in byte 14 that it is of a machine of the other "
                              "byte order than its version (" +
                              std::to_string(swapped) + ") is written in");
    if (info.version < 3 || info.version > 64)
        return model::failure("its info file has version " + std::to_string(info.version) +
                              " of uftrace data; 3 and 4 are read");
    info.features = headerField<std::uint64_t>(bytes, 16, info.bigEndian);
    auto rest = bytes.substr(
        std::min<std::size_t>(std::max<std::size_t>(headerSize, kHeaderBytes), bytes.size()));
    while (!rest.empty()) {
        const auto line = nextInfoLine(rest);
        if (takeKey(line, "cmdline:", info.command) || takeKey(line, "exename:", info.exename) ||
            takeKey(line, "pattern_type:", info.pattern))
            continue;
        if (!line.starts_with("argspec:lines=")) addSpec(line, "argspec:", info.argumentSpecs);
        addSpec(line, "retspec:", info.returnSpecs);
        addSpec(line, "argauto:", info.autoArgumentSpecs);
        addSpec(line, "retauto:", info.autoReturnSpecs);
        if (line.starts_with("enumauto:")) info.enums += line.substr(9);
    }
    return info;
}

UftraceTasks readUftraceTasks(std::string_view text) {
    UftraceTasks all;
    while (!text.empty()) {
        const auto line = nextInfoLine(text);
        if (trim(line).empty()) continue;
        const auto stamp = taskValue(line, "timestamp=");
        const auto time = stamp ? readTime(*stamp) : LineTime{};
        const auto count = all.sessions.size() + all.tasks.size() + all.libraries.size();
        if (time.kind != LineTime::Kind::Seconds || time.bad || count > kMostEntries) {
            ++all.oddLines;
            continue;
        }
        const auto tid = taskNumber(line, "tid=");
        const auto pid = taskNumber(line, "pid=");
        const auto either = pid >= 0 ? pid : tid;
        if (line.starts_with("SESS ")) {
            all.sessions.push_back({time.value, either,
                                    std::string(taskValue(line, "sid=").value_or("")),
                                    std::string(taskValue(line, "exename=").value_or(""))});
        } else if (line.starts_with("TASK ")) {
            all.tasks.push_back({time.value, tid >= 0 ? tid : pid, either, -1});
        } else if (line.starts_with("FORK ")) {
            all.tasks.push_back({time.value, either, either, taskNumber(line, "ppid=")});
        } else if (line.starts_with("DLOP ")) {
            const auto base = wholeHex(taskValue(line, "base=").value_or(""));
            all.libraries.push_back({time.value, std::string(taskValue(line, "sid=").value_or("")),
                                     base.value_or(0),
                                     std::string(taskValue(line, "libname=").value_or(""))});
        } else {
            ++all.oddLines;
        }
    }
    return all;
}

}  // namespace kscope::parsers
