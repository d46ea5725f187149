// SPDX-License-Identifier: GPL-3.0-or-later
/// Counting pairs of frames.
#include "views/panes/call_tables/call_site_rows.h"

#include "model/core/format.h"
#include "views/panes/pane_look.h"

#include <QCoreApplication>

#include <algorithm>
#include <unordered_map>

namespace kscope::views {
namespace {

QString siteWords(const char* text) { return QCoreApplication::translate("CallSites", text); }

/// Of the tree: the event whose stacks they are, then the outermost function.
constexpr std::uint32_t kFirstCalled = 3;

}  // namespace

CallSiteRows::CallSiteRows(std::shared_ptr<const FlameTree> tree)
    : CallRows(tree->trace),
      m_tree(std::move(tree)) {
    std::unordered_map<std::uint64_t, std::size_t> siteOf;
    for (const auto& node : m_tree->calls.nodes) {
        if (node.depth < kFirstCalled) continue;
        const auto caller = m_tree->calls.nodes[node.parent].function;
        const auto key = std::uint64_t{caller.value} << 32 | node.function.value;
        const auto [found, fresh] = siteOf.try_emplace(key, m_sites.size());
        if (fresh) m_sites.push_back({node.function, caller, 0});
        m_sites[found->second].calls += node.total;
    }
    addFunctionColumn(siteWords("Function"));
    m_columns.push_back({.title = siteWords("Called from"),
                         .help = siteWords("The function that called it, by name"),
                         .face = TableFace::Mono,
                         .sort = TableSort::Name,
                         .exportName = QStringLiteral("caller")});
    addColumn(siteWords("Calls"), siteWords("How often it was seen called from there"),
              QStringLiteral("calls"));
    addColumn(siteWords("Share, %"), siteWords("Of all lines and stacks"), {});
}

CallSite CallSiteRows::site(std::uint32_t row) const {
    return {std::string(m_tree->nameOf(m_sites[row].function)),
            std::string(m_tree->nameOf(m_sites[row].caller))};
}

std::string_view CallSiteRows::functionName(std::uint32_t row) const {
    return m_tree->nameOf(m_sites[row].function);
}

std::string_view CallSiteRows::name(std::uint32_t row, int column) const {
    return column == Caller ? m_tree->nameOf(m_sites[row].caller) : functionName(row);
}

bool CallSiteRows::holds(std::uint32_t row, const QString& words) const {
    return text(row, Function).contains(words, Qt::CaseInsensitive) ||
           text(row, Caller).contains(words, Qt::CaseInsensitive);
}

std::uint64_t CallSiteRows::identity(std::uint32_t row) const {
    return std::uint64_t{m_sites[row].caller.value} << 32 | m_sites[row].function.value;
}

std::optional<Rgb> CallSiteRows::swatch(std::uint32_t row, const Theme& theme) const {
    return frameFill(theme, *m_tree, m_sites[row].function);
}

QString CallSiteRows::tip(std::uint32_t row) const {
    return functionTip(functionName(row), m_sites[row].function.space());
}

double CallSiteRows::share(std::uint32_t row) const {
    const auto all = std::max<std::int64_t>(1, m_tree->calls.nodes[0].total);
    return static_cast<double>(m_sites[row].calls) / static_cast<double>(all);
}

std::int64_t CallSiteRows::number(std::uint32_t row, int) const { return m_sites[row].calls; }

QString CallSiteRows::text(std::uint32_t row, int column) const {
    switch (column) {
    case Calls:
        return QString::fromStdString(
            model::formatCount(static_cast<std::uint64_t>(m_sites[row].calls)));
    case Share: return shareText(share(row));
    default: return shown(name(row, column));
    }
}

std::optional<TableBar> CallSiteRows::bar(std::uint32_t row, int column) const {
    if (column != Share) return std::nullopt;
    return TableBar{share(row), 0};
}

}  // namespace kscope::views
