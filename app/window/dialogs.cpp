// SPDX-License-Identifier: GPL-3.0-or-later
/// Dialogs of the window.
#include "app/window/dialogs.h"

#include "app/session/task_count.h"
#include "app/window/look.h"
#include "app/window/qt_text.h"
#include "model/core/format.h"
#include "model/words/axis_words.h"
#include "views/panes/pane_look.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

namespace kscope::app {

namespace {

QLabel* faultLabel(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    auto colours = label->palette();
    colours.setColor(QPalette::WindowText, QColor::fromRgb(currentTokens().statusError));
    label->setPalette(colours);
    return label;
}

}  // namespace

// Export

ExportDialog::ExportDialog(views::ThemeKind theme, QSize seen,
                           const std::vector<ExportWhat>& offered, QWidget* parent)
    : QDialog(parent),
      m_path(new QLineEdit(this)),
      m_what(new QComboBox(this)),
      m_range(new QComboBox(this)),
      m_theme(new QComboBox(this)),
      m_scale(new QComboBox(this)),
      m_width(new QSpinBox(this)),
      m_height(new QSpinBox(this)),
      m_legend(new QCheckBox(tr("Title, range and legend"), this)),
      m_fault(faultLabel(this)) {
    setWindowTitle(tr("Export Picture"));
    for (const auto what : offered)
        m_what->addItem(what == ExportWhat::Timeline       ? tr("Timeline")
                        : what == ExportWhat::Cpus         ? tr("CPUs only")
                        : what == ExportWhat::CallTimeline ? tr("Call timeline")
                                                           : tr("Flame graph"),
                        static_cast<int>(what));
    m_range->addItems({tr("What is seen"), tr("The range A to B"), tr("Whole trace")});
    m_theme->addItems({tr("Dark"), tr("Light, for paper")});
    m_theme->setCurrentIndex(theme == views::ThemeKind::Dark ? 0 : 1);
    m_scale->addItems({QStringLiteral("1×"), QStringLiteral("2×"), QStringLiteral("3×")});
    // Limits of ExportRequest.
    m_width->setRange(320, 16384);
    m_height->setRange(200, 16384);
    m_width->setValue(std::max(seen.width(), 320));
    m_height->setValue(std::max(seen.height(), 200));
    m_legend->setChecked(true);
    auto* browse = new QPushButton(tr("Choose…"), this);
    connect(browse, &QPushButton::clicked, this, [this] {
        const auto chosen =
            QFileDialog::getSaveFileName(this, tr("Export Picture"), m_path->text(),
                                         tr("Pictures and data (%1)").arg(endings()));
        if (!chosen.isEmpty()) setPath(chosen);
    });
    auto* file = new QHBoxLayout;
    file->addWidget(m_path, 1);
    file->addWidget(browse);
    auto* size = new QHBoxLayout;
    size->addWidget(m_width);
    size->addWidget(new QLabel(QStringLiteral("×"), this));
    size->addWidget(m_height);
    size->addWidget(m_scale);
    auto* form = new QFormLayout;
    form->addRow(tr("File"), file);
    form->addRow(tr("What"), m_what);
    form->addRow(tr("Range"), m_range);
    form->addRow(tr("Size"), size);
    form->addRow(tr("Theme"), m_theme);
    form->addRow(QString(), m_legend);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    m_save = buttons->button(QDialogButtonBox::Save);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_path, &QLineEdit::textChanged, this, &ExportDialog::check);
    connect(m_what, &QComboBox::currentIndexChanged, this, &ExportDialog::check);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_fault);
    column->addWidget(buttons);
    check();
}

QString ExportDialog::path() const { return m_path->text().trimmed(); }

void ExportDialog::setPath(const QString& path) { m_path->setText(path); }

ExportWhat ExportDialog::what() const {
    return static_cast<ExportWhat>(m_what->currentData().toInt());
}

void ExportDialog::setWhat(ExportWhat what) {
    m_what->setCurrentIndex(m_what->findData(static_cast<int>(what)));
}

ExportSpan ExportDialog::span() const { return static_cast<ExportSpan>(m_range->currentIndex()); }

QString ExportDialog::endings() const {
    switch (what()) {
    case ExportWhat::FlameGraph:
        return QStringLiteral("*.png *.svg *.folded *.json *.chrome.json *.perfetto.json");
    case ExportWhat::CallTimeline:
        return QStringLiteral("*.png *.svg *.csv *.chrome.json *.perfetto.json");
    default: return QStringLiteral("*.png *.svg *.csv");
    }
}

void ExportDialog::check() {
    const auto name = path();
    bool known = false;
    QStringList words;
    for (const auto& ending : endings().split(QLatin1Char(' '))) {
        words << ending.mid(1);
        known = known || name.endsWith(ending.mid(1), Qt::CaseInsensitive);
    }
    m_fault->setText(known ? QString()
                           : tr("The file's ending says what is written: %1.")
                                 .arg(words.join(QLatin1String(", "))));
    m_save->setEnabled(known);
    // SVG is for paper, unless someone says otherwise afterwards.
    if (name.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) m_theme->setCurrentIndex(1);
}

void ExportDialog::fill(views::ExportRequest& request, const views::TraceView& view) const {
    request.pane = what() == ExportWhat::Cpus ? views::Pane::CpuSched : views::Pane::Timeline;
    request.width = m_width->value();
    request.height = m_height->value();
    request.scale = 1.0 + m_scale->currentIndex();
    request.theme = m_theme->currentIndex() == 0 ? views::ThemeKind::Dark : views::ThemeKind::Light;
    request.legend = m_legend->isChecked() ? views::Legend::Show : views::Legend::Hide;
    request.view = view.state();
    if (m_range->currentIndex() == 1 && view.range()) request.view.window = *view.range();
    if (m_range->currentIndex() == 2 && view.trace()) request.view.window = view.trace()->range();
}

// A further trace

AddTraceDialog::AddTraceDialog(const std::vector<SourceSpec>& open, const QString& added,
                               QWidget* parent)
    : QDialog(parent),
      m_fault(faultLabel(this)) {
    setWindowTitle(tr("Add Trace to This Time Axis"));
    auto* form = new QFormLayout;
    const auto addRow = [&](const QString& path, std::int64_t offsetNs) {
        auto* field = new QLineEdit(this);
        field->setPlaceholderText(tr("not shifted"));
        // "trace@+1.5s" → "+1.5s"
        if (offsetNs != 0) field->setText(text(sourceSpecText({"x", offsetNs})).mid(2));
        connect(field, &QLineEdit::textChanged, this, &AddTraceDialog::check);
        form->addRow(QFileInfo(path).fileName(), field);
        m_shifts.push_back(field);
    };
    for (const auto& source : open) addRow(text(source.path), source.offsetNs);
    if (added.isEmpty()) setWindowTitle(tr("Clock and Offsets"));
    else addRow(added, 0);
    auto* words = new QLabel(
        tr("Shift of each trace on the axis, as +1.5s or -200ms. Empty: by its own clock."), this);
    words->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_add = buttons->button(QDialogButtonBox::Ok);
    m_add->setText(added.isEmpty() ? tr("Shift") : tr("Add"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(words);
    column->addLayout(form);
    column->addWidget(m_fault);
    column->addWidget(buttons);
    m_shifts.back()->setFocus();
}

std::vector<std::int64_t> AddTraceDialog::shifts() const {
    std::vector<std::int64_t> out;
    for (const auto* field : m_shifts)
        out.push_back(parseShift(field->text().trimmed().toStdString()).value_or(0));
    return out;
}

void AddTraceDialog::check() {
    QString fault;
    for (const auto* field : m_shifts) {
        const auto shift = field->text().trimmed();
        if (shift.isEmpty()) continue;
        if (const auto parsed = parseShift(shift.toStdString()); !parsed)
            fault = text(parsed.error().message);
    }
    m_fault->setText(fault);
    m_add->setEnabled(fault.isEmpty());
}

// Bookmarks

void goToBookmark(views::TraceView& view, std::size_t index) {
    const auto& bookmarks = view.state().bookmarks;
    if (index >= bookmarks.size()) return;
    const auto at = bookmarks[index].time;
    const auto window = view.window();
    if (window.contains(at)) return;
    view.setWindow({at - window.length() / 2, at + (window.length() - window.length() / 2)},
                   BookmarksDialog::tr("Go to Bookmark"), views::TraceView::Undo::Record);
}

BookmarksDialog::BookmarksDialog(views::TraceView& view, QWidget* parent)
    : QDialog(parent),
      m_view(view),
      m_table(new QTableWidget(0, 3, this)) {
    setWindowTitle(tr("Bookmarks"));
    resize(460, 320);
    m_table->setHorizontalHeaderLabels({tr("No"), tr("Time"), tr("Text")});
    m_table->horizontalHeader()->setSectionResizeMode(2, QHeaderView::Stretch);
    m_table->verticalHeader()->hide();
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setAccessibleName(tr("Bookmarks"));
    auto* go = new QPushButton(tr("Go There"), this);
    auto* remove = new QPushButton(tr("Delete"), this);
    auto* close = new QPushButton(tr("Close"), this);
    auto* foot = new QHBoxLayout;
    foot->addWidget(go);
    foot->addWidget(remove);
    foot->addStretch(1);
    foot->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_table, 1);
    column->addLayout(foot);
    const auto jump = [this] {
        if (m_table->currentRow() >= 0)
            goToBookmark(m_view, static_cast<std::size_t>(m_table->currentRow()));
    };
    connect(go, &QPushButton::clicked, this, jump);
    connect(m_table, &QTableWidget::cellDoubleClicked, this, [jump](int, int column_) {
        if (column_ != 2) jump();
    });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(remove, &QPushButton::clicked, this, [this] {
        auto bookmarks = m_view.state().bookmarks;
        const auto row = m_table->currentRow();
        if (row < 0 || static_cast<std::size_t>(row) >= bookmarks.size()) return;
        bookmarks.erase(bookmarks.begin() + row);
        m_view.setBookmarks(std::move(bookmarks), tr("Delete Bookmark"));
    });
    connect(m_table, &QTableWidget::itemChanged, this, [this](QTableWidgetItem* item) {
        auto bookmarks = m_view.state().bookmarks;
        const auto row = static_cast<std::size_t>(item->row());
        if (m_filling || item->column() != 2 || row >= bookmarks.size()) return;
        bookmarks[row].text = item->text();
        m_view.setBookmarks(std::move(bookmarks), tr("Rename Bookmark"));
    });
    connect(&m_view, &views::TraceView::bookmarksChanged, this, &BookmarksDialog::refresh);
    connect(&m_view, &views::TraceView::traceChanged, this, &BookmarksDialog::refresh);
    connect(&m_view, &views::TraceView::formatChanged, this, &BookmarksDialog::refresh);
    refresh();
}

void BookmarksDialog::refresh() {
    m_filling = true;
    const auto& bookmarks = m_view.state().bookmarks;
    m_table->setRowCount(m_view.trace() ? static_cast<int>(bookmarks.size()) : 0);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto& bookmark = bookmarks[static_cast<std::size_t>(row)];
        auto* number = new QTableWidgetItem(QString::number(row + 1));
        auto* time = new QTableWidgetItem(views::timeString(m_view, bookmark.time));
        number->setFlags(number->flags() & ~Qt::ItemIsEditable);
        time->setFlags(time->flags() & ~Qt::ItemIsEditable);
        m_table->setItem(row, 0, number);
        m_table->setItem(row, 1, time);
        m_table->setItem(row, 2, new QTableWidgetItem(bookmark.text));
    }
    m_table->resizeColumnToContents(0);
    m_table->resizeColumnToContents(1);
    m_filling = false;
}

// Properties

QString propertiesText(const model::Trace& trace) {
    const auto count = [](std::uint64_t n) { return text(model::formatCount(n)); };
    const auto line = [](const QString& name, const QString& value) {
        return QStringLiteral("<tr><td style='padding:2px 16px 2px 0'>%1</td><td>%2</td></tr>")
            .arg(name.toHtmlEscaped(), value.toHtmlEscaped());
    };
    QString html;
    for (const auto& source : trace.sources()) {
        html += QStringLiteral("<p><b>%1</b></p><table>").arg(text(source.path).toHtmlEscaped());
        html += line(BookmarksDialog::tr("Kind"),
                     BookmarksDialog::tr("%1: %2").arg(text(source.kind), text(source.why)));
        const auto clock = source.clock.name.empty()
                               ? BookmarksDialog::tr("not named by the source")
                               : text(source.clock.name);
        html +=
            line(BookmarksDialog::tr("Clock"),
                 source.clock.counter ? BookmarksDialog::tr("%1, counts ticks").arg(clock) : clock);
        html += line(BookmarksDialog::tr("Size"), text(model::formatBytes(source.bytes)));
        html += line(BookmarksDialog::tr("Events"), count(source.events));
        html += line(BookmarksDialog::tr("Lost"), count(source.lost));
        html += line(BookmarksDialog::tr("From"),
                     text(model::formatSeconds(model::timestampNs(source.firstNs))) +
                         QStringLiteral(" s"));
        html += line(BookmarksDialog::tr("To"),
                     text(model::formatSeconds(model::timestampNs(source.lastNs))) +
                         QStringLiteral(" s"));
        if (source.offsetNs != 0)
            html += line(BookmarksDialog::tr("Shift"),
                         text(sourceSpecText({"x", source.offsetNs})).mid(2));
        html += QStringLiteral("</table>");
    }
    html += QStringLiteral("<p><b>%1</b></p><table>").arg(BookmarksDialog::tr("In all"));
    html +=
        line(BookmarksDialog::tr("Length"), text(model::lengthText(trace, trace.range().length())));
    html += line(BookmarksDialog::tr("CPUs"), count(trace.cpus().size()));
    html += line(BookmarksDialog::tr("Tasks"), count(static_cast<std::uint64_t>(taskCount(trace))));
    html += line(BookmarksDialog::tr("Events"), count(trace.events()));
    html += line(BookmarksDialog::tr("Switches"), count(trace.tables().switches));
    html += line(BookmarksDialog::tr("Wakeups"), count(trace.tables().wakeups));
    html += line(BookmarksDialog::tr("Interrupts"), count(trace.tables().irqPairs));
    html += line(BookmarksDialog::tr("Softirqs"), count(trace.tables().softirqPairs));
    html += line(BookmarksDialog::tr("Notes"), count(trace.diagnostics().all().size()));
    html += line(BookmarksDialog::tr("Memory"), text(model::formatBytes(trace.memoryBytes())));
    return html + QStringLiteral("</table>");
}

}  // namespace kscope::app
