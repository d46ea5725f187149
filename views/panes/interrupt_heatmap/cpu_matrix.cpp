// SPDX-License-Identifier: GPL-3.0-or-later
/// Counting off the GUI thread, painting, words under the pointer.
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

#include <algorithm>
#include <cmath>

namespace kscope::views {

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

QSize CpuMatrix::sizeHint() const { return {m_sheet ? m_sheet->likelyWidth() : 300, 400}; }

/// Off this thread; a newer range replaces an older one.
void CpuMatrix::count() {
    if (!m_set || !m_set->trace || !isVisible()) return;
    m_job.run(PaneWork::of(&m_view)->jobs(),
              [this, set = m_set, range = range()](std::stop_token) -> LatestJob::Delivery {
                  auto sheet = std::make_shared<const MatrixSheet>(*set, range);
                  return [this, sheet] {
                      m_sheet = sheet;
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
    const auto* const heat = heatTrack(track);
    return heat == nullptr || !m_sheet ? std::nullopt : m_sheet->rowOf(*heat);
}

std::string CpuMatrix::headWords() const {
    const auto length = QString::fromStdString(model::formatDuration(range().length()));
    const auto words = m_view.range() ? tr("By CPU, selected %1") : tr("By CPU, %1 in view");
    return words.arg(length).toStdString();
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
        const TrackCanvas canvas{m_scene, *m_texts, list, {}, box};
        if (i == 0) {
            if (m_sheet) m_sheet->drawHead(canvas, headWords());
            else list.fill(box, t.bgWindow);
        } else if (const auto* heat = heatTrack(static_cast<int>(i))) {
            if (static_cast<int>(i) == m_selected) list.fill(box, t.accentFill);
            if (m_sheet) m_sheet->drawRow(canvas, *heat);
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

std::optional<CpuMatrix::Cell> CpuMatrix::cellAt(QPoint at) const {
    const int index = trackAt(at.y());
    const auto* heat = heatTrack(index);
    const auto row = rowOf(index);
    const auto all = m_sheet ? m_sheet->columns(m_scene, width()) : MatrixColumns{};
    const double x = at.x() * devicePixelRatioF() - all.x;
    const auto column = static_cast<std::size_t>(std::max(0.0, x / std::max(all.width, 1e-9)));
    if (heat == nullptr || !row || x < 0 || column >= all.cpus.size()) return std::nullopt;
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
    return Cell{.track = index, .cpu = cpu, .words = std::move(words)};
}

void CpuMatrix::showWords(QPoint at) {
    const auto cell = cellAt(at);
    if (!cell) {
        if (m_tooltip != nullptr) m_tooltip->hide();
        return;
    }
    if (m_tooltip == nullptr) m_tooltip = new TimelineTooltip(this);
    m_tooltip->setThemeKind(m_theme);
    m_tooltip->setWords(cell->words);
    m_tooltip->place(mapToGlobal(at), QRect(mapToGlobal(at) - QPoint(8, 8), QSize(16, 16)));
}

void CpuMatrix::mouseMoveEvent(QMouseEvent* event) { showWords(event->position().toPoint()); }

void CpuMatrix::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) pickAt(event->position().toPoint());
}

void CpuMatrix::pickAt(QPoint at) {
    if (const auto cell = cellAt(at)) emit cellPicked(cell->track, cell->cpu, cell->words.told());
    else if (const int track = trackAt(at.y()); heatTrack(track) != nullptr)
        emit m_plot.headerPicked(track);
}

void CpuMatrix::contextMenuEvent(QContextMenuEvent* event) {
    const int track = trackAt(event->pos().y());
    pickAt(event->pos());
    if (heatTrack(track) != nullptr) emit m_plot.menuWanted(event->globalPos(), track);
}

void CpuMatrix::leaveEvent(QEvent*) {
    if (m_tooltip != nullptr) m_tooltip->hide();
}

}  // namespace kscope::views
