// SPDX-License-Identifier: GPL-3.0-or-later
/// Report a Problem.
#include "app/window/report_dialog.h"

#include "app/session/task_count.h"
#include "model/core/format.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QScreen>
#include <QSysInfo>

namespace kscope::app {

QString reportText(const model::TracePtr& trace) {
    QStringList lines;
    const auto add = [&](const QString& name, const QString& value) {
        lines << name + QStringLiteral(": ") + value;
    };
    add(QStringLiteral("KernelScope"), QLatin1String(KSCOPE_VERSION));
    add(QStringLiteral("Qt"),
        QLatin1String(qVersion()) + QStringLiteral(", ") + QGuiApplication::platformName());
    add(QStringLiteral("System"),
        QStringLiteral("%1, %2 %3, %4")
            .arg(QSysInfo::prettyProductName(), QSysInfo::kernelType(), QSysInfo::kernelVersion(),
                 QSysInfo::currentCpuArchitecture()));
    if (const auto* screen = QGuiApplication::primaryScreen())
        add(QStringLiteral("Screen"), QStringLiteral("%1×%2 at %3")
                                          .arg(screen->size().width())
                                          .arg(screen->size().height())
                                          .arg(screen->devicePixelRatio()));
    if (!trace) {
        lines << QStringLiteral("No trace is open.");
        return lines.join(QLatin1Char('\n'));
    }
    for (const auto& source : trace->sources())
        add(QStringLiteral("Trace"),
            QStringLiteral("%1 (%2), clock %3, %4, %5 events, %6 lost")
                .arg(QString::fromStdString(source.kind), QString::fromStdString(source.why),
                     source.clock.name.empty() ? QStringLiteral("not named")
                                               : QString::fromStdString(source.clock.name),
                     QString::fromStdString(model::formatBytes(source.bytes)))
                .arg(source.events)
                .arg(source.lost));
    add(QStringLiteral("In all"), QStringLiteral("%1 events, %2 CPUs, %3 tasks")
                                      .arg(trace->events())
                                      .arg(trace->cpus().size())
                                      .arg(taskCount(*trace)));
    for (const auto& note : trace->diagnostics().all())
        add(QStringLiteral("Note"),
            QStringLiteral("%1 ×%2")
                .arg(QString::fromUtf8(
                    model::diagnosticName(note.kind).data(),
                    static_cast<qsizetype>(model::diagnosticName(note.kind).size())))
                .arg(note.count));
    return lines.join(QLatin1Char('\n'));
}

ReportDialog::ReportDialog(const model::TracePtr& trace, QWidget* parent)
    : QDialog(parent),
      m_text(new QPlainTextEdit(this)) {
    setWindowTitle(tr("Report a Problem"));
    resize(620, 460);
    auto* words = new QLabel(
        tr("Nothing is sent. Write what happened, copy the text or save it, and give it to whoever "
           "develops the program. It names no files, tasks or machines; a small trace that "
           "shows the problem helps most."),
        this);
    words->setWordWrap(true);
    m_text->setAccessibleName(tr("Report"));
    m_text->setPlainText(tr("What I did:\n\nWhat I expected:\n\nWhat happened:\n\n") +
                         QStringLiteral("----\n") + reportText(trace) + QLatin1Char('\n'));
    auto* copy = new QPushButton(tr("Copy"), this);
    auto* save = new QPushButton(tr("Save…"), this);
    auto* close = new QPushButton(tr("Close"), this);
    connect(copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(save, &QPushButton::clicked, this, &ReportDialog::saveAs);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    for (auto* button : {copy, save, close}) foot->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->addWidget(words);
    column->addWidget(m_text, 1);
    column->addLayout(foot);
}

void ReportDialog::saveAs() {
    const auto path = QFileDialog::getSaveFileName(this, tr("Save Report"),
                                                   QStringLiteral("kernelscope-report.txt"));
    if (path.isEmpty()) return;
    QSaveFile file(path);
    const auto text = m_text->toPlainText().toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        setWindowTitle(tr("%1 can't be written: %2").arg(path, file.errorString()));
}

}  // namespace kscope::app
