// SPDX-License-Identifier: GPL-3.0-or-later
/// The start page's table of what can be opened.
#include "app/window/start_kinds.h"

#include "app/window/start_parts.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>

namespace kscope::app {

namespace {

/// What this version reads, with the command that makes it. Rows come with the issue that makes
/// them work.
struct Kind {
    const char* name;
    const char* ending;
    const char* command;
    const char* shownIn;
};
constexpr Kind kFileKinds[] = {
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "ftrace text"), ".txt",
     "sudo cat /sys/kernel/tracing/trace > trace.txt",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Timeline, Events")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "ftrace, as it comes"), "-",
     "sudo cat /sys/kernel/tracing/trace_pipe | kernelscope -",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Timeline, Events")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "trace-cmd report"), ".txt",
     "sudo trace-cmd record -e sched -e irq sleep 5 && trace-cmd report > report.txt",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Timeline, Events")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "function_graph"), ".txt",
     "sudo trace-cmd start -p function_graph && sleep 1 && sudo trace-cmd stop && "
     "sudo trace-cmd show > graph.txt",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Functions")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "uftrace"), "folder",
     "uftrace record -d program.uftrace ./program",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Functions")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "uftrace replay"), ".txt",
     "uftrace replay -d program.uftrace -f +time,duration,tid > replay.txt",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Functions")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "folded stacks"), ".folded",
     "perf script | stackcollapse-perf.pl > stacks.folded",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Functions")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "blktrace"), ".blktrace.N",
     "sudo blktrace -d /dev/sda -w 10", QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Blocks")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "blkparse"), ".txt",
     "sudo blktrace -d /dev/sda -w 10 -o - | blkparse -i - > blocks.txt",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Blocks")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "/proc log"), ".log.xz",
     "kernelscope record -o proc.log.xz --duration 10s",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Interrupts, Memory")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "/proc file"), ".txt",
     "for i in 1 2 3 4 5; do date; cat /proc/interrupts; sleep 1; done > interrupts.txt",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Interrupts, Memory")},
    {QT_TRANSLATE_NOOP("kscope::app::KindsTable", "/proc readings"), "folder",
     "for i in 1 2 3; do mkdir -p readings/t$i; cp /proc/{interrupts,softirqs,zoneinfo,vmstat} "
     "readings/t$i; sleep 1; done",
     QT_TRANSLATE_NOOP("kscope::app::KindsTable", "Interrupts, Memory")},
};

}  // namespace

KindsTable::KindsTable(QWidget* parent) : QWidget(parent) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);  // under the heading
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(2, 1);
    int row = 0;
    for (const auto& kind : kFileKinds) {
        auto* name = new QLabel(tr(kind.name), this);
        auto bold = font();
        bold.setWeight(QFont::DemiBold);
        name->setFont(bold);
        grid->addWidget(name, row, 0);
        auto* ending = new SmallLabel(QString::fromLatin1(kind.ending), this);
        ending->setFont(views::font(views::TextRole::Mono));
        grid->addWidget(ending, row, 1);
        auto* command = new CommandButton(QString::fromLatin1(kind.command), this);
        connect(command, &QPushButton::clicked, this,
                [this, words = QString::fromLatin1(kind.command)] {
                    QApplication::clipboard()->setText(words);
                    emit copied(words);
                });
        grid->addWidget(command, row, 2);
        grid->addWidget(new SmallLabel(tr(kind.shownIn), this), row++, 3);
        grid->addWidget(new Hairline(this), row++, 0, 1, 4);
    }
}

}  // namespace kscope::app
