// SPDX-License-Identifier: GPL-3.0-or-later
/// What the window does with files, the clipboard, dialogs and drops.
#include "app/session/range_text.h"
#include "app/session/shift_history.h"
#include "app/window/call_exports.h"
#include "app/window/dialogs.h"
#include "app/window/main_window.h"
#include "app/window/plot_pages.h"
#include "app/window/qt_text.h"
#include "app/window/start_page.h"
#include "app/window/start_parts.h"
#include "model/core/format.h"
#include "views/panes/call_tables/function_deck.h"
#include "views/panes/details/details_pane.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/notes/notes_pane.h"
#include "views/panes/pane_look.h"
#include "views/panes/tracks/track_plot.h"
#include "views/timeline/timeline_widget.h"

#include <QApplication>
#include <QClipboard>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>

namespace kscope::app {

namespace {

std::vector<SourceSpec> specsOf(const QStringList& paths) {
    std::vector<SourceSpec> out;
    for (const auto& path : paths) out.push_back({path.toStdString(), 0});
    return out;
}

QStringList localFiles(const QMimeData& data) {
    QStringList out;
    for (const auto& url : data.urls()) {
        if (url.isLocalFile()) out << url.toLocalFile();
    }
    return out;
}

constexpr const char* kViewEnding = ".kscope";

}  // namespace

// Opening

void MainWindow::openSources(std::vector<SourceSpec> sources) {
    if (sources.empty()) return;
    const auto first = text(sources.front().path);
    if (sources.size() == 1 && first.endsWith(QLatin1String(kViewEnding)) &&
        m_session->view().trace())
        return m_session->loadView(first);
    if (!mayDropLive()) return;
    m_viewPath.clear();
    m_session->open(std::move(sources));
}

void MainWindow::addSources(std::vector<SourceSpec> sources) {
    if (!sources.empty() && mayDropLive()) m_session->add(std::move(sources));
}

void MainWindow::openDialog() {
    const auto paths = QFileDialog::getOpenFileNames(
        this, tr("Open Traces"), {},
        tr("Traces (*.txt *.log *.dat *.html *.json *.folded *.gz *.xz *.zst "
           "*.blktrace.*);;All files (*)"));
    if (!paths.isEmpty()) openSources(specsOf(paths));
}

void MainWindow::openFolderDialog() {
    const auto path = QFileDialog::getExistingDirectory(
        this, tr("Open a Folder: uftrace Data, blktrace Files, Readings of /proc"));
    if (!path.isEmpty()) openSources({SourceSpec{path.toStdString(), 0}});
}

void MainWindow::addDialog(QString path) {
    if (path.isEmpty())
        path = QFileDialog::getOpenFileName(this, tr("Add Trace to This Time Axis"));
    if (path.isEmpty()) return;
    AddTraceDialog dialog(m_session->sources(), path, this);
    if (dialog.exec() != QDialog::Accepted) return;
    const auto shifts = dialog.shifts();
    auto sources = m_session->sources();
    sources.push_back({path.toStdString(), 0});
    for (std::size_t i = 0; i < sources.size() && i < shifts.size(); ++i)
        sources[i].offsetNs = shifts[i];
    m_session->replaceSources(std::move(sources));
}

void MainWindow::shiftsDialog() {
    AddTraceDialog dialog(m_session->sources(), {}, this);
    if (dialog.exec() == QDialog::Accepted)
        ShiftHistory::of(*m_session).set(dialog.shifts(), tr("Clock and Offsets"));
}

void MainWindow::symbolsDialog() {
    const auto path = QFileDialog::getOpenFileName(
        this, tr("Name Kernel Addresses: a Copy of /proc/kallsyms, or a System.map"));
    if (!path.isEmpty()) m_session->setSymbols(path.toStdString());
}

void MainWindow::fillOpenMenus() {
    const auto fill = [this](const QString& path, const char* keep) {
        auto* menu = m_actions->menu(path);
        if (menu == nullptr) return static_cast<QMenu*>(nullptr);
        for (auto* action : menu->actions()) {
            if (action->objectName() != QLatin1String(keep)) {
                menu->removeAction(action);
                action->deleteLater();
            }
        }
        return menu;
    };
    const auto file = tr("File") + QLatin1Char('/');
    if (auto* menu = fill(file + tr("Open Recent"), "file.recent")) {
        auto* last = menu->actions().front();
        int shown = 0;
        for (const auto& trace : m_session->recentTraces()) {
            if (shown++ == 12) break;
            std::vector<SourceSpec> specs;
            for (const auto& source : trace.sources)
                specs.push_back(parseSourceSpec(source).value_or(SourceSpec{source, 0}));
            constexpr int kMostWidth = 420;
            auto* action = new QAction(
                menu->fontMetrics().elidedText(recentNames(trace), Qt::ElideMiddle, kMostWidth),
                menu);
            action->setToolTip(recentPlaces(trace));
            connect(action, &QAction::triggered, this, [this, specs] { openSources(specs); });
            menu->insertAction(last, action);
        }
    }
    if (auto* menu = fill(file + tr("Open Sample"), "file.sample")) {
        // With samples there, each stands by its own name.
        m_actions->action(QStringLiteral("file.sample"))->setVisible(m_session->samples().empty());
        for (const auto& sample : m_session->samples()) {
            auto* action = menu->addAction(sampleTitle(sample.path));
            connect(action, &QAction::triggered, this, [this, path = sample.path] {
                openSources({SourceSpec{path, 0}});
            });
        }
    }
}

void MainWindow::newWindow() {
    auto* window = new MainWindow(std::make_unique<Session>(), m_settings.store());
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->resize(size());
    window->show();
}

// Views and pictures

void MainWindow::saveView() {
    if (m_viewPath.isEmpty()) return saveViewAs();
    m_session->saveView(m_viewPath);
}

void MainWindow::saveViewAs() {
    auto proposal = m_session->title();
    proposal = proposal.section(QLatin1Char('.'), 0, 0) + QLatin1String(kViewEnding);
    auto path =
        QFileDialog::getSaveFileName(this, tr("Save View"), proposal, tr("Views (*.kscope)"));
    if (path.isEmpty()) return;
    if (!path.endsWith(QLatin1String(kViewEnding))) path += QLatin1String(kViewEnding);
    m_session->saveView(path);
}

void MainWindow::loadViewDialog() {
    const auto path = QFileDialog::getOpenFileName(this, tr("Load View"), {},
                                                   tr("Views (*.kscope);;All files (*)"));
    if (!path.isEmpty()) m_session->loadView(path);
}

void MainWindow::exportDialog() {
    const bool table =
        m_table != nullptr && (m_table->isAncestorOf(focusWidget()) || tab() == Tab::Events);
    if (table) return m_table->exportRows();
    auto offered = offeredExports(m_plots->functions());
    const auto place = tab() == Tab::Functions ? offered.end() : offered.begin();
    offered.insert(place, {ExportWhat::Timeline, ExportWhat::Cpus});
    ExportDialog dialog(currentTheme(), m_timeline->size(), offered, this);
    dialog.setPath(m_session->title().section(QLatin1Char('.'), 0, 0) + QStringLiteral(".png"));
    if (dialog.exec() != QDialog::Accepted) return;
    if (QFileInfo::exists(dialog.path()) &&
        QMessageBox::question(this, tr("Export Picture"),
                              tr("%1 exists. Write over it?").arg(dialog.path())) !=
            QMessageBox::Yes) {
        return;
    }
    exportTo(dialog.path(), dialog);
}

void MainWindow::exportTo(const QString& path, const ExportDialog& dialog) {
    const auto trace = m_session->view().trace();
    if (!trace) return;
    views::ExportRequest request;
    dialog.fill(request, m_session->view());
    request.version = "KernelScope " KSCOPE_VERSION;
    request.filterRows = m_session->view().filterRows();
    if (dialog.what() == ExportWhat::CallTimeline || dialog.what() == ExportWhat::FlameGraph) {
        CallExport wanted;
        wanted.what = dialog.what();
        wanted.span = dialog.span();
        wanted.request = std::move(request);
        wanted.range = m_session->view().range();
        takeShown(*m_plots->functions(), wanted);
        return write(path, [wanted = std::move(wanted), file = path.toStdString()] {
            return writeCallExport(wanted, file);
        });
    }
    const auto ending = QFileInfo(path).suffix().toLower();
    auto* const writer = ending == QLatin1String("svg")   ? &views::writeSvg
                         : ending == QLatin1String("csv") ? &views::writeCsv
                                                          : &views::writePng;
    write(path, [trace, request = std::move(request), writer, file = path.toStdString()] {
        return writer(*trace, request, file);
    });
}

void MainWindow::write(const QString& path, std::function<model::Result<void>()> body) {
    say(tr("Writing %1…").arg(path));
    m_exportJob.run(
        views::PaneWork::of(&m_session->view())->jobs(),
        [this, body = std::move(body), path](std::stop_token) -> views::LatestJob::Delivery {
            const auto done = body();
            return [this, path, done] {
                if (done) say(tr("Written: %1").arg(path));
                else m_notice->tell(NoticeBar::Sign::Error, text(done.error().message));
            };
        });
}

QString MainWindow::whyNoRangeExport() const {
    const auto& view = m_session->view();
    if (!view.trace()) return tr("No trace is open.");
    if (!view.range()) return tr("There is no range. Drag over the lanes to make one.");
    return whyNoRangeText(*view.trace());
}

void MainWindow::exportRange() {
    const auto trace = m_session->view().trace();
    const auto range = m_session->view().range();
    if (!trace || !range) return;
    const auto proposal = m_session->title().section(QLatin1Char('.'), 0, 0) + tr("-range.txt");
    const auto path = QFileDialog::getSaveFileName(this, tr("Export Range as Trace"), proposal,
                                                   tr("Text (*.txt);;All files (*)"));
    if (path.isEmpty()) return;
    if (QFileInfo(path) == QFileInfo(text(trace->sources().front().path)))
        return tell(tr("%1 is the trace that is open: choose another name.").arg(path));
    say(tr("Writing %1…").arg(path));
    m_exportJob.run(
        views::PaneWork::of(&m_session->view())->jobs(),
        [this, trace, range, path](const std::stop_token& stop) -> views::LatestJob::Delivery {
            const auto done = writeRangeText(*trace, *range, path, stop);
            return [this, path, done] {
                if (done)
                    say(tr("Written: %1, %2 events").arg(path, text(model::formatCount(*done))));
                else tell(text(done.error().message));
            };
        });
}

void MainWindow::copyPicture() {
    const auto* focus = focusWidget();
    if (m_details != nullptr && (focus == m_details || m_details->isAncestorOf(focus)))
        return m_details->copyAll();
    if (m_notes != nullptr && m_notes->isVisible()) return m_notes->copyAll();
    if (tab() == Tab::Events) return table().copySelection();
    if (auto* const functions = m_plots->functions();
        functions && tab() == Tab::Functions && functions->copyRows())
        return;
    const auto& view = m_session->view();
    auto* copied = new QMimeData;
    copied->setImageData(shownPicture());
    copied->setText(
        tr("%1: %2 from %3")
            .arg(m_session->title(), text(model::formatDuration(view.window().length())),
                 text(model::formatSeconds(view.window().begin)) + QStringLiteral(" s")));
    QApplication::clipboard()->setMimeData(copied);
    say(tr("Copied as picture and text"));
}

/// Of what has the focus, else of the plot of the view at hand.
QImage MainWindow::shownPicture() {
    if (auto* const functions = m_plots->functions(); functions && tab() == Tab::Functions)
        return functions->picture();
    if (auto* const plot = m_plots->plot(static_cast<int>(tab()))) return plot->picture();
    return m_timeline->picture();
}

void MainWindow::copyTimeOrName() {
    const auto& view = m_session->view();
    const auto& item = view.item();
    QString words;
    if (item.kind == views::Item::Kind::Task) words = views::taskName(*view.trace(), item.task);
    else if (item.kind == views::Item::Kind::Told) words = view.told().title;
    else if (item.kind != views::Item::Kind::None)
        words = text(model::formatSeconds(item.span.begin));
    else
        words = text(model::formatSeconds(
            view.pointer().value_or(view.state().cursorA.value_or(view.window().begin))));
    QApplication::clipboard()->setText(words);
    say(tr("Copied: %1").arg(words));
}

void MainWindow::copySentence() {
    const auto sentence = details().content().sentence;
    QApplication::clipboard()->setText(sentence);
    say(tr("Copied: %1").arg(sentence));
}

void MainWindow::copyCommand(const QString& command) {
    QApplication::clipboard()->setText(command);
    say(tr("Copied: %1").arg(command));
}

// Drops

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const auto files = localFiles(*event->mimeData());
    if (files.isEmpty()) return event->ignore();
    if (m_drop == nullptr) m_drop = new DropArea(this);
    m_drop->show(static_cast<int>(files.size()),
                 m_session->view().trace() != nullptr &&
                     !files.front().endsWith(QLatin1String(kViewEnding)));
    m_drop->follow(event->position().toPoint());
    event->acceptProposedAction();
}

void MainWindow::dragMoveEvent(QDragMoveEvent* event) {
    if (m_drop != nullptr) m_drop->follow(event->position().toPoint());
    event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
    if (m_drop != nullptr) m_drop->hide();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const auto files = localFiles(*event->mimeData());
    const bool add =
        m_drop != nullptr && m_drop->half() == DropArea::Half::Add && m_session->view().trace();
    if (m_drop != nullptr) m_drop->hide();
    if (files.isEmpty()) return;
    event->acceptProposedAction();
    if (add) addSources(specsOf(files));
    else openSources(specsOf(files));
}

}  // namespace kscope::app
