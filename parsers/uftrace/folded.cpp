// SPDX-License-Identifier: GPL-3.0-or-later
/// One line a stack with its weight.
#include "parsers/uftrace/folded.h"

#include "model/store/call_edge.h"
#include "parsers/text/number.h"
#include "parsers/uftrace/kernel_entry.h"

#include <algorithm>
#include <array>

namespace kscope::parsers {
namespace {

using model::CallEdge;
using model::CallSpace;

constexpr std::size_t kMostFrames = 4096;
constexpr std::uint64_t kMostWeight = std::uint64_t{1} << 60;
constexpr std::size_t kFoldedRows = 50'000;
/// Annotations of stackcollapse-*.pl: kernel, compiled at run time, inlined.
constexpr std::string_view kKernelMark = "_[k]";
constexpr std::array<std::string_view, 3> kFrameMarks{kKernelMark, "_[j]", "_[i]"};

struct OpenFrame {
    std::string name;
    CallSpace space;
};

class FoldedReader final : public RowReader {
public:
    void begin(model::SourceId source) override { m_source = source; }
    bool full() const override { return m_open && m_writer.rows() >= kFoldedRows; }
    std::size_t read(std::string_view text, std::uint64_t position, bool last) override {
        open(position);
        const auto end = text.find('\n');
        if (end == text.npos && !last) return 0;
        const auto length = std::min(end, text.size());
        const auto used = std::min(length + 1, text.size());
        ++m_lines;
        m_bytes += used;
        line(trim(text.substr(0, length)), position);
        m_lastPosition = position;
        if (last && used == text.size()) closeTo(0, m_lastPosition);
        return used;
    }
    model::ParsedPart finish() override {
        if (!m_open) return {};
        m_open = false;
        return m_writer.finishPart(m_lines, m_bytes);
    }

private:
    void open(std::uint64_t position) {
        if (m_open) return;
        m_open = true;
        m_lines = 0;
        m_bytes = 0;
        m_writer.beginPart(m_source, position, 1);
    }
    void line(std::string_view text, std::uint64_t position) {
        if (text.empty() || text[0] == '#') return;
        const auto folded = readFoldedLine(text);
        if (!folded.valid || folded.weight > kMostWeight - m_now) {
            m_writer.diagnostics().record(model::DiagnosticKind::UnparsedLine,
                                          {m_source, m_lines, position});
            return;
        }
        std::vector<CallSpace> spaces;
        bool inKernel = false;
        for (const auto frame : folded.frames) {
            inKernel = inKernel || entersKernel(frame);
            const bool kernel = inKernel || frame.ends_with(kKernelMark);
            spaces.push_back(kernel ? CallSpace::Kernel : CallSpace::User);
        }
        std::size_t common = 0;
        while (common < folded.frames.size() && common < m_stack.size() &&
               nameOf(folded.frames[common]) == m_stack[common].name &&
               spaces[common] == m_stack[common].space)
            ++common;
        closeTo(common, position);
        for (auto i = common; i < folded.frames.size(); ++i) {
            m_stack.push_back({std::string(nameOf(folded.frames[i])), spaces[i]});
            add(CallEdge::Entry, m_stack.size() - 1, position);
        }
        m_now += folded.weight;
    }
    static std::string_view nameOf(std::string_view frame) {
        for (const auto mark : kFrameMarks)
            if (frame.size() > mark.size() && frame.ends_with(mark))
                return frame.substr(0, frame.size() - mark.size());
        return frame;
    }
    void closeTo(std::size_t frames, std::uint64_t position) {
        while (m_stack.size() > frames) {
            add(CallEdge::Exit, m_stack.size() - 1, position);
            m_stack.pop_back();
        }
    }
    void add(CallEdge edge, std::size_t depth, std::uint64_t position) {
        const auto& frame = m_stack[depth];
        const auto time = static_cast<std::int64_t>(m_now);
        (void)m_writer.prepare(time, position);
        m_writer.add(time, position, m_writer.name(frame.name), model::kUnknownCpu, model::kNoRow,
                     model::callFlags(edge, frame.space, static_cast<std::uint32_t>(depth)));
    }

    model::ChunkWriter m_writer;
    model::SourceId m_source{};
    bool m_open = false;
    std::uint64_t m_lines = 0;
    std::uint64_t m_bytes = 0;
    std::uint64_t m_now = 0;
    std::uint64_t m_lastPosition = 0;
    std::vector<OpenFrame> m_stack;
};

}  // namespace

FoldedLine readFoldedLine(std::string_view line) {
    FoldedLine folded;
    const auto blank = line.find_last_of(" \t");
    if (blank == line.npos) return folded;
    const char* at = line.data() + blank + 1;
    const char* const end = line.data() + line.size();
    if (!takeNumber(at, end, folded.weight)) return folded;
    if (at < end && *at == '.') {
        folded.weight += at + 1 < end && at[1] >= '5' && isDigit(at[1]);
        for (++at; at < end && isDigit(*at);) ++at;
    }
    if (at != end) return folded;
    auto stack = trim(line.substr(0, blank));
    while (!stack.empty() && folded.frames.size() < kMostFrames) {
        const auto mark = std::min(stack.find(';'), stack.size());
        if (mark > 0) folded.frames.push_back(stack.substr(0, mark));
        stack.remove_prefix(std::min(mark + 1, stack.size()));
    }
    folded.valid = !folded.frames.empty();
    return folded;
}

std::unique_ptr<RowReader> foldedReader() { return std::make_unique<FoldedReader>(); }

model::EventText readFoldedText(std::string_view text) {
    model::EventText out;
    out.line = trim(text.substr(0, text.find('\n')));
    out.args = out.line;
    return out;
}

}  // namespace kscope::parsers
