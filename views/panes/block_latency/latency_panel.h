// SPDX-License-Identifier: GPL-3.0-or-later
/// Latency beside the block requests: an interval of what is chosen as histogram and percentiles,
/// where the time goes, the block layer, and the selected request stage by stage.
#pragma once

#include "model/derive/block_latency.h"
#include "model/derive/block_stages.h"
#include "views/panes/pane_work.h"
#include "views/theme/theme.h"

#include <QScrollArea>
#include <QTimer>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace kscope::views {

class LatencyChart;
class LayerPicture;
class StageBars;
class TraceView;

class LatencyPanel : public QScrollArea {
    Q_OBJECT
public:
    enum class Scope : std::uint8_t { All, Window, Range };
    explicit LatencyPanel(TraceView* view, QWidget* parent = nullptr);
    ~LatencyPanel() override;

    /// Of the view's snapshot; null: none.
    void setBlocks(model::TracePtr trace, std::shared_ptr<const model::BlockModel> blocks);
    void setThemeKind(ThemeKind kind);
    void setScope(Scope scope);
    void setInterval(model::BlockInterval interval);
    /// What the combos choose now.
    [[nodiscard]] model::BlockChoice choice() const;
    [[nodiscard]] model::BlockInterval interval() const;
    /// What is shown; null before the first was worked out.
    [[nodiscard]] const std::shared_ptr<const model::BlockLatency>& latency() const {
        return m_latency;
    }
    /// Shows the stages of a request; kNoIndex: of none.
    void showRequest(std::uint32_t request);
    [[nodiscard]] std::uint32_t request() const { return m_request; }
    [[nodiscard]] LayerPicture& picture() { return *m_picture; }
    [[nodiscard]] LatencyChart& chart() { return *m_chart; }
    [[nodiscard]] bool working() const { return m_job.running() || m_rest.isActive(); }

public slots:
    void goToSlowest();
    void goToSleeper();  ///< The task that slept on the request, on the timeline.

signals:
    void choiceChanged();                 ///< Of transfers: device, task, direction, scope.
    void latencyChanged();                ///< Another one is shown.
    void requestChosen(quint32 request);  ///< Go to it.

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void build();
    void buildChoices(QVBoxLayout& column, QWidget* inside);
    void buildSelected(QVBoxLayout& column, QWidget* inside);
    void connectAll();
    void fillCombos();
    void later();  ///< Works out anew once the window rests.
    void work();
    void show(std::shared_ptr<const model::BlockLatency> latency);
    [[nodiscard]] QString percentileTable() const;
    [[nodiscard]] QString requestWords() const;
    void showSelected();

    TraceView* m_view;
    PaneWork* m_work;
    model::TracePtr m_trace;
    std::shared_ptr<const model::BlockModel> m_blocks;
    std::shared_ptr<const model::BlockLatency> m_latency;
    std::uint32_t m_request = model::kNoIndex;
    std::optional<model::BlockSleeper> m_sleeper;
    ThemeKind m_kind = ThemeKind::Dark;
    QLabel* m_note = nullptr;
    QComboBox* m_interval = nullptr;
    QComboBox* m_scope = nullptr;
    QComboBox* m_device = nullptr;
    QComboBox* m_task = nullptr;
    QComboBox* m_direction = nullptr;
    LatencyChart* m_chart = nullptr;
    QLabel* m_percentiles = nullptr;
    QPushButton* m_slowest = nullptr;
    StageBars* m_bars = nullptr;
    LayerPicture* m_picture = nullptr;
    QLabel* m_selected = nullptr;
    QPushButton* m_showOnTimeline = nullptr;
    QPushButton* m_whoWaited = nullptr;
    QTimer m_rest;
    LatestJob m_job;
};

}  // namespace kscope::views
