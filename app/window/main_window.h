// SPDX-License-Identifier: GPL-3.0-or-later
/// The window: one view at a time over the same overview, selection, details and table.
#pragma once

#include "app/session/session.h"
#include "app/window/actions.h"
#include "app/window/bars.h"
#include "app/window/pick_dialog.h"
#include "app/window/settings.h"
#include "app/window/tab.h"

#include <QHash>
#include <QImage>
#include <QMainWindow>

#include <array>
#include <functional>
#include <memory>

class QDockWidget;
class QLabel;
class QMenu;
class QStackedWidget;
class QVBoxLayout;

namespace kscope::views {
class DetailsPane;
class EventTable;
class NotesPane;
class ProcessesPanel;
class SelectionStrip;
class TimelineWidget;
enum class MenuPlace : std::uint8_t;
struct Item;
struct LaneKey;
}  // namespace kscope::views

namespace kscope::app {

class AskLine;
class BookmarksDialog;
class CommandPalette;
class KeysPage;
class LanesDialog;
class JumpToNow;
class LiveButton;
class LiveLine;
class ManualDialog;
class PlotPages;
class QueryField;
class SentencesDialog;
class StartPage;
class StatusLine;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(std::unique_ptr<Session> session, Settings::Store store, QWidget* parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] Session& session() { return *m_session; }
    [[nodiscard]] Actions& actions() { return *m_actions; }
    [[nodiscard]] Settings& settings() { return m_settings; }
    [[nodiscard]] views::TimelineWidget& timeline() { return *m_timeline; }
    [[nodiscard]] views::EventTable& table();
    [[nodiscard]] views::DetailsPane& details();
    [[nodiscard]] views::NotesPane& notes();
    [[nodiscard]] views::ProcessesPanel& processes();
    [[nodiscard]] QueryField& searchField() { return *m_search; }
    [[nodiscard]] QueryField& filterField() { return *m_filter; }
    [[nodiscard]] CommandPalette& commandPalette();
    [[nodiscard]] KeysPage& keysPage();
    [[nodiscard]] AskLine& goToLine();
    [[nodiscard]] StartPage& startPage();
    [[nodiscard]] QString noticeText() const;
    [[nodiscard]] bool showsTrace() const;
    [[nodiscard]] Tab tab() const;
    [[nodiscard]] PlotPages& plots() { return *m_plots; }

    void openSources(std::vector<SourceSpec> sources);  ///< In place of what is open.
    void addSources(std::vector<SourceSpec> sources);
    /// Polls in place of what is open; without files the usual ones.
    void startLive(PollerOptions options);
    [[nodiscard]] LiveButton& liveButton() { return *m_live; }
    [[nodiscard]] JumpToNow& jumpToNow() { return *m_jump; }
    /// What to do with readings that no file holds, before they are lost.
    enum class Unsaved : std::uint8_t { Save, Drop, Stay };
    /// Asks in place of a box (tests).
    void setUnsavedQuestion(std::function<Unsaved()> question) {
        m_askUnsaved = std::move(question);
    }
    [[nodiscard]] LiveLine& liveLine() { return *m_liveLine; }
    void tell(const QString& what);  ///< A mistake, above the view.
    void applySettings();

signals:
    void firstFrame();  ///< The first painted frame that holds rows is on the screen.

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // Parts (main_window.cpp, _panes.cpp, _follow.cpp).
    void buildCentre();
    void buildBars();
    void buildToolbar();
    void buildTabs();
    void connectSession();
    void connectView();
    void connectFields();
    void connectLive();
    void ensurePanes();
    void setUpDock(QDockWidget& dock, QWidget* title);
    void updatePages();
    void updatePanes();
    void updateNarrow();
    void limitDetails(Qt::DockWidgetArea area);
    void updateTitle();
    void updateTabRow();
    void keepDockSizes();
    void takeDockSizes();
    void updateSearchNote();
    void refreshSoon();
    void say(const QString& text);
    void tellLoadEnd();

    // The table of actions (main_window_commands.cpp, *_actions.cpp).
    void buildActions();
    [[nodiscard]] std::vector<ActionSpec> openActions();
    [[nodiscard]] std::vector<ActionSpec> saveActions();
    [[nodiscard]] std::vector<ActionSpec> windowActions();
    [[nodiscard]] std::vector<ActionSpec> undoActions();
    [[nodiscard]] std::vector<ActionSpec> copyActions();
    [[nodiscard]] std::vector<ActionSpec> findActions();
    [[nodiscard]] std::vector<ActionSpec> markActions();
    [[nodiscard]] std::vector<ActionSpec> tabActions();
    [[nodiscard]] std::vector<ActionSpec> zoomActions();
    [[nodiscard]] std::vector<ActionSpec> panActions();
    [[nodiscard]] std::vector<ActionSpec> lookActions();
    [[nodiscard]] std::vector<ActionSpec> laneActions();
    [[nodiscard]] std::vector<ActionSpec> timeActions();
    [[nodiscard]] std::vector<ActionSpec> paneActions();
    [[nodiscard]] std::vector<ActionSpec> screenActions();
    [[nodiscard]] std::vector<ActionSpec> goActions();
    [[nodiscard]] std::vector<ActionSpec> bookmarkActions();
    [[nodiscard]] std::vector<ActionSpec> stepActions();
    [[nodiscard]] std::vector<ActionSpec> chainActions();
    [[nodiscard]] std::vector<ActionSpec> traceActions();
    [[nodiscard]] std::vector<ActionSpec> liveActions();
    [[nodiscard]] std::vector<ActionSpec> liveReadingActions();
    [[nodiscard]] std::vector<ActionSpec> liveChoices();
    [[nodiscard]] std::vector<ActionSpec> helpActions();
    template <class Value>
    [[nodiscard]] ActionSpec stateTick(const char* id, const QString& name, const QString& menu,
                                       Value views::ViewState::*member, Value value, Value off);
    using TimelineSlot = void (views::TimelineWidget::*)();
    [[nodiscard]] std::function<void()> plot(TimelineSlot slot);
    [[nodiscard]] std::function<QString()> needTrace() const;
    [[nodiscard]] std::function<QString()> needEvents() const;
    [[nodiscard]] std::function<QString()> needRange() const;
    [[nodiscard]] std::function<QString()> needItem() const;
    [[nodiscard]] QString whyNoRangeExport() const;
    [[nodiscard]] std::function<QString()> needSearch() const;
    void showTab(Tab tab);
    void escape();
    void nextPane(int direction);
    void showPlotMenu(int tab, const QPoint& at, int track);
    [[nodiscard]] QMenu* newMenu();
    void addRangeFromItem(QMenu& menu, const views::Item& item);
    void showPlaceMenu(const QPoint& at, views::MenuPlace place, int index);
    void bookmarkMenu(QMenu& menu, std::size_t index);
    void sectionMenu(QMenu& menu, int group);
    void copyLaneName(const views::LaneKey& lane);
    void showContextMenu(const QPoint& at, const views::LaneKey& lane, const views::Item& item);

    // What the actions do (main_window_files.cpp, _dialogs.cpp, _palette.cpp).
    void openDialog();
    void openFolderDialog();
    void addDialog(QString path);
    void shiftsDialog();
    void symbolsDialog();
    void saveView();
    void saveViewAs();
    void loadViewDialog();
    void exportDialog();
    void exportTo(const QString& path, const class ExportDialog& dialog);
    /// In the background; says how it ended.
    void write(const QString& path, std::function<model::Result<void>()> body);
    [[nodiscard]] QImage shownPicture();
    void exportRange();
    void copyPicture();
    void copyTimeOrName();
    void copySentence();
    void showProperties();
    void showAbout();
    void showManual();
    void showReport();
    void showSentences();
    void newWindow();
    void goToTyped(const QString& text);
    void nameBookmark(int index);
    void showSettings();
    void showBookmarks();
    void showLanes();
    void showPicks(Picked what);
    void resetLayout();
    void printView();
    void fillOpenMenus();
    void copyCommand(const QString& command);
    void showHints();
    void updateProcesses();
    void toggleLive();
    /// False: a person wants to keep what was polled first.
    [[nodiscard]] bool mayDropLive();
    void closeTrace();
    void togglePicture();
    void askFreeze();
    void saveLiveAs();

    std::unique_ptr<Session> m_session;
    Settings m_settings;
    Actions* m_actions;
    QStackedWidget* m_pages = nullptr;
    QWidget* m_tracePage = nullptr;
    StartPage* m_start = nullptr;
    NoticeBar* m_notice = nullptr;
    views::TimelineWidget* m_timeline = nullptr;
    QWidget* m_stripHolder =
        nullptr;  // shows the strip only where it belongs; the strip itself knows when
    views::SelectionStrip* m_strip = nullptr;
    views::EventTable* m_table = nullptr;
    views::DetailsPane* m_details = nullptr;
    views::NotesPane* m_notes = nullptr;
    views::ProcessesPanel* m_processes = nullptr;
    const void* m_processesOf = nullptr;  // the feed whose machine they are of
    PlotPages* m_plots = nullptr;
    QWidget* m_besideRuler = nullptr;  // above what shows no time, at the right
    QVBoxLayout* m_traceColumn = nullptr;
    QDockWidget* m_tableDock = nullptr;
    QDockWidget* m_detailsDock = nullptr;
    QToolBar* m_toolbar = nullptr;
    QToolBar* m_tabBar = nullptr;
    QueryField* m_search = nullptr;
    QueryField* m_filter = nullptr;
    QLabel* m_windowTimes = nullptr;
    QLabel* m_summary = nullptr;
    QHash<int, QString> m_plotWords;  // what each view says it holds, by tab
    QLabel* m_title = nullptr;
    std::array<ViewTab*, 9> m_tabs{};
    StatusLine* m_status = nullptr;
    DropArea* m_drop = nullptr;
    CommandPalette* m_palette = nullptr;
    KeysPage* m_keysPage = nullptr;
    AskLine* m_goTo = nullptr;
    AskLine* m_bookmarkName = nullptr;
    AskLine* m_freezeLine = nullptr;
    LiveButton* m_live = nullptr;
    JumpToNow* m_jump = nullptr;
    std::function<Unsaved()> m_askUnsaved;
    LiveLine* m_liveLine = nullptr;
    int m_namedBookmark = -1;
    BookmarksDialog* m_bookmarks = nullptr;
    LanesDialog* m_lanes = nullptr;
    ManualDialog* m_manual = nullptr;
    SentencesDialog* m_sentences = nullptr;
    std::array<PickDialog*, 3> m_picks{};
    SettingsDialog* m_settingsDialog = nullptr;
    QTimer m_refresh;
    QTimer m_searchTimer;
    QTimer m_filterTimer;
    QTimer m_progressTimer;
    views::LatestJob m_exportJob;
    model::TracePtr m_countedTrace;  // that m_taskCount is of
    std::ptrdiff_t m_taskCount = 0;
    QString m_viewPath;
    bool m_tableWanted = true;
    bool m_detailsWanted = true;
    bool m_stripWanted = true;
    bool m_narrow = false;
    int m_sizedTab = -1;  // whose dock sizes are in force
    bool m_sawFrame = false;
    bool m_lookAtLoad = false;  // the person chose to see what is there while it loads
};

}  // namespace kscope::app
