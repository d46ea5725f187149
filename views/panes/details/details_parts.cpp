// SPDX-License-Identifier: GPL-3.0-or-later
/// The painted parts of the details pane.
#include "views/panes/details/details_parts.h"

#include "views/panes/pane_look.h"

#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace kscope::views {
namespace {

constexpr int kDotColumn = 18;  // px at the left of a step
constexpr double kDotRadius = 3;
constexpr int kDotY = 9;  // middle of the first line of text

}  // namespace

Rgb stateFill(const Theme& colours, model::TaskState state, const model::TaskInfo& task) {
    switch (state) {
    case model::TaskState::Running: return colours.taskFill(task);
    case model::TaskState::Woken:
    case model::TaskState::Preempted:
    case model::TaskState::Yielded: return colours.stateRunnable;
    case model::TaskState::Uninterruptible: return colours.stateBlocked;
    case model::TaskState::Stopped:
    case model::TaskState::Traced: return colours.stateStopped;
    case model::TaskState::Unknown: return colours.bgHover;
    default: return colours.stateSleep;
    }
}

StateBar::StateBar(std::vector<DetailsShare> shares, model::Duration total, model::TaskInfo task,
                   QWidget* parent)
    : QWidget(parent),
      m_shares(std::move(shares)),
      m_total(total),
      m_task(task) {
    setFixedHeight(14);
}

void StateBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& colours = themeOf(*this);
    painter.fillRect(rect(), QColor::fromRgb(colours.bgHover));
    if (m_total.count() <= 0) return;
    // Edges at device pixels; what is there is at least one of them wide.
    const double ratio = devicePixelRatioF();
    const double whole = width() * ratio;
    double at = 0, x = 0;
    for (const auto& share : m_shares) {
        at += static_cast<double>(share.time.count());
        const double end = std::clamp(std::round(whole * at / static_cast<double>(m_total.count())),
                                      std::min(whole, x + 1), whole);
        painter.fillRect(QRectF(x / ratio, 0, (end - x) / ratio, height()),
                         QColor::fromRgb(stateFill(colours, share.state, m_task)));
        if (share.state == model::TaskState::Uninterruptible) {
            auto hatch = QColor::fromRgb(colours.bgCanvas);
            hatch.setAlphaF(0.25F);
            painter.fillRect(QRectF(x / ratio, 0, (end - x) / ratio, height()),
                             QBrush(hatch, Qt::BDiagPattern));
        }
        x = end;
    }
}

ChainStep::ChainStep(const DetailsStep& step, Rgb dot, Place place, QWidget* parent)
    : QWidget(parent),
      m_dot(dot),
      m_place(place),
      m_label(new QLabel(this)) {
    const auto& colours = themeOf(*this);
    const auto text = step.text.toHtmlEscaped();
    const auto first =
        step.event
            ? QStringLiteral("<a href='event:%1' style='color:%2;text-decoration:none'>%3</a>")
                  .arg(raw(*step.event))
                  .arg(hex(colours.text1), text)
            : text;
    m_label->setTextFormat(Qt::RichText);
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_label->setText(QStringLiteral("%1<br><span style='color:%2;font-family:\"%3\"'>%4</span>")
                         .arg(first, hex(colours.text3), views::font(TextRole::Mono).family(),
                              step.second.toHtmlEscaped()));
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(kDotColumn, 0, 0, 6);
    line->addWidget(m_label);
    connect(m_label, &QLabel::linkActivated, this, &ChainStep::linkActivated);
}

void ChainStep::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& colours = themeOf(*this);
    const double x = kDotRadius + 2;
    const double top = m_place == Place::First || m_place == Place::Only ? kDotY : 0;
    const double bottom = m_place == Place::Last || m_place == Place::Only ? kDotY : height();
    painter.fillRect(QRectF(std::round(x), top, hairline(*this), bottom - top),
                     QColor::fromRgb(colours.lineEdge));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor::fromRgb(m_dot));
    painter.drawEllipse(QPointF(std::round(x) + 0.5, kDotY), kDotRadius, kDotRadius);
}

}  // namespace kscope::views
