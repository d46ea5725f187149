// SPDX-License-Identifier: GPL-3.0-or-later
/// uftrace's filters as a row of fields: -F, -N, -D, -t.
#pragma once

#include "model/derive/call_filter.h"
#include "views/state/trace_view.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace kscope::views {

class CallFilterStrip : public QWidget {
    Q_OBJECT
public:
    explicit CallFilterStrip(QWidget* parent = nullptr);
    /// Of the fields as they are now; where the threshold is no time, it is said, and the last one
    /// that was stays.
    [[nodiscard]] model::CallFilter filter() const;
    /// As the view keeps them; of a threshold that is no time the last one that was.
    [[nodiscard]] CallFilterText texts() const;
    void setTexts(const CallFilterText& texts);
    void clear();
    void setOnly(const QString& function);  ///< "Show only this function and below".
    void addHidden(const QString& function);
    [[nodiscard]] QString mistake() const { return m_mistake; }
    /// Folded stacks have no time: lengths are "samples". Empty: they are times.
    void setCountUnit(const QString& unit);
    void setStatus(const QString& text);  ///< At the right: "1 204 of 61 904 calls".
    [[nodiscard]] QLineEdit& onlyField() { return *m_only; }
    [[nodiscard]] QLineEdit& hideField() { return *m_hide; }
    [[nodiscard]] QLineEdit& thresholdField() { return *m_threshold; }
    [[nodiscard]] QSpinBox& depthField() { return *m_depth; }

signals:
    void changed();  ///< After typing has rested.

private:
    void check();
    [[nodiscard]] model::Result<std::int64_t> threshold() const;
    QLineEdit* m_only;
    QLineEdit* m_hide;
    QSpinBox* m_depth;
    QLineEdit* m_threshold;
    QToolButton* m_clear;
    QLabel* m_status;
    QString m_said, m_mistake;
    QString m_unit;
    QString m_goodThreshold;  // the last text that was a time
    QTimer m_rest;
    model::CallFilter m_told;
};

}  // namespace kscope::views
