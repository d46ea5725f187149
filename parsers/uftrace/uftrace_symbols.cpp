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
constexpr std::uint64_t kUnknownReach = 1u << 30;
constexpr std::size_t kMostChanges = 10'000;     // scopes are told in 15 bits
constexpr std::size_t kMostAtOnePlace = 1000;    // libraries, one after the other
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

std::uint64_t UftraceSymbolTable::end() const noexcept {
    return m_symbols.empty()
               ? 0
               : m_symbols.back().address + std::max<std::uint64_t>(m_symbols.back().size, 1);
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
        Session session;
        session.time = found.time;
        session.pid = found.pid;
        session.id = found.id;
        if (const auto map = directory.file("sid-" + found.id + ".map"))
            readMap(map->text(kMostMapBytes), session);
        else m_missing.push_back("sid-" + found.id + ".map is missing");
        const auto program = std::ranges::find(session.regions, found.exename, &Region::path);
        if (program != session.regions.end() && program->table == nullptr)
            m_missing.push_back("no .sym file of " + std::string(baseName(found.exename)));
        std::ranges::stable_sort(session.regions, {}, &Region::begin);
        addLibraries(tasks, session);
        m_sessions.push_back(std::move(session));
    }
    std::ranges::stable_sort(m_sessions, {}, &Session::time);
    for (std::size_t i = 0; i < m_sessions.size(); ++i) {
        m_sessions[i].firstScope = static_cast<int>(m_sessionOf.size());
        m_sessionOf.insert(m_sessionOf.end(), m_sessions[i].changes.size() + 1, i);
    }
}

void UftraceSymbols::addLibraries(const UftraceTasks& tasks, Session& session) const {
    std::map<std::uint64_t, std::uint64_t> taken;  // disjoint: begin → end
    auto& all = session.libraries;
    for (const auto& library : tasks.libraries) {
        if (library.session != session.id) continue;
        const auto* const table = tableOf(library.name, {});
        // How far it reaches its names tell; without a file of them nothing else does.
        const auto size = table != nullptr && m_relative ? table->end() : kUnknownReach;
        all.push_back({.region = {.begin = library.base,
                                  .end = library.base + std::min(size, ~library.base),
                                  .offset = 0,
                                  .base = library.base,
                                  .path = library.name,
                                  .table = table},
                       .since = library.time});
    }
    std::ranges::stable_sort(all, {}, &Library::since);
    for (const auto& [region, since] : all) {
        session.reach = std::max(session.reach, region.end - region.begin);
        if (region.table == nullptr) continue;
        auto begin = region.begin, end = region.end;
        auto at = taken.upper_bound(begin);
        if (at != taken.begin() && std::prev(at)->second > begin) --at;
        const bool reused = at != taken.end() && at->first < end;
        for (; at != taken.end() && at->first < end; at = taken.erase(at)) {
            begin = std::min(begin, at->first);
            end = std::max(end, at->second);
        }
        taken.emplace(begin, end);
        if (reused && session.changes.size() < kMostChanges) session.changes.push_back(since);
    }
    std::ranges::stable_sort(all, {}, [](const Library& each) { return each.region.begin; });
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

int UftraceSymbols::scopeAt(std::int64_t pid, std::int64_t time) const {
    const auto number = sessionAt(pid, time);
    if (number < 0) return number;
    const auto& session = m_sessions[static_cast<std::size_t>(number)];
    return session.firstScope + static_cast<int>(std::ranges::upper_bound(session.changes, time) -
                                                 session.changes.begin());
}

std::int64_t UftraceSymbols::scopeUntil(std::int64_t pid, std::int64_t time) const {
    std::int64_t until = INT64_MAX;
    for (const auto& session : m_sessions)
        if (session.pid == pid && session.time > time) until = std::min(until, session.time);
    if (const auto number = sessionAt(pid, time); number >= 0) {
        const auto& changes = m_sessions[static_cast<std::size_t>(number)].changes;
        const auto next = std::ranges::upper_bound(changes, time);
        if (next != changes.end()) until = std::min(until, *next);
    }
    return until;
}

/// What may have been at `address` then, the likeliest first: what the session began with, else
/// the libraries opened before, the latest first, else those opened later: constructors run before
/// dlopen() returns.
std::vector<const UftraceSymbols::Region*>
UftraceSymbols::regionsOf(const Session& session, std::uint64_t address, std::int64_t time) {
    const auto& regions = session.regions;
    const auto behind = std::ranges::upper_bound(regions, address, {}, &Region::begin);
    const Region* const own = behind != regions.begin() && address < std::prev(behind)->end
                                  ? &*std::prev(behind)
                                  : nullptr;
    if (own != nullptr && own->table != nullptr) return {own};
    std::vector<const Library*> found;
    const auto& libraries = session.libraries;
    auto at = std::ranges::upper_bound(libraries, address, {},
                                       [](const Library& each) { return each.region.begin; });
    while (at != libraries.begin() && found.size() < kMostAtOnePlace) {
        --at;
        if (address - at->region.begin >= session.reach) break;
        if (address < at->region.end) found.push_back(&*at);
    }
    std::ranges::stable_sort(found, [time](const Library* a, const Library* b) {
        const bool before = a->since <= time;
        if (before != (b->since <= time)) return before;
        return before ? a->since > b->since : a->since < b->since;
    });
    std::vector<const Region*> sorted;
    for (const auto* library : found) sorted.push_back(&library->region);
    if (own != nullptr) sorted.push_back(own);
    return sorted;
}

UftraceSymbols::Found UftraceSymbols::user(int scope, std::uint64_t address, std::int64_t time,
                                           SymbolUse use) const {
    if (scope < 0 || static_cast<std::size_t>(scope) >= m_sessionOf.size()) return {};
    Found found;
    for (const auto* const place :
         regionsOf(m_sessions[m_sessionOf[static_cast<std::size_t>(scope)]], address, time)) {
        if (found.module.empty()) found.module = place->path;
        if (place->table == nullptr) continue;
        const auto* symbol = place->table->find(m_relative ? address - place->base : address, use);
        if (symbol == nullptr && !m_relative)
            symbol = place->table->find(address - place->base, use);
        if (symbol != nullptr) return {.symbol = symbol->name, .module = place->path};
    }
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
