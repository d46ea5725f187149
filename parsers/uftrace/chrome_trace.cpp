// SPDX-License-Identifier: GPL-3.0-or-later
/// Finds the event objects in a stream of JSON and makes rows of them.
#include "parsers/uftrace/chrome_trace.h"

#include "model/store/call_edge.h"
#include "parsers/text/number.h"
#include "parsers/uftrace/kernel_entry.h"

#include <queue>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace kscope::parsers {
namespace {

using model::CallEdge;
using model::CallSpace;
using model::DiagnosticKind;

constexpr std::size_t kChromeRows = 50'000;
constexpr std::size_t kMostNesting = 256;
constexpr std::size_t kMostObject = 1 << 20;
constexpr std::size_t kMostOpen = 65'536;  // calls of one task

struct JsonEnd {
    std::size_t at = 0;
    bool whole = false;  ///< Else the text ends inside the value.
};
/// Behind the value that begins at `at`: a string, a number, a word, or brackets with all in them.
JsonEnd jsonEnd(std::string_view json, std::size_t at) {
    int nesting = 0;
    bool inString = false;
    for (; at < json.size(); ++at) {
        const char c = json[at];
        if (inString) {
            if (c == '\\') ++at;
            else if (c == '"') {
                inString = false;
                if (nesting == 0) return {at + 1, true};
            }
            continue;
        }
        if (c == '"') inString = true;
        else if (c == '{' || c == '[') ++nesting;
        else if (c == '}' || c == ']') {
            if (nesting == 0) return {at, true};
            if (--nesting == 0) return {at + 1, true};
        } else if (nesting == 0 && (c == ',' || c == '\n')) {
            return {at, true};
        }
    }
    return {json.size(), false};
}
std::size_t valueEnd(std::string_view json, std::size_t at) { return jsonEnd(json, at).at; }

std::string_view trimJson(std::string_view text) {
    constexpr std::string_view kWhite = " \t\r\n";
    const auto first = text.find_first_not_of(kWhite);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

/// "42653504.210" in µs as ns; "12" and "1.2e3" too, the latter cut at the e.
std::optional<std::int64_t> chromeTime(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
    const char* at = text.data();
    const char* const end = at + text.size();
    std::uint64_t whole = 0;
    if (!takeNumber(at, end, whole) || whole > std::uint64_t{1} << 50) return std::nullopt;
    std::int64_t part = 0;
    int digits = 3;
    if (at < end && *at == '.')
        for (++at; at < end && isDigit(*at) && digits > 0; ++at, --digits)
            part = part * 10 + (*at - '0');
    for (; digits > 0; --digits) part *= 10;
    return static_cast<std::int64_t>(whole) * 1000 + part;
}

std::int64_t chromeId(std::string_view value) {
    const auto number = wholeNumber(value);
    return number && *number >= 0 && *number <= INT32_MAX ? *number : -1;
}

/// Calls `field(key, value)` for each of the object's own keys.
template <class Field> void forEachField(std::string_view object, Field&& field) {
    std::size_t at = 1;
    while (at < object.size()) {
        at = object.find('"', at);
        if (at == object.npos) return;
        const auto keyEnd = valueEnd(object, at);
        const auto key = object.substr(at + 1, keyEnd > at + 1 ? keyEnd - at - 2 : 0);
        at = object.find_first_not_of(" \t\r\n", keyEnd);
        if (at == object.npos || object[at] != ':') return;
        at = object.find_first_not_of(" \t\r\n", at + 1);
        if (at == object.npos) return;
        const auto end = valueEnd(object, at);
        field(key, trimJson(object.substr(at, end - at)));
        at = end + 1;
    }
}

class ChromeReader final : public RowReader {
public:
    void begin(model::SourceId source) override { m_source = source; }
    bool full() const override { return m_open && m_writer.rows() >= kChromeRows; }
    std::size_t read(std::string_view text, std::uint64_t position, bool last) override;
    model::ParsedPart finish() override {
        if (!m_open) return {};
        m_open = false;
        return m_writer.finishPart(0, 0);
    }

private:
    struct Frame {
        std::string name;
        CallSpace space;
    };
    struct Task {
        std::string comm = "<...>";
        std::vector<Frame> open;
        std::string waitName;  // of the wait that began last, while it goes on
        std::int64_t waitBegin = 0;
    };
    /// The end of an X event, which is to come; the innermost of those that end together first.
    struct Ending {
        std::int64_t time = 0;
        std::uint32_t depth = 0;
        CallSpace space = CallSpace::User;
        std::uint64_t position = 0;
        ChromeEvent event;  // without views
        friend bool operator<(const Ending& a, const Ending& b) {
            return a.time != b.time ? a.time > b.time : a.depth < b.depth;
        }
    };
    void event(std::string_view object, std::uint64_t position);
    void edge(const ChromeEvent& found, std::uint64_t position, Task& task);
    void noteWait(const ChromeEvent& found, Task& task);
    void endUntil(std::int64_t time);
    void name(const ChromeEvent& event);
    void add(const ChromeEvent& event, std::int64_t time, std::uint64_t position,
             model::EventFlags flags);
    void openPart(std::uint64_t position) {
        if (m_open) return;
        m_open = true;
        m_writer.beginPart(m_source, position, 1);
    }

    model::ChunkWriter m_writer;
    model::SourceId m_source{};
    bool m_open = false;
    std::vector<char> m_nesting;  // brackets that are open
    std::unordered_map<std::int64_t, Task> m_tasks;
    std::priority_queue<Ending> m_endings;
};

/// One event object, or what stands in front of the next one.
std::size_t ChromeReader::read(std::string_view text, std::uint64_t position, bool last) {
    openPart(position);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            const auto end = jsonEnd(text, at);
            if (!end.whole && !last) return at > 0 ? at : text.size() > kMostObject ? 1 : 0;
            at = end.at - 1;
        } else if (c == '{' && !m_nesting.empty() && m_nesting.back() == '[') {
            const auto end = jsonEnd(text, at);
            if (!end.whole && !last && text.size() - at <= kMostObject) return at;
            if (end.whole && end.at - at <= kMostObject) {
                event(text.substr(at, end.at - at), position + at);
                if (last && end.at == text.size()) endUntil(INT64_MAX);
                return end.at;
            }
            m_writer.diagnostics().record(end.whole ? DiagnosticKind::LongLine
                                                    : DiagnosticKind::CutLine,
                                          {m_source, 0, position + at});
            return end.at;
        } else if (c == '{' || c == '[') {
            if (m_nesting.size() < kMostNesting) m_nesting.push_back(c);
        } else if ((c == '}' || c == ']') && !m_nesting.empty()) {
            m_nesting.pop_back();
        }
    }
    if (last) endUntil(INT64_MAX);
    return text.size();
}

void ChromeReader::add(const ChromeEvent& event, std::int64_t time, std::uint64_t position,
                       model::EventFlags flags) {
    (void)m_writer.prepare(time, position);
    const auto tid = event.tid >= 0 ? event.tid : event.pid;
    const auto task = tid < 0 ? model::kNoRow
                              : m_writer.task(model::Tid{static_cast<std::int32_t>(tid)},
                                              m_tasks[tid].comm, model::kUnknownCpu,
                                              model::Tid{static_cast<std::int32_t>(event.pid)});
    m_writer.add(time, position, m_writer.name(event.name), model::kUnknownCpu, task, flags);
}

/// "[236] wrk-0"
void ChromeReader::name(const ChromeEvent& event) {
    if (event.name != "process_name" && event.name != "thread_name") return;
    forEachField(event.args, [&](std::string_view key, std::string_view value) {
        if (key != "name" || value.size() < 2 || m_tasks.size() > 1'000'000) return;
        auto comm = jsonText(value);
        if (comm.starts_with('['))
            if (const auto close = comm.find("] "); close != comm.npos) comm.erase(0, close + 2);
        m_tasks[event.tid >= 0 ? event.tid : event.pid].comm = comm.substr(0, 64);
    });
}

void ChromeReader::event(std::string_view object, std::uint64_t position) {
    const auto found = readChromeEvent(object);
    if (found.phase == 'M') return name(found);
    if (found.phase == '\0' || !found.timed) {
        if (found.phase != '\0')
            m_writer.diagnostics().record(DiagnosticKind::BadTime, {m_source, 0, position});
        return;
    }
    endUntil(found.time);
    auto& task = m_tasks[found.tid >= 0 ? found.tid : found.pid];
    // Waits are no functions (the facts' choice 12).
    const bool wait = found.name.starts_with("linux:");
    const bool call =
        !wait &&
        (found.phase == 'B' || (found.phase == 'E' && !(task.open.empty() && found.name.empty())) ||
         (found.phase == 'X' && found.duration >= 0));
    if (call) return edge(found, position, task);
    auto named = found;
    if (named.name.empty()) named.name = "unknown";
    add(named, found.time, position, model::kNoFlags);
    if (wait) noteWait(found, task);
}

/// The row that ends a wait tells how long it was; an end without its begin (uftrace writes none
/// where a task was pre-empted) tells nothing.
void ChromeReader::noteWait(const ChromeEvent& found, Task& task) {
    if (found.phase == 'B') {
        task.waitName = found.name;
        task.waitBegin = found.time;
        return;
    }
    const auto length = found.time - task.waitBegin;
    if (found.phase == 'E' && task.waitName == found.name && length >= 0 &&
        length < model::kUnknownDuration)
        m_writer.addDuration(length);
    task.waitName.clear();
}

/// The begin or the end of a call, or, with X, both.
void ChromeReader::edge(const ChromeEvent& found, std::uint64_t position, Task& task) {
    auto& open = task.open;
    const auto depth = static_cast<std::uint32_t>(open.size());
    const bool below = !open.empty() && open.back().space == CallSpace::Kernel;
    const auto space = below || entersKernel(found.name) ? CallSpace::Kernel : CallSpace::User;
    if (found.phase != 'E') {
        add(found, found.time, position, model::callFlags(CallEdge::Entry, space, depth));
        if (open.size() >= kMostOpen) return;
        open.push_back({found.name, space});
        if (found.phase == 'B') return;
        auto ends = found;
        ends.args = {};
        m_endings.push({found.time + found.duration, depth, space, position, std::move(ends)});
        return;
    }
    // An exception or a longjmp leaves what was called since without an end of its own.
    auto frame = open.size();
    if (frame > 0 && found.name.empty()) --frame;
    else
        while (frame > 0 && open[frame - 1].name != found.name) --frame;
    auto named = found;
    if (!found.name.empty() && frame == 0) {
        // Entered before the file, or by the process that this one was forked of.
        m_writer.diagnostics().record(DiagnosticKind::CutBegin, {m_source, 0, position});
        add(named, found.time, position, model::callFlags(CallEdge::Exit, space, depth));
        return;
    }
    if (!found.name.empty()) --frame;
    named.name = open[frame].name;
    const auto kept = open[frame].space;
    open.resize(frame);
    add(named, found.time, position,
        model::callFlags(CallEdge::Exit, kept, static_cast<std::uint32_t>(frame)));
}

/// Ends of X events up to a time.
void ChromeReader::endUntil(std::int64_t time) {
    while (!m_endings.empty() && m_endings.top().time <= time) {
        const auto ending = m_endings.top();
        m_endings.pop();
        auto& open = m_tasks[ending.event.tid >= 0 ? ending.event.tid : ending.event.pid].open;
        if (open.size() > ending.depth) open.resize(ending.depth);
        add(ending.event, ending.time, ending.position,
            model::callFlags(CallEdge::Exit, ending.space, ending.depth));
    }
}

}  // namespace

std::string jsonText(std::string_view quoted) {
    if (quoted.size() < 2 || quoted.front() != '"') return std::string(quoted);
    quoted = quoted.substr(1, quoted.size() - 2);
    std::string text;
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        if (quoted[i] != '\\' || i + 1 == quoted.size()) {
            text += quoted[i];
            continue;
        }
        switch (const char c = quoted[++i]) {
        case 'n': text += '\n'; break;
        case 't': text += '\t'; break;
        case 'r': text += '\r'; break;
        case 'u': {
            const auto code =
                i + 4 < quoted.size() ? wholeHex(quoted.substr(i + 1, 4)) : std::nullopt;
            text += code && *code < 0x80 ? static_cast<char>(*code) : '?';
            i += code ? 4 : 0;
            break;
        }
        default: text += c; break;
        }
    }
    return text;
}

ChromeEvent readChromeEvent(std::string_view object) {
    ChromeEvent event;
    forEachField(object, [&](std::string_view key, std::string_view value) {
        if (key == "ph" && value.size() == 3) event.phase = value[1];
        else if (key == "name") event.name = jsonText(value);
        else if (key == "pid") event.pid = chromeId(value);
        else if (key == "tid") event.tid = chromeId(value);
        else if (key == "args") event.args = value;
        else if (key == "dur") event.duration = chromeTime(value).value_or(-1);
        else if (key == "ts")
            if (const auto time = chromeTime(value)) {
                event.time = *time;
                event.timed = true;
            }
    });
    return event;
}

std::unique_ptr<RowReader> chromeReader() { return std::make_unique<ChromeReader>(); }

model::EventText readChromeText(std::string_view text) {
    model::EventText out;
    const auto object = text.substr(0, valueEnd(text, 0));
    out.line = object;
    const auto event = readChromeEvent(object);
    forEachField(event.args, [&](std::string_view key, std::string_view value) {
        if (!out.args.empty()) out.args += ' ';
        out.args += key == "arguments" ? "" : key == "retval" ? "= " : std::string(key) + '=';
        out.args += jsonText(value);
    });
    return out;
}

}  // namespace kscope::parsers
