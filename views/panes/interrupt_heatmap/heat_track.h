// SPDX-License-Identifier: GPL-3.0-or-later
/// One row of a heatmap: a rate a pixel in the colours of the heat scale.
#pragma once

#include "model/derive/counter_rates.h"
#include "views/panes/tracks/track.h"

#include <memory>

namespace kscope::views {

/// What all rows of a heatmap share: one scale, so that colours compare.
struct HeatScale {
    enum class Kind : std::uint8_t { Log, Linear };
    double most = 1;  ///< Rate of the brightest colour, a second.
    Kind kind = Kind::Log;
    /// Number of the colour for a rate; −1: zero, which has none.
    [[nodiscard]] int step(double rate) const;
    /// Rate at which colour `step` begins.
    [[nodiscard]] double from(int step) const;
    /// Where a rate lies on the scale: 0 is nothing, 1 is `most`.
    [[nodiscard]] double share(double rate) const;
    /// Rates that the legend names: powers of ten, or even steps where it is linear.
    [[nodiscard]] std::vector<double> ticks() const;
};

class HeatTrack : public Track {
public:
    struct Data {
        model::CounterTablePtr table;
        std::vector<model::CpuId> cpus;  ///< That are counted; empty: all.
        model::CounterRates rates;
        HeatScale scale;
        /// Readings farther apart than this were missed: nothing is known in between.
        std::int64_t gapNs = INT64_MAX;
    };
    struct Words {
        std::string name;
        std::string facts;    ///< Chip and trigger, or what the row is.
        std::string meaning;  ///< A sentence for the tooltip; may be empty.
    };
    HeatTrack(std::shared_ptr<const Data> data, std::size_t row, Words words)
        : m_data(std::move(data)),
          m_row(row),
          m_words(std::move(words)) {}
    [[nodiscard]] int height() const override { return 20; }
    void draw(const TrackCanvas& canvas) const override;
    [[nodiscard]] std::optional<TrackHit> at(const TrackCanvas& canvas, int x,
                                             int y) const override;
    /// `file,row,begin_ns,end_ns,count`: one line between two rounds.
    void csv(model::TimeRange window, std::string& out) const override;

    [[nodiscard]] const Data& data() const { return *m_data; }
    [[nodiscard]] std::size_t row() const { return m_row; }  ///< Of the table.
    [[nodiscard]] const Words& words() const { return m_words; }

private:
    [[nodiscard]] const model::RateRow& rates() const { return m_data->rates.rows[m_row]; }
    void drawGaps(const TrackCanvas& canvas, Box bar) const;
    std::shared_ptr<const Data> m_data;
    std::size_t m_row;
    Words m_words;
};

/// The scale's colours with their rates, above a heatmap.
class HeatLegendTrack : public Track {
public:
    HeatLegendTrack(std::string name, HeatScale scale) : m_name(std::move(name)), m_scale(scale) {}
    [[nodiscard]] int height() const override { return 34; }
    void draw(const TrackCanvas& canvas) const override;

private:
    std::string m_name;
    HeatScale m_scale;
};

/// "739", "7.1 k", "2.8 M": three digits at most.
[[nodiscard]] std::string shortRate(double rate);

}  // namespace kscope::views
