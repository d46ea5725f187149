// SPDX-License-Identifier: GPL-3.0-or-later
/// The painted parts of the details pane: the bar of states and the dots of the chain.
#pragma once

#include "views/panes/details/details_content.h"

#include <QLabel>
#include <QWidget>

#include <vector>

namespace kscope::views {

/// Colour of a state in bars and legends; Running takes the task's own.
[[nodiscard]] Rgb stateFill(const Theme& colours, model::TaskState state,
                            const model::TaskInfo& task);

/// One bar, cut by the time in each state; what the trace does not cover stays blank.
class StateBar : public QWidget {
    Q_OBJECT
public:
    StateBar(std::vector<DetailsShare> shares, model::Duration total, model::TaskInfo task,
             QWidget* parent);
    [[nodiscard]] QSize sizeHint() const override { return {100, 14}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<DetailsShare> m_shares;
    model::Duration m_total;
    model::TaskInfo m_task;
};

/// One step of the chain: a dot on a line, and words beside it.
class ChainStep : public QWidget {
    Q_OBJECT
public:
    enum class Place : std::uint8_t { First, Middle, Last, Only };
    ChainStep(const DetailsStep& step, Rgb dot, Place place, QWidget* parent);

signals:
    void linkActivated(const QString& target);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Rgb m_dot;
    Place m_place;
    QLabel* m_label;
};

}  // namespace kscope::views
