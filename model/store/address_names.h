// SPDX-License-Identifier: GPL-3.0-or-later
/// Names of kernel addresses that a source left as numbers.
#pragma once

#include "model/store/source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kscope::model {

class AddressNames {
public:
    virtual ~AddressNames() = default;
    struct Found {
        std::string_view symbol;
        std::uint64_t offset = 0;  ///< From its begin.
    };
    /// Nothing where no function of the kernel lies there.
    [[nodiscard]] virtual std::optional<Found> find(std::uint64_t address) const = 0;
};
using AddressNamesPtr = std::shared_ptr<const AddressNames>;

/// What a function is called whose name is an address alone: "<ffffffff811000>", "0xffffffff811000"
/// or the digits. Others as they are.
[[nodiscard]] std::string namedFunction(const AddressNames& names, std::string_view function);
/// Each address in `text` as "vfs_read+0x1c", or "vfs_read" where it is the function's first byte.
[[nodiscard]] std::string namedText(const AddressNames& names, std::string_view text);
/// The same source; arguments and kernel stacks of its events are named, its lines are not.
[[nodiscard]] std::shared_ptr<const EventSource>
namedSource(std::shared_ptr<const EventSource> source, AddressNamesPtr names);

}  // namespace kscope::model
