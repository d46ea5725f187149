// SPDX-License-Identifier: GPL-3.0-or-later
/// The words of an alignment, and how it is applied.
#include "app/window/auto_align.h"

#include "app/session/shift_history.h"
#include "model/core/format.h"
#include "model/derive/align.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QPointer>

#include <cstdlib>

namespace kscope::app {
namespace {

QString sourceName(const model::Trace& trace, model::SourceId id) {
    return QFileInfo(QString::fromStdString(trace.sources()[raw(id)].path)).fileName();
}

QString shiftWords(std::int64_t ns) {
    return QLatin1Char(ns < 0 ? '-' : '+') +
           QString::fromStdString(model::formatSeconds(model::timestampNs(std::abs(ns)))) +
           QStringLiteral(" s");
}

}  // namespace

AlignOutcome alignOutcome(const model::Trace& trace) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("AutoAlign", text); };
    AlignOutcome outcome;
    for (const auto& source : trace.sources()) outcome.shifts.push_back(source.offsetNs);
    const auto found = model::sourcesWithBlocks(trace);
    if (found.size() < 2) {
        outcome.words = tr("Align: two sources with block requests are needed");
        return outcome;
    }
    QStringList words;
    for (std::size_t i = 1; i < found.size(); ++i) {
        const auto alignment = model::alignByBlocks(trace, found[0], found[i]);
        const auto moved = sourceName(trace, found[i]);
        const auto fixed = sourceName(trace, found[0]);
        if (!alignment.found) {
            words << tr("%1 and %2 share no requests (%3 of %4 records agree)")
                         .arg(moved, fixed)
                         .arg(alignment.matches)
                         .arg(alignment.records);
            continue;
        }
        outcome.shifts[raw(found[i])] += alignment.shift;
        outcome.moves |= alignment.shift != 0;
        words << tr("%1 shifted by %2 onto %3: %4 of %5 records match, residual %6")
                     .arg(moved, shiftWords(alignment.shift), fixed)
                     .arg(alignment.matches)
                     .arg(alignment.records)
                     .arg(QString::fromStdString(
                         model::formatDuration(model::Duration{alignment.residual})));
    }
    outcome.words = words.join(QStringLiteral("; "));
    return outcome;
}

void autoAlign(Session& session, std::function<void(const QString&)> say) {
    const auto trace = session.view().trace();
    if (!trace) return;
    say(QCoreApplication::translate("AutoAlign", "Looking for requests that the sources share…"));
    views::PaneWork::of(&session.view())
        ->jobs()
        .submit([trace, say = std::move(say), self = QPointer(&session)] {
            const auto outcome = alignOutcome(*trace);
            if (auto* const application = QCoreApplication::instance())
                QMetaObject::invokeMethod(application, [self, say, outcome] {
                    if (!self) return;
                    if (outcome.moves)
                        ShiftHistory::of(*self).set(
                            outcome.shifts,
                            QCoreApplication::translate("AutoAlign", "Align by Block Requests"));
                    say(outcome.words);
                });
        });
}

}  // namespace kscope::app
