// SPDX-License-Identifier: GPL-3.0-or-later
/// zoneinfo, buddyinfo and pagetypeinfo: numbers of nodes and zones (formats.md 6.3, 6.4).
#include "parsers/procfs/proc_files.h"
#include "parsers/procfs/proc_shape.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <optional>
#include <string>

namespace kscope::parsers {

using model::CounterFile;
using model::SeriesKind;

namespace {

struct ZoneHead {
    std::string node;  ///< "node0"
    std::string zone;  ///< "DMA32"
    std::string type;  ///< "Movable"; "" where the line names none
    std::string_view rest;
};
/// "Node 0, zone    DMA32, type    Unmovable  1 2 …"
std::optional<ZoneHead> zoneHead(std::string_view line) {
    ZoneHead head;
    auto rest = line;
    if (takeWord(rest) != "Node") return std::nullopt;
    auto node = takeWord(rest);
    if (!node.ends_with(',') || !isDigits(node.substr(0, node.size() - 1))) return std::nullopt;
    node.remove_suffix(1);
    if (takeWord(rest) != "zone") return std::nullopt;
    auto zone = takeWord(rest);
    if (zone.empty()) return std::nullopt;
    head.node = "node" + std::string(node);
    if (zone.ends_with(',')) {
        zone.remove_suffix(1);
        if (takeWord(rest) != "type") return std::nullopt;
        head.type = takeWord(rest);
    }
    head.zone = zone;
    head.rest = rest;
    return head;
}

/// Where the reader of zoneinfo stands.
struct ZonePlace {
    std::string node;
    std::string zone;  ///< Row: "node0/DMA32".
    std::string cpu;   ///< "cpu0/" inside of a CPU's pageset.
    bool nodeStats = false;
    bool named = false;
};

/// "        protection: (0, 432, 432)": the numbers get their index.
void protection(ProcShape& shape, std::string_view rest) {
    std::size_t index = 0;
    while (!rest.empty()) {
        const auto begin = std::find_if(rest.begin(), rest.end(), isDigit);
        const auto end = std::find_if_not(begin, rest.end(), isDigit);
        if (begin == end) return;
        const auto at = static_cast<std::size_t>(begin - rest.begin());
        const auto size = static_cast<std::size_t>(end - begin);
        shape.number("protection/" + std::to_string(index++), rest.substr(at, size));
        rest.remove_prefix(at + size);
    }
}

/// "scanned  0 (a: 0 i: 0)" of old kernels: further numbers in parentheses have names.
void inParentheses(ProcShape& shape, const std::string& name, std::string_view rest) {
    while (true) {
        auto word = takeWord(rest);
        if (word.empty()) return;
        while (!word.empty() && (word.front() == '(' || word.front() == ',')) word.remove_prefix(1);
        while (!word.empty() && word.back() == ':') word.remove_suffix(1);
        auto value = takeWord(rest);
        while (!value.empty() && value.back() == ')') value.remove_suffix(1);
        if (!shape.number(name + "/" + std::string(word), value)) return;
    }
}

/// "    cpu: 0" and "    cpu: 0 pcp: 1" begin a CPU's pageset.
void pageset(ProcShape& shape, ZonePlace& place, std::string_view rest) {
    const auto cpu = takeWord(rest);
    if (!isDigits(cpu)) return;
    place.cpu = "cpu" + std::string(cpu) + "/";
    if (takeWord(rest) == "pcp:") place.cpu += "pcp" + std::string(takeWord(rest)) + "/";
    static_cast<void>(shape);
}

void zoneLine(ProcShape& shape, ZonePlace& place, std::string_view line) {
    auto rest = trim(line);
    if (rest == "per-node stats") {
        place.nodeStats = true;
        return;
    }
    if (rest == "pagesets") return;
    // The name may be of several words ("pages free", "vm stats threshold:"): up to the number.
    const auto digit = [](std::string_view text) {
        for (std::size_t i = 1; i < text.size(); ++i)
            if (isBlank(text[i - 1]) && (isDigit(text[i]) || text[i] == '(')) return i;
        return text.size();
    }(rest);
    auto name = trim(rest.substr(0, digit));
    const bool colon = name.ends_with(':');
    if (colon) name.remove_suffix(1);
    rest = rest.substr(digit);
    if (colon && name == "cpu") return pageset(shape, place, rest);
    if (colon && name == "protection") {
        shape.sameRow(place.zone);
        return protection(shape, rest);
    }
    if (name == "pages free") {
        place.nodeStats = false;
        name = "free";
    }
    const auto value = takeWord(rest);
    if (name.empty() || !isDigits(value)) return countUnread(shape, line);
    const bool ofCpu =
        colon && (name == "count" || name == "high" || name == "batch" || name == "high_min" ||
                  name == "high_max" || name == "vm stats threshold");
    shape.sameRow(place.nodeStats ? place.node : place.zone);
    const std::string column = (ofCpu ? place.cpu : "") + std::string(name);
    shape.number(column, value, vmNameKind(name, CounterFile::Zoneinfo));
    if (!trim(rest).empty()) inParentheses(shape, column, rest);
}

}  // namespace

void readZones(ProcShape& shape) {
    ZonePlace place;
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        if (auto head = zoneHead(line)) {
            place = {head->node, head->node + "/" + head->zone, {}, false, true};
            continue;
        }
        if (!place.named) {
            countUnread(shape, line);
            continue;
        }
        zoneLine(shape, place, line);
    }
}

namespace {

/// "Page block order: 9" and the like stand before the line that names the node.
struct Preface {
    std::string_view name;
    std::string_view value;
};
struct BlockTables {
    std::vector<Preface> prefaces;
    std::vector<std::string> types;  ///< Columns of the table of blocks.
    std::string table;               ///< "blocks/" or "mixed/"
};

std::string_view columnOfPreface(std::string_view name) {
    return name == "Page block order" ? "page_block_order" : "pages_per_block";
}

void freeRow(ProcShape& shape, const ZoneHead& head) {
    shape.sameRow(head.node + "/" + head.zone + (head.type.empty() ? "" : "/" + head.type));
    auto rest = head.rest;
    std::size_t order = 0;
    for (auto word = takeWord(rest); !word.empty(); word = takeWord(rest)) {
        if (word.front() == '>') {  // ">100000": counting more takes the zone's lock too long
            word.remove_prefix(1);
            ++shape.odd.capped;
        }
        if (!shape.number("order" + std::to_string(order), word)) {
            ++shape.odd.annotated;
            return;
        }
        ++order;
    }
}

void blockRow(ProcShape& shape, const ZoneHead& head, const BlockTables& tables) {
    shape.sameRow(head.node + "/" + head.zone);
    auto rest = head.rest;
    for (std::size_t i = 0; i < tables.types.size(); ++i) {
        const auto word = takeWord(rest);
        if (word.empty() || !shape.number(tables.table + tables.types[i], word)) return;
    }
}

}  // namespace

void readFreeBlocks(ProcShape& shape) {
    BlockTables tables;
    const auto openTable = [&](std::string_view line, std::string_view begin, const char* name) {
        if (!trim(line).starts_with(begin)) return false;
        tables.types.clear();
        auto rest = trim(line).substr(begin.size());
        for (auto word = takeWord(rest); !word.empty(); word = takeWord(rest))
            tables.types.emplace_back(word);
        tables.table = name;
        return true;
    };
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        if (auto head = zoneHead(line)) {
            for (const auto& preface : tables.prefaces) {
                shape.sameRow(head->node);
                shape.number(columnOfPreface(preface.name), preface.value);
            }
            tables.prefaces.clear();
            if (head->type.empty() && !tables.types.empty()) blockRow(shape, *head, tables);
            else freeRow(shape, *head);
            continue;
        }
        const auto colon = line.find(':');
        const auto name = trim(line.substr(0, colon));
        if (name == "Page block order" || name == "Pages per block") {
            tables.prefaces.push_back({name, trim(line.substr(colon + 1))});
            tables.types.clear();
        } else if (openTable(line, "Number of blocks type", "blocks/") ||
                   openTable(line, "Number of mixed blocks", "mixed/")) {
        } else if (!trim(line).starts_with("Free pages count per migrate type")) {
            countUnread(shape, line);
        }
    }
}

/// "Node 0, zone      DMA -1.000 -1.000 …": a number of thousandths an order (formats.md 6.11).
void readIndices(ProcShape& shape) {
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        auto head = zoneHead(line);
        if (!head || !head->type.empty()) {
            countUnread(shape, line);
            continue;
        }
        shape.sameRow(head->node + "/" + head->zone);
        std::size_t order = 0;
        for (auto word = takeWord(head->rest); !word.empty(); word = takeWord(head->rest)) {
            if (!shape.number("order" + std::to_string(order), word, SeriesKind::Signed)) {
                ++shape.odd.annotated;
                break;
            }
            ++order;
        }
    }
}

}  // namespace kscope::parsers
