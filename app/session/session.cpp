// SPDX-License-Identifier: GPL-3.0-or-later
/// What is open: sources, the load under way, the shared view, its filter and search.
#include "app/session/session.h"

#include "app/live/live_feed.h"
#include "app/session/source_watch.h"
#include "model/query/search.h"
#include "model/words/words.h"
#include "views/panes/panes.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>

#include <future>

namespace kscope::app {

using views::PaneWork;
using views::ViewState;

Session::Session(std::size_t threads, Keep keep, QObject* parent)
    : QObject(parent),
      m_keep(keep),
      m_parsePool(threads),
      m_filterJob(this),
      m_searchJob(this),
      m_viewJob(this),
      m_saveJob(this),
      m_loader(m_parsePool) {
    PaneWork::share(&m_view, m_parsePool);
    m_watch = std::make_unique<SourceWatch>(m_filePool, nullptr);
    connect(m_watch.get(), &SourceWatch::changed, this, &Session::noteChange);
    m_keepTimer.setSingleShot(true);
    m_keepTimer.setInterval(1000);
    connect(&m_keepTimer, &QTimer::timeout, this, &Session::keepView);
    connect(&m_view, &views::TraceView::filterChanged, this, &Session::computeFilter);
    connect(&m_view, &views::TraceView::undoChanged, this, [this] { m_keepTimer.start(); });
}

Session::~Session() {
    keepViewNow();
    m_live.reset();
    // Nothing may look at the view while its parts go.
    m_view.disconnect();
}

QString Session::title() const {
    if (m_live) return tr("This machine, live");
    if (m_sources.empty()) return {};
    if (m_sources.size() > 1) return tr("%n traces", nullptr, static_cast<int>(m_sources.size()));
    const auto& path = m_sources.front().path;
    return path == "-" ? tr("standard input") : QFileInfo(QString::fromStdString(path)).fileName();
}

void Session::open(std::vector<SourceSpec> sources, const std::string& as,
                   const std::string& kallsyms) {
    endLive();
    keepView();
    m_sources = std::move(sources);
    m_as = as;
    m_kallsyms = kallsyms;
    m_viewKey.clear();
    m_viewText.clear();
    setSearch({});
    load(Fresh::New);
}

void Session::add(std::vector<SourceSpec> sources) {
    if (m_sources.empty()) return open(std::move(sources));
    auto all = m_sources;
    for (auto& source : sources) all.push_back(std::move(source));
    replaceSources(std::move(all));
}

void Session::replaceSources(std::vector<SourceSpec> sources) {
    keepView();
    m_sources = std::move(sources);
    load(Fresh::Same);
}

void Session::setShifts(const std::vector<std::int64_t>& offsetsNs) {
    bool changed = false;
    for (std::size_t i = 0; i < std::min(offsetsNs.size(), m_sources.size()); ++i) {
        changed = changed || m_sources[i].offsetNs != offsetsNs[i];
        m_sources[i].offsetNs = offsetsNs[i];
    }
    if (changed) load(Fresh::Same);
}

void Session::setSymbols(const std::string& kallsyms) {
    m_kallsyms = kallsyms;
    reload();
}

void Session::reload() {
    if (!m_sources.empty()) load(Fresh::Same);
}

void Session::load(Fresh fresh) {
    ++m_loadNumber;
    m_fresh = fresh;
    m_first = true;
    m_loading = true;
    m_partial = false;
    m_errors.clear();
    m_progress = {};
    m_since.start();
    LoadCallbacks callbacks;
    // Called from the loader's threads: only m_loadNumber's copy is taken along, and it is fixed
    // before they begin.
    const auto number = m_loadNumber;
    const auto toGui = [this, number](auto take) {
        QMetaObject::invokeMethod(
            this,
            [this, number, take = std::move(take)]() mutable {
                if (number == m_loadNumber) take();
            },
            Qt::QueuedConnection);
    };
    callbacks.snapshot = [this, toGui](model::TracePtr trace) {
        toGui([this, trace = std::move(trace)] { takeSnapshot(trace); });
    };
    callbacks.progress = [this, toGui](const LoadProgress& progress) {
        toGui([this, progress] {
            m_progress = progress;
            emit loadProgressed();
        });
    };
    callbacks.finished = [this, toGui](LoadResult result) {
        toGui([this, result = std::move(result)]() mutable { takeEnd(std::move(result)); });
    };
    LoadRequest request;
    request.sources = m_sources;
    request.as = m_as;
    request.kallsyms = m_kallsyms;
    m_loader.load(std::move(request), std::move(callbacks));
    emit loadBegan();
}

void Session::takeSnapshot(model::TracePtr trace) {
    if (m_first && m_fresh == Fresh::New) m_view.setTrace(nullptr);
    m_first = false;
    m_view.setTrace(std::move(trace));
    computeSearch();
}

void Session::takeEnd(LoadResult result) {
    m_loading = false;
    m_progress = result.progress;
    m_errors = std::move(result.errors);
    m_partial = result.end == LoadEnd::Cancelled;
    const bool nothing = !result.trace || result.trace->sources().empty();
    if (m_first && m_fresh == Fresh::New) m_view.setTrace(nullptr);
    m_first = false;
    m_watch->watch(nothing || m_partial ? nullptr : result.trace);
    if (!nothing) {
        m_view.setTrace(std::move(result.trace));
        computeSearch();
        // A view that is kept of it, or a person, says otherwise.
        if (m_fresh == Fresh::New && m_view.undoName().isEmpty()) showFirstTab();
    } else if (m_fresh == Fresh::New) {
        m_sources.clear();
    }
    emit loadEnded();
    if (nothing) return;
    findKeptView();
    remember();
}

void Session::showFirstTab() {
    auto state = m_view.state();
    state.tab = views::firstTab(*m_view.trace());
    m_view.setState(state, {}, views::TraceView::Undo::Skip);
}

void Session::cancel() { m_loader.cancel(); }

void Session::close() {
    endLive();
    keepView();
    ++m_loadNumber;
    m_loader.cancel();
    m_loading = false;
    m_sources.clear();
    m_errors.clear();
    m_viewKey.clear();
    m_viewText.clear();
    m_watch->watch(nullptr);
    setSearch({});
    m_view.setTrace(nullptr);
    emit closed();
}

/// What is open stays; that its texts are gone is a note like any other.
void Session::noteChange(model::SourceId source, model::DiagnosticKind kind,
                         std::uint64_t bytesLeft) {
    const auto& trace = m_view.trace();
    auto note = m_live ? nullptr : m_loader.noting(source, kind, bytesLeft);
    if (!note || !trace || raw(source) >= trace->sources().size()) return;
    const auto words =
        model::diagnosticWords({.kind = kind, .count = 1, .detail = {}, .first = {}});
    emit failed(QStringLiteral("%1: %2. %3")
                    .arg(QString::fromStdString(trace->sources()[raw(source)].path),
                         QString::fromStdString(words.title),
                         QString::fromStdString(words.advice)));
    m_filePool.submit([this, note = std::move(note), number = m_loadNumber] {
        QMetaObject::invokeMethod(
            this,
            [this, number, trace = note()] {
                if (number == m_loadNumber && trace && !m_live) takeSnapshot(trace);
            },
            Qt::QueuedConnection);
    });
}

// Filter

void Session::setFilter(const QString& text) {
    const auto rule = text.trimmed();
    m_filterFault.reset();
    if (!rule.isEmpty()) {
        const auto parsed = model::Filter::parse(rule.toStdString());
        if (!parsed) {
            m_filterFault = parsed.error();
            emit filterChecked();
            return;
        }
    }
    m_view.setFilterText(rule);
    emit filterChecked();
}

/// Follows the state: the field, undo, a saved view and the panes all set it there.
void Session::computeFilter() {
    const auto rule = m_view.state().filter;
    const auto trace = m_view.trace();
    if (rule == m_filterDone && trace == m_filterTrace) return;
    m_filterDone = rule;
    m_filterTrace = trace;
    const auto parsed = rule.isEmpty()
                            ? tl::expected<model::Filter, model::FilterFault>{model::Filter()}
                            : model::Filter::parse(rule.toStdString());
    if (!trace || !parsed || parsed->all()) {
        m_filterJob.cancel();
        m_view.setFilterRows(nullptr);
        return;
    }
    auto* work = PaneWork::of(&m_view);
    m_filterJob.run(work->jobs(),
                    [this, trace, filter = *parsed,
                     &inner = work->inner()](std::stop_token stop) -> views::LatestJob::Delivery {
                        auto rows = model::filterRows(*trace, filter, inner, stop);
                        if (!rows) return {};
                        return [this, rows = std::move(rows)] { m_view.setFilterRows(rows); };
                    });
}

// Search

void Session::setSearch(const QString& text) {
    if (text.trimmed() == m_search) return;
    m_search = text.trimmed();
    computeSearch();
}

void Session::computeSearch() {
    computeFilter();  // New rows: the rule applies to them too.
    m_searchFault.reset();
    const auto trace = m_view.trace();
    if (m_search.isEmpty() || !trace) {
        m_searchJob.cancel();
        m_view.setSearchRows(nullptr);
        emit searchDone();
        return;
    }
    const auto words = m_search.toStdString();
    const auto parsed = model::parseSearch(words);
    if (!parsed) {
        m_searchJob.cancel();
        m_searchFault = parsed.error();
        emit searchDone();
        return;
    }
    auto* work = PaneWork::of(&m_view);
    const bool names = !model::looksLikeFilter(words);
    m_searchJob.run(work->jobs(),
                    [this, trace, words, names, filter = *parsed,
                     &inner = work->inner()](std::stop_token stop) -> views::LatestJob::Delivery {
                        auto rows = model::filterRows(*trace, filter, inner, stop);
                        if (!rows) return {};
                        // No name holds the words: they may stand anywhere in the text. While it is
                        // still read, that would be read twice.
                        if (rows->size() == 0 && names && trace->complete()) {
                            if (auto found = model::searchText(*trace, words, inner, stop))
                                rows = std::move(found);
                            else if (stop.stop_requested()) return {};
                        }
                        return [this, rows = std::move(rows)] {
                            m_view.setSearchRows(rows);
                            emit searchDone();
                        };
                    });
}

// Views kept

void Session::applyView(const ViewFile& file, const QString& undoName) {
    m_viewText = file.text;
    m_view.setState(file.state, undoName,
                    undoName.isEmpty() ? views::TraceView::Undo::Skip
                                       : views::TraceView::Undo::Record);
}

void Session::findKeptView() {
    if (m_keep == Keep::Nothing) return;
    const auto trace = m_view.trace();
    m_viewKey.clear();  // Added sources and other shifts are kept under a name of their own.
    m_viewJob.run(m_filePool,
                  [this, sources = m_sources, trace,
                   fresh = m_fresh](std::stop_token) -> views::LatestJob::Delivery {
                      auto key = contentKey(sources);
                      if (key.empty()) return {};
                      std::optional<ViewFile> file;
                      const auto text =
                          fresh == Fresh::New
                              ? readSmallFile(stateFolder() + "/views/" + key + ".kscope")
                              : model::Result<std::string>(tl::unexpected(model::Error{}));
                      if (text) {
                          if (auto read = readViewFile(*text, *trace)) file = std::move(*read);
                      }
                      return [this, key, file = std::move(file)] {
                          m_viewKey = key;
                          // Whoever has moved already wants to stay.
                          if (file && m_view.undoName().isEmpty()) applyView(*file, {});
                          m_keepTimer.start();
                      };
                  });
}

void Session::keepView() {
    m_keepTimer.stop();
    if (m_viewKey.empty() || m_keep == Keep::Nothing || m_loading) return;
    const auto trace = m_view.trace();
    if (!trace) return;
    m_viewText = viewFileText(m_view.state(), *trace, m_viewText);
    m_filePool.submit(
        [path = stateFolder() + "/views/" + m_viewKey + ".kscope", text = m_viewText] {
            // Kept as a convenience: a full disk is no reason to disturb anyone.
            static_cast<void>(writeSmallFile(path, text));
        });
}

void Session::keepViewNow() {
    if (m_keepTimer.isActive()) keepView();
    std::promise<void> written;
    m_filePool.submit([&written] { written.set_value(); });
    written.get_future().wait();
}

void Session::saveView(const QString& path) {
    const auto trace = m_view.trace();
    if (!trace) return;
    m_filePool.submit([this, path, state = m_view.state(), trace, before = m_viewText] {
        const auto text = viewFileText(state, *trace, before);
        const auto done = writeSmallFile(path.toStdString(), text);
        QMetaObject::invokeMethod(
            this,
            [this, path, done] {
                if (done) emit saved(path);
                else emit failed(QString::fromStdString(done.error().message));
            },
            Qt::QueuedConnection);
    });
}

void Session::loadView(const QString& path) {
    const auto trace = m_view.trace();
    if (!trace) return;
    m_viewJob.run(m_filePool, [this, path, trace](std::stop_token) -> views::LatestJob::Delivery {
        const auto text = readSmallFile(path.toStdString());
        auto file = text ? readViewFile(*text, *trace) : tl::unexpected(text.error());
        return [this, path, file = std::move(file)] {
            if (!file) {
                emit failed(tr("%1: %2").arg(QFileInfo(path).fileName(),
                                             QString::fromStdString(file.error().message)));
                return;
            }
            applyView(*file, tr("Load View"));
            QStringList misfits;
            for (const auto& line : file->misfits) misfits << QString::fromStdString(line);
            emit viewLoaded(misfits);
        };
    });
}

// Recent traces

namespace {

/// Busy share of each CPU (at most eight) in equal stretches of the trace, from the level-of-detail
/// index.
std::vector<std::uint8_t> busyPicture(const model::Trace& trace) {
    constexpr std::size_t kMostRows = 4;
    constexpr auto kColumns = RecentTrace::kBusyColumns;
    const auto range = trace.range();
    const auto cell =
        std::max<std::int64_t>(range.length().count() / static_cast<std::int64_t>(kColumns), 1);
    std::vector<std::uint8_t> out;
    for (std::size_t row = 0; row < std::min(trace.cpus().size(), kMostRows); ++row) {
        std::vector<double> busy(kColumns, 0.0);
        const auto add = [&](std::int64_t begin, std::int64_t end, double share) {
            for (auto at = begin; at < end;) {
                const auto column = std::clamp<std::int64_t>((at - model::toNs(range.begin)) / cell,
                                                             0, kColumns - 1);
                const auto stop =
                    std::max(at + 1, std::min(end, model::toNs(range.begin) + (column + 1) * cell));
                busy[static_cast<std::size_t>(column)] += share * static_cast<double>(stop - at);
                at = column == static_cast<std::int64_t>(kColumns) - 1 ? end : stop;
            }
        };
        struct Sink {
            const model::Trace& trace;
            const decltype(add)& addBusy;
            void slice(const model::LaneSpan& span) { small(span); }
            void small(const model::LaneSpan& span) {
                if (span.value == model::kCpuUnknown) return;
                const model::TaskId task{span.value & ~model::kCpuGuessed};
                if (raw(task) < trace.tasks().size() && !trace.task(task).idle())
                    addBusy(span.begin, span.end, 1.0);
            }
            void fold(std::int64_t begin, std::int64_t end, const model::LodNode& node) {
                if (end > begin)
                    addBusy(begin, end,
                            std::min(1.0, static_cast<double>(node.busy) /
                                              static_cast<double>(end - begin)));
            }
        };
        trace.cpuLane(trace.cpus()[row]).walk(range, cell, cell, Sink{trace, add});
        for (const double sum : busy)
            out.push_back(static_cast<std::uint8_t>(
                std::clamp(sum / static_cast<double>(cell), 0.0, 1.0) * 255.0));
    }
    return out;
}

}  // namespace

void Session::remember() {
    const auto trace = m_view.trace();
    if (m_keep == Keep::Nothing || !trace) return;
    RecentTrace recent;
    for (const auto& source : m_sources) {
        if (source.path == "-") return;
        auto absolute = source;
        absolute.path =
            QFileInfo(QString::fromStdString(source.path)).absoluteFilePath().toStdString();
        recent.sources.push_back(sourceSpecText(absolute));
    }
    recent.kind = trace->sources().front().kind;
    for (const auto& source : trace->sources()) recent.bytes += source.bytes;
    recent.events = trace->events();
    recent.cpus = trace->cpus().size();
    recent.lengthNs = trace->range().length().count();
    recent.openedMs = QDateTime::currentMSecsSinceEpoch();
    m_filePool.submit([recent = std::move(recent), trace]() mutable {
        recent.busy = busyPicture(*trace);
        rememberRecent(stateFolder(), std::move(recent));
    });
}

void Session::readRecentTraces() {
    m_filePool.submit([this, folder = QCoreApplication::applicationDirPath().toStdString()] {
        auto traces =
            m_keep == Keep::Nothing ? std::vector<RecentTrace>() : readRecent(stateFolder());
        auto samples = sampleTraces(folder);
        QMetaObject::invokeMethod(
            this,
            [this, traces = std::move(traces), samples = std::move(samples)]() mutable {
                m_recent = std::move(traces);
                m_samples = std::move(samples);
                emit recentRead();
            },
            Qt::QueuedConnection);
    });
}

void Session::pinRecentTrace(const RecentTrace& trace, Pin pin) {
    m_filePool.submit([sources = trace.sources, pin] { pinRecent(stateFolder(), sources, pin); });
    readRecentTraces();
}

}  // namespace kscope::app
