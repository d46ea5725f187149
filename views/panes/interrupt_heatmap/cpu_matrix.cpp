// SPDX-License-Identifier: GPL-3.0-or-later
/// Cells in the colours of the heatmap's scale, numbers where they fit.
#include "views/panes/interrupt_heatmap/cpu_matrix.h"

#include "model/core/format.h"
#include "views/canvas/raster.h"
#include "views/panes/pane_look.h"
#include "views/panes/tracks/track_plot.h"
#include "views/state/trace_view.h"
#include "views/timeline/scene_parts.h"
#include "views/timeline/timeline_tooltip.h"

#include <QMouseEvent>
#include <QPainter>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace kscope::views {

namespace {

constexpr int kInset = 10;
constexpr int kImbalanceBar = 52;
constexpr int kImbalanceText = 46;
constexpr int kBusiest = 58;
constexpr int kRight = kImbalanceBar + kImbalanceText + kBusiest + 2 * kInset;
constexpr int kWidestCell = 34;
constexpr int kNumberCell = 24;  // a rate has room from here on
/// From here on a row is worth a look (look.md, status colours).
constexpr double kUneven = 0.5;

}  // namespace

/// Where the CPUs stand, device pixels.
struct CpuMatrix::Columns {
    std::vector<model::CpuId> cpus;
    int x = 0;
    double width = 0;
    [[nodiscard]] int begin(std::size_t index) const {
        return x + static_cast<int>(std::lround(width * static_cast<double>(index)));
    }
};

CpuMatrix::CpuMatrix(TraceView* view, TrackPlot* plot, QWidget* parent)
    : QWidget(parent),
      m_view(*view),
      m_plot(*plot),
      m_job(this) {
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Interrupts by CPU"));
    for (const auto signal :
         {&TraceView::windowChanged, &TraceView::rangeChanged, &TraceView::traceChanged})
        connect(view, signal, this, &CpuMatrix::count);
    connect(plot, &TrackPlot::scrolled, this, &CpuMatrix::invalidate);
}
CpuMatrix::~CpuMatrix() = default;

void CpuMatrix::invalidate() {
    m_stale = true;
    update();
}

void CpuMatrix::setTracks(std::shared_ptr<const TrackSet> tracks) {
    m_set = std::move(tracks);
    count();
    invalidate();
}

void CpuMatrix::setThemeKind(ThemeKind kind) {
    m_theme = kind;
    invalidate();
}

void CpuMatrix::setSelected(int track) {
    m_selected = track;
    invalidate();
}

model::TimeRange CpuMatrix::range() const { return m_view.range().value_or(m_view.window()); }

QSize CpuMatrix::sizeHint() const {
    const auto cpus = columns().cpus.size();
    return {std::clamp(static_cast<int>(cpus) * kWidestCell + kInset + kRight, 300, 760), 400};
}

/// Off this thread; a newer range replaces an older one.
void CpuMatrix::count() {
    if (!m_set || !m_set->trace || !isVisible()) return;
    std::set<model::CounterTablePtr> tables;
    for (const auto& track : m_set->tracks)
        if (const auto* heat = dynamic_cast<const HeatTrack*>(track.get()))
            tables.insert(heat->data().table);
    m_job.run(PaneWork::of(&m_view)->jobs(),
              [this, tables = std::move(tables),
               range = range()](std::stop_token) -> LatestJob::Delivery {
                  auto growths = std::make_shared<Growths>();
                  for (const auto& table : tables)
                      growths->push_back({table->source(), table->path(),
                                          model::cpuGrowth(table, model::toNs(range.begin),
                                                           model::toNs(range.end))});
                  return [this, growths] {
                      m_growths = growths;
                      invalidate();
                      emit counted();
                  };
              });
}

const HeatTrack* CpuMatrix::heatTrack(int track) const {
    if (!m_set || track < 0 || static_cast<std::size_t>(track) >= m_set->tracks.size())
        return nullptr;
    return dynamic_cast<const HeatTrack*>(m_set->tracks[static_cast<std::size_t>(track)].get());
}

std::optional<MatrixRow> CpuMatrix::rowOf(int track) const {
    const auto* heat = heatTrack(track);
    return heat == nullptr ? std::nullopt : numbersOf(*heat);
}

std::optional<MatrixRow> CpuMatrix::numbersOf(const HeatTrack& track) const {
    if (!m_growths) return std::nullopt;
    // The numbers may still be those of the snapshot before: the file is the same one.
    const auto& table = *track.data().table;
    const auto found = std::ranges::find_if(*m_growths, [&](const Growth& growth) {
        return growth.source == table.source() && growth.path == table.path();
    });
    if (found == m_growths->end()) return std::nullopt;
    const auto& growth = found->counts;
    if (growth.seconds() <= 0 || (track.row() + 1) * growth.cpus.size() > growth.delta.size())
        return std::nullopt;
    MatrixRow row;
    std::vector<std::uint64_t> counts;
    std::int64_t most = 0;
    for (std::size_t i = 0; i < growth.cpus.size(); ++i) {
        const auto delta = growth.row(track.row())[i];
        if (delta == model::CpuGrowth::kUnknown) continue;
        const auto rate = static_cast<double>(delta) / growth.seconds();
        row.rates.emplace_back(growth.cpus[i], rate);
        row.total += rate;
        counts.push_back(static_cast<std::uint64_t>(std::max<std::int64_t>(0, delta)));
        if (delta > most) most = delta, row.busiest = growth.cpus[i];
    }
    row.imbalance = model::imbalance(counts);
    return row;
}

CpuMatrix::Columns CpuMatrix::columns() const {
    Columns columns;
    std::set<model::CpuId> cpus;
    if (m_growths)
        for (const auto& growth : *m_growths)
            cpus.insert(growth.counts.cpus.begin(), growth.counts.cpus.end());
    columns.cpus.assign(cpus.begin(), cpus.end());
    const double ratio = devicePixelRatioF();
    columns.x = static_cast<int>(std::lround(kInset * ratio));
    const double room = (width() - kInset - kRight) * ratio;
    columns.width =
        cpus.empty() ? 0 : std::min(kWidestCell * ratio, room / static_cast<double>(cpus.size()));
    return columns;
}

void CpuMatrix::drawHead(TextCache& texts, DrawList& list, const Box& box) const {
    const Theme& t = theme(m_theme);
    const auto px = [&](double logical) { return m_scene.px(logical); };
    list.fill(box, t.bgWindow);
    const auto all = columns();
    const auto length = model::formatDuration(range().length());
    const auto words = m_view.range() ? tr("By CPU, selected %1") : tr("By CPU, %1 in view");
    const int used =
        drawText(m_scene, texts, list, {px(kInset), box.y, box.w - px(kInset), px(16)},
                 words.arg(QString::fromStdString(length)).toStdString(), TextRole::Head, t.text1);
    drawText(m_scene, texts, list,
             {px(kInset) + used + px(8), box.y, box.w - px(kInset + 8) - used, px(16)},
             tr("a second").toStdString(), TextRole::Small, t.text3);
    const int y = box.y + px(17);
    // As many numbers as do not touch.
    const auto step =
        static_cast<std::size_t>(all.width <= 0 ? 1 : std::max(1.0, std::ceil(px(22) / all.width)));
    for (std::size_t i = 0; i < all.cpus.size(); i += step) {
        const auto number = std::to_string(model::raw(all.cpus[i]));
        const int middle = (all.begin(i) + all.begin(i + 1)) / 2;
        const int half = px(4.0 * static_cast<double>(number.size()));
        drawText(m_scene, texts, list, {middle - half + px(1), y, 2 * half + px(4), px(14)}, number,
                 TextRole::Small, t.text2);
    }
    drawText(m_scene, texts, list,
             {box.w - px(kRight - kInset), y, px(kImbalanceBar + kImbalanceText), px(14)},
             tr("Imbalance").toStdString(), TextRole::Small, t.text3);
    drawTextRight(m_scene, texts, list, {box.w - px(kBusiest), y, px(kBusiest - kInset), px(14)},
                  tr("busiest").toStdString(), TextRole::Small, t.text3);
}

void CpuMatrix::drawImbalance(TextCache& texts, DrawList& list, const MatrixRow& row,
                              const Box& box) const {
    const Theme& t = theme(m_theme);
    const auto px = [&](double logical) { return m_scene.px(logical); };
    const int x = box.w - px(kRight - kInset);
    if (!row.busiest) {
        drawText(m_scene, texts, list, {x, box.y, px(kImbalanceBar + kImbalanceText), box.h},
                 tr("none counted").toStdString(), TextRole::Small, t.text3);
        return;
    }
    const bool uneven = row.imbalance >= kUneven && row.rates.size() > 1;
    const Box bar{x, box.y + box.h / 2 - px(3), px(kImbalanceBar), px(6)};
    list.fill(bar, t.bgHover, px(2));
    list.fill({bar.x, bar.y, static_cast<int>(bar.w * row.imbalance), bar.h},
              uneven ? t.statusWarn : t.seriesNeutral, px(2));
    drawTextRight(m_scene, texts, list, {bar.right(), box.y, px(kImbalanceText - 6), box.h},
                  fmt::format("{:.0f} %", row.imbalance * 100), TextRole::Small,
                  uneven ? t.statusWarn : t.text2);
    drawTextRight(m_scene, texts, list, {box.w - px(kBusiest), box.y, px(kBusiest - kInset), box.h},
                  fmt::format("CPU {}", model::raw(*row.busiest)), TextRole::Mono, t.text2);
}

void CpuMatrix::drawRow(TextCache& texts, DrawList& list, const HeatTrack& track,
                        const Box& box) const {
    const Theme& t = theme(m_theme);
    const auto px = [&](double logical) { return m_scene.px(logical); };
    const auto row = numbersOf(track);
    if (!row) return;
    const auto all = columns();
    const bool numbers = all.width >= px(kNumberCell);
    for (const auto& [cpu, rate] : row->rates) {
        const auto index =
            static_cast<std::size_t>(std::ranges::lower_bound(all.cpus, cpu) - all.cpus.begin());
        const int gap = all.width >= px(6) ? px(1) : 0;
        const Box cell{all.begin(index), box.y + px(1),
                       std::max(1, all.begin(index + 1) - all.begin(index) - gap), box.h - px(2)};
        const int step = track.data().scale.step(rate);
        if (step < 0) {  // a dot: read, nothing counted
            if (all.width >= px(6))
                list.fill({cell.x + cell.w / 2, cell.y + cell.h / 2, px(1), px(1)}, t.text3);
            continue;
        }
        const Rgb fill = t.heat[static_cast<std::size_t>(step)];
        list.fill(cell, fill, all.width >= px(8) ? px(2) : 0);
        if (!numbers) continue;
        // Without the thin blank: five letters have to fit.
        auto text = rate < 10 ? fmt::format("{:.1f}", rate) : shortRate(rate);
        std::erase(text, ' ');
        const int half = px(3.1 * static_cast<double>(text.size()));
        const int middle = cell.x + cell.w / 2;
        drawText(m_scene, texts, list,
                 {std::max(cell.x + px(1), middle - half), cell.y, cell.w, cell.h}, text,
                 TextRole::Least, t.inkOn(fill));
    }
    drawImbalance(texts, list, *row, box);
}

void CpuMatrix::draw() {
    const double ratio = devicePixelRatioF();
    const Theme& t = theme(m_theme);
    m_scene.theme = m_theme;
    m_scene.ratio = ratio;
    if (!m_texts || m_texts->ratio() != ratio) m_texts = std::make_unique<TextCache>(ratio);
    m_texts->prune();
    const QSize size(static_cast<int>(std::ceil(width() * ratio)),
                     static_cast<int>(std::ceil(height() * ratio)));
    DrawList list;
    const Box all{0, 0, size.width(), size.height()};
    list.clip(all);
    list.fill(all, t.bgCanvas);
    int y = -m_plot.scrollPosition();
    for (std::size_t i = 0; m_set && i < m_set->tracks.size(); ++i) {
        const int height = m_set->tracks[i]->height();
        const int top = m_scene.px(y);
        const Box box{0, top, all.w, m_scene.px(y + height) - top};
        y += height;
        if (box.cut(all).empty()) continue;
        if (i == 0) {
            drawHead(*m_texts, list, box);
        } else if (const auto* heat = heatTrack(static_cast<int>(i))) {
            if (static_cast<int>(i) == m_selected) list.fill(box, t.accentFill);
            drawRow(*m_texts, list, *heat, box);
        } else {
            list.fill(box, t.bgWindow);
        }
        list.fill({0, box.bottom() - m_scene.hairline(), all.w, m_scene.hairline()}, t.lineGrid);
    }
    list.fill({0, 0, m_scene.hairline(), all.h}, t.lineEdge);
    if (m_image.size() != size) m_image = QImage(size, QImage::Format_RGB32);
    rasterize(list, m_image, *m_texts, nullptr);
    m_image.setDevicePixelRatio(ratio);
    m_stale = false;
}

void CpuMatrix::paintEvent(QPaintEvent*) {
    if (m_stale || m_image.deviceIndependentSize() != QSizeF(size())) draw();
    QPainter(this).drawImage(0, 0, m_image);
}

void CpuMatrix::resizeEvent(QResizeEvent*) { invalidate(); }

void CpuMatrix::showEvent(QShowEvent*) { count(); }

void CpuMatrix::wheelEvent(QWheelEvent* event) {
    m_plot.setScrollPosition(m_plot.scrollPosition() - event->angleDelta().y() / 2);
    event->accept();
}

int CpuMatrix::trackAt(int y) const {
    int bottom = -m_plot.scrollPosition();
    for (std::size_t i = 0; m_set && i < m_set->tracks.size(); ++i) {
        bottom += m_set->tracks[i]->height();
        if (y < bottom) return static_cast<int>(i);
    }
    return -1;
}

void CpuMatrix::showWords(QPoint at) {
    const int index = trackAt(at.y());
    const auto* heat = heatTrack(index);
    const auto row = rowOf(index);
    const auto all = columns();
    const double x = at.x() * devicePixelRatioF() - all.x;
    const auto column = static_cast<std::size_t>(std::max(0.0, x / std::max(all.width, 1e-9)));
    if (heat == nullptr || !row || x < 0 || column >= all.cpus.size()) {
        if (m_tooltip != nullptr) m_tooltip->hide();
        return;
    }
    const auto cpu = all.cpus[column];
    const auto found = std::ranges::find(row->rates, cpu, &std::pair<model::CpuId, double>::first);
    ItemWords words;
    words.title = tr("%1 on CPU %2").arg(shown(heat->words().name)).arg(model::raw(cpu));
    if (found == row->rates.end()) {
        words.time = tr("This CPU was offline, or the row was not there, for a part of the range");
    } else {
        words.time = tr("%1 a second").arg(QString::fromStdString(shortRate(found->second)));
        if (row->total > 0)
            words.lines << tr("%1 of this line")
                               .arg(QString::fromStdString(
                                   model::formatShare(found->second / row->total)));
        if (found->second > 0)
            words.lines << tr("At this rate one every %1")
                               .arg(QString::fromStdString(model::formatDuration(
                                   model::Duration{std::llround(1e9 / found->second)})));
    }
    if (!heat->words().meaning.empty())
        words.lines << QString::fromStdString(heat->words().meaning);
    if (m_tooltip == nullptr) m_tooltip = new TimelineTooltip(this);
    m_tooltip->setThemeKind(m_theme);
    m_tooltip->setWords(words);
    m_tooltip->place(mapToGlobal(at), QRect(mapToGlobal(at) - QPoint(8, 8), QSize(16, 16)));
}

void CpuMatrix::mouseMoveEvent(QMouseEvent* event) { showWords(event->position().toPoint()); }

void CpuMatrix::mousePressEvent(QMouseEvent* event) {
    if (const int track = trackAt(event->position().toPoint().y()); heatTrack(track) != nullptr)
        emit rowPicked(track);
}

void CpuMatrix::leaveEvent(QEvent*) {
    if (m_tooltip != nullptr) m_tooltip->hide();
}

}  // namespace kscope::views
