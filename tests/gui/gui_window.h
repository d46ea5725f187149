// SPDX-License-Identifier: GPL-3.0-or-later
/// A real window on a small ftrace text file, driven with real key and mouse events.
#pragma once

#include "app/window/main_window.h"
#include "views/timeline/timeline_widget.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

namespace kscope::tests {

/// Runs the event loop until `done`, at most a minute.
inline bool eventually(const std::function<bool()>& done) {
    QElapsedTimer since;
    since.start();
    while (!done() && since.elapsed() < 60'000)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    return done();
}

/// ftrace text of `switches` sched_switch lines 100 µs apart on two CPUs: red and blue in turns
/// with idle; a waking before each run, an irq in every tenth.
inline std::string smallFtrace(int switches) {
    std::string out = "# tracer: nop\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  "
                      "FUNCTION\n#              | |         |   |||||     |         |\n";
    const auto line = [&](const char* task, int cpu, int us, const std::string& event) {
        char head[96];
        std::snprintf(head, sizeof head, "%16s [%03d] d..2. %d.%06d: ", task, cpu,
                      100 + us / 1'000'000, us % 1'000'000);
        out += head + event + "\n";
    };
    for (int i = 0; i < switches; ++i) {
        const int us = i * 100;
        const int cpu = i / 2 % 2;
        const std::string comm = cpu == 0 ? "red" : "blue";
        const std::string pid = cpu == 0 ? "11" : "12";
        const std::string idle = "swapper/" + std::to_string(cpu);
        if (i % 2 == 0) {
            line("<idle>-0", cpu, us - (us > 0 ? 30 : 0),
                 "sched_waking: comm=" + comm + " pid=" + pid + " prio=120 target_cpu=00" +
                     std::to_string(cpu));
            line("<idle>-0", cpu, us,
                 "sched_switch: prev_comm=" + idle +
                     " prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=" + comm +
                     " next_pid=" + pid + " next_prio=120");
        } else {
            line((comm + "-" + pid).c_str(), cpu, us,
                 "sched_switch: prev_comm=" + comm + " prev_pid=" + pid +
                     " prev_prio=120 prev_state=S ==> next_comm=" + idle +
                     " next_pid=0 next_prio=120");
        }
    }
    return out;
}

class WindowTest : public testing::Test {
protected:
    void SetUp() override { makeWindow(app::Session::Keep::Nothing); }
    void makeWindow(app::Session::Keep keep) {
        window = std::make_unique<app::MainWindow>(std::make_unique<app::Session>(2, keep),
                                                   app::Settings::Store::Memory);
        // A box would wait for a person.
        window->setUnsavedQuestion([] { return app::MainWindow::Unsaved::Drop; });
        window->resize(1400, 860);
        window->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(window.get()));
        window->activateWindow();
        QApplication::setActiveWindow(window.get());
    }
    [[nodiscard]] QString file(const QString& name, const std::string& text) {
        const auto path = folder.filePath(name);
        QFile out(path);
        EXPECT_TRUE(out.open(QIODevice::WriteOnly));
        out.write(text.data(), static_cast<qint64>(text.size()));
        return path;
    }
    void open(const QString& path) {
        window->openSources({{path.toStdString(), 0}});
        ASSERT_TRUE(eventually([&] { return !window->session().loading(); }));
        QCoreApplication::processEvents();
        static_cast<void>(window->table());
        window->timeline().setFocus();
    }
    void openSmall(int switches = 400) {
        open(file(QStringLiteral("small.txt"), smallFtrace(switches)));
    }
    /// A key to whatever has the focus, as a person presses it.
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        auto* target =
            QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : window.get();
        QTest::keyClick(target, code, modifiers);
        QCoreApplication::processEvents();
    }
    void type(const QString& text) {
        QTest::keyClicks(QApplication::focusWidget(), text);
        QCoreApplication::processEvents();
    }
    /// Takes `path` in the file dialog that comes up next: it runs an event loop of its own, so it
    /// is answered from inside.
    void takeInDialog(const QString& path) {
        fileAnswer = std::make_unique<QTimer>();
        QObject::connect(fileAnswer.get(), &QTimer::timeout, [this, path] {
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (dialog == nullptr) return;
            fileAnswer->stop();
            // selectFile() leaves the field alone while it has the focus.
            dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(path);
            static_cast<QDialog*>(dialog)->accept();
        });
        fileAnswer->start(20);
    }
    [[nodiscard]] views::TraceView& view() { return window->session().view(); }

    QTemporaryDir folder;
    std::unique_ptr<QTimer> fileAnswer;
    std::unique_ptr<app::MainWindow> window;
};

}  // namespace kscope::tests
