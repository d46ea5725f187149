// SPDX-License-Identifier: GPL-3.0-or-later
/// Lines and dialogs that the window opens: places, bookmarks, lanes, settings, help.
#include "app/window/command_palette.h"
#include "app/window/dialogs.h"
#include "app/window/go_to.h"
#include "app/window/keys_page.h"
#include "app/window/lanes_dialog.h"
#include "app/window/main_window.h"
#include "app/window/manual.h"
#include "app/window/qt_text.h"
#include "app/window/report_dialog.h"
#include "app/window/sentences_dialog.h"
#include "app/window/start_page.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/pane_look.h"

#include <QMessageBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace kscope::app {

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

void MainWindow::showLanes() {
    if (m_lanes == nullptr) m_lanes = new LanesDialog(m_session->view(), this);
    m_lanes->show();
    m_lanes->raise();
    m_lanes->activateWindow();
}

void MainWindow::showPicks(Picked what) {
    auto*& dialog = m_picks[static_cast<std::size_t>(what)];
    if (dialog == nullptr) dialog = new PickDialog(m_session->view(), what, this);
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

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

/// The page of the view that is seen.
void MainWindow::showManual() {
    if (m_manual == nullptr) m_manual = new ManualDialog(this);
    static const std::pair<Tab, const char*> kPages[] = {
        {Tab::Timeline, "timeline"},   {Tab::Blocks, "blocks"},
        {Tab::Functions, "functions"}, {Tab::Interrupts, "interrupts"},
        {Tab::Memory, "memory"},       {Tab::Events, "events"},
        {Tab::Notes, "notes"},         {Tab::Processes, "processes"}};
    m_manual->showPage(QStringLiteral("start"));
    for (const auto& [which, page] : kPages)
        if (showsTrace() && which == tab()) m_manual->showPage(QLatin1String(page));
    m_manual->show();
    m_manual->raise();
    m_manual->activateWindow();
}

void MainWindow::showReport() {
    auto* dialog = new ReportDialog(m_session->view().trace(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void MainWindow::showSentences() {
    if (m_sentences == nullptr)
        m_sentences = new SentencesDialog(
            m_session->view(), m_settings.sentences,
            [this] {
                model::setSentenceRules(m_settings.sentences);
                m_settings.save(*m_actions);
                table().rereadTexts();
                // The details are told anew.
                auto& view = m_session->view();
                const auto item = view.item();
                const auto told = view.told();
                view.setItem({});
                view.setItem(item, told);
            },
            this);
    m_sentences->refresh();
    m_sentences->show();
    m_sentences->raise();
    m_sentences->activateWindow();
}

void MainWindow::showHints() {
    m_settings.startHintSeen = false;
    m_settings.rangeHintSeen = false;
    if (m_start != nullptr) m_start->setHint(StartPage::Hint::Show);
    m_notice->tell(NoticeBar::Sign::Info,
                   tr("Wheel to scroll, Ctrl + wheel to zoom, drag to measure. F fits the "
                      "selection, X clears it, ? shows the rest."));
}

}  // namespace kscope::app
