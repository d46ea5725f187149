// SPDX-License-Identifier: GPL-3.0-or-later
/// Title row, filter, order, copy and export of a table.
#include "views/panes/table/table_panel.h"

#include "model/core/format.h"
#include "views/panes/pane_look.h"
#include "views/panes/table/table_body.h"
#include "views/state/trace_view.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSaveFile>
#include <QToolButton>
#include <QVBoxLayout>

namespace kscope::views {
namespace {

constexpr int kPanelTitleHeight = 28;
/// Sorted at once: some 5 ms. More rows go to a thread.
constexpr std::uint32_t kRowsAtOnce = 20'000;
/// Lines that the clipboard takes at most: some 200 MB of text.
constexpr std::uint32_t kMostCopiedLines = 1'000'000;

}  // namespace

TablePanel::TablePanel(TraceView* view, const QString& title, QWidget* parent)
    : QWidget(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_exportName(QStringLiteral("table")),
      m_job(this),
      m_copy(this),
      m_export(this) {
    build(title);
}

TablePanel::~TablePanel() = default;

void TablePanel::build(const QString& title) {
    m_body = new TableBody(this);
    m_title = new QLabel(this);
    m_title->setFont(views::font(TextRole::Head));
    m_noteLabel = new QLabel(this);
    m_noteLabel->setFont(views::font(TextRole::Small));
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Only rows with\u2026"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedHeight(22);
    m_filter->setMinimumWidth(70);
    m_filter->setMaximumWidth(160);
    m_more = new QToolButton(this);
    m_more->setText(QStringLiteral("\u22ef"));
    m_more->setAutoRaise(true);
    m_more->setToolTip(tr("What can be done with these rows"));
    m_more->setAccessibleName(tr("Row commands"));

    auto* bar = new QWidget(this);
    bar->setFixedHeight(kPanelTitleHeight);
    auto* line = new QHBoxLayout(bar);
    line->setContentsMargins(12, 0, 8, 0);
    line->setSpacing(8);
    line->addWidget(m_title);
    line->addWidget(m_noteLabel, 1);
    m_noteLabel->setMinimumWidth(0);
    m_noteLabel->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_tools = new QHBoxLayout;
    m_tools->setSpacing(4);
    line->addLayout(m_tools);
    line->addWidget(m_filter);
    line->addWidget(m_more);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(bar);
    all->addWidget(m_body, 1);
    setMinimumHeight(kPanelTitleHeight + kTableHeadHeight + 3 * kTableRowHeight);
    setTitle(title);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& words) {
        m_wish.words = words.trimmed();
        reorder();
    });
    connect(m_more, &QToolButton::clicked, this,
            [this] { showMenu(m_more->mapToGlobal(QPoint(0, m_more->height()))); });
    connect(&m_body->head(), &SheetHead::clicked, this, &TablePanel::clickHead);
    connect(m_body, &TableBody::picked, this, &TablePanel::currentChanged);
    connect(m_body, &TableBody::activated, this, &TablePanel::activated);
    connect(m_body, &TableBody::foldAsked, this, &TablePanel::fold);
    connect(m_body, &TableBody::copyRequested, this, &TablePanel::copySelection);
    connect(m_body, &TableBody::menuRequested, this, &TablePanel::showMenu);
    connect(m_body, &TableBody::linkClicked, this, [this](const QString& target) {
        if (target == QLatin1String("clear-filter")) m_filter->clear();
        else emit linkClicked(target);
    });
}

void TablePanel::setTitle(const QString& title) {
    m_title->setText(title);
    setAccessibleName(title);
    m_body->setAccessibleName(title);
    m_filter->setAccessibleName(tr("Filter of %1").arg(title));
}

void TablePanel::setNote(const QString& note) {
    m_note = note;
    updateNote();
}

void TablePanel::updateNote() {
    const auto shownLines = m_body->order().size();
    QString text = m_note;
    if (m_rows && !m_wish.words.isEmpty()) {
        const auto count =
            tr("%1 with these words").arg(QString::fromStdString(model::formatCount(shownLines)));
        text = text.isEmpty() ? count : text + QStringLiteral(" \u00b7 ") + count;
    }
    m_noteLabel->setText(text);
    m_noteLabel->setToolTip(text);
}

void TablePanel::setEmptyText(const QString& text) {
    m_emptyText = text;
    if (!m_rows || m_rows->size() == 0) m_body->setEmptyText(text);
}

void TablePanel::addTool(QWidget* tool) { m_tools->addWidget(tool); }

void TablePanel::setMenuMaker(std::function<void(QMenu&, std::uint32_t)> maker) {
    m_menuMaker = std::move(maker);
}

void TablePanel::setRows(TableRowsPtr rows) {
    const bool first = m_rows == nullptr;
    m_rows = std::move(rows);
    if (!m_rows) {
        m_job.cancel();
        return showOrder(nullptr, {});
    }
    // Something is on the screen at once: rows as they come, until they are sorted.
    if (first && !m_rows->tree() && m_rows->size() > kRowsAtOnce && !m_wish.plain())
        showOrder(m_rows, *orderTable(*m_rows, {}));
    reorder();
}

void TablePanel::reorder() {
    if (!m_rows) return;
    m_body->setSorted(m_wish.column, m_wish.direction);
    const bool quick = m_rows->size() <= kRowsAtOnce || (!m_rows->tree() && m_wish.plain()) ||
                       (m_rows->tree() && m_wish.words.isEmpty());
    if (quick) {
        m_job.cancel();
        showOrder(m_rows, *orderTable(*m_rows, m_wish));
        return;
    }
    m_job.run(m_work->jobs(), [this, rows = m_rows, wish = m_wish](std::stop_token stop) {
        auto order = std::make_shared<std::optional<TableOrder>>(orderTable(*rows, wish, stop));
        if (!*order) return LatestJob::Delivery();
        return LatestJob::Delivery([this, rows, order] { showOrder(rows, std::move(**order)); });
    });
}

/// The row that had the selection has another number among new rows.
void TablePanel::carryOver(const TableRowsPtr& rows) {
    const auto before = m_body->currentRow();
    if (!before || !m_body->rows() || rows == m_body->rows()) return;
    std::optional<std::uint32_t> after;
    if (rows && *before < m_body->rows()->size()) {
        const auto wanted = m_body->rows()->identity(*before);
        for (std::uint32_t row = 0; row < rows->size() && !after; ++row)
            if (rows->identity(row) == wanted) after = row;
    }
    m_body->setCurrentRow(std::nullopt);
    if (!after) return;
    const auto top = m_body->topLine();
    m_body->setCurrentRow(after);
    m_body->setTopLine(top);
}

void TablePanel::showOrder(TableRowsPtr rows, TableOrder order) {
    const bool none = !rows || rows->size() == 0;
    m_body->setEmptyText(none ? m_emptyText
                              : tr("No row has these words. <a href='clear-filter'>Clear the "
                                   "filter</a>"));
    carryOver(rows);
    m_body->setRows(std::move(rows), std::move(order));
    updateNote();
    emit orderChanged();
}

/// Numbers begin with the largest, names with the first; a third click goes back to the rows' own
/// order.
void TablePanel::clickHead(int column) {
    if (!m_rows) return;
    const auto sort = m_rows->columns()[static_cast<std::size_t>(column)].sort;
    const auto first =
        sort == TableSort::Number ? TableDirection::Descending : TableDirection::Ascending;
    const auto second = first == TableDirection::Descending ? TableDirection::Ascending
                                                            : TableDirection::Descending;
    if (m_wish.column != column) sortBy(column, first);
    else if (m_wish.direction == first) sortBy(column, second);
    else sortBy(-1, TableDirection::Ascending);
}

void TablePanel::sortBy(int column, TableDirection direction) {
    m_wish.column = column;
    m_wish.direction = direction;
    reorder();
}

void TablePanel::setFilter(const QString& words) { m_filter->setText(words); }

std::optional<std::uint32_t> TablePanel::current() const { return m_body->currentRow(); }
void TablePanel::setCurrent(std::optional<std::uint32_t> row) { m_body->setCurrentRow(row); }

void TablePanel::setUnfolded(std::uint32_t row, bool unfolded) {
    if (!m_rows) return;
    if (unfolded) m_wish.open.insert(m_rows->identity(row));
    else m_wish.open.erase(m_rows->identity(row));
    reorder();
}

void TablePanel::fold(std::uint32_t row) {
    if (m_rows) setUnfolded(row, !m_wish.open.contains(m_rows->identity(row)));
}

void TablePanel::unfoldTo(std::uint32_t levels) {
    m_wish.open.clear();
    if (!m_rows) return;
    std::vector<std::uint32_t> level, next;
    m_rows->children(TableRows::kRoot, level);
    for (std::uint32_t depth = 0; depth < levels && !level.empty(); ++depth) {
        next.clear();
        for (const auto row : level) {
            m_wish.open.insert(m_rows->identity(row));
            m_rows->children(row, next);
        }
        std::swap(level, next);
    }
    reorder();
}

QString TablePanel::text(TableText style) const {
    std::string text;
    if (m_body->rows())
        writeTable(*m_body->rows(), m_body->order(), 0, m_body->order().size(), style,
                   [&](std::string_view piece) { return text += piece, true; });
    return QString::fromStdString(text);
}

void TablePanel::copySelection() {
    const auto run = m_body->run();
    if (!run || !m_body->rows()) return;
    if (run->last - run->first >= kMostCopiedLines) {
        emit m_view->status(tr("Too many rows for the clipboard: export them to a file instead."));
        return;
    }
    m_copy.run(m_work->jobs(),
               [rows = m_body->rows(), order = m_body->order(), run = *run](std::stop_token stop) {
                   std::string text;
                   const bool whole = writeTable(
                       *rows, order, run.first, run.last + 1, TableText::Tabs,
                       [&](std::string_view piece) { return text += piece, true; }, stop);
                   if (!whole) return LatestJob::Delivery();
                   return LatestJob::Delivery([text = QString::fromStdString(text)] {
                       QApplication::clipboard()->setText(text);
                   });
               });
}

void TablePanel::exportRows() {
    if (!m_body->rows() || m_body->order().size() == 0) return;
    QString kind;
    const auto csv = tr("Comma separated (*.csv)"), tabs = tr("Tab separated (*.tsv)");
    const auto name = QFileDialog::getSaveFileName(
        this, tr("Export Rows"), m_exportName + QStringLiteral(".csv"), csv + ";;" + tabs, &kind);
    if (name.isEmpty()) return;
    auto file = std::make_unique<QSaveFile>(name);
    if (!file->open(QIODevice::WriteOnly)) {
        emit m_view->status(tr("%1 can't be written: %2").arg(name, file->errorString()));
        return;
    }
    const bool tab = name.endsWith(QLatin1String(".tsv")) ||
                     (kind == tabs && !name.endsWith(QLatin1String(".csv")));
    exportTo(std::move(file), tab ? TableText::TabsWithHead : TableText::Csv,
             [this, name](const QString& fault) {
                 emit m_view->status(fault.isEmpty() ? tr("Rows written to %1").arg(name) : fault);
             });
}

void TablePanel::exportTo(std::unique_ptr<QIODevice> device, TableText style,
                          std::function<void(const QString&)> done) {
    if (!m_body->rows()) return;
    m_export.run(m_work->jobs(),
                 [rows = m_body->rows(), order = m_body->order(), style, done = std::move(done),
                  device = std::shared_ptr<QIODevice>(std::move(device))](std::stop_token stop) {
                     const bool whole = writeTable(
                         *rows, order, 0, order.size(), style,
                         [&](std::string_view piece) {
                             return device->write(piece.data(),
                                                  static_cast<qint64>(piece.size())) ==
                                    static_cast<qint64>(piece.size());
                         },
                         stop);
                     QString fault = whole ? QString() : device->errorString();
                     // Half a file never takes the place of a whole one.
                     if (auto* file = qobject_cast<QSaveFile*>(device.get())) {
                         if (!whole) file->cancelWriting();
                         if (!file->commit() && fault.isEmpty()) fault = file->errorString();
                     }
                     return LatestJob::Delivery([done, fault] {
                         if (done) done(fault);
                     });
                 });
}

void TablePanel::showMenu(const QPoint& globalPos) {
    if (!m_body->rows()) return;
    QMenu menu(this);
    if (m_menuMaker && current()) {
        m_menuMaker(menu, *current());
        menu.addSeparator();
    }
    if (m_body->rows()->tree()) {
        connect(menu.addAction(tr("Unfold Three Levels")), &QAction::triggered, this,
                [this] { unfoldTo(3); });
        connect(menu.addAction(tr("Fold All")), &QAction::triggered, this, [this] { unfoldTo(0); });
    }
    auto* copy = menu.addAction(tr("Copy Rows") + QStringLiteral("\tCtrl+C"));
    copy->setEnabled(m_body->run().has_value());
    connect(copy, &QAction::triggered, this, &TablePanel::copySelection);
    connect(menu.addAction(tr("Select All") + QStringLiteral("\tCtrl+A")), &QAction::triggered,
            m_body, &TableBody::selectAll);
    connect(menu.addAction(tr("Export Rows\u2026")), &QAction::triggered, this,
            &TablePanel::exportRows);
    menu.exec(globalPos);
}

}  // namespace kscope::views
