// SPDX-License-Identifier: GPL-3.0-or-later
/// What the details say of a call: its length, its own time, arguments, result, caller and share.
#pragma once

#include "model/derive/calls.h"
#include "views/panes/details/details_content.h"

#include <QObject>

#include <mutex>
#include <optional>
#include <stop_token>

namespace kscope::views {

/// The calls of the trace at hand, for all that ask: a child of the view. Functions sets what it
/// has derived; before that they are derived when they are first asked for.
class CallsOfTrace : public QObject {
    Q_OBJECT
public:
    [[nodiscard]] static CallsOfTrace* of(QObject* view);
    using QObject::QObject;
    void set(model::CallForestPtr calls);
    /// All calls of `trace`, without a filter. From any thread.
    [[nodiscard]] model::CallForestPtr calls(const model::TracePtr& trace);

private:
    std::mutex m_mutex;
    model::CallForestPtr m_calls;
};

struct CallFound {
    std::size_t task = 0;  ///< Of CallForest::tasks().
    std::uint32_t call = 0;
};
/// The call that the row `event` enters or leaves; none where it is no edge of one. O(log n).
[[nodiscard]] std::optional<CallFound> callOfEvent(const model::CallForest& forest,
                                                   model::EventIndex event);
/// Time of the call that none of those which it called has; none where a length is not known.
/// Looks at all calls inside it: not for the GUI thread.
[[nodiscard]] std::optional<std::int64_t> selfTime(const model::CallForest& forest, CallFound of,
                                                   const std::stop_token& stop);

/// Sentence, fields and links of an entry or an exit.
void addCall(DetailsContent& content, const DetailsQuestion& question, const model::Event& event,
             const std::stop_token& stop);

}  // namespace kscope::views
