// SPDX-License-Identifier: GPL-3.0-or-later
/// Runs the window's tests in one application: offscreen unless the environment says otherwise, its
/// files in a folder of its own.
#include "app/window/look.h"

#include <QApplication>
#include <QTemporaryDir>

#include <gtest/gtest.h>

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir home;
    // What the program keeps for a person must not mix with what this person has.
    qputenv("XDG_STATE_HOME", home.filePath(QStringLiteral("state")).toLocal8Bit());
    qputenv("XDG_CONFIG_HOME", home.filePath(QStringLiteral("config")).toLocal8Bit());
    QApplication application(argc, argv);
    kscope::app::prepareLook(application);
    return RUN_ALL_TESTS();
}
