// SPDX-License-Identifier: GPL-3.0-or-later
/// Finds the fields in an event's argument text without copying: what eventFields() and the filters
/// build on.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace kscope::model {

/// A field as views: `name` into static text or the arguments, `value` into the arguments.
struct FieldView {
    std::string_view name;
    std::string_view value;
};

/// The fields of one event in the order of its text. Keeps at most kMost: no tracepoint of
/// formats.md has half as many, and what a hostile line has beyond stays in the value of the last
/// one.
class FieldList {
public:
    static constexpr std::size_t kMost = 64;
    void clear() noexcept { m_size = 0; }
    void add(std::string_view name, std::string_view value) noexcept {
        if (m_size < kMost) m_fields[m_size++] = {name, value};
    }
    [[nodiscard]] bool full() const noexcept { return m_size == kMost; }
    [[nodiscard]] bool empty() const noexcept { return m_size == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    [[nodiscard]] const FieldView* begin() const noexcept { return m_fields.data(); }
    [[nodiscard]] const FieldView* end() const noexcept { return m_fields.data() + m_size; }
    [[nodiscard]] FieldView& back() noexcept { return m_fields[m_size - 1]; }
    void resize(std::size_t size) noexcept { m_size = size; }
    /// The first field of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept {
        for (const FieldView& field : *this)
            if (field.name == name) return field.value;
        return std::nullopt;
    }

private:
    std::array<FieldView, kMost> m_fields;
    std::size_t m_size = 0;
};

/// Fills `into` (cleared first) with the fields of `args`; see eventFields() for the shapes.
/// O(length).
void scanFields(std::string_view eventName, std::string_view args, FieldList& into);

/// False where events of that name are known not to have such a field, so that their text need not
/// be read. The arguments of an event without a fixed shape, and vendor kernels' own fields, may
/// hold anything: true.
[[nodiscard]] bool mayHaveField(std::string_view eventName, std::string_view field);

/// Shapes of their own (field_shapes.cpp). Each returns false, and leaves `into` as it was, where
/// `args` is not of that shape.
[[nodiscard]] bool scanSwitch(std::string_view args, FieldList& into);
[[nodiscard]] bool scanTraceCmdWake(std::string_view args, FieldList& into);
[[nodiscard]] bool scanBlock(std::string_view eventName, std::string_view args, FieldList& into);
[[nodiscard]] bool scanSyscall(std::string_view eventName, std::string_view args, FieldList& into);
[[nodiscard]] bool scanWork(std::string_view args, FieldList& into);
/// `key=value` by anchors from the right: `keys` are blank-separated names, '?' behind an optional
/// one, '*' behind a last one whose value goes on to the end. What follows the last value is split
/// as key=value.
[[nodiscard]] bool scanAnchored(std::string_view keys, std::string_view args, FieldList& into);
/// Any `key=value` text, with leading `dev 8,0 ino 12` pairs or plain text (field "text").
void scanGeneric(std::string_view args, FieldList& into);
/// `key: value, key: value`.
void scanColons(std::string_view args, FieldList& into);

}  // namespace kscope::model
