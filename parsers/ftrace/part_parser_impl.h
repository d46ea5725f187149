// SPDX-License-Identifier: GPL-3.0-or-later
/// State of a parser over the lines of one part. Internal to parsers/ftrace.
#pragma once

#include "parsers/ftrace/event_name.h"
#include "parsers/ftrace/irq_flags.h"
#include "parsers/ftrace/line_head.h"
#include "parsers/ftrace/part_parser.h"
#include "parsers/ftrace/row_sink.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace kscope::parsers {

struct FtracePartParser::Impl {
    explicit Impl(const FtraceLayout& given);

    void beginPart(model::SourceId source, std::uint64_t position, bool firstOfSource);
    std::size_t parse(std::string_view text, bool last, std::uint64_t end);
    void longLine(std::string_view head, std::uint64_t bytes);
    model::ParsedPart finishPart();

    FtraceLayout layout;
    bool isDone = false;

    /// What a line needs to know of its surroundings.
    struct Window {
        const char* begin;  // of the text given
        const char* end;
        bool last;  // nothing follows `end`
        // Lines that begin before it end in the window, and a whole line follows or nothing does.
        const char* wholeEnd;
    };
    /// A line as the general path sees it.
    struct Line {
        std::string_view text;   // without its end and without '\r'
        std::string_view after;  // what follows its end in the window
        LinePlace place;
        bool cut = false;         // no line end: the source ends in it
        bool moreNeeded = false;  // what follows may be incomplete
    };
    enum class Handled : std::uint8_t { Yes, NeedsMore };

    // fast_lines.cpp
    struct SeenTask;
    /// The context part of a line of the strict form.
    struct FastHead {
        const char* taskBegin = nullptr;  // behind a pasted line number
        const char* bracket = nullptr;
        const char* name = nullptr;  // of the event
        std::int64_t ticks = 0;
        std::uint16_t cpu = 0;
        bool at16 = false;  // '-' at byte 16
        model::EventFlags flags{};
    };
    const char* readFast(const char* at, const char* stop, const Window& window);
    const char* fixedLines(const char* at, const char* stop, const Window& window);
    const char* floatingLines(const char* at, const char* stop, const Window& window);
    /// What is needed of a line's head.
    struct FastLine {
        const char* name = nullptr;  // of the event
        std::int64_t ticks = 0;
        std::uint16_t cpu = 0;
        model::EventFlags flags{};
    };
    SeenTask* knownHead(const char* at, const char* bracket, FastLine& line);
    SeenTask* knownLine(const char* at, FastLine& line, bool& isRepaired);
    /// A line, and where it begins in the source.
    struct FastPlace {
        std::string_view text;
        std::uint64_t place;
    };
    SeenTask* newLine(FastPlace line, const FastHead& head, const char* oldest, bool& isRepaired);
    SeenTask* newHead(FastPlace place, const FastLine& line);
    SeenTask* keepHead(SeenTask& task, const FastHead& head);
    bool fixedHead(const char* at, FastLine& line);
    bool floatingHead(const char* at, const char* lineEnd, FastHead& head);
    bool sameBegin(const SeenTask& task, const FastHead& head) const;
    bool sameTask(const SeenTask& task, const FastHead& head, const char* oldest) const;
    bool readTask(SeenTask& task, std::string_view line, const FastHead& head) const;
    void bindTask(SeenTask& task, std::int64_t ticks, std::uint64_t place);
    bool fastPrefix(const char* at, const SeenTask& task, const FastHead& head,
                    bool& isRepaired) const;
    bool sameSeconds(const char* at, std::size_t width);
    const char* fastTime(const char* at, std::int64_t& ticks);
    const char* fastFraction(const char* at, std::int64_t whole, std::int64_t& ticks) const;
    static const char* fastCounter(const char* at, std::int64_t& ticks);
    bool fastFlags(const char* at, std::size_t width, model::EventFlags& flags);
    /// A line's begin, its arguments and the line behind it.
    struct FastText {
        const char* begin;
        const char* args;
        const char* argsEnd;
        const char* next;
    };
    NameSlot* fastName(const char* name, const char*& args);
    void noteSubject(const SeenTask* task);
    const char* endFast(const char* at, const SeenTask* task, const NameSlot* name,
                        bool joinedNext);
    bool fastTyped(const NameSlot& name, const SeenTask& task, FastText line, const Window& window);

    // blkparse_lines.cpp
    const char* readBlkparse(const char* at, const char* stop, const Window& window);
    bool addBlkparse(const char* at, const char* lineEnd, const LinePlace& place);
    Handled readNoBlkparse(const Line& line);

    // part_parser.cpp
    const char* skipForeignLines(const char* at, const Window& window, std::uint64_t end);
    void noteBadText(std::string_view text, std::uint64_t before, const Window& window);
    void beginRows(std::uint64_t position);
    std::uint64_t positionOf(const char* at, const Window& window) const {
        return position + static_cast<std::uint64_t>(at - window.begin);
    }

    // slow_lines.cpp
    Handled readLine(const Line& line);
    bool readBare(const Line& line);
    void readComment(std::string_view line, const LinePlace& place);
    Handled readEvent(const Line& line, std::string_view text, const LineHead& head);
    static bool needsFollowing(const Line& line);
    Handled readOther(const Line& line);
    void readFrame(const LinePlace& place);
    void addEvent(std::int64_t ticks, const EventName& name, std::string_view text,
                  const Subject& who, model::EventFlags flags, const Line& line);
    bool addGraphEdge(std::int64_t ticks, std::string_view event, std::string_view args,
                      const Subject& who, const Line& line);
    void retryWrapped(Meaning meaning, std::string_view args, const Subject& who, const Line& line);
    bool joinWrappedHead(const Line& line);
    [[nodiscard]] bool isTooFar(const LineTime& time) const;
    std::int64_t ticksOf(const LineTime& time, const Line& line);
    std::optional<std::int64_t> timeAhead(std::string_view after) const;
    model::CpuId cpuOf(const LineHead& head, const LinePlace& place);
    [[nodiscard]] LineNumbers numbers() const {
        return layout.lineNumbers ? LineNumbers::Pasted : LineNumbers::No;
    }

    /// The bytes in front of the bracket of the line seen last on a CPU, and what they meant.
    struct SeenTask {
        std::array<char, 48> bytes{};  // aligned to the right
        static constexpr std::uint32_t kUnbound = 0;
        std::uint32_t generation = kUnbound;  // of the sink that `task` is of
        std::uint16_t task = model::kNoRow;
        std::uint8_t width = 0;   // of the bytes that must be the same
        bool beginsLine = false;  // nothing may stand before them
        bool repaired = false;    // they hold something that is cut off
        bool at16 = false;        // learnt of a line with '-' at byte 16
        std::uint8_t commAt = 0;
        std::uint8_t commLength = 0;
        std::int64_t tid = -1;
        std::int64_t tgid = -1;
        std::uint16_t cpu = 0;
        // From `bytes` up to the time's dot and with it, where that fits; headMask is 0 else.
        std::array<char, 64> head{};
        std::uint64_t headMask = 0;  // bytes that must be the same: all but the flags
        std::int64_t seconds = 0;    // that `head` ends with
        std::uint8_t headWidth = 0;
        std::uint8_t flagWidth = 0;
    };
    struct FlagSlot {
        std::uint64_t key = 0;
        model::EventFlags flags{};
    };
    enum class Follows : std::uint8_t { Nothing, Event, Marker, Stack, Graph };

    RowSink sink;
    std::vector<SeenTask> seen;  // by CPU, for the CPUs of three digits
    std::array<FlagSlot, 64> flagSlots{};
    std::uint64_t secondsKey = 0;
    std::int64_t seconds = 0;
    std::size_t dot = 6;  // column of the '.' from the blank behind the flags

    model::SourceId source{};
    std::uint64_t position = 0;   // of the next byte to be given
    std::uint64_t partBegin = 0;  // where this part's own lines begin
    std::uint64_t lines = 0;      // line ends of this part's own lines
    bool foreign = false;         // lines belong to the part before still
    bool first = true;            // first part of the source
    bool nulls = false;           // the piece holds NUL bytes
    char tail = '\n';             // last byte before the line end before this line
    bool anyTime = false;
    std::int64_t lastTicks = 0;
    bool anyEvent = false;
    std::uint64_t tracerHeaders = 0;
    std::string tracer;
    Follows follows = Follows::Nothing;
    bool restIsNext = false;  // the next line was joined with the one before already
    Subject lastSubject;      // comm is not kept
    std::string repaired;     // scratch
    std::string joined;       // scratch
    std::string nameScratch;
};

}  // namespace kscope::parsers
