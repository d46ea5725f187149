// SPDX-License-Identifier: GPL-3.0-or-later
/// Turns ftrace text and trace-cmd report text into rows. One parser a parse task (or one for a
/// stream).
#pragma once

#include "model/store/chunk_writer.h"
#include "model/store/source.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kscope::parsers {

/// What the head of a source tells about all its lines; shared, immutable, by all parse tasks.
struct FtraceLayout {
    std::string kind;    ///< "ftrace-text", "trace-cmd-report", "function_graph", "systrace-html"
    std::string tracer;  ///< After "# tracer: ", empty where the header is missing.
    model::Clock clock;
    bool fixedColumns = false;  ///< The kernel's default columns: '-' at 16, '[' at 25, ']' at 29.
    bool latency = false;       ///< Latency format: comm cut to 8 bytes, cpu glued to the flags.
    bool verbose = false;

    /// What one line of the source is.
    enum class Form : std::uint8_t {
        Context,    ///< comm-pid [cpu] flags time: text, in any of the layouts that have a context
                    ///< part.
        Graph,      ///< function_graph: graph lines, and context lines between them.
        Raw,        ///< Option raw: pid cpu ns text.
        Hex,        ///< Option hex: the same as hexadecimal digits.
        NoContext,  ///< Option nocontext-info: event: args.
        Blk,        ///< Classic blk tracer: major,minor cpu time pid action.
        Blkparse,   ///< The same with a sequence number: blkparse's default text.
    };
    /// What a character of the flags says; option irq-info's legend names them.
    enum class FlagColumn : std::uint8_t {
        None,
        IrqsOff,
        NeedResched,
        Lazy,
        Context,
        Depth,
        MigrateDisable,
        Other
    };
    Form form = Form::Context;
    bool commAt16 = false;  ///< '-' at 16 and brackets that stand still at `bracketColumn`: the
                            ///< fast path is worth trying.
    std::uint8_t bracketColumn = 25;  ///< Of '[' where columns stand still: 25, 35 with tgid, 23 in
                                      ///< old kernels and trace-cmd.
    std::uint8_t flagWidth =
        5;  ///< Characters of irq flags where columns stand still; 0 without irq-info.
    bool fastPath =
        true;  ///< Off: every line takes the general path (tests hold the two against each other).
    bool lineNumbers = false;            ///< A blog pasted line numbers in front.
    std::array<FlagColumn, 8> legend{};  ///< As far as the header has one.
    std::uint8_t legendWidth = 0;        ///< Columns in it.
};
/// `head`: the first bytes of the source, up to 64 KiB.
[[nodiscard]] FtraceLayout detectLayout(std::string_view head);
/// Of blkparse's default text: seconds since the first record, which the text does not name.
[[nodiscard]] FtraceLayout blkparseLayout();

/// Room that must be readable behind every piece given to a parser (vector scans read past the
/// end).
inline constexpr std::size_t kPiecePadding = 64;

class FtracePartParser {
public:
    explicit FtracePartParser(const FtraceLayout& layout);
    ~FtracePartParser();
    FtracePartParser(const FtracePartParser&) = delete;
    FtracePartParser& operator=(const FtracePartParser&) = delete;

    /// Begins a part at byte `position` of the source, where a line begins. With `firstOfSource`
    /// false, lines before the first context line belong to the part before and are skipped (that
    /// part read them).
    void beginPart(model::SourceId source, std::uint64_t position, bool firstOfSource);
    /// Reads whole lines from `text` (kPiecePadding bytes behind it are readable, content free);
    /// returns how many bytes were consumed: the caller presents the rest again with more behind
    /// it. `last`: nothing follows, a cut last line counts too. Once a context line begins at or
    /// after `end` (source position), nothing more is consumed and done() is true.
    std::size_t parse(std::string_view text, bool last, std::uint64_t end = UINT64_MAX);
    [[nodiscard]] bool done() const noexcept;
    /// Instead of parse() for a line of more than the caller keeps: `head` is its first part,
    /// `bytes` is what was left out behind it, up to and with the line end. Counts LongLine and
    /// reads what is there.
    void longLine(std::string_view head, std::uint64_t bytes);
    [[nodiscard]] model::ParsedPart finishPart();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// An event's own text out of the source's bytes that begin at its line: `text` should hold some
/// KiB (stack lines follow).
[[nodiscard]] model::EventText readEventText(const FtraceLayout& layout, std::string_view text);

}  // namespace kscope::parsers
