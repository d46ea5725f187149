// SPDX-License-Identifier: GPL-3.0-or-later
/// Plain Words for Events: the rule that makes the sentence of each event, to read and to change.
#pragma once

#include "model/words/sentence_rules.h"
#include "views/panes/pane_work.h"
#include "views/state/trace_view.h"

#include <QDialog>

#include <functional>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace kscope::app {

class SentencesDialog : public QDialog {
    Q_OBJECT
public:
    /// `rules` are a person's own; `changed` is called after each change of them.
    SentencesDialog(views::TraceView& view, model::SentenceRules& rules,
                    std::function<void()> changed, QWidget* parent);
    void refresh();  ///< The events of the trace that is open, most frequent first.
    [[nodiscard]] QTableWidget& table() { return *m_table; }
    [[nodiscard]] QLineEdit& ruleField() { return *m_rule; }
    [[nodiscard]] QString fault() const;
    [[nodiscard]] QString example() const;  ///< The sentence of the first such event.
    /// What may stand in the rule of the chosen event, with what its first one gives.
    [[nodiscard]] QTableWidget& parts() { return *m_parts; }

private:
    [[nodiscard]] QString chosenEvent() const;
    void chosen();
    void setRule();
    void clearRule();
    void fillRow(int row);
    void showExample();
    void showParts(const std::vector<model::SentencePart>& parts);
    void insertPart(int row);

    views::TraceView& m_view;
    model::SentenceRules& m_rules;
    std::function<void()> m_changed;
    QTableWidget* m_table;
    QTableWidget* m_parts;
    QLineEdit* m_rule;
    QLabel* m_fault;
    QLabel* m_example;
    QPushButton* m_standard;
    views::LatestJob m_exampleJob;
};

}  // namespace kscope::app
