// SPDX-License-Identifier: GPL-3.0-or-later
/// Kept descriptors, read with pread from the start each time.
#include "app/live/core/proc_sampler.h"

#include "model/core/format.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace kscope::app {

namespace {

using namespace std::chrono_literals;

constexpr auto kSlowInterval = 5000ms;
/// A read that takes longer holds the others up too much.
constexpr std::chrono::nanoseconds kHoldsUp = 250ms;
/// How soon it is seen that a file which is read aside has answered.
constexpr auto kLookEvery = 50ms;

std::int64_t nowNs() {
    return std::chrono::nanoseconds(LiveClock::now().time_since_epoch()).count();
}

}  // namespace

std::vector<PollChoice> pollChoices(std::chrono::milliseconds interval, const std::string& root) {
    constexpr std::array kUsual{"interrupts",      "softirqs",     "buddyinfo",    "zoneinfo",
                                "vmstat",          "meminfo",      "pressure/cpu", "pressure/io",
                                "pressure/memory", "pressure/irq", "schedstat",    "stat",
                                "loadavg",         "diskstats"};
    constexpr std::array kCostly{"slabinfo", "pagetypeinfo"};
    std::vector<PollChoice> choices;
    const auto add = [&](const char* name, std::chrono::milliseconds every) {
        using State = PollChoice::State;
        const auto path = std::string("/proc/") + name;
        const bool readable = access((root + path).c_str(), R_OK) == 0;
        choices.push_back({{path, every},
                           readable                            ? State::Readable
                           : errno == EACCES || errno == EPERM ? State::NoRight
                                                               : State::Missing});
    };
    for (const auto* const name : kUsual) add(name, interval);
    for (const auto* const name : kCostly)
        add(name, std::max<std::chrono::milliseconds>(interval, kSlowInterval));
    return choices;
}

std::vector<PollFile> defaultPollFiles(std::chrono::milliseconds interval,
                                       const std::string& root) {
    std::vector<PollFile> files;
    for (auto& choice : pollChoices(interval, root))
        if (choice.state == PollChoice::State::Readable) files.push_back(std::move(choice.file));
    return files;
}

ProcSampler::ProcSampler(std::vector<PollFile> files, std::string root) : m_root(std::move(root)) {
    for (auto& file : files) {
        file.interval = std::clamp(file.interval, kLeastInterval, kMostInterval);
        m_states.push_back({std::move(file), {}, {}, 0, 0, 0, 0, 0, 0});
    }
    m_kept.resize(m_states.size());
    begin(LiveClock::now());
}

ProcSampler::~ProcSampler() {
    for (const auto& kept : m_kept)
        if (kept.descriptor >= 0) close(kept.descriptor);
}

void ProcSampler::begin(LiveClock::time_point now) {
    for (auto& kept : m_kept) kept.due = now;
}

LiveClock::time_point ProcSampler::nextDue() const {
    auto next = LiveClock::time_point::max();
    for (const auto& kept : m_kept) {
        next = std::min(next, kept.due);
        if (kept.aside && kept.aside->busy()) next = std::min(next, LiveClock::now() + kLookEvery);
    }
    return next;
}

void ProcSampler::setInterval(std::size_t file, std::chrono::milliseconds interval) {
    auto& state = m_states[file];
    interval = std::clamp(interval, kLeastInterval, kMostInterval);
    m_kept[file].due += interval - state.file.interval;
    state.file.interval = interval;
}

void ProcSampler::fail(std::size_t index, int error) {
    auto& state = m_states[index];
    ++state.failed;
    state.problem = std::strerror(error);
    if (error == EACCES || error == EPERM) state.problem += " (root can read it)";
    if (auto& kept = m_kept[index]; kept.descriptor >= 0) {
        close(kept.descriptor);  // opened anew at its next time: a device may have come back
        kept.descriptor = -1;
    }
}

bool ProcSampler::readOne(std::size_t index, std::size_t& size) {
    auto& kept = m_kept[index];
    if (kept.descriptor < 0) {
        const auto path = m_root + m_states[index].file.path;
        kept.descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (kept.descriptor < 0) {
            fail(index, errno);
            return false;
        }
    }
    if (const int error = readWhole(kept.descriptor, kept.buffer, size); error != 0) {
        fail(index, error);
        return false;
    }
    return true;
}

void ProcSampler::keepAside(std::size_t file, std::chrono::nanoseconds took) {
    auto& kept = m_kept[file];
    kept.aside = std::make_unique<AsideReader>(m_root + m_states[file].file.path);
    kept.tookNs = took.count();
    if (kept.descriptor >= 0) close(std::exchange(kept.descriptor, -1));
    saySlow(file);
}

/// What the file is like, for whoever wonders where its readings are.
void ProcSampler::saySlow(std::size_t index) {
    const auto& kept = m_kept[index];
    auto& state = m_states[index];
    state.problem = "a read took " + model::formatDuration(model::Duration{kept.tookNs}) +
                    ": it is read apart from the others";
    if (kept.rest > state.file.interval)
        state.problem +=
            ", every " + model::formatDuration(model::Duration{kept.rest.count()}) + " for now";
}

void ProcSampler::takeAside(std::size_t index) {
    auto& kept = m_kept[index];
    auto& state = m_states[index];
    auto done = kept.aside->take();
    if (!done) return;
    state.lastNs = done->cpu.count();  // waiting costs nothing
    state.costNs += state.lastNs;
    if (done->error != 0) return fail(index, done->error);
    ++state.reads;
    ++state.late;
    kept.tookNs = done->afterNs - done->beforeNs;
    kept.rest = restAfter(state.file.interval, done->cpu);
    kept.due = std::max(kept.due, LiveClock::time_point(std::chrono::nanoseconds(done->beforeNs)) +
                                      kept.rest);
    kept.buffer = std::move(done->text);
    saySlow(index);
    m_samples.push_back({index, state.file.path, done->beforeNs, done->afterNs, kept.buffer, true});
}

void ProcSampler::readAside(std::size_t index, LiveClock::time_point now) {
    takeAside(index);
    auto& kept = m_kept[index];
    auto& state = m_states[index];
    if (kept.due > now) return;
    const auto slots = (now - kept.due) / state.file.interval;
    kept.due += state.file.interval * (slots + 1);
    // One that has not answered misses this time; it is not asked twice.
    state.missed += static_cast<std::uint64_t>(slots) + (kept.aside->busy() ? 1U : 0U);
    kept.aside->begin();
}

const std::vector<PollSample>& ProcSampler::readDue(LiveClock::time_point now) {
    m_samples.clear();
    for (std::size_t i = 0; i < m_kept.size(); ++i) {
        auto& kept = m_kept[i];
        auto& state = m_states[i];
        if (kept.aside) {
            readAside(i, now);
            continue;
        }
        if (kept.due > now) continue;
        const auto slots = (now - kept.due) / state.file.interval;
        const bool late = now - kept.due >= state.file.interval / 4;
        state.missed += static_cast<std::uint64_t>(slots);
        kept.due += state.file.interval * (slots + 1);
        const auto before = nowNs();
        std::size_t size = 0;
        const bool good = readOne(i, size);
        const auto after = nowNs();
        state.lastNs = after - before;
        state.costNs += state.lastNs;
        if (!good) continue;
        ++state.reads;
        state.late += late ? 1 : 0;
        state.problem = size == 0 ? "it is empty" : "";
        const std::chrono::nanoseconds cost(state.lastNs);
        if (cost > kHoldsUp) keepAside(i, cost);
        m_samples.push_back({i, state.file.path, before, after, {kept.buffer.data(), size}, late});
    }
    return m_samples;
}

std::chrono::nanoseconds restAfter(std::chrono::nanoseconds interval,
                                   std::chrono::nanoseconds cpu) {
    constexpr int kShare = 20;
    return cpu <= kHoldsUp ? interval : std::max(interval, cpu * kShare);
}

std::string irqAffinity(const std::string& root, std::string_view irq) {
    if (irq.empty() || irq.find_first_not_of("0123456789") != irq.npos) return {};
    const auto lineOf = [&](const char* name) {
        std::ifstream file(root + "/proc/irq/" + std::string(irq) + '/' + name);
        std::string line;
        std::getline(file, line);
        return line;
    };
    const auto may = lineOf("smp_affinity_list");
    const auto now = lineOf("effective_affinity_list");  // since Linux 4.13
    return may.empty() || now.empty() || now == may ? may : may + ", now on " + now;
}

bool parseInterval(std::string_view text, std::chrono::nanoseconds& into) {
    double value = 0;
    double unit = 0.1;
    std::size_t at = 0;
    bool digits = false;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, digits = true)
        value = value * 10 + (text[at] - '0');
    if (at < text.size() && text[at] == '.')
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
            value += unit * (text[at] - '0');
    const auto rest = text.substr(at);
    const double scale = rest == "ms"                   ? 1e6
                         : rest == "s" || rest.empty()  ? 1e9
                         : rest == "us"                 ? 1e3
                         : rest == "m" || rest == "min" ? 60e9
                         : rest == "h"                  ? 3600e9
                                                        : 0;
    if (!digits || scale == 0 || value * scale > 9e17) return false;
    into = std::chrono::nanoseconds(static_cast<std::int64_t>(value * scale + 0.5));
    return true;
}

}  // namespace kscope::app
