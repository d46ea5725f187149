// SPDX-License-Identifier: GPL-3.0-or-later
/// The record files of uftrace data, each read from front to back (uftrace.h; libmcount/record.c;
/// utils/perf.c; kernel ring buffers: include/linux/ring_buffer.h).
#pragma once

#include "parsers/uftrace/uftrace_directory.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::parsers {

enum class UftraceRecordKind : std::uint8_t {
    Entry,
    Exit,
    Lost,
    Event,  ///< Of uftrace itself: `address` is its id.
    SchedIn,
    SchedOut,
    SchedOutPreempted,
    TaskNew,
    TaskExit,
    TaskName,
    Extern,
};

struct UftraceRecord {
    std::int64_t time = 0;  ///< ns
    std::uint64_t address = 0;
    std::uint64_t position = 0;  ///< In its file.
    std::int64_t tid = -1;
    std::uint32_t depth = 0;
    UftraceRecordKind kind = UftraceRecordKind::Entry;
    bool more = false;  ///< Arguments or data follow.
    bool kernel = false;
    std::string_view comm;  ///< TaskName, until the next record
};

/// What was odd about a file.
struct UftraceFaults {
    std::uint64_t badRecords = 0;  ///< Reading stopped there, or bytes were skipped to go on.
    std::uint64_t cutRecords = 0;  ///< The file ends inside one.
    std::uint64_t backwards = 0;   ///< Times earlier than the one before, raised to it.
    std::uint64_t lost = 0;        ///< Records lost, where counted; else marks of loss.
    std::uint64_t firstAt = 0;     ///< Position of the first bad record.
};

/// One file's records in order.
class UftraceStream {
public:
    explicit UftraceStream(std::size_t bufferBytes) : m_bufferBytes(bufferBytes) {}
    virtual ~UftraceStream() = default;
    UftraceStream(const UftraceStream&) = delete;
    UftraceStream& operator=(const UftraceStream&) = delete;
    /// The next record; false at the end.
    [[nodiscard]] virtual bool next(UftraceRecord& record) = 0;
    /// No record is earlier than `time`: what was read before this stream's begin.
    virtual void startAfter(std::int64_t time) { (void)time; }
    [[nodiscard]] const UftraceFaults& faults() const noexcept { return m_faults; }

protected:
    /// Bytes of the file from `offset`, at least `least` of them where there are so many.
    [[nodiscard]] std::string_view at(const UftraceFile& file, std::uint64_t offset,
                                      std::size_t least);
    void fault(std::uint64_t position) {
        if (m_faults.badRecords++ == 0) m_faults.firstAt = position;
    }
    UftraceFaults m_faults;

private:
    std::size_t m_bufferBytes;
    std::vector<char> m_buffer;
    std::uint64_t m_begin = 0;
    std::size_t m_filled = 0;
};

// `from`: where the first record begins (for kernel data: any place in its page).

/// Bytes that the arguments of a record take in the file, padding included; nothing: not known.
using PayloadLength =
    std::function<std::optional<std::size_t>(const UftraceRecord&, std::string_view data)>;

[[nodiscard]] std::unique_ptr<UftraceStream> userStream(UftraceFilePtr file, std::int64_t tid,
                                                        bool bigEndian, PayloadLength payload,
                                                        std::size_t bufferBytes,
                                                        std::uint64_t from = 0);
[[nodiscard]] std::unique_ptr<UftraceStream>
perfStream(UftraceFilePtr file, bool bigEndian, std::size_t bufferBytes, std::uint64_t from = 0);

/// Where the fields of the kernel's own function graph records lie.
struct KernelFormats {
    bool known = false;
    bool bigEndian = false;
    std::uint32_t pageSize = 4096;
    std::uint32_t longSize = 8;
    std::uint32_t dataAt = 16;
    struct Graph {
        std::int64_t id = -1;
        std::uint32_t pidAt = 4, functionAt = 8, depthAt = 16;
    };
    Graph entry, exit;
};
[[nodiscard]] KernelFormats readKernelHeader(std::string_view text);
[[nodiscard]] std::unique_ptr<UftraceStream> kernelStream(UftraceFilePtr file,
                                                          const KernelFormats& formats,
                                                          std::size_t bufferBytes,
                                                          std::uint64_t from = 0);
[[nodiscard]] std::unique_ptr<UftraceStream>
externStream(UftraceFilePtr file, std::size_t bufferBytes, std::uint64_t from = 0);

/// How many records a Lost record stands for.
/// More than so many lost records must have had time to be made.
inline constexpr std::uint64_t kBelievedLost = 1u << 20;
[[nodiscard]] inline std::uint64_t uftraceLost(const UftraceRecord& record) {
    return record.address > 0 && record.address < (1ULL << 47) ? record.address : 1;
}
/// An integer of `size` bytes at the begin of `bytes`, which holds so many.
[[nodiscard]] std::uint64_t uftraceNumber(std::string_view bytes, std::size_t size, bool bigEndian);

}  // namespace kscope::parsers
