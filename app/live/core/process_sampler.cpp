// SPDX-License-Identifier: GPL-3.0-or-later
/// Folders of numbers below /proc.
#include "app/live/core/process_sampler.h"

#include "app/live/core/proc_sampler.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace kscope::app {

namespace {

/// A stat line and a status are far shorter; a damaged file must not grow the buffer.
constexpr std::size_t kMostText = 64 << 10;

std::int64_t monotonicNs() {
    return std::chrono::nanoseconds(LiveClock::now().time_since_epoch()).count();
}

/// Names of `folder` that are numbers.
std::vector<std::string> numberedFolders(const std::string& folder) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(folder.c_str()), closedir);
    if (!open) return names;
    while (const auto* entry = readdir(open.get())) {
        const std::string_view name = entry->d_name;
        if (name.find_first_not_of("0123456789") == name.npos) names.emplace_back(name);
    }
    return names;
}

}  // namespace

ProcessSampler::ProcessSampler(std::string root) : m_root(std::move(root)) {
    m_units.tickNs = 1'000'000'000 / std::max(1L, sysconf(_SC_CLK_TCK));
    m_units.pageBytes = std::max(1L, sysconf(_SC_PAGESIZE));
    m_othersHidden = geteuid() != 0 && readFile(m_root + "/proc/mounts") && hidesOthers(m_text);
}

bool hidesOthers(std::string_view mounts) {
    for (std::size_t at = 0; at < mounts.size();) {
        const auto end = std::min(mounts.find('\n', at), mounts.size());
        const auto line = mounts.substr(at, end - at);
        at = end + 1;
        const auto options = line.find(" /proc proc ");
        if (options == line.npos) continue;
        for (const auto* const value : {"2", "4", "invisible", "ptraceable"})
            for (const char* const next : {",", " "})
                if (line.find(std::string("hidepid=") + value + next, options) != line.npos)
                    return true;
    }
    return false;
}

bool ProcessSampler::readFile(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return false;
    errno = 0;  // what a read that is empty leaves behind
    m_text.resize(kMostText);
    std::size_t size = 0;
    while (size < m_text.size()) {
        const auto got = read(file, m_text.data() + size, m_text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    close(file);
    m_text.resize(size);
    return size > 0;
}

void ProcessSampler::addOne(const std::string& folder, model::ProcessList& list) {
    if (!readFile(folder + "/stat")) {
        list.noRight += errno == EACCES || errno == EPERM ? 1 : 0;
        ++list.unread;
        return;
    }
    auto row = model::readProcessStat(m_text, m_units);
    if (!row) {
        ++list.unread;
        return;
    }
    if (readFile(folder + "/status")) model::addProcessStatus(m_text, *row);
    if (row->state != 'R' && readFile(folder + "/wchan") && m_text != "0") row->wchan = m_text;
    list.rows.push_back(std::move(*row));
}

model::ProcessListPtr ProcessSampler::sample(Threads threads) {
    auto list = std::make_shared<model::ProcessList>();
    list->takenNs = monotonicNs();
    list->othersHidden = m_othersHidden;
    for (const auto& name : numberedFolders(m_root + "/proc")) {
        const auto folder = m_root + "/proc/" + name;
        if (threads == Threads::Leave) {
            addOne(folder, *list);
            continue;
        }
        for (const auto& thread : numberedFolders(folder + "/task"))
            addOne(folder + "/task/" + thread, *list);
    }
    std::ranges::sort(list->rows, {}, &model::ProcessRow::tid);
    const auto passed = static_cast<double>(list->takenNs - m_beforeNs);
    std::unordered_map<std::int32_t, Before> now;
    for (auto& row : list->rows) {
        const auto before = m_before.find(raw(row.tid));
        if (before != m_before.end() && before->second.startTicks == row.startTicks && passed > 0)
            row.cpu =
                static_cast<double>(std::max<std::int64_t>(0, row.cpuNs - before->second.cpuNs)) /
                passed;
        now[raw(row.tid)] = {row.startTicks, row.cpuNs};
    }
    m_before = std::move(now);
    m_beforeNs = list->takenNs;
    list->costNs = monotonicNs() - list->takenNs;
    return list;
}

}  // namespace kscope::app
