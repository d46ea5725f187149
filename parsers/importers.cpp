// SPDX-License-Identifier: GPL-3.0-or-later
/// The one table of what can be read: opens a source, sniffs it, and gives it to its importer.
#include "parsers/importers.h"

#include "parsers/block/blktrace_import.h"
#include "parsers/bytes/trace_pipe.h"
#include "parsers/function_graph/graph_import.h"
#include "parsers/html_text.h"
#include "parsers/procfs/proc_import.h"
#include "parsers/row_reader.h"
#include "parsers/sniffing.h"
#include "parsers/text_import.h"
#include "parsers/uftrace/chrome_trace.h"
#include "parsers/uftrace/folded.h"
#include "parsers/uftrace/replay_line.h"
#include "parsers/uftrace/uftrace_data.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>

namespace kscope::parsers {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 64 << 10;
constexpr auto kHeadWait = 20ms;
constexpr auto kUndecidedFor =
    100ms;  // A pipe that is silent so long is sniffed by what came so far.

model::Result<Sniffed> notRead(const std::string& path, const Sniffed& found) {
    const auto what = shownPath(path);
    if (found.kind.empty()) {
        return model::failure(what + ": no trace that can be read; it seems to be " + found.seems +
                              "; where that is wrong, name its kind with --as");
    }
    const auto words = found.seems.empty() ? std::string() : " (this is " + found.seems + ")";
    return model::failure(what + ": " + found.kind + " is not read yet by this version" + words);
}

/// The kind that is taken, by what was sniffed and what was asked for; fails where it has no
/// importer.
model::Result<Sniffed> decide(const std::string& path, std::string_view head, std::uint64_t bytes,
                              const std::string& as) {
    auto found = sniff(head, bytes);
    if (!as.empty()) {
        if (!isKnownKind(as))
            return model::failure("'" + as +
                                  "' is no kind of source; 'kernelscope --help' names the kinds");
        found = {.kind = as,
                 .why = "asked for with --as",
                 .seems = found.kind == as ? found.seems : "",
                 .readable = isReadKind(as)};
    }
    if (!found.readable) return notRead(path, found);
    return found;
}

bool hasFile(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool isUftrace(const std::string& path) {
    std::array<char, 8> begin{};
    std::ifstream info(fs::path(path) / "info", std::ios::binary);
    info.read(begin.data(), begin.size());
    return info.gcount() == 8 && std::string_view(begin.data(), 8) == "Ftrace!\0"sv;
}

model::Result<Sniffed> sniffDirectory(const std::string& path) {
    std::error_code error;
    for (const auto& entry :
         fs::directory_iterator(path, fs::directory_options::skip_permission_denied, error)) {
        const auto name = entry.path().filename().string();
        if (name.find(".blktrace.") != name.npos) {
            return notRead(path, {.kind = "blktrace",
                                  .why = {},
                                  .seems = "a folder of blktrace files",
                                  .readable = false});
        }
    }
    const auto what = shownPath(path);
    if (hasFile(path + "/task.txt") || hasFile(path + "/kernel_header")) {
        const std::string state = hasFile(path + "/info")
                                      ? "its info file does not begin with \"Ftrace!\""
                                      : "it has no info file";
        return model::failure(what + ": this is the directory of a uftrace recording, but " +
                              state + "; copy the whole directory again");
    }
    if (error) return model::failure("cannot look into " + what + ": " + error.message());
    return model::failure(what +
                          ": a directory without trace data that are known; name a file in it");
}

/// Why `path` could not be opened, or that it is the common prefix of blktrace files.
tl::unexpected<model::Error> cannotOpen(const std::string& path, const model::Error& error) {
    if (hasFile(path + ".blktrace.0")) {
        return tl::unexpected(notRead(path, {.kind = "blktrace",
                                             .why = {},
                                             .seems = "a set of blktrace files",
                                             .readable = false})
                                  .error());
    }
    return tl::unexpected(error);
}

/// Everything about one source while it is opened.
class Opening {
public:
    Opening(const std::string& path, model::TraceBuilder& builder, model::ThreadPool& pool,
            const ImportOptions& options)
        : m_path(path),
          m_builder(builder),
          m_pool(pool),
          m_options(options) {}

    model::Result<model::SourceId> open() {
        auto input = openInput(m_path);
        if (!input) {
            if (auto files = blktraceFiles(m_path); !files.empty()) return openBlktrace(files);
            return cannotOpen(m_path, input.error());
        }
        if (input->kind == InputKind::Directory && isUftrace(m_path))
            return importUftrace(m_path, m_builder, &m_pool, m_options);
        // A CPU without records has a file of 0 bytes.
        if (input->kind == InputKind::Directory || input->state.size == 0) {
            const bool may = input->kind == InputKind::Directory
                                 ? !hasFile(fs::path(m_path) / "info")
                                 : m_path.find(".blktrace.") != m_path.npos;
            if (auto files = may ? blktraceFiles(m_path) : std::vector<std::string>{};
                !files.empty())
                return openBlktrace(files);
        }
        if (input->kind == InputKind::Directory) return openDirectory();
        if (input->kind == InputKind::File) return openFile(std::move(*input));
        return openStream(*input, 0);
    }

private:
    model::Result<model::SourceId> openDirectory();
    model::Result<model::SourceId> openFile(Input input);
    [[nodiscard]] ProcImport procImport(const Sniffed& found, std::uint64_t bytes) const;
    model::Result<model::SourceId> openStream(const Input& input, std::uint64_t total);
    [[nodiscard]] static bool showsTextInPre(std::string_view head, std::uint64_t total);
    model::Result<model::SourceId> openPage(std::unique_ptr<ByteStream> stream, std::string head,
                                            std::uint64_t total);
    model::Result<model::SourceId> readStream(std::unique_ptr<ByteStream> stream, std::string head,
                                              const Sniffed& found, std::uint64_t total);
    model::Result<model::SourceId> openBlktrace(const std::vector<std::string>& files);
    model::Result<model::SourceId> readBlktrace(std::shared_ptr<const BlktraceSet> set);
    model::Result<std::string> readAll(ByteStream& stream, std::string head) const;
    model::Result<std::string> readHead(ByteStream& stream, bool waits) const;
    model::SourceId addSource(const Sniffed& found, const FtraceLayout& layout, std::uint64_t bytes,
                              const std::shared_ptr<const ByteReader>& reader);
    void chooseReader(std::string_view head, const Sniffed& found) {
        if (found.kind == "function_graph")
            m_graph = std::make_shared<GraphLayouts>(detectGraphLayout(head));
        if (found.kind == "uftrace-replay")
            m_graph = std::make_shared<GraphLayouts>(detectReplayLayout(head));
        if (found.kind == "uftrace-chrome") m_rows = chromeReader(), m_rowText = readChromeText;
        if (found.kind == "folded") m_rows = foldedReader(), m_rowText = readFoldedText;
        m_counted = found.kind == "folded";
    }
    [[nodiscard]] TextImport import(model::SourceId source, const FtraceLayout& layout) const {
        return {.builder = m_builder,
                .pool = m_pool,
                .options = m_options,
                .source = source,
                .layout = layout};
    }

    const std::string& m_path;
    model::TraceBuilder& m_builder;
    model::ThreadPool& m_pool;
    const ImportOptions& m_options;
    std::string m_packing;              // "xz", empty where it is not compressed.
    std::unique_ptr<RowReader> m_rows;  // Of a format that is read from front to back.
    RowTextReader m_rowText = nullptr;
    bool m_counted = false;   // its axis counts weights, not time
    GraphLayoutsPtr m_graph;  // Of a source that the function_graph tracer wrote.
};

model::SourceId Opening::addSource(const Sniffed& found, const FtraceLayout& layout,
                                   std::uint64_t bytes,
                                   const std::shared_ptr<const ByteReader>& reader) {
    model::SourceInfo info;
    info.path = m_path;
    info.kind = found.kind;
    info.why = m_packing.empty() ? found.why : found.why + ", " + m_packing + " data";
    info.clock = layout.clock;
    info.bytes = bytes;
    info.offsetNs = m_options.offsetNs;
    info.text =
        m_graph ? makeGraphSource(m_graph, layout, reader) : makeEventSource(layout, reader);
    if (m_graph) info.clock = graphClock(m_graph->at(0));
    if (m_rows) {
        info.text = makeRowSource(m_rowText, reader);
        // Weights of stacks stand in for times: what they count is not told.
        info.clock = {.name = {}, .tickNs = 1, .counter = m_counted, .relative = m_counted};
    }
    return m_builder.addSource(std::move(info));
}

ProcImport Opening::procImport(const Sniffed& found, std::uint64_t bytes) const {
    model::SourceInfo info;
    info.path = m_path;
    info.kind = found.kind;
    info.why = m_packing.empty() ? found.why : found.why + ", " + m_packing + " data";
    info.bytes = bytes;
    info.offsetNs = m_options.offsetNs;
    return {.builder = m_builder, .pool = m_pool, .options = m_options, .info = std::move(info)};
}

model::Result<model::SourceId> Opening::openDirectory() {
    const auto other = sniffDirectory(m_path);
    const Sniffed found{.kind = "proc-snapshots",
                        .why = "files of /proc in it",
                        .seems = "a folder of /proc snapshots",
                        .readable = true};
    if (const auto source = importProcFolder(procImport(found, 0))) return *source;
    return tl::unexpected(other.error());
}

model::Result<model::SourceId> Opening::openFile(Input input) {
    std::string head(kHeadBytes, '\0');
    const auto count = input.file.readAt(0, head);
    if (!count)
        return model::failure("cannot read " + shownPath(m_path) + ": " + count.error().message);
    head.resize(*count);
    if (compressionOf(head) != Compression::None) return openStream(input, input.state.size);
    if (isWebPage(head)) return openStream(input, input.state.size);
    const auto found = decide(m_path, head, input.state.size, m_options.as);
    if (!found) return tl::unexpected(found.error());
    if (found->kind == "uftrace")  // the info file stands for its directory
        return importUftrace(
            fs::path(m_path).parent_path().empty() ? "." : fs::path(m_path).parent_path().string(),
            m_builder, &m_pool, m_options);
    if (found->kind == "blktrace") return openBlktrace(blktraceFiles(m_path));
    if (found->kind == "systrace-html" || (isProcKind(found->kind) && found->kind != "proc-log"))
        return openStream(input, input.state.size);

    const auto layout = found->kind == "blkparse" ? blkparseLayout() : detectLayout(head);
    chooseReader(head, *found);
    const auto file =
        std::make_shared<const FileReader>(std::move(input.file), input.state, m_path);
    if (found->kind == "proc-log") return importProcLog(procImport(*found, file->size()), file);
    const auto source = addSource(*found, layout, file->size(), file);
    if (m_options.added) m_options.added(source, SourceReach::Ends);
    if (m_rows) importRowsFile(import(source, layout), *m_rows, file);
    else if (m_graph) importGraphFile(import(source, layout), m_graph, file);
    else importTextFile(import(source, layout), file);
    m_builder.endSource(source);
    return source;
}

model::Result<model::SourceId> Opening::openBlktrace(const std::vector<std::string>& files) {
    auto set = BlktraceSet::open(files);
    if (!set) return tl::unexpected(set.error());
    return readBlktrace(std::move(*set));
}

model::Result<model::SourceId> Opening::readBlktrace(std::shared_ptr<const BlktraceSet> set) {
    const auto bytes = set->size();
    if (bytes == 0)
        return model::failure(shownPath(m_path) +
                              ": its blktrace files are empty: nothing was recorded");
    BlktraceImport records(std::move(set), m_pool, m_options);
    if (records.records() == 0 && !m_options.stop.stop_requested())
        return model::failure(shownPath(m_path) + ": no blktrace record is in it");
    model::SourceInfo info;
    info.path = m_path;
    info.kind = "blktrace";
    info.why = records.why();
    if (!m_packing.empty()) info.why += ", " + m_packing + " data";
    if (records.relative()) info.clock = {.name = {}, .tickNs = 1, .relative = true};
    else info.clock = {.name = "mono", .tickNs = 1};
    info.bytes = bytes;
    info.offsetNs = m_options.offsetNs;
    info.text = records.text();
    const auto source = m_builder.addSource(std::move(info));
    if (m_options.added) m_options.added(source, SourceReach::Ends);
    records.run(m_builder, source);
    return source;
}

/// All of a stream of binary records: CPUs stand in it one after the other.
model::Result<std::string> Opening::readAll(ByteStream& stream, std::string head) const {
    constexpr std::size_t kMost = std::size_t{4} << 30;
    std::string all = std::move(head);
    while (stream.state() == StreamState::Open && all.size() < kMost) {
        if (m_options.stop.stop_requested())
            return model::failure(shownPath(m_path) + ": given up before all of it was read");
        const auto filled = all.size();
        all.resize(filled + (1 << 20));
        all.resize(filled + stream.read(std::span(all).subspan(filled), kHeadWait));
    }
    return all;
}

/// Reads until there is a head to sniff: 64 KiB, the end, or, where `waits`, what came before a
/// silence that is enough to know the kind.
model::Result<std::string> Opening::readHead(ByteStream& stream, bool waits) const {
    std::string head;
    auto quietSince = std::chrono::steady_clock::now();
    while (head.size() < kHeadBytes && stream.state() == StreamState::Open) {
        if (m_options.stop.stop_requested())
            return model::failure(shownPath(m_path) + ": given up before anything was read");
        const auto filled = head.size();
        head.resize(kHeadBytes);
        const auto count = stream.read(std::span(head).subspan(filled), kHeadWait);
        head.resize(filled + count);
        const auto now = std::chrono::steady_clock::now();
        if (count > 0) quietSince = now;
        if (!waits || head.empty() || now - quietSince < kUndecidedFor) continue;
        if (compressionOf(head) != Compression::None || sniff(head, 0).readable ||
            !m_options.as.empty())
            break;
        quietSince = now;
    }
    if (!head.empty()) return head;
    if (stream.state() == StreamState::Ended) {
        return model::failure(
            shownPath(m_path) +
            " is empty: nothing was recorded or written; check what should have filled it");
    }
    return model::failure("cannot read " + shownPath(m_path) + ": " + stream.problem());
}

model::Result<model::SourceId> Opening::openStream(const Input& input, std::uint64_t total) {
    std::unique_ptr<ByteStream> stream =
        std::make_unique<FdStream>(input.file, tracingIsOff(input.file));
    auto head = readHead(*stream, total == 0);
    if (!head) return tl::unexpected(head.error());
    if (const auto compression = compressionOf(*head); compression != Compression::None) {
        m_packing = compressionName(compression);
        stream = decompress(compression, std::move(stream), std::move(*head));
        head = readHead(*stream, total == 0);
        if (!head) return tl::unexpected(head.error());
    }
    if (isWebPage(*head) && showsTextInPre(*head, total))
        return openPage(std::move(stream), std::move(*head), total);
    auto found = decide(m_path, *head, total, m_options.as);
    if (!found) return tl::unexpected(found.error());
    if (found->kind == "blktrace") {
        auto all = readAll(*stream, std::move(*head));
        if (!all) return tl::unexpected(all.error());
        return readBlktrace(BlktraceSet::ofBytes(std::move(*all)));
    }
    if (found->kind == "systrace-html") {
        stream = traceTextOf(std::move(stream), std::move(*head));
        head = readHead(*stream, false);
        if (!head)
            return model::failure(shownPath(m_path) + ": a systrace page without trace text in it");
    }
    return readStream(std::move(stream), std::move(*head), *found, total);
}

/// A systrace page has a script instead, and lines outside of every <pre> are taken as they are.
bool Opening::showsTextInPre(std::string_view head, std::uint64_t total) {
    const auto kind = sniff(head, total).kind;
    return kind.empty() || (kind != "systrace-html" &&
                            (head.find("<pre") != head.npos || head.find("<PRE") != head.npos));
}

/// A page of a blog or a mail archive: the trace, if there is one, stands in its <pre> blocks.
model::Result<model::SourceId> Opening::openPage(std::unique_ptr<ByteStream> stream,
                                                 std::string head, std::uint64_t total) {
    const Sniffed page{.kind = {},
                       .why = {},
                       .seems = "an HTML page without trace data in a <pre> block",
                       .readable = false};
    auto text = preTextOf(std::move(stream), std::move(head));
    auto inside = readHead(*text, false);
    if (!inside) return tl::unexpected(notRead(m_path, page).error());
    auto found = sniff(*inside, 0);
    if (!m_options.as.empty()) {
        const auto asked = decide(m_path, *inside, 0, m_options.as);
        if (!asked) return tl::unexpected(asked.error());
        found = *asked;
    }
    if (!found.readable)
        return tl::unexpected(notRead(m_path, found.kind.empty() ? page : found).error());
    found.why += ", in the <pre> blocks of a web page";
    return readStream(std::move(text), std::move(*inside), found, total);
}

model::Result<model::SourceId> Opening::readStream(std::unique_ptr<ByteStream> stream,
                                                   std::string head, const Sniffed& found,
                                                   std::uint64_t total) {
    if (found.kind == "uftrace")
        return model::failure(shownPath(m_path) +
                              ": uftrace data are a directory; name it in place of what is in it");
    if (isProcKind(found.kind) && found.kind != "proc-log")
        return importProcFile(procImport(found, total == 0 ? head.size() : total),
                              parsers::readAll(*stream, std::move(head), m_options));
    const auto store = std::make_shared<BlockStore>(m_pool);
    if (found.kind == "proc-log")
        return importProcLog(procImport(found, total), *stream, store, head, total);
    const auto layout = found.kind == "blkparse" ? blkparseLayout() : detectLayout(head);
    chooseReader(head, found);
    const auto source = addSource(found, layout, total, store);
    if (m_options.added)
        m_options.added(source, total == 0 ? SourceReach::MayGrow : SourceReach::Ends);
    if (m_rows) importRowsStream(import(source, layout), *m_rows, *stream, *store, head, total);
    else if (m_graph)
        importGraphStream(import(source, layout), m_graph, *stream, *store, head, total);
    else importTextStream(import(source, layout), *stream, *store, head, total);
    m_builder.endSource(source);
    return source;
}

}  // namespace

model::Result<model::SourceId> importSource(const std::string& path, model::TraceBuilder& builder,
                                            model::ThreadPool& pool, const ImportOptions& options) {
    return Opening(path, builder, pool, options).open();
}

}  // namespace kscope::parsers
