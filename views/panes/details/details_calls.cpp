// SPDX-License-Identifier: GPL-3.0-or-later
/// A call in words and numbers.
#include "views/panes/details/details_calls.h"

#include "model/core/format.h"
#include "model/words/function_words.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/call_timeline/call_values.h"
#include "views/panes/details/details_words.h"
#include "views/panes/pane_look.h"

#include <algorithm>
#include <span>

namespace kscope::views {
namespace {

using model::Call;

QString callEventTarget(model::EventIndex event) {
    return QStringLiteral("event:%1").arg(raw(event));
}

/// Of the forest's task; the calls of the task that are asked about.
class CallWords {
public:
    CallWords(const model::CallForest& forest, CallFound found)
        : m_forest(forest),
          m_found(found),
          m_calls(forest.tasks()[found.task].calls),
          m_call(m_calls[found.call]) {}

    [[nodiscard]] const Call& call() const { return m_call; }
    [[nodiscard]] std::string_view name(const Call& of) const {
        return m_forest.trace().text(m_forest.function(of).name());
    }
    [[nodiscard]] const Call* caller() const {
        return m_call.parent == model::kNoCall ? nullptr : &m_calls[m_call.parent];
    }
    [[nodiscard]] const Call* firstCallee() const {
        const auto next = m_found.call + 1;
        return next < m_calls.size() && m_calls[next].parent == m_found.call ? &m_calls[next]
                                                                             : nullptr;
    }
    [[nodiscard]] QString arguments() const { return shown(argumentsOf(m_forest, m_call)); }
    [[nodiscard]] QString result() const { return shown(resultOf(m_forest, m_call)); }
    /// What is not as it should be; empty: all is.
    [[nodiscard]] QString fault() const {
        if (m_call.has(Call::Open)) return Details::tr("It had not ended when the trace did.");
        if (m_call.has(Call::NoEntry)) return Details::tr("Its entry is not in the trace.");
        if (m_call.has(Call::Lost)) return Details::tr("Records were lost while it ran.");
        if (m_call.has(Call::NoExit))
            return Details::tr(
                "It was left without an exit: by a longjmp, an exception, or a lost record.");
        return {};
    }

private:
    const model::CallForest& m_forest;
    CallFound m_found;
    std::span<const Call> m_calls;
    const Call& m_call;
};

/// The call whose exit is `row`, among those that were open at `ns`.
std::optional<std::uint32_t> leftBy(const model::CallForest& forest, std::span<const Call> calls,
                                    model::RowRef row, std::int64_t ns) {
    const auto after =
        std::ranges::partition_point(calls, [&](const Call& c) { return forest.begin(c) <= ns; });
    auto last = static_cast<std::size_t>(after - calls.begin());
    // Several may begin at the very moment: any of those, or what they are inside of.
    constexpr int kMostBrothers = 64;
    for (int tried = 0; last > 0 && tried < kMostBrothers; ++tried) {
        --last;
        for (auto up = static_cast<std::uint32_t>(last); up != model::kNoCall;
             up = calls[up].parent)
            if (calls[up].exit == row && !calls[up].has(Call::Open | Call::NoExit | Call::Lost))
                return up;
    }
    return std::nullopt;
}

void addNumbers(DetailsContent& content, const CallWords& words, const model::CallForest& forest,
                CallFound found, const std::stop_token& stop) {
    const auto field = [&](const QString& name, const QString& value) {
        if (!value.isEmpty()) content.fields.push_back({name, value, {}});
    };
    const auto lengthText = [&](std::int64_t ns) { return shown(callWeight(forest.trace(), ns)); };
    const auto length = forest.length(words.call());
    constexpr std::int64_t kNotKnown = -1;
    const std::int64_t self =
        length ? selfTime(forest, found, stop).value_or(kNotKnown) : kNotKnown;
    field(Details::tr("duration"), length ? lengthText(*length) : Details::tr("not known"));
    if (self != kNotKnown) field(Details::tr("self"), lengthText(self));
    field(Details::tr("arguments"), words.arguments());
    field(Details::tr("result"), words.result());
    const Call* const caller = words.caller();
    field(Details::tr("called by"),
          caller ? shown(words.name(*caller)) : Details::tr("nothing that is in the trace"));
    const auto whole = caller ? forest.length(*caller) : std::nullopt;
    if (whole && *whole > 0 && length)
        field(Details::tr("share"),
              Details::tr("%1 of its caller's time")
                  .arg(shown(model::formatShare(static_cast<double>(*length) /
                                                static_cast<double>(*whole)))));
    if (!length) return;
    content.sentence = Details::tr("It ran for %1").arg(lengthText(*length));
    if (self != kNotKnown && *length > 0)
        content.sentence += Details::tr(", %1 of it itself")
                                .arg(shown(model::formatShare(static_cast<double>(self) /
                                                              static_cast<double>(*length))));
    content.sentence += QLatin1Char('.');
}

}  // namespace

CallsOfTrace* CallsOfTrace::of(QObject* view) {
    if (auto* found = view->findChild<CallsOfTrace*>(QString(), Qt::FindDirectChildrenOnly))
        return found;
    return new CallsOfTrace(view);
}

void CallsOfTrace::set(model::CallForestPtr calls) {
    const std::lock_guard lock(m_mutex);
    m_calls = std::move(calls);
}

model::CallForestPtr CallsOfTrace::calls(const model::TracePtr& trace) {
    const std::lock_guard lock(m_mutex);
    if (m_calls && m_calls->tracePtr() == trace) return m_calls;
    model::ThreadPool hands(2);  // jobs of a pool must not wait for it
    m_calls = model::deriveCalls(trace, hands);
    return m_calls;
}

std::optional<CallFound> callOfEvent(const model::CallForest& forest, model::EventIndex event) {
    const auto& trace = forest.trace();
    if (raw(event) >= trace.events()) return std::nullopt;
    const auto row = trace.event(event);
    if (!isCallEdge(row.flags) ||
        model::callEdge(static_cast<std::uint16_t>(row.flags)) == model::CallEdge::Loss)
        return std::nullopt;
    const auto chunk = trace.chunkOf(event);
    if (chunk >= model::RowRef::kMaxChunks) return std::nullopt;
    const auto ref = model::RowRef::of(chunk, row.row);
    const std::int64_t ns = toNs(row.time);
    for (std::size_t t = 0; t < forest.tasks().size(); ++t) {
        const auto& task = forest.tasks()[t];
        if (task.source != row.source || task.task != row.task ||
            (task.task == model::kNoTask && task.cpu != row.cpu))
            continue;
        const auto& calls = task.calls;
        auto at = std::ranges::partition_point(calls,
                                               [&](const Call& c) { return forest.begin(c) < ns; });
        for (; at != calls.end() && forest.begin(*at) == ns; ++at)
            if (at->entry == ref || (!at->entry.known() && at->exit == ref))
                return CallFound{t, static_cast<std::uint32_t>(at - calls.begin())};
        if (const auto left = leftBy(forest, calls, ref, ns)) return CallFound{t, *left};
    }
    return std::nullopt;
}

std::optional<std::int64_t> selfTime(const model::CallForest& forest, CallFound of,
                                     const std::stop_token& stop) {
    const auto& calls = forest.tasks()[of.task].calls;
    const Call& call = calls[of.call];
    auto left = forest.length(call);
    if (!left || call.has(Call::UnsureSelf)) return std::nullopt;
    for (std::uint32_t i = of.call + 1; i < calls.size(); ++i) {
        if (calls[i].parent == model::kNoCall || calls[i].parent < of.call) break;
        if (i % 65'536 == 0 && stop.stop_requested()) return std::nullopt;
        if (calls[i].parent != of.call) continue;
        const auto part = forest.length(calls[i]);
        if (!part) return std::nullopt;
        *left -= *part;
    }
    return std::max<std::int64_t>(*left, 0);
}

void addCall(DetailsContent& content, const DetailsQuestion& question, const model::Event& event,
             const std::stop_token& stop) {
    const auto name = question.trace->text(event.name);
    const auto bits = static_cast<std::uint16_t>(event.flags);
    const auto known = model::functionWords(name, model::callSpace(bits));
    content.title = shown(name);
    content.fields.push_back({Details::tr("what"),
                              model::callEdge(bits) == model::CallEdge::Exit
                                  ? Details::tr("it returns")
                                  : Details::tr("it begins"),
                              {}});
    content.fields.push_back({Details::tr("code of"),
                              model::callSpace(bits) == model::CallSpace::Kernel
                                  ? Details::tr("the kernel")
                                  : Details::tr("the program"),
                              {}});
    if (!known.area.empty())
        content.why = QStringLiteral("%1: %2").arg(shown(known.area), shown(known.what));
    const auto forest = question.calls ? question.calls->calls(question.trace) : nullptr;
    const auto found = forest ? callOfEvent(*forest, event.index) : std::nullopt;
    if (!found) {
        content.sentence = Details::tr("A call that the trace does not tell more of.");
        return;
    }
    const CallWords words(*forest, *found);
    addNumbers(content, words, *forest, *found, stop);
    content.fault = words.fault();
    const auto link = [&](const QString& text, const Call* to) {
        if (to == nullptr) return;
        content.links.push_back(
            {text.arg(shown(words.name(*to))),
             callEventTarget(forest->eventOf(model::CallForest::namingRow(*to)))});
    };
    link(Details::tr("Its caller, %1"), words.caller());
    link(Details::tr("The first that it calls, %1"), words.firstCallee());
}

}  // namespace kscope::views
