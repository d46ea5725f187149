// SPDX-License-Identifier: GPL-3.0-or-later
/// Which lanes are shown and in which order: a list with a field to find, ticks and drag.
#pragma once

#include "views/state/trace_view.h"

#include <QDialog>

#include <vector>

class QLineEdit;
class QListWidget;

namespace kscope::app {

class LanesDialog : public QDialog {
    Q_OBJECT
public:
    LanesDialog(views::TraceView& view, QWidget* parent);
    [[nodiscard]] QListWidget* list() { return m_list; }
    [[nodiscard]] QLineEdit* field() { return m_field; }

private:
    void fill();
    void find(const QString& words);
    void apply();

    views::TraceView& m_view;
    std::vector<views::LaneKey> m_keys;  // by row number kept in the item
    QLineEdit* m_field;
    QListWidget* m_list;
    bool m_filling = false;
    bool m_applying = false;
};

}  // namespace kscope::app
