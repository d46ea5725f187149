// SPDX-License-Identifier: GPL-3.0-or-later
/// Reading a folder of snapshots: t0/interrupts, t0/node0/vmstat, t1/interrupts …, or one file each
/// (t0_interrupts).
#include "parsers/bytes/open_input.h"
#include "parsers/procfs/proc_files.h"
#include "parsers/procfs/proc_import.h"
#include "parsers/procfs/proc_source.h"
#include "parsers/procfs/round_collector.h"
#include "parsers/procfs/snapshot_split.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace kscope::parsers {

using model::CounterFile;
using model::DiagnosticKind;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxFolderFiles = 20'000;
constexpr int kMaxFolderDepth = 5;
constexpr std::size_t kSniffBytes = 16 << 10;
constexpr std::int64_t kFolderStepNs = 1'000'000'000;
constexpr std::uint64_t kMaxFolderFileBytes = 16 << 20;

struct FoundFile {
    fs::path path;
    std::string inside;  ///< "/proc/interrupts", "node0/vmstat"
    CounterFile file{};
};
struct FoundSnapshot {
    std::string name;
    std::vector<FoundFile> files;
    std::optional<std::int64_t> uptimeNs;
};

std::string readFolderFile(const fs::path& path, std::size_t most) {
    const auto input = openInput(path.string());
    if (!input || input->kind == InputKind::Directory) return {};
    std::string text(most, '\0');
    text.resize(input->file.readAt(0, text).value_or(0));
    return text;
}

/// "t2" before "t10".
bool naturalLess(const std::string& a, const std::string& b) {
    std::size_t i = 0;
    std::size_t j = 0;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            std::size_t x = i;
            std::size_t y = j;
            while (x < a.size() && digit(a[x])) ++x;
            while (y < b.size() && digit(b[y])) ++y;
            const auto left = a.substr(i, x - i);
            const auto right = b.substr(j, y - j);
            if (left.size() != right.size()) return left.size() < right.size();
            if (left != right) return left < right;
            i = x;
            j = y;
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

std::optional<CounterFile> procFileAt(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    const auto head = readFolderFile(path, kSniffBytes);
    const auto found = sniff(head, 0);
    return procFileOfKind(found.kind);
}

/// "root3_interrupts" → "root3", where the rest is the name of its kind.
std::string snapshotLabel(const std::string& name, CounterFile file) {
    const auto kind = procFileName(file);
    const auto at = name.find(kind);
    if (at == std::string::npos || at < 2) return {};
    return name.substr(0, at - 1);
}

class FolderScan {
public:
    explicit FolderScan(fs::path root) : m_root(std::move(root)) {}

    std::vector<FoundSnapshot> run() {
        scan(m_root, 0);
        std::ranges::stable_sort(m_snapshots, [](const auto& a, const auto& b) {
            return a.uptimeNs && b.uptimeNs && a.uptimeNs != b.uptimeNs
                       ? *a.uptimeNs < *b.uptimeNs
                       : naturalLess(a.name, b.name);
        });
        return std::move(m_snapshots);
    }

private:
    static std::vector<fs::directory_entry> entriesOf(const fs::path& folder) {
        std::error_code error;
        std::vector<fs::directory_entry> entries;
        for (const auto& entry :
             fs::directory_iterator(folder, fs::directory_options::skip_permission_denied, error)) {
            if (entries.size() == kMaxFolderFiles) break;
            entries.push_back(entry);
        }
        std::ranges::sort(entries);
        return entries;
    }
    /// A folder that holds files of /proc is a snapshot, or several by name; else what is in it.
    void scan(const fs::path& folder, int depth) {
        if (depth > kMaxFolderDepth) return;
        const auto entries = entriesOf(folder);
        std::map<std::string, FoundSnapshot> here;
        for (const auto& entry : entries) {
            if (++m_looked > kMaxFolderFiles) return;
            if (const auto file = procFileAt(entry.path())) {
                const auto name = entry.path().filename().string();
                const auto label = snapshotLabel(name, *file);
                auto inside = procFilePath(*file);
                if (*file == CounterFile::Pressure) {
                    const auto which = name.substr(name.rfind('_') + 1);
                    inside = "/proc/pressure/" + which;
                }
                here[label].files.push_back({entry.path(), inside, *file});
            }
        }
        std::error_code error;
        if (here.empty()) {
            for (const auto& entry : entries)
                if (entry.is_directory(error)) scan(entry.path(), depth + 1);
            return;
        }
        const auto base = fs::relative(folder, m_root, error).string();
        for (auto& [label, snapshot] : here) {
            snapshot.name = (base == "." ? "" : base) + label;
            if (label.empty() || here.size() == 1) {
                for (const auto& entry : entries)
                    if (entry.is_directory(error)) below(entry.path(), "", snapshot, depth + 1);
                const auto uptime = readFolderFile(folder / "uptime", 128);
                const auto time = timeOfLine(uptime.substr(0, uptime.find('\n')));
                if (time && time->clock == SnapshotClock::Uptime) snapshot.uptimeNs = time->ns;
            }
            m_snapshots.push_back(std::move(snapshot));
        }
    }
    /// Files in folders of a snapshot: pressure/io, node0/vmstat.
    void below(const fs::path& folder, const std::string& prefix, FoundSnapshot& into, int depth) {
        if (depth > kMaxFolderDepth) return;
        const auto here = prefix + folder.filename().string() + "/";
        std::error_code error;
        for (const auto& entry : entriesOf(folder)) {
            if (++m_looked > kMaxFolderFiles) return;
            if (entry.is_directory(error)) {
                below(entry.path(), here, into, depth + 1);
            } else if (const auto file = procFileAt(entry.path())) {
                const auto inside = here + entry.path().filename().string();
                into.files.push_back({entry.path(),
                                      here.starts_with("pressure/") ? "/proc/" + inside : inside,
                                      *file});
            }
        }
    }

    fs::path m_root;
    std::size_t m_looked = 0;
    std::vector<FoundSnapshot> m_snapshots;
};

}  // namespace

bool isProcFolder(const std::string& path) { return !FolderScan(path).run().empty(); }

std::optional<model::SourceId> importProcFolder(ProcImport import) {
    const auto snapshots = FolderScan(import.info.path).run();
    if (snapshots.empty()) return std::nullopt;
    const bool timed = std::ranges::all_of(
        snapshots, [](const FoundSnapshot& one) { return one.uptimeNs.has_value(); });
    std::vector<TextPiece> pieces;
    std::vector<std::string> texts;
    std::uint64_t position = 0;
    for (const auto& snapshot : snapshots) {
        for (const auto& file : snapshot.files) {
            texts.push_back(readFolderFile(file.path, kMaxFolderFileBytes));
            pieces.push_back({position, texts.back().size(), file.path.string()});
            position += texts.back().size() + 1;  // no two begin at one place
        }
    }
    import.info.bytes = position - pieces.size();
    import.info.clock = {
        .name = timed ? "boot" : "", .tickNs = kProcTickNs, .counter = false, .relative = !timed};
    import.info.text = makePieceText(pieces, {});
    const auto source = import.builder.addSource(import.info);
    if (import.options.added) import.options.added(source, SourceReach::Ends);
    RoundCollector rounds;
    rounds.begin(source, 0);
    std::size_t next = 0;
    std::int64_t ns = 0;
    for (const auto& snapshot : snapshots) {
        if (timed) ns = *snapshot.uptimeNs;
        for (const auto& file : snapshot.files) {
            rounds.add({file.inside, ns, ns, pieces[next].position, texts[next]}, file.file);
            ++next;
        }
        if (!timed) ns += kFolderStepNs;
    }
    if (!timed && snapshots.size() > 1)
        rounds.diagnostics().record(DiagnosticKind::GuessedRoundTime, {source, 0, 0},
                                    snapshots.size());
    import.builder.deliver(source, 0, rounds.finish(0, position));
    if (import.options.delivered) import.options.delivered();
    import.builder.endSource(source);
    return source;
}

}  // namespace kscope::parsers
