// SPDX-License-Identifier: GPL-3.0-or-later
/// Between the readers of lines and the store: dictionaries seen last, typed rows, ticks, places of
/// oddities.
#pragma once

#include "model/store/chunk_writer.h"
#include "parsers/events/vocabulary.h"
#include "parsers/ftrace/fast_scan.h"
#include "parsers/ftrace/line_head.h"
#include "parsers/text/number.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kscope::parsers {

/// An event name seen before. Found by its first and last eight bytes and its length.
struct NameSlot {
    static constexpr std::size_t kMaxLength = 31;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint32_t generation = 0;  ///< Of the chunk that `index` is of.
    std::uint16_t index = 0;
    std::uint8_t length = 0;  ///< 0: free.
    Meaning meaning = Meaning::None;
    bool print = false;              ///< A marker: lines without context may follow.
    char text[kMaxLength + 1] = {};  ///< Name in the text, then NULs.
};

/// Who and where a line's event is.
struct Subject {
    model::CpuId cpu = model::kUnknownCpu;
    std::uint16_t task = model::kNoRow;
    std::int64_t tid = -1;  ///< −1: out of range.
    std::string_view comm{};
};

/// What became of an event's typed row.
enum class Typed : std::uint8_t {
    Done,        ///< Added, or there is none to add.
    Incomplete,  ///< The arguments do not hold the fields.
};

/// The place where a line stands.
struct LinePlace {
    std::uint64_t line = 0;      ///< 1-based in the part
    std::uint64_t position = 0;  ///< in the source
};

class RowSink {
public:
    void begin(model::SourceId source, std::uint64_t position, std::int64_t tickNs);
    [[nodiscard]] std::int64_t tick() const noexcept { return m_tick; }
    /// Goes on in ns from `position` on: a line has a finer time than the layout said.
    void refineTick(std::uint64_t position);
    /// See ChunkWriter::prepare; the caches know of new chunks by themselves.
    void prepare(std::int64_t ticks, std::uint64_t position) {
        if (m_writer.prepare(ticks, position)) [[unlikely]]
            ++m_generation;
    }
    /// Of the chunk that is being written.
    [[nodiscard]] std::size_t rows() const noexcept { return m_writer.rows(); }
    [[nodiscard]] std::uint32_t generation() const noexcept { return m_generation; }
    /// Cached indices of tasks hold as long as this stays the same.
    [[nodiscard]] std::uint32_t taskGeneration() const noexcept { return m_generation + m_births; }

    /// A name of `length` bytes at `text`, where at least eight are readable; null where it was not
    /// learnt.
    [[nodiscard]] NameSlot* findName(const char* text, std::size_t length) {
        if (length == 0 || length > NameSlot::kMaxLength) return nullptr;
        const auto [first, last] = nameKey(text, length);
        NameSlot& slot = m_names[nameHash(first, last, length)];
        if (slot.first != first || slot.last != last || slot.length != length) return nullptr;
        // The bytes between the first and the last eight, of 17 to 31: two overlapping words.
        if (length > 16 && (loadWord(slot.text + 8) != loadWord(text + 8) ||
                            loadWord(slot.text + length - 16) != loadWord(text + length - 16))) {
            return nullptr;
        }
        return &slot;
    }
    /// The same for text that nothing readable need follow.
    [[nodiscard]] NameSlot* findName(std::string_view text) {
        if (text.size() > NameSlot::kMaxLength) return nullptr;
        char padded[NameSlot::kMaxLength + 1 + 8] = {};
        std::memcpy(padded, text.data(), text.size());
        return findName(padded, text.size());
    }
    /// Remembers a name; null for one too long to be remembered.
    NameSlot* learnName(std::string_view text, bool print);
    [[nodiscard]] std::uint16_t index(NameSlot& slot) {
        if (slot.generation != m_generation) [[unlikely]]
            refreshName(slot);
        return slot.index;
    }
    [[nodiscard]] std::uint16_t name(std::string_view text) { return m_writer.name(text); }
    [[nodiscard]] std::uint16_t task(std::int64_t tid, std::string_view comm, model::CpuId cpu,
                                     std::int64_t tgid);

    void add(std::int64_t ticks, std::uint64_t position, std::uint16_t name, model::CpuId cpu,
             std::uint16_t task, model::EventFlags flags) {
        m_writer.add(ticks, position, name, cpu, task, flags);
    }
    /// Length of the call that the event added last ends (ChunkWriter::addDuration).
    void addDuration(std::int64_t ns) { m_writer.addDuration(ns); }
    /// Typed row of the event added last.
    [[nodiscard]] Typed addTyped(Meaning meaning, std::string_view args, const Subject& subject,
                                 const LinePlace& place);
    /// The same for handlers' entries and exits in the kernel's own words, nine of ten events of a
    /// busy trace; 32 bytes are readable behind `end`. False: nothing was added, ask addTyped.
    [[nodiscard, gnu::always_inline]] inline bool addHandler(Meaning meaning, const char* args,
                                                             const char* end) {
        if (meaning >= Meaning::SoftirqEntry) {
            if (std::memcmp(args, "vec=", 4) != 0 || !isDigit(args[4]) ||
                (args[5] != ' ' && args + 5 != end))
                return false;
            pushSoftirq(meaning, static_cast<std::uint16_t>(args[4] - '0'));
            return true;
        }
        return meaning >= Meaning::IrqEntry && addIrqText(meaning, args, end);
    }
    void addBlock(const model::BlockRecord& record) { m_writer.addBlock(record); }
    void addStack(const LinePlace& place, const Subject& subject, bool user) {
        if (!m_writer.addStack(place.position, subject.cpu, subject.task, user))
            diagnose(model::DiagnosticKind::OrphanStack, place);
    }
    void addLost(model::CpuId cpu, std::uint64_t count) { m_writer.addLost(cpu, count); }
    void diagnose(model::DiagnosticKind kind, const LinePlace& place, std::uint64_t count = 1) {
        m_writer.diagnostics().record(kind, {m_source, place.line, place.position}, count);
    }
    [[nodiscard]] model::ParsedPart finish(std::uint64_t lines, std::uint64_t bytes);

private:
    struct NameKey {
        std::uint64_t first;
        std::uint64_t last;
    };
    /// `text` is readable for eight bytes at least.
    static NameKey nameKey(const char* text, std::size_t length) {
        const std::uint64_t first = loadWord(text);
        if (length >= 8) return {first, loadWord(text + length - 8)};
        const std::uint64_t mask = (std::uint64_t{1} << 8 * length) - 1;
        return {first & mask, first & mask};
    }
    static std::size_t nameHash(std::uint64_t first, std::uint64_t last, std::size_t length) {
        const std::uint64_t mixed =
            (first ^ last * 0x9e3779b97f4a7c15 ^ length) * 0xbf58476d1ce4e5b9;
        return mixed >> 56;
    }
    void refreshName(NameSlot& slot);
    void learnIrq(Meaning meaning, std::string_view args, std::uint16_t index);
    [[nodiscard]] bool inRange(std::int64_t pid, const LinePlace& place);
    [[nodiscard]] std::uint16_t argumentTask(std::int64_t pid, std::string_view comm,
                                             const Subject& subject);
    [[nodiscard]] Typed addSwitch(std::string_view args, const Subject& subject,
                                  const LinePlace& place);
    [[nodiscard]] Typed addWake(Meaning meaning, std::string_view args, const Subject& subject,
                                const LinePlace& place);
    [[nodiscard]] Typed addTask(Meaning meaning, std::string_view args, const Subject& subject,
                                const LinePlace& place);
    [[nodiscard]] Typed addIrq(Meaning meaning, std::string_view args);
    [[nodiscard]] Typed addSoftirq(Meaning meaning, std::string_view args);
    void pushSoftirq(Meaning meaning, std::uint16_t vector) {
        if (meaning == Meaning::SoftirqRaise) m_writer.addRaise(vector);
        else m_writer.addSoftirqEdge(vector, meaning == Meaning::SoftirqExit);
    }
    [[gnu::always_inline]] inline bool addIrqText(Meaning meaning, const char* args,
                                                  const char* end) {
        if (std::memcmp(args, "irq=", 4) != 0) return false;
        const std::uint64_t word = loadWord(args + 4);
        const auto digits = leadingDigits(word);
        const char* const at = args + 4 + digits;
        if (digits == 0 || digits > kIrqDigits || at > end || (*at != ' ' && at != end))
            return false;
        const IrqSlot& slot = m_irqs[irqHash(word, digits)];
        if (slot.generation != m_generation || slot.digits != (word << 8 * (8 - digits)))
            return false;
        if (meaning == Meaning::IrqEntry) {
            const auto length = static_cast<std::size_t>(end - at);
            if (length == 0 || length != slot.length) return false;
            // Two overlapping halves of up to sixteen bytes.
            const auto half = std::min<std::size_t>(length, 16);
            if (!same16(at, slot.text, half) ||
                !same16(end - half, slot.text + length - half, half))
                return false;
        }
        m_writer.addIrqEdge(slot.index, meaning == Meaning::IrqExit);
        return true;
    }

    static constexpr std::size_t kIrqDigits = 7;
    /// An interrupt seen in this chunk: its number's digits, shifted to the word's top, and the
    /// " name=…" that follows them where it begins.
    struct IrqSlot {
        std::uint64_t digits = 0;
        std::uint32_t generation = 0;
        std::uint16_t index = 0;
        std::uint8_t length = 0;  ///< Of `text`; 0: not seen yet, or too long.
        char text[32] = {};
    };
    static constexpr std::size_t kIrqSlots = 64;
    static std::size_t irqHash(std::uint64_t word, std::size_t digits) {
        return (word << 8 * (8 - digits)) * 0x9e3779b97f4a7c15 >> 58;
    }
    /// A (tid, comm) of arguments, kept with the chunk's index of it.
    static constexpr std::size_t kTaskSlots = 512;
    struct TaskSlot {
        std::array<char, 16> comm{};
        std::int64_t tid = -1;
        std::uint32_t generation = 0;
        std::uint16_t index = 0;
        std::uint16_t cpu = 0;
    };

    model::ChunkWriter m_writer;
    model::ParsedPart m_before;  // what was written in a coarser tick
    model::SourceId m_source{};
    std::int64_t m_tick = 1;
    std::uint32_t m_generation = 1;
    std::uint32_t m_births =
        0;  // counts up with each birth: a cached index may be of the life before
    std::array<NameSlot, 256> m_names{};
    std::array<IrqSlot, kIrqSlots> m_irqs{};
    std::array<TaskSlot, kTaskSlots> m_tasks{};
};

}  // namespace kscope::parsers
