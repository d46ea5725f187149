// SPDX-License-Identifier: GPL-3.0-or-later
/// What is open: sources, the load under way, the shared view, its filter and search, and what is
/// kept of it.
#pragma once

#include "app/live/core/proc_poller.h"
#include "app/session/loader.h"
#include "app/session/user_files.h"
#include "app/session/view_file.h"
#include "model/core/thread_pool.h"
#include "model/query/filter.h"
#include "views/panes/pane_work.h"
#include "views/state/trace_view.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace kscope::app {

class LiveFeed;
class SourceWatch;

/// Lives on the GUI thread; everything that touches a file or walks rows runs on its pools.
class Session : public QObject {
    Q_OBJECT
public:
    enum class Keep : std::uint8_t {
        Views,
        Nothing
    };  ///< Nothing: writes no file of its own (tests, screenshots).
    /// `threads` 0: one a CPU.
    explicit Session(std::size_t threads = 0, Keep keep = Keep::Views, QObject* parent = nullptr);
    ~Session() override;

    [[nodiscard]] views::TraceView& view() { return m_view; }
    [[nodiscard]] const std::vector<SourceSpec>& sources() const { return m_sources; }
    [[nodiscard]] bool loading() const { return m_loading; }
    [[nodiscard]] const LoadProgress& progress() const { return m_progress; }
    [[nodiscard]] qint64 loadingForMs() const { return m_loading ? m_since.elapsed() : 0; }
    [[nodiscard]] const std::vector<LoadError>& errors() const { return m_errors; }
    [[nodiscard]] bool partial() const { return m_partial; }  ///< The load was cancelled.
    [[nodiscard]] QString title() const;  ///< "trace.txt", "3 traces"; empty where nothing is open.

    /// In place of what is open. `as`, `kallsyms`: as LoadRequest has them.
    void open(std::vector<SourceSpec> sources, const std::string& as = {},
              const std::string& kallsyms = {});
    /// Reads again with names of kernel addresses from that file.
    void setSymbols(const std::string& kallsyms);
    [[nodiscard]] const std::string& symbols() const { return m_kallsyms; }  ///< That file.
    void add(std::vector<SourceSpec>
                 sources);  ///< To the axis of what is open; all is read again, the view stays.
    void replaceSources(
        std::vector<SourceSpec> sources);  ///< Other sources or shifts under the same view.
    void setShifts(const std::vector<std::int64_t>&
                       offsetsNs);  ///< One a source; reads again where one changed.
    /// Polls this machine's /proc in place of what is open.
    void startLive(PollerOptions options);
    /// Null: what is open is not polled. Reading may have been stopped.
    [[nodiscard]] LiveFeed* live() const { return m_live.get(); }
    [[nodiscard]] bool liveRunning() const;
    /// The window goes to the newest reading and moves with it; an earlier place stays still.
    void followNow();
    /// One reading earlier or later: the window's end goes there.
    void stepReading(int direction);
    /// Readings came that no file holds.
    [[nodiscard]] bool liveUnsaved() const;
    /// Writes what was polled as a proc log; `logSaved` or `failed` follows.
    void saveLive(const QString& path);
    void reload();
    void cancel();
    void close();

    /// A rule in force from now on, or a fault and the last valid one stays.
    void setFilter(const QString& text);
    [[nodiscard]] const std::optional<model::FilterFault>& filterFault() const {
        return m_filterFault;
    }
    [[nodiscard]] bool filtering() const { return m_filterJob.running(); }
    void setSearch(const QString& text);
    [[nodiscard]] const QString& searchText() const { return m_search; }
    [[nodiscard]] const std::optional<model::FilterFault>& searchFault() const {
        return m_searchFault;
    }
    [[nodiscard]] bool searching() const { return m_searchJob.running(); }

    void saveView(const QString& path);  ///< `saved` or `failed` follows.
    void loadView(const QString& path);  ///< `viewLoaded` or `failed` follows.
    void keepViewNow();                  ///< Waits until the view is written. At the end.

    void readRecentTraces();  ///< `recentRead` follows, with the samples.
    [[nodiscard]] const std::vector<RecentTrace>& recentTraces() const {
        return m_recent;
    }  ///< As last read.
    [[nodiscard]] const std::vector<SampleTrace>& samples() const { return m_samples; }
    void pinRecentTrace(const RecentTrace& trace, Pin pin);

signals:
    void loadBegan();
    void loadProgressed();
    void loadEnded();
    void closed();
    void filterChecked();  ///< filterFault() may have changed.
    void searchDone();     ///< Rows, or searchFault(), or neither: the field is empty.
    void saved(const QString& path);
    void liveChanged();  ///< Began, ended, paused, stands, goes on, a condition.
    void frozen(const QString& condition, kscope::model::Timestamp at);
    void logSaved(const QString& path);
    void viewLoaded(const QStringList& misfits);
    void failed(const QString& what);
    void recentRead();

private:
    enum class Fresh : std::uint8_t {
        New,
        Same
    };  ///< Same: the view stays, only the rows are read again.
    void load(Fresh fresh);
    void takeSnapshot(model::TracePtr trace);
    void takeEnd(LoadResult result);
    void takeLive(model::TracePtr trace);
    void endLive();
    void noteChange(model::SourceId source, model::DiagnosticKind kind, std::uint64_t bytesLeft);
    void findKeptView();
    void showFirstTab();
    void remember();
    void keepView();
    void computeFilter();
    void computeSearch();
    void applyView(const ViewFile& file, const QString& undoName);

    const Keep m_keep;
    std::unique_ptr<SourceWatch> m_watch;  // outlives the pool that works for it
    model::ThreadPool m_parsePool;
    model::ThreadPool m_filePool{1};
    views::TraceView m_view;
    std::vector<SourceSpec> m_sources;
    std::string m_as;
    std::string m_kallsyms;
    std::vector<LoadError> m_errors;
    bool m_loading = false;
    bool m_partial = false;
    Fresh m_fresh = Fresh::New;
    bool m_first = false;            // the next snapshot is the first of this load
    std::uint64_t m_loadNumber = 0;  // what still arrives from a load before is dropped
    LoadProgress m_progress;
    QElapsedTimer m_since;

    QString m_search;
    std::optional<model::FilterFault> m_searchFault;
    std::optional<model::FilterFault> m_filterFault;
    QString m_filterDone;  // rule and trace that the rows belong to
    model::TracePtr m_filterTrace;
    std::string m_viewKey;   // contentKey of what is open; empty: not known, nothing is kept
    std::string m_viewText;  // as last read or written: keeps keys that are not known here
    QTimer m_keepTimer;
    std::vector<RecentTrace> m_recent;
    std::vector<SampleTrace> m_samples;
    views::LatestJob m_filterJob;
    views::LatestJob m_searchJob;
    views::LatestJob m_viewJob;
    views::LatestJob m_saveJob;
    std::unique_ptr<LiveFeed> m_live;
    model::Timestamp m_savedUntil{};  // of what was polled
    Loader m_loader;                  // last: its threads end first
};

}  // namespace kscope::app
