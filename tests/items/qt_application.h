// SPDX-License-Identifier: GPL-3.0-or-later
/// Waiting for what only the event loop brings.
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>

namespace kscope::tests {

/// Runs the event loop until `done`, at most a minute; says whether it was.
template <class Done> bool waitFor(Done done) {
    QElapsedTimer since;
    since.start();
    while (!done() && since.elapsed() < 60'000)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 10);
    return done();
}

}  // namespace kscope::tests
