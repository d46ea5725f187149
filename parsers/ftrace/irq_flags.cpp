// SPDX-License-Identifier: GPL-3.0-or-later
/// Letters of kernel/trace/trace_output.c trace_print_lat_fmt (6.1 to 7.2) and of RT-patched
/// kernels.
#include "parsers/ftrace/irq_flags.h"

#include "parsers/text/scan.h"

namespace kscope::parsers {
namespace {

using Column = FtraceLayout::FlagColumn;
using Columns = std::array<Column, 8>;

constexpr Columns columnsOfWidth(std::size_t width) {
    switch (width) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
        return {Column::IrqsOff, Column::NeedResched, Column::Context, Column::Depth,
                Column::MigrateDisable};
    case 6:  // RT: a lazy column behind need-resched
        return {Column::IrqsOff, Column::NeedResched, Column::Lazy,
                Column::Context, Column::Depth,       Column::MigrateDisable};
    default:  // and a lazy depth
        return {Column::IrqsOff, Column::NeedResched, Column::Lazy,           Column::Context,
                Column::Depth,   Column::Other,       Column::MigrateDisable, Column::Other};
    }
}

constexpr unsigned irqsOff(char c) {
    switch (c) {
    case 'd': return 1;
    case 'b': return 2;
    case 'D': return 3;
    default: return 0;  // '.', and X: the architecture cannot tell
    }
}
constexpr unsigned needResched(char c) {
    switch (c) {
    case 'N': return 1;
    case 'n': return 2;
    case 'p': return 3;
    case 'l': return 4;
    case 'b': return 5;
    case 'L': return 6;
    case 'B': return 7;
    default: return 0;
    }
}
constexpr unsigned context(char c) {
    switch (c) {
    case 's': return 1;
    case 'h': return 2;
    case 'H': return 3;
    case 'z': return 4;
    case 'Z': return 5;
    default: return 0;
    }
}
constexpr unsigned depth(char c) {
    if (isDigit(c)) return static_cast<unsigned>(c - '0');
    return isHexDigit(c) ? static_cast<unsigned>((c | 0x20) - 'a' + 10) : 0;
}

}  // namespace

model::EventFlags readIrqFlags(std::string_view flags, const FtraceLayout& layout) {
    // Uprobe entries of 6.1 and 6.12 are written with all bits set: they say nothing.
    if (flags.size() < 3 || flags.size() > 8 || flags == "DNZff") return model::kNoFlags;
    // Before 5.15 the depth is a byte and takes two digits from 16 on; 15 is the most that is kept.
    if (layout.legendWidth == 4 && flags.size() == 5 && layout.legend[3] == Column::Depth &&
        isHexDigit(flags[3]) && isHexDigit(flags[4]))
        return readIrqFlags(std::string(flags.substr(0, 3)) + 'f', layout);
    const Columns columns =
        layout.legendWidth == flags.size() ? layout.legend : columnsOfWidth(flags.size());
    unsigned bits = 0;
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const char c = flags[i];
        switch (columns[i]) {
        case Column::IrqsOff: bits |= irqsOff(c); break;
        case Column::NeedResched: bits |= needResched(c) << 2; break;
        case Column::Lazy: bits |= c != '.' && (bits >> 2 & 7u) == 0 ? 4u << 2 : 0u; break;
        case Column::Context: bits |= context(c) << 5; break;
        case Column::Depth: bits |= depth(c) << 8; break;
        case Column::MigrateDisable: bits |= depth(c) << 12; break;
        case Column::None:
        case Column::Other: break;
        }
    }
    return model::EventFlags{static_cast<std::uint16_t>(bits)};
}

bool readLegendLine(std::string_view line, FtraceLayout& layout) {
    const std::size_t arrow = line.find("=> ");
    if (arrow == line.npos || line.find("_-") > arrow) return false;
    const auto words = trim(line.substr(arrow + 3));
    if (words == "CPU#") return true;
    if (layout.legendWidth >= layout.legend.size()) return true;
    Column column = Column::Other;
    if (words.starts_with("irqs-off")) column = Column::IrqsOff;
    if (words.starts_with("need-resched"))
        column = words.find("lazy") == words.npos ? Column::NeedResched : Column::Lazy;
    if (words == "hardirq/softirq") column = Column::Context;
    if (words == "preempt-depth") column = Column::Depth;
    if (words == "migrate-disable") column = Column::MigrateDisable;
    layout.legend[layout.legendWidth++] = column;
    return true;
}

}  // namespace kscope::parsers
