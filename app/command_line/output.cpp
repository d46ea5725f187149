// SPDX-License-Identifier: GPL-3.0-or-later
/// Quoting for JSON, CSV and people; errors and progress on stderr.
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

/// Length of the UTF-8 sequence at the front of `text`; 0 where it is none (also overlong,
/// surrogate, above U+10FFFF).
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f) ||
        (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f))
        return 0;
    return length;
}

}  // namespace

void complain(CommandStreams streams, std::string_view message) {
    std::string line = "kernelscope: " + std::string(message);
    std::ranges::replace(line, '\n', ' ');
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), streams.err);
    std::fflush(streams.err);
}

void appendJson(std::string& into, std::string_view text) {
    into += '"';
    while (!text.empty()) {
        const auto isPlain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
        const auto plain =
            static_cast<std::size_t>(std::ranges::find_if_not(text, isPlain) - text.begin());
        into += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto c = static_cast<unsigned char>(text.front());
        const auto length = sequenceLength(text);
        if (length == 0) into += "\xef\xbf\xbd";
        else if (c == '"' || c == '\\') into += '\\', into += static_cast<char>(c);
        else if (c == '\n') into += "\\n";
        else if (c == '\t') into += "\\t";
        else if (c == '\r') into += "\\r";
        else if (c < 0x20 || c == 0x7f) fmt::format_to(std::back_inserter(into), "\\u{:04x}", c);
        else into += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    into += '"';
}

void appendCsv(std::string& into, std::string_view text) {
    const bool quote = text.find_first_of(",\"\n\r") != std::string_view::npos ||
                       (!text.empty() && (text.front() == ' ' || text.back() == ' '));
    if (!quote) {
        into += text;
        return;
    }
    into += '"';
    for (const char c : text) {
        if (c == '"') into += '"';
        into += c;
    }
    into += '"';
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
