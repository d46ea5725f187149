// SPDX-License-Identifier: GPL-3.0-or-later
/// What the window says of polling.
#include "app/window/live_bar.h"

#include "app/live/live_feed.h"
#include "app/session/session.h"
#include "app/window/look.h"
#include "app/window/qt_text.h"
#include "model/core/format.h"
#include "views/panes/pane_look.h"

#include <QHeaderView>
#include <QPainter>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include <sys/resource.h>

#include <algorithm>
#include <map>

namespace kscope::app {

namespace {

std::chrono::nanoseconds processCpu() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

QString percent(double share) {
    return QString::number(share * 100, 'f', share < 0.0995 ? 1 : 0) + QStringLiteral(" %");
}

QString costText(std::int64_t ns) { return text(model::formatDuration(model::Duration{ns})); }

std::int64_t meanCost(const PollFileState& file) {
    const auto all = file.reads + file.failed;
    return all == 0 ? 0 : file.costNs / static_cast<std::int64_t>(all);
}

QString sizeText(std::size_t bytes) {
    return QString::number(static_cast<double>(bytes) / 1048576, 'f', bytes < 10 << 20 ? 1 : 0) +
           QStringLiteral(" MiB");
}

QString nameOf(const PollFileState& file) {
    auto name = text(file.file.path);
    return name.startsWith(QLatin1String("/proc/")) ? name.mid(6) : name;
}

}  // namespace

QString intervalText(std::chrono::milliseconds interval) {
    const auto ms = interval.count();
    return ms < 1000 ? QStringLiteral("%1 ms").arg(ms)
                     : QString::number(static_cast<double>(ms) / 1000) + QStringLiteral(" s");
}

std::chrono::milliseconds usualInterval(const PollerState& state) {
    std::map<std::chrono::milliseconds, int> counts;
    for (const auto& file : state.files) ++counts[file.file.interval];
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
    return most == counts.end() ? std::chrono::milliseconds{200} : most->first;
}

// Button

LiveButton::LiveButton(Session& session, QWidget* parent)
    : QToolButton(parent),
      m_session(session) {
    setObjectName(QStringLiteral("live"));
    setFont(views::font(views::TextRole::Body));
    setFocusPolicy(Qt::TabFocus);
    follow();
}

void LiveButton::follow() {
    const auto* feed = m_session.live();
    QString tip;
    if (feed == nullptr || !feed->running()) {
        m_words = tr("Live");
        tip = tr("Watch this machine: poll /proc  Ctrl+R");
    } else if (feed->picture() == LiveFeed::Picture::Stands || feed->paused()) {
        m_words = feed->paused() ? tr("Live, reading paused") : tr("Live, picture stands");
        tip = tr("Go on with the newest reading  Space");
    } else {
        m_words = tr("Live %1").arg(intervalText(usualInterval(feed->state())));
        tip = tr("Stop the picture, reading goes on  Space");
    }
    setToolTip(tip);
    setAccessibleName(m_words + QStringLiteral(". ") + tip);
    updateGeometry();
    update();
}

QSize LiveButton::sizeHint() const { return {fontMetrics().horizontalAdvance(m_words) + 48, 26}; }

void LiveButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& t = currentTokens();
    const auto* feed = m_session.live();
    const bool runs = feed != nullptr && feed->running();
    const bool stands = runs && (feed->picture() == LiveFeed::Picture::Stands || feed->paused());
    const auto box = rect().adjusted(0, 1, -1, -2);
    painter.setPen(QColor::fromRgb(hasFocus() ? t.accent : t.lineEdge));
    painter.setBrush(QColor::fromRgb(underMouse() ? t.bgHover : t.bgRaised));
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor::fromRgb(runs && !stands ? t.statusLive : t.text3));
    painter.drawEllipse(QPointF(box.x() + 12, box.center().y() + 0.5), 4, 4);
    painter.setPen(QColor::fromRgb(t.text1));
    painter.drawText(box.adjusted(22, 0, -24, 0), Qt::AlignVCenter | Qt::AlignLeft, m_words);
    const auto sign = app::icon(!runs || stands ? QStringLiteral("play") : QStringLiteral("pause"));
    sign.paint(&painter, QRect(box.right() - 21, box.center().y() - 7, 14, 14));
}

// Back to the newest reading

JumpToNow::JumpToNow(Session& session, QWidget* parent) : QToolButton(parent), m_session(session) {
    setObjectName(QStringLiteral("jump_to_now"));
    setFont(views::font(views::TextRole::Body));
    setText(tr("Jump to now (End)"));
    setToolTip(tr("The view stays where you look, reading goes on  End"));
    setFocusPolicy(Qt::TabFocus);
    setAutoRaise(true);
    hide();
    connect(this, &QToolButton::clicked, &session, &Session::followNow);
    for (const auto changed : {&views::TraceView::windowChanged, &views::TraceView::traceChanged})
        connect(&session.view(), changed, this, &JumpToNow::follow);
    connect(&session, &Session::liveChanged, this, &JumpToNow::follow);
}

void JumpToNow::follow() {
    const auto& trace = m_session.view().trace();
    setVisible(m_session.liveRunning() && trace &&
               m_session.view().window().end < trace->range().end);
}

// Status line

LiveLine::LiveLine(Session& session, QWidget* parent) : QLabel(parent), m_session(session) {
    setFont(views::font(views::TextRole::Small));
    setContentsMargins(6, 0, 6, 0);
    hide();
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &LiveLine::say);
}

void LiveLine::follow() {
    const auto* feed = m_session.live();
    setVisible(feed != nullptr);
    if (feed == nullptr || !feed->running()) {
        m_timer.stop();
        if (feed != nullptr)
            setText(tr("Reading ended, %1 kept").arg(sizeText(feed->state().bytes)));
        return;
    }
    if (!m_timer.isActive()) {
        m_processCpu = processCpu();
        m_readerCpu = feed->state().cpu;
        m_at = std::chrono::steady_clock::now();
        m_timer.start();
    }
    say();
}

void LiveLine::say() {
    const auto* feed = m_session.live();
    if (feed == nullptr) return;
    const auto state = feed->state();
    const auto now = std::chrono::steady_clock::now();
    const auto cpu = processCpu();
    const double wall = std::max(1.0, static_cast<double>((now - m_at).count()));
    const auto reader = static_cast<double>((state.cpu - m_readerCpu).count());
    const auto drawing = static_cast<double>((cpu - m_processCpu).count()) - reader;
    std::uint64_t missed = 0;
    std::uint64_t late = 0;
    std::vector<const PollFileState*> files;
    QStringList troubled;
    for (const auto& file : state.files) {
        missed += file.missed;
        late += file.late;
        files.push_back(&file);
        if (!file.problem.empty())
            troubled << tr("%1: %2").arg(nameOf(file), app::text(file.problem));
    }
    std::ranges::sort(files, std::ranges::greater{},
                      [](const PollFileState* file) { return meanCost(*file); });
    QStringList parts;
    const auto dot = QStringLiteral("<span style='color:%1'>●</span> ")
                         .arg(colourName(currentTokens().statusLive));
    parts << (state.paused ? tr("Reading paused")
                           : dot + tr("Live, %n files every %1", nullptr,
                                      static_cast<int>(state.files.size()))
                                       .arg(intervalText(usualInterval(state))));
    QStringList costs;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, files.size()); ++i)
        costs << nameOf(*files[i]) + QLatin1Char(' ') + costText(meanCost(*files[i]));
    if (wall > 1e8)
        parts << tr("reading %1 of one CPU (%2)")
                     .arg(percent(reader / wall), costs.join(QStringLiteral(", ")))
              << tr("drawing %1").arg(percent(std::max(0.0, drawing / wall)));
    parts << tr("%1 missed, %2 late")
                 .arg(app::text(model::formatCount(missed)), app::text(model::formatCount(late)));
    if (const auto& trace = feed->newest())
        parts << tr("keeping %1, %2")
                     .arg(app::text(model::formatDuration(trace->range().length())),
                          sizeText(state.bytes));
    if (!feed->freezeCondition().isEmpty())
        parts << tr("freezes when %1").arg(feed->freezeCondition().toHtmlEscaped());
    if (!troubled.isEmpty()) parts << QStringLiteral("⚠ ") + troubled.front().toHtmlEscaped();
    setText(parts.join(QStringLiteral(" &nbsp;│&nbsp; ")));
    QStringList lines;
    for (const auto* file : files)
        lines << tr("%1: every %2, %3 a read, %4 late, %5 missed%6")
                     .arg(nameOf(*file), intervalText(file->file.interval),
                          costText(meanCost(*file)), app::text(model::formatCount(file->late)),
                          app::text(model::formatCount(file->missed)),
                          file->problem.empty() ? QString()
                                                : QStringLiteral(". ") + app::text(file->problem));
    setToolTip(lines.join(QLatin1Char('\n')));
    m_processCpu = cpu;
    m_readerCpu = state.cpu;
    m_at = now;
}

// Sources

LiveSourcesDialog::LiveSourcesDialog(Session& session, QWidget* parent)
    : QDialog(parent),
      m_session(session),
      m_table(new QTableWidget(0, 6, this)) {
    setWindowTitle(tr("Sources"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(760, 480);
    m_table->setHorizontalHeaderLabels(
        {tr("File"), tr("Every, ms"), tr("A read"), tr("Reads"), tr("Late, missed"), tr("State")});
    m_table->verticalHeader()->hide();
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(0, 150);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_table);
    connect(&m_timer, &QTimer::timeout, this, &LiveSourcesDialog::fill);
    m_timer.start(1000);
    fill();
}

/// Before anything is read: what could be, and what would make the rest readable.
void LiveSourcesDialog::fillChoices() {
    if (m_choices) return;
    m_choices = true;
    const auto choices = pollChoices(std::chrono::milliseconds{200});
    m_table->setRowCount(0);
    for (const auto& choice : choices) {
        const int row = m_table->rowCount();
        m_table->insertRow(row);
        const auto state = choice.state;
        using State = PollChoice::State;
        const QStringList cells{text(choice.file.path).mid(6),
                                QString::number(choice.file.interval.count()),
                                {},
                                {},
                                {},
                                state == State::Readable ? tr("will be read")
                                : state == State::NoRight
                                    ? tr("only root may read it: start with sudo")
                                    : tr("this kernel has no such file")};
        for (int cell = 0; cell < cells.size(); ++cell)
            m_table->setItem(row, cell, new QTableWidgetItem(cells[cell]));
    }
}

void LiveSourcesDialog::fill() {
    auto* feed = m_session.live();
    if (feed == nullptr) return fillChoices();
    if (m_choices) m_table->setRowCount(0);
    m_choices = false;
    const auto state = feed->state();
    const int rows = static_cast<int>(state.files.size());
    for (int row = m_table->rowCount(); row < rows; ++row) {
        m_table->insertRow(row);
        for (int cell = 0; cell < 6; ++cell) m_table->setItem(row, cell, new QTableWidgetItem);
        auto* every = new QSpinBox(m_table);
        every->setRange(static_cast<int>(kLeastInterval.count()),
                        static_cast<int>(kMostInterval.count()));
        every->setSingleStep(50);
        every->setValue(
            static_cast<int>(state.files[static_cast<std::size_t>(row)].file.interval.count()));
        every->setAccessibleName(nameOf(state.files[static_cast<std::size_t>(row)]));
        connect(every, &QSpinBox::editingFinished, this, [this, every, row] {
            if (auto* now = m_session.live())
                now->setInterval(static_cast<std::size_t>(row),
                                 std::chrono::milliseconds(every->value()));
        });
        m_table->setCellWidget(row, 1, every);
    }
    for (int row = 0; row < rows; ++row) {
        const auto& file = state.files[static_cast<std::size_t>(row)];
        m_table->item(row, 0)->setText(nameOf(file));
        m_table->item(row, 2)->setText(costText(meanCost(file)));
        m_table->item(row, 3)->setText(text(model::formatCount(file.reads)));
        m_table->item(row, 4)->setText(text(model::formatCount(file.late)) + QStringLiteral(", ") +
                                       text(model::formatCount(file.missed)));
        m_table->item(row, 5)->setText(file.problem.empty() ? tr("read") : text(file.problem));
    }
}

}  // namespace kscope::app
