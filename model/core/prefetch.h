// SPDX-License-Identifier: GPL-3.0-or-later
/// Asks for memory before it is needed: many lanes grow at once, and no cache holds the ends of
/// all.
#pragma once

namespace kscope::model {

/// Any address will do, also null and one past an end.
inline void prefetchWrite([[maybe_unused]] const void* at) noexcept {
#if defined(__GNUC__)
    __builtin_prefetch(at, 1);
#endif
}

}  // namespace kscope::model
