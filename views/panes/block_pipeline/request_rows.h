// SPDX-License-Identifier: GPL-3.0-or-later
/// Requests packed into rows so that none lie over each other, and their bars of coloured stages:
/// for the tracks of Blocks and for the device lanes of the timeline.
#pragma once

#include "model/derive/block_requests.h"
#include "views/canvas/draw_list.h"
#include "views/canvas/viewport.h"
#include "views/theme/theme.h"
#include "views/timeline/scene.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kscope::views {

using BlockModelPtr = std::shared_ptr<const model::BlockModel>;

/// Columns that nothing has been drawn in yet.
class FreeColumns {
public:
    explicit FreeColumns(int width);
    /// The first free one from `x` on; the width where there is none. O(1) on average.
    [[nodiscard]] int next(int x);
    void take(int x0, int x1);

private:
    std::vector<int> m_next;
};

/// The same for places that ascend, each of which is asked for and taken before the next.
class SweptColumns {
public:
    explicit SweptColumns(int width) : m_width(width) {}
    [[nodiscard]] int next(int x) const {
        return std::clamp(x >= m_from && x < m_to ? m_to : x, 0, m_width);
    }
    void take(int x0, int x1) {
        m_from = x0;
        m_to = x1;
    }

private:
    int m_width;
    int m_from = 0;
    int m_to = 0;
};

/// Requests in rows: the first that is free when a request is queued.
class RequestRows {
public:
    /// `endNs`: where requests that are still open end.
    RequestRows(const model::BlockModel& model, model::DeviceId device, std::int64_t endNs);
    static constexpr std::uint32_t kNoTurn = UINT32_MAX;  ///< A moment that is not known.
    static constexpr std::uint32_t kFarTurn =
        UINT32_MAX - 1;  ///< Outside, or far: ask the request.
    struct Place {
        std::int64_t begin;
        std::int64_t end;
        std::uint32_t request;
        /// Begins of its stages, ns behind `begin`: drawing need not look at the request itself.
        std::uint32_t g = kNoTurn;
        std::uint32_t i = kNoTurn;
        std::uint32_t d = kNoTurn;
    };
    /// Of anything that has a begin and an end.
    explicit RequestRows(std::vector<Place> places) { pack(std::move(places)); }
    [[nodiscard]] static Place placeOf(const model::BlockModel& model, std::uint32_t request,
                                       std::int64_t endNs);
    [[nodiscard]] std::size_t rows() const noexcept { return m_rows.size(); }
    /// Ascending, not touching each other.
    [[nodiscard]] const std::vector<Place>& row(std::size_t number) const { return m_rows[number]; }
    [[nodiscard]] std::size_t requests() const noexcept { return m_requests; }
    /// The first that begins after `ns`; of those that begin then the first behind `request`.
    [[nodiscard]] const Place* next(std::int64_t ns, std::uint32_t request = UINT32_MAX) const;
    /// The last that begins before `ns`; of those that begin then the last before `request`.
    [[nodiscard]] const Place* previous(std::int64_t ns, std::uint32_t request = 0) const;
    /// The begin or end next to `ns`.
    [[nodiscard]] std::optional<std::int64_t> nearestEdge(std::int64_t ns) const;
    /// The row that a place lies in; nothing where it is none of these.
    [[nodiscard]] std::optional<std::size_t> rowOf(const Place& place) const;
    /// Calls visit(row, place) for what meets (begin, end), row by row; false as soon as there are
    /// more than `most`.
    template <class Visit>
    [[nodiscard]] bool eachIn(std::int64_t begin, std::int64_t end, std::size_t most,
                              Visit&& visit) const {
        for (std::size_t r = 0; r < m_rows.size(); ++r) {
            auto at = std::ranges::upper_bound(m_rows[r], begin, {}, &Place::end);
            for (; at != m_rows[r].end() && at->begin < end; ++at) {
                if (most-- == 0) return false;
                visit(r, *at);
            }
        }
        return true;
    }
    /// Calls paint(place, first, past) for what of a row can be seen in `view`, with the columns of
    /// its begin and its end: what would lie wholly in columns that are taken is passed over.
    /// `paint` returns the first column behind what it drew, 0 where it drew nothing.
    /// O(columns · log of the row).
    template <class Free, class Paint>
    void eachSeen(std::size_t row, const Viewport& view, Free& free, Paint&& paint) const;

private:
    using PlaceIterator = std::vector<Place>::const_iterator;
    /// The first from `at` on that ends after `ns`: mostly one of the next few.
    [[nodiscard]] static PlaceIterator firstBehind(PlaceIterator at, PlaceIterator end,
                                                   std::int64_t ns);
    void pack(std::vector<Place> places);
    std::vector<std::vector<Place>> m_rows;
    std::size_t m_requests = 0;
};

/// A stretch between two moments that are known; a stage that is missing is part of the one before.
struct StageSpan {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    Rgb Theme::*colour = nullptr;
    const char* name = "";
};
/// At most four, ascending.
class StageSpans {
public:
    StageSpans(const model::BlockRequest& request, std::int64_t endNs);
    [[nodiscard]] const StageSpan* begin() const { return m_spans.data(); }
    [[nodiscard]] const StageSpan* end() const { return m_spans.data() + m_count; }

private:
    std::array<StageSpan, 4> m_spans;
    std::size_t m_count = 0;
};

/// Bars of requests on one line; what touches and has one colour is one box, and a line full of
/// small boxes is one of columns.
class StageLine {
public:
    StageLine(const Theme& theme, const Viewport& view, DrawList& list, Box line)
        : m_theme(theme),
          m_view(view),
          m_list(list),
          m_line(line) {}
    ~StageLine() { flush(); }
    StageLine(const StageLine&) = delete;
    StageLine& operator=(const StageLine&) = delete;
    /// `share` below 1: as pale as that. Returns the first column behind the bar.
    int add(const model::BlockRequest& request, std::int64_t endNs, double share = 1);
    /// The same of a place of `blocks` that begins in column `first` and ends in column `past`.
    int add(const model::BlockModel& blocks, const RequestRows::Place& place, int first, int past,
            double share = 1);
    /// Gives the list all that was added: what is drawn next lies above it.
    void flush();

private:
    struct Run {
        int x0;
        int x1;
        Rgb colour;
    };
    void add(int x0, int x1, Rgb colour);
    void endRun();
    [[nodiscard]] Rgb shown(Rgb Theme::*stage, double share) const;
    const Theme& m_theme;
    const Viewport& m_view;
    DrawList& m_list;
    Box m_line;
    std::vector<Run> m_runs;
    int m_x0 = 0;
    int m_x1 = 0;
    Rgb m_colour = 0;
};

/// Pale requests first, so that what the filter lets through lies above them.
enum class RequestLayer : std::uint8_t { Pale, Full };
/// The layers that `scene` has.
[[nodiscard]] std::span<const RequestLayer> requestLayers(const TimelineScene& scene);
/// Its share of the colour in this layer; 0: it is not part of it.
[[nodiscard]] double requestShareIn(RequestLayer layer, const TimelineScene& scene,
                                    const model::BlockModel& blocks, std::uint32_t request);
/// How much of its colour a request keeps: less where the filter lets none of its records through,
/// or while a task is lifted out that is not its own.
[[nodiscard]] double requestShare(const TimelineScene& scene, const model::BlockModel& blocks,
                                  const model::BlockRequest& request);
/// "Q→G waits for a request" with its colour: one a stage.
[[nodiscard]] std::array<std::pair<const char*, Rgb>, 4> stageLegend(const Theme& theme);
/// Rows of CSV behind `name` (which is a field already), one a stage:
/// `begin_ns,end_ns,kind,tid,comm,label`.
void appendStageRows(const model::Trace& trace, const model::BlockModel& blocks,
                     std::uint32_t request, std::string_view name, std::string& out);

/// The requests of a trace, packed device by device.
struct DeviceRequests {
    BlockModelPtr blocks;
    std::int64_t endNs = 0;
    std::map<model::DeviceId, RequestRows> rows;
    [[nodiscard]] const RequestRows* of(model::DeviceId device) const {
        const auto found = rows.find(device);
        return found == rows.end() ? nullptr : &found->second;
    }
};
[[nodiscard]] DeviceRequests packRequests(BlockModelPtr blocks, std::int64_t endNs);
/// Shared with everyone who holds those of this snapshot. Not for the GUI thread.
[[nodiscard]] std::shared_ptr<const DeviceRequests> sharedDeviceRequests(const model::Trace& trace);

// --- templates

inline RequestRows::PlaceIterator RequestRows::firstBehind(PlaceIterator at, PlaceIterator end,
                                                           std::int64_t ns) {
    std::ptrdiff_t step = 1;
    while (end - at > step && at[step - 1].end <= ns) {
        at += step;
        step *= 2;
    }
    const auto stop = at + std::min<std::ptrdiff_t>(step, end - at);
    return std::upper_bound(at, stop, ns,
                            [](std::int64_t time, const Place& place) { return time < place.end; });
}

template <class Free, class Paint>
void RequestRows::eachSeen(std::size_t row, const Viewport& view, Free& free, Paint&& paint) const {
    const auto& places = m_rows[row];
    const std::int64_t end = model::toNs(view.range().end);
    auto at = firstBehind(places.begin(), places.end(), view.ns(free.next(0)));
    for (int x = free.next(0); x < view.width() && at != places.end() && at->begin < end;) {
        const int first = view.x(at->begin);
        if (first < x) {
            // What ends before the first column that is free would not be seen.
            if (const auto seen = firstBehind(at, places.end(), view.ns(x)); seen != at) {
                at = seen;
                continue;
            }
        }
        const int x0 = std::max(first, x);
        const int past = view.x(at->end);
        const int x1 = std::min(std::max(past, first + 1), view.width());
        if (x1 > x0) {  // else it ends in this column, and has no ink there
            if (free.next(x0) < x1) {
                if (const int right = paint(*at, first, past); right > 0) {
                    free.take(x0, std::max(right, x1));
                    x = free.next(std::max(right, x1));
                }
            } else {
                x = free.next(x1);
            }
        }
        ++at;
    }
}

}  // namespace kscope::views
