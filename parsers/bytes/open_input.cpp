// SPDX-License-Identifier: GPL-3.0-or-later
/// Opens what a person named.
#include "parsers/bytes/open_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kscope::parsers {
namespace {

std::string systemWords(int error) { return std::generic_category().message(error); }

FileState stateFrom(const struct stat& status) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    return {.device = status.st_dev,
            .inode = status.st_ino,
            .size = static_cast<std::uint64_t>(status.st_size),
            .changedNs =
                static_cast<std::int64_t>(status.st_mtim.tv_sec) * kSecond + status.st_mtim.tv_nsec,
            .links = status.st_nlink};
}

model::Result<Input> openFailed(const std::string& path, int error) {
    const auto what = "cannot open " + shownPath(path) + ": ";
    switch (error) {
    case ENOENT:
        return model::failure(what + "there is no such file; check the spelling of its path");
    case ENOTDIR:
        return model::failure(what + "a part of its path is no directory; check the spelling");
    case EACCES:
    case EPERM:
        return model::failure(what +
                              "no permission to read it; try sudo, or chmod a+r by its owner");
    case ELOOP: return model::failure(what + "its links lead in a circle; name the file itself");
    case ENXIO:
        return model::failure(what +
                              "it is a socket or a device without a driver; name a file or a pipe");
    case EBUSY:
        return model::failure(
            what +
            "another program reads it now; stop that one, or read 'trace' instead of 'trace_pipe'");
    case EMFILE:
    case ENFILE: return model::failure(what + "too many files are open; close some sources");
    default: return model::failure(what + systemWords(error));
    }
}

/// Standard input under a descriptor of our own. It is opened anew where that works, so that
/// O_NONBLOCK is not forced on the shell that shares it; else the descriptor is only doubled
/// (FdStream polls before it reads).
model::Result<FileHandle> openStandardInput() {
    struct stat status {};
    if (::fstat(STDIN_FILENO, &status) != 0) {
        return model::failure("cannot read standard input: it is closed; name a file, or pipe a "
                              "trace into the program");
    }
    const bool atBegin = !S_ISREG(status.st_mode) || ::lseek(STDIN_FILENO, 0, SEEK_CUR) == 0;
    if (atBegin && (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode))) {
        const int descriptor = ::open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (descriptor >= 0) return FileHandle(descriptor);
    }
    const int descriptor = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0) return model::failure("cannot read standard input: " + systemWords(errno));
    return FileHandle(descriptor);
}

}  // namespace

FileHandle::~FileHandle() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

model::Result<std::size_t> FileHandle::readAt(std::uint64_t offset, std::span<char> into) const {
    std::size_t done = 0;
    while (done < into.size()) {
        const auto count = ::pread(m_descriptor, into.data() + done, into.size() - done,
                                   static_cast<off_t>(offset + done));
        if (count == 0) break;
        if (count > 0) {
            done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            return model::failure(systemWords(errno));
        }
    }
    return done;
}

model::Result<FileState> stateOf(const FileHandle& file) {
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0) return model::failure(systemWords(errno));
    return stateFrom(status);
}

std::string shownPath(std::string_view path) {
    if (path == "-") return "standard input";
    std::string shown(path);
    for (auto& c : shown) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return shown;
}

model::Result<Input> openInput(const std::string& path) {
    Input input;
    if (path == "-") {
        auto standard = openStandardInput();
        if (!standard) return tl::unexpected(standard.error());
        input.file = std::move(*standard);
    } else {
        // O_NONBLOCK: a fifo without a writer must not hold us, and trace_pipe must not either.
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        if (descriptor < 0) return openFailed(path, errno);
        input.file = FileHandle(descriptor);
    }
    struct stat status {};
    if (::fstat(input.file.descriptor(), &status) != 0) return openFailed(path, errno);
    if (S_ISBLK(status.st_mode)) {
        return model::failure(
            "cannot read " + shownPath(path) +
            ": it is a block device; trace it with blktrace and open what that writes");
    }
    input.state = stateFrom(status);
    const bool standsAtBegin = path != "-" || ::lseek(input.file.descriptor(), 0, SEEK_CUR) == 0;
    // Files of tracefs and /proc say that their size is 0, whatever they hold.
    input.kind = S_ISDIR(status.st_mode) ? InputKind::Directory
                 : S_ISREG(status.st_mode) && status.st_size > 0 && standsAtBegin
                     ? InputKind::File
                     : InputKind::Stream;
    return input;
}

}  // namespace kscope::parsers
