// SPDX-License-Identifier: GPL-3.0-or-later
/// The grammar of the filter language: or, and, not, comparison. An error names the column and what
/// was expected there.
#include "model/query/filter_node.h"
#include "model/query/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kscope::model {
namespace {

using Node = Filter::Node;
using NodePtr = std::shared_ptr<const Node>;
constexpr int kMostDepth = 200;

struct FieldName {
    std::string_view name;
    FilterField field;
};
constexpr std::array<FieldName, 8> kFields{{{"event", FilterField::Event},
                                            {"cpu", FilterField::Cpu},
                                            {"tid", FilterField::Tid},
                                            {"tgid", FilterField::Tgid},
                                            {"comm", FilterField::Comm},
                                            {"source", FilterField::Source},
                                            {"duration", FilterField::Length},
                                            {"latency", FilterField::Latency}}};
struct OpName {
    std::string_view text;
    FilterOp op;
};
// Longer ones first.
constexpr std::array<OpName, 9> kOps{{{"==", FilterOp::Equal},
                                      {"!=", FilterOp::NotEqual},
                                      {"<=", FilterOp::LessEqual},
                                      {">=", FilterOp::GreaterEqual},
                                      {"!~", FilterOp::NotGlob},
                                      {"=~", FilterOp::Regex},
                                      {"<", FilterOp::Less},
                                      {">", FilterOp::Greater},
                                      {"~", FilterOp::Glob}}};

bool isFilterBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isFieldChar(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}
/// What may stand in a value without quotes.
bool isWordChar(char c) {
    return !isFilterBlank(c) &&
           std::string_view("&|()!=<>~,\"'{}").find(c) == std::string_view::npos;
}

/// What a field's own name looks like: "low", "nr_free_pages".
bool isOwnName(std::string_view word) {
    return !word.empty() && (word[0] < '0' || word[0] > '9') && word[0] != '-' && word[0] != '.' &&
           std::ranges::all_of(word, isFieldChar);
}

bool isText(FilterField field) {
    return field == FilterField::Event || field == FilterField::Comm ||
           field == FilterField::Source;
}
bool isNumeric(FilterField field) {
    return field == FilterField::Cpu || field == FilterField::Tid || field == FilterField::Tgid ||
           field == FilterField::Length || field == FilterField::Latency;
}

/// Letters to change, add, take away or swap to make one of the other.
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1,
                                d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}
/// A name of every event that `word` is a slip of, or "". Short names are too near to the events'
/// own fields (pid, gid, ret) to say so.
std::string_view slipOf(std::string_view word) {
    for (const auto& [name, field] : kFields)
        if (name.size() >= 5 && word.size() + 2 >= name.size() && word.size() <= name.size() + 2 &&
            editDistance(word, name) <= (name.size() >= 7 ? 2u : 1u))
            return name;
    return {};
}

class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) {}

    tl::expected<NodePtr, FilterFault> run() {
        auto node = alternatives(0);
        skipBlanks();
        if (!m_fault && m_at < m_text.size()) junk();
        if (m_fault) return tl::unexpected(*m_fault);
        return node;
    }

private:
    NodePtr fail(std::size_t column, std::size_t length, std::string message,
                 std::string suggestion = {}) {
        if (!m_fault)
            m_fault = FilterFault{column, length, std::move(message), std::move(suggestion)};
        return nullptr;
    }
    void skipBlanks() {
        while (m_at < m_text.size() && isFilterBlank(m_text[m_at])) ++m_at;
    }
    bool accept(std::string_view token) {
        skipBlanks();
        if (!m_text.substr(m_at).starts_with(token)) return false;
        m_at += token.size();
        return true;
    }
    [[nodiscard]] bool atEnd() {
        skipBlanks();
        return m_at >= m_text.size();
    }
    /// The run of equal kind at the current place, for marking it.
    [[nodiscard]] std::string_view wordHere() const {
        auto end = m_at;
        while (end < m_text.size() && isWordChar(m_text[end])) ++end;
        if (end == m_at && end < m_text.size()) ++end;
        return m_text.substr(m_at, end - m_at);
    }
    void junk() {
        const auto word = wordHere();
        if (word == ")") return void(fail(m_at, 1, "')' without '('"));
        std::string_view better;
        if (word == "and" || word == "AND" || word == "&") better = "&&";
        if (word == "or" || word == "OR" || word == "|") better = "||";
        fail(m_at, word.size(), fmt::format("expected '&&', '||' or the end, found '{}'", word),
             std::string(better));
    }

    static NodePtr joined(Node::Kind kind, const NodePtr& left, const NodePtr& right) {
        auto node = std::make_shared<Node>();
        node->kind = kind;
        for (auto& child : {left, right}) {
            if (child->kind == kind && kind != Node::Kind::Not)
                node->children.insert(node->children.end(), child->children.begin(),
                                      child->children.end());
            else node->children.push_back(child);
        }
        return node;
    }

    NodePtr alternatives(int depth) {
        auto left = conjunction(depth);
        while (left && accept("||")) {
            auto right = conjunction(depth);
            if (!right) return nullptr;
            left = joined(Node::Kind::Or, left, right);
        }
        return left;
    }
    NodePtr conjunction(int depth) {
        auto left = unary(depth);
        while (left && accept("&&")) {
            auto right = unary(depth);
            if (!right) return nullptr;
            left = joined(Node::Kind::And, left, right);
        }
        return left;
    }
    NodePtr unary(int depth) {
        if (depth > kMostDepth) return fail(m_at, 1, "parentheses nest too deeply");
        if (accept("!")) {
            auto inner = unary(depth + 1);
            if (!inner) return nullptr;
            auto node = std::make_shared<Node>();
            node->kind = Node::Kind::Not;
            node->children.push_back(std::move(inner));
            return node;
        }
        if (!accept("(")) return comparison();
        const auto open = m_at - 1;
        auto inner = alternatives(depth + 1);
        if (!inner) return nullptr;
        if (accept(")")) return inner;
        if (atEnd()) return fail(open, 1, "'(' without ')'");
        junk();
        return nullptr;
    }

    NodePtr comparison() {
        skipBlanks();
        const auto column = m_at;
        while (m_at < m_text.size() && isFieldChar(m_text[m_at])) ++m_at;
        const auto name = m_text.substr(column, m_at - column);
        if (name.empty()) {
            if (m_at >= m_text.size())
                return fail(m_at, 0, "expected a field here: event, cpu, comm, …");
            const auto word = wordHere();
            return fail(m_at, word.size(), fmt::format("expected a field, found '{}'", word));
        }
        auto node = std::make_shared<Node>();
        node->name = name;
        node->typed = typedField(name);
        const auto* const known = std::ranges::find(kFields, name, &FieldName::name);
        if (known != kFields.end()) node->field = known->field;
        else if (const auto slip = slipOf(name); !slip.empty())
            return fail(column, name.size(), fmt::format("unknown field '{}'", name),
                        std::string(slip));
        if (!operation(*node, name) || !values(*node)) return nullptr;
        return namesEdge(*node) ? withEdges(node) : node;
    }

    static bool namesEdge(const Node& node) {
        return node.field == FilterField::Event &&
               std::ranges::any_of(node.values, [](const FilterLiteral& value) {
                   return value.text.find("funcgraph") != std::string::npos;
               });
    }
    /// The comparison of names, and that with what trace-cmd calls the rows of functions.
    static NodePtr withEdges(const NodePtr& names) {
        auto edges = std::make_shared<Node>(*names);
        edges->field = FilterField::Edge;
        const bool unlike = names->op == FilterOp::NotEqual || names->op == FilterOp::NotGlob;
        if (!unlike) return joined(Node::Kind::Or, names, edges);
        edges->op = names->op == FilterOp::NotEqual ? FilterOp::Equal : FilterOp::Glob;
        auto others = std::make_shared<Node>();
        others->kind = Node::Kind::Not;
        others->children.push_back(std::move(edges));
        return joined(Node::Kind::And, names, others);
    }

    bool operation(Node& node, std::string_view name) {
        skipBlanks();
        const auto rest = m_text.substr(m_at);
        if (rest.starts_with("in") && (rest.size() == 2 || !isFieldChar(rest[2]))) {
            m_at += 2;
            node.op = FilterOp::In;
            return true;
        }
        for (const auto& [text, op] : kOps) {
            if (!rest.starts_with(text)) continue;
            if (op >= FilterOp::Less && op <= FilterOp::GreaterEqual && isText(node.field)) {
                fail(m_at, text.size(),
                     fmt::format("'{}' is a name: expected == != ~ !~ =~ or in", name), "==");
                return false;
            }
            m_at += text.size();
            node.op = op;
            return true;
        }
        const auto word = rest.empty() ? std::string_view{} : wordHere();
        constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMeant{
            {{"=", "=="}, {"is", "=="}, {"≥", ">="}, {"≤", "<="}, {"≠", "!="}, {"contains", "~"}}};
        for (const auto& [wrong, right] : kMeant)
            if (rest.starts_with(wrong)) {
                fail(m_at, wrong.size(), fmt::format("expected an operator, found '{}'", wrong),
                     std::string(right));
                return false;
            }
        fail(m_at, word.size(),
             word.empty()
                 ? fmt::format("expected an operator after '{}': == != < <= > >= ~ !~ =~ in", name)
                 : fmt::format("expected an operator after '{}', found '{}'", name, word));
        return false;
    }

    bool values(Node& node) {
        if (node.op != FilterOp::In) return value(node) && patterns(node);
        skipBlanks();
        const auto open = m_at < m_text.size() ? m_text[m_at] : ' ';
        const std::string_view close = open == '(' ? ")" : open == '{' ? "}" : "";
        const auto column = m_at;
        if (!close.empty()) ++m_at;
        do {
            if (!value(node)) return false;
        } while (accept(","));
        if (!close.empty() && !accept(close)) {
            fail(column, 1, fmt::format("'{}' without '{}'", open, close));
            return false;
        }
        return true;
    }

    bool value(Node& node) {
        skipBlanks();
        m_valueColumn = m_at;
        if (m_at >= m_text.size()) {
            fail(m_at, 0,
                 isNumeric(node.field) ? "expected a number here" : "expected a value here");
            return false;
        }
        const char quote = m_text[m_at];
        if (quote == '"' || quote == '\'') return quoted(node, quote);
        auto end = m_at;
        while (end < m_text.size() && isWordChar(m_text[end])) ++end;
        const auto word = m_text.substr(m_at, end - m_at);
        if (word.empty()) {
            fail(m_at, 1, fmt::format("expected a value, found '{}'", m_text[m_at]));
            return false;
        }
        m_at = end;
        FilterLiteral literal{std::string(word), {}, {}};
        if (!isText(node.field)) literal.number = literalNumber(word);
        if (!literal.number && !isText(node.field) && node.op == FilterOp::In) range(literal);
        return wanted(node, literal, word) && (node.values.push_back(std::move(literal)), true);
    }

    /// `a-b`, both with their own units. The '-' may not be the sign of the first.
    static void range(FilterLiteral& literal) {
        const auto dash = literal.text.find('-', 1);
        if (dash == std::string::npos) return;
        const std::string_view text = literal.text;
        const auto first = literalNumber(text.substr(0, dash));
        const auto last = literalNumber(text.substr(dash + 1));
        if (first && last) literal.number = first, literal.last = last;
    }

    bool wanted(const Node& node, const FilterLiteral& literal, std::string_view word) {
        const bool ordering = node.op >= FilterOp::Less && node.op <= FilterOp::GreaterEqual;
        const bool pattern =
            node.op == FilterOp::Glob || node.op == FilterOp::NotGlob || node.op == FilterOp::Regex;
        if (literal.last && *literal.last < *literal.number) {
            fail(m_valueColumn, word.size(), fmt::format("the range '{}' runs backwards", word));
            return false;
        }
        if (literal.number || pattern || (!isNumeric(node.field) && !ordering)) return true;
        if (ordering && node.field == FilterField::Own && isOwnName(literal.text) &&
            m_text[m_valueColumn] == literal.text.front())
            return true;
        const auto digits = std::min(word.find_first_not_of("0123456789.-"), word.size());
        const bool unit = digits > 0 && digits < word.size();
        fail(m_valueColumn + (unit ? digits : 0), word.size() - (unit ? digits : 0),
             unit ? fmt::format("unknown unit '{}': expected ns us ms s K M G KiB MiB",
                                word.substr(digits))
                  : fmt::format("expected a number, found '{}'", word),
             unit ? std::string(nearUnit(word.substr(digits))) : std::string{});
        return false;
    }
    static std::string_view nearUnit(std::string_view unit) {
        for (const std::string_view known : {"ms", "us", "ns", "KiB", "MiB", "s"})
            if (editDistance(unit, known) <= 1) return known;
        return {};
    }

    bool quoted(Node& node, char quote) {
        const auto open = m_at++;
        std::string text;
        for (; m_at < m_text.size() && m_text[m_at] != quote; ++m_at) {
            // Inside a pattern a backslash is the pattern's own; before the quote it only hides the
            // quote.
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size() &&
                (m_text[m_at + 1] == quote || (m_text[m_at + 1] == '\\' && !isPattern(node.op))))
                ++m_at;
            text += m_text[m_at];
        }
        if (m_at >= m_text.size()) {
            fail(open, m_text.size() - open, "the quote is not closed",
                 std::string(m_text.substr(open)) + quote);
            return false;
        }
        ++m_at;
        FilterLiteral literal{std::move(text), {}, {}};
        if (isNumeric(node.field)) literal.number = literalNumber(literal.text);
        const std::string shown = literal.text;
        m_valueColumn = open;
        const bool ordering = node.op >= FilterOp::Less && node.op <= FilterOp::GreaterEqual;
        if (!literal.number && ordering) literal.number = literalNumber(literal.text);
        return wanted(node, literal, shown) && (node.values.push_back(std::move(literal)), true);
    }
    static bool isPattern(FilterOp op) {
        return op == FilterOp::Glob || op == FilterOp::NotGlob || op == FilterOp::Regex;
    }

    bool patterns(Node& node) {
        if (node.op != FilterOp::Regex) return true;
        auto regex = Regex::compile(node.values.front().text);
        if (!regex) {
            const bool inQuotes = m_valueColumn < m_text.size() &&
                                  (m_text[m_valueColumn] == '"' || m_text[m_valueColumn] == '\'');
            const auto& fault = regex.error();
            fail(m_valueColumn + (inQuotes ? 1 : 0) + fault.column, 1,
                 "regular expression: " + fault.message);
            return false;
        }
        node.regex = std::make_shared<const Regex>(std::move(*regex));
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_valueColumn = 0;
    std::optional<FilterFault> m_fault;
};

bool blank(std::string_view text) { return std::ranges::all_of(text, isFilterBlank); }

NodePtr anythingContains(std::string_view words) {
    auto node = std::make_shared<Node>();
    node->field = FilterField::Anything;
    node->name = "anything";
    node->op = FilterOp::Contains;
    node->values.push_back({std::string(words), literalNumber(words), {}});
    return node;
}

}  // namespace

Filter::Filter() = default;

tl::expected<Filter, FilterFault> Filter::parse(std::string_view text) {
    Filter filter;
    if (blank(text)) return filter;
    auto root = Parser(text).run();
    if (!root) return tl::unexpected(std::move(root.error()));
    filter.m_root = std::move(*root);
    filter.m_text = text;
    return filter;
}

Filter Filter::operator&&(const Filter& other) const {
    if (all()) return other;
    if (other.all()) return *this;
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::And;
    node->children = {m_root, other.m_root};
    Filter both;
    both.m_root = std::move(node);
    both.m_text = fmt::format("({}) && ({})", m_text, other.m_text);
    return both;
}

Filter Filter::containing(std::string_view words) {
    Filter filter;
    while (!words.empty() && isFilterBlank(words.front())) words.remove_prefix(1);
    while (!words.empty() && isFilterBlank(words.back())) words.remove_suffix(1);
    if (words.empty()) return filter;
    filter.m_root = anythingContains(words);
    filter.m_text = words;
    return filter;
}

bool looksLikeFilter(std::string_view text) {
    constexpr std::array<std::string_view, 9> kSigns{"==", "!=", "<=", ">=",  "=~",
                                                     "!~", "&&", "||", " in "};
    for (const auto sign : kSigns)
        if (text.find(sign) != std::string_view::npos) return true;
    // A lone < > ~ = is an operator only behind a field and before a value: "<idle>" and "a=b" in a
    // comm are words.
    const auto at = text.find_first_of("<>~");
    if (at == std::string_view::npos || at == 0) return false;
    auto left = text.substr(0, at);
    while (!left.empty() && isFilterBlank(left.back())) left.remove_suffix(1);
    while (!left.empty() &&
           (isFilterBlank(left.front()) || left.front() == '!' || left.front() == '('))
        left.remove_prefix(1);
    return !left.empty() && std::ranges::all_of(left, isFieldChar);
}

tl::expected<Filter, FilterFault> parseSearch(std::string_view text) {
    if (looksLikeFilter(text)) return Filter::parse(text);
    return Filter::containing(text);
}

}  // namespace kscope::model
