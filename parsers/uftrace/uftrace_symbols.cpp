// SPDX-License-Identifier: GPL-3.0-or-later
/// Loads symbol files and maps, and looks addresses up (utils/symbol.c, utils/session.c).
#include "parsers/uftrace/uftrace_symbols.h"

#include "parsers/text/number.h"

#include <algorithm>

namespace kscope::parsers {
namespace {

constexpr std::size_t kMostSymbolBytes = 256u << 20;  // of one file; a kernel's are 10 MiB
constexpr std::size_t kMostMapBytes = 16u << 20;
constexpr std::size_t kMostRegions = 100'000;
constexpr std::uint64_t kKernelReach = 1 << 20;  // an address further behind a symbol is not of it

std::string_view nextSymbolLine(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return trimRight(line);
}

std::string_view takeWord(std::string_view& line) {
    line = trimLeft(line);
    const auto end = std::min(line.find_first_of(" \t"), line.size());
    const auto word = line.substr(0, end);
    line.remove_prefix(end);
    return word;
}

std::string_view baseName(std::string_view path) {
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace

UftraceSymbolTable::UftraceSymbolTable(std::string text, std::string file)
    : m_text(std::move(text)),
      m_file(std::move(file)) {
    // "name\t[module]" of kallsyms, which the kernel's tracers print with a blank.
    if (m_file == "kallsyms") std::ranges::replace(m_text, '\t', ' ');
    std::string_view rest = m_text;
    while (!rest.empty()) {
        auto line = nextSymbolLine(rest);
        if (line.starts_with("# path name: ")) m_path = line.substr(13);
        if (line.starts_with("# build-id: ")) m_buildId = line.substr(12);
        if (line.empty() || line[0] == '#') continue;
        const auto address = wholeHex(takeWord(line));
        if (!address) continue;
        auto type = takeWord(line);
        std::uint64_t size = 0;
        if (type.size() == 8) {  // sizes since 0.14
            size = wholeHex(type).value_or(0);
            type = takeWord(line);
        }
        if (type.size() != 1) continue;
        const auto name = trim(line);
        const bool code = std::string_view("TtwWPKiu").find(type[0]) != std::string_view::npos;
        const bool data = std::string_view("DdBbVvRr").find(type[0]) != std::string_view::npos;
        m_symbols.push_back({*address, size, code || data ? name : std::string_view{}, data});
    }
    std::ranges::stable_sort(m_symbols, {}, &UftraceSymbol::address);
}

bool UftraceSymbolTable::namedAs(std::string_view module) const {
    std::string_view stem = m_file;
    if (module.empty() || !m_path.empty() || !stem.ends_with(".sym")) return false;
    stem.remove_suffix(4);
    if (!stem.starts_with(module)) return false;
    stem.remove_prefix(module.size());
    return stem.empty() || (stem[0] == '-' && wholeHex(stem.substr(1)).has_value());
}

const UftraceSymbol* UftraceSymbolTable::find(std::uint64_t address, SymbolUse use) const {
    const auto after = std::ranges::upper_bound(m_symbols, address, {}, &UftraceSymbol::address);
    if (after == m_symbols.begin()) return nullptr;
    auto at = after - 1;
    // Aliases share an address: the first of them in the file is the one uftrace prints.
    while (at != m_symbols.begin() && (at - 1)->address == at->address && !(at - 1)->name.empty())
        --at;
    if (at->name.empty() || (at->data && use == SymbolUse::Function)) return nullptr;
    if (after == m_symbols.end() && at->address != address &&
        (at->size == 0 || address - at->address >= at->size))
        return nullptr;
    return &*at;
}

void UftraceSymbols::load(const UftraceDirectory& directory, const UftraceInfo& info,
                          const UftraceTasks& tasks) {
    m_relative = info.relativeSymbols();
    for (const auto& name : directory.names()) {
        if (!name.ends_with(".sym") && name != "kallsyms") continue;
        const auto file = directory.file(name);
        if (!file) continue;
        auto table = std::make_unique<UftraceSymbolTable>(file->text(kMostSymbolBytes), name);
        if (name == "kallsyms") m_kernel = std::move(table);
        else m_tables.push_back(std::move(table));
    }
    for (const auto& task : tasks.tasks)
        if (task.parent >= 0) m_parents.try_emplace(task.pid, Parent{task.parent, task.time});
    for (const auto& found : tasks.sessions) {
        Session session{.time = found.time, .pid = found.pid, .id = found.id, .regions = {}};
        if (const auto map = directory.file("sid-" + found.id + ".map"))
            readMap(map->text(kMostMapBytes), session);
        else m_missing.push_back("sid-" + found.id + ".map is missing");
        const auto program = std::ranges::find(session.regions, found.exename, &Region::path);
        if (program != session.regions.end() && program->table == nullptr)
            m_missing.push_back("no .sym file of " + std::string(baseName(found.exename)));
        for (const auto& library : tasks.libraries) {
            if (library.session != found.id) continue;
            session.regions.push_back({.begin = library.base,
                                       .end = library.base + (1u << 30),
                                       .offset = 0,
                                       .base = library.base,
                                       .path = library.name,
                                       .since = library.time,
                                       .table = tableOf(library.name, {})});
        }
        std::ranges::stable_sort(session.regions, {}, &Region::begin);
        m_sessions.push_back(std::move(session));
    }
    std::ranges::stable_sort(m_sessions, {}, &Session::time);
}

/// "/proc/PID/maps" lines: begin-end perms offset dev inode path [build-id:HEX]
void UftraceSymbols::readMap(std::string_view text, Session& session) {
    while (!text.empty() && session.regions.size() < kMostRegions) {
        auto line = nextSymbolLine(text);
        const auto range = takeWord(line);
        const auto dash = range.find('-');
        if (dash == range.npos) continue;
        const auto begin = wholeHex(range.substr(0, dash));
        const auto end = wholeHex(range.substr(dash + 1));
        (void)takeWord(line);
        const auto offset = wholeHex(takeWord(line));
        (void)takeWord(line);
        (void)takeWord(line);
        auto path = trim(line);
        std::string_view buildId;
        if (const auto id = path.rfind(" build-id:"); id != path.npos) {
            buildId = trim(path.substr(id + 10));
            path = trimRight(path.substr(0, id));
        }
        if (!begin || !end || path.empty()) continue;
        Region region{.begin = *begin,
                      .end = *end,
                      .offset = offset.value_or(0),
                      .base = *begin - std::min(*begin, offset.value_or(0)),
                      .path = std::string(path),
                      .since = INT64_MIN,
                      .table = tableOf(path, buildId)};
        session.regions.push_back(std::move(region));
    }
}

const UftraceSymbolTable* UftraceSymbols::tableOf(std::string_view path,
                                                  std::string_view buildId) const {
    const UftraceSymbolTable* byName = nullptr;
    for (const auto& table : m_tables) {
        if (table->path() == path &&
            (buildId.empty() || table->buildId().empty() || table->buildId() == buildId))
            return table.get();
        if (byName == nullptr && table->path() == path) byName = table.get();
        if (byName == nullptr && table->namedAs(baseName(path))) byName = table.get();
    }
    return byName;
}

int UftraceSymbols::sessionAt(std::int64_t pid, std::int64_t time) const {
    // A process without a session of its own has that of the one that forked it.
    int later = -1;
    for (int generation = 0; generation < 64; ++generation) {
        int found = -1;
        for (std::size_t i = 0; i < m_sessions.size(); ++i) {
            if (m_sessions[i].pid != pid) continue;
            if (m_sessions[i].time <= time) found = static_cast<int>(i);
            else if (later < 0) later = static_cast<int>(i);
        }
        if (found >= 0) return found;
        const auto parent = m_parents.find(pid);
        if (parent == m_parents.end()) break;
        pid = parent->second.pid;
        time = std::min(time, parent->second.time);
    }
    if (later >= 0) return later;
    return m_sessions.empty() ? -1 : 0;
}

std::int64_t UftraceSymbols::sessionUntil(std::int64_t pid, std::int64_t time) const {
    std::int64_t until = INT64_MAX;
    for (const auto& session : m_sessions)
        if (session.pid == pid && session.time > time) until = std::min(until, session.time);
    return until;
}

UftraceSymbols::Found UftraceSymbols::user(int session, std::uint64_t address, std::int64_t time,
                                           SymbolUse use) const {
    if (session < 0 || static_cast<std::size_t>(session) >= m_sessions.size()) return {};
    const auto& regions = m_sessions[static_cast<std::size_t>(session)].regions;
    const Region* place = nullptr;
    for (auto at = std::ranges::upper_bound(regions, address, {}, &Region::begin);
         at != regions.begin();) {
        --at;
        if (address >= at->end) {
            if (at->since == INT64_MIN) break;
            continue;
        }
        // A library's constructors run before its DLOP is written: what is opened later tells
        // their names, unless something else was there.
        place = &*at;
        if (at->since <= time) break;
    }
    if (place == nullptr) return {};
    Found found{.symbol = {}, .module = place->path};
    if (place->table == nullptr) return found;
    const auto* symbol = place->table->find(m_relative ? address - place->base : address, use);
    if (symbol == nullptr && !m_relative) symbol = place->table->find(address - place->base, use);
    if (symbol != nullptr) found.symbol = symbol->name;
    return found;
}

UftraceSymbols::Found UftraceSymbols::kernel(std::uint64_t address) const {
    Found found{.symbol = {}, .module = "[kernel]"};
    if (!m_kernel) return found;
    const auto* symbol = m_kernel->find(address);
    if (symbol != nullptr && address - symbol->address < kKernelReach) found.symbol = symbol->name;
    return found;
}

}  // namespace kscope::parsers
