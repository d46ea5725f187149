// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads one event again, with all that its parser only counted: arguments, further lines, stacks.
#include "parsers/block/block_text.h"
#include "parsers/ftrace/event_name.h"
#include "parsers/ftrace/line_head.h"
#include "parsers/ftrace/line_kind.h"
#include "parsers/ftrace/part_parser.h"
#include "parsers/text/scan.h"

#include <algorithm>

namespace kscope::parsers {
namespace {

/// How many lines of other tasks may stand between an event and its stack.
constexpr int kForeignLines = 64;

class TextReader {
public:
    TextReader(const FtraceLayout& layout, std::string_view text)
        : m_layout(layout),
          m_numbers(layout.lineNumbers ? LineNumbers::Pasted : LineNumbers::No),
          m_rest(text) {}

    model::EventText read() {
        const auto line = takeLine();
        m_out.line = line;
        using Form = FtraceLayout::Form;
        if (m_layout.form == Form::Blkparse) {
            readBlkparse(line);
            return std::move(m_out);
        }
        readEvent(line);
        if (m_alone) return std::move(m_out);
        if (m_marker) readContinuation();
        readStacks();
        return std::move(m_out);
    }

private:
    struct Parsed {
        std::string text;  // the line, repaired where it needed that
        LineHead head;
        EventName name;
        [[nodiscard]] bool isStack() const {
            return name.kind == EventName::Kind::KernelStack ||
                   name.kind == EventName::Kind::UserStack;
        }
    };

    std::string_view peekLine() const {
        auto line = m_rest.substr(0, m_rest.find('\n'));
        if (line.ends_with('\r')) line.remove_suffix(1);
        return line;
    }
    std::string_view takeLine() {
        const auto line = peekLine();
        const std::size_t end = m_rest.find('\n');
        m_rest.remove_prefix(end == m_rest.npos ? m_rest.size() : end + 1);
        return line;
    }

    bool parse(std::string_view line, Parsed& parsed) const {
        parsed.text = line;
        parsed.head = readLineHead(parsed.text, m_numbers);
        if (std::string repaired; undoTypography(line, repaired)) {
            const auto again = readLineHead(repaired, m_numbers);
            if (again.found()) {
                // Views point into the text they were read from: read once more where it stays.
                parsed.text = std::move(repaired);
                parsed.head = readLineHead(parsed.text, m_numbers);
            }
        }
        if (!parsed.head.found()) return false;
        parsed.name = readEventName(std::string_view(parsed.text).substr(parsed.head.text));
        return true;
    }

    void readEvent(std::string_view line) {
        using Form = FtraceLayout::Form;
        if (m_layout.form != Form::Context && m_layout.form != Form::Graph && readBare(line))
            return;
        Parsed parsed;
        bool found = parse(line, parsed);
        if (!found) {  // broken inside its context part
            const std::string whole =
                std::string(trimRight(line)).append(" ").append(trimLeft(peekLine()));
            found = parse(whole, parsed);
            if (!found) {
                m_out.args = line;
                return;
            }
            (void)takeLine();
        }
        m_pid = parsed.head.pid;
        m_cpu = parsed.head.cpu;
        m_out.flags = parsed.head.flags;
        if (parsed.head.tgid <= INT32_MAX)
            m_out.tgid = model::Tid{static_cast<std::int32_t>(parsed.head.tgid)};
        takeArguments(std::string_view(parsed.text).substr(parsed.head.text), parsed.name);
    }

    /// The device, and all from the action on: what the blk tracer prints.
    void readBlkparse(std::string_view line) {
        const char* at = line.data();
        BlkparseHead head;
        if (!takeBlkparseHead(at, line.data() + line.size(), head)) {
            m_out.args = line;
            return;
        }
        m_out.args = model::deviceText(head.device) + ' ';
        m_out.args += trimRight(line.substr(static_cast<std::size_t>(at - line.data())));
    }

    bool readBare(std::string_view line) {
        using Form = FtraceLayout::Form;
        if (m_layout.form == Form::Blk) {
            const auto blk = readBlkLine(line);
            if (blk) m_out.args = trim(line);
            m_alone = blk.has_value();
            return blk.has_value();
        }
        if (m_layout.form == Form::NoContext) {
            if (readFullHead(line, m_numbers).found()) return false;
            takeArguments(line, readEventName(line));
            return true;
        }
        const auto bare =
            readBareLine(line, m_layout.form == Form::Hex ? Digits::Hexadecimal : Digits::Decimal);
        if (!bare) return false;
        m_pid = bare->pid;
        m_cpu = bare->cpu;
        const auto text = line.substr(bare->text);
        takeArguments(text, readEventName(text));
        return true;
    }

    void takeArguments(std::string_view text, const EventName& name) {
        auto args = text.substr(std::min(name.args, text.size()));
        if (name.kind == EventName::Kind::Print) {
            m_marker = true;
            m_out.args = args;
            return;
        }
        m_out.args = trim(args);
    }

    /// Whether a line cannot be part of the event above it.
    bool beginsOther(std::string_view line) const {
        if (isComment(line) || isStackFrame(line) || readLostLine(line)) return true;
        Parsed parsed;
        return parse(line, parsed);
    }

    void readContinuation() {
        while (!m_rest.empty() && !beginsOther(peekLine()))
            m_out.args.append("\n").append(takeLine());
        while (m_out.args.ends_with('\n')) m_out.args.pop_back();
    }

    void readStacks() {
        std::vector<std::string>* current =
            &m_out.stack;  // frames right behind the event are its own
        int foreign = 0;
        bool wrapped = !m_marker;
        while (!m_rest.empty() && foreign < kForeignLines) {
            const auto line = takeLine();
            if (isStackFrame(line)) {
                wrapped = false;
                if (current) current->emplace_back(stackFrame(line));
                continue;
            }
            Parsed parsed;
            if (!parse(line, parsed)) {
                if (readLostLine(line)) return;
                if (trim(line).empty() || isComment(line)) continue;
                if (wrapped && !isElision(line)) appendWrapped(line);
                wrapped = false;
                if (isElision(line)) current = nullptr;
                continue;
            }
            wrapped = false;
            const bool same = parsed.head.pid == m_pid && parsed.head.cpu == m_cpu;
            if (!parsed.isStack()) {
                if (same) return;
                current = nullptr;
                ++foreign;
                continue;
            }
            current = nullptr;
            if (!same) continue;
            current =
                parsed.name.kind == EventName::Kind::UserStack ? &m_out.userStack : &m_out.stack;
            if (!current->empty()) return;
        }
    }

    /// The line behind the event's, which is no event itself: the rest of wrapped arguments.
    void appendWrapped(std::string_view line) {
        std::string repaired;
        if (undoTypography(line, repaired)) line = repaired;
        if (!m_out.args.empty()) m_out.args += ' ';
        m_out.args += trim(line);
    }

    const FtraceLayout& m_layout;
    LineNumbers m_numbers;
    std::string_view m_rest;
    model::EventText m_out;
    std::uint64_t m_pid = 0;
    std::uint64_t m_cpu = 0;
    bool m_marker = false;
    bool m_alone = false;  // Nothing that follows can belong to it.
};

}  // namespace

model::EventText readEventText(const FtraceLayout& layout, std::string_view text) {
    return TextReader(layout, text).read();
}

}  // namespace kscope::parsers
