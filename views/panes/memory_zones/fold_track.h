// SPDX-License-Identifier: GPL-3.0-or-later
/// A row that names the tracks below it, folds them away, and shows the scale of their colours.
#pragma once

#include "views/panes/tracks/track.h"

#include <atomic>

namespace kscope::views {

/// What the tracks of a group share; set on the GUI thread.
struct FoldState {
    std::atomic<bool> folded = false;
};
using FoldPtr = std::shared_ptr<FoldState>;

/// Colours from light to dark, in words: "1 ▭▭▭▭ 25 k blocks · none left".
struct ColourScale {
    std::string least;
    std::string most;
    std::string empty;          ///< What a cell with a dot means; none where there is none.
    std::vector<double> ticks;  ///< Shares of the scale's length.
};
/// The scale at the right end of `row`, as far as there is room: always unit, range and meaning of
/// an empty cell, or nothing.
void drawColourScale(const TrackCanvas& canvas, Box row, const ColourScale& scale);
/// Where the powers of ten lie on a scale of 0 to `most` that is logarithmic as log(1 + n).
[[nodiscard]] std::vector<double> logTicks(double most);
/// Step 0 to 7 of the theme's colours for a share of 0 to 1.
[[nodiscard]] int heatStep(double share);

class FoldTrack : public Track {
public:
    /// `scale` of what is in view; null: the tracks below have none.
    using ScaleOf = std::function<ColourScale(const TrackCanvas& canvas)>;
    FoldTrack(std::string name, std::string facts, FoldPtr fold, ScaleOf scale)
        : m_name(std::move(name)),
          m_facts(std::move(facts)),
          m_fold(std::move(fold)),
          m_scale(std::move(scale)) {}
    [[nodiscard]] int height() const override { return 24; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] bool namesOthers() const override { return true; }
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    /// Names the group for good, over snapshots.
    [[nodiscard]] std::string key() const { return m_name + '\n' + m_facts; }
    [[nodiscard]] FoldState& fold() const { return *m_fold; }

private:
    std::string m_name;
    std::string m_facts;
    FoldPtr m_fold;
    ScaleOf m_scale;
};

/// A track of a group: without height while the group is folded. Its rows stay in the CSV.
class FoldedTrack : public Track {
public:
    /// `owner`: before the name of its lanes in the CSV, where that is alike in several groups.
    FoldedTrack(std::unique_ptr<Track> track, std::shared_ptr<const FoldState> fold,
                std::string owner)
        : m_track(std::move(track)),
          m_fold(std::move(fold)),
          m_owner(std::move(owner)) {}
    [[nodiscard]] int height() const override { return m_fold->folded ? 0 : m_track->height(); }
    void draw(const TrackCanvas& canvas) const override { m_track->draw(canvas); }
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override {
        return m_track->at(canvas, x, y);
    }
    [[nodiscard]] std::optional<TrackHit> next(model::Timestamp time) const override {
        return m_fold->folded ? std::nullopt : m_track->next(time);
    }
    void csv(model::TimeRange window, std::string& out) const override;
    [[nodiscard]] const Track& track() const { return *m_track; }

private:
    std::unique_ptr<Track> m_track;
    std::shared_ptr<const FoldState> m_fold;
    std::string m_owner;
};

}  // namespace kscope::views
