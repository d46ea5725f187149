// SPDX-License-Identifier: GPL-3.0-or-later
/// The line above a pane that names the polled files of that pane which cannot be read now (gone,
/// without the right, empty, answering after seconds) or have other columns than at first. The
/// others go on.
#pragma once

#include "app/live/core/proc_poller.h"
#include "app/window/bars.h"
#include "app/window/tab.h"

#include <QStringList>
#include <QTimer>

#include <string>
#include <vector>

namespace kscope::app {

class Session;

/// A sentence for each file that the view `tab` draws and that gives no readings: those of `state`
/// in trouble or with other columns, then those of `choices` that this person or this machine
/// cannot read at all.
[[nodiscard]] QStringList fileTroubles(Tab tab, const PollerState& state,
                                       const std::vector<PollChoice>& choices);

class FileTroubles : public ElidedLabel {
    Q_OBJECT
public:
    FileTroubles(Session& session, QWidget* parent);
    void follow();  ///< Reads the session: what is polled, which view is shown.

private:
    Session& m_session;
    std::string m_root;  // that m_choices are of
    std::vector<PollChoice> m_choices;
    bool m_chosen = false;
    QTimer m_timer;
};

}  // namespace kscope::app
