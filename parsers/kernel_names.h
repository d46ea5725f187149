// SPDX-License-Identifier: GPL-3.0-or-later
/// kallsyms and System.map: which kernel function lies at which address.
#pragma once

#include "model/store/address_names.h"

#include <string>

namespace kscope::parsers {

/// Reads "ffffffff81000000 T _stext" a line, of a module with "\t[name]" behind it
/// (kernel/kallsyms.c). Fails with one line where the file holds no such addresses: a reader
/// without privileges is shown zeros.
[[nodiscard]] model::Result<model::AddressNamesPtr> readKernelNames(const std::string& path);

}  // namespace kscope::parsers
