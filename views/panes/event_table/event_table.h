// SPDX-License-Identifier: GPL-3.0-or-later
/// The event table: every event of a trace of any size in time order, with its title row and its
/// commands.
#pragma once

#include "model/items/event_item_model.h"
#include "model/items/row_text.h"
#include "views/panes/pane_work.h"

#include <QWidget>

#include <functional>
#include <memory>

class QIODevice;
class QLabel;
class QMenu;
class QProgressBar;
class QToolButton;

namespace kscope::views {

class EventRows;
class TraceView;

/// Follows the shared selection (scrolls to its item and window) and leads it (a click selects
/// everywhere). Rows are neither copied nor counted: nothing here grows with the trace.
class EventTable : public QWidget {
    Q_OBJECT
public:
    void rereadTexts();  ///< The words of events have changed.
    explicit EventTable(TraceView* view, QWidget* parent = nullptr);
    ~EventTable() override;

    [[nodiscard]] EventRows& rows() { return *m_rows; }
    [[nodiscard]] items::EventItemModel& model() { return *m_model; }
    /// "Events 318 442 of 2 847 113, ordered by time" as it stands in the title row.
    [[nodiscard]] QString titleText() const;

    /// The selected rows, or the focused one, as text with tabs on the clipboard. Read off this
    /// thread.
    void copySelection();
    /// Asks for a file name, then writes the selected rows (more than one) or all that the table
    /// shows.
    void exportRows();
    /// Writes as `style` says to `device` off this thread; the title row shows the share done and a
    /// cancel button. `done` gets an empty text, or what went wrong.
    void exportTo(std::unique_ptr<QIODevice> device, items::RowTextStyle style,
                  std::function<void(const QString&)> done);
    void cancelExport();
    [[nodiscard]] bool exporting() const { return m_exportStop != nullptr; }

signals:
    void detailsRequested();  ///< Enter on a row: the details dock is opened.

protected:
    void changeEvent(QEvent* event) override;

private:
    enum class Only : std::uint8_t { Cpu, Task, Kind, View };
    void build();
    void connectRows();
    void followTrace();
    void followRows();
    void followWindow();
    void followItem();
    void toggleOnly(Only what);
    void setWithin();  ///< Gives the model the bounds that m_within means.
    void updateTitle();
    void showMenu(const QPoint& globalPos);
    void addFilterMenu(QMenu& menu, model::EventIndex event);
    enum class CopyPart : std::uint8_t { Fields, Sentence, Raw };
    void copyText(const model::Event& event, CopyPart part);
    void dragSelection();
    void showAll();  ///< Takes away whatever hides rows.
    [[nodiscard]] QString emptyText() const;
    void goTo(model::EventIndex event);
    void exportFinished(const QString& fault);
    [[nodiscard]] items::RowJob rowJob(items::RowTextStyle style) const;

    TraceView* m_view;
    PaneWork* m_work;
    items::TextFetcher* m_texts;
    items::EventItemModel* m_model;
    EventRows* m_rows = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_only = nullptr;
    QProgressBar* m_progress = nullptr;
    QToolButton* m_cancel = nullptr;
    QToolButton* m_more = nullptr;
    LatestJob m_restrict;
    LatestJob m_copy;
    LatestJob m_export;
    std::shared_ptr<std::stop_source> m_exportStop;
    std::function<void(const QString&)> m_exportDone;
    enum class Within : std::uint8_t { All, View, Range } m_within = Within::All;
    std::int64_t m_measured = 0;  // seconds that the trace had when columns were measured
    bool m_leading = false;       // the change of selection was made here: do not scroll
};

}  // namespace kscope::views
