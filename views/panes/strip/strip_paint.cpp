// SPDX-License-Identifier: GPL-3.0-or-later
/// How the selection strip is painted.
#include "views/panes/strip/strip_paint.h"

#include "model/core/format.h"
#include "views/panes/pane_look.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

struct Strip {
    Q_DECLARE_TR_FUNCTIONS(kscope::views::SelectionStrip)
};

constexpr int kPad = 14;
constexpr int kHeadY = 10, kHeadHeight = 14;
constexpr int kMiddleY = 30, kMiddleHeight = 22;
constexpr int kFootY = 56, kFootHeight = 16;
constexpr int kLeastTaskBar = 200;

QString duration(model::Duration value) { return shown(model::formatDuration(value)); }

/// A cell under construction: text lines at fixed heights, as wide as its widest.
class Cells {
public:
    Cells(QPainter& painter, const QRect& box, const StripPicture& picture)
        : m_painter(painter),
          m_box(box),
          m_picture(picture) {}

    /// Begins a cell of `width`; false where it does not fit any more.
    bool begin(int width) {
        if (m_x + width > m_box.width()) return false;
        if (m_x > 0)
            m_painter.fillRect(QRectF(m_x, 0, m_picture.hairline, m_box.height()),
                               QColor::fromRgb(m_picture.colours.lineEdge));
        m_cell = QRect(m_x + kPad, 0, width - 2 * kPad, m_box.height());
        m_x += width;
        return true;
    }
    void head(const QString& text) {
        line(text, kHeadY, kHeadHeight, TextRole::Small, m_picture.colours.text3);
    }
    void number(const QString& text, int indent = 0) {
        line(text, kMiddleY, kMiddleHeight, TextRole::Number, m_picture.colours.text1, indent);
    }
    void foot(const QString& text, int indent = 0) {
        line(text, kFootY, kFootHeight, TextRole::Small, m_picture.colours.text2, indent);
    }
    [[nodiscard]] const QRect& cell() const { return m_cell; }
    [[nodiscard]] int left() const { return m_box.width() - m_x; }

private:
    void line(const QString& text, int y, int height, TextRole role, Rgb ink, int indent = 0) {
        m_painter.setFont(views::font(role));
        m_painter.setPen(QColor::fromRgb(ink));
        const QRect where(m_cell.x() + indent, y, m_cell.width() - indent + 4, height);
        m_painter.drawText(where, Qt::AlignLeft | Qt::AlignVCenter,
                           m_painter.fontMetrics().elidedText(text, Qt::ElideRight, where.width()));
    }
    QPainter& m_painter;
    QRect m_box;
    const StripPicture& m_picture;
    QRect m_cell;
    int m_x = 0;
};

int textWidth(const QString& text, TextRole role) {
    return static_cast<int>(std::ceil(QFontMetricsF(views::font(role)).horizontalAdvance(text)));
}

int cellWidth(const QString& head, const QString& number, const QString& foot) {
    return 2 * kPad +
           std::max({textWidth(head, TextRole::Small), textWidth(number, TextRole::Number),
                     textWidth(foot, TextRole::Small)}) +
           4;
}

/// One bar a CPU, neighbours averaged where they would be thinner than 3 px.
void paintCpuBars(QPainter& painter, const QRect& box, const StripPicture& picture) {
    const auto& cpus = picture.statistics->cpus;
    const auto most = static_cast<std::size_t>(box.width() / 3);
    const auto bars = std::max<std::size_t>(1, std::min(cpus.size(), most));
    const double pitch =
        std::min(16.0, static_cast<double>(box.width()) / static_cast<double>(bars));
    const double gap = pitch >= 6 ? 2 : 1;
    const double length = std::max<double>(1, static_cast<double>(picture.range.length().count()));
    for (std::size_t bar = 0; bar < bars; ++bar) {
        const auto from = bar * cpus.size() / bars,
                   to = std::max(from + 1, (bar + 1) * cpus.size() / bars);
        double busy = 0;
        for (auto i = from; i < to && i < cpus.size(); ++i)
            busy += static_cast<double>(cpus[i].busy.count());
        const double share = std::clamp(busy / (length * static_cast<double>(to - from)), 0.0, 1.0);
        const QRectF track(std::round(box.x() + pitch * static_cast<double>(bar)), box.y(),
                           std::round(pitch - gap), box.height());
        painter.fillRect(track, QColor::fromRgb(picture.colours.bgHover));
        const double height = std::round(track.height() * share);
        // A CPU that was busy at all leaves a line, so that it differs from an idle one.
        const double ink = share > 0 ? std::max(1.0, height) : 0;
        painter.fillRect(QRectF(track.x(), track.bottom() - ink, track.width(), ink),
                         QColor::fromRgb(picture.colours.seriesNeutral));
    }
}

using TaskRects = std::vector<std::pair<QRect, model::TaskId>>;

Rgb pieceFill(const StripPicture& picture, model::TaskId task) {
    const auto fill = picture.colours.taskFill(picture.trace->task(task));
    // Lifting: the hovered task keeps its colour, the others step back.
    if (picture.hover == model::kNoTask || picture.hover == task) return fill;
    return mix(picture.colours.bgPanel, fill, 0.55);
}

void paintTaskBar(QPainter& painter, const QRect& box, const StripPicture& picture,
                  TaskRects& rects) {
    painter.fillRect(box, QColor::fromRgb(picture.colours.bgHover));
    const double whole = static_cast<double>(picture.range.length().count()) *
                         std::max<double>(1, static_cast<double>(picture.statistics->cpus.size()));
    double at = 0;
    int x = box.x();
    for (const auto& time : picture.statistics->tasks) {
        at += static_cast<double>(time.run.count());
        const int end = std::min(box.right() + 1,
                                 box.x() + static_cast<int>(std::lround(at / whole * box.width())));
        if (end <= x) continue;  // too short for a pixel: it is in the next one that shows
        const QRect piece(x, box.y(), end - x, box.height());
        painter.fillRect(end - x >= 3 ? piece.adjusted(0, 0, -1, 0) : piece,
                         QColor::fromRgb(pieceFill(picture, time.task)));
        rects.emplace_back(piece, time.task);
        x = end;
    }
}

void paintLegend(QPainter& painter, const QRect& box, const StripPicture& picture,
                 TaskRects& rects) {
    const QFontMetricsF metrics(views::font(TextRole::Small));
    int x = box.x();
    for (const auto& time : picture.statistics->tasks) {
        const auto name = shown(picture.trace->text(picture.trace->task(time.task).comm));
        const auto value = duration(time.run);
        const int nameWidth = static_cast<int>(std::ceil(metrics.horizontalAdvance(name)));
        const int valueWidth = static_cast<int>(std::ceil(metrics.horizontalAdvance(value)));
        const int width = 9 + 5 + nameWidth + 5 + valueWidth;
        if (x + width > box.right()) break;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor::fromRgb(pieceFill(picture, time.task)));
        painter.drawRoundedRect(QRectF(x, box.y() + (box.height() - 9) / 2.0, 9, 9), 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setFont(views::font(TextRole::Small));
        painter.setPen(QColor::fromRgb(picture.colours.text1));
        painter.drawText(QRect(x + 14, box.y(), nameWidth + 2, box.height()), Qt::AlignVCenter,
                         name);
        painter.setPen(QColor::fromRgb(picture.colours.text3));
        painter.drawText(QRect(x + 19 + nameWidth, box.y(), valueWidth + 2, box.height()),
                         Qt::AlignVCenter, value);
        rects.emplace_back(QRect(x, box.y(), width, box.height()), time.task);
        x += width + 12;
    }
}

/// Bins from the first to the last that holds something; from 1 ms on they are the colour of
/// waiting.
void paintHistogram(QPainter& painter, const QRect& box, const StripPicture& picture) {
    const auto& bins = picture.statistics->wakeHistogram;
    const auto filled = [](std::uint32_t count) { return count > 0; };
    const auto first = std::ranges::find_if(bins, filled) - bins.begin();
    const auto last = std::find_if(bins.rbegin(), bins.rend(), filled).base() - bins.begin();
    if (first >= last) return;
    const double most = *std::ranges::max_element(bins);
    const double pitch =
        std::min(14.0, static_cast<double>(box.width()) / static_cast<double>(last - first));
    constexpr std::ptrdiff_t kMillisecondBin = 10;  // 2^10 µs
    for (auto i = first; i < last; ++i) {
        const auto count = bins[static_cast<std::size_t>(i)];
        if (count == 0) continue;
        const double height = std::max(1.0, std::round(box.height() * count / most));
        const auto fill =
            i > kMillisecondBin ? picture.colours.stateRunnable : picture.colours.seriesNeutral;
        painter.fillRect(QRectF(std::round(box.x() + pitch * static_cast<double>(i - first)),
                                box.bottom() + 1 - height, std::max(1.0, std::round(pitch) - 1),
                                height),
                         QColor::fromRgb(fill));
    }
}

void paintNumbers(QPainter& painter, Cells& cells, const StripPicture& picture, TaskRects& rects) {
    const auto& s = *picture.statistics;
    const auto length = std::max<std::int64_t>(1, picture.range.length().count());
    // The cells at the right first say how wide they are; the task bar takes what is left.
    const auto switches = shown(model::formatCount(s.switches));
    const double perMs = static_cast<double>(s.switches) * 1e6 / static_cast<double>(length);
    const auto rate =
        perMs >= 1
            ? Strip::tr("%1 per ms").arg(QString::number(perMs, 'f', perMs < 10 ? 1 : 0))
            : Strip::tr("%1 per s").arg(QString::number(perMs * 1000, 'f', perMs < 0.01 ? 1 : 0));
    const int switchWidth = cellWidth(Strip::tr("Switches"), switches, rate);
    const auto wake =
        s.wakeups > 0
            ? Strip::tr("median %1, worst %2").arg(duration(s.wakeMedian), duration(s.wakeMax))
            : Strip::tr("none in it");
    const int wakeWidth = std::max(150, cellWidth(Strip::tr("Wakeup to run"), {}, wake));
    const auto irqs = shown(model::formatCount(s.irqs));
    const auto irqName = picture.trace->irqName(s.irqWorst);
    const auto irqText = irqName == model::kNoString ? Strip::tr("irq %1").arg(s.irqWorst)
                                                     : shown(picture.trace->text(irqName));
    const auto irqFoot = s.irqs > 0 ? Strip::tr("%1 worst %2").arg(irqText, duration(s.irqMax))
                                    : Strip::tr("none in it");
    const int irqWidth = cellWidth(Strip::tr("Interrupts"), irqs, irqFoot);

    if (cells.begin(200)) {
        cells.head(Strip::tr("CPUs busy"));
        const QRect bars(cells.cell().x(), kMiddleY, 108, kFootY + kFootHeight - kMiddleY - 2);
        paintCpuBars(painter, bars, picture);
        cells.number(shown(model::formatShare(busyShare(s))), 118);
        cells.foot(Strip::tr("of %1").arg(s.cpus.size()), 118);
    }
    const int barWidth = cells.left() - switchWidth - wakeWidth - irqWidth;
    if (cells.begin(std::max(kLeastTaskBar, barWidth))) {
        const auto total = model::Duration{length} *
                           static_cast<std::int64_t>(std::max<std::size_t>(1, s.cpus.size()));
        cells.head(Strip::tr("CPU time by task, of %1; the rest is idle").arg(duration(total)));
        const auto& cell = cells.cell();
        paintTaskBar(painter, QRect(cell.x(), kMiddleY, cell.width(), 18), picture, rects);
        paintLegend(painter, QRect(cell.x(), kFootY, cell.width(), kFootHeight), picture, rects);
    }
    if (cells.begin(switchWidth)) {
        cells.head(Strip::tr("Switches"));
        cells.number(switches);
        cells.foot(rate);
    }
    if (cells.begin(wakeWidth)) {
        cells.head(Strip::tr("Wakeup to run"));
        paintHistogram(painter,
                       QRect(cells.cell().x(), kMiddleY, cells.cell().width(), kMiddleHeight),
                       picture);
        cells.foot(wake);
    }
    if (cells.begin(irqWidth)) {
        cells.head(Strip::tr("Interrupts"));
        cells.number(irqs);
        cells.foot(irqFoot);
    }
}

}  // namespace

double busyShare(const model::RangeStatistics& statistics) {
    double busy = 0;
    for (const auto& cpu : statistics.cpus) busy += static_cast<double>(cpu.busy.count());
    const double whole = static_cast<double>(statistics.range.length().count()) *
                         static_cast<double>(statistics.cpus.size());
    return whole > 0 ? std::clamp(busy / whole, 0.0, 1.0) : 0;
}

std::vector<std::pair<QRect, model::TaskId>> paintStrip(QPainter& painter, const QRect& box,
                                                        const StripPicture& picture) {
    TaskRects rects;
    Cells cells(painter, box, picture);
    const auto style = timeStyleOf(picture.view);
    const auto from = shown(items::timeText(style, picture.range.begin)),
               to = shown(items::timeText(style, picture.range.end));
    const auto ends = from + QStringLiteral(" \u2192 ") + to;
    const auto length = duration(picture.range.length());
    if (cells.begin(std::max(130, cellWidth(Strip::tr("Selection A\u2013B"), length, ends)))) {
        cells.head(Strip::tr("Selection A\u2013B"));
        cells.number(length);
        cells.foot(ends);
    }
    if (picture.statistics != nullptr && picture.trace != nullptr)
        paintNumbers(painter, cells, picture, rects);
    return rects;
}

}  // namespace kscope::views
