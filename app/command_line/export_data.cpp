// SPDX-License-Identifier: GPL-3.0-or-later
/// `export` of calls into other viewers' files: no picture, and nothing of Qt.
#include "app/command_line/load.h"
#include "app/command_line/output.h"
#include "model/derive/call_export.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kscope::app {
namespace {

enum class DataKind : std::uint8_t { None, Folded, Speedscope, Chrome };

DataKind dataKindOf(const ExportOptions& options) {
    const std::string_view file = options.output;
    if (file.ends_with(".folded")) return DataKind::Folded;
    if (file.ends_with(".chrome.json") || file.ends_with(".perfetto.json")) return DataKind::Chrome;
    if (file.ends_with(".json") && options.pane == "flame_graph") return DataKind::Speedscope;
    return DataKind::None;
}

/// A file beside the target that takes its name when all is written.
class WholeFile {
public:
    explicit WholeFile(const std::string& target) : m_target(target), m_name(target + ".XXXXXX") {
        const int descriptor = ::mkstemp(m_name.data());
        if (descriptor < 0) return;
        const auto mask = ::umask(0);  // mkstemp's files are for their owner alone
        ::umask(mask);
        (void)::fchmod(descriptor, 0666 & ~mask);
        m_file = ::fdopen(descriptor, "wb");
    }
    ~WholeFile() {
        if (m_file != nullptr) std::fclose(m_file);
        if (!m_done) ::unlink(m_name.c_str());
    }
    WholeFile(const WholeFile&) = delete;
    WholeFile& operator=(const WholeFile&) = delete;
    [[nodiscard]] bool good() const { return m_file != nullptr; }
    bool write(std::string_view text) {
        return std::fwrite(text.data(), 1, text.size(), m_file) == text.size();
    }
    bool finish() {
        const bool written = std::fclose(std::exchange(m_file, nullptr)) == 0;
        m_done = written && ::rename(m_name.c_str(), m_target.c_str()) == 0;
        return m_done;
    }

private:
    std::string m_target;
    std::string m_name;
    std::FILE* m_file = nullptr;
    bool m_done = false;
};

bool writeCalls(DataKind kind, const model::CallForest& forest, const model::CallScope& scope,
                const LoadedTrace& loaded, WholeFile& file) {
    const auto sink = [&](std::string_view text) { return file.write(text); };
    switch (kind) {
    case DataKind::Folded: return writeFolded(forest, scope, *loaded.pool, sink);
    case DataKind::Chrome: return writeChromeTrace(forest, scope, sink);
    default: break;
    }
    const auto& path = loaded.trace->sources().front().path;
    return writeSpeedscope(forest, scope, path.substr(path.rfind('/') + 1), sink);
}

}  // namespace

std::optional<int> exportData(const ExportOptions& options, CommandStreams streams) {
    const auto kind = dataKindOf(options);
    if (kind == DataKind::None) return std::nullopt;
    int status = kDone;
    const auto loaded = loadTrace(options.common, streams, status);
    if (!loaded) return status;
    const auto forest = model::deriveCalls(loaded->trace, *loaded->pool);
    if (forest->size() == 0) {
        complain(streams, fmt::format("export: {} has no calls; {} holds calls",
                                      options.common.sources.front(), options.output));
        return kFailed;
    }
    model::CallScope scope;
    scope.range = loaded->selection.timeRange(*loaded->trace);
    scope.cpus = loaded->selection.cpus;
    if (!loaded->selection.tasks.empty())
        scope.task = [&loaded](const model::CallTask& task) {
            return task.task != model::kNoTask &&
                   loaded->selection.coversTask(*loaded->trace, task.task,
                                                loaded->trace->task(task.task).comm);
        };
    WholeFile file(options.output);
    if (!file.good() || !writeCalls(kind, *forest, scope, *loaded, file) || !file.finish()) {
        complain(streams, fmt::format("cannot write {}: {}", options.output, std::strerror(errno)));
        return kFailed;
    }
    return strictStatus(options.common, *loaded);
}

}  // namespace kscope::app
