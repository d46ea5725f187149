// SPDX-License-Identifier: GPL-3.0-or-later
/// slabinfo's rows (slabinfo(5)) to cells.
#include "views/panes/memory_zones/slab_table.h"

#include "model/core/format.h"
#include "views/panes/memory_zones/zone_track.h"

#include <QCoreApplication>

#include <algorithm>
#include <functional>
#include <map>

namespace kscope::views {

namespace {

enum class SlabColumn : int { Name, Bytes, Grown, Active, Objects, Size, Used, Count_ };

QString slabWords(const char* text) {
    return QCoreApplication::translate("kscope::views::SlabRows", text);
}
QString slabText(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// Values of the rows of one reading, by name of the cache.
std::map<std::string, SlabCache> cachesAt(const model::Trace& trace,
                                          const model::CounterTablePtr& table, std::size_t round) {
    std::map<std::string, SlabCache> caches;
    model::CounterCursor cursor(table);
    cursor.seek(round);
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> pages;  // slabs, pages of one
    for (std::uint32_t id = 0; id < table->series().size(); ++id) {
        const auto value = cursor.value(id);
        if (!value) continue;
        const auto& series = table->series()[id];
        const std::string name(trace.text(table->rows()[series.row].name));
        const auto column = trace.text(series.column);
        const auto number = static_cast<std::int64_t>(*value);
        auto& cache = caches[name];
        cache.name = name;
        if (column == "active_objs") cache.active = number;
        else if (column == "num_objs") cache.objects = number;
        else if (column == "objsize") cache.size = number;
        else if (column == "num_slabs") pages[name].first = number;
        else if (column == "pagesperslab") pages[name].second = number;
    }
    for (auto& [name, cache] : caches)
        cache.bytes =
            pages[name].first * pages[name].second * static_cast<std::int64_t>(kPageBytes);
    return caches;
}

}  // namespace

std::vector<SlabCache> slabCaches(const model::Trace& trace, model::TimeRange range) {
    const auto tables = trace.counters();
    const auto found = std::ranges::find(tables, model::CounterFile::Slabinfo,
                                         [](const auto& table) { return table->file(); });
    if (found == tables.end() || (*found)->rounds() == 0) return {};
    const auto& table = *found;
    auto end = table->lowerBound(model::toNs(range.end));
    end = end > 0 ? end - 1 : 0;
    const auto begin = std::min(table->lowerBound(model::toNs(range.begin)), end);
    const auto before = cachesAt(trace, table, begin);
    std::vector<SlabCache> caches;
    for (auto& [name, cache] : cachesAt(trace, table, end)) {
        const auto old = before.find(name);
        cache.grown = cache.bytes - (old == before.end() ? 0 : old->second.bytes);
        caches.push_back(std::move(cache));
    }
    std::ranges::stable_sort(caches, std::ranges::greater{}, &SlabCache::bytes);
    return caches;
}

std::span<const TableColumn> SlabRows::columns() const {
    static const std::vector<TableColumn> all = [] {
        const auto column = [](const char* title, const char* help, const char* exported,
                               int width) {
            const bool number = width != 0;
            return TableColumn{.title = slabWords(title),
                               .help = slabWords(help),
                               .side = number ? TableSide::Right : TableSide::Left,
                               .face = TableFace::Mono,
                               .sort = number ? TableSort::Number : TableSort::Name,
                               .exportName = QLatin1String(exported),
                               .width = width,
                               .stretch = !number};
        };
        return std::vector<TableColumn>{
            column("Cache", "Name of the slab cache", "cache", 0),
            column("Takes", "Pages of all its slabs", "bytes", 96),
            column("Grown", "Since the first reading of the range", "grown_bytes", 96),
            column("In use", "Objects that are in use", "active_objs", 96),
            column("Room for", "Objects that its slabs have room for", "num_objs", 96),
            column("Object", "Bytes of one object", "objsize", 80),
            column("Used", "Share of the objects that are in use", "used_thousandths", 96)};
    }();
    return all;
}

QString SlabRows::text(std::uint32_t row, int column) const {
    const auto& cache = m_caches[row];
    const auto count = [](std::int64_t value) {
        return slabText(model::formatCount(static_cast<std::uint64_t>(value)));
    };
    const auto bytes = [](std::int64_t value) {
        return slabText(model::formatBytes(static_cast<std::uint64_t>(value)));
    };
    switch (static_cast<SlabColumn>(column)) {
    case SlabColumn::Name: return slabText(cache.name);
    case SlabColumn::Bytes: return bytes(cache.bytes);
    case SlabColumn::Grown:
        return cache.grown == 0  ? QStringLiteral("0")
               : cache.grown > 0 ? QLatin1Char('+') + bytes(cache.grown)
                                 : QChar(0x2212) + bytes(-cache.grown);
    case SlabColumn::Active: return count(cache.active);
    case SlabColumn::Objects: return count(cache.objects);
    case SlabColumn::Size: return bytes(cache.size);
    case SlabColumn::Used: return QString::number(number(row, column) / 10) + QStringLiteral(" %");
    case SlabColumn::Count_: break;
    }
    return {};
}

std::int64_t SlabRows::number(std::uint32_t row, int column) const {
    const auto& cache = m_caches[row];
    switch (static_cast<SlabColumn>(column)) {
    case SlabColumn::Bytes: return cache.bytes;
    case SlabColumn::Grown: return cache.grown;
    case SlabColumn::Active: return cache.active;
    case SlabColumn::Objects: return cache.objects;
    case SlabColumn::Size: return cache.size;
    case SlabColumn::Used: return cache.objects == 0 ? 0 : cache.active * 1000 / cache.objects;
    default: return kNoNumber;
    }
}

std::string_view SlabRows::name(std::uint32_t row, int) const { return m_caches[row].name; }

std::uint64_t SlabRows::identity(std::uint32_t row) const {
    return std::hash<std::string>()(m_caches[row].name);
}

std::optional<TableBar> SlabRows::bar(std::uint32_t row, int column) const {
    if (static_cast<SlabColumn>(column) != SlabColumn::Used) return std::nullopt;
    return TableBar{.share = static_cast<double>(number(row, column)) / 1000, .dark = 0};
}

std::optional<Rgb> SlabRows::ink(std::uint32_t row, int column, const Theme& theme) const {
    if (static_cast<SlabColumn>(column) == SlabColumn::Grown && m_caches[row].grown == 0)
        return theme.text3;
    return std::nullopt;
}

}  // namespace kscope::views
