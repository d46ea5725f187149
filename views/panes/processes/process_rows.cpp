// SPDX-License-Identifier: GPL-3.0-or-later
/// Cells of the table of processes.
#include "views/panes/processes/process_rows.h"

#include "model/core/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace kscope::views {

namespace {

QString words(const char* text) {
    return QCoreApplication::translate("kscope::views::ProcessRows", text);
}
QString plain(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
QString bytes(std::int64_t value) {
    return plain(model::formatBytes(static_cast<std::uint64_t>(std::max<std::int64_t>(0, value))));
}
QString count(std::int64_t value) {
    return plain(model::formatCount(static_cast<std::uint64_t>(std::max<std::int64_t>(0, value))));
}

std::vector<TableColumn> makeColumns() {
    const auto column = [](const char* title, const char* help, TableSide side, TableSort sort,
                           const char* exported, int width) {
        return TableColumn{.title = words(title),
                           .help = words(help),
                           .side = side,
                           .face = side == TableSide::Right ? TableFace::Mono : TableFace::Body,
                           .sort = sort,
                           .exportName = QLatin1String(exported),
                           .width = width,
                           .stretch = false};
    };
    using enum TableSide;
    using enum TableSort;
    return {column("Name", "The command's name (comm), at most 15 bytes", Left, Name, "comm", 176),
            column("Pid", "Number of the process", Right, Number, "pid", 64),
            column("Tid", "Number of the thread; of a process its own", Right, Number, "tid", 64),
            column("Parent", "Number of the process that began it", Right, Number, "ppid", 64),
            column("State", "What it does now", Left, Name, "state", 150),
            column("CPU", "Share of one CPU since the reading before", Right, Number,
                   "cpu_millionths", 128),
            column("Last on", "CPU that it ran on last", Right, Number, "last_cpu", 60),
            column("Nice", "−20 has most of the CPU, 19 least", Right, Number, "nice", 48),
            column("Policy", "How the scheduler treats it", Left, Name, "policy", 96),
            column("RSS", "Memory of it that is in RAM", Right, Number, "rss_bytes", 84),
            column("VSZ", "Addresses that it has asked for", Right, Number, "vsz_bytes", 84),
            column("Minor faults", "Pages mapped without a device; since the reading before", Right,
                   Number, "minor_faults", 92),
            column("Major faults", "Pages that a device had to bring; since the reading before",
                   Right, Number, "major_faults", 92),
            column("Waits in", "Function of the kernel where it sleeps (wchan)", Left, Name,
                   "wchan", 0)};
}

}  // namespace

ProcessRows::ProcessRows(model::ProcessListPtr list, model::ProcessListPtr before, Shape shape)
    : m_list(std::move(list)),
      m_before(std::move(before)),
      m_shape(shape) {
    for (const auto& row : m_list->rows) m_policies.push_back(model::policyWords(row));
    if (shape == Shape::Flat) return;
    const auto& rows = m_list->rows;
    const auto find = [&](model::Tid tid) {
        const auto at = std::ranges::lower_bound(rows, tid, {}, &model::ProcessRow::tid);
        return at == rows.end() || at->tid != tid ? kRoot
                                                  : static_cast<std::uint32_t>(at - rows.begin());
    };
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        // A thread stands under its process; who lost its parent, at the left.
        const auto above = rows[i].tgid != rows[i].tid ? rows[i].tgid : rows[i].parent;
        const auto parent = find(above);
        m_children[parent == i ? kRoot : parent].push_back(i);
    }
}

std::span<const TableColumn> ProcessRows::columns() const {
    static const std::vector<TableColumn> all = makeColumns();
    return all;
}

std::uint32_t ProcessRows::size() const { return static_cast<std::uint32_t>(m_list->rows.size()); }

/// Since the sample before where the process was in it, else since it began.
std::int64_t ProcessRows::faults(std::uint32_t row, std::int64_t model::ProcessRow::*member) const {
    const auto& now = m_list->rows[row];
    if (!m_before) return now.*member;
    const auto at = std::ranges::lower_bound(m_before->rows, now.tid, {}, &model::ProcessRow::tid);
    if (at == m_before->rows.end() || at->tid != now.tid || at->startTicks != now.startTicks)
        return now.*member;
    return now.*member - (*at).*member;
}

QString ProcessRows::text(std::uint32_t row, int column) const {
    const auto& p = m_list->rows[row];
    switch (static_cast<ProcessColumn>(column)) {
    case ProcessColumn::Name: return plain(p.comm);
    case ProcessColumn::Pid: return QString::number(raw(p.tgid));
    case ProcessColumn::Tid: return QString::number(raw(p.tid));
    case ProcessColumn::Parent: return QString::number(raw(p.parent));
    case ProcessColumn::State: return plain(model::processStateWords(p.state));
    case ProcessColumn::Cpu: return QString::number(p.cpu * 100, 'f', 1) + QStringLiteral(" %");
    case ProcessColumn::LastCpu: return p.lastCpu < 0 ? QString() : QString::number(p.lastCpu);
    case ProcessColumn::Nice: return QString::number(p.nice);
    case ProcessColumn::Policy: return plain(m_policies[row]);
    case ProcessColumn::Rss: return bytes(p.rssBytes);
    case ProcessColumn::Vsz: return bytes(p.vszBytes);
    case ProcessColumn::Minor: return count(faults(row, &model::ProcessRow::minorFaults));
    case ProcessColumn::Major: return count(faults(row, &model::ProcessRow::majorFaults));
    case ProcessColumn::Wchan: return plain(p.wchan);
    case ProcessColumn::Count_: break;
    }
    return {};
}

std::int64_t ProcessRows::number(std::uint32_t row, int column) const {
    const auto& p = m_list->rows[row];
    switch (static_cast<ProcessColumn>(column)) {
    case ProcessColumn::Pid: return raw(p.tgid);
    case ProcessColumn::Tid: return raw(p.tid);
    case ProcessColumn::Parent: return raw(p.parent);
    case ProcessColumn::Cpu: return std::llround(p.cpu * 1e6);
    case ProcessColumn::LastCpu: return p.lastCpu;
    case ProcessColumn::Nice: return p.nice;
    case ProcessColumn::Rss: return p.rssBytes;
    case ProcessColumn::Vsz: return p.vszBytes;
    case ProcessColumn::Minor: return faults(row, &model::ProcessRow::minorFaults);
    case ProcessColumn::Major: return faults(row, &model::ProcessRow::majorFaults);
    default: return kNoNumber;
    }
}

std::string_view ProcessRows::name(std::uint32_t row, int column) const {
    const auto& p = m_list->rows[row];
    switch (static_cast<ProcessColumn>(column)) {
    case ProcessColumn::Name: return p.comm;
    case ProcessColumn::State: return model::processStateWords(p.state);
    case ProcessColumn::Policy: return m_policies[row];
    case ProcessColumn::Wchan: return p.wchan;
    default: return {};
    }
}

std::uint64_t ProcessRows::identity(std::uint32_t row) const {
    const auto& p = m_list->rows[row];
    return p.startTicks << 24 ^ static_cast<std::uint64_t>(raw(p.tid));
}

std::optional<TableBar> ProcessRows::bar(std::uint32_t row, int column) const {
    if (static_cast<ProcessColumn>(column) != ProcessColumn::Cpu) return std::nullopt;
    const auto share = std::clamp(m_list->rows[row].cpu, 0.0, 1.0);
    if (share < 0.001) return std::nullopt;
    return TableBar{.share = share, .dark = 0};
}

std::optional<Rgb> ProcessRows::ink(std::uint32_t row, int column, const Theme& theme) const {
    const auto& p = m_list->rows[row];
    const auto which = static_cast<ProcessColumn>(column);
    if (which == ProcessColumn::State && p.state == 'D') return theme.statusError;
    if (which == ProcessColumn::State && p.state == 'R') return theme.text1;
    const bool zero = number(row, column) == 0 && which != ProcessColumn::LastCpu;
    if (which == ProcessColumn::State || zero) return theme.text3;
    return std::nullopt;
}

QString ProcessRows::tip(std::uint32_t row) const {
    const auto& p = m_list->rows[row];
    QStringList lines;
    lines << QStringLiteral("<b>%1</b> %2").arg(plain(p.comm).toHtmlEscaped()).arg(raw(p.tid))
          << plain(model::processStateWords(p.state)) +
                 (p.wchan.empty() ? QString() : words(", in ") + plain(p.wchan).toHtmlEscaped());
    lines << words("%1 of CPU time since it began, %2 threads")
                 .arg(plain(model::formatDuration(model::Duration{p.cpuNs})))
                 .arg(p.threads);
    if (p.voluntary != model::ProcessRow::kNotSaid)
        lines << words("gave up the CPU %1 times, was made to %2 times")
                     .arg(count(p.voluntary), count(p.forced));
    if (p.uid != model::ProcessRow::kNotSaid) lines << words("user %1").arg(p.uid);
    return lines.join(QStringLiteral("<br>"));
}

ItemTold ProcessRows::told(std::uint32_t row) const {
    const auto& p = m_list->rows[row];
    ItemTold told;
    told.title = plain(p.comm) + QStringLiteral("  ") + QString::number(raw(p.tid));
    told.lines << plain(model::processStateWords(p.state)) +
                      (p.wchan.empty() ? QString() : words(", in ") + plain(p.wchan));
    for (int column = 0; column < static_cast<int>(ProcessColumn::Count_); ++column)
        if (const auto value = text(row, column); !value.isEmpty())
            told.facts.emplace_back(columns()[static_cast<std::size_t>(column)].title, value);
    told.facts.emplace_back(words("CPU time"),
                            plain(model::formatDuration(model::Duration{p.cpuNs})));
    told.facts.emplace_back(words("Threads"), QString::number(p.threads));
    if (p.voluntary != model::ProcessRow::kNotSaid) {
        told.facts.emplace_back(words("Gave up the CPU"), count(p.voluntary));
        told.facts.emplace_back(words("Was made to"), count(p.forced));
    }
    if (p.uid != model::ProcessRow::kNotSaid)
        told.facts.emplace_back(words("User"), QString::number(p.uid));
    return told;
}

bool ProcessRows::hasChildren(std::uint32_t row) const { return m_children.contains(row); }

void ProcessRows::children(std::uint32_t row, std::vector<std::uint32_t>& into) const {
    if (const auto found = m_children.find(row); found != m_children.end())
        into.insert(into.end(), found->second.begin(), found->second.end());
}

}  // namespace kscope::views
