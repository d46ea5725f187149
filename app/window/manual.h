// SPDX-License-Identifier: GPL-3.0-or-later
/// The manual: one page a view, built in (resources/manual), shown beside the window.
#pragma once

#include <QDialog>

class QListWidget;
class QTextBrowser;

namespace kscope::app {

class ManualDialog : public QDialog {
    Q_OBJECT
public:
    explicit ManualDialog(QWidget* parent);
    /// "timeline", "blocks" …: the name of a file of resources/manual.
    void showPage(const QString& name);
    [[nodiscard]] QString page() const;
    [[nodiscard]] QString text() const;

private:
    QListWidget* m_pages;
    QTextBrowser* m_text;
};

}  // namespace kscope::app
