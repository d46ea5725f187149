// SPDX-License-Identifier: GPL-3.0-or-later
/// A table of rows that are not events, with its title row, filter field, sorting, copy and export.
#pragma once

#include "views/panes/pane_work.h"
#include "views/panes/table/table_order.h"
#include "views/panes/table/table_text.h"

#include <QWidget>

class QHBoxLayout;
class QIODevice;
class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace kscope::views {

class TableBody;
class TraceView;

/// Give it rows with setRows(); a click on a head sorts them, the field leaves those that hold its
/// words. More than 20 000 rows are sorted and filtered on a pool thread of the view; until that is
/// done the lines before stay.
class TablePanel : public QWidget {
    Q_OBJECT
public:
    explicit TablePanel(TraceView* view, const QString& title, QWidget* parent = nullptr);
    ~TablePanel() override;

    /// New rows keep the order, the filter, and by TableRows::identity() what is selected and
    /// unfolded. Null: none.
    void setRows(TableRowsPtr rows);
    [[nodiscard]] const TableRowsPtr& rows() const { return m_rows; }
    void setTitle(const QString& title);
    void setNote(const QString& note);  ///< Small words beside the title: "of the range A to B".
    /// Rich text where there is no row at all: what is missing and what to do.
    void setEmptyText(const QString& text);
    /// Puts a control into the title row, before the filter field.
    void addTool(QWidget* tool);
    /// What the context menu has above Copy and Export; `row` is the current one.
    void setMenuMaker(std::function<void(QMenu& menu, std::uint32_t row)> maker);
    /// Name of the file that Export suggests, without ending.
    void setExportName(const QString& name) { m_exportName = name; }

    void sortBy(int column, TableDirection direction);
    [[nodiscard]] int sortedBy() const { return m_wish.column; }
    [[nodiscard]] TableDirection direction() const { return m_wish.direction; }
    void setFilter(const QString& words);
    [[nodiscard]] QLineEdit& filterField() { return *m_filter; }

    [[nodiscard]] std::optional<std::uint32_t> current() const;
    /// Unfolds nothing: a row that is folded away is not shown.
    void setCurrent(std::optional<std::uint32_t> row);
    /// Trees.
    void setUnfolded(std::uint32_t row, bool unfolded);
    void unfoldTo(std::uint32_t levels);  ///< All rows less deep than `levels`; 0: folds all.

    [[nodiscard]] TableBody& body() { return *m_body; }
    [[nodiscard]] bool working() const { return m_job.running(); }
    /// Lines that are shown, as text. `Tabs` of the selected ones is what copy takes.
    [[nodiscard]] QString text(TableText style) const;
    void copySelection();
    void exportRows();  ///< Asks for a file name.
    /// Writes all shown lines off this thread; `done` gets an empty text, or what went wrong.
    void exportTo(std::unique_ptr<QIODevice> device, TableText style,
                  std::function<void(const QString&)> done);

signals:
    void currentChanged(quint32 row);  ///< By a person.
    void activated(quint32 row);       ///< Enter, double click.
    void linkClicked(const QString& target);
    void orderChanged();  ///< Lines were sorted, filtered or replaced.

private:
    void build(const QString& title);
    void reorder();
    void showOrder(TableRowsPtr rows, TableOrder order);
    void carryOver(const TableRowsPtr& rows);
    void clickHead(int column);
    void fold(std::uint32_t row);
    void updateNote();
    void showMenu(const QPoint& globalPos);

    TraceView* m_view;
    PaneWork* m_work;
    TableRowsPtr m_rows;
    TableWish m_wish;
    TableBody* m_body = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_noteLabel = nullptr;
    QHBoxLayout* m_tools = nullptr;
    QLineEdit* m_filter = nullptr;
    QToolButton* m_more = nullptr;
    QString m_note, m_emptyText, m_exportName;
    std::function<void(QMenu&, std::uint32_t)> m_menuMaker;
    LatestJob m_job, m_copy, m_export;
};

}  // namespace kscope::views
