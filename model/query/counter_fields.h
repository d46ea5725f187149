// SPDX-License-Identifier: GPL-3.0-or-later
/// The fields that a filter can ask of a reading of a file of /proc: each of its samples has file,
/// name, value, delta and rate, and all columns of its row (cli.md section 1).
#pragma once

#include "model/query/filter_node.h"
#include "model/store/trace.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

/// Names in `filter` that no reading of `trace` answers to: no column, row or field of samples is
/// called that. For what is asked of readings alone ("freeze when").
[[nodiscard]] std::vector<std::string> unknownCounterNames(const Trace& trace,
                                                           const Filter& filter);

/// Walks the samples of one reading after the other. One a thread.
class CounterFields {
public:
    explicit CounterFields(const Trace& trace) : m_trace(trace) {}

    /// Goes to the reading that `event` is; false where it is none. Cheap where readings of one
    /// file come in order.
    [[nodiscard]] bool enter(const Event& event);
    /// Whether a comparison with `field` tells the numbers of one row apart; others hold for the
    /// whole row.
    [[nodiscard]] static bool isOfOneNumber(std::string_view field);

    enum class Each : std::uint8_t { WholeRow, Number };
    /// Whether `test()` is true at any row (number) of the reading; the fields below are those of
    /// the one at hand.
    template <class Test> [[nodiscard]] bool any(Each each, Test&& test) {
        const auto& rows = m_place->rows;
        for (m_row = 0; m_row < rows.size(); ++m_row) {
            m_series.reset();
            if (each == Each::WholeRow) {
                if (test()) return true;
                continue;
            }
            for (const auto& [column, series] : rows[m_row].columns) {
                m_series = series;
                if (m_place->now.value(series) && test()) return true;
            }
        }
        return false;
    }
    /// Calls `hit(series)` for every number of the reading for which `test()` is true.
    template <class Test, class Hit> void forEach(Each each, Test&& test, Hit&& hit) {
        const auto& rows = m_place->rows;
        for (m_row = 0; m_row < rows.size(); ++m_row) {
            m_series.reset();
            if (each == Each::WholeRow && !test()) continue;
            for (const auto& [column, series] : rows[m_row].columns) {
                if (each == Each::Number) m_series = series;
                if (!m_place->now.value(series)) continue;
                if (each == Each::WholeRow || test()) hit(series);
            }
        }
    }
    [[nodiscard]] std::optional<std::string_view> text(std::string_view field);
    [[nodiscard]] std::optional<FilterNumber> number(std::string_view field);

private:
    struct RowColumns {
        std::vector<std::pair<StringId, std::uint32_t>> columns;  ///< Series, ascending by column.
    };
    struct Place {
        CounterTablePtr table;
        CounterCursor now;
        CounterCursor before;  // the reading before; only where `hasBefore`
        std::vector<RowColumns> rows;
        bool hasBefore = false;
        std::size_t round = SIZE_MAX;
        explicit Place(const CounterTablePtr& of);
    };
    [[nodiscard]] std::optional<FilterNumber> column(std::string_view field) const;
    [[nodiscard]] std::optional<std::int64_t> delta();
    [[nodiscard]] StringId columnId(std::string_view field) const;

    const Trace& m_trace;
    std::vector<std::unique_ptr<Place>> m_places;  // by table
    Place* m_place = nullptr;
    std::size_t m_row = 0;
    std::optional<std::uint32_t> m_series;
    std::string m_text;
    mutable std::map<std::string, StringId, std::less<>> m_ids;
};

}  // namespace kscope::model
