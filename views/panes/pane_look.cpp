// SPDX-License-Identifier: GPL-3.0-or-later
/// What table, details, notes and strip share in their look.
#include "views/panes/pane_look.h"

#include "model/words/axis_words.h"

#include <QCoreApplication>
#include <QPalette>

#include <algorithm>
#include <cmath>

namespace kscope::views {

const Theme& themeOf(const QWidget& widget) {
    const bool dark = widget.palette().color(QPalette::Window).lightness() < 128;
    return theme(dark ? ThemeKind::Dark : ThemeKind::Light);
}

QString hex(Rgb colour) { return QColor::fromRgb(colour).name(); }

QString shown(std::string_view bytes) {
    auto text = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
    for (auto& c : text)
        if ((c.unicode() < 0x20 && c != QLatin1Char('\n')) || c.unicode() == 0x7f)
            c = QLatin1Char(' ');
    return text;
}

items::TimeStyle timeStyleOf(const TraceView& view) {
    if (!view.trace()) return {};
    const auto& trace = *view.trace();
    switch (view.state().timeFormat) {
    case TimeFormat::SinceStart: return items::timeStyle(trace, toNs(trace.range().begin));
    case TimeFormat::SinceCursorA:
        return items::timeStyle(trace, toNs(view.state().cursorA.value_or(trace.range().begin)));
    case TimeFormat::WallClock: return items::timeOfDayStyle(trace);
    case TimeFormat::Absolute: break;
    }
    return items::timeStyle(trace, 0);
}

QString timeString(const TraceView& view, model::Timestamp time) {
    const auto style = timeStyleOf(view);
    if (style.unit == items::TimeStyle::Unit::Ticks && view.trace())
        return shown(items::timeText(style, time)) + QLatin1Char(' ') +
               shown(model::countUnit(*view.trace()));
    return shown(items::timeWithUnit(style, time));
}

QString taskName(const model::Trace& trace, model::TaskId task) {
    if (task == model::kNoTask)
        return QCoreApplication::translate("kscope::views::Pane", "unknown task");
    const auto& info = trace.task(task);
    if (info.idle()) return QCoreApplication::translate("kscope::views::Pane", "idle");
    return shown(trace.text(info.comm)) + QLatin1Char(' ') + QString::number(raw(info.tid));
}

double hairline(const QWidget& widget) {
    const double ratio = widget.devicePixelRatioF();
    return std::max(1.0, std::floor(ratio + 0.25)) / ratio;
}

void addFilterTerm(TraceView& view, const QString& term) {
    auto state = view.state();
    const auto before = state.filter.trimmed();
    if (before.isEmpty()) state.filter = term;
    else if (before.contains(QLatin1String("||")))
        state.filter = QStringLiteral("(%1) && %2").arg(before, term);
    else state.filter = before + QStringLiteral(" && ") + term;
    view.setState(state, QCoreApplication::translate("kscope::views::Pane", "Filter"));
}

QString filterWord(const QString& text) {
    auto word = text;
    word.replace(QLatin1Char('\\'), QLatin1String("\\\\"))
        .replace(QLatin1Char('"'), QLatin1String("\\\""));
    return QLatin1Char('"') + word + QLatin1Char('"');
}

}  // namespace kscope::views
