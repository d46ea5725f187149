// SPDX-License-Identifier: GPL-3.0-or-later
/// A view on paper.
#pragma once

#include "views/timeline/picture.h"

#include <QSize>

class QPrinter;

namespace kscope::app {

/// The light picture of `view` that fills a page of `page` dots.
[[nodiscard]] views::ExportRequest printRequest(const views::TraceView& view, QSize page,
                                                int dotsPerInch);
/// One page. False where the printer takes nothing.
[[nodiscard]] bool printPicture(const model::Trace& trace, const views::TraceView& view,
                                QPrinter& printer);

}  // namespace kscope::app
