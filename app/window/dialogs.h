// SPDX-License-Identifier: GPL-3.0-or-later
/// Dialogs of the window: export of a picture, a trace for this axis, bookmarks, properties.
#pragma once

#include "app/session/session.h"
#include "views/timeline/picture.h"

#include <QDialog>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace kscope::app {

/// What to export, as chosen: the request without rows, and the file.
enum class ExportWhat : std::uint8_t { Timeline, Cpus, CallTimeline, FlameGraph };
enum class ExportSpan : std::uint8_t { Seen, Range, Whole };

class ExportDialog : public QDialog {
    Q_OBJECT
public:
    /// `offered`: what can be written, the one that is meant first in front.
    ExportDialog(views::ThemeKind theme, QSize seen, const std::vector<ExportWhat>& offered,
                 QWidget* parent);
    [[nodiscard]] ExportWhat what() const;
    void setWhat(ExportWhat what);
    [[nodiscard]] ExportSpan span() const;
    [[nodiscard]] QString path() const;
    void setPath(const QString& path);
    void fill(views::ExportRequest& request, const views::TraceView& view) const;

private:
    void check();
    [[nodiscard]] QString endings() const;  ///< That `what` can be written with.
    QLineEdit* m_path;
    QComboBox* m_what;
    QComboBox* m_range;
    QComboBox* m_theme;
    QComboBox* m_scale;
    QSpinBox* m_width;
    QSpinBox* m_height;
    QCheckBox* m_legend;
    QLabel* m_fault;
    QPushButton* m_save;
};

/// A file and how far its times are shifted.
class AddTraceDialog : public QDialog {
    Q_OBJECT
public:
    AddTraceDialog(const std::vector<SourceSpec>& open, const QString& added, QWidget* parent);
    /// Shifts of all, those open first; the last is the added one.
    [[nodiscard]] std::vector<std::int64_t> shifts() const;

private:
    void check();
    std::vector<QLineEdit*> m_shifts;
    QLabel* m_fault;
    QPushButton* m_add;
};

/// Stays open beside the window: rename, go there, delete.
class BookmarksDialog : public QDialog {
    Q_OBJECT
public:
    BookmarksDialog(views::TraceView& view, QWidget* parent);

private:
    void refresh();
    views::TraceView& m_view;
    QTableWidget* m_table;
    bool m_filling = false;
};

/// File, clock, CPUs, counts: what `info` says of it, to read and to copy.
[[nodiscard]] QString propertiesText(const model::Trace& trace);
void goToBookmark(views::TraceView& view, std::size_t index);

}  // namespace kscope::app
