// SPDX-License-Identifier: GPL-3.0-or-later
/// All keys and what the mouse does, under "?".
#pragma once

#include "app/window/overlay.h"

class QTextBrowser;

namespace kscope::app {

class Actions;

class KeysPage : public Overlay {
    Q_OBJECT
public:
    KeysPage(const Actions& actions, QWidget* window);
    void showKeys();
    [[nodiscard]] QString plainText() const;

protected:
    void place() override;
    [[nodiscard]] QWidget* firstFocus() override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QString html() const;
    const Actions& m_actions;
    QTextBrowser* m_text;
};

}  // namespace kscope::app
