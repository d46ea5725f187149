// SPDX-License-Identifier: GPL-3.0-or-later
/// Opens files relative to the directory, and only those that lie in it.
#include "parsers/uftrace/uftrace_directory.h"

#include "parsers/text/number.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kscope::parsers {
namespace {
constexpr std::size_t kMostNames = 1'000'000;
}

UftraceFile::UftraceFile(int descriptor, std::uint64_t size, std::string name)
    : m_descriptor(descriptor),
      m_size(size),
      m_name(std::move(name)) {}
UftraceFile::~UftraceFile() { ::close(m_descriptor); }

std::size_t UftraceFile::read(std::uint64_t offset, std::span<char> into) const {
    std::size_t done = 0;
    while (done < into.size()) {
        const auto count = ::pread(m_descriptor, into.data() + done, into.size() - done,
                                   static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

std::string UftraceFile::text(std::size_t most) const {
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, m_size)), '\0');
    bytes.resize(read(0, bytes));
    return bytes;
}

model::Result<UftraceDirectory> UftraceDirectory::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return model::failure("cannot open " + path + ": " + std::strerror(errno));
    UftraceDirectory directory;
    directory.m_descriptor = std::shared_ptr<const int>(new int(descriptor), [](const int* fd) {
        ::close(*fd);
        delete fd;
    });
    DIR* const entries = ::fdopendir(::dup(descriptor));
    if (entries == nullptr)
        return model::failure("cannot look into " + path + ": " + std::strerror(errno));
    while (const auto* const entry = ::readdir(entries)) {
        if (directory.m_names.size() >= kMostNames) break;
        directory.m_names.emplace_back(entry->d_name);
    }
    ::closedir(entries);
    std::ranges::sort(directory.m_names);
    return directory;
}

UftraceFilePtr UftraceDirectory::file(const std::string& name) const {
    if (name.empty() || name.find('/') != name.npos) return nullptr;
    // Without O_NONBLOCK a pipe of that name would wait for a writer.
    const int descriptor =
        ::openat(*m_descriptor, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return nullptr;
    struct stat state {};
    if (::fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode)) {
        ::close(descriptor);
        return nullptr;
    }
    return std::make_shared<const UftraceFile>(descriptor,
                                               static_cast<std::uint64_t>(state.st_size), name);
}

std::int64_t numberInName(std::string_view name, std::string_view before, std::string_view after) {
    if (name.size() <= before.size() + after.size() || !name.starts_with(before) ||
        !name.ends_with(after))
        return -1;
    const auto number =
        wholeNumber(name.substr(before.size(), name.size() - before.size() - after.size()));
    return number && *number >= 0 && *number <= INT32_MAX ? *number : -1;
}

}  // namespace kscope::parsers
