// SPDX-License-Identifier: GPL-3.0-or-later
/// Where the time goes: a bar each for reads and writes, cut by the mean time in each stage.
#pragma once

#include "model/derive/block_latency.h"
#include "views/theme/theme.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace kscope::views {

class StageBars : public QWidget {
    Q_OBJECT
public:
    explicit StageBars(QWidget* parent = nullptr);
    void setLatency(std::shared_ptr<const model::BlockLatency> latency);
    void setThemeKind(ThemeKind kind);
    [[nodiscard]] QSize sizeHint() const override { return {300, 2 * kRow}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 2 * kRow}; }

signals:
    /// The stage under the pointer.
    void stageHovered(kscope::model::BlockInterval stage);
    void stageLeft();  ///< There is none any more.

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    static constexpr int kRow = 50;
    struct Part {
        QRectF box;
        model::StageShare share;
    };
    [[nodiscard]] std::vector<Part> partsOf(std::size_t side) const;
    [[nodiscard]] std::optional<Part> partAt(const QPoint& place) const;
    std::shared_ptr<const model::BlockLatency> m_latency;
    ThemeKind m_kind = ThemeKind::Dark;
};

}  // namespace kscope::views
