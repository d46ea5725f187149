// SPDX-License-Identifier: GPL-3.0-or-later
/// The fields of an event's argument text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kscope::model {

struct Field {
    std::string name;
    std::string value;
};
/// Splits `args` as formats.md 1.11–1.15 says: known events by anchors from both ends (a comm may
/// hold blanks and '='), others by key=value; text without keys gives one field "text". trace-cmd's
/// own shapes get the kernel's field names.
[[nodiscard]] std::vector<Field> eventFields(std::string_view eventName, std::string_view args);

}  // namespace kscope::model
