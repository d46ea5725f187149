// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the text of the rows that are shown, off the GUI thread.
#include "model/items/text_fetcher.h"

#include "model/words/words.h"

#include <QCoreApplication>
#include <QMetaObject>

#include <deque>
#include <mutex>

namespace kscope::items {
namespace {

constexpr std::size_t kBatch = 64;  // Rows read before they are handed over: a screen is some 50.
constexpr qsizetype kShown =
    2048;  // Characters of the arguments that a row can show, even on a wide screen.

/// Bytes of a trace as one line that is safe to show.
QString oneLine(std::string_view bytes) {
    auto text = QString::fromUtf8(
        bytes.data(), static_cast<qsizetype>(std::min<std::size_t>(bytes.size(), kShown * 4)));
    text.truncate(kShown);
    for (auto& c : text)
        if (c.unicode() < 0x20 || c.unicode() == 0x7f) c = QLatin1Char(' ');
    return text;
}

/// Rows of `before` have the same numbers in `after`: its chunks are there, in the same places.
bool grewFrom(const model::TracePtr& before, const model::TracePtr& after) {
    if (!before || !after || before->chunks() > after->chunks() ||
        before->sources().size() > after->sources().size())
        return false;
    for (std::size_t i = 0; i < before->chunks(); ++i)
        if (&before->chunk(i) != &after->chunk(i)) return false;
    return true;
}

}  // namespace

struct TextFetcher::Batch {
    std::uint64_t generation = 0;
    std::vector<Kept> rows;
};

/// What the pool's job and the fetcher share; outlives the fetcher as long as a job runs.
struct TextFetcher::Shared {
    std::mutex mutex;
    TextFetcher* receiver = nullptr;
    model::TracePtr trace;
    std::deque<model::EventIndex> wanted;
    std::uint64_t generation = 0;  // counts changes of the trace
    bool working = false;          // a job is in the pool

    /// Reads until nothing is wanted any more.
    static void work(const std::shared_ptr<Shared>& shared) {
        while (true) {
            model::TracePtr trace;
            Batch batch;
            std::vector<model::EventIndex> events;
            {
                const std::lock_guard lock(shared->mutex);
                if (shared->receiver == nullptr || shared->wanted.empty() || !shared->trace) {
                    shared->working = false;
                    return;
                }
                trace = shared->trace;
                batch.generation = shared->generation;
                const auto count = std::min(kBatch, shared->wanted.size());
                const auto end = shared->wanted.begin() + static_cast<std::ptrdiff_t>(count);
                events.assign(shared->wanted.begin(), end);
                shared->wanted.erase(shared->wanted.begin(), end);
            }
            for (const auto event : events)
                if (raw(event) < trace->events())
                    batch.rows.push_back({raw(event), readRowText(*trace, trace->event(event))});
            const std::lock_guard lock(shared->mutex);
            if (shared->receiver == nullptr) continue;
            QMetaObject::invokeMethod(
                shared->receiver,
                [to = shared->receiver, batch = std::move(batch)] { to->take(batch); },
                Qt::QueuedConnection);
        }
    }
};

TextFetcher::TextFetcher(model::ThreadPool& pool, QObject* parent)
    : QObject(parent),
      m_pool(pool),
      m_shared(std::make_shared<Shared>()) {
    m_shared->receiver = this;
}

TextFetcher::~TextFetcher() {
    const std::lock_guard lock(m_shared->mutex);
    m_shared->receiver = nullptr;
    m_shared->wanted.clear();
}

void TextFetcher::setTrace(model::TracePtr trace) {
    if (trace == m_trace) return;
    // A growing trace may merge rows in between the old ones; then numbers mean other rows, and all
    // is forgotten.
    const bool same = grewFrom(m_trace, trace);
    if (!same) {
        m_kept.clear();
        m_index.clear();
    }
    m_trace = trace;
    const std::lock_guard lock(m_shared->mutex);
    m_shared->trace = std::move(trace);
    if (same) return;
    m_shared->wanted.clear();
    ++m_shared->generation;
}

void TextFetcher::forget() {
    m_kept.clear();
    m_index.clear();
    const std::lock_guard lock(m_shared->mutex);
    m_shared->wanted.clear();
    ++m_shared->generation;
}

const RowText* TextFetcher::find(model::EventIndex event) {
    const auto found = m_index.find(raw(event));
    if (found == m_index.end()) return nullptr;
    m_kept.splice(m_kept.begin(), m_kept, found->second);
    return &found->second->text;
}

void TextFetcher::want(const std::vector<model::EventIndex>& events) {
    if (!m_trace) return;
    bool start = false;
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->wanted.clear();
        for (const auto event : events)
            if (!m_index.contains(raw(event))) m_shared->wanted.push_back(event);
        start = !m_shared->wanted.empty() && !m_shared->working;
        if (start) m_shared->working = true;
    }
    if (start) m_pool.submit([shared = m_shared] { Shared::work(shared); });
}

void TextFetcher::take(const Batch& batch) {
    {
        const std::lock_guard lock(m_shared->mutex);
        if (batch.generation != m_shared->generation) return;
    }
    for (const auto& row : batch.rows) keep(row.event, row.text);
    if (!batch.rows.empty()) emit arrived();
}

void TextFetcher::keep(std::uint64_t event, RowText text) {
    if (const auto found = m_index.find(event); found != m_index.end()) {
        found->second->text = std::move(text);
        return;
    }
    m_kept.push_front({event, std::move(text)});
    m_index.emplace(event, m_kept.begin());
    if (m_kept.size() <= kKept) return;
    m_index.erase(m_kept.back().event);
    m_kept.pop_back();
}

RowText readRowText(const model::Trace& trace, const model::Event& event) {
    RowText row;
    const auto& source = trace.sources()[raw(event.source)];
    if (!source.text) {
        row.sentence = oneLine(model::eventSentence(trace, event, {}));
        return row;
    }
    const auto text = source.text->eventText(event.position);
    if (!text) {
        row.state = RowText::State::Failed;
        row.fields = oneLine(text.error().message);
        row.sentence = oneLine(model::eventSentence(trace, event, {}));
        return row;
    }
    row.fields = oneLine(text->args);
    row.sentence = oneLine(model::eventSentence(trace, event, text->args));
    return row;
}

}  // namespace kscope::items
