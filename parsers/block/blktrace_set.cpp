// SPDX-License-Identifier: GPL-3.0-or-later
/// Finds the files of a blktrace run and reads them as one.
#include "parsers/block/blktrace_set.h"

#include "parsers/bytes/file_reader.h"
#include "parsers/text/number.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>

namespace kscope::parsers {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kInfix = ".blktrace.";

/// "sda.blktrace.3" → "sda", 3.
struct SetName {
    std::string device;
    std::int64_t cpu = 0;
};
std::optional<SetName> setName(const std::string& name) {
    const auto infix = name.rfind(kInfix);
    if (infix == name.npos) return std::nullopt;
    const auto cpu = wholeNumber(std::string_view(name).substr(infix + kInfix.size()));
    if (!cpu || *cpu < 0) return std::nullopt;
    return SetName{name.substr(0, infix), *cpu};
}

/// Files of `folder` of one device, or of all where `device` is empty.
std::vector<std::string> filesIn(const fs::path& folder, std::string_view device) {
    std::vector<std::pair<SetName, std::string>> found;
    std::error_code error;
    const auto options = fs::directory_options::skip_permission_denied;
    const auto where = folder.empty() ? fs::path(".") : folder;
    for (const auto& entry : fs::directory_iterator(where, options, error)) {
        auto name = setName(entry.path().filename().string());
        if (!name || (!device.empty() && name->device != device)) continue;
        if (std::error_code ignored; !entry.is_regular_file(ignored)) continue;
        auto path = folder.empty() ? entry.path().filename() : folder / entry.path().filename();
        found.emplace_back(std::move(*name), path.string());
    }
    std::ranges::sort(found, {},
                      [](const auto& one) { return std::pair(one.first.device, one.first.cpu); });
    std::vector<std::string> paths;
    paths.reserve(found.size());
    for (auto& [name, path] : found) paths.push_back(std::move(path));
    return paths;
}

class MemoryBytes final : public ByteReader {
public:
    explicit MemoryBytes(std::string bytes) : m_bytes(std::move(bytes)) {}
    model::Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override {
        if (offset >= m_bytes.size()) return std::size_t{0};
        const auto at = static_cast<std::size_t>(offset);
        const auto count = std::min(into.size(), m_bytes.size() - at);
        std::memcpy(into.data(), m_bytes.data() + at, count);
        return count;
    }
    std::uint64_t size() const override { return m_bytes.size(); }

private:
    std::string m_bytes;
};

}  // namespace

std::vector<std::string> blktraceFiles(const std::string& path) {
    const fs::path named(path);
    std::error_code ignored;
    if (fs::is_directory(named, ignored)) return filesIn(named, {});
    if (fs::exists(named, ignored)) {
        const auto name = setName(named.filename().string());
        return name ? filesIn(named.parent_path(), name->device) : std::vector{path};
    }
    if (named.filename().empty()) return {};
    return filesIn(named.parent_path(), named.filename().string());
}

void BlktraceSet::add(std::string path, std::shared_ptr<const ByteReader> bytes) {
    const auto size = bytes->size();
    if (size == 0) return;
    m_parts.push_back({std::move(path), std::move(bytes), m_size});
    m_size += size;
}

model::Result<std::shared_ptr<const BlktraceSet>>
BlktraceSet::open(const std::vector<std::string>& paths) {
    auto set = std::make_shared<BlktraceSet>();
    for (const auto& path : paths) {
        auto input = openInput(path);
        if (!input) return tl::unexpected(input.error());
        if (input->kind != InputKind::File) continue;  // of 0 bytes: a CPU without records
        set->add(path, std::make_shared<FileReader>(std::move(input->file), input->state, path));
    }
    return set;
}

std::shared_ptr<const BlktraceSet> BlktraceSet::ofBytes(std::string bytes) {
    auto set = std::make_shared<BlktraceSet>();
    set->add({}, std::make_shared<MemoryBytes>(std::move(bytes)));
    return set;
}

model::Result<std::size_t> BlktraceSet::read(std::uint64_t offset, std::span<char> into) const {
    // Across the end of a part nothing is read: no record goes on in another file.
    const auto after = std::ranges::upper_bound(m_parts, offset, {}, &Part::begin);
    if (after == m_parts.begin()) return std::size_t{0};
    const auto& part = *(after - 1);
    return part.bytes->read(offset - part.begin, into);
}

}  // namespace kscope::parsers
