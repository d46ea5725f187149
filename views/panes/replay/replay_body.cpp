// SPDX-License-Identifier: GPL-3.0-or-later
/// Painting and keys of the replay.
#include "views/panes/replay/replay_body.h"

#include "views/panes/call_tables/call_units.h"
#include "views/panes/call_timeline/call_pane.h"
#include "views/panes/pane_look.h"
#include "views/state/trace_view.h"
#include "views/timeline/scene.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace kscope::views {

using model::ReplayLine;

namespace {

constexpr int kTimeColumn = 96, kTookColumn = 92;  // px
constexpr int kMostReplayIndent = 60;              // levels; deeper lines stand no further right
constexpr std::int64_t kLongNs = 10'000;           // function_graph marks it with a plus
constexpr CallUnit kSampleUnit{"samples", 1, 0};

/// The head is a widget of its own, since the viewport begins below it.
class ReplayHead : public QWidget {
public:
    using QWidget::QWidget;
    /// Times that were made up from durations say so.
    void setTimeWords(const QString& at, const QString& took) {
        if (at == m_time && took == m_took) return;
        m_time = at;
        m_took = took;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const auto side = [&](int x, int w) {
            return QRect(x + kTablePadding, 0, w - 2 * kTablePadding, height());
        };
        const std::array cells{
            HeadCell{side(0, kTimeColumn), m_time, TableSide::Right},
            HeadCell{side(kTimeColumn, kTookColumn), m_took, TableSide::Right},
            HeadCell{side(kTimeColumn + kTookColumn, width() - kTimeColumn - kTookColumn),
                     tr("Call"), TableSide::Left}};
        paintTableHead(painter, *this, cells);
    }

private:
    QString m_time = tr("At, s");
    QString m_took = tr("Took, \u00b5s");
};

}  // namespace

ReplayBody::ReplayBody(TraceView* view, model::ThreadPool& pool, QWidget* parent)
    : RowArea(parent),
      m_view(view),
      m_texts(new items::TextFetcher(pool, this)),
      m_head(new ReplayHead(this)) {
    setHead(m_head);
    setAccessibleName(tr("Replay"));
    m_wantTimer.setSingleShot(true);
    connect(&m_wantTimer, &QTimer::timeout, this, &ReplayBody::wantTexts);
    connect(m_texts, &items::TextFetcher::arrived, viewport(), qOverload<>(&QWidget::update));
    for (const auto signal : {&TraceView::filterChanged, &TraceView::searchChanged})
        connect(view, signal, viewport(), qOverload<>(&QWidget::update));
}

ReplayBody::~ReplayBody() = default;

void ReplayBody::setLines(std::shared_ptr<model::ReplayLines> lines) {
    m_folds = lines;
    setPage(std::move(lines));
}

void ReplayBody::setMerged(std::shared_ptr<const model::ReplayPage> lines) {
    m_folds.reset();
    setPage(std::move(lines));
}

void ReplayBody::setPage(std::shared_ptr<const model::ReplayPage> lines) {
    std::optional<ReplayLine> before;
    if (m_lines && lines && m_current && &m_lines->forest() == &lines->forest() &&
        *m_current < m_lines->size())
        before = m_lines->at(*m_current);
    m_lines = std::move(lines);
    m_current.reset();
    m_widest = 0;
    m_texts->setTrace(m_lines ? m_lines->forest().tracePtr() : nullptr);
    if (before) m_current = m_lines->find(before->task, before->call);
    const auto relative = [](const model::SourceInfo& source) { return source.clock.relative; };
    const bool made = m_lines && std::ranges::any_of(m_lines->forest().trace().sources(), relative);
    m_counts = m_lines && countsSamples(m_lines->forest().trace());
    auto* head = static_cast<ReplayHead*>(m_head);
    if (m_counts) head->setTimeWords(tr("From"), tr("Samples"));
    else head->setTimeWords(made ? tr("At, s relative") : tr("At, s"), tr("Took, \u00b5s"));
    refold();
}

std::uint64_t ReplayBody::lineCount() const { return m_lines ? m_lines->size() : 0; }

void ReplayBody::resetFonts() { m_cells.resetFonts(); }

void ReplayBody::setEmptyText(const QString& text) { m_empty->setText(text); }

void ReplayBody::setMarked(std::optional<model::FunctionKey> function) {
    m_marked = function;
    viewport()->update();
}

void ReplayBody::setSearch(const QString& words) {
    m_search = words.toStdString();
    viewport()->update();
}

void ReplayBody::refold() {
    m_empty->setVisible(!m_lines || m_lines->size() == 0);
    updateBars();
    viewport()->update();
}

void ReplayBody::setCurrent(std::uint64_t line) {
    if (!m_lines || line >= m_lines->size()) return;
    m_current = line;
    const auto page = static_cast<std::uint64_t>(pageLines());
    if (line < topLine() || line >= topLine() + page) {
        const bool near = line + page >= topLine() && line < topLine() + 2 * page;
        if (!near) m_scroll.setTop(line > page / 2 ? line - page / 2 : 0);
        else m_scroll.setTop(line < topLine() ? line : line - page + 1);
        updateBars();
    }
    viewport()->update();
}

void ReplayBody::showCall(std::size_t task, std::uint32_t call) {
    if (!m_lines) return;
    if (const auto line = m_lines->find(task, call)) setCurrent(*line);
}

void ReplayBody::pick(std::uint64_t line) {
    setCurrent(line);
    emit picked(line);
}

void ReplayBody::move(std::int64_t lines) {
    if (!m_lines || m_lines->size() == 0) return;
    const auto last = static_cast<std::int64_t>(m_lines->size() - 1);
    const auto at = m_current ? static_cast<std::int64_t>(*m_current) + lines
                              : static_cast<std::int64_t>(topLine());
    pick(static_cast<std::uint64_t>(std::clamp<std::int64_t>(at, 0, last)));
}

bool ReplayBody::foldable(const ReplayLine& line) const {
    return m_folds && line.kind != ReplayLine::Kind::Event && !m_folds->leaf(line.call);
}

void ReplayBody::toggleFold(std::uint64_t line) {
    if (!m_lines || line >= m_lines->size()) return;
    const auto at = m_lines->at(line);
    if (!foldable(at)) return;
    m_folds->setFolded(at.call, !m_folds->folded(at.call));
    m_current = m_folds->lineOf(at.call);
    refold();
}

// Text.

std::string ReplayBody::callText(const ReplayLine& line) const {
    const auto& forest = m_lines->forest();
    if (line.kind == ReplayLine::Kind::Event) {
        const auto event = forest.eventOf(line.row);
        const auto* row = m_texts->find(event);
        return model::replayEventText(forest.trace().text(forest.trace().event(event).name),
                                      row != nullptr ? row->fields.toStdString() : std::string());
    }
    const auto& call = m_lines->call(line);
    const auto name = forest.trace().text(forest.function(call).name());
    std::string arguments, result;
    // Only what was read already: the rest follows when it has arrived.
    if (call.entry.known() && line.kind != ReplayLine::Kind::Close)
        if (const auto* row = m_texts->find(forest.eventOf(call.entry)))
            arguments = model::callArguments(row->fields.toStdString(), name);
    if (call.exit.known() && line.kind != ReplayLine::Kind::Open)
        if (const auto* row = m_texts->find(forest.eventOf(call.exit)))
            result = model::callResult(row->fields.toStdString());
    return model::replayText(line, shown(name).toStdString(), arguments, result);
}

QString ReplayBody::textOf(std::uint64_t line) const {
    const auto at = m_lines->at(line);
    return tidText(at) + QString(static_cast<qsizetype>(2 * at.level), QLatin1Char(' ')) +
           QString::fromStdString(callText(at));
}

QString ReplayBody::tookText(const ReplayLine& line) const {
    if (line.kind == ReplayLine::Kind::Open || line.kind == ReplayLine::Kind::Event) return {};
    const auto length = m_lines->forest().length(m_lines->call(line));
    if (!length) return {};
    return (m_counts ? kSampleUnit : CallUnit{"\u00b5s", 1'000, 3}).text(*length);
}

QString ReplayBody::atText(const ReplayLine& line) const {
    const auto zero = model::toNs(m_lines->forest().trace().range().begin);
    return (m_counts ? kSampleUnit : CallUnit{"s", 1'000'000'000, 6})
        .text(m_lines->timeNs(line) - zero);
}

int ReplayBody::indentPx(std::uint32_t level) const {
    return static_cast<int>(
        std::ceil(std::min<double>(level, kMostReplayIndent) * 2 * m_cells.digit()));
}

int ReplayBody::tidPx() const {
    constexpr int kTidDigits = 8;
    return m_lines && m_lines->several() ? static_cast<int>(std::ceil(kTidDigits * m_cells.digit()))
                                         : 0;
}

QString ReplayBody::tidText(const ReplayLine& line) const {
    if (!m_lines->several()) return {};
    const auto& forest = m_lines->forest();
    const auto& task = forest.tasks()[line.task];
    if (task.task == model::kNoTask && task.cpu == model::kUnknownCpu) return {};
    if (task.task == model::kNoTask) return tr("CPU%1 ").arg(raw(task.cpu));
    return QStringLiteral("[%1] ").arg(raw(forest.trace().task(task.task).tid));
}

// Events of Qt.

void ReplayBody::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), QColor::fromRgb(themeOf(*this).bgCanvas));
    if (!m_lines) return;
    const auto end = std::min(
        m_lines->size(),
        topLine() + static_cast<std::uint64_t>(viewport()->height() / kTableRowHeight + 1));
    for (auto line = topLine(); line < end; ++line)
        paintLine(painter, line, static_cast<int>(line - topLine()) * kTableRowHeight);
    m_wantTimer.start(0);
}

void ReplayBody::paintBack(QPainter& painter, const ReplayLine& line, std::uint64_t number, int y) {
    const auto& colours = themeOf(*this);
    const bool selected = number == m_current;
    const int width = viewport()->width();
    painter.fillRect(0, y, width, kTableRowHeight,
                     QColor::fromRgb(selected          ? colours.accentFill
                                     : number % 2 == 0 ? colours.bgCanvas
                                                       : colours.bgStripe));
    if (m_view->searchRows() && m_view->searchRows()->contains(rowOf(line)))
        painter.fillRect(0, y, 3, kTableRowHeight, QColor::fromRgb(colours.text1));
    if (line.kind != ReplayLine::Kind::Event) {
        const auto function = m_lines->forest().function(m_lines->call(line));
        const auto name = m_lines->forest().trace().text(function.name());
        const bool hit = !m_search.empty() && name.find(m_search) != name.npos;
        if (hit || m_marked == function)
            painter.fillRect(0, y, 3, kTableRowHeight,
                             QColor::fromRgb(hit ? colours.text1 : colours.accent));
    }
    if (selected && hasFocus()) {
        const double thin = hairline(*this);
        painter.setPen(QPen(QColor::fromRgb(colours.accent), thin));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(thin / 2, y + thin / 2, width - thin, kTableRowHeight - thin));
    }
}

void ReplayBody::paintLine(QPainter& painter, std::uint64_t number, int y) {
    const auto& colours = themeOf(*this);
    const auto line = m_lines->at(number);
    const auto& call = m_lines->call(line);
    const bool selected = number == m_current;
    const bool isEvent = line.kind == ReplayLine::Kind::Event;
    const int width = viewport()->width();
    paintBack(painter, line, number, y);
    // What the window's filter leaves out is dimmed: its calls still hold others together.
    const auto& rows = m_view->filterRows();
    const bool dimmed =
        rows && !rows->contains(model::EventIndex{rowOf(line)}) &&
        !rows->contains(m_lines->forest().eventOf(model::CallForest::namingRow(call)));
    const auto ink = [&](Rgb usual) {
        return selected ? colours.accentInk
               : dimmed ? mix(colours.bgCanvas, usual, TimelineScene::kFilteredShare)
                        : usual;
    };
    const int shift = horizontalScrollBar()->value();
    const auto box = [&](int x, int w) {
        return QRect(x + kTablePadding, y, w - 2 * kTablePadding, kTableRowHeight);
    };
    const int left = kTimeColumn + kTookColumn;
    const bool endless = call.has(model::Call::Open | model::Call::NoExit | model::Call::Lost);
    QString text = QString::fromStdString(callText(line));
    if (endless && !isEvent && line.kind != ReplayLine::Kind::Close)
        text += tr("  \u2013 no end in the trace");
    if (!isEvent && call.has(model::Call::NoEntry))
        text += tr("  \u2013 its entry is not in the trace");
    const bool closing = isEvent || line.kind == ReplayLine::Kind::Close;
    painter.setFont(m_cells.font(TableFace::Mono));
    painter.setPen(QColor::fromRgb(ink(closing ? colours.text2 : colours.text1)));
    const int indent = tidPx() + indentPx(line.level);
    painter.save();
    painter.setClipRect(left, y, width - left, kTableRowHeight);
    if (tidPx() > 0) {
        const auto pen = painter.pen();
        painter.setPen(QColor::fromRgb(ink(colours.text3)));
        painter.drawText(QRect(left + kTablePadding - shift, y, tidPx(), kTableRowHeight),
                         int(Qt::AlignLeft | Qt::AlignVCenter), tidText(line));
        painter.setPen(pen);
    }
    const QRect place(left + kTablePadding + indent - shift, y, 4000, kTableRowHeight);
    QRect drawn;
    painter.drawText(place, int(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine), text,
                     &drawn);
    painter.restore();
    const int right = drawn.right() + shift + kTablePadding;
    if (right > m_widest) {
        m_widest = right;
        if (m_widest > width) QTimer::singleShot(0, this, [this] { updateBars(); });
    }
    m_cells.paint(painter, {box(0, kTimeColumn), atText(line), TableFace::Mono, TableSide::Right,
                            ink(colours.text2)});
    const auto length = m_lines->forest().length(call);
    m_cells.paint(painter,
                  {box(kTimeColumn, kTookColumn), tookText(line), TableFace::Mono, TableSide::Right,
                   ink(!isEvent && !m_counts && length && *length >= kLongNs ? colours.statusWarn
                                                                             : colours.text1)});
}

void ReplayBody::wantTexts() {
    if (!m_lines) return;
    std::vector<model::EventIndex> wanted;
    const auto end =
        std::min(m_lines->size(), topLine() + static_cast<std::uint64_t>(pageLines()) + 1);
    for (auto number = topLine(); number < end; ++number) {
        const auto line = m_lines->at(number);
        if (line.kind == ReplayLine::Kind::Event) {
            wanted.push_back(m_lines->forest().eventOf(line.row));
            continue;
        }
        const auto& call = m_lines->call(line);
        if (call.entry.known() && line.kind != ReplayLine::Kind::Close)
            wanted.push_back(m_lines->forest().eventOf(call.entry));
        if (call.exit.known() && line.kind != ReplayLine::Kind::Open)
            wanted.push_back(m_lines->forest().eventOf(call.exit));
    }
    m_texts->want(wanted);
}

bool ReplayBody::handlesKey(const QKeyEvent& event) const {
    const bool plain = (event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == 0;
    switch (event.key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Space:
    case Qt::Key_J:
    case Qt::Key_K:
    case Qt::Key_N:
    case Qt::Key_Return:
    case Qt::Key_Enter: return plain;
    default: return event.matches(QKeySequence::Copy);
    }
}

void ReplayBody::keyPressEvent(QKeyEvent* event) {
    if (!handlesKey(*event) || !m_lines) {
        RowArea::keyPressEvent(event);
        if (event->key() != Qt::Key_Tab) event->ignore();
        return;
    }
    const auto all = static_cast<std::int64_t>(m_lines->size());
    const bool has = m_current.has_value();
    const auto line = has ? m_lines->at(*m_current) : model::ReplayLine{};
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_K: return move(-1);
    case Qt::Key_Down:
    case Qt::Key_J: return move(1);
    case Qt::Key_PageUp: return move(-pageLines());
    case Qt::Key_PageDown: return move(pageLines());
    case Qt::Key_Home: return move(-all);
    case Qt::Key_End: return move(all);
    case Qt::Key_N: emit found(event->modifiers() & Qt::ShiftModifier ? -1 : 1); return;
    case Qt::Key_Space:
        if (m_current) toggleFold(*m_current);
        return;
    case Qt::Key_Left:
        if (has && foldable(line) && !m_folds->folded(line.call)) toggleFold(*m_current);
        return;
    case Qt::Key_Right:
        if (has && foldable(line) && m_folds->folded(line.call)) toggleFold(*m_current);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (has) emit opened(*m_current);
        return;
    default: emit copyRequested();
    }
}

std::optional<std::uint64_t> ReplayBody::lineAt(int y) const {
    if (y < 0 || !m_lines) return std::nullopt;
    const auto line = topLine() + static_cast<std::uint64_t>(y / kTableRowHeight);
    return line < m_lines->size() ? std::optional{line} : std::nullopt;
}

std::optional<std::uint64_t> ReplayBody::pickAt(QPoint place) {
    const auto line = lineAt(place.y());
    if (line) pick(*line);
    return line;
}

/// The row of the event that the line stands for.
model::EventIndex ReplayBody::rowOf(const ReplayLine& line) const {
    const auto& call = m_lines->call(line);
    const auto row = line.kind == ReplayLine::Kind::Event ? line.row
                     : line.kind == ReplayLine::Kind::Close && call.exit.known()
                         ? call.exit
                         : model::CallForest::namingRow(call);
    return m_lines->forest().eventOf(row);
}

void ReplayBody::mousePressEvent(QMouseEvent* event) {
    const auto pos = event->position().toPoint();
    const auto line = lineAt(pos.y());
    if (!line || event->button() != Qt::LeftButton) return;
    pick(*line);
}

void ReplayBody::mouseDoubleClickEvent(QMouseEvent* event) {
    const auto line = lineAt(event->position().toPoint().y());
    if (line && event->button() == Qt::LeftButton) emit opened(*line);
}

bool ReplayBody::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const auto line = lineAt(help->pos().y());
        if (!line) QToolTip::hideText();
        else
            QToolTip::showText(
                help->globalPos(),
                QStringLiteral("<p>%1</p>").arg(textOf(*line).trimmed().toHtmlEscaped()),
                viewport());
        return true;
    }
    return RowArea::viewportEvent(event);
}

}  // namespace kscope::views
