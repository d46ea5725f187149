// SPDX-License-Identifier: GPL-3.0-or-later
/// Records counted per process and action, against the tables that blkparse -s prints.
#include "parsers/importers.h"
#include "tests/support/peer.h"
#include "tests/support/shared_data.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <sstream>
#include <string>

namespace kscope::tests {
namespace {

/// What a table of one process counts, "Reads" before "Writes" where there are two.
using ProcessCounts = std::map<std::string, std::uint64_t>;
using CountsByPid = std::map<std::int64_t, ProcessCounts>;

/// "dd (284)" and the nine lines below it, of each process.
CountsByPid tablesOf(const std::string& text) {
    constexpr std::array kNames{
        "Reads Queued:",   "Writes Queued:",   "Read Dispatches:", "Write Dispatches:",
        "Reads Requeued:", "Writes Requeued:", "Reads Completed:", "Writes Completed:",
        "Read Merges:",    "Write Merges:",    "IO unplugs:",      "Timer unplugs:"};
    CountsByPid found;
    std::istringstream lines(text);
    constexpr std::int64_t kNoProcess = -1;
    std::int64_t pid = kNoProcess;
    for (std::string line; std::getline(lines, line);) {
        const auto open = line.rfind('(');
        if (!line.empty() && line.front() != ' ') {
            pid = kNoProcess;
            if (open != line.npos && line.back() == ')' && !line.starts_with("CPU") &&
                !line.starts_with("Total") && line.find(',') == line.npos)
                pid = std::atoll(line.c_str() + open + 1);
            continue;
        }
        if (pid == kNoProcess) continue;
        for (const char* const name : kNames)
            if (const auto at = line.find(name); at != line.npos)
                found[pid][name] += static_cast<std::uint64_t>(
                    std::atoll(line.c_str() + at + std::string_view(name).size()));
    }
    return found;
}

CountsByPid countsOf(const model::Trace& trace) {
    using model::BlockAction;
    using model::BlockOp;
    CountsByPid found;
    for (std::size_t c = 0; c < trace.chunks(); ++c) {
        const auto& chunk = trace.chunk(c);
        for (const auto& row : chunk.blocks) {
            const auto event = trace.event(c, row.row);
            const auto pid = event.task == model::kNoTask ? 0 : raw(trace.task(event.task).tid);
            const auto op = operationOf(row.rwbs);
            // The write bit of a record: of all that changes the medium.
            const bool writes = op == BlockOp::Write || op == BlockOp::Discard ||
                                op == BlockOp::SecureErase || op == BlockOp::WriteZeroes;
            const char* name = nullptr;
            switch (row.action) {
            case BlockAction::Queue: name = writes ? "Writes Queued:" : "Reads Queued:"; break;
            case BlockAction::Issue:
                name = writes ? "Write Dispatches:" : "Read Dispatches:";
                break;
            case BlockAction::Requeue:
                name = writes ? "Writes Requeued:" : "Reads Requeued:";
                break;
            case BlockAction::Complete:
                name = writes ? "Writes Completed:" : "Reads Completed:";
                break;
            case BlockAction::BackMerge:
            case BlockAction::FrontMerge: name = writes ? "Write Merges:" : "Read Merges:"; break;
            case BlockAction::Unplug: name = "IO unplugs:"; break;
            case BlockAction::UnplugTimer: name = "Timer unplugs:"; break;
            default: break;
            }
            if (name != nullptr) ++found[pid][name];
        }
    }
    return found;
}

/// Without counts of nothing.
CountsByPid filled(CountsByPid counts) {
    for (auto& [pid, of] : counts)
        std::erase_if(of, [](const auto& one) { return one.second == 0; });
    std::erase_if(counts, [](const auto& one) { return one.second.empty(); });
    return counts;
}

TEST(BlkparseSummary, CountsOfEachProcessAndActionAreOurs) {
    if (!support::installed("blkparse")) GTEST_SKIP() << "NOT RUN: blkparse is not installed";
    struct Run {
        std::string folder;
        std::string name;
    };
    std::vector<Run> runs{{KSCOPE_TEST_DATA "/block", "sdb"}};
    if (const auto data = support::sharedData()) {
        for (const char* const name : {"bfq", "dd-fsync", "discard", "fio-randrw", "flush-fua",
                                       "mkfs", "readers", "seq-merge"})
            runs.push_back({(*data / "guest/blk" / name).string(), "sda"});
        runs.push_back({(*data / "guest/blk/virtio-none").string(), "vdb"});
    }
    for (const auto& [folder, name] : runs) {
        SCOPED_TRACE(folder);
        const auto theirs = filled(tablesOf(
            support::outputOf("blkparse -s -q -D '" + folder + "' -i " + name + " 2>/dev/null")));
        ASSERT_FALSE(theirs.empty());
        model::ThreadPool pool(2);
        model::TraceBuilder builder;
        ASSERT_TRUE(parsers::importSource(folder + "/" + name, builder, pool, {}));
        EXPECT_EQ(filled(countsOf(*builder.finish())), theirs);
    }
}

}  // namespace
}  // namespace kscope::tests
