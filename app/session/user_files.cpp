// SPDX-License-Identifier: GPL-3.0-or-later
/// What the program keeps for a person between runs.
#include "app/session/user_files.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>

namespace kscope::app {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 8u << 20;
constexpr std::size_t kHashed = 64u << 10;
constexpr std::size_t kMostRecent = 50;

/// FNV-1a of 64 bits: no security, only to tell traces apart.
/// http://www.isthe.com/chongo/tech/comp/fnv/
class Fnv {
public:
    void add(std::string_view bytes) {
        for (const char byte : bytes)
            m_hash = (m_hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    }
    void add(std::uint64_t number) {
        add(std::string_view(reinterpret_cast<const char*>(&number), sizeof number));
    }
    [[nodiscard]] std::uint64_t value() const { return m_hash; }

private:
    std::uint64_t m_hash = 0xcbf29ce484222325;
};

bool addContent(Fnv& hash, const std::string& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return false;
    const auto size = fs::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    if (error || !file || size == 0) return false;
    std::string bytes(std::min<std::uint64_t>(size, kHashed), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    hash.add(std::string_view(bytes.data(), static_cast<std::size_t>(file.gcount())));
    if (size > kHashed) {
        file.clear();
        file.seekg(static_cast<std::streamoff>(size - bytes.size()));
        file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        hash.add(std::string_view(bytes.data(), static_cast<std::size_t>(file.gcount())));
    }
    hash.add(size);
    return true;
}

json recentJson(const RecentTrace& trace) {
    return {{"sources", trace.sources},    {"kind", trace.kind},     {"bytes", trace.bytes},
            {"events", trace.events},      {"cpus", trace.cpus},     {"length_ns", trace.lengthNs},
            {"opened_ms", trace.openedMs}, {"pinned", trace.pinned}, {"busy", trace.busy}};
}

RecentTrace recentOf(const json& value) {
    RecentTrace trace;
    trace.sources = value.value("sources", std::vector<std::string>{});
    trace.kind = value.value("kind", std::string());
    trace.bytes = value.value("bytes", std::uint64_t{0});
    trace.events = value.value("events", std::uint64_t{0});
    trace.cpus = value.value("cpus", std::uint64_t{0});
    trace.lengthNs = value.value("length_ns", std::int64_t{0});
    trace.openedMs = value.value("opened_ms", std::int64_t{0});
    trace.pinned = value.value("pinned", false);
    trace.busy = value.value("busy", std::vector<std::uint8_t>{});
    return trace;
}

std::string recentPath(const std::string& folder) { return folder + "/recent.json"; }

void writeRecent(const std::string& folder, const std::vector<RecentTrace>& traces) {
    json all = json::array();
    for (const auto& trace : traces) all.push_back(recentJson(trace));
    // A list that can't be kept is no reason to disturb anyone.
    static_cast<void>(writeSmallFile(
        recentPath(folder),
        json{{"recent", all}}.dump(1, ' ', false, json::error_handler_t::replace) + "\n"));
}

void order(std::vector<RecentTrace>& traces) {
    std::ranges::stable_sort(traces, [](const auto& a, const auto& b) {
        return a.pinned != b.pinned ? a.pinned : a.openedMs > b.openedMs;
    });
    if (traces.size() > kMostRecent) traces.resize(kMostRecent);
}

// Two windows of one process must not lose each other's entries; two processes may, by design of a
// small list.
std::mutex& recentMutex() {
    static std::mutex mutex;
    return mutex;
}

}  // namespace

std::string stateFolder() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
        return std::string(state) + "/kernelscope";
    const char* home = std::getenv("HOME");
    return std::string(home != nullptr && *home == '/' ? home : "/tmp") +
           "/.local/state/kernelscope";
}

std::string contentKey(const std::vector<SourceSpec>& sources) {
    if (sources.empty()) return {};
    Fnv hash;
    std::uint64_t bytes = 0;
    for (const auto& source : sources) {
        if (source.path == "-" || !addContent(hash, source.path)) return {};
        hash.add(static_cast<std::uint64_t>(source.offsetNs));
        std::error_code error;
        bytes += fs::file_size(source.path, error);
    }
    return fmt::format("{}-{:016x}", bytes, hash.value());
}

model::Result<std::string> readSmallFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return model::failure(fmt::format("{} can't be read: {}", path, std::strerror(errno)));
    std::string text(kMostBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || (file.fail() && !file.eof()))
        return model::failure(fmt::format("{} can't be read", path));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMostBytes)
        return model::failure(fmt::format("{} is larger than 8 MiB: no view file", path));
    return text;
}

model::Result<void> writeSmallFile(const std::string& path, std::string_view text) {
    std::error_code error;
    const fs::path target(path);
    if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
    const auto temporary = fmt::format("{}.{}.part", path, ::getpid());
    {
        std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.close();
        if (!file) {
            const auto reason = std::string(std::strerror(errno));
            fs::remove(temporary, error);
            return model::failure(fmt::format("{} can't be written: {}", path, reason));
        }
    }
    fs::rename(temporary, target, error);
    if (!error) return {};
    const auto reason = error.message();
    fs::remove(temporary, error);
    return model::failure(fmt::format("{} can't be written: {}", path, reason));
}

std::vector<RecentTrace> readRecent(const std::string& folder) {
    const auto text = readSmallFile(recentPath(folder));
    if (!text) return {};
    const auto root = json::parse(*text, nullptr, false);
    if (!root.is_object() || !root.contains("recent") || !root["recent"].is_array()) return {};
    std::vector<RecentTrace> traces;
    for (const auto& value : root["recent"]) {
        try {
            auto trace = recentOf(value);
            if (!trace.sources.empty()) traces.push_back(std::move(trace));
        } catch (const json::exception&) {
            continue;  // An entry that someone edited: the others stay.
        }
    }
    order(traces);
    return traces;
}

void rememberRecent(const std::string& folder, RecentTrace trace) {
    const std::lock_guard lock(recentMutex());
    auto traces = readRecent(folder);
    const auto old = std::ranges::find(traces, trace.sources, &RecentTrace::sources);
    if (old != traces.end()) {
        trace.pinned = trace.pinned || old->pinned;
        traces.erase(old);
    }
    traces.push_back(std::move(trace));
    order(traces);
    writeRecent(folder, traces);
}

void pinRecent(const std::string& folder, const std::vector<std::string>& sources, Pin pin) {
    const std::lock_guard lock(recentMutex());
    auto traces = readRecent(folder);
    for (auto& trace : traces) {
        if (trace.sources == sources) trace.pinned = pin == Pin::Set;
    }
    order(traces);
    writeRecent(folder, traces);
}

std::vector<SampleTrace> sampleTraces(const std::string& programFolder) {
    std::vector<SampleTrace> samples;
    for (const char* place : {"/../share/kernelscope/samples", "/../../../resources/samples"}) {
        std::error_code error;
        for (fs::directory_iterator entry(programFolder + place, error), end;
             !error && entry != end; entry.increment(error)) {
            const auto ending = entry->path().extension();
            if (ending != ".txt" && ending != ".xz" && ending != ".gz" && ending != ".zst")
                continue;
            std::error_code sizeError;
            const auto bytes = entry->file_size(sizeError);
            if (!sizeError)
                samples.push_back({fs::weakly_canonical(entry->path(), sizeError).string(), bytes});
        }
        if (!samples.empty()) break;
    }
    std::ranges::sort(samples, {}, &SampleTrace::path);
    return samples;
}

}  // namespace kscope::app
