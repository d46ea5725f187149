// SPDX-License-Identifier: GPL-3.0-or-later
/// How a function says that it failed: a value or an error with words for a person.
#pragma once

#include <tl/expected.hpp>

#include <string>

namespace kscope::model {

/// One line, lower case, no full stop: what was found, what was wanted, what to try.
struct Error {
    std::string message;
};
template <class T> using Result = tl::expected<T, Error>;
[[nodiscard]] inline tl::unexpected<Error> failure(std::string message) {
    return tl::unexpected(Error{std::move(message)});
}

}  // namespace kscope::model
