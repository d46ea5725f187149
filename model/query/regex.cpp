// SPDX-License-Identifier: GPL-3.0-or-later
/// Regular expressions by Thompson's construction: parsed by recursive descent, run by sets of
/// states.
#include "model/query/pattern.h"

#include <algorithm>
#include <array>
#include <optional>

namespace kscope::model {
namespace {

bool isWord(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
constexpr std::uint32_t kOpen = 0xffffffff;  ///< An arrow that leads nowhere yet.
constexpr int kMostRegexDepth = 100;
constexpr unsigned kMostRepeats = 1000;

}  // namespace

/// Builds the states of one expression. A fragment is [first state, list of open arrows].
class RegexCompiler {
public:
    explicit RegexCompiler(std::string_view pattern) : m_pattern(pattern) {}

    tl::expected<Regex, PatternFault> run() {
        const auto all = alternatives(0);
        if (m_fault) return tl::unexpected(*m_fault);
        if (m_at < m_pattern.size()) return tl::unexpected(PatternFault{m_at, "')' without '('"});
        const auto accept = add(Regex::Op::Accept);
        patch(*all, accept);
        if (m_fault) return tl::unexpected(*m_fault);
        m_regex.m_start = all->first;
        return std::move(m_regex);
    }

private:
    struct Arrow {
        std::uint32_t state;
        bool second;
    };
    struct Fragment {
        std::uint32_t first;
        std::vector<Arrow> open;
    };
    using Part = std::optional<Fragment>;

    Part fail(std::string message) {
        if (!m_fault) m_fault = PatternFault{std::min(m_at, m_pattern.size()), std::move(message)};
        return std::nullopt;
    }
    std::uint32_t add(Regex::Op op, std::uint32_t out = kOpen, std::uint32_t out2 = kOpen) {
        auto& states = m_regex.m_states;
        if (states.size() >= Regex::kMostStates) {
            fail("the expression is too large");
            return 0;
        }
        states.push_back({op, out, out2});
        return static_cast<std::uint32_t>(states.size() - 1);
    }
    void patch(const Fragment& fragment, std::uint32_t target) {
        for (const Arrow arrow : fragment.open) {
            auto& state = m_regex.m_states[arrow.state];
            (arrow.second ? state.out2 : state.out) = target;
        }
    }
    [[nodiscard]] bool more() const { return m_at < m_pattern.size() && !m_fault; }

    Part alternatives(int depth) {
        if (depth > kMostRegexDepth) return fail("parentheses nest too deeply");
        auto left = sequence(depth);
        while (left && more() && m_pattern[m_at] == '|') {
            ++m_at;
            auto right = sequence(depth);
            if (!right) return std::nullopt;
            const auto split = add(Regex::Op::Split, left->first, right->first);
            left->first = split;
            left->open.insert(left->open.end(), right->open.begin(), right->open.end());
        }
        return left;
    }

    Part sequence(int depth) {
        Part all;
        while (more() && m_pattern[m_at] != '|' && m_pattern[m_at] != ')') {
            auto next = repeated(depth);
            if (!next) return std::nullopt;
            if (all) {
                patch(*all, next->first);
                all->open = std::move(next->open);
            } else {
                all = std::move(next);
            }
        }
        if (m_fault) return std::nullopt;
        return all ? std::move(all) : single(Regex::Op::Jump);
    }

    Part single(Regex::Op op, std::uint32_t set = kOpen) {
        const auto state = add(op, kOpen, set);
        if (m_fault) return std::nullopt;
        return Fragment{state, {{state, false}}};
    }

    Part repeated(int depth) {
        const auto begin = m_at;
        auto part = atom(depth);
        while (part && more()) {
            const char c = m_pattern[m_at];
            if (c != '*' && c != '+' && c != '?' && c != '{') break;
            const auto atomEnd = m_at;
            unsigned least = c == '+' ? 1 : 0;
            unsigned most = c == '?' ? 1 : 0;  // 0: no limit
            if (c == '{' ? !bounds(least, most) : (++m_at, false)) return std::nullopt;
            if (more() && m_pattern[m_at] == '?') ++m_at;  // lazy: finds the same texts
            part = repeat(std::move(*part), begin, atomEnd, depth, least, most);
        }
        return part;
    }

    bool bounds(unsigned& least, unsigned& most) {
        const auto number = [&](unsigned& into) {
            const auto start = m_at;
            for (into = 0;
                 m_at < m_pattern.size() && m_pattern[m_at] >= '0' && m_pattern[m_at] <= '9';
                 ++m_at)
                into = std::min(into * 10 + static_cast<unsigned>(m_pattern[m_at] - '0'),
                                kMostRepeats + 1);
            return m_at > start;
        };
        ++m_at;
        if (!number(least)) return fail("expected a number after '{'"), false;
        most = least;
        bool unlimited = false;
        if (m_at < m_pattern.size() && m_pattern[m_at] == ',') {
            ++m_at;
            unlimited = !number(most);
        }
        if (m_at >= m_pattern.size() || m_pattern[m_at] != '}') return fail("expected '}'"), false;
        ++m_at;
        if (least > kMostRepeats || most > kMostRepeats)
            return fail("at most 1000 repetitions"), false;
        if (unlimited) most = 0;
        else if (most < least || most == 0)
            return fail("the second number of {m,n} must be the larger one"), false;
        return true;
    }

    /// The fragment is used once; further copies are compiled from its text again.
    Part repeat(Fragment first, std::size_t begin, std::size_t end, int depth, unsigned least,
                unsigned most) {
        if (least == 0 && most == 1) return optionally(std::move(first));
        if (least == 0 && most == 0) return starred(first);
        if (least == 1 && most == 0) return plus(first);
        Part all;
        const unsigned copies = most == 0 ? least : most;
        for (unsigned i = 0; i < copies; ++i) {
            // NOLINTNEXTLINE(bugprone-use-after-move): in the first round alone
            Part copy = i == 0 ? Part(std::move(first)) : again(begin, end, depth);
            if (!copy) return std::nullopt;
            if (i + 1 == copies && most == 0) copy = plus(*copy);
            else if (i >= least) copy = optionally(std::move(*copy));
            if (!copy) return std::nullopt;
            if (all) {
                patch(*all, copy->first);
                all->open = std::move(copy->open);
            } else {
                all = std::move(copy);
            }
        }
        return all;
    }
    Part again(std::size_t begin, std::size_t end, int depth) {
        const auto at = m_at;
        const auto pattern = m_pattern;
        m_at = begin;
        m_pattern = m_pattern.substr(0, end);
        auto part = repeated(depth);
        m_at = at;
        m_pattern = pattern;
        return part;
    }
    Part optionally(Fragment part) {
        const auto split = add(Regex::Op::Split, part.first);
        if (m_fault) return std::nullopt;
        part.first = split;
        part.open.push_back({split, true});
        return part;
    }
    Part starred(const Fragment& part) {
        const auto split = add(Regex::Op::Split, part.first);
        if (m_fault) return std::nullopt;
        patch(part, split);
        return Fragment{split, {{split, true}}};
    }
    Part plus(const Fragment& part) {
        const auto split = add(Regex::Op::Split, part.first);
        if (m_fault) return std::nullopt;
        patch(part, split);
        return Fragment{part.first, {{split, true}}};
    }

    Part atom(int depth) {
        const char c = m_pattern[m_at];
        switch (c) {
        case '(': return group(depth);
        case '[': return bracket();
        case '\\': return escape();
        case '^': return ++m_at, single(Regex::Op::Begin);
        case '$': return ++m_at, single(Regex::Op::End);
        case '*':
        case '+':
        case '?': return fail("nothing to repeat");
        case '.': {
            ++m_at;
            ByteSet set;
            set.fill(~std::uint64_t{0});
            return single(Regex::Op::Set, keep(set));
        }
        default: return ++m_at, single(Regex::Op::Set, keep(of(static_cast<unsigned char>(c))));
        }
    }
    Part group(int depth) {
        const auto open = m_at++;
        if (m_pattern.substr(m_at).starts_with("?:")) m_at += 2;
        auto inside = alternatives(depth + 1);
        if (!inside) return std::nullopt;
        if (m_at >= m_pattern.size()) {
            m_at = open;
            return fail("'(' without ')'");
        }
        ++m_at;
        return inside;
    }

    using ByteSet = std::array<std::uint64_t, 4>;
    static ByteSet of(unsigned char byte) {
        ByteSet set{};
        put(set, byte);
        return set;
    }
    static void put(ByteSet& set, unsigned char byte) {
        set[byte / 64] |= std::uint64_t{1} << (byte % 64);
    }
    std::uint32_t keep(const ByteSet& set) {
        m_regex.m_sets.insert(m_regex.m_sets.end(), set.begin(), set.end());
        return static_cast<std::uint32_t>(m_regex.m_sets.size() / 4 - 1);
    }
    static std::optional<ByteSet> classOf(char letter) {
        ByteSet set{};
        for (unsigned c = 0; c < 256; ++c) {
            const auto byte = static_cast<unsigned char>(c);
            const char lower = static_cast<char>(letter | 0x20);
            const bool in = lower == 'd'   ? byte >= '0' && byte <= '9'
                            : lower == 'w' ? isWord(byte)
                                           : byte == ' ' || (byte >= '\t' && byte <= '\r');
            if (in != (lower != letter)) put(set, byte);
        }
        return (letter | 0x20) == 'd' || (letter | 0x20) == 'w' || (letter | 0x20) == 's'
                   ? std::optional(set)
                   : std::nullopt;
    }
    static unsigned char quoted(char c) {
        return static_cast<unsigned char>(c == 'n' ? '\n' : c == 't' ? '\t' : c);
    }
    Part escape() {
        if (m_at + 1 >= m_pattern.size()) return fail("'\\' at the end");
        const char c = m_pattern[m_at + 1];
        m_at += 2;
        if (c == 'b') return single(Regex::Op::WordEdge);
        if (const auto set = classOf(c)) return single(Regex::Op::Set, keep(*set));
        return single(Regex::Op::Set, keep(of(quoted(c))));
    }
    Part bracket() {
        const auto open = m_at++;
        const bool negated = m_at < m_pattern.size() && m_pattern[m_at] == '^';
        if (negated) ++m_at;
        ByteSet set{};
        for (bool first = true;; first = false) {
            if (m_at >= m_pattern.size()) {
                m_at = open;
                return fail("'[' without ']'");
            }
            char c = m_pattern[m_at++];
            if (c == ']' && !first) break;
            if (c == '\\' && m_at < m_pattern.size()) {
                c = m_pattern[m_at++];
                if (const auto inner = classOf(c)) {
                    for (std::size_t i = 0; i < 4; ++i) set[i] |= (*inner)[i];
                    continue;
                }
                c = static_cast<char>(quoted(c));
            }
            auto last = static_cast<unsigned char>(c);
            if (m_at + 1 < m_pattern.size() && m_pattern[m_at] == '-' &&
                m_pattern[m_at + 1] != ']') {
                last = static_cast<unsigned char>(m_pattern[m_at + 1]);
                m_at += 2;
            }
            if (last < static_cast<unsigned char>(c))
                return fail("a range of characters runs backwards");
            for (unsigned b = static_cast<unsigned char>(c); b <= last; ++b)
                put(set, static_cast<unsigned char>(b));
        }
        if (negated)
            for (auto& word : set) word = ~word;
        return single(Regex::Op::Set, keep(set));
    }

    std::string_view m_pattern;
    std::size_t m_at = 0;
    Regex m_regex;
    std::optional<PatternFault> m_fault;
};

tl::expected<Regex, PatternFault> Regex::compile(std::string_view pattern) {
    return RegexCompiler(pattern).run();
}

bool Regex::search(std::string_view text) const {
    std::vector<std::uint32_t> current;
    std::vector<std::uint32_t> next;
    std::vector<std::uint32_t> stack;
    std::vector<std::size_t> seenAt(m_states.size(), std::string_view::npos);
    bool accepted = false;
    // Follows arrows that take no byte from `state` at position `at`; keeps the Set states.
    const auto follow = [&](std::uint32_t state, std::size_t at, std::vector<std::uint32_t>& into) {
        stack.push_back(state);
        while (!stack.empty()) {
            const auto s = stack.back();
            stack.pop_back();
            if (seenAt[s] == at) continue;
            seenAt[s] = at;
            const State& here = m_states[s];
            const bool before = at > 0 && isWord(static_cast<unsigned char>(text[at - 1]));
            const bool after = at < text.size() && isWord(static_cast<unsigned char>(text[at]));
            switch (here.op) {
            case Op::Set: into.push_back(s); break;
            case Op::Split: stack.push_back(here.out2); [[fallthrough]];
            case Op::Jump: stack.push_back(here.out); break;
            case Op::Begin:
                if (at == 0) stack.push_back(here.out);
                break;
            case Op::End:
                if (at == text.size()) stack.push_back(here.out);
                break;
            case Op::WordEdge:
                if (before != after) stack.push_back(here.out);
                break;
            case Op::Accept: accepted = true; break;
            }
        }
    };
    for (std::size_t at = 0;; ++at) {
        follow(m_start, at, current);  // a match may begin anywhere
        if (accepted) return true;
        if (at == text.size()) return false;
        next.clear();
        for (const auto s : current)
            if (has(m_states[s].out2, static_cast<unsigned char>(text[at])))
                follow(m_states[s].out, at + 1, next);
        if (accepted) return true;
        std::swap(current, next);
    }
}

}  // namespace kscope::model
