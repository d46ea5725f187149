// SPDX-License-Identifier: GPL-3.0-or-later
/// The details pane.
#include "views/panes/details/details_pane.h"

#include "model/core/format.h"
#include "model/items/event_place.h"
#include "views/panes/details/details_calls.h"
#include "views/panes/details/details_parts.h"
#include "views/panes/pane_look.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QVBoxLayout>

namespace kscope::views {
namespace {

constexpr int kPadding = 14;
constexpr int kWindowDelayMs = 60;   // shares are counted anew when a pan or zoom rests
constexpr int kAtOnceDelayMs = 150;  // until then the content before stays

/// Builds one section after the other, hairlines between them.
class Sections {
public:
    Sections(QWidget* page, const Theme& colours, std::function<void(const QString&)> follow)
        : m_page(page),
          m_colours(colours),
          m_follow(std::move(follow)),
          m_all(new QVBoxLayout(page)) {
        m_all->setContentsMargins(0, 0, 0, 0);
        m_all->setSpacing(0);
    }
    void begin() {
        if (m_section != nullptr) {
            auto* line = new QFrame(m_page);
            line->setFixedHeight(1);
            line->setStyleSheet(
                QStringLiteral("background:%1;border:0").arg(hex(m_colours.lineEdge)));
            m_all->addWidget(line);
        }
        m_section = new QVBoxLayout;
        m_section->setContentsMargins(kPadding, 12, kPadding, 12);
        m_section->setSpacing(6);
        m_all->addLayout(m_section);
    }
    QLabel* text(const QString& html, TextRole role, Rgb ink) {
        auto* label = new QLabel(html, m_page);
        label->setFont(views::font(role));
        label->setTextFormat(Qt::RichText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextBrowserInteraction);
        // Colours by palette: a style sheet a label costs ten times as much.
        auto palette = label->palette();
        palette.setColor(QPalette::WindowText, QColor::fromRgb(ink));
        palette.setColor(QPalette::Text, QColor::fromRgb(ink));
        label->setPalette(palette);
        QObject::connect(label, &QLabel::linkActivated, m_page, m_follow);
        m_section->addWidget(label);
        return label;
    }
    void prose(const QString& plain, Rgb ink) {
        if (!plain.isEmpty())
            text(QStringLiteral("<div style='line-height:140%'>%1</div>")
                     .arg(plain.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"))),
                 TextRole::Body, ink);
    }
    void head(const QString& left, const QString& right = {}) {
        auto* line = new QHBoxLayout;
        auto heading = views::font(TextRole::Small);
        heading.setWeight(QFont::DemiBold);
        for (const auto& part : {left, right}) {
            auto* label = new QLabel(part, m_page);
            label->setFont(heading);
            label->setForegroundRole(QPalette::WindowText);
            auto palette = label->palette();
            palette.setColor(QPalette::WindowText, QColor::fromRgb(m_colours.text2));
            label->setPalette(palette);
            line->addWidget(label);
            if (&part == &left || part == left) line->addStretch(1);
        }
        m_section->addLayout(line);
    }
    void add(QWidget* widget) { m_section->addWidget(widget); }
    void finish() { m_all->addStretch(1); }
    [[nodiscard]] const Theme& colours() const { return m_colours; }
    [[nodiscard]] QWidget* page() const { return m_page; }

private:
    QWidget* m_page;
    const Theme& m_colours;
    std::function<void(const QString&)> m_follow;
    QVBoxLayout* m_all;
    QVBoxLayout* m_section = nullptr;
};

QString monoFamily() { return views::font(TextRole::Mono).family(); }

QString fieldTable(const std::vector<DetailsField>& fields, const Theme& colours) {
    QString html = QStringLiteral("<table width='100%' cellspacing='0' cellpadding='1'>");
    for (const auto& field : fields) {
        auto value = field.value.toHtmlEscaped();
        value.replace(QChar(0x2009), QChar(0x202f));  // the thin space that no line breaks at
        html += QStringLiteral("<tr><td style='color:%1'>%2</td><td align='right' "
                               "style='color:%3;font-family:\"%4\"'>%5</td></tr>")
                    .arg(hex(colours.text3), field.name.toHtmlEscaped(), hex(colours.text1),
                         monoFamily(), value);
        if (!field.meaning.isEmpty())
            html +=
                QStringLiteral("<tr><td colspan='2' "
                               "style='color:%1;font-size:%2pt;padding-bottom:3px'>%3</td></tr>")
                    .arg(hex(colours.text3),
                         QString::number(views::font(TextRole::Small).pointSizeF()),
                         field.meaning.toHtmlEscaped());
    }
    return html + QStringLiteral("</table>");
}

QString shareTable(const DetailsContent& content, const Theme& colours,
                   const model::TaskInfo& task) {
    QString html = QStringLiteral("<table width='100%' cellspacing='0' cellpadding='1'>");
    for (const auto& share : content.shares) {
        const double part = content.shareTotal.count() > 0
                                ? static_cast<double>(share.time.count()) /
                                      static_cast<double>(content.shareTotal.count())
                                : 0;
        html += QStringLiteral("<tr><td><span style='color:%1'>\u25a0</span>&nbsp; %2</td>"
                               "<td align='right' style='font-family:\"%3\"'>%4 <span "
                               "style='color:%5'>%6</span></td></tr>")
                    .arg(hex(stateFill(colours, share.state, task)), share.name.toHtmlEscaped(),
                         monoFamily(), shown(model::formatDuration(share.time)), hex(colours.text3),
                         shown(model::formatShare(part)));
    }
    return html + QStringLiteral("</table>");
}

QString stackHtml(const std::vector<QString>& frames, const Theme& colours) {
    QString html;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        // The place where it happened is read first; the frames below it say how it came there.
        const auto ink = i == 0 ? colours.text1 : colours.text2;
        html += QStringLiteral("<div style='color:%1;font-family:\"%2\"'>%3</div>")
                    .arg(hex(ink), monoFamily(), frames[i].toHtmlEscaped());
    }
    return html;
}

Rgb dotFill(const DetailsStep& step, const Theme& colours, const model::Trace& trace) {
    switch (step.dot) {
    case DetailsStep::Dot::HardIrq: return colours.irqHard;
    case DetailsStep::Dot::SoftIrq: return colours.irqSoft;
    case DetailsStep::Dot::Wait: return stateFill(colours, step.state, model::TaskInfo{});
    case DetailsStep::Dot::Task: break;
    }
    if (step.task == model::kNoTask || trace.task(step.task).idle()) return colours.lineStrong;
    return colours.taskFill(trace.task(step.task));
}

void buildChain(Sections& sections, const DetailsContent& content, const model::Trace& trace,
                const std::function<void(const QString&)>& follow) {
    sections.begin();
    sections.head(content.chainTitle);
    const auto count = content.chain.size();
    auto* chain = new QWidget(sections.page());
    auto* steps = new QVBoxLayout(chain);  // without gaps, so that the line runs through
    steps->setContentsMargins(0, 0, 0, 0);
    steps->setSpacing(0);
    for (std::size_t i = 0; i < count; ++i) {
        const auto place = count == 1       ? ChainStep::Place::Only
                           : i == 0         ? ChainStep::Place::First
                           : i + 1 == count ? ChainStep::Place::Last
                                            : ChainStep::Place::Middle;
        auto* step = new ChainStep(
            content.chain[i], dotFill(content.chain[i], sections.colours(), trace), place, chain);
        QObject::connect(step, &ChainStep::linkActivated, sections.page(), follow);
        steps->addWidget(step);
    }
    sections.add(chain);
}

void buildLinks(Sections& sections, const std::vector<DetailsLink>& links) {
    sections.begin();
    sections.head(DetailsPane::tr("Go"));
    for (const auto& link : links)
        sections.text(
            QStringLiteral("<a href='%1' style='color:%2;text-decoration:none'>%3</a>")
                .arg(link.target, hex(sections.colours().accent), link.text.toHtmlEscaped()),
            TextRole::Body, sections.colours().accent);
}

}  // namespace

DetailsPane::DetailsPane(TraceView* view, QWidget* parent)
    : QScrollArea(parent),
      m_view(view),
      m_work(PaneWork::of(view)),
      m_job(this),
      m_placeJob(this) {
    setAccessibleName(tr("Details"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumWidth(260);
    m_windowTimer.setSingleShot(true);
    connect(&m_windowTimer, &QTimer::timeout, this, &DetailsPane::refresh);
    connect(view, &TraceView::itemChanged, this, &DetailsPane::refresh);
    connect(view, &TraceView::traceChanged, this, [this] { m_windowTimer.start(kWindowDelayMs); });
    connect(view, &TraceView::filterChanged, this, [this] { m_windowTimer.start(kWindowDelayMs); });
    connect(view, &TraceView::formatChanged, this, &DetailsPane::refresh);
    connect(view, &TraceView::rangeChanged, this, [this] {
        if (m_view->state().timeFormat == TimeFormat::SinceCursorA)
            m_windowTimer.start(kWindowDelayMs);
    });
    connect(view, &TraceView::windowChanged, this, [this] {
        // Shares are of the window: those on their way are of the one before.
        if (m_job.running() || m_content.shareTask != model::kNoTask)
            m_windowTimer.start(kWindowDelayMs);
    });
    build();
    refresh();  // The item may have been there before the pane.
}

DetailsPane::~DetailsPane() = default;

void DetailsPane::refresh() {
    m_windowTimer.stop();
    if (!m_view->trace() || m_view->item().kind == Item::Kind::None) {
        m_job.cancel();
        present({}, m_view->trace());
        return;
    }
    const DetailsQuestion question{.trace = m_view->trace(),
                                   .item = m_view->item(),
                                   .told = m_view->told(),
                                   .window = m_view->window(),
                                   .filterRows = m_view->filterRows(),
                                   .style = timeStyleOf(*m_view),
                                   .calls = CallsOfTrace::of(m_view)};
    m_job.run(m_work->jobs(), [this, question](std::stop_token stop) {
        auto content = detailsOf(question, std::move(stop));
        return LatestJob::Delivery([this, content = std::move(content), trace = question.trace] {
            present(content, trace);
        });
    });
    QTimer::singleShot(kAtOnceDelayMs, this, [this, question] {
        const bool still = m_job.running() && m_view->item() == question.item;
        if (still && question.item.kind == Item::Kind::Event)
            present(detailsAtOnce(question), question.trace);
    });
}

void DetailsPane::present(DetailsContent content, model::TracePtr trace) {
    // A growing trace asks at every round: what reads the same stays, with its selected text.
    const bool same = content == m_content && (trace == nullptr) == (m_contentTrace == nullptr);
    m_content = std::move(content);
    m_contentTrace = std::move(trace);
    if (!same) build();
}

void DetailsPane::build() {
    const auto& colours = themeOf(*this);
    auto* page = new QWidget;
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Window);
    auto palette = page->palette();
    palette.setColor(QPalette::Window, QColor::fromRgb(colours.bgPanel));
    page->setPalette(palette);
    const auto followLink = [this](const QString& target) { follow(target); };
    Sections sections(page, colours, followLink);
    sections.begin();
    if (m_content.title.isEmpty()) {
        const auto text =
            m_contentTrace
                ? tr("Click an event, a slice or a row to see here what it is and what led to it.")
                : tr("No trace is open. What you select in a trace is explained here.");
        sections.prose(text, colours.text3);
    } else {
        sections.text(m_content.title.toHtmlEscaped(), TextRole::Title, colours.text1);
        sections.prose(m_content.sentence, colours.text2);
        sections.prose(m_content.fault, colours.statusWarn);
        sections.prose(m_content.hidden, colours.statusInfo);
        sections.prose(m_content.why, colours.text3);
        sections.prose(m_content.next, colours.text3);
    }
    if (!m_content.fields.empty()) {
        sections.begin();
        sections.head(tr("Fields"));
        sections.text(fieldTable(m_content.fields, colours), TextRole::Body, colours.text1);
    }
    if (!m_content.shares.empty() && m_contentTrace) {
        const auto& task = m_contentTrace->task(m_content.shareTask);
        sections.begin();
        sections.head(m_content.shareTitle, shown(model::formatDuration(m_content.shareTotal)));
        sections.add(new StateBar(m_content.shares, m_content.shareTotal, task, page));
        sections.text(shareTable(m_content, colours, task), TextRole::Body, colours.text1);
    }
    if (!m_content.chain.empty() && m_contentTrace)
        buildChain(sections, m_content, *m_contentTrace, followLink);
    for (const auto* stack : {&m_content.stack, &m_content.userStack}) {
        if (stack->empty()) continue;
        sections.begin();
        sections.head(stack == &m_content.stack ? tr("Kernel stack") : tr("User stack"));
        sections.text(stackHtml(*stack, colours), TextRole::Body, colours.text2);
    }
    if (!m_content.links.empty()) buildLinks(sections, m_content.links);
    sections.finish();
    setWidget(page);  // deletes the page before
}

void DetailsPane::follow(const QString& link) {
    const auto parts = link.split(QLatin1Char(':'));
    if (!m_view->trace() || parts.size() < 2) return;
    if (parts[0] == QLatin1String("event")) {
        const model::EventIndex event{parts[1].toULongLong()};
        // Queued: selecting rebuilds this pane, and the label that was clicked must not die under
        // its own signal.
        QTimer::singleShot(0, this, [this, event] {
            if (m_view->trace() && raw(event) < m_view->trace()->events())
                m_view->selectEvent(event);
        });
        return;
    }
    const auto note = parts[1].toULongLong(), at = parts.value(2).toULongLong();
    const auto& all = m_view->trace()->diagnostics().all();
    if (note >= all.size() || at >= all[note].first.size()) return;
    m_placeJob.run(m_work->jobs(), [this, trace = m_view->trace(),
                                    place = all[note].first[at]](std::stop_token stop) {
        const auto event = items::eventAtPlace(*trace, place, std::move(stop));
        return LatestJob::Delivery([this, trace, event] {
            if (event && trace == m_view->trace()) m_view->selectEvent(*event);
        });
    });
}

QString DetailsPane::plainText() const {
    QStringList lines{m_content.title};
    for (const auto& text : {m_content.sentence, m_content.fault, m_content.why, m_content.next})
        if (!text.isEmpty()) lines.append(text);
    for (const auto& field : m_content.fields)
        lines.append(field.name + QLatin1Char('\t') + field.value);
    for (const auto& share : m_content.shares)
        lines.append(share.name + QLatin1Char('\t') + shown(model::formatDuration(share.time)));
    for (const auto& step : m_content.chain)
        lines.append(step.text + QLatin1Char('\t') + step.second);
    for (const auto& frame : m_content.stack) lines.append(QStringLiteral("=> ") + frame);
    for (const auto& frame : m_content.userStack) lines.append(QStringLiteral("=> ") + frame);
    return lines.join(QLatin1Char('\n'));
}

void DetailsPane::copyAll() const { QApplication::clipboard()->setText(plainText()); }

void DetailsPane::contextMenuEvent(QContextMenuEvent* event) {
    if (m_content.title.isEmpty()) return;
    QMenu menu(this);
    connect(menu.addAction(tr("Copy Details")), &QAction::triggered, this, &DetailsPane::copyAll);
    connect(menu.addAction(tr("Copy Sentence")), &QAction::triggered, this,
            [this] { QApplication::clipboard()->setText(m_content.sentence); });
    menu.exec(event->globalPos());
}

void DetailsPane::changeEvent(QEvent* event) {
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && widget() != nullptr) {
        // Not now: the pages' own palettes are set while the change runs through the children.
        QTimer::singleShot(0, this, &DetailsPane::build);
    }
}

}  // namespace kscope::views
