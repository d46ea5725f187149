// SPDX-License-Identifier: GPL-3.0-or-later
/// What the window does with files, the clipboard, dialogs and drops.
#include "app/window/command_palette.h"
#include "app/window/dialogs.h"
#include "app/window/go_to.h"
#include "app/window/keys_page.h"
#include "app/window/main_window.h"
#include "app/window/qt_text.h"
#include "app/window/start_page.h"
#include "model/core/format.h"
#include "views/panes/details/details_pane.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/notes/notes_pane.h"
#include "views/panes/pane_look.h"
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
#include <QTextBrowser>
#include <QVBoxLayout>

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
    m_viewPath.clear();
    m_session->open(std::move(sources));
}

void MainWindow::addSources(std::vector<SourceSpec> sources) {
    if (!sources.empty()) m_session->add(std::move(sources));
}

void MainWindow::openDialog() {
    const auto paths = QFileDialog::getOpenFileNames(
        this, tr("Open Traces"), {}, tr("Traces (*.txt *.log *.gz *.xz *.zst *);;All files (*)"));
    if (!paths.isEmpty()) openSources(specsOf(paths));
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
    if (dialog.exec() == QDialog::Accepted) m_session->setShifts(dialog.shifts());
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
            QStringList names;
            std::vector<SourceSpec> specs;
            for (const auto& source : trace.sources) {
                specs.push_back(parseSourceSpec(source).value_or(SourceSpec{source, 0}));
                names << QFileInfo(text(specs.back().path)).fileName();
            }
            auto* action = new QAction(names.join(QStringLiteral(", ")), menu);
            action->setToolTip(text(trace.sources.front()));
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
    ExportDialog dialog(currentTheme(), m_timeline->size(), false, this);
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
    const auto ending = QFileInfo(path).suffix().toLower();
    auto write = ending == QLatin1String("svg")   ? &views::writeSvg
                 : ending == QLatin1String("csv") ? &views::writeCsv
                                                  : &views::writePng;
    say(tr("Writing %1…").arg(path));
    m_exportJob.run(views::PaneWork::of(&m_session->view())->jobs(),
                    [this, trace, request = std::move(request), write,
                     path](std::stop_token) -> views::LatestJob::Delivery {
                        const auto done = write(*trace, request, path.toStdString());
                        return [this, path, done] {
                            if (done) say(tr("Written: %1").arg(path));
                            else m_notice->tell(NoticeBar::Sign::Error, text(done.error().message));
                        };
                    });
}

void MainWindow::copyPicture() {
    const auto* focus = focusWidget();
    if (m_details != nullptr && (focus == m_details || m_details->isAncestorOf(focus)))
        return m_details->copyAll();
    if (m_notes != nullptr && m_notes->isVisible()) return m_notes->copyAll();
    if (tab() == Tab::Events) return table().copySelection();
    const auto& view = m_session->view();
    auto* copied = new QMimeData;
    copied->setImageData(m_timeline->picture());
    copied->setText(
        tr("%1: %2 from %3")
            .arg(m_session->title(), text(model::formatDuration(view.window().length())),
                 text(model::formatSeconds(view.window().begin)) + QStringLiteral(" s")));
    QApplication::clipboard()->setMimeData(copied);
    say(tr("Copied as picture and text"));
}

void MainWindow::copyTimeOrName() {
    const auto& view = m_session->view();
    const auto& item = view.item();
    QString words;
    if (item.kind == views::Item::Kind::Task) words = views::taskName(*view.trace(), item.task);
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

// Places

AskLine& MainWindow::goToLine() {
    if (m_goTo == nullptr) {
        m_goTo = new AskLine(
            tr("Go to a Time"),
            tr("4811.2301   ·   +26ms, -3us from the middle   ·   50%   ·   #318442 an event"),
            this);
        connect(m_goTo, &AskLine::answered, this, &MainWindow::goToTyped);
    }
    return *m_goTo;
}

void MainWindow::goToTyped(const QString& typed) {
    auto& view = m_session->view();
    const auto place = parsePlace(typed, view);
    if (!place) {
        auto fault = text(place.error().message);
        fault[0] = fault[0].toUpper();
        goToLine().setFault(fault);
        return;
    }
    if (m_goTo != nullptr) m_goTo->closeOverlay();
    if (const auto* event = std::get_if<model::EventIndex>(&*place))
        return view.selectEvent(*event);
    const auto at = std::get<model::Timestamp>(*place);
    const auto window = view.window();
    view.setWindow({at - window.length() / 2, at + (window.length() - window.length() / 2)},
                   tr("Go to %1").arg(views::timeString(view, at)), views::TraceView::Undo::Record);
}

void MainWindow::nameBookmark(int index) {
    if (m_bookmarkName == nullptr) {
        m_bookmarkName = new AskLine(
            tr("Bookmark"), tr("A name, or just Enter. Keys 1 to 9 come back here."), this);
        connect(m_bookmarkName, &AskLine::answered, this, [this](const QString& name) {
            m_bookmarkName->closeOverlay();
            auto bookmarks = m_session->view().state().bookmarks;
            const auto at = static_cast<std::size_t>(m_namedBookmark);
            if (name.trimmed().isEmpty() || at >= bookmarks.size()) return;
            bookmarks[at].text = name.trimmed();
            m_session->view().setBookmarks(std::move(bookmarks), tr("Name Bookmark"));
        });
    }
    m_namedBookmark = index;
    m_bookmarkName->ask({});
}

void MainWindow::showBookmarks() {
    if (m_bookmarks == nullptr) m_bookmarks = new BookmarksDialog(m_session->view(), this);
    m_bookmarks->show();
    m_bookmarks->raise();
    m_bookmarks->activateWindow();
}

// Settings and help

void MainWindow::showSettings() {
    if (m_settingsDialog == nullptr) {
        m_settingsDialog = new SettingsDialog(
            m_settings, *m_actions,
            [this] {
                applySettings();
                m_settings.save(*m_actions);
            },
            this);
    }
    m_settingsDialog->refresh();
    m_settingsDialog->show();
    m_settingsDialog->raise();
}

KeysPage& MainWindow::keysPage() {
    if (m_keysPage == nullptr) m_keysPage = new KeysPage(*m_actions, this);
    return *m_keysPage;
}

void MainWindow::showProperties() {
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Properties"));
    dialog->resize(560, 480);
    auto* words = new QTextBrowser(dialog);
    words->setHtml(propertiesText(*m_session->view().trace()));
    words->setAccessibleName(tr("Properties"));
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(words);
    dialog->show();
}

void MainWindow::showAbout() {
    QMessageBox::about(this, tr("KernelScope"),
                       tr("<b>KernelScope %1</b><p>Linux traces on one time "
                          "axis.</p><p>GPL-3.0-or-later. Without any warranty.</p>")
                           .arg(QLatin1String(KSCOPE_VERSION)));
}

void MainWindow::showHints() {
    m_settings.startHintSeen = false;
    m_settings.rangeHintSeen = false;
    if (m_start != nullptr) m_start->setHint(StartPage::Hint::Show);
    m_notice->tell(NoticeBar::Sign::Info,
                   tr("Wheel to scroll, Ctrl + wheel to zoom, drag to measure. F fits the "
                      "selection, X clears it, ? shows the rest."));
}

// The palette

CommandPalette& MainWindow::palette_() {
    if (m_palette != nullptr) return *m_palette;
    auto entries = [this] {
        m_actions->refresh();
        std::vector<PaletteEntry> out;
        for (const auto& entry : m_actions->entries()) {
            if (entry.spec.menu.isEmpty()) continue;
            auto name = entry.spec.menu;
            name = name.replace(QLatin1Char('/'), QStringLiteral(": ")) + QStringLiteral(": ") +
                   entry.action->text();
            const auto reason = entry.action->statusTip();
            out.push_back({PaletteEntry::Kind::Command, entry.spec.id, name,
                           reason.isEmpty() ? Actions::allKeysText(*entry.action) : reason,
                           reason.isEmpty(), [action = entry.action] { action->trigger(); }});
        }
        auto& view = m_session->view();
        if (const auto trace = view.trace()) {
            for (std::size_t i = 0; i < view.state().bookmarks.size(); ++i) {
                const auto& bookmark = view.state().bookmarks[i];
                out.push_back({PaletteEntry::Kind::Bookmark,
                               {},
                               tr("Bookmark %1 %2").arg(i + 1).arg(bookmark.text),
                               views::timeString(view, bookmark.time),
                               true,
                               [&view, i] { goToBookmark(view, i); }});
            }
            for (const auto cpu : trace->cpus()) {
                out.push_back({PaletteEntry::Kind::Cpu,
                               {},
                               tr("CPU %1").arg(raw(cpu)),
                               tr("only this CPU"),
                               true,
                               [&view, cpu] {
                                   auto state = view.state();
                                   state.onlyCpus = {cpu};
                                   view.setState(state, tr("Only CPU %1").arg(raw(cpu)));
                               }});
            }
            // A million tasks would take longer to list than to type the name of one.
            constexpr std::size_t kMostTasks = 20'000;
            for (std::size_t i = 0; i < std::min(trace->tasks().size(), kMostTasks); ++i) {
                const model::TaskId id{static_cast<std::uint32_t>(i)};
                if (trace->task(id).idle()) continue;
                out.push_back({PaletteEntry::Kind::Task,
                               {},
                               views::taskName(*trace, id),
                               tr("only this task"),
                               true,
                               [&view, id] {
                                   auto state = view.state();
                                   state.onlyTasks = {id};
                                   view.setState(state, tr("Only This Task"));
                               }});
            }
        }
        for (const auto& trace : m_session->recentTraces()) {
            std::vector<SourceSpec> specs;
            for (const auto& source : trace.sources)
                specs.push_back(parseSourceSpec(source).value_or(SourceSpec{source, 0}));
            out.push_back({PaletteEntry::Kind::Recent,
                           {},
                           tr("Open %1").arg(QFileInfo(text(specs.front().path)).fileName()),
                           text(trace.sources.front()),
                           true,
                           [this, specs] { openSources(specs); }});
        }
        return out;
    };
    auto place = [this](const QString& typed) {
        const auto found = parsePlace(typed, m_session->view());
        return PaletteEntry{
            PaletteEntry::Kind::Place, {},
            tr("Go to %1").arg(typed), found ? QString() : text(found.error().message),
            found.has_value(),         [this, typed] { goToTyped(typed); }};
    };
    m_palette = new CommandPalette(std::move(entries), std::move(place), this);
    return *m_palette;
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
