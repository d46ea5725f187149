// SPDX-License-Identifier: GPL-3.0-or-later
/// Which text stands in which bar.
#include "model/core/format.h"
#include "views/timeline/lane_painters.h"

#include <fmt/format.h>

#include <unordered_map>

namespace kscope::views {
namespace {

class Labels {
public:
    Labels(const TimelineScene& scene, TextCache& texts, DrawList& list)
        : m_scene(scene),
          m_texts(texts),
          m_list(list),
          m_inset(scene.px(5)),
          m_cutFrom(scene.px(42)),
          m_idFrom(scene.px(120)) {}

    void place(const LabelWish& wish) {
        switch (wish.what) {
        case LabelWish::What::Task: task(wish); break;
        case LabelWish::What::Cpu: cpu(wish); break;
        case LabelWish::What::Wait: wait(wish); break;
        case LabelWish::What::Lost: lost(wish); break;
        }
    }

private:
    /// Asked once a label: contrast takes two powers a colour.
    Rgb ink(Rgb fill) {
        const auto [found, added] = m_inks.try_emplace(fill, 0);
        if (added) found->second = m_scene.colours().inkOn(fill);
        return found->second;
    }
    /// Name by width; returns what was used, with the inset.
    int name(const LabelWish& wish, std::string_view text) {
        const int room = wish.box.w - 2 * m_inset;
        TextCut cut = m_texts.fit(TextRole::Body, text, room);
        if (!cut.shown() || (wish.box.w < m_cutFrom && cut.bytes < text.size())) return 0;
        m_list.text({wish.box.x + m_inset, wish.box.y, cut.width, wish.box.h}, text, cut.bytes,
                    cut.prefixWidth, TextRole::Body, ink(wish.fill));
        return cut.bytes < text.size() ? 0 : m_inset + cut.width;
    }
    void task(const LabelWish& wish) {
        const model::TaskId id{wish.value};
        const std::string_view comm = m_scene.trace->comm(id);
        const int used = name(wish, comm.empty() ? "<...>" : comm);
        if (used == 0 || wish.box.w < m_idFrom) return;
        const auto tid = fmt::format_int(model::raw(m_scene.trace->task(id).tid));
        const std::string_view text(tid.data(), tid.size());
        const int gap = m_scene.px(6);
        const TextCut cut =
            m_texts.fit(TextRole::Mono, text, wish.box.w - used - gap - m_inset, 99);
        if (!cut.shown()) return;
        m_list.text({wish.box.x + used + gap, wish.box.y, cut.width, wish.box.h}, text, cut.bytes,
                    cut.prefixWidth, TextRole::Mono, mix(wish.fill, ink(wish.fill), 0.78));
    }
    void cpu(const LabelWish& wish) {
        char text[16];
        const auto end = fmt::format_to_n(text, sizeof text, "CPU {}", wish.value);
        (void)name(wish, {text, end.size});
    }
    void wait(const LabelWish& wish) {
        const std::string length = model::formatDuration(model::Duration{wish.amount});
        std::string text = "blocked · " + length;
        // A number is never cut: without room for the reason it stands alone.
        if (m_texts.width(TextRole::Body, text) > wish.box.w - 2 * m_inset) text = length;
        const TextCut cut = m_texts.whole(TextRole::Body, text);
        if (cut.width > wish.box.w - 2 * m_inset) return;
        // On a plain patch, so that the hatch does not run through the letters.
        const int margin = m_scene.px(3);
        m_list.fill(
            {wish.box.x + m_inset - margin, wish.box.y + 1, cut.width + 2 * margin, wish.box.h - 2},
            wish.fill);
        m_list.text({wish.box.x + m_inset, wish.box.y, cut.width, wish.box.h}, text, cut.bytes,
                    cut.prefixWidth, TextRole::Body, ink(wish.fill));
    }
    void lost(const LabelWish& wish) {
        const std::string text =
            wish.amount > 0 ? model::formatCount(static_cast<std::uint64_t>(wish.amount)) + " lost"
                            : std::string("lost");
        const TextCut cut = m_texts.fit(TextRole::Body, text, wish.box.w - 2 * m_inset, 99);
        if (!cut.shown()) return;
        const int margin = m_scene.px(3);
        const int height = m_texts.lineHeight(TextRole::Body);
        const Box patch{wish.box.x + (wish.box.w - cut.width) / 2,
                        wish.box.y + (wish.box.h - height) / 2, cut.width, height};
        m_list.fill({patch.x - margin, patch.y, patch.w + 2 * margin, patch.h}, wish.fill);
        m_list.text(patch, text, cut.bytes, cut.prefixWidth, TextRole::Body,
                    m_scene.colours().text2);
    }

    const TimelineScene& m_scene;
    TextCache& m_texts;
    DrawList& m_list;
    int m_inset, m_cutFrom, m_idFrom;
    std::unordered_map<Rgb, Rgb> m_inks;
};

}  // namespace

void placeLabels(const TimelineScene& scene, TextCache& texts, const LaneInk& ink, DrawList& list) {
    Labels labels(scene, texts, list);
    for (const LabelWish& wish : ink.labels) labels.place(wish);
}

}  // namespace kscope::views
