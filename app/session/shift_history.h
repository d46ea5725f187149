// SPDX-License-Identifier: GPL-3.0-or-later
/// Shifts of sources among the steps of view undo: what was made last is taken back first.
#pragma once

#include "app/session/session.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <cstdint>
#include <vector>

namespace kscope::app {

/// A child of its session. A shift reads the sources again.
class ShiftHistory : public QObject {
    Q_OBJECT
public:
    /// The session's; made where there is none yet.
    [[nodiscard]] static ShiftHistory& of(Session& session);

    /// One shift a source, ns, in place of those they have.
    void set(std::vector<std::int64_t> offsetsNs, const QString& name);
    /// A source of the trace, beside what it is shifted by; the others stay where they are. Empty,
    /// or why not.
    [[nodiscard]] QString shift(std::size_t source, std::int64_t ns);

    void undo();
    void redo();
    [[nodiscard]] QString undoName() const;  ///< Of a shift or a step of the view; empty: none.
    [[nodiscard]] QString redoName() const;

private:
    struct Step {
        std::vector<std::int64_t> before;
        std::vector<std::int64_t> after;
        QString name;
        int steps = 0;  ///< Of the view, between it and where undo (redo) stands.
    };
    explicit ShiftHistory(Session& session);
    void viewStepped();
    void forget();
    [[nodiscard]] std::vector<std::int64_t> offsets() const;

    Session& m_session;
    std::vector<Step> m_done;
    std::vector<Step> m_undone;
    std::vector<std::string> m_paths;  // of what the steps are about
    QElapsedTimer m_lastStep;
    bool m_stepping = false;
};

}  // namespace kscope::app
