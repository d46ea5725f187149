// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads the texts of one file, round after round, into delta-coded chunks. A text that differs
/// from the one before in its numbers alone (nearly every one) is read by comparing the two: what
/// is the same costs a comparison of memory, what is not one number.
#pragma once

#include "model/store/counter_join.h"
#include "parsers/procfs/proc_shape.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kscope::parsers {

class RoundReader {
public:
    RoundReader(std::string_view path, model::CounterFile file);

    [[nodiscard]] const std::string& path() const noexcept { return m_path; }
    /// Length of the text read last, a guess for the next one's.
    [[nodiscard]] std::size_t lastLength() const noexcept { return m_text.size(); }

    /// Whether `text` differs from the one before in numbers alone. Then commit() takes it as the
    /// next round; anything else forgets it.
    [[nodiscard]] bool follow(std::string_view text);
    void commit(const model::CounterChunk::Round& round);
    /// Reads any text as the next round: follow() and commit(), or else all of it anew. What was
    /// odd about it is added to `odd`. `text` must stay until keepText() or the next round.
    void read(std::string_view text, const model::CounterChunk::Round& round, ShapeOddities& odd);
    /// Copies the text read last, so that its bytes may go.
    void keepText();

    /// Chunks since the last call, in order; the next round begins a new one.
    [[nodiscard]] std::vector<model::CounterPart> take();
    /// For a source that grows: what take() would give, but the last chunk stays open. Each call's
    /// first chunk replaces the one that was open at the call before.
    [[nodiscard]] std::vector<model::CounterPart> takeGrowing();
    /// Counters that went backwards within a chunk since the last call; the join of the chunks
    /// counts those between two.
    [[nodiscard]] std::uint64_t takeResets() { return std::exchange(m_resets, 0); }
    [[nodiscard]] std::size_t numbers() const noexcept { return m_values.size(); }
    [[nodiscard]] const std::vector<std::uint64_t>& values() const noexcept { return m_values; }
    [[nodiscard]] const std::shared_ptr<const model::CounterNames>& names() const noexcept {
        return m_names;
    }

private:
    struct Change {
        std::uint32_t place;
        std::uint32_t begin;  ///< Of the number in the new text.
        std::uint32_t end;
        std::uint64_t value;
    };
    [[nodiscard]] bool takeField(std::string_view text, std::size_t place, std::size_t zone,
                                 std::size_t at, Change& change) const;
    void moveFields();
    void writeRound(const model::CounterChunk::Round& round, const ProcShape& shape);
    void closeChunk();
    void changeTo(std::size_t place, std::uint64_t value);

    std::string m_path;
    model::CounterFile m_file;
    std::shared_ptr<const model::CounterNames> m_names;  // Null before the first text.
    std::string_view m_text;                             // The text before; lies in m_kept or not.
    std::string m_kept;
    std::string_view m_next;  // Of follow(), until commit().
    std::vector<std::uint32_t> m_begins;
    std::vector<std::uint32_t> m_ends;
    std::vector<NumberField> m_fields;  // begin and end are of the text that was read in full
    std::vector<std::uint64_t> m_values;
    std::vector<Change> m_changes;
    std::uint64_t m_resets = 0;
    model::CounterChunkWriter m_writer;
    std::vector<model::CounterPart> m_done;
    bool m_openGiven = false;  // takeGrowing() gave a copy of the chunk that is open.
};

}  // namespace kscope::parsers
