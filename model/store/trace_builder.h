// SPDX-License-Identifier: GPL-3.0-or-later
/// Joins what importers deliver to a growing trace and cuts snapshots of it.
#pragma once

#include "model/store/address_names.h"
#include "model/store/chunk_writer.h"
#include "model/store/trace.h"

#include <functional>
#include <memory>

namespace kscope::model {

/// Thread-safe. Parts may arrive in any order; they are joined in order of their sequence numbers
/// by whichever thread brings the next one, so ids do not depend on thread timing.
class TraceBuilder {
public:
    TraceBuilder();
    ~TraceBuilder();
    TraceBuilder(const TraceBuilder&) = delete;
    TraceBuilder& operator=(const TraceBuilder&) = delete;

    /// Names kernel addresses in the names, arguments and stacks of all sources that are added from
    /// now on.
    void nameAddresses(AddressNamesPtr names);
    /// `info`: path, kind, why, clock, bytes, offsetNs and text are taken; counts are kept by the
    /// builder.
    [[nodiscard]] SourceId addSource(SourceInfo info);
    /// Changes what is known about a source (clock, bytes, text) while it is read.
    void updateSource(SourceId source, const std::function<void(SourceInfo&)>& change);
    /// Part number `sequence` (from 0, without holes) of a source. Times in it are on the source's
    /// clock.
    void deliver(SourceId source, std::uint64_t sequence, ParsedPart part);
    /// Counts what has no part of its own.
    void diagnose(SourceId source, DiagnosticKind kind, DiagnosticPlace place,
                  std::uint64_t count = 1);
    /// Moves all of a source on the axis, beside what it was moved by before. Its rows are shared
    /// with snapshots, which stay as they are.
    void shift(SourceId source, std::int64_t ns);
    /// The source has been read to its end (or was given up: PartialLoad was diagnosed).
    void endSource(SourceId source);

    /// Forgets what lies before `ns` on the source's clock, whole chunks only: a live history that
    /// is bounded. Rows go only where no other source has any and none has lanes (counters alone).
    void dropBefore(SourceId source, std::int64_t ns);
    /// What the rounds of all sources take, bytes.
    [[nodiscard]] std::size_t counterBytes() const;

    /// What has been joined so far. O(chunks + lanes) where everything arrived in order; where
    /// sources interleave, the merge is done first.
    [[nodiscard]] TracePtr snapshot();
    /// Snapshot with colours placed for good; call when all sources have ended.
    [[nodiscard]] TracePtr finish();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace kscope::model
