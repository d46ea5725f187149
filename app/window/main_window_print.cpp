// SPDX-License-Identifier: GPL-3.0-or-later
/// Printing what is seen.
#include "app/window/main_window.h"
#include "app/window/printing.h"
#include "app/window/qt_text.h"

#include <QPainter>
#include <QPrintDialog>
#include <QPrinter>

namespace kscope::app {

views::ExportRequest printRequest(const views::TraceView& view, QSize page, int dotsPerInch) {
    views::ExportRequest request;
    // As large as on a screen of 96 dots an inch, with the printer's dots; more than 300 an inch
    // costs memory that nobody sees.
    request.scale = std::clamp(std::min(dotsPerInch, 300) / 96.0, 1.0, 4.0);
    const double paper = std::max(dotsPerInch, 1) / 96.0;
    request.width = std::clamp(static_cast<int>(page.width() / paper), 320, 4096);
    request.height = std::clamp(static_cast<int>(page.height() / paper), 200, 4096);
    request.theme = views::ThemeKind::Light;
    request.view = view.state();
    request.filterRows = view.filterRows();
    request.version = "KernelScope " KSCOPE_VERSION;
    return request;
}

bool printPicture(const model::Trace& trace, const views::TraceView& view, QPrinter& printer) {
    const auto page = printer.pageLayout().paintRectPixels(printer.resolution());
    const auto picture =
        views::renderPicture(trace, printRequest(view, page.size(), printer.resolution()));
    if (!picture) return false;
    QPainter painter;
    if (!painter.begin(&printer)) return false;
    const auto shown = picture->size().scaled(page.size(), Qt::KeepAspectRatio);
    painter.drawImage(QRect(QPoint(0, 0), shown), *picture);
    return painter.end();
}

void MainWindow::printView() {
    const auto trace = m_session->view().trace();
    if (!trace) return;
    QPrinter printer(QPrinter::HighResolution);
    printer.setDocName(m_session->title());
    printer.setPageOrientation(QPageLayout::Landscape);
    QPrintDialog dialog(&printer, this);
    if (dialog.exec() != QDialog::Accepted) return;
    if (printPicture(*trace, m_session->view(), printer)) say(tr("Printed"));
    else tell(tr("The picture can't be printed: the printer or its file takes nothing."));
}

}  // namespace kscope::app
