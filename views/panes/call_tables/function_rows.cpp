// SPDX-License-Identifier: GPL-3.0-or-later
/// Cells of call tables.
#include "views/panes/call_tables/function_rows.h"

#include "model/core/format.h"
#include "model/words/function_words.h"
#include "views/panes/call_timeline/call_colours.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/pane_look.h"

#include <QCoreApplication>

#include <algorithm>

namespace kscope::views {
namespace {

QString callWords(const char* text) { return QCoreApplication::translate("CallTables", text); }

/// Letters of ASCII alone: names of functions are code.
bool holdsLetters(std::string_view text, std::string_view words) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    const auto same = [&](char one, char other) { return lower(one) == lower(other); };
    return words.empty() ||
           std::search(text.begin(), text.end(), words.begin(), words.end(), same) != text.end();
}

/// Folded stacks have no lengths but numbers of samples.
CallUnit unitOf(const model::Trace& trace, CallUnit (*choose)(std::int64_t), std::int64_t most) {
    return countsSamples(trace) ? CallUnit{"samples", 1, 0} : choose(most);
}

}  // namespace

QString shareText(double share) {
    if (share > 0 && share < 0.0005) return QStringLiteral("< 0.1");
    return QString::number(share * 100, 'f', 1);
}

QString functionTip(std::string_view name, model::CallSpace space) {
    const auto words = QStringLiteral("<b>%1</b>").arg(shown(name).toHtmlEscaped());
    const auto known = model::functionWords(name, space);
    if (!known.area.empty())
        return words + QStringLiteral("<br>%1: %2")
                           .arg(shown(known.area), shown(known.what).toHtmlEscaped());
    return words + QStringLiteral("<br>%1").arg(space == model::CallSpace::Kernel
                                                    ? callWords("A function of the kernel.")
                                                    : callWords("A function of the program."));
}

std::string_view CallRows::functionName(std::uint32_t row) const {
    return m_trace->text(function(row).name());
}

std::string_view CallRows::name(std::uint32_t row, int) const { return functionName(row); }

bool CallRows::holds(std::uint32_t row, const QString& words) const {
    return holdsLetters(functionName(row), words.toStdString());
}

std::uint64_t CallRows::identity(std::uint32_t row) const { return function(row).value; }

std::optional<Rgb> CallRows::swatch(std::uint32_t row, const Theme& theme) const {
    if (raw(function(row).name()) == 0) return std::nullopt;
    return functionFill(theme, *m_trace, function(row));
}

QString CallRows::tip(std::uint32_t row) const {
    const auto key = function(row);
    if (key.isTask() || raw(key.name()) == 0)
        return QStringLiteral("<b>%1</b>").arg(functionText(row).toHtmlEscaped());
    return functionTip(functionName(row), key.space());
}

QString CallRows::functionText(std::uint32_t row) const {
    const auto text = functionName(row);
    return text.empty() ? callWords("(nothing above it in the trace)") : shown(text);
}

void CallRows::addColumn(const QString& title, const QString& help, const QString& exportName) {
    m_columns.push_back({.title = title,
                         .help = help,
                         .side = TableSide::Right,
                         .face = TableFace::Mono,
                         .sort = TableSort::Number,
                         .exportName = exportName});
}

void CallRows::addFunctionColumn(const QString& title) {
    m_columns.push_back(
        {.title = title,
         .help = callWords("Kernel functions are grey; user functions have the colour "
                           "that they have in every pane."),
         .face = TableFace::Mono,
         .exportName = QStringLiteral("function"),
         .stretch = true});
}

// The function table.

FunctionRows::FunctionRows(model::TracePtr trace, model::FunctionReport report)
    : CallRows(std::move(trace)),
      m_report(std::move(report)) {
    std::int64_t self = 0, each = 0;
    for (const auto& row : m_report.rows) {
        m_mostTotal = std::max(m_mostTotal, row.total);
        self = std::max(self, row.self);
        each = std::max(each, row.max);
    }
    m_total = unitOf(*m_trace, CallUnit::of, m_mostTotal);
    m_self = unitOf(*m_trace, CallUnit::of, self);
    m_each = unitOf(*m_trace, CallUnit::ofCalls, each);
    addFunctionColumn(callWords("Function"));
    addColumn(callWords("Calls"), callWords("How often it was called"), QStringLiteral("calls"));
    addColumn(
        m_total.title(callWords("Total")),
        callWords("Time in it and in all that it called; a recursive function counts its outermost "
                  "call only. The bar's dark part is self time."),
        QStringLiteral("total_ns"));
    addColumn(m_self.title(callWords("Self")), callWords("Time in it without what it called"),
              QStringLiteral("self_ns"));
    addColumn(m_each.title(callWords("Min")), callWords("Its shortest call"),
              QStringLiteral("min_ns"));
    addColumn(m_each.title(callWords("Avg")), callWords("Mean of its calls"),
              QStringLiteral("avg_ns"));
    addColumn(m_each.title(callWords("Max")),
              callWords("Its longest call: Enter shows it on the timeline"),
              QStringLiteral("max_ns"));
    addColumn(m_each.title(callWords("p99")), callWords("99 of 100 of its calls were not longer"),
              QStringLiteral("p99_ns"));
}

std::int64_t FunctionRows::number(std::uint32_t row, int column) const {
    const auto& r = m_report.rows[row];
    switch (column) {
    case Calls: return static_cast<std::int64_t>(r.calls);
    case Self: return r.selfExact ? r.self : kNoNumber;
    default: break;
    }
    if (!r.totalExact || r.calls == 0) return kNoNumber;
    switch (column) {
    case Total: return r.total;
    case Min: return r.min;
    case Avg: return r.avg();
    case Max: return r.max;
    case P99: return r.p99;
    default: return kNoNumber;
    }
}

QString FunctionRows::text(std::uint32_t row, int column) const {
    if (column == Function) return functionText(row);
    const auto value = number(row, column);
    if (value == kNoNumber) return QStringLiteral("\u2013");
    if (column == Calls)
        return QString::fromStdString(model::formatCount(static_cast<std::uint64_t>(value)));
    return (column == Total ? m_total : column == Self ? m_self : m_each).text(value);
}

std::optional<TableBar> FunctionRows::bar(std::uint32_t row, int column) const {
    if (column != Total || m_mostTotal <= 0) return std::nullopt;
    const auto& r = m_report.rows[row];
    const auto most = static_cast<double>(m_mostTotal);
    // Self time of a recursive function may be more than its outermost calls' share that is drawn.
    return TableBar{static_cast<double>(r.total) / most,
                    static_cast<double>(std::min(r.self, r.total)) / most};
}

// Callers and callees.

CallPairRows::CallPairRows(model::TracePtr trace, Side side, model::FunctionKey of,
                           std::span<const model::CallPair> pairs)
    : CallRows(std::move(trace)),
      m_side(side) {
    std::int64_t most = 0;
    for (const auto& pair : pairs) {
        if ((side == Side::Callers ? pair.callee : pair.caller) != of) continue;
        m_pairs.push_back(pair);
        m_sum += pair.total;
        most = std::max(most, pair.total);
    }
    m_unit = unitOf(*m_trace, CallUnit::of, most);
    addFunctionColumn(side == Side::Callers ? callWords("Called by") : callWords("Calls"));
    addColumn(callWords("Calls"), callWords("How often, directly"), QStringLiteral("calls"));
    addColumn(m_unit.title(callWords("Total")), callWords("Time of those calls"),
              QStringLiteral("total_ns"));
    addColumn(callWords("Share, %"), callWords("Of the time of all rows here"), {});
}

double CallPairRows::share(std::uint32_t row) const {
    return m_sum > 0 ? static_cast<double>(m_pairs[row].total) / static_cast<double>(m_sum) : 0;
}

std::int64_t CallPairRows::number(std::uint32_t row, int column) const {
    if (column == Calls) return static_cast<std::int64_t>(m_pairs[row].calls);
    return m_pairs[row].total;  // shares sort as times do
}

QString CallPairRows::text(std::uint32_t row, int column) const {
    switch (column) {
    case Function: return functionText(row);
    case Calls: return QString::fromStdString(model::formatCount(m_pairs[row].calls));
    case Total: return m_unit.text(m_pairs[row].total);
    default: return shareText(share(row));
    }
}

std::optional<TableBar> CallPairRows::bar(std::uint32_t row, int column) const {
    if (column != Share) return std::nullopt;
    return TableBar{share(row), 0};
}

// The call tree.

CallTreeRows::CallTreeRows(std::shared_ptr<const FlameTree> tree)
    : CallRows(tree->trace),
      m_tree(std::move(tree)) {
    const auto& nodes = m_tree->calls.nodes;
    m_paths.resize(size());
    std::int64_t most = 0, self = 0, mean = 0;
    for (std::uint32_t row = 0; row < size(); ++row) {
        const auto& made = node(row);
        // Steps of FNV-1a over the path: parents stand before their children.
        const auto above = made.parent == 0 || made.parent >= nodes.size()
                               ? 14695981039346656037ULL
                               : m_paths[made.parent - 1];
        m_paths[row] = (above ^ made.function.value) * 1099511628211ULL;
        most = std::max(most, made.total);
        self = std::max(self, made.self);
        if (made.calls > 0)
            mean = std::max(mean, made.total / static_cast<std::int64_t>(made.calls));
    }
    m_total = unitOf(*m_trace, CallUnit::of, most);
    m_self = unitOf(*m_trace, CallUnit::of, self);
    m_mean = unitOf(*m_trace, CallUnit::ofCalls, mean);
    addFunctionColumn(callWords("Function"));
    addColumn(m_total.title(callWords("Total")),
              callWords("Time of this path, with what it called"), QStringLiteral("total_ns"));
    addColumn(callWords("Share, %"), callWords("Of all time; the bar's dark part is self time"),
              {});
    addColumn(m_self.title(callWords("Self")),
              callWords("Time of this path without what it called"), QStringLiteral("self_ns"));
    addColumn(callWords("Calls"), callWords("How often this path was taken"),
              QStringLiteral("calls"));
    addColumn(m_mean.title(callWords("Mean")), callWords("Time of one call"),
              QStringLiteral("mean_ns"));
}

std::string_view CallTreeRows::functionName(std::uint32_t row) const {
    return m_tree->nameOf(function(row));
}

std::optional<Rgb> CallTreeRows::swatch(std::uint32_t row, const Theme& theme) const {
    return frameFill(theme, *m_tree, function(row));
}

double CallTreeRows::whole() const {
    return std::max(1.0, static_cast<double>(m_tree->calls.nodes[0].total));
}

std::uint32_t CallTreeRows::size() const {
    return static_cast<std::uint32_t>(m_tree->calls.nodes.size()) - 1;
}

std::int64_t CallTreeRows::number(std::uint32_t row, int column) const {
    const auto& made = node(row);
    switch (column) {
    case Self: return made.self;
    case Calls: return static_cast<std::int64_t>(made.calls);
    case Mean:
        return made.calls == 0 ? kNoNumber : made.total / static_cast<std::int64_t>(made.calls);
    default: return made.total;
    }
}

QString CallTreeRows::text(std::uint32_t row, int column) const {
    const auto& made = node(row);
    switch (column) {
    case Function: return functionText(row);
    case Total: return m_total.text(made.total);
    case Share: return shareText(static_cast<double>(made.total) / whole());
    case Self: return m_self.text(made.self);
    case Calls: return QString::fromStdString(model::formatCount(made.calls));
    default: break;
    }
    const auto mean = number(row, Mean);
    return mean == kNoNumber ? QString() : m_mean.text(mean);
}

std::optional<TableBar> CallTreeRows::bar(std::uint32_t row, int column) const {
    if (column != Share) return std::nullopt;
    return TableBar{static_cast<double>(node(row).total) / whole(),
                    static_cast<double>(node(row).self) / whole()};
}

bool CallTreeRows::hasChildren(std::uint32_t row) const {
    return !m_tree->calls.children[nodeOf(row)].empty();
}

void CallTreeRows::children(std::uint32_t row, std::vector<std::uint32_t>& into) const {
    for (const auto child : m_tree->calls.children[row == kRoot ? 0 : nodeOf(row)])
        into.push_back(child - 1);
}

}  // namespace kscope::views
