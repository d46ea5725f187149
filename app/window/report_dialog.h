// SPDX-License-Identifier: GPL-3.0-or-later
/// Report a Problem: what whoever mends it needs to know, to read, complete and copy. Nothing is
/// sent.
#pragma once

#include "model/store/trace.h"

#include <QDialog>

class QPlainTextEdit;

namespace kscope::app {

/// Program, system, and what is open by kind and numbers: no names of files, tasks or hosts.
[[nodiscard]] QString reportText(const model::TracePtr& trace);

class ReportDialog : public QDialog {
    Q_OBJECT
public:
    ReportDialog(const model::TracePtr& trace, QWidget* parent);

private:
    void saveAs();
    QPlainTextEdit* m_text;
};

}  // namespace kscope::app
