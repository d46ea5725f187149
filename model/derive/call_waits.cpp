// SPDX-License-Identifier: GPL-3.0-or-later
/// Pairs the records of a task that lie inside its calls.
#include "model/derive/call_waits.h"

#include "model/derive/call_events.h"

namespace kscope::model {
namespace {

constexpr std::string_view kWaitName = "linux:schedule";
constexpr std::string_view kPushedName = "linux:schedule (pre-empted)";

/// What is open of one task.
struct WaitPairing {
    const Trace& trace;
    std::vector<CallWait> found{};
    std::int64_t out = -1;
    std::string_view name{};

    void take(RowRef ref) {
        const auto& chunk = trace.chunk(ref.chunk());
        const auto row = ref.row();
        const auto text = trace.text(chunk.names[chunk.name[row]]);
        if (!text.starts_with("linux:sched")) return;
        const auto time = chunk.timeNs(row);
        if (text == "linux:sched-out" || text == "linux:sched-out (pre-empted)") {
            out = time;
            name = text.ends_with(')') ? kPushedName : kWaitName;
        } else if (text == "linux:sched-in") {
            if (out >= 0) found.push_back({out, time, name});
            out = -1;
        } else if (text == kWaitName || text == kPushedName) {
            const auto length = durationOf(chunk, row);  // of the row that ends it
            if (length >= 0 && length != kUnknownDuration)
                found.push_back({time - length, time, text});
        }
    }
};

}  // namespace

std::vector<std::vector<CallWait>> waitsInCalls(const CallForest& forest) {
    std::vector<std::vector<CallWait>> waits;
    for (const auto& events : eventsInCalls(forest)) {
        WaitPairing pairing{.trace = forest.trace()};
        for (const auto& event : events) pairing.take(event.row);
        waits.push_back(std::move(pairing.found));
    }
    return waits;
}

}  // namespace kscope::model
