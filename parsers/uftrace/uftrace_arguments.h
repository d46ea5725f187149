// SPDX-License-Identifier: GPL-3.0-or-later
/// Arguments and return values of uftrace records: their layout stands in specs, not in the data.
#pragma once

#include "parsers/uftrace/uftrace_directory.h"
#include "parsers/uftrace/uftrace_header.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::parsers {

/// Names of an enumeration's values, largest value first.
using UftraceEnum = std::vector<std::pair<std::int64_t, std::string>>;

struct UftraceField {
    char format = 'A';       ///< i u x o c p e f s S t, or A (also written d): by its value.
    std::uint32_t size = 8;  ///< Bytes of the value.
    std::string type{};      ///< Of e and t: the name of the enumeration or structure.
    std::shared_ptr<const UftraceEnum> names{};  ///< Of e, where they are known.
};
using UftraceFields = std::vector<UftraceField>;

class UftraceArguments {
public:
    void load(const UftraceDirectory& directory, const UftraceInfo& info);
    /// Layout of what a function's entry (exit) holds; null where no spec names it.
    [[nodiscard]] const UftraceFields* ofEntry(std::string_view symbol,
                                               std::string_view shown) const;
    [[nodiscard]] const UftraceFields* ofExit(std::string_view symbol,
                                              std::string_view shown) const;
    /// Bytes of `data` that the fields take, without the padding to eight; nothing where they do
    /// not fit.
    [[nodiscard]] static std::optional<std::size_t> lengthOf(const UftraceFields& fields,
                                                             std::string_view data);
    /// What a pointer points to; empty: nothing that has a name.
    using PointerName = std::function<std::string(std::uint64_t)>;
    /// "2, \"hello\", &main" as replay prints it.
    [[nodiscard]] static std::string text(const UftraceFields& fields, std::string_view data,
                                          const PointerName& nameOf = {});

private:
    using Specs = std::map<std::string, UftraceFields, std::less<>>;
    void readSpecs(const std::vector<std::string>& lines, Specs& arguments, Specs& returns);
    void readDebugFile(std::string_view text);
    /// "enum color { RED, GREEN = 4, };" once or more.
    void readEnums(std::string_view text);
    void nameEnums();
    Specs m_arguments, m_returns;            // asked for
    Specs m_debugArguments, m_debugReturns;  // .dbg
    Specs m_autoArguments, m_autoReturns;
    std::map<std::string, std::shared_ptr<const UftraceEnum>, std::less<>> m_enums;
    std::size_t m_enumNames = 0;  // of all enumerations
};

}  // namespace kscope::parsers
