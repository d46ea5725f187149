// SPDX-License-Identifier: GPL-3.0-or-later
/// Errors and progress on stderr.
#include "app/command_line/output.h"

#include "model/core/format.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kscope::app {
namespace {

constexpr auto kQuiet = std::chrono::milliseconds(500);  // cli.md: progress of what lasts longer
constexpr auto kBetween = std::chrono::milliseconds(100);

}  // namespace

void complain(CommandStreams streams, std::string_view message) {
    std::string line = "kernelscope: " + std::string(message);
    std::ranges::replace(line, '\n', ' ');
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), streams.err);
    std::fflush(streams.err);
}

std::size_t shownWidth(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool write(CommandStreams streams, std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), streams.out) == text.size();
}

int finish(CommandStreams streams, int status) {
    if (std::fflush(streams.out) == 0 && std::ferror(streams.out) == 0) return status;
    complain(streams, fmt::format("the output cannot be written: {}", std::strerror(errno)));
    return kFailed;
}

ProgressLine::ProgressLine(CommandStreams streams, bool quiet)
    : m_err(streams.err),
      m_terminal(!quiet && isatty(fileno(streams.err)) == 1) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::show(std::string_view what, std::uint64_t done, std::uint64_t total) {
    if (!m_terminal) return;
    const std::lock_guard lock(m_mutex);
    const auto now = Clock::now();
    if (now - m_begin < kQuiet || now - m_last < kBetween) return;
    m_last = now;
    m_shown = true;
    const std::string share =
        total == 0 ? std::string{}
                   : fmt::format(" {:3}%", std::min<std::uint64_t>(done * 100 / total, 100));
    fmt::print(m_err, "\r\033[K{} {}{}", what, model::formatBytes(done), share);
    std::fflush(m_err);
}

void ProgressLine::clear() {
    const std::lock_guard lock(m_mutex);
    if (m_shown) fmt::print(m_err, "\r\033[K");
    std::fflush(m_err);
    m_shown = false;
}

}  // namespace kscope::app
