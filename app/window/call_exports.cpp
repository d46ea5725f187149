// SPDX-License-Identifier: GPL-3.0-or-later
/// From the panes of Functions to files.
#include "app/window/call_exports.h"

#include "app/command_line/call_files.h"
#include "model/derive/call_export.h"
#include "model/derive/call_filter.h"
#include "views/panes/call_tables/function_deck.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/flame_graph/flame_panel.h"
#include "views/panes/flame_graph/stack_tree.h"
#include "views/panes/tracks/track_picture.h"

#include <QWidget>

namespace kscope::app {
namespace {

bool endsWith(const std::string& path, std::string_view ending) { return path.ends_with(ending); }

model::Result<void> writeTimeline(const CallExport& wanted, const std::string& path,
                                  const model::CallScope& scope, model::ThreadPool& hands) {
    const auto set = views::callTracksOf(countedCalls(wanted.forest, scope, hands));
    if (endsWith(path, ".csv")) return writeTracksCsv(*set, wanted.request, path);
    return endsWith(path, ".svg") ? writeTracksSvg(*set, wanted.request, path)
                                  : writeTracksPng(*set, wanted.request, path);
}

}  // namespace

std::vector<ExportWhat> offeredExports(views::FunctionDeck* functions) {
    std::vector<ExportWhat> offered;
    if (functions == nullptr) return offered;
    if (functions->flames().graph().emptyWords().isEmpty())
        offered.push_back(ExportWhat::FlameGraph);
    if (functions->forest() && functions->forest()->size() > 0)
        offered.push_back(ExportWhat::CallTimeline);
    if (offered.size() > 1 && functions->plotFocused()) std::swap(offered[0], offered[1]);
    return offered;
}

void takeShown(views::FunctionDeck& functions, CallExport& into) {
    into.forest = functions.forest();
    into.shown = functions.flames().graph().shownPtr();
    into.look = functions.flames().graph().look();
}

model::Result<void> writeCallExport(const CallExport& wanted, const std::string& path) {
    model::ThreadPool hands(2);  // jobs of a pool must not wait for it
    model::CallScope scope;
    if (wanted.span != ExportSpan::Whole) scope.range = wanted.range;
    if (wanted.request.filterRows) scope.rows = wanted.request.filterRows;
    const auto file = callFileOf(path, "flame_graph");
    const bool stacks = wanted.shown && wanted.shown->counts();
    if (file != CallFile::None && !(stacks && wanted.what == ExportWhat::FlameGraph)) {
        if (!wanted.forest || !countsAny(*wanted.forest, scope))
            return model::failure("no call is left by the filters, so nothing was written");
        return writeCallFile(path, file, *wanted.forest, scope, hands);
    }
    if (wanted.what == ExportWhat::CallTimeline) return writeTimeline(wanted, path, scope, hands);
    auto tree = wanted.shown;
    auto look = wanted.look;
    // What is seen has its range already; anything else is made anew.
    if (wanted.span != ExportSpan::Seen && tree && wanted.forest && !tree->counts())
        tree = views::makeFlameTree(*wanted.forest, scope, hands), look.root = 0;
    else if (wanted.span == ExportSpan::Whole && stacks)
        tree = views::makeStackTree(tree->trace, std::nullopt), look.root = 0;
    if (!tree) return model::failure("the flame graph has not been made yet");
    if (file == CallFile::Chrome)
        return model::failure("stacks have no times: .folded and .json hold them");
    if (file != CallFile::None) return writeStackFile(path, file, *tree);
    auto request = wanted.request;
    request.view.window = scope.range.value_or(tree->trace->range());
    return endsWith(path, ".svg") ? writeFlameSvg(*tree, request, path, look)
                                  : writeFlamePng(*tree, request, path, look);
}

}  // namespace kscope::app
