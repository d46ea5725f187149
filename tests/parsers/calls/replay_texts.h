// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines of calls by task: as `uftrace replay` printed them, and ours of the directory.
#pragma once

#include "model/derive/replay_lines.h"
#include "parsers/importers.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <istream>
#include <map>
#include <string>
#include <vector>

namespace kscope::peer {

using LinesOfTask = std::map<std::int32_t, std::vector<std::string>>;

/// Lines of calls by task, without the column of durations; events inside calls are left out, and
/// what then is empty between its braces is a leaf.
inline LinesOfTask printedLines(std::istream& file) {
    LinesOfTask lines;
    for (std::string line; std::getline(file, line);) {
        const auto open = line.find('['), close = line.find("] | ");
        if (line.starts_with('#') || open == line.npos || close == line.npos) continue;
        const auto text = line.substr(close + 4);
        const auto first = text.find_first_not_of(' ');
        if (first == text.npos || text.compare(first, 2, "/*") == 0) continue;
        auto& task = lines[std::stoi(line.substr(open + 1))];
        // An empty body: `name() {` and `} /* name */` after it.
        if (text[first] == '}' && !task.empty() && task.back().ends_with(" {") &&
            task.back().find_first_not_of(' ') == first) {
            auto& leaf = task.back();
            leaf.resize(leaf.size() - 2);
            const auto end = text.rfind("; /* ");
            if (end != text.npos) leaf += text.substr(first + 1, end - first - 1);
            leaf += ";";
            continue;
        }
        task.push_back(text);
    }
    return lines;
}

inline std::string argsOf(const model::Trace& trace, model::EventIndex index) {
    const auto event = trace.event(index);
    const auto read = trace.sources()[raw(event.source)].text->eventText(event.position);
    return read ? read->args : std::string();
}

inline LinesOfTask ownLines(const std::filesystem::path& path) {
    model::ThreadPool pool(2);
    model::TraceBuilder builder;
    const auto source = parsers::importSource(path.string(), builder, pool, {});
    EXPECT_TRUE(source.has_value()) << path;
    if (!source) return {};
    const auto trace = builder.finish();
    const auto forest = model::deriveCalls(trace, pool);
    LinesOfTask told;
    for (std::size_t task = 0; task < forest->tasks().size(); ++task) {
        const model::ReplayLines lines(forest, task);
        auto& into = told[raw(trace->task(forest->tasks()[task].task).tid)];
        for (std::uint64_t i = 0; i < lines.size(); ++i) {
            const auto line = lines.at(i);
            const auto& call = lines.calls()[line.call];
            const auto name = trace->text(forest->function(call).name());
            std::string arguments, result;
            if (call.entry.known())
                arguments = model::callArguments(argsOf(*trace, forest->eventOf(call.entry)), name);
            if (call.exit.known())
                result = model::callResult(argsOf(*trace, forest->eventOf(call.exit)));
            into.push_back(std::string(2 * line.level, ' ') +
                           model::replayText(line, name, arguments, result));
        }
    }
    return told;
}

}  // namespace kscope::peer
