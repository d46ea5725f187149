// SPDX-License-Identifier: GPL-3.0-or-later
/// A track: a strip of a pane below the shared ruler, with a header at the left and a plot on the
/// trace's time axis. Block requests, zones, heatmaps and calls are tracks of their own kinds.
#pragma once

#include "views/timeline/item_words.h"
#include "views/timeline/scene.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {
class CallForest;
}

namespace kscope::views {

/// Where a track is drawn: values only, device pixels.
struct TrackCanvas {
    const TimelineScene& scene;  ///< Theme, window, cursors, px().
    TextCache& texts;
    DrawList& list;
    Box header;
    Box plot;

    [[nodiscard]] const Theme& theme() const { return scene.colours(); }
    [[nodiscard]] int px(double logical) const { return scene.px(logical); }
    /// Time to pixels from `plot.x`.
    [[nodiscard]] Viewport viewport() const { return {scene.window, plot.w}; }
};

/// What lies under the pointer.
struct TrackHit {
    Box box;                ///< Outlined; device pixels.
    ItemWords words;        ///< The tooltip.
    Item item;              ///< Selected by a click; Kind::None: nothing to select.
    model::TimeRange span;  ///< Fitted by a double click; empty: nothing to fit.
    /// What the tooltip says besides once a source has been read: called aside, on any thread.
    /// Null, or an empty answer: nothing.
    std::function<QString()> readMore;
};

class Track {
public:
    virtual ~Track() = default;
    [[nodiscard]] virtual int height() const = 0;  ///< Logical pixels.
    /// Paints header and plot; clipped to both. Touches O(plot.w) of the data.
    virtual void draw(const TrackCanvas& canvas) const = 0;
    /// The topmost thing at (x, y); nothing where the track is empty there.
    [[nodiscard]] virtual std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                                     int y) const {
        static_cast<void>(canvas), static_cast<void>(x), static_cast<void>(y);
        return std::nullopt;
    }
    /// The thing after (before) `time` for the keys ] and [; nothing where there is none.
    [[nodiscard]] virtual std::optional<TrackHit> next(model::Timestamp time) const {
        static_cast<void>(time);
        return std::nullopt;
    }
    /// Rows of the pane's CSV, a line each with its end; the set's `csvHead` names the columns.
    virtual void csv(model::TimeRange window, std::string& out) const {
        static_cast<void>(window), static_cast<void>(out);
    }
    /// Whose track it is; kNoTask: no single task's. Beside a lifted one the others step back.
    [[nodiscard]] virtual model::TaskId owner() const { return model::kNoTask; }
    /// Whether it names the tracks below it, and is nothing without them.
    [[nodiscard]] virtual bool namesOthers() const { return false; }
};

struct TrackScene;
struct TrackSet;

/// One entry of a legend: a swatch and a word.
struct TrackLegend {
    std::string word;
    Rgb colour = 0;
};

/// What stands beside the tracks of a picture, on their lines.
class TrackSide {
public:
    virtual ~TrackSide() = default;
    [[nodiscard]] virtual int width() const = 0;  ///< Logical pixels.
    virtual void draw(const TrackScene& scene, TextCache& texts, DrawList& list,
                      Box area) const = 0;
    /// Rows of the pane's CSV, behind the tracks'.
    virtual void csv(const TrackSet& set, std::string& out) const = 0;
};

/// All tracks of a pane over one snapshot, top to bottom.
struct TrackSet {
    model::TracePtr trace;  ///< Kept alive for the tracks.
    std::string title;      ///< "Block requests": in the title of a picture.
    std::vector<std::unique_ptr<Track>> tracks;
    /// By track: 1 where the filter lets nothing of it through; shorter, or none: 0. Dimmed in the
    /// window; leaveOutFiltered() takes them away for files.
    std::vector<std::uint8_t> filteredOut;
    std::string empty;    ///< Without tracks: what the trace lacks and how to record it.
    std::string csvHead;  ///< First line of the CSV, without its end; empty: it has none.
    std::string status;   ///< "540 requests, 2 devices": for the bar of tabs.
    /// Of Functions: the calls that its flame graph is made of. Else null.
    std::shared_ptr<const model::CallForest> calls;
    /// Of the theme's colours, for pictures.
    std::vector<TrackLegend> (*legend)(const Theme& theme) = nullptr;
    /// Where it depends on what the tracks hold; else null.
    std::vector<TrackLegend> (*legendOf)(const TrackSet& set, const Theme& theme) = nullptr;
    /// Draws what goes from track to track, over them all; clipped to their plots.
    void (*links)(const TrackScene& scene, TextCache& texts, DrawList& list) = nullptr;
    /// Beside the tracks of a picture; the window has a widget of its own for it.
    std::shared_ptr<const TrackSide> (*side)(const TrackSet& set,
                                             model::TimeRange window) = nullptr;
};

/// Adds a track; `passes`: what the filter lets through is in it.
enum class Passes : std::uint8_t { No, Yes };
void addTrack(TrackSet& set, std::unique_ptr<Track> track, Passes passes);
/// Without the tracks that the filter leaves nothing of, and rows that would name none.
void leaveOutFiltered(TrackSet& set);

/// Name in bold, facts after it in small grey letters, a value at the right; further lines below.
struct TrackHeader {
    std::string name;
    std::string facts;
    std::string value;
    std::vector<std::string> lines;
};
void drawTrackHeader(const TrackCanvas& canvas, const TrackHeader& header);

/// A row that names what follows: device, node and zone, group of lines.
class GroupTrack : public Track {
public:
    GroupTrack(std::string name, std::string facts)
        : m_name(std::move(name)),
          m_facts(std::move(facts)) {}
    [[nodiscard]] int height() const override { return 22; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] bool namesOthers() const override { return true; }

private:
    std::string m_name;
    std::string m_facts;
};

}  // namespace kscope::views
