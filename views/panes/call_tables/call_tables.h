// SPDX-License-Identifier: GPL-3.0-or-later
/// Function table, callers and callees, and call tree of the selected range: three views in one
/// place.
#pragma once

#include "model/derive/call_longest.h"
#include "views/panes/call_tables/function_rows.h"
#include "views/panes/flame_graph/stack_tree.h"
#include "views/panes/table/table_panel.h"

#include <QTimer>

class QButtonGroup;
class QStackedWidget;

namespace kscope::views {

class CallTables : public QWidget {
    Q_OBJECT
public:
    enum class Page : std::uint8_t { Functions, Tree, Callers };
    explicit CallTables(TraceView* view, QWidget* parent = nullptr);

    /// Calls to count, in the range between the cursors where there is one; null: none.
    void setForest(model::CallForestPtr forest);
    /// The call tree of the same calls, as the flame graph made it.
    void setTree(std::shared_ptr<const FlameTree> tree);
    /// What has numbers instead of times: its call sites stand in place of the functions. Null:
    /// the functions come back.
    void setSites(std::shared_ptr<const FlameTree> tree);
    void showPage(Page page);
    [[nodiscard]] Page page() const;
    /// What callers and callees are shown of; a person's choice in any pane. Its row in the
    /// function table becomes the current one.
    void setFunction(model::FunctionKey function);
    void showNode(std::uint32_t node);  ///< Of the tree: unfolds what is above it.
    /// What is known of all functions; null: not counted yet.
    [[nodiscard]] const model::FunctionReport* report() const;
    /// Who called whom. Empty: not counted yet; pairsCounted() follows.
    [[nodiscard]] std::span<const model::CallPair> pairs();
    void goToLongest(model::FunctionKey function);
    /// Selects the next event that was called so, behind the one that is selected.
    void goToSite(const CallSite& site);
    void goToCall(model::CallPlace place);  ///< Selects it and fits it into the window.
    [[nodiscard]] std::optional<model::FunctionKey> function() const { return m_function; }
    [[nodiscard]] TablePanel& functions() { return *m_functions; }
    [[nodiscard]] TablePanel& tree() { return *m_tree; }
    [[nodiscard]] TablePanel& callers() { return *m_callers; }
    [[nodiscard]] TablePanel& callees() { return *m_callees; }

signals:
    void functionPicked(kscope::model::FunctionKey function);  ///< By a person, in a table.
    void onlyAsked(const QString& function);                   ///< "Show only this and below".
    void hideAsked(const QString& function);
    void pairsCounted();
    void nodeActivated(quint32 node);  ///< Of the call tree: Enter, double click.

protected:
    bool event(QEvent* event) override;

private:
    void build();
    TablePanel* addTable(const QString& title, QWidget* parent);
    void count();
    void countPairs();
    void showPairs();
    void pickRow(const TablePanel& panel, std::uint32_t row);
    [[nodiscard]] QString scopeNote() const;

    TraceView* m_view;
    PaneWork* m_work;
    QButtonGroup* m_pages = nullptr;
    QStackedWidget* m_stack = nullptr;
    TablePanel* m_functions = nullptr;
    TablePanel* m_tree = nullptr;
    TablePanel* m_callers = nullptr;
    TablePanel* m_callees = nullptr;
    model::CallForestPtr m_forest;
    std::optional<model::FunctionKey> m_function;
    std::shared_ptr<const std::vector<model::CallPair>> m_pairs;
    bool m_pairsWanted = false;
    bool m_sites = false;  // They are what the function table shows.
    bool m_treeFresh = true;
    QTimer m_rangeRest;
    LatestJob m_report, m_pairJob, m_longest;
};

}  // namespace kscope::views
