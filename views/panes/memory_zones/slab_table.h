// SPDX-License-Identifier: GPL-3.0-or-later
/// Slab caches as a table: what each holds, what it takes, and how it grew over a range.
#pragma once

#include "model/store/trace.h"
#include "views/panes/table/table_rows.h"

namespace kscope::views {

struct SlabCache {
    std::string name;
    std::int64_t active = 0;   ///< Objects in use.
    std::int64_t objects = 0;  ///< Objects that there is room for.
    std::int64_t size = 0;     ///< Bytes of one.
    std::int64_t bytes = 0;    ///< Pages of all its slabs.
    std::int64_t grown = 0;    ///< Bytes since the range's first reading.
};

/// As of the last reading of slabinfo in `range` (else the last before it), against the first one
/// in it; largest first. Empty where the trace has none.
[[nodiscard]] std::vector<SlabCache> slabCaches(const model::Trace& trace, model::TimeRange range);

class SlabRows final : public TableRows {
public:
    explicit SlabRows(std::vector<SlabCache> caches) : m_caches(std::move(caches)) {}
    [[nodiscard]] const SlabCache& cache(std::uint32_t row) const { return m_caches[row]; }
    [[nodiscard]] std::span<const TableColumn> columns() const override;
    [[nodiscard]] std::uint32_t size() const override {
        return static_cast<std::uint32_t>(m_caches.size());
    }
    [[nodiscard]] QString text(std::uint32_t row, int column) const override;
    [[nodiscard]] std::int64_t number(std::uint32_t row, int column) const override;
    [[nodiscard]] std::string_view name(std::uint32_t row, int column) const override;
    [[nodiscard]] std::uint64_t identity(std::uint32_t row) const override;
    [[nodiscard]] std::optional<TableBar> bar(std::uint32_t row, int column) const override;
    [[nodiscard]] std::optional<Rgb> ink(std::uint32_t row, int column,
                                         const Theme& theme) const override;

private:
    std::vector<SlabCache> m_caches;
};

}  // namespace kscope::views
