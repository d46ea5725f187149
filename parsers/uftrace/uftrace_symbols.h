// SPDX-License-Identifier: GPL-3.0-or-later
/// Names of the addresses in uftrace data: memory maps, symbol files, kallsyms.
#pragma once

#include "parsers/uftrace/uftrace_directory.h"
#include "parsers/uftrace/uftrace_header.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kscope::parsers {

/// A C++ name as uftrace prints it: without parameters and template arguments. Others as they are.
[[nodiscard]] std::string demangledName(std::string_view symbol);

struct UftraceSymbol {
    std::uint64_t address = 0;
    std::uint64_t size = 0;  ///< 0: up to the next one.
    std::string_view name;   ///< Empty: ends the one before.
    bool data = false;       ///< A variable: names no function.
};

enum class SymbolUse : std::uint8_t { Function, Pointer };

class UftraceSymbolTable {
public:
    /// Reads a .sym file or kallsyms text.
    explicit UftraceSymbolTable(std::string text, std::string file = {});
    /// One past the last address that has a name; 0 where none has.
    [[nodiscard]] std::uint64_t end() const noexcept;
    /// Functions only, unless variables are asked for.
    [[nodiscard]] const UftraceSymbol* find(std::uint64_t address,
                                            SymbolUse use = SymbolUse::Function) const;
    [[nodiscard]] std::string_view path() const noexcept { return m_path; }
    [[nodiscard]] std::string_view buildId() const noexcept { return m_buildId; }
    /// Older files do not say whose they are: MODULE.sym or MODULE-HHHH.sym is meant.
    [[nodiscard]] bool namedAs(std::string_view module) const;

private:
    std::string m_text;  // names point into it
    std::string m_file;  // its own name
    std::string_view m_path;
    std::string_view m_buildId;
    std::vector<UftraceSymbol> m_symbols;  // ascending
};

/// All that names addresses of a directory. Immutable once loaded.
class UftraceSymbols {
public:
    void load(const UftraceDirectory& directory, const UftraceInfo& info,
              const UftraceTasks& tasks);
    /// Number of the scope that `pid` was in at `time`: the part of a session in which an address
    /// has one name. It ends where a library is opened in the place of one that was closed. −1
    /// where there is none.
    [[nodiscard]] int scopeAt(std::int64_t pid, std::int64_t time) const;
    /// When the process's scope changes next after `time`; INT64_MAX: never.
    [[nodiscard]] std::int64_t scopeUntil(std::int64_t pid, std::int64_t time) const;
    struct Found {
        std::string_view symbol;  ///< As in the table; empty: none.
        std::string_view module;  ///< Path.
    };
    [[nodiscard]] Found user(int scope, std::uint64_t address, std::int64_t time,
                             SymbolUse use = SymbolUse::Function) const;
    [[nodiscard]] Found kernel(std::uint64_t address) const;
    /// Maps that are not there, and programs without a file of symbols.
    [[nodiscard]] const std::vector<std::string>& missingFiles() const noexcept {
        return m_missing;
    }
    /// Raw symbols of a module's table whose name may stand in argument specs.
    [[nodiscard]] std::size_t tables() const noexcept { return m_tables.size(); }

private:
    struct Region {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        std::uint64_t offset = 0;
        std::uint64_t base = 0;  ///< Where the module begins.
        std::string path;
        const UftraceSymbolTable* table = nullptr;
    };
    struct Library {
        Region region;
        std::int64_t since = 0;  ///< When dlopen() returned.
    };
    struct Session {
        std::int64_t time = 0;
        std::int64_t pid = -1;
        std::string id;
        std::vector<Region> regions;        ///< Of the map; ascending by begin.
        std::vector<Library> libraries;     ///< Ascending by begin, then by time.
        std::uint64_t reach = 0;            ///< Size of the largest library.
        std::vector<std::int64_t> changes;  ///< When a scope ends and the next begins.
        int firstScope = 0;
    };
    void readMap(std::string_view text, Session& session);
    void addLibraries(const UftraceTasks& tasks, Session& session) const;
    [[nodiscard]] int sessionAt(std::int64_t pid, std::int64_t time) const;
    [[nodiscard]] static std::vector<const Region*>
    regionsOf(const Session& session, std::uint64_t address, std::int64_t time);
    [[nodiscard]] const UftraceSymbolTable* tableOf(std::string_view path,
                                                    std::string_view buildId) const;

    std::vector<std::unique_ptr<UftraceSymbolTable>> m_tables;
    std::unique_ptr<UftraceSymbolTable> m_kernel;
    std::vector<Session> m_sessions;
    std::vector<std::size_t> m_sessionOf;  // by scope
    struct Parent {
        std::int64_t pid = -1;
        std::int64_t time = 0;  ///< Of the fork.
    };
    std::unordered_map<std::int64_t, Parent> m_parents;  // process → who forked it
    bool m_relative = true;
    std::vector<std::string> m_missing;
};

}  // namespace kscope::parsers
