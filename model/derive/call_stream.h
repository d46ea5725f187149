// SPDX-License-Identifier: GPL-3.0-or-later
/// Pairs the edges of one task, or of one stretch of them. Internal to model/derive.
#pragma once

#include "model/derive/calls.h"

#include <algorithm>
#include <span>
#include <vector>

namespace kscope::model {

/// Calls are written into an array that is the task's own; several stretches of a task are paired
/// side by side, each in its place of the array. A stretch that is not the first begins with the
/// calls that were open before it, as edges read backwards tell them; joins() says afterwards
/// whether that was so. What it has to say of those calls is kept aside until then.
class CallStream {
public:
    struct Frame {
        std::uint32_t call;
        FunctionKey function;
        std::uint32_t depth;
    };

    /// Writes calls from number `first` on, below `end`.
    void begin(Call* calls, std::uint32_t first, std::uint32_t end) {
        m_calls = calls;
        m_first = m_next = first;
        m_end = end;
    }
    /// The calls open before the stretch, outermost first.
    void inherit(std::vector<Frame> open) {
        for (std::size_t i = 0; i < open.size(); ++i) {
            m_late.push_back({{}, {}, i == 0 ? kNoCall : open[i - 1].call, 0});
            sideOf(open[i].function).open.push_back(open[i]);
        }
        m_inherited = std::move(open);
        m_goesOn = true;
    }
    void fail() { m_failed = true; }
    /// Exits of this name close whatever is open at their depth: their lines have a brace alone.
    void acceptUnnamed(FunctionKey unnamed) { m_unnamed = unnamed; }

    void enter(RowRef row, FunctionKey function, std::uint32_t depth) {
        auto& side = sideOf(function);
        m_maxDepth = std::max(m_maxDepth, depth);
        // Calls beyond the greatest depth all have it: there only their order tells.
        if (depth < kMaxCallDepth)
            while (!side.open.empty() && side.open.back().depth >= depth) setAside(side, row);
        if (side.asideDepth > depth) {
            std::erase_if(side.aside, [&](auto& f) { return f.depth > depth; });
            side.asideDepth = depth;
        }
        std::uint32_t bits = depth << 8;
        const auto parent = m_sides == kBothSides ? parentOf(function, depth)
                            : side.open.empty()   ? kNoCall
                                                  : side.open.back().call;
        if (!side.open.empty() && side.open.back().call == parent) {
            const auto& top = side.open.back();
            if (depth > top.depth + 1) {
                at(top.call).bits |= Call::UnsureSelf;
                side.between = top.depth + 1;
            } else if (depth == side.between) {
                bits |= Call::UnsureSelf;
                side.between = kNoLevel;
            }
        }
        side.open.push_back({m_next, function, depth});
        add({row, {}, parent, bits});
    }
    /// `length`: of the exit's DurationRow; −1: it has none.
    void leave(RowRef row, FunctionKey function, std::uint32_t depth, std::int64_t length) {
        auto& side = sideOf(function);
        m_maxDepth = std::max(m_maxDepth, depth);
        while (!side.open.empty() && side.open.back().depth > depth) abandon(side, row);
        const auto known = length < 0                   ? 0u
                           : length == kUnknownDuration ? std::uint32_t{Call::UnknownLength}
                                                        : std::uint32_t{Call::ExactLength};
        // What it called before a loss is not there.
        std::uint32_t unsure = m_lossSeen ? std::uint32_t{Call::UnsureSelf} : 0u;
        if (side.between != kNoLevel && side.between > depth) side.between = kNoLevel;
        if (!side.open.empty() && side.open.back().depth == depth) {
            const auto top = side.open.back();
            if (top.function == function || function == m_unnamed) {
                side.open.pop_back();
                return close(at(top.call), row, known);
            }
            abandon(side, row);
            unsure = Call::UnsureSelf;  // what lies between may be the one's or the other's
        }
        m_lookedAside = true;
        const auto aside = std::ranges::find_if(side.aside, [&](const Frame& frame) {
            return frame.depth == depth && (frame.function == function || function == m_unnamed);
        });
        if (aside != side.aside.end()) {
            auto& call = at(aside->call);
            call.bits =
                (call.bits & ~std::uint32_t{Call::NoExit}) | Call::Resumed | Call::UnsureSelf;
            side.aside.erase(aside);
            return close(call, row, known);
        }
        const auto parent = m_sides == kBothSides ? parentOf(function, depth)
                            : side.open.empty()   ? kNoCall
                                                  : side.open.back().call;
        if (parent != kNoCall) at(parent).bits |= Call::UnsureSelf;
        add({{},
             row,
             parent,
             depth << 8 | Call::NoEntry | unsure |
                 (length < 0 ? std::uint32_t{Call::UnknownLength} : known)});
        m_orphans = m_orphans || (known & Call::ExactLength) != 0;
        m_anyOrphan = true;
    }
    /// What the call called that ends next is not all there.
    void markGap(FunctionKey function, std::uint32_t depth) {
        for (auto& frame : sideOf(function).open)
            if (frame.depth == depth) at(frame.call).bits |= Call::UnsureSelf;
    }
    void lose() {
        // Up to where the calls before are drawn is not known here.
        if (m_goesOn && !last.known()) m_failed = true;
        m_lossSeen = true;
        for (auto& side : m_side) {
            end(side, Call::Lost | Call::UnknownLength);
            side.aside.clear();
            side.between = kNoLevel;
        }
    }
    /// Another recording follows in the same source.
    void stop() {
        if (m_goesOn && !last.known()) m_failed = true;
        finish(true);
        for (auto& side : m_side) side.between = kNoLevel;
    }
    void finish(bool relative) {
        for (auto& side : m_side) {
            end(side, Call::Open | (relative ? std::uint32_t{Call::UnknownLength} : 0u));
            side.aside = {};
        }
    }

    /// Whether this stretch, and what was taken for its begin, is right behind `before`, which
    /// joins what is before itself. With that, `before` is told what became of its open calls.
    [[nodiscard]] bool joins(CallStream& before) {
        const auto same = [](const Frame& a, const Frame& b) {
            return a.call == b.call && a.function == b.function && a.depth == b.depth;
        };
        m_sides |= before.m_sides;
        if (m_failed || before.m_failed || before.m_next != m_first || m_sides == kBothSides)
            return false;
        const auto& side = before.m_side[m_sides == kKernelSide ? 0 : 1];
        if (side.between != kNoLevel || !std::ranges::equal(side.open, m_inherited, same))
            return false;
        m_asideBefore = before.m_asideBefore || !side.aside.empty();
        if (before.m_lossSeen && m_anyOrphan) return false;
        m_lossSeen = m_lossSeen || before.m_lossSeen;
        if (m_asideBefore && m_lookedAside) return false;
        for (std::size_t i = 0; i < m_late.size(); ++i) {
            auto& call = m_calls[m_inherited[i].call];
            if (m_late[i].exit.known()) call.exit = m_late[i].exit;
            call.bits |= m_late[i].bits;
        }
        m_first = 0;
        m_maxDepth = std::max(m_maxDepth, before.m_maxDepth);
        if (!last.known()) last = before.last;
        return true;
    }

    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] bool hasOrphans() const { return m_orphans; }
    [[nodiscard]] std::uint32_t maxDepth() const { return m_maxDepth; }
    [[nodiscard]] std::uint32_t end() const { return m_next; }  ///< Behind its last call.

    RowRef last;  ///< Row of the task seen last, of any kind.

private:
    static constexpr std::uint32_t kNoLevel = UINT32_MAX;
    /// Calls set aside that may still be closed; more is damage.
    static constexpr std::size_t kMostAside = 64;
    static constexpr unsigned kKernelSide = 1, kUserSide = 2, kBothSides = 3;

    /// Kernel functions have a stack of their own: a system call may begin in one user function
    /// and end in another, as that which asks for the time of a user record does.
    struct Side {
        std::vector<Frame> open;
        std::vector<Frame> aside;
        std::uint32_t asideDepth = 0;      // none of `aside` is deeper
        std::uint32_t between = kNoLevel;  // level that an interrupt skipped
    };
    [[nodiscard]] Side& sideOf(FunctionKey function) {
        const auto space = static_cast<unsigned>(function.space());
        m_sides |= 1u << space;
        return m_side[space];
    }
    /// The innermost call that what begins now, at `depth`, lies in. A user function that begins no
    /// deeper than the kernel function before it is not called by it, which goes on, but has no
    /// more callees.
    [[nodiscard]] std::uint32_t parentOf(FunctionKey function, std::uint32_t depth) {
        const auto& kernel = m_side[0].open;
        const auto& user = m_side[1].open;
        m_left = std::min(m_left, kernel.size());
        const auto above = user.empty() ? kNoCall : user.back().call;
        if (kernel.size() == m_left || (above != kNoCall && kernel.back().call < above))
            return above;
        if (kernel.back().depth < depth) return kernel.back().call;
        if (function.space() == CallSpace::User) m_left = kernel.size();
        return above;
    }

    [[nodiscard]] Call& at(std::uint32_t call) {
        if (call >= m_first) [[likely]]
            return m_calls[call];
        const auto found = std::ranges::lower_bound(m_inherited, call, {}, &Frame::call);
        return m_late[static_cast<std::size_t>(found - m_inherited.begin())];
    }
    void add(const Call& call) {
        if (m_next == m_end) [[unlikely]]
            return spill();
        m_calls[m_next++] = call;
    }
    /// More calls than there is room for: exits without entries. Nothing of it can be used.
    void spill() {
        m_failed = true;
        for (auto& side : m_side) side = {};
    }
    static void close(Call& call, RowRef row, std::uint32_t known) {
        call.exit = row;
        call.bits |= known;
    }
    void end(Side& side, std::uint32_t marks) {
        for (const auto& frame : side.open) {
            auto& call = at(frame.call);
            call.exit = last;
            call.bits |= marks;
        }
        side.open.clear();
    }
    void abandon(Side& side, RowRef row) {
        auto& call = at(side.open.back().call);
        call.exit = row;
        call.bits |= Call::NoExit;
        side.open.pop_back();
        // What ran in the end of it is nobody's.
        if (call.parent != kNoCall) at(call.parent).bits |= Call::UnsureSelf;
    }
    /// A line at the depth of an open call or above it: its exit may come after what is an
    /// interrupt at the same depth.
    void setAside(Side& side, RowRef row) {
        if (side.aside.size() < kMostAside) {
            side.aside.push_back(side.open.back());
            side.asideDepth = std::max(side.asideDepth, side.open.back().depth);
        }
        abandon(side, row);
    }

    Call* m_calls = nullptr;
    std::uint32_t m_first = 0;  // of the stretch
    std::uint32_t m_next = 0;
    std::uint32_t m_end = 0;
    Side m_side[2];  // by CallSpace
    unsigned m_sides = 0;
    FunctionKey m_unnamed{UINT32_MAX};  // no function
    std::size_t m_left = 0;             // kernel calls that have no more callees
    std::uint32_t m_maxDepth = 0;
    bool m_orphans = false;
    bool m_anyOrphan = false;
    bool m_lossSeen = false;

    bool m_goesOn = false;  // it is not the first
    bool m_failed = false;
    bool m_lookedAside = false;
    bool m_asideBefore = false;  // stretches before have calls that are set aside
    std::vector<Frame> m_inherited;
    std::vector<Call> m_late;  // what is to be said of m_inherited
};

}  // namespace kscope::model
