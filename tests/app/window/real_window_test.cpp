// SPDX-License-Identifier: GPL-3.0-or-later
/// The program itself with its window: under Xvfb with its own X server, and on the offscreen
/// platform.
#include <QImage>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <set>

#ifdef KSCOPE_PROGRAM

namespace kscope::tests {
namespace {

struct Ran {
    int status = -1;
    QByteArray out;
    QByteArray err;
};

Ran run(const QString& program, const QStringList& arguments,
        const QProcessEnvironment& environment, const QByteArray& input = {}) {
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    if (!process.waitForStarted()) return {};
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000)) {
        process.kill();
        process.waitForFinished();
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

QByteArray smallTrace() {
    QByteArray text = "# tracer: nop\n#\n";
    for (int i = 0; i < 200; ++i) {
        const bool in = i % 2 == 0;
        text += QByteArray(in ? "          <idle>-0       [000] d..2. 10."
                              : "            work-7       [000] d..2. 10.") +
                QByteArray::number(100000 + i * 100) +
                (in ? ": sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R "
                      "==> next_comm=work next_pid=7 next_prio=120\n"
                    : ": sched_switch: prev_comm=work prev_pid=7 prev_prio=120 prev_state=S ==> "
                      "next_comm=swapper/0 next_pid=0 next_prio=120\n");
    }
    return text;
}

class RealWindow : public testing::Test {
protected:
    void SetUp() override {
        trace = folder.filePath("trace.txt");
        QFile file(trace);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(smallTrace());
        environment.remove("DISPLAY");
        environment.remove("WAYLAND_DISPLAY");
        environment.remove("QT_QPA_PLATFORM");
        environment.insert("XDG_STATE_HOME", folder.path());
        environment.insert("XDG_CONFIG_HOME", folder.path());
        environment.insert("XDG_RUNTIME_DIR", folder.path());
        picture = folder.filePath("window.png");
        environment.insert("KSCOPE_SCREENSHOT", picture + ",1200x760");
        environment.insert("KSCOPE_THEME", "dark");
    }
    void expectPicture(int scale = 1) const {
        const QImage image(picture);
        ASSERT_EQ(image.size(), QSize(1200, 760) * scale);
        std::set<QRgb> colours;
        for (int y = 0; y < image.height(); y += 5) {
            for (int x = 0; x < image.width(); x += 5) colours.insert(image.pixel(x, y));
        }
        EXPECT_GT(colours.size(), 20u);
        EXPECT_LT(qGray(image.pixel(4, 4)), 60) << "dark as asked";
    }
    QTemporaryDir folder;
    QString trace;
    QString picture;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
};

TEST_F(RealWindow, ShowsATraceOnAnXServer) {
    const auto xvfb = QStandardPaths::findExecutable("xvfb-run");
    if (xvfb.isEmpty())
        GTEST_SKIP()
            << "SKIPPED: xvfb-run is not installed, so the window was not run on an X server";
    const auto ran =
        run(xvfb, {"-a", "-s", "-screen 0 1400x900x24", KSCOPE_PROGRAM, trace}, environment);
    EXPECT_EQ(ran.status, 0) << ran.err.constData();
    expectPicture();
}

TEST_F(RealWindow, WatchesThisMachineOnAnXServer) {
    const auto xvfb = QStandardPaths::findExecutable("xvfb-run");
    if (xvfb.isEmpty() || !QFile::exists("/proc/interrupts"))
        GTEST_SKIP() << "SKIPPED: no xvfb-run or no /proc, so the live window was not run on an X "
                        "server";
    environment.insert("KSCOPE_TAB", "4");
    environment.insert("KSCOPE_LIVE_SECONDS", "2");
    const auto ran =
        run(xvfb, {"-a", "-s", "-screen 0 1400x900x24", KSCOPE_PROGRAM, "--live"}, environment);
    EXPECT_EQ(ran.status, 0) << ran.err.constData();
    expectPicture();
}

/// Two readings of the files that Interrupts and Memory show, a second apart.
QByteArray smallLog() {
    QByteArray text =
        "# kernelscope-proc-log 1 clock=CLOCK_MONOTONIC host=6.1.0 start-realtime=1700000000.0\n";
    for (int round = 0; round < 2; ++round) {
        const auto record = [&](const char* path, const QByteArray& body) {
            const auto second = QByteArray::number(10 + round);
            text += "# kernelscope-proc " + QByteArray(path) + " " + second + ".000000000 " +
                    second + ".000100000\n" + body + "\n";
        };
        const auto counted = QByteArray::number(1000 + 700 * round);
        record("/proc/interrupts", "           CPU0       CPU1\n  9:  " + counted +
                                       "   5   IO-APIC   9-edge      acpi\nLOC:  " + counted +
                                       "  70   Local timer interrupts\n");
        record("/proc/zoneinfo",
               "Node 0, zone    DMA32\n  pages free     " +
                   QByteArray::number(5000 - 3000 * round) +
                   "\n        min      1402\n        low      1898\n        high     2394\n        "
                   "spanned  1044480\n        present  782300\n        managed  765916\n");
    }
    return text;
}

TEST_F(RealWindow, ShowsReadingsOfProcAtTwiceTheSize) {
    const auto log = folder.filePath("proc.log");
    QFile file(log);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(smallLog());
    file.close();
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    for (const int scale : {1, 2})
        for (const char* tab : {"4", "5"}) {
            SCOPED_TRACE(tab);
            environment.insert("QT_SCALE_FACTOR", QString::number(scale));
            environment.insert("KSCOPE_TAB", tab);
            const auto ran = run(KSCOPE_PROGRAM, {log}, environment);
            EXPECT_EQ(ran.status, 0) << ran.err.constData();
            expectPicture(scale);
        }
}

TEST_F(RealWindow, ReadsAPipe) {
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    const auto ran = run(KSCOPE_PROGRAM, {"-"}, environment, smallTrace());
    EXPECT_EQ(ran.status, 0) << ran.err.constData();
    expectPicture();
}

TEST_F(RealWindow, TellsWhenTheFirstRowsWereSeen) {
    environment.remove("KSCOPE_SCREENSHOT");
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    environment.insert("KSCOPE_EXIT_AFTER_FIRST_FRAME", "1");
    const auto ran = run(KSCOPE_PROGRAM, {trace}, environment);
    EXPECT_EQ(ran.status, 0) << ran.err.constData();
    EXPECT_TRUE(ran.out.startsWith("first_frame_ms ")) << ran.out.constData();
    EXPECT_GE(ran.out.mid(15).trimmed().toDouble(), 0.0);
}

TEST_F(RealWindow, SaysInOneLineThatThereIsNoDisplay) {
    const auto ran = run(KSCOPE_PROGRAM, {trace}, environment);
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.err.count('\n'), 1);
    EXPECT_TRUE(ran.err.contains("display"));
}

}  // namespace
}  // namespace kscope::tests

#endif
