// SPDX-License-Identifier: GPL-3.0-or-later
/// Bursts of bios that become requests, and their completions later.
#include "tests/support/block_generator.h"

#include <queue>

#include <array>
#include <cstring>
#include <random>

namespace kscope::support {

namespace {
// include/uapi/linux/blktrace_api.h: codes, and categories 16 bits above.
constexpr std::uint32_t kQueue = 1, kBackMerge = 2, kFrontMerge = 3, kGetRequest = 4, kIssue = 7,
                        kComplete = 8, kPlug = 9, kUnplug = 10, kInsert = 12, kRemap = 15;
constexpr std::uint32_t kReadBit = 1u << 16, kWriteBit = 1u << 17, kSyncBit = 1u << 19,
                        kNotify = 1u << 26;
constexpr std::uint32_t kDisk = 8u << 20, kPartition = kDisk | 2, kPartitionStart = 4096;
constexpr std::array<const char*, 6> kNames{"fio", "kworker/u8:2", "jbd2/sda2-8",
                                            "dd",  "postgres",     "cc1plus"};

/// One CPU: its clock, and what its disk still works on.
class GeneratedCpu {
public:
    GeneratedCpu(unsigned number, std::uint64_t seed)
        : m_random(seed * 977 + number),
          m_cpu(number),
          m_next(std::uint64_t{number} * 60'000'000 + 8) {
        if (number == 0) note(1, 0, m_random());  // wall clock, at the begin of the run
        for (unsigned i = 0; i < kNames.size(); ++i) note(0, pidOf(i), 0, kNames[i]);
    }
    void burst() {
        m_pid = pidOf(static_cast<unsigned>(m_random() % kNames.size()));
        const bool reads = m_random() % 3 == 0;
        const std::uint32_t kind = reads ? kReadBit | kSyncBit : kWriteBit | kSyncBit;
        const auto bios = reads ? 1 : 1 + m_random() % 8;
        if (reads) m_next = std::uint64_t{m_cpu} * 60'000'000 + (1 + m_random() % 7'000'000) * 8;
        finishUntil(m_time += 2'000 + m_random() % 20'000);
        const auto begin = m_next;
        const bool front = bios > 2 && m_random() % 64 == 0;  // its last bio lies before the first
        for (std::uint64_t i = 0; i < bios; ++i) {
            const auto sector = front ? begin + ((i + 1) % bios) * 8 : begin + i * 8;
            bio(sector, kind,
                i == 0                   ? kGetRequest
                : front && i + 1 == bios ? kFrontMerge
                                         : kBackMerge);
            if (i == 0) add(kPlug | kReadBit, m_pid, 0, 0, {});
        }
        m_next = begin + bios * 8;
        add(kUnplug | kReadBit, m_pid, 0, 0, bigEndian64(1));
        const auto bytes = static_cast<std::uint32_t>(bios) * 4096;
        add(kInsert | kind, m_pid, begin, bytes, {});
        add(kIssue | kind, m_pid, begin, bytes, {});
        m_open.push({m_time + 60'000 + m_random() % 500'000, begin, bytes, kind});
    }
    void finishUntil(std::uint64_t time) {
        while (!m_open.empty() && m_open.top().time <= time) {
            const auto done = m_open.top();
            m_open.pop();
            const auto now = m_time;
            m_time = std::max(m_last + 1, done.time);
            add(kComplete | done.kind, m_random() % 4 == 0 ? m_pid : 0, done.sector, done.bytes,
                {});
            m_time = now;
        }
        m_time = std::max(m_time, m_last);
    }
    [[nodiscard]] std::uint32_t records() const { return m_sequence; }
    [[nodiscard]] std::string take() { return std::move(m_out); }

private:
    struct Done {
        std::uint64_t time;
        std::uint64_t sector;
        std::uint32_t bytes;
        std::uint32_t kind;
        friend bool operator<(const Done& a, const Done& b) { return a.time > b.time; }
    };
    static std::uint32_t pidOf(unsigned name) { return 700 + name * 37; }
    static std::string bigEndian64(std::uint64_t value) {
        std::string bytes;
        for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
        return bytes;
    }
    void bio(std::uint64_t sector, std::uint32_t kind, std::uint32_t then) {
        const auto from = std::uint64_t{kPartition} << 32 | kDisk;
        add(kRemap | kind, m_pid, sector, 4096,
            bigEndian64(from) + bigEndian64(sector - kPartitionStart + (1u << 20)));
        add(kQueue | kind, m_pid, sector, 4096, {});
        add(then | kind, m_pid, sector, 4096, {});
    }
    void add(std::uint32_t action, std::uint32_t pid, std::uint64_t sector, std::uint32_t bytes,
             const std::string& payload) {
        m_time += 150 + m_random() % 400;
        m_last = m_time;
        // The partition's own start keeps the remap's source above zero.
        record(++m_sequence, m_time, sector == 0 ? 0 : sector + (1u << 20), bytes, action, pid,
               kDisk, payload);
    }
    void note(std::uint32_t code, std::uint32_t pid, std::uint64_t nanoseconds,
              const char* comm = nullptr) {
        std::string payload(comm == nullptr ? 8 : 16, '\0');
        if (comm != nullptr) std::memcpy(payload.data(), comm, std::strlen(comm));
        else payload[0] = static_cast<char>(nanoseconds % 100);
        record(0, m_time, 0, 0, code | kNotify, pid, 0, payload);
    }
    void record(std::uint32_t sequence, std::uint64_t time, std::uint64_t sector,
                std::uint32_t bytes, std::uint32_t action, std::uint32_t pid, std::uint32_t device,
                const std::string& payload) {
        put(std::uint32_t{0x65617407});
        put(sequence);
        put(time);
        put(sector);
        put(bytes);
        put(action);
        put(pid);
        put(device);
        put(std::uint32_t{m_cpu});
        put(std::uint16_t{0});
        put(static_cast<std::uint16_t>(payload.size()));
        m_out += payload;
    }
    template <class T> void put(T value) {
        for (std::size_t i = 0; i < sizeof value; ++i)
            m_out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    }

    std::mt19937_64 m_random;
    std::uint32_t m_cpu;
    std::uint32_t m_pid = 0;
    std::uint32_t m_sequence = 0;
    std::uint64_t m_next;
    std::uint64_t m_time = 1'000'000'000;
    std::uint64_t m_last = 0;
    std::priority_queue<Done> m_open;
    std::string m_out;
};
}  // namespace

std::vector<std::string> generateBlktrace(const BlockGeneratorOptions& options) {
    std::vector<std::string> files;
    for (unsigned i = 0; i < options.cpus; ++i) {
        GeneratedCpu cpu(i, options.seed);
        while (cpu.records() < options.records / options.cpus) cpu.burst();
        cpu.finishUntil(UINT64_MAX);
        files.push_back(cpu.take());
    }
    return files;
}

}  // namespace kscope::support
