// SPDX-License-Identifier: GPL-3.0-or-later
/// Pieces of lines are read by all threads and joined in order by whichever is there.
#include "parsers/function_graph/graph_import.h"

#include "parsers/function_graph/graph_assembler.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

namespace kscope::parsers {
namespace {

using model::DiagnosticKind;
using namespace std::chrono_literals;

constexpr std::uint64_t kGraphTaskBytes = 512 << 10;  // text and rows stay in the CPU's cache
constexpr std::uint64_t kFirstGraphBytes = 128 << 10;
/// How far the first switch block of each CPU is looked for before anything is joined.
constexpr std::uint64_t kLookAhead = 16 << 20;
constexpr std::size_t kAheadOfJoin = 8;  // pieces read beyond the one that is joined
constexpr std::size_t kTextRoom = 64;    // behind the text; vector scans read past the end

/// Shared by the caller and the jobs.
class GraphFileImport : public std::enable_shared_from_this<GraphFileImport> {
public:
    GraphFileImport(const TextImport& import, const GraphLayoutsPtr& layouts,
                    std::shared_ptr<const FileReader> file)
        : m_import(import),
          m_layouts(layouts),
          m_layout(layouts->at(0)),
          m_file(std::move(file)),
          m_stop(import.options.stop),
          m_assembler(m_layouts->at(0), import.layout) {
        m_cuts.push_back(0);
        for (auto at = kFirstGraphBytes; at < m_file->size(); at += kGraphTaskBytes)
            m_cuts.push_back(at);
        m_cuts.push_back(m_file->size());
        m_assembler.begin(import.source);
        if (!m_layout.proc && m_file->size() > kFirstGraphBytes) lookAhead();
    }

    void run() {
        for (std::size_t i = 1; i < m_import.pool.threads() && i < tasks(); ++i) submitJob();
        while (const auto task = takeTask()) runTask(*task);
        std::unique_lock lock(m_mutex);
        m_idle.wait(lock, [this] { return m_running == 0; });
        if (m_undelivered) deliver();
    }
    [[nodiscard]] bool whole() const { return m_joined == tasks(); }
    [[nodiscard]] std::uint64_t bytesDone() const { return m_bytesDone; }
    [[nodiscard]] std::optional<std::uint64_t> missingFrom() const { return m_missingFrom; }
    [[nodiscard]] const std::string& readProblem() const { return m_readProblem; }

private:
    [[nodiscard]] std::size_t tasks() const { return m_cuts.size() - 1; }
    void lookAhead();
    std::optional<std::size_t> takeTask();
    void submitJob();
    void runTask(std::size_t task);
    void join(std::size_t task, std::unique_ptr<GraphPart> part);
    void deliver();
    std::unique_ptr<GraphPart> readTask(std::size_t task);
    std::uint64_t lineBegin(std::uint64_t cut, std::uint64_t end);
    void readRange(std::uint64_t begin, std::uint64_t end, std::string& text);
    std::string readRange(std::uint64_t begin, std::uint64_t end) {
        std::string text;
        readRange(begin, end, text);
        return text;
    }
    [[nodiscard]] std::unique_ptr<GraphPart> freePart();

    TextImport m_import;
    GraphLayoutsPtr m_layouts;
    GraphLayout m_layout;  // with which pieces are read; guarded by m_mutex
    std::shared_ptr<const FileReader> m_file;
    std::stop_token m_stop;
    std::vector<std::uint64_t> m_cuts;

    std::mutex m_mutex;  // Guards what follows, but for the assembler while m_joining.
    std::condition_variable m_idle;
    std::condition_variable m_space;
    std::size_t m_next = 0;
    std::size_t m_running = 0;
    std::size_t m_joined = 0;
    std::uint64_t m_bytesDone = 0;
    bool m_joining = false;
    bool m_undelivered = false;
    std::map<std::size_t, std::unique_ptr<GraphPart>> m_waiting;
    std::vector<std::unique_ptr<GraphPart>> m_free;  // joined ones, for their memory
    GraphAssembler m_assembler;
    std::uint64_t m_sequence = 0;
    std::optional<std::uint64_t> m_missingFrom;
    std::string m_readProblem;
};

/// Finds the switch blocks of the file's begin, so that the first task of each CPU has a name.
void GraphFileImport::lookAhead() {
    const auto end = std::min<std::uint64_t>(m_file->size(), kLookAhead);
    for (std::uint64_t at = 0; at < end && !m_stop.stop_requested(); at += kGraphTaskBytes) {
        const auto text = readRange(at, std::min(end, at + kGraphTaskBytes));
        std::string blocks;
        // Of the first dump only.
        const auto begins = text.starts_with("# tracer:") || at > 0;
        auto dump = text.find("\n# tracer:");
        if (!begins && dump != text.npos) dump = text.find("\n# tracer:", dump + 1);
        // '>' is rare, and " => " is looked for slower.
        for (auto tip = text.find('>'); tip < dump; tip = text.find('>', tip + 1)) {
            if (tip < 2 || text.compare(tip - 2, 4, " => ") != 0) continue;
            const auto begin = text.rfind('\n', tip) + 1;  // npos + 1 is 0
            const auto next = std::min(text.find('\n', tip), text.size());
            blocks.append(text, begin, next - begin).append(1, '\n');
            tip = next;
        }
        GraphPart part;
        part.read(std::move(blocks), at, m_layout);
        m_assembler.learnFirstTasks(part);
        if (dump != text.npos) return;
    }
}

std::optional<std::size_t> GraphFileImport::takeTask() {
    std::unique_lock lock(m_mutex);
    m_space.wait(lock, [this] {
        return m_next >= tasks() || m_stop.stop_requested() || m_next < m_joined + kAheadOfJoin;
    });
    if (m_next >= tasks() || m_stop.stop_requested()) return std::nullopt;
    ++m_running;
    return m_next++;
}

void GraphFileImport::submitJob() {
    m_import.pool.submit([self = shared_from_this()] {
        const auto task = self->takeTask();
        if (!task) return;
        self->runTask(*task);
        const std::lock_guard lock(self->m_mutex);
        if (self->m_next < self->tasks() && !self->m_stop.stop_requested()) self->submitJob();
    });
}

void GraphFileImport::runTask(std::size_t task) {
    auto part = readTask(task);
    join(task, std::move(part));
    const std::lock_guard lock(m_mutex);
    if (--m_running == 0) m_idle.notify_all();
}

void GraphFileImport::join(std::size_t task, std::unique_ptr<GraphPart> part) {
    std::unique_lock lock(m_mutex);
    m_waiting.emplace(task, std::move(part));
    if (m_joining) return;
    m_joining = true;
    while (!m_waiting.empty() && m_waiting.begin()->first == m_joined) {
        auto next = std::move(m_waiting.begin()->second);
        m_waiting.erase(m_waiting.begin());
        lock.unlock();
        if (next) {
            m_assembler.take(*next);
            m_undelivered = true;
            if (m_sequence == 0 || m_assembler.full()) deliver();
            if (m_import.options.progress)
                m_import.options.progress(m_cuts[m_joined + 1], m_file->size());
        }
        lock.lock();
        if (next) {
            m_layout = m_assembler.layout();
            m_layouts->add(m_assembler.takeColumns());
            m_free.push_back(std::move(next));
        }
        m_bytesDone = m_cuts[m_joined + 1];
        ++m_joined;
        m_space.notify_all();
    }
    m_joining = false;
}

void GraphFileImport::deliver() {
    m_import.builder.deliver(m_import.source, m_sequence++, m_assembler.finish());
    m_undelivered = false;
    if (m_import.options.delivered) m_import.options.delivered();
}

/// The lines that begin inside the task; null where none does.
std::unique_ptr<GraphPart> GraphFileImport::readTask(std::size_t task) {
    const auto end = m_cuts[task + 1];
    const auto begin = lineBegin(m_cuts[task], end);
    if (begin >= end) return nullptr;
    auto part = freePart();
    auto text = part->takeBuffer();
    readRange(begin, end, text);
    if (!text.ends_with('\n') && end < m_file->size()) {
        // The last line's rest: a little, unless the line is a long one.
        for (auto at = end; at < m_file->size() && text.size() < end - begin + kMaxGraphLine;) {
            const auto more = readRange(at, std::min<std::uint64_t>(m_file->size(), at + 4096));
            const auto newline = more.find('\n');
            text.append(more, 0, newline == more.npos ? more.size() : newline + 1);
            if (newline != more.npos || more.empty()) break;
            at += more.size();
        }
    }
    GraphLayout layout;
    {
        const std::lock_guard lock(m_mutex);
        layout = m_layout;
    }
    part->read(std::move(text), begin, layout);
    return part;
}

std::unique_ptr<GraphPart> GraphFileImport::freePart() {
    const std::lock_guard lock(m_mutex);
    if (m_free.empty()) return std::make_unique<GraphPart>();
    auto part = std::move(m_free.back());
    m_free.pop_back();
    return part;
}

std::uint64_t GraphFileImport::lineBegin(std::uint64_t cut, std::uint64_t end) {
    if (cut == 0) return 0;
    for (auto at = cut - 1; at < end;) {
        const auto piece = readRange(at, std::min<std::uint64_t>(end, at + 4096));
        if (piece.empty()) return end;
        const auto newline = piece.find('\n');
        if (newline != piece.npos) return at + newline + 1;
        at += piece.size();
    }
    return end;
}

/// As many bytes as there are: fewer after an error, and where the file shrank, which is noted.
void GraphFileImport::readRange(std::uint64_t begin, std::uint64_t end, std::string& text) {
    const auto size = static_cast<std::size_t>(end - begin);
    text.reserve(size + kTextRoom);
    text.resize(size);
    const auto result = m_file->readAsIs(begin, text);
    const auto got = result ? *result : 0;
    text.resize(got);
    if (got < size) {
        const std::lock_guard lock(m_mutex);
        m_missingFrom = std::min(m_missingFrom.value_or(UINT64_MAX), begin + got);
        if (!result) m_readProblem = result.error().message;
    }
}

/// One reader and one assembler; what came is joined after 100 ms at the latest.
class GraphStreamImport {
public:
    GraphStreamImport(const TextImport& import, GraphLayoutsPtr layouts, ByteStream& stream,
                      BlockStore& store)
        : m_import(import),
          m_layouts(std::move(layouts)),
          m_stream(stream),
          m_store(store),
          m_assembler(m_layouts->at(0), import.layout) {
        m_assembler.begin(import.source);
    }

    void run(std::string_view head, std::uint64_t total) {
        m_store.append(head);
        m_text.assign(head);
        while (m_stream.state() == StreamState::Open && !m_import.options.stop.stop_requested()) {
            const auto filled = m_text.size();
            m_text.resize(filled + kReadBytes);
            const auto count = m_stream.read(std::span(m_text).subspan(filled), 20ms);
            m_text.resize(filled + count);
            m_store.append({m_text.data() + filled, count});
            const auto waited = std::chrono::steady_clock::now() - m_since;
            if (m_text.size() >= kGraphTaskBytes || (waited > 100ms && count == 0)) take(false);
            if (m_import.options.progress) m_import.options.progress(m_stream.taken(), total);
        }
        finish();
    }

private:
    static constexpr std::size_t kReadBytes = 128 << 10;

    void take(bool last) {
        m_since = std::chrono::steady_clock::now();
        auto whole = last ? m_text.size() : m_text.rfind('\n') + 1;  // npos + 1 is 0
        if (whole == 0 && m_text.size() > kMaxGraphLine) whole = m_text.size();
        if (whole == 0) return;
        std::string rest = m_text.substr(whole);
        m_text.resize(whole);
        GraphPart part;
        part.read(std::move(m_text), m_position, m_assembler.layout());
        m_assembler.take(part);
        m_layouts->add(m_assembler.takeColumns());
        m_position += whole;
        m_text = std::move(rest);
        deliver(m_assembler.finish());
    }
    void deliver(model::ParsedPart part) {
        m_import.builder.updateSource(
            m_import.source, [this](model::SourceInfo& info) { info.bytes = m_stream.taken(); });
        m_import.builder.deliver(m_import.source, m_sequence++, std::move(part));
        if (m_import.options.delivered) m_import.options.delivered();
    }
    void finish() {
        const bool stopped = m_stream.state() == StreamState::Open;
        take(true);
        model::ParsedPart part;
        const model::DiagnosticPlace at{.source = m_import.source, .line = 0, .offset = m_position};
        const auto note = [&](DiagnosticKind kind) {
            part.diagnostics.record(kind, at);
            if (!m_stream.problem().empty()) part.diagnostics.record(kind, 0, m_stream.problem());
        };
        if (stopped) note(DiagnosticKind::PartialLoad);
        if (m_stream.state() == StreamState::Truncated) note(DiagnosticKind::Truncated);
        if (m_stream.state() == StreamState::Failed) note(DiagnosticKind::ReadError);
        deliver(std::move(part));
    }

    const TextImport& m_import;
    GraphLayoutsPtr m_layouts;
    ByteStream& m_stream;
    BlockStore& m_store;
    GraphAssembler m_assembler;
    std::string m_text;
    std::uint64_t m_position = 0;
    std::uint64_t m_sequence = 0;
    std::chrono::steady_clock::time_point m_since = std::chrono::steady_clock::now();
};

}  // namespace

void importGraphFile(const TextImport& import, const GraphLayoutsPtr& layouts,
                     const std::shared_ptr<const FileReader>& file) {
    const auto work = std::make_shared<GraphFileImport>(import, layouts, file);
    work->run();
    const model::DiagnosticPlace missing{
        .source = import.source, .line = 0, .offset = work->missingFrom().value_or(0)};
    if (!work->readProblem().empty()) {
        import.builder.diagnose(import.source, DiagnosticKind::ReadError, missing);
    } else if (work->missingFrom()) {
        import.builder.diagnose(import.source, DiagnosticKind::SourceShrank, missing);
    }
    const auto now = stateOf(file->file());
    if (file->state().links > 0 && now && now->links == 0)
        import.builder.diagnose(import.source, DiagnosticKind::SourceVanished,
                                {.source = import.source});
    if (!work->whole())
        import.builder.diagnose(import.source, DiagnosticKind::PartialLoad,
                                {.source = import.source, .line = 0, .offset = work->bytesDone()});
}

void importGraphStream(const TextImport& import, const GraphLayoutsPtr& layouts, ByteStream& stream,
                       BlockStore& store, std::string_view head, std::uint64_t total) {
    GraphStreamImport(import, layouts, stream, store).run(head, total);
}

}  // namespace kscope::parsers
