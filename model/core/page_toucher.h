// SPDX-License-Identifier: GPL-3.0-or-later
/// Asks the kernel for the pages of memory that is about to be filled, on a thread of its own:
/// clearing them costs as much as what they are filled with.
#pragma once

#include <cstddef>
#include <span>
#include <thread>
#include <vector>

namespace kscope::model {

/// Goes through all of `memory` at the same pace, each from its begin, until it is through or
/// destroyed. What the bytes hold stays as it is, so that others may write them meanwhile. Where
/// the kernel can't (before Linux 5.14) or there is little memory it does nothing. Memory
/// that is given back meanwhile does no harm.
class PageToucher {
public:
    explicit PageToucher(std::vector<std::span<std::byte>> memory);

private:
    std::jthread m_thread;
};

}  // namespace kscope::model
