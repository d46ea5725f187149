// SPDX-License-Identifier: GPL-3.0-or-later
/// A Qt application for tests, whatever their main() is: offscreen unless the environment says
/// otherwise.
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>

#include <gtest/gtest.h>

#include <memory>

namespace kscope::tests {

/// Makes the application before the first test of the program and keeps it until the end.
/// `Application` is QCoreApplication or QApplication.
template <class Application> class QtEnvironment : public testing::Environment {
public:
    void SetUp() override {
        if (QCoreApplication::instance() != nullptr) return;
        if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
        static int count = 1;
        static char name[] = "tests";
        static char* values[] = {name, nullptr};
        m_application = std::make_unique<Application>(count, values);
    }
    void TearDown() override { m_application.reset(); }

private:
    std::unique_ptr<Application> m_application;
};

/// Runs the event loop until `done`, at most ten seconds; says whether it was.
template <class Done> bool waitFor(Done done) {
    QElapsedTimer since;
    since.start();
    while (!done() && since.elapsed() < 10'000)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 10);
    return done();
}

}  // namespace kscope::tests
