// SPDX-License-Identifier: GPL-3.0-or-later
/// Opens a directory, and tells what its records are called.
#include "parsers/uftrace/uftrace_data.h"

#include "parsers/text/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace kscope::parsers {
namespace {

constexpr std::size_t kMostInfo = 64u << 20;
constexpr std::size_t kMostTaskText = 256u << 20;
constexpr std::size_t kMostKernelHeader = 64u << 20;
/// A chunk's positions must lie this near to each other (ChunkWriter).
constexpr std::uint64_t kPositionRoom = (std::uint64_t{1} << 31) - 1;

std::uint64_t extended(std::uint64_t address) {
    // 48 bits of an address: those of the kernel have all bits above set.
    return (address >> 47 & 1) != 0 ? address | 0xffff000000000000 : address;
}

void findFiles(UftraceData& data) {
    using Kind = UftraceData::FileKind;
    for (const auto& name : data.directory.names()) {
        UftraceData::RecordFile file{.name = name};
        if ((file.number = numberInName(name, "", ".dat")) >= 0) file.kind = Kind::User;
        else if ((file.number = numberInName(name, "kernel-cpu", ".dat")) >= 0)
            file.kind = Kind::Kernel;
        else if ((file.number = numberInName(name, "perf-cpu", ".dat")) >= 0)
            file.kind = Kind::Perf;
        else if (name == "extern.dat") file.kind = Kind::Extern;
        else continue;
        const auto opened = data.directory.file(name);
        if (opened) file.size = opened->size();
        // Of CPUs on which nothing was seen the files are empty; a task has one when it has
        // records.
        if (!opened) data.problems.push_back(name + " is no plain file of the directory");
        else if (file.size == 0 && file.kind == Kind::User)
            data.problems.push_back(name + " is empty");
        if (file.size > 0) data.files.push_back(std::move(file));
    }
    std::uint64_t total = 0;
    for (const auto& file : data.files) total += file.size + 1;
    std::uint64_t base = 0;
    // User records and their arguments lie on multiples of eight bytes.
    const unsigned shift = total > kPositionRoom ? 3 : 0;
    std::erase_if(data.files, [&](UftraceData::RecordFile& file) {
        file.shift = file.kind == Kind::User ? shift : 0;
        const auto room = (file.size >> file.shift) + 1;
        if (room > kPositionRoom - base) {
            ++data.filesLeftOut;
            return true;
        }
        file.base = base;
        base += room;
        return false;
    });
}

void findProcesses(UftraceData& data) {
    for (const auto& task : data.tasks.tasks)
        if (task.tid >= 0)
            data.processOf.try_emplace(task.tid, task.pid >= 0 ? task.pid : task.tid);
    for (const auto& session : data.tasks.sessions)
        if (session.pid >= 0) data.processOf.try_emplace(session.pid, session.pid);
    for (const auto& file : data.files)
        if (file.kind == UftraceData::FileKind::User)
            data.processOf.try_emplace(file.number, file.number);
}

/// "EVENT: 1000000 provider:name"
void readEventNames(std::string_view text, std::map<std::uint64_t, std::string>& names) {
    constexpr std::string_view kKey = "EVENT: ";
    while (!text.empty() && names.size() < 1'000'000) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.starts_with(kKey)) continue;
        line.remove_prefix(kKey.size());
        const auto blank = std::min(line.find(' '), line.size());
        if (const auto id = wholeNumber(line.substr(0, blank)); id && *id >= 0)
            names.emplace(*id, std::string(trim(line.substr(blank))));
    }
}

}  // namespace

std::uint64_t UftraceData::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& file : files) sum += file.size;
    return sum;
}

std::unique_ptr<UftraceStream> UftraceData::open(const RecordFile& file, std::size_t bufferBytes,
                                                 std::uint64_t from) const {
    auto opened = directory.file(file.name);
    if (!opened) return nullptr;
    switch (file.kind) {
    case FileKind::Kernel: return kernelStream(std::move(opened), kernel, bufferBytes, from);
    case FileKind::Perf: return perfStream(std::move(opened), info.bigEndian, bufferBytes, from);
    case FileKind::Extern: return externStream(std::move(opened), bufferBytes, from);
    case FileKind::User: break;
    }
    // The layout hangs on the function; finding that out takes longer than reading a record.
    using Layouts = std::unordered_map<std::uint64_t, const UftraceFields*>;
    const auto payload = [this, known = std::make_shared<Layouts>()](
                             const UftraceRecord& record,
                             std::string_view bytes) -> std::optional<std::size_t> {
        const auto scope = scopeOf(record);
        const auto key = (record.address & 0xffffffffffff) |
                         (static_cast<std::uint64_t>(scope + 1) & 0x7fff) << 48 |
                         (record.kind == UftraceRecordKind::Exit ? 1ULL << 63 : 0);
        const auto found = known->find(key);
        const auto* const fields =
            found != known->end() ? found->second : fieldsOf(record, nameOf(record, scope));
        if (found == known->end() && known->size() < model::StringTable::kMaxStrings)
            known->emplace(key, fields);
        if (fields == nullptr) return std::nullopt;
        const auto length = UftraceArguments::lengthOf(*fields, bytes);
        if (!length) return std::nullopt;
        return (*length + 7) / 8 * 8;
    };
    return userStream(std::move(opened), file.number, info.bigEndian, payload, bufferBytes, from);
}

int UftraceData::scopeOf(const UftraceRecord& record) const {
    const auto process = processOf.find(record.tid);
    return symbols.scopeAt(process == processOf.end() ? record.tid : process->second, record.time);
}

UftraceData::FunctionName UftraceData::nameOf(const UftraceRecord& record, int scope) const {
    const bool kernelSide = record.kernel || (record.address >> 47 & 1) != 0;
    const auto address = kernelSide ? extended(record.address) : record.address;
    const auto found =
        kernelSide ? symbols.kernel(address) : symbols.user(scope, address, record.time);
    FunctionName name{.symbol = std::string(found.symbol), .shown = {}};
    name.shown =
        found.symbol.empty() ? fmt::format("<{:x}>", address) : demangledName(found.symbol);
    return name;
}

std::string UftraceData::pointerName(const UftraceRecord& record, std::uint64_t pointer) const {
    const bool kernelSide = (pointer >> 47 & 1) != 0;
    const auto found =
        kernelSide ? symbols.kernel(extended(pointer))
                   : symbols.user(scopeOf(record), pointer, record.time, SymbolUse::Pointer);
    return found.symbol.empty() ? std::string() : demangledName(found.symbol);
}

const UftraceFields* UftraceData::fieldsOf(const UftraceRecord& record,
                                           const FunctionName& name) const {
    return record.kind == UftraceRecordKind::Exit ? arguments.ofExit(name.symbol, name.shown)
                                                  : arguments.ofEntry(name.symbol, name.shown);
}

std::string UftraceData::eventName(const UftraceRecord& record) const {

    switch (record.kind) {
    case UftraceRecordKind::Lost: return "lost";
    case UftraceRecordKind::SchedIn: return "linux:sched-in";
    case UftraceRecordKind::SchedOut: return "linux:sched-out";
    case UftraceRecordKind::SchedOutPreempted: return "linux:sched-out (pre-empted)";
    case UftraceRecordKind::TaskNew: return "linux:task-new";
    case UftraceRecordKind::TaskExit: return "linux:task-exit";
    case UftraceRecordKind::TaskName: return "linux:task-name";
    case UftraceRecordKind::Extern: return "extern";
    default: break;
    }
    static const std::map<std::uint64_t, std::string_view> kOwn{
        {100001, "read:proc/statm"}, {100002, "read:page-fault"}, {100003, "diff:proc/statm"},
        {100004, "diff:page-fault"}, {100005, "read:pmu-cycle"},  {100006, "diff:pmu-cycle"},
        {100007, "read:pmu-cache"},  {100008, "diff:pmu-cache"},  {100009, "read:pmu-branch"},
        {100010, "diff:pmu-branch"}, {100011, "watch:cpu"},       {100012, "watch:var"},
        {100013, "callsite"}};
    if (const auto own = kOwn.find(record.address); own != kOwn.end())
        return std::string(own->second);
    if (const auto named = eventNames.find(record.address); named != eventNames.end())
        return named->second;
    return fmt::format("event:{}", record.address);
}

model::Result<std::shared_ptr<const UftraceData>> openUftraceData(const std::string& path) {
    auto directory = UftraceDirectory::open(path);
    if (!directory) return tl::unexpected(directory.error());
    const auto data = std::make_shared<UftraceData>();
    data->directory = std::move(*directory);
    const auto infoFile = data->directory.file("info");
    if (!infoFile) return model::failure(path + ": uftrace data without an info file");
    auto info = readUftraceInfo(infoFile->text(kMostInfo));
    if (!info) return model::failure(path + ": " + info.error().message);
    data->info = std::move(*info);
    if (const auto file = data->directory.file("task.txt"))
        data->tasks = readUftraceTasks(file->text(kMostTaskText));
    if (data->tasks.tasks.empty() && data->tasks.sessions.empty())
        data->problems.emplace_back("task.txt is missing or empty");
    if (const auto file = data->directory.file("kernel_header"))
        data->kernel = readKernelHeader(file->text(kMostKernelHeader));
    if (const auto file = data->directory.file("events.txt"))
        readEventNames(file->text(kMostInfo), data->eventNames);
    findFiles(*data);
    findProcesses(*data);
    data->symbols.load(data->directory, data->info, data->tasks);
    data->arguments.load(data->directory, data->info);
    for (const auto& missing : data->symbols.missingFiles()) data->problems.push_back(missing);
    return std::shared_ptr<const UftraceData>(data);
}

}  // namespace kscope::parsers
