// SPDX-License-Identifier: GPL-3.0-or-later
/// What can be done with rows: menus, copy, drag, export.
#include "views/panes/event_table/event_rows.h"
#include "views/panes/event_table/event_table.h"
#include "views/panes/pane_look.h"

#include <QApplication>
#include <QClipboard>
#include <QDrag>
#include <QFileDialog>
#include <QMenu>
#include <QMimeData>
#include <QProgressBar>
#include <QSaveFile>
#include <QTimer>
#include <QToolButton>

#include <atomic>

namespace kscope::views {
namespace {

/// Rows that a drag or the clipboard takes at most: some 200 MB of text.
constexpr std::uint64_t kMostCopied = 1'000'000;
/// Rows that are read at once for a drag, which can't wait.
constexpr std::uint64_t kMostDragged = 500;

}  // namespace

items::RowJob EventTable::rowJob(items::RowTextStyle style) const {
    items::RowJob job{
        .trace = m_model->trace(), .rows = m_model->rowSet(), .runs = {}, .style = style};
    const auto& runs = m_rows->selection().runs();
    const bool many =
        runs.size() > 1 || (runs.size() == 1 && runs.front().first != runs.front().last);
    if (many) job.runs = runs;
    else if (const auto span = m_model->span()) job.runs = {*span};
    return job;
}

void EventTable::copySelection() {
    if (!m_view->trace() || m_rows->selection().empty()) return;
    auto job = rowJob(items::RowTextStyle::Tabs);
    job.runs = m_rows->selection().runs();
    if (items::rowCount(job) > kMostCopied) {
        emit m_view->status(tr("Too many rows for the clipboard: export them to a file instead."));
        return;
    }
    m_copy.run(m_work->jobs(), [job](std::stop_token stop) {
        std::string text;
        const bool whole =
            items::writeRows(job, std::move(stop),
                             [&text](std::string_view piece) { return text += piece, true; }, {});
        if (!whole) return LatestJob::Delivery();
        return LatestJob::Delivery(
            [text = QString::fromStdString(text)] { QApplication::clipboard()->setText(text); });
    });
}

void EventTable::dragSelection() {
    if (!m_view->trace()) return;
    // A drag is given its text at the start; of many rows only the columns, whose text is at hand.
    QString text;
    std::uint64_t rows = 0;
    for (const auto& run : m_rows->selection().runs()) {
        for (auto at = raw(run.first); at <= raw(run.last) && rows < kMostDragged; ++at) {
            if (m_model->rowSet() && !m_model->rowSet()->contains(model::EventIndex{at})) continue;
            const auto event = m_view->trace()->event(model::EventIndex{at});
            QStringList cells;
            for (int column = 0; column < kEventColumns; ++column)
                if (static_cast<EventColumn>(column) != EventColumn::Delta)
                    cells.append(m_model->text(event, static_cast<EventColumn>(column))
                                     .replace(QLatin1Char('\t'), QLatin1Char(' ')));
            text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
            ++rows;
        }
    }
    auto* mime = new QMimeData;
    mime->setText(text);
    auto* drag = new QDrag(this);
    drag->setMimeData(mime);
    drag->exec(Qt::CopyAction);
}

void EventTable::exportRows() {
    if (!m_view->trace() || m_model->rows() == 0 || exporting()) return;
    QString kind;
    const auto csv = tr("Comma separated (*.csv)"), tabs = tr("Tab separated (*.tsv)");
    const auto name = QFileDialog::getSaveFileName(
        this, tr("Export Rows"), QStringLiteral("events.csv"), csv + ";;" + tabs, &kind);
    if (name.isEmpty()) return;
    auto file = std::make_unique<QSaveFile>(name);
    if (!file->open(QIODevice::WriteOnly)) {
        emit m_view->status(tr("%1 can't be written: %2").arg(name, file->errorString()));
        return;
    }
    const bool tab = name.endsWith(QLatin1String(".tsv")) ||
                     (kind == tabs && !name.endsWith(QLatin1String(".csv")));
    exportTo(std::move(file), tab ? items::RowTextStyle::TabsWithHead : items::RowTextStyle::Csv,
             [this, name](const QString& fault) {
                 emit m_view->status(fault.isEmpty() ? tr("Rows written to %1").arg(name) : fault);
             });
}

void EventTable::exportTo(std::unique_ptr<QIODevice> device, items::RowTextStyle style,
                          std::function<void(const QString&)> done) {
    if (exporting() || !m_view->trace()) return;
    const auto job = rowJob(style);
    const auto total = std::max<std::uint64_t>(1, items::rowCount(job));
    m_exportStop = std::make_shared<std::stop_source>();
    m_exportDone = std::move(done);
    auto share = std::make_shared<std::atomic<std::uint64_t>>(0);
    auto* tick = new QTimer(this);
    // look.md: work shorter than 0.4 s shows nothing.
    connect(tick, &QTimer::timeout, this, [this, share, total] {
        m_progress->setValue(static_cast<int>(*share * 1000 / total));
        m_progress->show();
        m_cancel->show();
    });
    tick->start(400);
    m_export.run(m_work->jobs(),
                 [this, job, share, tick = QPointer(tick), stop = m_exportStop,
                  device = std::shared_ptr<QIODevice>(std::move(device))](std::stop_token gone) {
                     const auto sink = [&](std::string_view piece) {
                         if (gone.stop_requested()) return false;
                         return device->write(piece.data(), static_cast<qint64>(piece.size())) ==
                                static_cast<qint64>(piece.size());
                     };
                     const bool whole = items::writeRows(
                         job, stop->get_token(), sink, [&](std::uint64_t rows) { *share = rows; });
                     QString fault;
                     auto* file = qobject_cast<QSaveFile*>(device.get());
                     if (!whole) {
                         fault = stop->stop_requested() || gone.stop_requested()
                                     ? tr("The export was cancelled; nothing was written.")
                                     : device->errorString();
                         if (file != nullptr) file->cancelWriting();
                     }
                     // Half a file never takes the place of a whole one.
                     if (file != nullptr && !file->commit() && fault.isEmpty())
                         fault = file->errorString();
                     return LatestJob::Delivery([this, fault, tick] {
                         delete tick.data();
                         exportFinished(fault);
                     });
                 });
}

void EventTable::cancelExport() {
    if (m_exportStop) m_exportStop->request_stop();
}

void EventTable::exportFinished(const QString& fault) {
    m_progress->hide();
    m_cancel->hide();
    m_exportStop.reset();
    const auto done = std::exchange(m_exportDone, {});
    if (done) done(fault);
}

void EventTable::addFilterMenu(QMenu& menu, model::EventIndex index) {
    const auto& trace = *m_view->trace();
    const auto event = trace.event(index);
    auto* filter = menu.addMenu(tr("Filter"));
    const auto name = filterWord(shown(trace.text(event.name)));
    const auto add = [this, filter](const QString& text, const QString& term) {
        connect(filter->addAction(text), &QAction::triggered, this,
                [this, term] { addFilterTerm(*m_view, term); });
    };
    add(tr("This Kind"), QStringLiteral("event == %1").arg(name));
    if (event.task != model::kNoTask)
        add(tr("This Task"), QStringLiteral("tid == %1").arg(raw(trace.task(event.task).tid)));
    if (event.cpu != model::kUnknownCpu)
        add(tr("This CPU"), QStringLiteral("cpu == %1").arg(raw(event.cpu)));
    add(tr("Not This Kind"), QStringLiteral("event != %1").arg(name));
}

void EventTable::showMenu(const QPoint& globalPos) {
    if (!m_view->trace()) return;
    QMenu menu(this);
    if (const auto current = m_rows->current()) {
        const auto event = m_view->trace()->event(*current);
        auto* go = menu.addAction(tr("Go There"));
        menu.setDefaultAction(go);
        connect(go, &QAction::triggered, this, [this, event] { goTo(event.index); });
        connect(menu.addAction(tr("Next of This Kind") + QStringLiteral("\t}")),
                &QAction::triggered, this, [this] { m_rows->stepKind(1); });
        connect(menu.addAction(tr("Cursor A Here") + QStringLiteral("\t,")), &QAction::triggered,
                this, [this, event] {
                    m_view->setCursors(event.time, m_view->state().cursorB, tr("Cursor A"));
                });
        connect(menu.addAction(tr("Cursor B Here") + QStringLiteral("\t.")), &QAction::triggered,
                this, [this, event] {
                    m_view->setCursors(m_view->state().cursorA, event.time, tr("Cursor B"));
                });
        addFilterMenu(menu, *current);
        auto* copy = menu.addMenu(tr("Copy"));
        connect(copy->addAction(tr("Row") + QStringLiteral("\tCtrl+C")), &QAction::triggered, this,
                &EventTable::copySelection);
        connect(copy->addAction(tr("Fields")), &QAction::triggered, this,
                [this, event] { copyText(event, CopyPart::Fields); });
        connect(copy->addAction(tr("Sentence")), &QAction::triggered, this,
                [this, event] { copyText(event, CopyPart::Sentence); });
        connect(copy->addAction(tr("Raw Line")), &QAction::triggered, this,
                [this, event] { copyText(event, CopyPart::Raw); });
        connect(menu.addAction(tr("Bookmark") + QStringLiteral("\tM")), &QAction::triggered, this,
                [this, event] { m_view->addBookmark(event.time, QString()); });
        menu.addSeparator();
    }
    connect(menu.addAction(tr("Export Rows\u2026")), &QAction::triggered, this,
            &EventTable::exportRows);
    connect(menu.addAction(tr("Select All") + QStringLiteral("\tCtrl+A")), &QAction::triggered,
            this, [this] { m_rows->selectAll(); });
    menu.exec(globalPos);
}

void EventTable::copyText(const model::Event& event, CopyPart part) {
    m_copy.run(m_work->jobs(), [trace = m_view->trace(), event, part](std::stop_token) {
        QString text;
        if (part == CopyPart::Raw) {
            const auto& source = trace->sources()[raw(event.source)].text;
            const auto read = source ? source->eventText(event.position)
                                     : model::failure("the source has no text");
            text = shown(read ? read->line : read.error().message);
        } else {
            const auto row = items::readRowText(*trace, event);
            text = part == CopyPart::Fields ? row.fields : row.sentence;
        }
        return LatestJob::Delivery([text] { QApplication::clipboard()->setText(text); });
    });
}

}  // namespace kscope::views
