// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the text of the rows that are shown, off the GUI thread, and keeps the last few thousand.
#pragma once

#include "model/core/thread_pool.h"
#include "model/store/trace.h"

#include <QObject>
#include <QString>

#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

namespace kscope::items {

/// What a row shows beside its columns.
struct RowText {
    QString fields;    ///< Arguments as in the source, on one line.
    QString sentence;  ///< What happened, in words.
    enum class State : std::uint8_t {
        Read,
        Failed
    } state = State::Read;  ///< Failed: `fields` says why.
};

class TextFetcher : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kKept = 4096;  ///< Rows in the cache; about 1 MB.
    /// `pool` must outlive this object.
    explicit TextFetcher(model::ThreadPool& pool, QObject* parent = nullptr);
    ~TextFetcher() override;

    /// Forgets what it kept, unless `trace` is a later snapshot of the same one whose rows kept
    /// their numbers.
    void setTrace(model::TracePtr trace);
    /// All texts are made again: the words of events have changed.
    void forget();
    /// The row's text, if it is here. Null: not read yet; `want` it. Valid until the next call.
    [[nodiscard]] const RowText* find(model::EventIndex event);
    /// Asks for rows, most wanted first. Replaces what was asked before and has not been read yet.
    void want(const std::vector<model::EventIndex>& events);
    [[nodiscard]] std::size_t kept() const { return m_index.size(); }

signals:
    void arrived();  ///< Some wanted rows are here.

private:
    struct Kept {
        std::uint64_t event;
        RowText text;
    };
    struct Shared;
    struct Batch;
    void take(const Batch& batch);
    void keep(std::uint64_t event, RowText text);

    model::ThreadPool& m_pool;
    model::TracePtr m_trace;
    std::shared_ptr<Shared> m_shared;
    std::list<Kept> m_kept;  // most recently used first
    std::unordered_map<std::uint64_t, std::list<Kept>::iterator> m_index;
};

/// Reads one row's text now. Not for the GUI thread.
[[nodiscard]] RowText readRowText(const model::Trace& trace, const model::Event& event);

}  // namespace kscope::items
