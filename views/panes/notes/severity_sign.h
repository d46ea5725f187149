// SPDX-License-Identifier: GPL-3.0-or-later
/// The signs of notes as paths: octagon, triangle, question mark, i. Colour is never alone.
#pragma once

#include "model/core/diagnostics.h"
#include "views/theme/theme.h"

#include <QIcon>
#include <QPainter>
#include <QWidget>

namespace kscope::views {

[[nodiscard]] Rgb severityColour(const Theme& colours, model::Severity severity);
[[nodiscard]] QString severityWord(model::Severity severity, int count);  ///< "1 error", "2 losses"
void paintSeverity(QPainter& painter, const QRectF& box, model::Severity severity, Rgb colour);
[[nodiscard]] QIcon severityIcon(const Theme& colours, model::Severity severity, double ratio);

class SeveritySign : public QWidget {
    Q_OBJECT
public:
    SeveritySign(model::Severity severity, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    model::Severity m_severity;
};

}  // namespace kscope::views
