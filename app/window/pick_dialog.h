// SPDX-License-Identifier: GPL-3.0-or-later
/// Ticks which tasks, CPUs or kinds of events are shown, with their counts.
#pragma once

#include "views/state/trace_view.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;

namespace kscope::app {

enum class Picked : std::uint8_t { Tasks, Cpus, Kinds };

/// Stays open beside the window. All ticked means no restriction.
class PickDialog : public QDialog {
    Q_OBJECT
public:
    PickDialog(views::TraceView& view, Picked what, QWidget* parent);
    [[nodiscard]] QListWidget* list() { return m_list; }
    [[nodiscard]] QLineEdit* field() { return m_field; }
    [[nodiscard]] QString sumText() const;

private:
    void fill();
    void find(const QString& words);
    void apply();
    void tickShown(Qt::CheckState state);
    void updateSum();
    [[nodiscard]] std::vector<std::uint32_t> idsNow() const;
    [[nodiscard]] std::vector<std::uint32_t> only() const;

    views::TraceView& m_view;
    Picked m_what;
    QLineEdit* m_field;
    QListWidget* m_list;
    QLabel* m_sum;
    bool m_filling = false;
    bool m_applying = false;
};

}  // namespace kscope::app
