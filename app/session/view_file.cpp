// SPDX-License-Identifier: GPL-3.0-or-later
/// A view as a small readable file (.kscope).
#include "app/session/view_file.h"

#include "model/derive/call_filter.h"
#include "model/query/search.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace kscope::app {

namespace {

using nlohmann::json;
using views::LaneKey;
using views::ViewState;

constexpr int kVersion = 1;
// A file from someone else must not take unbounded memory or time.
constexpr std::size_t kMostViewBytes = 8u << 20;
constexpr std::size_t kMostLanes = 100'000;
constexpr std::size_t kMostBookmarks = 10'000;
// Times stay where sums of two of them fit 64 bits.
constexpr std::int64_t kFarNs = INT64_MAX / 4;

constexpr std::array<std::string_view, 3> kHeights{"compact", "normal", "tall"};
constexpr std::array<std::string_view, 4> kFormats{"since_start", "absolute", "since_cursor_a",
                                                   "wall_clock"};

constexpr std::array<std::string_view, 3> kColours{"task", "cpu", "priority"};
constexpr std::array<std::string_view, 3> kArrows{"none", "of_item", "all"};

std::string utf8(std::string_view bytes) {
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size())).toStdString();
}

// Writing

json taskJson(const model::Trace& trace, model::TaskId id) {
    const auto& task = trace.task(id);
    json out{{"tid", raw(task.tid)}, {"comm", utf8(trace.comm(id))}};
    if (task.bornNs != model::TaskInfo::kNever) out["born_ns"] = task.bornNs;
    if (task.idle()) out["cpu"] = raw(task.idleCpu);
    return out;
}

std::optional<json> laneJson(const model::Trace& trace, const LaneKey& key) {
    switch (key.kind) {
    case LaneKey::Kind::Cpu: return json{{"cpu", key.id}};
    case LaneKey::Kind::Group: return json{{"group", key.id}};
    case LaneKey::Kind::Device: return json{{"device", model::deviceText(model::DeviceId{key.id})}};
    case LaneKey::Kind::EventName:
        if (key.id >= trace.strings()) return std::nullopt;
        return json{{"event", utf8(trace.text(model::StringId{key.id}))}};
    case LaneKey::Kind::Task:
        if (key.id >= trace.tasks().size()) return std::nullopt;
        return json{{"task", taskJson(trace, model::TaskId{key.id})}};
    }
    return std::nullopt;
}

json lanesJson(const model::Trace& trace, const std::vector<LaneKey>& lanes) {
    json out = json::array();
    for (const auto& key : lanes) {
        if (auto lane = laneJson(trace, key)) out.push_back(std::move(*lane));
    }
    return out;
}

json cursorJson(const std::optional<model::Timestamp>& cursor) {
    return cursor ? json(model::toNs(*cursor)) : json(nullptr);
}

// Reading

/// Takes what has the right type and range, and notes what has not.
class ViewReader {
public:
    ViewReader(const json& root, const model::Trace& trace) : m_root(root), m_trace(trace) {}
    ViewFile read();

private:
    void misfit(std::string text) { m_file.misfits.push_back(std::move(text)); }
    [[nodiscard]] const json* member(const char* key, json::value_t type);
    std::optional<model::Timestamp> time(const json& value, std::string_view what);
    void readWindow();
    void readCursor(const char* key, std::optional<model::Timestamp>& into);
    void readLanes(const char* key, std::vector<LaneKey>& into);
    std::optional<LaneKey> lane(const json& value);
    std::optional<model::TaskId> task(const json& value);
    void readBookmarks();
    void readOnly();
    void readBars();
    void readPresence(const char* key, views::Presence& into);
    void readWords();
    void readCallFilter();

    const json& m_root;
    const model::Trace& m_trace;
    ViewFile m_file;
};

const json* ViewReader::member(const char* key, json::value_t type) {
    const auto found = m_root.find(key);
    if (found == m_root.end() || found->is_null()) return nullptr;
    if (found->type() == type) return &*found;
    misfit(fmt::format("\"{}\" is not what it should be", key));
    return nullptr;
}

std::optional<model::Timestamp> ViewReader::time(const json& value, std::string_view what) {
    if (!value.is_number_integer()) {
        misfit(fmt::format("{}: no whole number of nanoseconds", what));
        return std::nullopt;
    }
    const auto ns = value.is_number_unsigned() &&
                            value.get<std::uint64_t>() > static_cast<std::uint64_t>(kFarNs)
                        ? kFarNs + 1
                        : value.get<std::int64_t>();
    const auto range = m_trace.range();
    if (ns > kFarNs || ns < -kFarNs) {
        misfit(fmt::format("{}: out of range", what));
        return std::nullopt;
    }
    if (model::timestampNs(ns) < range.begin - range.length() ||
        model::timestampNs(ns) > range.end + range.length()) {
        misfit(fmt::format("{} lies outside of this trace", what));
        return std::nullopt;
    }
    return model::timestampNs(ns);
}

void ViewReader::readWindow() {
    const auto* window = member("window", json::value_t::object);
    if (window == nullptr || !window->contains("begin_ns") || !window->contains("end_ns")) return;
    const auto begin = time((*window)["begin_ns"], "window");
    const auto end = begin ? time((*window)["end_ns"], "window") : std::nullopt;
    if (begin && end && *begin < *end) m_file.state.window = {*begin, *end};
}

void ViewReader::readCursor(const char* key, std::optional<model::Timestamp>& into) {
    const auto found = m_root.find(key);
    if (found != m_root.end() && !found->is_null()) into = time(*found, key);
}

std::optional<model::TaskId> ViewReader::task(const json& value) {
    if (!value.is_object() || !value.contains("tid") || !value["tid"].is_number_integer()) {
        misfit("a task without tid");
        return std::nullopt;
    }
    const auto tid = value["tid"].get<std::int64_t>();
    const auto comm = value.contains("comm") && value["comm"].is_string()
                          ? value["comm"].get<std::string>()
                          : std::string();
    const auto number = [&](const char* key, std::int64_t without) {
        return value.contains(key) && value[key].is_number_integer()
                   ? value[key].get<std::int64_t>()
                   : without;
    };
    const auto born = number("born_ns", model::TaskInfo::kNever);
    const auto cpu = number("cpu", raw(model::kUnknownCpu));
    const auto tasks = m_trace.tasks();
    std::optional<model::TaskId> close;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (raw(tasks[i].tid) != tid || (tid == 0 && raw(tasks[i].idleCpu) != cpu)) continue;
        const model::TaskId id{static_cast<std::uint32_t>(i)};
        if (tasks[i].bornNs == born) return id;
        if (!close && utf8(m_trace.comm(id)) == comm) close = id;
    }
    if (!close) misfit(fmt::format("task {} {} is not in this trace", comm, tid));
    return close;
}

std::optional<LaneKey> ViewReader::lane(const json& value) {
    const auto number = [&](const char* key) -> std::optional<std::uint32_t> {
        if (!value.is_object() || !value.contains(key) || !value[key].is_number_unsigned())
            return std::nullopt;
        const auto n = value[key].get<std::uint64_t>();
        return n < model::kMaxCpus ? std::optional(static_cast<std::uint32_t>(n)) : std::nullopt;
    };
    if (const auto cpu = number("cpu")) {
        for (const auto known : m_trace.cpus()) {
            if (raw(known) == *cpu) return LaneKey{LaneKey::Kind::Cpu, *cpu};
        }
        misfit(fmt::format("CPU {} is not in this trace", *cpu));
        return std::nullopt;
    }
    if (const auto group = number("group")) return LaneKey{LaneKey::Kind::Group, *group};
    if (value.is_object() && value.contains("event") && value["event"].is_string()) {
        const auto name = value["event"].get<std::string>();
        const auto id = m_trace.findString(name);
        if (id != model::kNoString) return LaneKey{LaneKey::Kind::EventName, raw(id)};
        misfit(fmt::format("event {} is not in this trace", name));
        return std::nullopt;
    }
    if (value.is_object() && value.contains("device") && value["device"].is_string()) {
        const auto name = value["device"].get<std::string>();
        for (const auto known : m_trace.requestDevices()) {
            if (model::deviceText(known) == name) return LaneKey{LaneKey::Kind::Device, raw(known)};
        }
        misfit(fmt::format("device {} has no requests in this trace", name));
        return std::nullopt;
    }
    if (value.is_object() && value.contains("task")) {
        if (const auto id = task(value["task"])) return LaneKey{LaneKey::Kind::Task, raw(*id)};
        return std::nullopt;
    }
    misfit("a lane of a kind that is not known here");
    return std::nullopt;
}

void ViewReader::readLanes(const char* key, std::vector<LaneKey>& into) {
    const auto* lanes = member(key, json::value_t::array);
    if (lanes == nullptr || lanes->size() > kMostLanes) return;
    for (const auto& value : *lanes) {
        if (const auto found = lane(value)) into.push_back(*found);
    }
}

void ViewReader::readBookmarks() {
    const auto* bookmarks = member("bookmarks", json::value_t::array);
    if (bookmarks == nullptr || bookmarks->size() > kMostBookmarks) return;
    for (const auto& value : *bookmarks) {
        if (!value.is_object() || !value.contains("time_ns")) {
            misfit("a bookmark without time");
            continue;
        }
        const auto words = value.contains("text") && value["text"].is_string()
                               ? value["text"].get<std::string>()
                               : std::string();
        const auto at = time(value["time_ns"], fmt::format("bookmark \"{}\"", words));
        if (!at) continue;
        views::Bookmark bookmark{*at, QString::fromStdString(words), -1};
        if (value.contains("colour") && value["colour"].is_number_integer()) {
            const auto colour = value["colour"].get<std::int64_t>();
            if (colour >= 0 && colour < 12) bookmark.colour = static_cast<int>(colour);
        }
        m_file.state.bookmarks.push_back(std::move(bookmark));
    }
}

void ViewReader::readOnly() {
    if (const auto* cpus = member("only_cpus", json::value_t::array)) {
        for (const auto& cpu : *cpus) {
            if (const auto key = lane(json{{"cpu", cpu}}))
                m_file.state.onlyCpus.push_back(model::CpuId{static_cast<std::uint16_t>(key->id)});
        }
    }
    if (const auto* tasks = member("only_tasks", json::value_t::array)) {
        for (const auto& value : *tasks) {
            if (const auto id = task(value)) m_file.state.onlyTasks.push_back(*id);
        }
    }
    if (const auto* names = member("only_events", json::value_t::array)) {
        for (const auto& value : *names) {
            if (const auto key = lane(json{{"event", value}}))
                m_file.state.onlyNames.push_back(model::StringId{key->id});
        }
    }
    if (const auto* devices = member("only_devices", json::value_t::array)) {
        for (const auto& value : *devices) {
            if (const auto key = lane(json{{"device", value}}))
                m_file.state.onlyDevices.push_back(model::DeviceId{key->id});
        }
    }
}

void ViewReader::readBars() {
    const auto* bars = member("lane_bars", json::value_t::array);
    if (bars == nullptr || bars->size() > kMostLanes) return;
    for (const auto& value : *bars) {
        if (!value.is_object() || !value.contains("height") || !value.contains("lane") ||
            !value["height"].is_number_integer()) {
            misfit("a lane's height without lane or number");
            continue;
        }
        const auto height = value["height"].get<std::int64_t>();
        if (const auto key = lane(value["lane"]))
            m_file.state.ownBars.push_back({*key, static_cast<int>(std::clamp<std::int64_t>(
                                                      height, views::kLeastBar, views::kMostBar))});
    }
}

void ViewReader::readPresence(const char* key, views::Presence& into) {
    if (const auto* value = member(key, json::value_t::boolean))
        into = value->get<bool>() ? views::Presence::Shown : views::Presence::Hidden;
}

void ViewReader::readWords() {
    auto& state = m_file.state;
    const auto choice = [&](const char* key, const auto& names, auto& into) {
        const auto* value = member(key, json::value_t::string);
        if (value == nullptr) return;
        const auto name = value->template get<std::string>();
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i] == name) {
                into = static_cast<std::decay_t<decltype(into)>>(i);
                return;
            }
        }
        misfit(fmt::format("{} \"{}\" is not known here", key, name));
    };
    choice("lane_height", kHeights, state.height);
    choice("time_format", kFormats, state.timeFormat);
    choice("colour_by", kColours, state.colourBy);
    choice("wakeup_arrows", kArrows, state.arrows);
    readPresence("raw_fields", state.rawFields);
    readPresence("idle_tasks", state.idleTasks);
    if (const auto* filter = member("filter", json::value_t::string)) {
        const auto rule = filter->get<std::string>();
        const auto parsed = model::Filter::parse(rule);
        if (parsed || rule.empty()) state.filter = QString::fromStdString(rule);
        else misfit(fmt::format("the filter {}: {}", rule, parsed.error().message));
    }
    const auto tab = m_root.find("tab");
    if (tab != m_root.end() && tab->is_number_unsigned() && tab->get<std::uint64_t>() < 9)
        state.tab = tab->get<int>();
}

void ViewReader::readCallFilter() {
    const auto* fields = member("functions", json::value_t::object);
    if (fields == nullptr) return;
    const auto words = [&](const char* key) {
        const auto found = fields->find(key);
        return found != fields->end() && found->is_string() ? found->get<std::string>()
                                                            : std::string();
    };
    auto& filter = m_file.state.callFilter;
    filter.only = QString::fromStdString(words("only"));
    filter.hide = QString::fromStdString(words("hide"));
    const auto least = words("at_least");
    if (const auto time = model::parseCallThreshold(least))
        filter.atLeast = QString::fromStdString(least);
    else misfit(fmt::format("functions of at least {}: {}", least, time.error().message));
    const auto depth = fields->find("depth");
    if (depth != fields->end() && depth->is_number_unsigned())
        filter.depth = static_cast<int>(
            std::min<std::uint64_t>(depth->get<std::uint64_t>(), views::kMostCallDepth));
}

ViewFile ViewReader::read() {
    m_file.state.window = m_trace.range();
    readWindow();
    readCursor("cursor_a_ns", m_file.state.cursorA);
    readCursor("cursor_b_ns", m_file.state.cursorB);
    readLanes("lanes", m_file.state.lanes);
    readLanes("pinned", m_file.state.pinned);
    readLanes("hidden", m_file.state.hidden);
    readLanes("folded", m_file.state.folded);
    readBookmarks();
    readOnly();
    readBars();
    readWords();
    readCallFilter();
    return std::move(m_file);
}

/// Null where `text` is no JSON object.
json parsedObject(std::string_view text) {
    if (text.size() > kMostViewBytes) return nullptr;
    auto root = json::parse(text.begin(), text.end(), nullptr, false);
    return root.is_object() ? root : json(nullptr);
}

}  // namespace

std::string viewFileText(const ViewState& state, const model::Trace& trace,
                         std::string_view before) {
    json root = parsedObject(before);
    if (root.is_null()) root = json::object();
    root["kernelscope_view"] = kVersion;
    root["window"] = {{"begin_ns", model::toNs(state.window.begin)},
                      {"end_ns", model::toNs(state.window.end)}};
    root["cursor_a_ns"] = cursorJson(state.cursorA);
    root["cursor_b_ns"] = cursorJson(state.cursorB);
    root["lanes"] = lanesJson(trace, state.lanes);
    root["pinned"] = lanesJson(trace, state.pinned);
    root["hidden"] = lanesJson(trace, state.hidden);
    root["folded"] = lanesJson(trace, state.folded);
    root["lane_height"] = kHeights[static_cast<std::size_t>(state.height)];
    root["time_format"] = kFormats[static_cast<std::size_t>(state.timeFormat)];
    root["colour_by"] = kColours[static_cast<std::size_t>(state.colourBy)];
    root["wakeup_arrows"] = kArrows[static_cast<std::size_t>(state.arrows)];
    root["raw_fields"] = state.rawFields == views::Presence::Shown;
    root["idle_tasks"] = state.idleTasks == views::Presence::Shown;
    json bars = json::array();
    for (const auto& bar : state.ownBars) {
        if (auto lane = laneJson(trace, bar.lane))
            bars.push_back({{"lane", std::move(*lane)}, {"height", bar.height}});
    }
    root["lane_bars"] = std::move(bars);
    root["filter"] = state.filter.toStdString();
    root["functions"] = {{"only", state.callFilter.only.toStdString()},
                         {"hide", state.callFilter.hide.toStdString()},
                         {"at_least", state.callFilter.atLeast.toStdString()},
                         {"depth", state.callFilter.depth}};
    root["tab"] = state.tab;
    json bookmarks = json::array();
    for (const auto& bookmark : state.bookmarks) {
        bookmarks.push_back({{"time_ns", model::toNs(bookmark.time)},
                             {"text", bookmark.text.toStdString()},
                             {"colour", bookmark.colour}});
    }
    root["bookmarks"] = std::move(bookmarks);
    json cpus = json::array();
    for (const auto cpu : state.onlyCpus) cpus.push_back(raw(cpu));
    root["only_cpus"] = std::move(cpus);
    json tasks = json::array();
    for (const auto id : state.onlyTasks) {
        if (raw(id) < trace.tasks().size()) tasks.push_back(taskJson(trace, id));
    }
    root["only_tasks"] = std::move(tasks);
    json names = json::array();
    for (const auto name : state.onlyNames) {
        if (raw(name) < trace.strings()) names.push_back(utf8(trace.text(name)));
    }
    root["only_events"] = std::move(names);
    json devices = json::array();
    for (const auto device : state.onlyDevices) devices.push_back(model::deviceText(device));
    root["only_devices"] = std::move(devices);
    return root.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

model::Result<ViewFile> readViewFile(std::string_view text, const model::Trace& trace) {
    const auto root = parsedObject(text);
    if (root.is_null()) return model::failure("no view file: a JSON object was expected");
    if (!root.contains("kernelscope_view"))
        return model::failure("no view file: it has no \"kernelscope_view\"");
    auto file = ViewReader(root, trace).read();
    file.text = std::string(text);
    const auto& version = root["kernelscope_view"];
    if (!version.is_number_integer() || version.get<std::int64_t>() > kVersion)
        file.misfits.push_back(
            "the file was written by a newer KernelScope: what is new in it is kept, not shown");
    return file;
}

}  // namespace kscope::app
