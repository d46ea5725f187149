// SPDX-License-Identifier: GPL-3.0-or-later
/// A file that appears whole or not at all: written beside its place, then renamed.
#include "views/canvas/file_writer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace kscope::views {

FileWriter::FileWriter(std::string path)
    : m_path(std::move(path)),
      m_temporary(m_path + ".XXXXXX"),
      m_file(mkstemp(m_temporary.data())) {
    if (m_file < 0) fail("cannot write there");
}

FileWriter::~FileWriter() {
    if (m_file < 0) return;
    close(m_file);
    unlink(m_temporary.c_str());
}

void FileWriter::fail(const char* what) {
    if (m_fault.empty()) m_fault = m_path + ": " + what + ": " + std::strerror(errno);
}

void FileWriter::write(std::string_view bytes) {
    while (!bytes.empty() && !failed()) {
        const ssize_t wrote = ::write(m_file, bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return fail("cannot write");
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

model::Result<void> FileWriter::commit() {
    const mode_t mask = umask(0);  // mkstemp made it for the owner alone.
    umask(mask);
    if (!failed() && fchmod(m_file, 0666 & ~mask) != 0) fail("cannot set its mode");
    if (!failed() && fsync(m_file) != 0 && errno != EINVAL && errno != EROFS) fail("cannot write");
    if (!failed() && rename(m_temporary.c_str(), m_path.c_str()) != 0) fail("cannot rename to it");
    if (failed()) return model::failure(m_fault);
    close(std::exchange(m_file, -1));
    return {};
}

}  // namespace kscope::views
