// SPDX-License-Identifier: GPL-3.0-or-later
/// What the flame graph keeps and does; its widget, and its keys and menu, are files of their own.
#pragma once

#include "model/core/format.h"
#include "views/canvas/raster.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/flame_graph/flame_graph.h"
#include "views/panes/flame_graph/flame_request.h"
#include "views/panes/flame_graph/flame_words.h"
#include "views/timeline/timeline_tooltip.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPointer>
#include <QTimer>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kscope::views {

struct FlameGraph::Impl {
    Impl(FlameGraph& widget, TraceView& traceView, model::ThreadPool* threads)
        : q(widget),
          view(traceView),
          pool(threads) {
        tooltipTimer.setSingleShot(true);
        constexpr int kTooltipMs = 350;
        constexpr int kRangeRestMs = 120;  // a drag makes many ranges: the last one counts
        tooltipTimer.setInterval(kTooltipMs);
        rangeTimer.setSingleShot(true);
        rangeTimer.setInterval(kRangeRestMs);
        connect(&tooltipTimer, &QTimer::timeout, &q, [this] { showTooltip(); });
        connect(&rangeTimer, &QTimer::timeout, &q, [this] { compute(); });
        for (const auto signal :
             {&TraceView::rangeChanged, &TraceView::filterChanged, &TraceView::searchChanged})
            connect(&view, signal, &q, [this] { rangeTimer.start(); });
    }
    [[nodiscard]] double ratio() const { return q.devicePixelRatioF(); }
    [[nodiscard]] FlameScene scene() const {
        FlameScene s;
        s.tree = tree.get();
        s.theme = theme;
        s.ratio = ratio();
        s.area = {0, 0, static_cast<int>(std::ceil(q.width() * s.ratio)),
                  static_cast<int>(std::ceil(q.height() * s.ratio))};
        if (tree && tree->calls.nodes.size() > 1) {
            const int foot = static_cast<int>(std::lround(kFlameAxisPx * s.ratio));
            s.area.h = std::max(0, s.area.h - foot);
            s.axis = {0, s.area.h, s.area.w, foot};
        }
        s.root = root;
        s.chosen = chosen;
        s.weight = tree ? tree->weightFor(weight) : weight;
        s.growth = growth;
        s.scroll = scroll;
        s.search = search;
        s.found = found;
        s.passing = passing;
        s.marked = marked;
        return s;
    }
    void invalidate() {
        stale = true;
        q.update();
    }
    [[nodiscard]] bool stacked() const {
        return stacks != nullptr && (!forest || content == FlameContent::Stacks);
    }
    /// Of the range between the cursors, else of all.
    [[nodiscard]] FlameRequest request() const {
        FlameRequest wanted;
        if (stacked()) wanted.stacks = stacks;
        else wanted.forest = forest;
        wanted.range = view.range();
        wanted.shape = shape;
        wanted.baseline = baseline;
        wanted.measure = measure;
        wanted.filterRows = view.filterRows();
        wanted.searchRows = view.searchRows();
        if (!stacked()) wanted.sources = sources;
        return wanted;
    }
    void compute() {
        if (working || (!forest && !stacks)) return;
        working = true;
        pool->submit([wanted = request(), self = QPointer<FlameGraph>(&q)] {
            const auto made = makeFlames(wanted);
            if (QCoreApplication* const application = QCoreApplication::instance())
                QMetaObject::invokeMethod(application, [self, made, wanted] {
                    if (self) self->m_impl->take(made, wanted);
                });
        });
    }
    void take(const FlameMade& made, const FlameRequest& of) {
        working = false;
        if (of != request()) return compute();
        keepPlaces(made.shown);
        own = made.own;
        tree = made.shown;
        passing = made.passing;
        found = made.found;
        hover = UINT32_MAX;
        invalidate();
        emit q.treeChanged();
        tell();
    }
    /// The frames that were zoomed to and chosen, by their paths in the tree to come; of a frame
    /// that is no more, the nearest above it.
    void keepPlaces(const std::shared_ptr<const FlameTree>& next) {
        const auto move = [&](std::uint32_t node) {
            return tree && node < tree->calls.nodes.size() ? samePath(*tree, node, *next) : 0;
        };
        root = move(root);
        std::vector<std::uint32_t> kept;
        for (const auto node : before)
            if (const auto to = move(node); to != root && (kept.empty() || kept.back() != to))
                kept.push_back(to);
        before = std::move(kept);
        if (root == 0) before.clear();
        const auto moved = chosen == UINT32_MAX ? 0 : move(chosen);
        chosen = moved == 0 ? UINT32_MAX : moved;
    }
    /// What was kept is of other calls.
    void forgetComparison() {
        baseline.reset();
        sources.reset();
    }
    void tell() {
        if (!tree) return;
        if (tree->compares()) return tellComparison();
        const FlameScene s = scene();
        std::string words = flameWeightText(*tree, s.weight, static_cast<std::uint64_t>(s.whole()));
        words += view.range() ? " in the selected range" : " in the whole trace";
        if (tree->lengthless() && s.whole() > 0 && weight != FlameWeight::Calls)
            words += " · how long they took is not in the trace, widths are numbers of calls";
        if (tree->joinedBelow > 0)
            words += fmt::format(" · calls below {} joined by path",
                                 model::formatDuration(model::Duration{tree->joinedBelow}));
        if (s.searches())
            words += fmt::format(" · {} matched", model::formatShare(s.matchedShare()));
        emit q.statusChanged(QString::fromStdString(words));
    }
    void tellComparison() {
        const auto length = [this](std::int64_t weighs) {
            return tree->counts() ? model::formatCount(static_cast<std::uint64_t>(weighs))
                                  : callWeight(*tree->trace, weighs);
        };
        const auto first = tree->before[0].total, both = tree->calls.nodes[0].total;
        const auto fileOf = [this](model::SourceId source) {
            return sourceName(*tree->trace, source);
        };
        emit q.statusChanged(QString::fromStdString(
            fmt::format("{} {}, {} in {} \u00b7 widths are both together{}", length(both - first),
                        sources ? "in " + fileOf(sources->second) : "now", length(first),
                        sources ? fileOf(sources->first) : "the kept range",
                        measure == FlameMeasure::Shares ? ", colours are shares of each" : "")));
    }
    [[nodiscard]] const FlameBox* boxAt(QPoint logical) const {
        const int x = static_cast<int>(logical.x() * ratio());
        const int y = static_cast<int>(logical.y() * ratio());
        for (auto box = boxes.rbegin(); box != boxes.rend(); ++box)
            if (box->box.contains(x, y)) return &*box;
        return nullptr;
    }
    void draw() {
        if (!texts || texts->ratio() != ratio()) texts = std::make_unique<TextCache>(ratio());
        texts->prune();
        const FlameScene s = scene();
        boxes = s.layout();
        DrawList list;
        drawFlame(s, boxes, *texts, list);
        const QSize size(s.area.w, s.area.h + s.axis.h);
        if (image.size() != size) image = QImage(size, QImage::Format_RGB32);
        rasterize(list, image, *texts, nullptr);
        stale = false;
    }
    void setScroll(int value) {
        const int most =
            tree ? std::max(0, scene().contentHeight() - q.height() + kFlameAxisPx + 20) : 0;
        scroll = std::clamp(value, 0, most);
        invalidate();
    }
    /// What a click or a key took: told, marked, and where arrow keys go on from.
    void choose(std::uint32_t node) {
        chosen = node;
        invalidate();
        emit q.picked(node);
    }
    void showRow(std::uint32_t node);
    [[nodiscard]] std::uint32_t neighbour(int key) const;
    [[nodiscard]] std::optional<std::uint32_t> keyFrame() const;
    [[nodiscard]] bool functionAt(std::uint32_t node) const {
        return !tree->counts() && !tree->calls.nodes[node].function.isTask();
    }
    bool pressed(const QKeyEvent& event);
    void fillMenu(QMenu& menu, std::uint32_t node);
    void showTooltip() {
        const FlameBox* const frame = boxAt(pointer);
        if (frame == nullptr || !tree || !q.isVisible()) return;
        if (!tooltip) tooltip = new TimelineTooltip(&q);
        tooltip->setThemeKind(theme);
        auto words = frameWords(scene(), *frame);
        if (words.lines.size() > 3) words.lines.resize(3);
        words.keys.emplace_back(QStringLiteral("Double click"), QStringLiteral("zoom to frame"));
        tooltip->setWords(words);
        const double r = ratio();
        tooltip->place(q.mapToGlobal(pointer),
                       QRect(q.mapToGlobal(QPoint(pointer.x(), static_cast<int>(frame->box.y / r))),
                             QSize(1, static_cast<int>(frame->box.h / r))));
    }
    void hideTooltip() {
        tooltipTimer.stop();
        if (tooltip) tooltip->hide();
    }

    FlameGraph& q;
    TraceView& view;
    model::ThreadPool* pool;
    model::CallForestPtr forest;
    model::TracePtr stacks;
    std::shared_ptr<const FlameTree> tree;      // what is drawn
    std::shared_ptr<const FlameTree> own;       // of the range at hand
    std::shared_ptr<const FlameTree> baseline;  // that it is compared with; null: none
    std::optional<std::pair<model::SourceId, model::SourceId>> sources;  // compared
    FlameShape shape;
    FlameContent content = FlameContent::Calls;
    FlameMeasure measure = FlameMeasure::Amounts;
    FunctionSet passing, found;
    bool working = false;
    ThemeKind theme = ThemeKind::Dark;
    FlameWeight weight = FlameWeight::Total;
    FlameGrowth growth = FlameGrowth::Down;
    std::string search;
    std::optional<model::FunctionKey> marked;
    std::uint32_t root = 0;
    std::vector<std::uint32_t> before;  // frames zoomed to earlier
    int scroll = 0;
    std::unique_ptr<TextCache> texts;
    std::vector<FlameBox> boxes;
    QImage image;
    bool stale = true;
    QPoint pointer;
    std::uint32_t hover = UINT32_MAX;
    std::uint32_t chosen = UINT32_MAX;
    QTimer tooltipTimer;
    QTimer rangeTimer;
    TimelineTooltip* tooltip = nullptr;
};

}  // namespace kscope::views
