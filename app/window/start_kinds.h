// SPDX-License-Identifier: GPL-3.0-or-later
/// The start page's table of what can be opened: the kind, its file, the command that makes one,
/// and the views that show it.
#pragma once

#include <QWidget>

namespace kscope::app {

class KindsTable : public QWidget {
    Q_OBJECT
public:
    explicit KindsTable(QWidget* parent);

signals:
    void copied(const QString& command);
};

}  // namespace kscope::app
