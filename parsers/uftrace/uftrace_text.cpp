// SPDX-License-Identifier: GPL-3.0-or-later
/// A record as `uftrace dump` prints it, read again.
#include "parsers/uftrace/uftrace_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace kscope::parsers {
namespace {

constexpr std::size_t kTextBuffer = 8 << 10;
constexpr std::size_t kRunBuffer = 256 << 10;
constexpr std::size_t kUsualPayload = 1 << 10;
constexpr std::size_t kMostShownPayload = 64 << 10;
constexpr int kMostSkippedRecords = 100'000;  // in front of the wanted one in a kernel page

/// "vmsize=15488KB vmrss=7456KB shared=5348KB" and the like.
std::string eventData(const UftraceRecord& record, std::string_view data, bool bigEndian) {
    const auto number = [&](std::size_t index) {
        return data.size() >= index * 8 + 8 ? uftraceNumber(data.substr(index * 8), 8, bigEndian)
                                            : 0;
    };
    switch (record.address) {
    case 100001:
    case 100003:
        return fmt::format("vmsize={}KB vmrss={}KB shared={}KB", number(0), number(1), number(2));
    case 100002:
    case 100004: return fmt::format("major={} minor={}", number(0), number(1));
    case 100005:
    case 100006: return fmt::format("cycles={} instructions={}", number(0), number(1));
    case 100007:
    case 100008: return fmt::format("refers={} misses={}", number(0), number(1));
    case 100009:
    case 100010: return fmt::format("branch={} misses={}", number(0), number(1));
    case 100011:
        return data.size() < 4
                   ? std::string()
                   : fmt::format("cpu={}",
                                 static_cast<std::int32_t>(uftraceNumber(data, 4, bigEndian)));
    case 100012: return fmt::format("var={:#x} data={:#x}", number(0), number(1));
    default: return fmt::format("{} bytes of data", data.size());
    }
}

/// Streams that were asked for a record each, kept for the records behind: rows are mostly read in
/// their order. Only of user records, which stand one behind the other. From any thread.
class RecordReaders {
public:
    /// The record that begins at `offset`; false: none does, or the file is gone.
    bool read(const UftraceData& data, const UftraceData::RecordFile& file, std::uint64_t offset,
              UftraceRecord& record) {
        auto reader = take(file, offset);
        if (reader.stream && !advance(reader, offset, record)) reader = {};
        if (!reader.stream) {
            reader.file = &file;
            reader.stream = data.open(file, kTextBuffer, offset);
            if (!reader.stream || !advance(reader, offset, record)) return false;
        } else if (++reader.steps == kStepsOfARun) {
            // It goes on and on: larger pieces.
            reader.stream = data.open(file, kRunBuffer, offset);
            if (!reader.stream || !advance(reader, offset, record)) return false;
        }
        keep(std::move(reader));
        return true;
    }

private:
    struct Reader {
        const UftraceData::RecordFile* file = nullptr;
        std::unique_ptr<UftraceStream> stream;
        std::uint64_t at = 0;  ///< Of the record read last.
        unsigned steps = 0;
    };
    static constexpr std::uint64_t kNear = 16 << 10;  // bytes that are stepped over
    static constexpr unsigned kStepsOfARun = 16;
    static constexpr std::size_t kMostIdle = 16;

    static bool advance(Reader& reader, std::uint64_t offset, UftraceRecord& record) {
        do {
            // Times are told as they stand in the file, whatever was read before.
            reader.stream->startAfter(0);
            if (!reader.stream->next(record)) return false;
            reader.at = record.position;
        } while (record.position < offset);
        return record.position == offset;
    }
    /// That which stands nearest in front of `offset`, else one without a stream.
    Reader take(const UftraceData::RecordFile& file, std::uint64_t offset) {
        const std::lock_guard lock(m_mutex);
        auto best = m_idle.end();
        for (auto each = m_idle.begin(); each != m_idle.end(); ++each)
            if (each->file == &file && each->at < offset && offset - each->at <= kNear &&
                (best == m_idle.end() || each->at > best->at))
                best = each;
        if (best == m_idle.end()) return {};
        Reader found = std::move(*best);
        m_idle.erase(best);
        return found;
    }
    void keep(Reader reader) {
        const std::lock_guard lock(m_mutex);
        if (m_idle.size() == kMostIdle) m_idle.erase(m_idle.begin());
        m_idle.push_back(std::move(reader));
    }
    std::mutex m_mutex;          // guards what follows
    std::vector<Reader> m_idle;  // used last at the end
};

class UftraceSource final : public model::EventSource {
public:
    explicit UftraceSource(std::shared_ptr<const UftraceData> data) : m_data(std::move(data)) {}

    model::Result<model::EventText> eventText(std::uint64_t position) const override {
        const auto* const file = fileAt(position);
        if (file == nullptr) return model::failure("no file of the directory holds this record");
        const auto offset = (position - file->base) << file->shift;
        UftraceRecord record;
        if (file->kind == UftraceData::FileKind::User &&
            m_readers.read(*m_data, *file, offset, record))
            return textOf(*file, record);
        const auto stream = m_data->open(*file, kTextBuffer, offset);
        if (!stream) return model::failure(file->name + " is no longer in the directory");
        for (int i = 0; i < kMostSkippedRecords && stream->next(record); ++i)
            if (record.position == offset) return textOf(*file, record);
        return model::failure(file->name + " was changed since it was opened");
    }
    /// Records are no text: what is searched are the texts of rows.
    model::Result<std::size_t> bytes(std::uint64_t, std::span<char>) const override { return 0; }
    std::uint64_t size() const override { return m_data->bytes(); }

private:
    [[nodiscard]] const UftraceData::RecordFile* fileAt(std::uint64_t position) const {
        const auto after =
            std::ranges::upper_bound(m_data->files, position, {}, &UftraceData::RecordFile::base);
        return after == m_data->files.begin() ? nullptr : &*(after - 1);
    }

    model::EventText textOf(const UftraceData::RecordFile& file,
                            const UftraceRecord& record) const {
        model::EventText out;
        if (const auto process = m_data->processOf.find(record.tid);
            process != m_data->processOf.end())
            out.tgid = model::Tid{static_cast<std::int32_t>(process->second)};
        std::string name;
        switch (record.kind) {
        case UftraceRecordKind::Entry:
        case UftraceRecordKind::Exit: {
            const auto function = m_data->nameOf(record, m_data->scopeOf(record));
            name = function.shown;
            out.args = callText(file, record, function);
            break;
        }
        case UftraceRecordKind::Lost:
            out.args = fmt::format("LOST {} records", record.address);
            break;
        case UftraceRecordKind::TaskName: out.args = fmt::format("comm=\"{}\"", record.comm); break;
        case UftraceRecordKind::Event:
            out.args = eventData(record, payload(file, record, kMostShownPayload), bigEndian());
            break;
        case UftraceRecordKind::Extern: out.args = externLine(file, record); break;
        default: break;
        }
        if (name.empty()) name = m_data->eventName(record);
        out.line = fmt::format("{}.{:09} {:>6}: {} {}", record.time / 1'000'000'000,
                               record.time % 1'000'000'000, record.tid, name, out.args);
        return out;
    }
    [[nodiscard]] bool bigEndian() const { return m_data->info.bigEndian; }

    std::string callText(const UftraceData::RecordFile& file, const UftraceRecord& record,
                         const UftraceData::FunctionName& function) const {
        const bool exit = record.kind == UftraceRecordKind::Exit;
        auto text = fmt::format("[{}] ({:x}) depth: {}", exit ? "exit " : "entry",
                                record.address & 0xffffffffffff, record.depth);
        if (!record.more) return text;
        const auto* const fields = m_data->fieldsOf(record, function);
        if (fields == nullptr) return text;
        // Where a pointer leads is asked of the same memory map as where a function lies.
        const auto nameOf = [&](std::uint64_t address) {
            return m_data->pointerName(record, address);
        };
        auto bytes = payload(file, record, kUsualPayload);
        if (!UftraceArguments::lengthOf(*fields, bytes))
            bytes = payload(file, record, kMostShownPayload);
        const auto values = UftraceArguments::text(*fields, bytes, nameOf);
        return text + (exit ? " = " + values : " (" + values + ")");
    }
    /// What follows a user record, up to `most` bytes; an event's without its length.
    std::string payload(const UftraceData::RecordFile& file, const UftraceRecord& record,
                        std::size_t most) const {
        constexpr std::size_t kRecord = 16;
        const auto opened = m_data->directory.file(file.name);
        if (!opened || !record.more) return {};
        std::string bytes(most, '\0');
        bytes.resize(opened->read(record.position + kRecord, bytes));
        if (record.kind != UftraceRecordKind::Event) return bytes;
        if (bytes.size() < 2) return {};
        const auto length = uftraceNumber(bytes, 2, bigEndian());
        return bytes.substr(2, static_cast<std::size_t>(length));
    }
    std::string externLine(const UftraceData::RecordFile& file, const UftraceRecord& record) const {
        const auto opened = m_data->directory.file(file.name);
        if (!opened) return {};
        std::string bytes(4096, '\0');
        bytes.resize(opened->read(record.position, bytes));
        auto line = std::string_view(bytes).substr(0, bytes.find('\n'));
        const auto begin = line.find_first_not_of(" \t");
        if (begin == line.npos) return {};
        line.remove_prefix(begin);
        const auto blank = line.find_first_of(" \t");
        return blank == line.npos ? std::string() : std::string(line.substr(blank + 1));
    }

    std::shared_ptr<const UftraceData> m_data;
    mutable RecordReaders m_readers;
};

}  // namespace

std::shared_ptr<const model::EventSource>
makeUftraceSource(std::shared_ptr<const UftraceData> data) {
    return std::make_shared<UftraceSource>(std::move(data));
}

}  // namespace kscope::parsers
