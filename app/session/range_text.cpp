// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines of a stretch of a trace as a trace of their own.
#include "app/session/range_text.h"

#include <QCoreApplication>
#include <QSaveFile>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace kscope::app {
namespace {

struct RangeText {
    Q_DECLARE_TR_FUNCTIONS(kscope::app::RangeText)
};

constexpr std::uint64_t kMostHead = 64 * 1024;
constexpr std::size_t kReadAtOnce = 1 << 20;
constexpr std::size_t kMostLine = 16 << 20;

/// Text of a source from any offset on, read in large pieces.
class SourceLines {
public:
    explicit SourceLines(const model::EventSource& source) : m_source(source) {}
    /// The line that begins at `offset`, with its end; empty at the end of the source.
    std::string_view lineAt(std::uint64_t offset) {
        auto at = view(offset);
        auto end = at.find('\n');
        for (std::size_t size = kReadAtOnce; end == at.npos && size < kMostLine; size *= 2) {
            if (!fill(offset, size * 2)) break;
            const auto before = at.size();
            at = view(offset);
            end = at.find('\n', before);
            if (at.size() == before) break;
        }
        return at.substr(0, end == at.npos ? at.size() : end + 1);
    }
    [[nodiscard]] bool failed() const { return m_failed; }

private:
    std::string_view view(std::uint64_t offset) {
        const bool inside = offset >= m_begin && offset < m_begin + m_text.size();
        if (!inside && !fill(offset, kReadAtOnce)) return {};
        return std::string_view(m_text).substr(static_cast<std::size_t>(offset - m_begin));
    }
    bool fill(std::uint64_t offset, std::size_t size) {
        m_text.resize(size);
        m_begin = offset;
        std::size_t filled = 0;
        while (filled < size) {
            const auto got =
                m_source.bytes(offset + filled, std::span(m_text.data() + filled, size - filled));
            m_failed = m_failed || !got;
            if (!got || *got == 0) break;
            filled += *got;
        }
        m_text.resize(filled);
        return filled > 0;
    }
    const model::EventSource& m_source;
    std::string m_text;
    std::uint64_t m_begin = 0;
    bool m_failed = false;
};

/// Belongs to the event before it: frames of a stack, how many events were lost, which task a CPU
/// goes on with (function_graph).
bool belongsToLineBefore(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
    const auto text = line.substr(begin);
    return text.starts_with("=>") || text.starts_with("-----") || text.starts_with("#####") ||
           text.ends_with("<stack trace>") || text.ends_with("<user stack trace>") ||
           (text.starts_with("CPU:") && text.ends_with("EVENTS]")) ||
           (text.find("=>") != text.npos && text.find(')') < 6 && text.find('|') == text.npos);
}

/// Where the lines of the events of `range` begin, ascending; a line that is two events once.
std::vector<std::uint64_t> linesOf(const model::Trace& trace, model::TimeRange range,
                                   std::uint64_t& events) {
    std::vector<std::uint64_t> lines;
    const auto first = raw(trace.lowerBound(range.begin));
    const auto last = raw(trace.lowerBound(range.end));
    events = last - std::min(first, last);
    lines.reserve(events);
    for (auto at = first; at < last;) {
        const auto chunk = trace.chunkOf(model::EventIndex{at});
        const auto& rows = trace.chunk(chunk);
        const auto begin = raw(trace.firstRow(chunk));
        const auto end = std::min<std::uint64_t>(last, begin + rows.rows());
        for (; at < end; ++at) {
            const auto row = static_cast<std::size_t>(at - begin);
            lines.push_back(rows.origin(row).position + rows.position[row]);
        }
    }
    std::ranges::sort(lines);
    const auto same = std::ranges::unique(lines);
    lines.erase(same.begin(), same.end());
    return lines;
}

/// Where the first line of an event begins.
std::uint64_t headEnd(const model::Trace& trace) {
    std::uint64_t least = UINT64_MAX;
    for (std::size_t i = 0; i < trace.chunks(); ++i) {
        const auto& chunk = trace.chunk(i);
        for (std::size_t row = 0; row < chunk.rows(); ++row)
            least = std::min(least, chunk.origin(row).position + chunk.position[row]);
    }
    return least;
}

}  // namespace

QString whyNoRangeText(const model::Trace& trace) {
    constexpr std::array<std::string_view, 4> kKinds{"ftrace-text", "trace-cmd-report",
                                                     "function_graph", "blkparse"};
    if (trace.sources().size() != 1)
        return RangeText::tr("Lines of several files are not mixed: open one of them alone.");
    const auto& source = trace.sources().front();
    if (std::ranges::find(kKinds, source.kind) == kKinds.end() || !source.text)
        return RangeText::tr("Only lines of text can be written so; this trace is %1.")
            .arg(QString::fromStdString(source.kind));
    return {};
}

model::Result<std::uint64_t> writeRangeText(const model::Trace& trace, model::TimeRange range,
                                            const QString& path, const std::stop_token& stop) {
    const auto& source = trace.sources().front();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return model::failure(
            fmt::format("{}: {}", path.toStdString(), file.errorString().toStdString()));
    SourceLines text(*source.text);
    std::uint64_t events = 0;
    const auto lines = linesOf(trace, range, events);
    const auto write = [&](std::string_view line) {
        file.write(line.data(), static_cast<qint64>(line.size()));
        return line.size();
    };
    for (std::uint64_t at = 0, end = std::min(headEnd(trace), kMostHead); at < end;) {
        const auto line = text.lineAt(at);
        if (line.empty()) break;
        at += write(line);
    }
    for (std::size_t i = 0; i < lines.size() && !stop.stop_requested(); ++i) {
        auto at = lines[i];
        const auto next = i + 1 < lines.size() ? lines[i + 1] : UINT64_MAX;
        auto line = text.lineAt(at);
        if (line.empty())
            return model::failure(
                fmt::format("{}: byte {} can't be read anymore; open it again", source.path, at));
        do {
            at += write(line);
            line = at < next ? text.lineAt(at) : std::string_view{};
        } while (!line.empty() && belongsToLineBefore(line));
    }
    if (stop.stop_requested()) return model::failure("cancelled");
    if (!file.commit())
        return model::failure(
            fmt::format("{}: {}", path.toStdString(), file.errorString().toStdString()));
    return events;
}

}  // namespace kscope::app
