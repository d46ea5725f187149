// SPDX-License-Identifier: GPL-3.0-or-later
/// Which writer a file's name asks for.
#include "app/command_line/call_files.h"

#include "model/derive/call_export.h"
#include "views/canvas/file_writer.h"
#include "views/panes/flame_graph/stack_tree.h"

namespace kscope::app {
namespace {

std::string fileTitle(const model::Trace& trace) {
    const auto& path = trace.sources().front().path;
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

CallFile callFileOf(std::string_view path, std::string_view pane) {
    if (path.ends_with(".folded")) return CallFile::Folded;
    if (path.ends_with(".chrome.json") || path.ends_with(".perfetto.json")) return CallFile::Chrome;
    if (path.ends_with(".json") && pane == "flame_graph") return CallFile::Speedscope;
    return CallFile::None;
}

model::Result<void> writeCallFile(const std::string& path, CallFile kind,
                                  const model::CallForest& forest, const model::CallScope& scope,
                                  model::ThreadPool& pool) {
    views::FileWriter file(path);
    const auto sink = [&](std::string_view text) {
        file.write(text);
        return !file.failed();
    };
    // What failed is told by commit().
    if (kind == CallFile::Folded) (void)writeFolded(forest, scope, pool, sink);
    else if (kind == CallFile::Chrome) (void)writeChromeTrace(forest, scope, sink);
    else (void)writeSpeedscope(forest, scope, fileTitle(forest.trace()), sink);
    return file.commit();
}

model::Result<void> writeStackFile(const std::string& path, CallFile kind,
                                   const views::FlameTree& stacks) {
    views::FileWriter file(path);
    file.write(kind == CallFile::Folded ? stacksFolded(stacks)
                                        : stacksSpeedscope(stacks, fileTitle(*stacks.trace)));
    return file.commit();
}

}  // namespace kscope::app
