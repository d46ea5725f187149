// SPDX-License-Identifier: GPL-3.0-or-later
/// The column at the left: group rows and lane headers, painted over their own column last.
#include "model/core/format.h"
#include "views/timeline/device_lane.h"
#include "views/timeline/scene_parts.h"

#include <QPainterPath>

#include <fmt/format.h>

#include <algorithm>

namespace kscope::views {
namespace {

class Headers {
public:
    Headers(const TimelineScene& scene, TextCache& texts, DrawList& list)
        : m_scene(scene),
          m_theme(scene.colours()),
          m_texts(texts),
          m_list(list),
          m_column(scene.frame().headers),
          m_plot(scene.frame().plot) {}

    void lane(const LaneRow& row, const LaneInk& ink, std::size_t index) {
        const Box place = m_scene.laneBox(row);
        const Box box{m_column.x, place.y, m_column.w, place.h};
        if (box.cut(m_column).empty()) return;
        const bool picked = m_scene.item.kind == Item::Kind::Task && m_scene.item.lane == row.key;
        const bool chosen = picked || std::ranges::find(m_scene.state->selectedLanes, row.key) !=
                                          m_scene.state->selectedLanes.end();
        const Rgb ground = chosen ? m_theme.accentFill : m_theme.bgPanel;
        m_list.fill({box.x, box.y, box.w, box.h}, ground);
        m_list.fill({box.x, box.bottom() - m_scene.hairline(), box.w, m_scene.hairline()},
                    m_theme.lineGrid);
        if (chosen) m_list.fill({box.x, box.y, m_scene.px(3), box.h}, m_theme.accent);
        if (m_scene.focus && *m_scene.focus == row.key)
            m_list.outline(box, m_theme.accent, m_scene.px(m_theme.ringPx), LineStyle::Dashed);
        m_list.hit(box, HitKind::LaneHeader, static_cast<std::uint32_t>(index));
        m_list.hit({box.x, box.bottom() - m_scene.px(3), box.w, m_scene.px(6)}, HitKind::LaneBorder,
                   static_cast<std::uint32_t>(index));
        const Rgb ink1 = chosen ? m_theme.accentInk : m_theme.text1;
        const Rgb ink3 = chosen ? m_theme.accentInk : m_theme.text3;
        switch (row.key.kind) {
        case LaneKey::Kind::Cpu: cpu(row, ink, box, ink1, ink3); break;
        case LaneKey::Kind::Task: task(row, ink, box, ink1, ink3); break;
        case LaneKey::Kind::EventName: eventName(row, box, ink1, ink3); break;
        case LaneKey::Kind::Device: device(row, box, ink1, ink3); break;
        case LaneKey::Kind::Group: break;
        }
        if (row.pinned) pin(box, ink3);
    }

    void section(const LaneSection& section, std::size_t index) {
        const int y = m_column.y + m_scene.px(stuckY(m_scene.layout, section, m_scene.scroll));
        const int height = m_scene.px(kGroupRowHeight);
        m_list.fill({m_plot.x, y, m_plot.w, height}, m_theme.bgWindow);
        const Box box{m_column.x, y, m_column.w, height};
        m_list.fill(box, m_theme.bgPanel);
        m_list.fill({m_column.x, y, m_column.w + m_plot.w, m_scene.hairline()}, m_theme.lineEdge);
        m_list.hit({box.x, box.y, box.w + m_plot.w, box.h}, HitKind::GroupRow,
                   static_cast<std::uint32_t>(index));
        chevron(box, section.folded);
        const Box text{box.x + m_scene.px(24), y, box.w - m_scene.px(36), height};
        const auto [name, facts] = words(section);
        const int used =
            drawText(m_scene, m_texts, m_list, text, name, TextRole::Head, m_theme.text1) +
            m_scene.px(7);
        drawText(m_scene, m_texts, m_list, {text.x + used, y, text.w - used, height}, facts,
                 TextRole::Small, m_theme.text3);
    }

private:
    [[nodiscard]] std::pair<std::string, std::string> words(const LaneSection& section) const {
        switch (section.group) {
        case LaneGroup::Cpus:
            return {"CPUs", fmt::format("{} · task, irq, softirq", section.wanted)};
        case LaneGroup::Tasks:
            return {"Tasks", fmt::format("{} of {} shown", section.wanted,
                                         model::formatCount(m_scene.layout.tasksInAll()))};
        case LaneGroup::Devices:
            return {"Block devices", fmt::format("{} of {} shown", section.wanted,
                                                 m_scene.trace->requestDevices().size())};
        case LaneGroup::Events:
            return {"Events",
                    fmt::format("{} of {} kinds", section.wanted, m_scene.layout.namesInAll())};
        }
        return {};
    }
    void chevron(const Box& box, bool folded) {
        const double s = m_scene.ratio;
        const double x = box.x + 14 * s;
        const double y = box.y + box.h / 2.0;
        QPainterPath path;
        if (folded) {
            path.moveTo(x - 2 * s, y - 4 * s);
            path.lineTo(x + 2 * s, y);
            path.lineTo(x - 2 * s, y + 4 * s);
        } else {
            path.moveTo(x - 4 * s, y - 2 * s);
            path.lineTo(x, y + 2 * s);
            path.lineTo(x + 4 * s, y - 2 * s);
        }
        m_list.path(path, m_theme.text2, 1.4 * s);
    }
    void pin(const Box& box, Rgb ink) {
        const int size = m_scene.px(5);
        m_list.fill({box.right() - size - m_scene.px(3), box.y + m_scene.px(3), size, size}, ink,
                    size / 2);
    }
    [[nodiscard]] Box line(const LaneRow& row, const Box& box) const {
        // In the middle of the bar, not of the lane with its interrupts.
        const Box bar = barOf(row, box);
        const int height = std::max(bar.h, m_scene.px(14));
        return {box.x, bar.y + (bar.h - height) / 2, box.w, height};
    }
    [[nodiscard]] Box barOf(const LaneRow& row, const Box& box) const {
        const LaneParts& parts = row.parts;
        return {box.x, box.y + m_scene.px(parts.above), box.w, m_scene.px(parts.bar)};
    }
    void cpu(const LaneRow& row, const LaneInk& ink, const Box& box, Rgb ink1, Rgb ink3) {
        const Box at = line(row, box);
        int right = box.right() - m_scene.px(12);
        // A CPU of which no switch was recorded may have been as busy as any.
        if (!m_scene.cpuLane(model::CpuId{static_cast<std::uint16_t>(row.key.id)}).empty())
            right = busyShare(ink.busyNs, at, right, ink3) - m_scene.px(6);
        const int left = box.x + m_scene.px(24);
        drawText(m_scene, m_texts, m_list, {left, at.y, right - left, at.h},
                 laneName(*m_scene.trace, row.key), TextRole::Body, ink1);
    }
    /// A number and its bar, up to `right`; returns their left edge.
    int busyShare(double busyNs, const Box& at, int right, Rgb ink) {
        const auto window =
            static_cast<double>(std::max<std::int64_t>(1, m_scene.window.length().count()));
        const double share = std::min(1.0, busyNs / window);
        const int number = m_scene.px(38);
        drawTextRight(m_scene, m_texts, m_list, {right - number, at.y, number, at.h},
                      fmt::format("{:.0f} %", share * 100), TextRole::Mono, ink);
        const Box bar{right - number - m_scene.px(49), at.y + (at.h - m_scene.px(6)) / 2,
                      m_scene.px(44), m_scene.px(6)};
        m_list.fill(bar, m_theme.bgHover, m_scene.px(1));
        m_list.fill({bar.x, bar.y, static_cast<int>(bar.w * share + 0.5), bar.h},
                    m_theme.seriesNeutral, m_scene.px(1));
        return bar.x;
    }
    void task(const LaneRow& row, const LaneInk& ink, const Box& box, Rgb ink1, Rgb ink3) {
        const Box at = line(row, box);
        const model::TaskInfo& info = m_scene.trace->task(model::TaskId{row.key.id});
        const int chip = m_scene.px(9);
        m_list.fill({box.x + m_scene.px(14), at.y + (at.h - chip) / 2, chip, chip},
                    m_theme.taskFill(info), m_scene.px(2));
        const std::string time =
            ink.exact && ink.runNs > 0
                ? model::formatDuration(model::Duration{static_cast<std::int64_t>(ink.runNs)})
                : std::string();
        const int right = box.right() - m_scene.px(12);
        const int timeWidth =
            time.empty() ? 0 : m_texts.width(TextRole::Mono, time) + m_scene.px(8);
        drawTextRight(m_scene, m_texts, m_list, {box.x, at.y, right - box.x, at.h}, time,
                      TextRole::Mono, ink3);
        const std::string tid = fmt::format("{}", model::raw(info.tid));
        const int tidWidth = m_texts.width(TextRole::Mono, tid) + m_scene.px(8);
        const int left = box.x + m_scene.px(30);
        const int used = drawText(m_scene, m_texts, m_list,
                                  {left, at.y, right - timeWidth - tidWidth - left, at.h},
                                  laneName(*m_scene.trace, row.key), TextRole::Body, ink1);
        drawText(m_scene, m_texts, m_list, {left + used + m_scene.px(7), at.y, tidWidth, at.h}, tid,
                 TextRole::Mono, ink3);
    }
    void eventName(const LaneRow& row, const Box& box, Rgb ink1, Rgb ink3) {
        const Box at = line(row, box);
        const std::string count = model::formatCount(m_scene.trace->nameCounts()[row.key.id]);
        const int right = box.right() - m_scene.px(12);
        const int width = m_texts.width(TextRole::Mono, count) + m_scene.px(8);
        drawTextRight(m_scene, m_texts, m_list, {box.x, at.y, right - box.x, at.h}, count,
                      TextRole::Mono, ink3);
        const int left = box.x + m_scene.px(24);
        const Box place{left, at.y, right - width - left, at.h};
        drawText(m_scene, m_texts, m_list, place,
                 cutInTheMiddle(laneName(*m_scene.trace, row.key), place.w), TextRole::Mono, ink1);
    }
    /// Names of events of one family begin alike: what tells them apart is their end.
    [[nodiscard]] std::string cutInTheMiddle(std::string name, int width) {
        if (m_texts.width(TextRole::Mono, name) <= width) return name;
        // One width for all letters of the role.
        const int letter = std::max(1, m_texts.width(TextRole::Mono, "0"));
        const auto room = static_cast<std::size_t>(std::max(0, width / letter));
        constexpr std::size_t kLeastLetters = 5;
        const bool plain = std::ranges::all_of(name, [](char c) { return c > 0; });
        if (!plain || room < kLeastLetters || room >= name.size()) return name;
        const std::size_t end = (room - 1) / 2;
        return name.substr(0, room - 1 - end) + "…" + name.substr(name.size() - end);
    }

    void device(const LaneRow& row, const Box& box, Rgb ink1, Rgb ink3) {
        const Box at = line(row, box);
        const RequestRows* const rows =
            m_scene.devices ? m_scene.devices->of(model::DeviceId{row.key.id}) : nullptr;
        const std::string count = rows ? model::formatCount(rows->requests()) : std::string();
        const int right = box.right() - m_scene.px(12);
        const int left = box.x + m_scene.px(24);
        const int used = drawText(m_scene, m_texts, m_list, {left, at.y, right - left, at.h},
                                  laneName(*m_scene.trace, row.key), TextRole::Body, ink1) +
                         m_scene.px(8);
        drawTextRight(m_scene, m_texts, m_list, {left + used, at.y, right - left - used, at.h},
                      count, TextRole::Mono, ink3);
    }

    const TimelineScene& m_scene;
    const Theme& m_theme;
    TextCache& m_texts;
    DrawList& m_list;
    Box m_column, m_plot;
};

}  // namespace

int drawText(const TimelineScene&, TextCache& texts, DrawList& list, Box at, std::string_view text,
             TextRole role, Rgb ink) {
    const TextCut cut = texts.fit(role, text, at.w, 1);
    if (!cut.shown()) return 0;
    list.text({at.x, at.y, cut.width, at.h}, text, cut.bytes, cut.prefixWidth, role, ink);
    return cut.width;
}

int drawTextRight(const TimelineScene& scene, TextCache& texts, DrawList& list, Box at,
                  std::string_view text, TextRole role, Rgb ink) {
    const int width = std::min(texts.width(role, text), at.w);
    return drawText(scene, texts, list, {at.right() - width, at.y, width, at.h}, text, role, ink);
}

void drawHeaders(const TimelineScene& scene, TextCache& texts, DrawList& list,
                 const std::vector<LaneInk>& inks) {
    const TimelineFrame frame = scene.frame();
    const Theme& t = scene.colours();
    const Box both{frame.headers.x, frame.headers.y, frame.headers.w + frame.plot.w,
                   frame.headers.h};
    Headers headers(scene, texts, list);
    const auto& rows = scene.layout.rows();
    list.clip(frame.headers);
    list.fill(frame.headers, t.bgPanel);
    const int pinned = scene.px(scene.layout.pinnedHeight());
    list.clip({both.x, both.y + pinned, frame.headers.w, both.h - pinned});
    for (std::size_t i = scene.layout.pinned(); i < rows.size(); ++i)
        headers.lane(rows[i], inks[i], i);
    list.clip({both.x, both.y + pinned, both.w, both.h - pinned});
    const auto& sections = scene.layout.sections();
    for (std::size_t i = 0; i < sections.size(); ++i) headers.section(sections[i], i);
    list.clip(both);
    for (std::size_t i = 0; i < scene.layout.pinned(); ++i) headers.lane(rows[i], inks[i], i);
    if (pinned > 0)
        list.fill({both.x, both.y + pinned - scene.hairline(), both.w, scene.hairline()},
                  t.lineStrong);
    // Edges between header column, overview, ruler and lanes.
    list.clip(scene.body);
    const int line = scene.hairline();
    list.fill({frame.headers.right() - line, scene.body.y, line, scene.body.h}, t.lineEdge);
    for (const int y : {frame.ruler.y, frame.headers.y})
        list.fill({scene.body.x, y - line, scene.body.w, line}, t.lineEdge);
    list.hit({frame.headers.right() - scene.px(3), scene.body.y, scene.px(6), scene.body.h},
             HitKind::HeaderEdge);
}

}  // namespace kscope::views
