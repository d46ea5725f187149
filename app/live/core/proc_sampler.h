// SPDX-License-Identifier: GPL-3.0-or-later
/// Reads files of /proc again and again, each at its own interval, through descriptors that stay
/// open. No thread of its own: whoever calls waits until something is due. A file that answers late
/// is from then on read aside, so that it holds up the others once at most.
#pragma once

#include "app/live/core/aside_reader.h"
#include "app/live/core/column_watch.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kscope::app {

using LiveClock = std::chrono::steady_clock;  ///< CLOCK_MONOTONIC on Linux.

inline constexpr std::chrono::milliseconds kLeastInterval{50};
inline constexpr std::chrono::milliseconds kMostInterval{60'000};

struct PollFile {
    std::string path;  ///< Below the folder, as it is named: "/proc/pressure/io".
    std::chrono::milliseconds interval{200};
};
/// A file that polling knows of, and whether this person may read it.
struct PollChoice {
    PollFile file;
    enum class State : std::uint8_t { Readable, NoRight, Missing } state = State::Readable;
};
/// All of them, in the order of the table of sources.
[[nodiscard]] std::vector<PollChoice> pollChoices(std::chrono::milliseconds interval,
                                                  const std::string& root = "");
/// What is polled when nothing was asked for, those that this machine has: slabinfo and
/// pagetypeinfo (root alone can read them, and they cost milliseconds) every 5 s.
[[nodiscard]] std::vector<PollFile> defaultPollFiles(std::chrono::milliseconds interval,
                                                     const std::string& root = "");

/// One read of one file.
struct PollSample {
    std::size_t file = 0;  ///< Index into ProcSampler::files().
    std::string_view path;
    std::int64_t beforeNs = 0;  ///< CLOCK_MONOTONIC.
    std::int64_t afterNs = 0;
    std::string_view text;  ///< Valid until the next readDue().
    bool late = false;      ///< A quarter of the interval or more after its time.
};

struct PollFileState {
    PollFile file;
    std::string problem;   ///< Why it cannot be read now; empty: it can.
    ColumnChange columns;  ///< Since its first reading; the poller knows.
    std::uint64_t reads = 0;
    std::uint64_t failed = 0;
    std::uint64_t missed = 0;  ///< Times that passed without a read.
    std::uint64_t late = 0;
    std::int64_t costNs = 0;  ///< Of all reads together.
    std::int64_t lastNs = 0;  ///< Of the last one.
};

class ProcSampler {
public:
    /// `root` is put in front of every path: "" for this machine's /proc, a folder for a test.
    explicit ProcSampler(std::vector<PollFile> files, std::string root = {});
    ~ProcSampler();
    ProcSampler(const ProcSampler&) = delete;
    ProcSampler& operator=(const ProcSampler&) = delete;

    /// Begins anew at `now`: every file is due then.
    void begin(LiveClock::time_point now);
    /// When the next file is due.
    [[nodiscard]] LiveClock::time_point nextDue() const;
    /// Reads every file that is due at `now`. A file that cannot be read is named in its state and
    /// tried again at its next time; it gives no sample.
    [[nodiscard]] const std::vector<PollSample>& readDue(LiveClock::time_point now);
    void setInterval(std::size_t file, std::chrono::milliseconds interval);
    /// From now on the file is read aside; so it is after a read that held the others up.
    void keepAside(std::size_t file, std::chrono::nanoseconds took);
    [[nodiscard]] const std::vector<PollFileState>& files() const noexcept { return m_states; }

private:
    struct Kept {
        int descriptor = -1;
        std::string buffer;
        LiveClock::time_point due;
        std::unique_ptr<AsideReader> aside;  ///< Of a file that held the others up.
        std::int64_t tookNs = 0;             ///< The last read aside.
        std::chrono::nanoseconds rest{};     ///< Until the next read aside.
    };
    bool readOne(std::size_t index, std::size_t& size);
    void readAside(std::size_t index, LiveClock::time_point now);
    void takeAside(std::size_t index);
    void saySlow(std::size_t index);
    void fail(std::size_t index, int error);

    std::string m_root;
    std::vector<PollFileState> m_states;
    std::vector<Kept> m_kept;
    std::vector<PollSample> m_samples;
};

/// Until a file is read again: its interval, or much longer where a read took so much CPU time that
/// polling would load the machine: a twentieth of the time at most.
[[nodiscard]] std::chrono::nanoseconds restAfter(std::chrono::nanoseconds interval,
                                                 std::chrono::nanoseconds cpu);

/// Where the interrupts of a line may go, "0-3, now on 2"; empty where that cannot be read.
[[nodiscard]] std::string irqAffinity(const std::string& root, std::string_view irq);

/// "200ms", "1s", "1.5s", "2m"; nothing where it is no length of time.
[[nodiscard]] bool parseInterval(std::string_view text, std::chrono::nanoseconds& into);

}  // namespace kscope::app
