// SPDX-License-Identifier: GPL-3.0-or-later
/// What table, details, notes and strip share in their look: the theme in force, texts from bytes,
/// times as chosen.
#pragma once

#include "model/items/row_text.h"
#include "views/state/trace_view.h"
#include "views/theme/theme.h"

#include <QString>
#include <QWidget>

#include <string_view>

namespace kscope::views {

/// The theme whose palette the widget has: the palette is set from the tokens, so panes follow it
/// by themselves.
[[nodiscard]] const Theme& themeOf(const QWidget& widget);
/// "#rrggbb" for style sheets and rich text.
[[nodiscard]] QString hex(Rgb colour);
/// Bytes of a trace, safe to show.
[[nodiscard]] QString shown(std::string_view bytes);
/// Times as the view's format says; wall clock falls back to absolute where no source knows it.
[[nodiscard]] items::TimeStyle timeStyleOf(const TraceView& view);
[[nodiscard]] QString timeString(const TraceView& view,
                                 model::Timestamp time);  ///< With its unit: "25.806 ms".
/// "postgres 2211", "idle" for an idle task.
[[nodiscard]] QString taskName(const model::Trace& trace, model::TaskId task);
/// Grid-aligned hairline: one device pixel at 100 and 150 %, two at 200 %, in logical pixels.
[[nodiscard]] double hairline(const QWidget& widget);
/// Hands a filter to the whole view: `term` joined with && to the one in force.
void addFilterTerm(TraceView& view, const QString& term);
/// `text` as a word of the filter language: quoted, quotes and backslashes escaped.
[[nodiscard]] QString filterWord(const QString& text);

}  // namespace kscope::views
