// SPDX-License-Identifier: GPL-3.0-or-later
/// Filling the panel; all that counts with the trace runs on a pool thread.
#include "views/panes/block_latency/latency_panel.h"

#include "model/core/format.h"
#include "views/panes/block_latency/latency_chart.h"
#include "views/panes/block_latency/layer_picture.h"
#include "views/panes/block_latency/request_table.h"
#include "views/panes/block_latency/stage_bars.h"
#include "views/panes/pane_look.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>
#include <array>
#include <map>

namespace kscope::views {
namespace {

constexpr int kPanelWidth = 330;
constexpr int kAllPercentiles = 400;  // Below this width p90 and p99.9 give way.
constexpr int kRestMs = 120;
constexpr std::size_t kMostTasks = 60;
constexpr std::size_t kMostStages = 40;  // of one request

QString spanText(std::int64_t ns) {
    return QString::fromStdString(model::formatDuration(model::Duration{ns}));
}
QString countText(std::uint64_t count) { return QString::fromStdString(model::formatCount(count)); }
QString wordText(std::string_view words) {
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

QLabel* textLabel(TextRole role, QWidget* parent) {
    auto* const label = new QLabel(parent);
    label->setFont(views::font(role));
    label->setTextFormat(Qt::RichText);
    label->setWordWrap(true);
    return label;
}

QString cell(const QString& text, const char* align, const QString& colour) {
    return QStringLiteral("<td align='%1' style='padding:1px 8px 1px 0;color:%2'>%3</td>")
        .arg(QLatin1String(align), colour, QString(text).replace(QLatin1Char(' '), QChar::Nbsp));
}

}  // namespace

LatencyPanel::LatencyPanel(TraceView* view, QWidget* parent)
    : QScrollArea(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_job(this) {
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumWidth(kPanelWidth);
    setAccessibleName(tr("Latency"));
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &LatencyPanel::work);
    build();
    const auto moved = [this](Scope scope) {
        if (static_cast<Scope>(m_scope->currentData().toInt()) == scope) later();
    };
    connect(view, &TraceView::windowChanged, this, [moved] { moved(Scope::Window); });
    connect(view, &TraceView::rangeChanged, this, [moved] { moved(Scope::Range); });
    connect(view, &TraceView::filterChanged, this, [this] {
        work();
        emit choiceChanged();
    });
}

LatencyPanel::~LatencyPanel() = default;

void LatencyPanel::build() {
    auto* const inside = new QWidget(this);
    auto* const column = new QVBoxLayout(inside);
    column->setContentsMargins(12, 8, 12, 10);
    column->setSpacing(7);
    auto* const title = textLabel(TextRole::Head, inside);
    title->setText(tr("Latency"));
    m_note = textLabel(TextRole::Small, inside);
    column->addWidget(title);
    column->addWidget(m_note);
    buildChoices(*column, inside);
    m_chart = new LatencyChart(inside);
    column->addWidget(m_chart);
    m_percentiles = textLabel(TextRole::Small, inside);
    column->addWidget(m_percentiles);
    m_slowest = new QPushButton(tr("Go to the slowest"), inside);
    column->addWidget(m_slowest, 0, Qt::AlignLeft);
    auto* const where = textLabel(TextRole::Head, inside);
    where->setText(tr("Where the time goes"));
    column->addWidget(where);
    m_bars = new StageBars(inside);
    column->addWidget(m_bars);
    m_picture = new LayerPicture(inside);
    column->addWidget(m_picture);
    buildSelected(*column, inside);
    column->addStretch(1);
    setWidget(inside);
    connectAll();
    fillCombos();
    show(nullptr);
}

/// What is measured, of which transfers.
void LatencyPanel::buildChoices(QVBoxLayout& column, QWidget* inside) {
    auto* const grid = new QGridLayout;
    grid->setSpacing(5);
    const auto combo = [&](int row, int at, int columns, const QString& name) {
        auto* const made = new QComboBox(inside);
        made->setAccessibleName(name);
        made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        made->setMinimumContentsLength(6);
        grid->addWidget(made, row, at, 1, columns);
        return made;
    };
    m_interval = combo(0, 0, 2, tr("Interval"));
    m_scope = combo(1, 0, 1, tr("Which transfers"));
    m_direction = combo(1, 1, 1, tr("Direction"));
    m_device = combo(2, 0, 1, tr("Device"));
    m_task = combo(2, 1, 1, tr("Process"));
    column.addLayout(grid);
    for (std::size_t i = 0; i < model::kBlockIntervals; ++i) {
        const auto interval = static_cast<model::BlockInterval>(i);
        m_interval->addItem(wordText(model::intervalWords(interval).title), static_cast<int>(i));
        m_interval->setItemData(static_cast<int>(i),
                                wordsAsRichText(model::intervalWords(interval)), Qt::ToolTipRole);
    }
    m_interval->setCurrentIndex(static_cast<int>(model::BlockInterval::Q2C));
    m_scope->addItem(tr("Whole trace"), static_cast<int>(Scope::All));
    m_scope->addItem(tr("In view"), static_cast<int>(Scope::Window));
    m_scope->addItem(tr("Between A and B"), static_cast<int>(Scope::Range));
    m_scope->setCurrentIndex(1);
}

/// The request that is selected, and where it leads.
void LatencyPanel::buildSelected(QVBoxLayout& column, QWidget* inside) {
    auto* const selected = textLabel(TextRole::Head, inside);
    selected->setText(tr("Selected request"));
    column.addWidget(selected);
    m_selected = textLabel(TextRole::Small, inside);
    m_selected->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column.addWidget(m_selected);
    auto* const buttons = new QHBoxLayout;
    m_whoWaited = new QPushButton(tr("Who waited for it?"), inside);
    m_showOnTimeline = new QPushButton(tr("Show in timeline"), inside);
    buttons->addWidget(m_whoWaited);
    buttons->addWidget(m_showOnTimeline);
    buttons->addStretch(1);
    column.addLayout(buttons);
}

void LatencyPanel::connectAll() {
    for (auto* const box : {m_interval, m_scope, m_direction, m_device, m_task})
        connect(box, &QComboBox::activated, this, [this, box] {
            m_picture->setLit(interval());
            work();
            if (box != m_interval) emit choiceChanged();
        });
    connect(m_bars, &StageBars::stageHovered, m_picture, &LayerPicture::setLit);
    connect(m_bars, &StageBars::stageLeft, this, [this] { m_picture->setLit(interval()); });
    connect(m_slowest, &QPushButton::clicked, this, &LatencyPanel::goToSlowest);
    connect(m_whoWaited, &QPushButton::clicked, this, &LatencyPanel::goToSleeper);
    connect(m_showOnTimeline, &QPushButton::clicked, this, [this] {
        if (m_request != model::kNoIndex) m_view->setTab(0);
    });
}

void LatencyPanel::fillCombos() {
    const auto refill = [](QComboBox& box, const QString& all, auto&& add) {
        const auto before = box.currentData();
        box.clear();
        box.addItem(all, QVariant());
        add(box);
        const int found = before.isValid() ? box.findData(before) : 0;
        box.setCurrentIndex(std::max(found, 0));
    };
    std::map<model::DeviceId, std::size_t> devices;
    std::map<char, std::size_t> directions;
    std::map<model::TaskId, std::size_t> tasks;
    if (m_blocks)
        for (const auto& bio : m_blocks->bios) {
            ++devices[bio.device];
            ++directions[model::directionLetter(bio.rwbs)];
            if (bio.task != model::kNoTask) ++tasks[bio.task];
        }
    refill(*m_device, tr("All devices"), [&](QComboBox& box) {
        for (const auto& [device, count] : devices)
            box.addItem(QString::fromStdString(model::deviceText(device)),
                        static_cast<uint>(device));
    });
    refill(*m_direction, tr("Every direction"), [&](QComboBox& box) {
        static const std::map<char, QString> kNames{
            {'R', tr("Reads")}, {'W', tr("Writes")}, {'D', tr("Discards")}, {'F', tr("Flushes")}};
        for (const auto& [letter, count] : directions) {
            const auto name = kNames.find(letter);
            box.addItem(name != kNames.end() ? name->second : QString(QLatin1Char(letter)),
                        static_cast<int>(letter));
        }
    });
    std::vector<std::pair<std::size_t, model::TaskId>> busy;
    busy.reserve(tasks.size());
    for (const auto& [task, count] : tasks) busy.emplace_back(count, task);
    std::ranges::sort(busy, std::ranges::greater{});
    busy.resize(std::min(busy.size(), kMostTasks));
    refill(*m_task, tr("All processes"), [&](QComboBox& box) {
        for (const auto& [count, task] : busy)
            box.addItem(taskName(*m_trace, task), static_cast<uint>(model::raw(task)));
    });
}

void LatencyPanel::setBlocks(model::TracePtr trace,
                             std::shared_ptr<const model::BlockModel> blocks) {
    m_trace = std::move(trace);
    m_blocks = std::move(blocks);
    if (!m_blocks || m_request >= m_blocks->requests.size()) m_request = model::kNoIndex;
    fillCombos();
    showSelected();
    work();
}

void LatencyPanel::setThemeKind(ThemeKind kind) {
    m_kind = kind;
    m_chart->setThemeKind(kind);
    m_bars->setThemeKind(kind);
    m_picture->setThemeKind(kind);
    show(m_latency);
    showSelected();
}

void LatencyPanel::setScope(Scope scope) {
    m_scope->setCurrentIndex(m_scope->findData(static_cast<int>(scope)));
    work();
    emit choiceChanged();
}

void LatencyPanel::setInterval(model::BlockInterval interval) {
    m_interval->setCurrentIndex(static_cast<int>(interval));
    m_picture->setLit(interval);
    work();
}

model::BlockInterval LatencyPanel::interval() const {
    return static_cast<model::BlockInterval>(m_interval->currentData().toInt());
}

model::BlockChoice LatencyPanel::choice() const {
    model::BlockChoice choice;
    switch (static_cast<Scope>(m_scope->currentData().toInt())) {
    case Scope::Window: choice.range = m_view->window(); break;
    case Scope::Range: choice.range = m_view->range(); break;
    case Scope::All: break;
    }
    if (const auto device = m_device->currentData(); device.isValid())
        choice.device = static_cast<model::DeviceId>(device.toUInt());
    if (const auto task = m_task->currentData(); task.isValid())
        choice.task = static_cast<model::TaskId>(task.toUInt());
    if (const auto letter = m_direction->currentData(); letter.isValid())
        choice.direction = static_cast<char>(letter.toInt());
    choice.rows = m_view->filterRows();
    return choice;
}

void LatencyPanel::later() { m_rest.start(); }

void LatencyPanel::work() {
    m_rest.stop();
    if (!m_blocks) {
        m_job.cancel();
        show(nullptr);
        return;
    }
    m_job.run(m_work->jobs(), [this, blocks = m_blocks, choice = choice(),
                               interval = interval()](const std::stop_token&) {
        auto latency = std::make_shared<const model::BlockLatency>(
            model::blockLatency(*blocks, model::chosenBios(*blocks, choice), interval));
        return LatestJob::Delivery([this, latency] { show(latency); });
    });
}

void LatencyPanel::show(std::shared_ptr<const model::BlockLatency> latency) {
    m_latency = std::move(latency);
    const auto count = m_latency ? m_latency->all.count : 0;
    // Inside of a sentence: not the words of the choice, which begin with a capital.
    const auto scope = static_cast<Scope>(m_scope->currentData().toInt());
    const auto where = scope == Scope::All      ? tr("in the whole trace")
                       : scope == Scope::Window ? tr("in view")
                                                : tr("between A and B");
    m_note->setText(
        count == 0 ? tr("no transfer of these has that interval")
        : m_view->filterRows()
            ? tr("%1 transfers that the filter lets through, %2").arg(countText(count), where)
            : tr("%1 transfers, %2").arg(countText(count), where));
    m_chart->setLatency(m_latency);
    m_bars->setLatency(m_latency);
    m_percentiles->setText(percentileTable());
    m_slowest->setEnabled(count > 0);
    emit latencyChanged();
}

QString LatencyPanel::percentileTable() const {
    if (!m_latency || m_latency->all.count == 0) return {};
    const Theme& t = theme(m_kind);
    const auto grey = hex(t.text2);
    const auto ink = hex(t.text1);
    QString html = QStringLiteral("<table cellspacing='0'><tr><td></td>");
    const bool all = width() >= kAllPercentiles;
    const auto shown = [all](std::size_t percentile) { return all || percentile % 2 == 0; };
    constexpr std::array kNames{"p50", "p90", "p99", "p99.9"};
    static_assert(kNames.size() == model::kLatencyShares.size());
    html += cell(tr("mean"), "right", grey);
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (shown(i)) html += cell(QLatin1String(kNames[i]), "right", grey);
    html += cell(tr("max"), "right", grey) + QStringLiteral("</tr>");
    const auto row = [&](const QString& name, Rgb colour, const model::LatencySpread& spread) {
        if (spread.count == 0) return;
        html += QStringLiteral("<tr>") +
                cell(QStringLiteral("<span style='color:%1'>■</span> %2").arg(hex(colour), name),
                     "left", ink);
        html += cell(spanText(spread.mean()), "right", ink);
        for (std::size_t i = 0; i < kNames.size(); ++i)
            if (shown(i)) html += cell(spanText(spread.percentiles[i]), "right", ink);
        html += cell(spanText(spread.max), "right", ink) + QStringLiteral("</tr>");
    };
    row(tr("read"), t.dirRead, m_latency->side[0]);
    row(tr("write"), t.dirWrite, m_latency->side[1]);
    row(tr("all"), t.seriesNeutral, m_latency->all);
    return html + QStringLiteral("</table>");
}

void LatencyPanel::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    m_percentiles->setText(percentileTable());
}

void LatencyPanel::goToSlowest() {
    if (!m_latency || m_latency->all.slowest == model::kNoIndex) return;
    const auto& bio = m_blocks->bios[m_latency->all.slowest];
    if (bio.request != model::kNoIndex) {
        emit requestChosen(bio.request);
        return;
    }
    m_view->selectEvent(bio.event);  // no request holds it: merged and lost, or of a device above
}

void LatencyPanel::showRequest(std::uint32_t request) {
    if (request == m_request) return;
    m_request = request;
    showSelected();
}

void LatencyPanel::showSelected() {
    const bool any = m_blocks && m_request != model::kNoIndex;
    m_sleeper = any ? model::sleeperOn(*m_trace, *m_blocks, m_request) : std::nullopt;
    m_selected->setText(any ? requestWords()
                            : tr("None. Click a bar above, or a row of the table."));
    m_showOnTimeline->setEnabled(any);
    m_whoWaited->setEnabled(m_sleeper.has_value());
    m_whoWaited->setToolTip(m_sleeper ? taskName(*m_trace, m_sleeper->task)
                            : any     ? tr("No task was woken by its completion, or the trace has "
                                               "no sched events")
                                      : QString());
}

QString LatencyPanel::requestWords() const {
    const Theme& t = theme(m_kind);
    const auto& request = m_blocks->requests[m_request];
    QString html = QStringLiteral("<table cellspacing='0'>");
    const auto stages = model::requestStages(*m_trace, *m_blocks, m_request);
    std::int64_t before = stages.empty() ? 0 : stages.front().time;
    std::size_t told = 0;
    for (const auto& stage : stages) {
        if (++told > kMostStages) {
            html += QStringLiteral("<tr><td></td>") +
                    cell(tr("and %1 more").arg(stages.size() - kMostStages), "left", hex(t.text2)) +
                    QStringLiteral("</tr>");
            break;
        }
        const auto words = model::stageWords(stage.letter == 'F' ? 'M' : stage.letter);
        const auto who = stage.task != model::kNoTask ? taskName(*m_trace, stage.task)
                         : stage.event                ? shown(m_trace->text(stage.comm))
                                                      : QString();
        html +=
            QStringLiteral("<tr>") +
            cell(QStringLiteral("<b>%1</b>").arg(QLatin1Char(stage.letter)), "left", hex(t.text1)) +
            cell(wordText(words.title).toHtmlEscaped(), "left", hex(t.text2)) +
            cell(QLatin1Char('+') + spanText(stage.time - before), "right", hex(t.text1)) +
            cell(stage.cpu == model::kUnknownCpu ? QString()
                                                 : tr("CPU %1").arg(model::raw(stage.cpu)),
                 "left", hex(t.text2)) +
            cell(who.toHtmlEscaped(), "left", hex(t.text2)) + QStringLiteral("</tr>");
        before = stage.time;
    }
    html += QStringLiteral("</table>");
    QString head =
        QStringLiteral("<b>%1</b>, sector %2, %3<br>")
            .arg(QString::fromStdString(model::deviceText(request.device)),
                 countText(request.sector),
                 QString::fromStdString(model::formatBytes(std::uint64_t{request.sectors} * 512)));
    if (request.task != model::kNoTask)
        head += tr("Asked for by %1").arg(taskName(*m_trace, request.task).toHtmlEscaped());
    if (request.bios > 1) head += tr(", %1 transfers merged").arg(request.bios);
    if (requestTotal(request) != model::kNoTime)
        head += tr("; %1 in all").arg(spanText(requestTotal(request)));
    if (m_sleeper)
        head += tr("<br>%1 slept on it for %2")
                    .arg(taskName(*m_trace, m_sleeper->task).toHtmlEscaped(),
                         spanText(m_sleeper->sleep.length().count()));
    if (request.error != 0) head += tr("<br>It failed with %1.").arg(request.error);
    return head + html;
}

void LatencyPanel::goToSleeper() {
    if (!m_sleeper) return;
    Item item;
    item.kind = Item::Kind::Slice;
    item.lane = {LaneKey::Kind::Task, model::raw(m_sleeper->task)};
    item.span = m_sleeper->sleep;
    item.task = m_sleeper->task;
    const auto lane = m_trace->taskLane(m_sleeper->task);
    const auto index = lane.indexAt(model::toNs(m_sleeper->sleep.begin));
    if (index < lane.size()) item.value = lane.span(index).value;
    m_view->setTab(0);
    m_view->setItem(item);
    m_view->fit(m_sleeper->sleep, 0.2);
}

}  // namespace kscope::views
