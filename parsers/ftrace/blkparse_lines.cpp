// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines of blkparse's default text: "%D %2c %8s %5T.%9t %5p %2a %3d rest".
#include "parsers/block/block_text.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/ftrace/part_parser_impl.h"

#include <algorithm>

namespace kscope::parsers {

using model::DiagnosticKind;

/// Reads records from `at` as long as they begin before `stop`; returns the first line that is
/// none, or that is not whole yet.
const char* FtracePartParser::Impl::readBlkparse(const char* at, const char* stop,
                                                 const Window& window) {
    while (at < stop) {
        const char* const lineEnd = findLineEnd(at, window.end);
        if (lineEnd == window.end && !window.last) return at;
        const char* const textEnd = lineEnd > at && lineEnd[-1] == '\r' ? lineEnd - 1 : lineEnd;
        if (!addBlkparse(at, textEnd, {lines + 1, positionOf(at, window)})) return at;
        if (lineEnd == window.end) return lineEnd;
        ++lines;
        at = lineEnd + 1;
    }
    return at;
}

/// Adds the record of a line; false: it is none.
bool FtracePartParser::Impl::addBlkparse(const char* at, const char* lineEnd,
                                         const LinePlace& place) {
    BlkparseHead head;
    model::BlockRecord record;
    std::string_view comm;
    if (!takeBlkparseHead(at, lineEnd, head)) return false;
    const std::string_view text(at, static_cast<std::size_t>(lineEnd - at));
    if (!readBlockAction(text, record, comm)) return false;
    record.device = head.device;
    sink.prepare(head.ns, place.position);
    model::CpuId cpu = model::kUnknownCpu;
    if (head.cpu < model::kMaxCpus) {
        cpu = model::CpuId{static_cast<std::uint16_t>(head.cpu)};
    } else {
        sink.diagnose(DiagnosticKind::CpuOutOfRange, place);
    }
    // Completions and remaps print no comm; what another line said would hang on where parts begin.
    if (comm.empty()) comm = head.pid == 0 ? "<idle>" : "<...>";
    const auto tid = head.pid <= INT32_MAX ? static_cast<std::int64_t>(head.pid) : -1;
    if (tid < 0) sink.diagnose(DiagnosticKind::PidOutOfRange, place);
    const auto letters = model::actionLetters(record.action);
    NameSlot* slot = sink.findName(letters);
    if (slot == nullptr) slot = sink.learnName(letters, false);
    const auto task = sink.task(tid, comm, cpu, -1);
    sink.add(head.ns, place.position, sink.index(*slot), cpu, task, model::kNoFlags);
    sink.addBlock(record);
    anyTime = true;
    anyEvent = true;
    lastTicks = head.ns;
    return true;
}

FtracePartParser::Impl::Handled FtracePartParser::Impl::readNoBlkparse(const Line& line) {
    if (addBlkparse(line.text.data(), line.text.data() + line.text.size(), line.place))
        return Handled::Yes;
    if (isElision(line.text)) {
        sink.diagnose(DiagnosticKind::Elision, line.place);
    } else if (!isBlkparseSummary(line.text)) {
        sink.diagnose(line.cut ? DiagnosticKind::CutLine : DiagnosticKind::UnparsedLine,
                      line.place);
    }
    return Handled::Yes;
}

}  // namespace kscope::parsers
