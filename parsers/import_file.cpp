// SPDX-License-Identifier: GPL-3.0-or-later
/// Parses a regular file in parallel: tasks cut at byte positions, each reading itself piece by
/// piece.
#include "parsers/part_feeder.h"
#include "parsers/text_import.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace kscope::parsers {
namespace {

using model::DiagnosticKind;

// 1 to 16 MiB are within 10 % (performance.md section 7). A task should stay one chunk of 65 535
// rows.
constexpr std::uint64_t kTaskBytes = 4 << 20;
constexpr std::uint64_t kMinTaskBytes = 1 << 20;
constexpr std::uint64_t kRowsWanted = 56'000;
// A small one first, so that there is something to show after a millisecond.
constexpr std::uint64_t kFirstTaskBytes = 256 << 10;
// Beyond its end a task reads on only to finish the stack or message of its last event.
constexpr std::uint64_t kOverlapBytes = 4 << 10;
constexpr std::size_t kSkipBytes = 4 << 10;
constexpr std::uint64_t kNothingMissing = UINT64_MAX;

std::vector<std::uint64_t> cutsFor(std::uint64_t size, double lineBytes) {
    const auto wanted = static_cast<std::uint64_t>(lineBytes * static_cast<double>(kRowsWanted));
    const auto task = std::clamp(wanted, kMinTaskBytes, kTaskBytes);
    std::vector<std::uint64_t> cuts{0};
    for (auto at = kFirstTaskBytes; at < size; at += task) cuts.push_back(at);
    cuts.push_back(size);
    return cuts;
}

/// Mean bytes a line, of those that are no header.
double meanLine(std::string_view head) {
    std::size_t lines = 0;
    std::size_t bytes = 0;
    while (const auto end = head.find('\n') + 1) {
        if (head[0] != '#') {
            ++lines;
            bytes += end;
        }
        head.remove_prefix(end);
    }
    return lines == 0 ? 100.0 : static_cast<double>(bytes) / static_cast<double>(lines);
}

/// Shared by the caller and the jobs; a job that the pool begins late finds no task left and
/// touches nothing else.
class FileImport : public std::enable_shared_from_this<FileImport> {
public:
    FileImport(const TextImport& import, std::shared_ptr<const FileReader> file)
        : m_import(import),
          m_file(std::move(file)),
          m_stop(import.options.stop) {
        std::vector<char> head(64 << 10);
        const auto count = readSome(0, head);
        m_cuts = cutsFor(m_file->size(), meanLine({head.data(), count}));
    }

    void run() {
        for (std::size_t i = 1; i < m_import.pool.threads() && i < tasks(); ++i) submitJob();
        while (const auto task = takeTask()) runTask(*task);
        std::unique_lock lock(m_mutex);
        m_idle.wait(lock, [this] { return m_running == 0; });
    }
    [[nodiscard]] bool whole() const { return m_wholeTasks == tasks(); }
    [[nodiscard]] std::uint64_t bytesDone() const { return m_bytesDone.load(); }
    [[nodiscard]] std::uint64_t missingFrom() const { return m_missingFrom; }  ///< kNothingMissing
    [[nodiscard]] const std::string& readProblem() const { return m_readProblem; }

private:
    [[nodiscard]] std::size_t tasks() const { return m_cuts.size() - 1; }
    std::optional<std::size_t> takeTask();
    void submitJob();
    void runTask(std::size_t task);
    std::unique_ptr<PartFeeder> takeFeeder();
    bool feed(PartFeeder& feeder, std::size_t task);
    std::optional<std::uint64_t> lineBegin(std::uint64_t cut, std::uint64_t end);
    std::size_t readSome(std::uint64_t at, std::span<char> into);
    void count(std::size_t bytes);

    TextImport m_import;
    std::shared_ptr<const FileReader> m_file;
    std::stop_token m_stop;
    std::vector<std::uint64_t> m_cuts;
    std::atomic<std::uint64_t> m_bytesDone = 0;

    std::mutex m_mutex;  // Guards what follows.
    std::condition_variable m_idle;
    std::size_t m_next = 0;
    std::size_t m_running = 0;
    std::size_t m_wholeTasks = 0;
    std::vector<std::unique_ptr<PartFeeder>> m_feeders;  // Free ones: as many as ever ran at once.
    std::uint64_t m_missingFrom = kNothingMissing;
    std::string m_readProblem;
};

std::optional<std::size_t> FileImport::takeTask() {
    const std::lock_guard lock(m_mutex);
    if (m_next >= tasks() || m_stop.stop_requested()) return std::nullopt;
    ++m_running;
    return m_next++;
}

// One task a job: others may use the pool in between, and need not wait for the whole file.
void FileImport::submitJob() {
    m_import.pool.submit([self = shared_from_this()] {
        const auto task = self->takeTask();
        if (!task) return;
        self->runTask(*task);
        // While tasks are left the caller works on them, so that the pool is still there.
        const std::lock_guard lock(self->m_mutex);
        if (self->m_next < self->tasks() && !self->m_stop.stop_requested()) self->submitJob();
    });
}

void FileImport::runTask(std::size_t task) {
    auto feeder = takeFeeder();
    const bool whole = feed(*feeder, task);
    auto part = feeder->finish();
    feeder->clear();
    if (whole) {
        m_import.builder.deliver(m_import.source, task, std::move(part));
        if (m_import.options.delivered) m_import.options.delivered();
    }
    const std::lock_guard lock(m_mutex);
    m_wholeTasks += whole ? 1 : 0;
    m_feeders.push_back(std::move(feeder));
    if (--m_running == 0) m_idle.notify_all();
}

std::unique_ptr<PartFeeder> FileImport::takeFeeder() {
    {
        const std::lock_guard lock(m_mutex);
        if (!m_feeders.empty()) {
            auto feeder = std::move(m_feeders.back());
            m_feeders.pop_back();
            return feeder;
        }
    }
    return std::make_unique<PartFeeder>(m_import.layout);
}

/// Reads the task's lines; false: given up half-way.
bool FileImport::feed(PartFeeder& feeder, std::size_t task) {
    const auto end = m_cuts[task + 1];
    const auto begin = lineBegin(m_cuts[task], end);
    feeder.begin(m_import.source, begin.value_or(end),
                 task == 0 ? PartPlace::FirstOfSource : PartPlace::Later);
    if (!begin) return !m_stop.stop_requested();
    while (!feeder.done()) {
        if (m_stop.stop_requested()) return false;
        const auto at = feeder.position();
        const auto rest = end > at ? end - at : 0;
        const auto room = feeder.room().first(
            static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, rest + kOverlapBytes)));
        const auto got = readSome(at, room);
        const bool last = got < room.size() || at + got >= m_file->size();
        // What a file gained since it was opened is not read: its size then is the end.
        const auto used = static_cast<std::size_t>(
            std::min<std::uint64_t>(got, m_file->size() - std::min(at, m_file->size())));
        feeder.add(used, last ? MoreBytes::None : MoreBytes::May, end);
        count(static_cast<std::size_t>(std::min<std::uint64_t>(used, rest)));
        if (last) break;
    }
    return true;
}

/// Where the first line at or after `cut` begins; nothing where none does before `end` (a long line
/// crosses the task).
std::optional<std::uint64_t> FileImport::lineBegin(std::uint64_t cut, std::uint64_t end) {
    if (cut == 0) return 0;
    std::array<char, kSkipBytes> piece;  // NOLINT: filled by pread
    for (auto at = cut - 1; at < end && !m_stop.stop_requested();) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), end - at));
        const auto got = readSome(at, std::span(piece).first(wanted));
        const auto newline = std::string_view(piece.data(), got).find('\n');
        if (newline != std::string_view::npos) {
            const auto begin = at + newline + 1;
            return begin < end ? std::optional(begin) : std::nullopt;
        }
        if (got < wanted) return std::nullopt;
        at += got;
    }
    return std::nullopt;
}

/// As many bytes as there are: fewer at the end, after an error, and where the file shrank, which
/// is noted.
std::size_t FileImport::readSome(std::uint64_t at, std::span<char> into) {
    const auto result = m_file->readAsIs(at, into);
    const auto got = result ? *result : 0;
    if (got < into.size() && at + got < m_file->size()) {
        const std::lock_guard lock(m_mutex);
        m_missingFrom = std::min(m_missingFrom, at + got);
        if (!result) m_readProblem = result.error().message;
    }
    return got;
}

void FileImport::count(std::size_t bytes) {
    const auto done = m_bytesDone += bytes;
    if (m_import.options.progress) m_import.options.progress(done, m_file->size());
}

}  // namespace

void importTextFile(const TextImport& import, const std::shared_ptr<const FileReader>& file) {
    const auto work = std::make_shared<FileImport>(import, file);
    work->run();
    const model::DiagnosticPlace missing{
        .source = import.source, .line = 0, .offset = work->missingFrom()};
    if (!work->readProblem().empty()) {
        import.builder.diagnose(import.source, DiagnosticKind::ReadError, missing);
    } else if (work->missingFrom() != kNothingMissing) {
        import.builder.diagnose(import.source, DiagnosticKind::SourceShrank, missing);
    }
    const auto now = stateOf(file->file());
    if (file->state().links > 0 && now && now->links == 0) {
        import.builder.diagnose(import.source, DiagnosticKind::SourceVanished,
                                {.source = import.source});
    }
    if (work->whole() && import.options.progress)
        import.options.progress(file->size(), file->size());
    if (!work->whole()) {
        import.builder.diagnose(import.source, DiagnosticKind::PartialLoad,
                                {.source = import.source, .line = 0, .offset = work->bytesDone()});
    }
}

}  // namespace kscope::parsers
