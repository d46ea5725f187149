// SPDX-License-Identifier: GPL-3.0-or-later
/// Pictures of a trace as files: what the window shows, at any size, with title, range, clock and
/// legend.
#pragma once

#include "model/core/result.h"
#include "views/state/trace_view.h"
#include "views/theme/theme.h"
#include "views/timeline/lane_match.h"

#include <QImage>

#include <string>
#include <string_view>
#include <vector>

namespace kscope::views {

enum class Legend : std::uint8_t { Show, Hide };

/// What an exported picture shows. Defaults are those of `kernelscope export`.
struct ExportRequest {
    Pane pane = Pane::Timeline;
    int width = 1920;  ///< Logical pixels; 320…16384.
    int height = 1080;
    double scale = 1.0;  ///< Device pixels a logical one, 0.5…8.
    ThemeKind theme = ThemeKind::Light;
    /// Window, cursors, bookmarks, order, height of lanes and time format; the rest of the view. An
    /// empty window: the whole trace.
    ViewState view;
    /// `cpu,task:2211,task:java*,event:sched_*`, in this order; "all": every lane; empty:
    /// `view.lanes`, else the default lanes.
    std::string lanes;
    std::string title;  ///< Empty: the names of the sources.
    Legend legend = Legend::Show;
    std::string version;          ///< Of the program, for the foot: "KernelScope 0.1.0".
    model::RowSetPtr filterRows;  ///< Null: all.
};

/// Needs a QGuiApplication (the offscreen platform will do). Fails on sizes out of range and
/// patterns that fit nothing.
[[nodiscard]] model::Result<QImage> renderPicture(const model::Trace& trace,
                                                  const ExportRequest& request);
/// Both write a temporary file beside `path` and rename it. 8-bit RGB or palette, whichever is
/// smaller.
[[nodiscard]] model::Result<void> writePng(const model::Trace& trace, const ExportRequest& request,
                                           const std::string& path);
/// Text stays text. More than 50 000 shapes are folded: the lanes are drawn at a coarser grid until
/// they fit.
[[nodiscard]] model::Result<void> writeSvg(const model::Trace& trace, const ExportRequest& request,
                                           const std::string& path);
/// `lane,begin_ns,end_ns,kind,tid,comm,label`, one row a span of the lanes that the picture would
/// show, clipped by no pixel: every span that touches the window, with its own begin and end.
[[nodiscard]] model::Result<void> writeCsv(const model::Trace& trace, const ExportRequest& request,
                                           const std::string& path);

}  // namespace kscope::views
