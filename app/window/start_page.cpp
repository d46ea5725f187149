// SPDX-License-Identifier: GPL-3.0-or-later
/// What is seen while nothing is open.
#include "app/window/start_page.h"

#include "app/window/bars.h"
#include "app/window/look.h"
#include "app/window/qt_text.h"
#include "app/window/start_kinds.h"
#include "app/window/start_parts.h"
#include "model/core/format.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace kscope::app {

namespace {

constexpr int kShownRecent = 6;

QWidget* heading(const QString& title, const QString& more, QWidget* parent) {
    auto* line = new QWidget(parent);
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(9);
    auto* big = new QLabel(title, line);
    big->setFont(views::font(views::TextRole::Title));
    row->addWidget(big);
    row->addWidget(new SmallLabel(more, line));
    row->addStretch(1);
    return line;
}

}  // namespace

QString sampleTitle(const std::string& path) {
    const auto name = QFileInfo(text(path)).fileName();
    const auto base = name.section(QLatin1Char('.'), 0, 0);
    if (base == QLatin1String("write-fsync"))
        return StartPage::tr("A write that waits for the disk");
    if (base == QLatin1String("lab-nap-kill9"))
        return StartPage::tr("A child that naps and is killed");
    return base;
}

StartPage::StartPage(Session& session, QWidget* parent) : QScrollArea(parent), m_session(session) {
    setObjectName(QStringLiteral("startScroll"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    auto* page = new QWidget(this);
    page->setObjectName(QStringLiteral("startPage"));
    auto* columns = new QHBoxLayout(page);
    columns->setContentsMargins(48, 36, 48, 24);
    columns->setSpacing(48);
    columns->addStretch(1);
    columns->addWidget(left(), 10);
    columns->addWidget(right(), 10);
    columns->addStretch(1);
    setWidget(page);
    retheme();
    connect(&m_session, &Session::recentRead, this, [this] {
        fillRecent();
        fillSamples();
    });
}

QWidget* StartPage::left() {
    auto* side = new QWidget(this);
    side->setMaximumWidth(1000);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(16);
    column->addWidget(dropCard());
    column->addWidget(m_load = loadCard());
    m_recent = new QVBoxLayout;
    m_recent->setSpacing(0);
    column->addLayout(m_recent);
    m_samples = new QVBoxLayout;
    m_samples->setSpacing(9);
    column->addLayout(m_samples);
    column->addStretch(1);
    return side;
}

QWidget* StartPage::right() {
    auto* side = new QWidget(this);
    side->setMaximumWidth(900);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(16);
    column->addWidget(heading(tr("What can I open?"),
                              tr("the kind is read from the content, not from the name"), side));
    auto* kinds = new KindsTable(side);
    connect(kinds, &KindsTable::copied, this,
            [this](const QString& command) { emit said(tr("Copied: %1").arg(command)); });
    column->addWidget(kinds);
    column->addWidget(new SmallLabel(
        tr("Compressed files (.gz .xz .zst) open directly. Click a command to copy it."), side));
    m_notesPart = new QWidget(side);
    m_notesBox = new QVBoxLayout(m_notesPart);
    m_notesBox->setContentsMargins(0, 8, 0, 0);
    m_notesBox->setSpacing(9);
    column->addWidget(m_notesPart);
    column->addWidget(m_hint = hintCard());
    column->addStretch(1);
    return side;
}

QFrame* StartPage::dropCard() {
    auto* card = new DropCard(this);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(24, 84, 24, 28);
    column->setSpacing(10);
    auto* title = new QLabel(tr("Drop a trace here"), card);
    title->setFont(views::font(views::TextRole::Heading));
    title->setAlignment(Qt::AlignCenter);
    auto* words = new SmallLabel(
        tr("ftrace text, trace-cmd reports, blktrace, uftrace, folded stacks, readings of /proc, "
           "or a folder of them; several at once"),
        card);
    words->setAlignment(Qt::AlignCenter);
    auto* open = new QPushButton(icon(QStringLiteral("open")), tr("Open file"), card);
    open->setObjectName(QStringLiteral("main"));
    connect(open, &QPushButton::clicked, this, &StartPage::openWanted);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(open);
    auto* folder = new QPushButton(tr("Open folder"), card);
    folder->setToolTip(tr("uftrace data, blktrace files or readings of /proc  Ctrl+Shift+O"));
    connect(folder, &QPushButton::clicked, this, &StartPage::folderWanted);
    buttons->addWidget(folder);
    auto* watch = new QPushButton(icon(QStringLiteral("live")), tr("Watch this machine"), card);
    watch->setToolTip(tr("Polls /proc: interrupts, memory zones, rates  Ctrl+R"));
    connect(watch, &QPushButton::clicked, this, &StartPage::liveWanted);
    buttons->addWidget(watch);
    buttons->addStretch(1);
    column->addWidget(title);
    column->addWidget(words);
    column->addLayout(buttons);
    return card;
}

QFrame* StartPage::loadCard() {
    auto* card = new QFrame(this);
    card->setObjectName(QStringLiteral("plain"));
    m_loadTitle = new QLabel(card);
    auto bold = font();
    bold.setWeight(QFont::DemiBold);
    m_loadTitle->setFont(bold);
    m_loadText = new QLabel(card);
    m_loadText->setFont(views::font(views::TextRole::Mono));
    m_loadBar = new QProgressBar(card);
    m_loadBar->setFixedHeight(6);
    m_loadBar->setTextVisible(false);
    m_loadBar->setAccessibleName(tr("Share read"));
    auto* cancel = new QPushButton(tr("Cancel"), card);
    connect(cancel, &QPushButton::clicked, &m_session, &Session::cancel);
    m_look = new LinkButton(tr("Look at what is there now"), card);
    connect(m_look, &QPushButton::clicked, this, &StartPage::lookWanted);
    auto* head = new QHBoxLayout;
    head->addWidget(m_loadTitle, 1);
    head->addWidget(m_loadText);
    head->addWidget(cancel);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(m_look);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(16, 12, 16, 12);
    column->addLayout(head);
    column->addWidget(m_loadBar);
    column->addLayout(foot);
    card->hide();
    return card;
}

QFrame* StartPage::hintCard() {
    auto* card = new QFrame(this);
    card->setObjectName(QStringLiteral("hint"));
    m_hintWords = new QLabel(card);
    m_hintWords->setWordWrap(true);
    auto* done = new LinkButton(tr("Got it"), card);
    connect(done, &QPushButton::clicked, this, [this] {
        setHint(Hint::Hide);
        emit hintClosed();
    });
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(14, 10, 14, 10);
    row->addWidget(m_hintWords, 1);
    row->addWidget(done);
    return card;
}

void StartPage::setHint(Hint hint) { m_hint->setVisible(hint == Hint::Show); }

void StartPage::retheme() {
    m_hintWords->setText(tr("<b>To begin:</b> wheel to scroll, %1 + wheel to zoom, drag to "
                            "measure. %2 shows the rest.")
                             .arg(keyCaps(QStringLiteral("Ctrl")), keyCaps(QStringLiteral("?"))));
}

void StartPage::followLoad() {
    constexpr qint64 kQuietMs = 400;
    const auto elapsed = m_session.loadingForMs();
    m_load->setVisible(m_session.loading() && elapsed >= kQuietMs);
    const auto& progress = m_session.progress();
    m_loadTitle->setText(tr("Opening %1").arg(m_session.title()));
    m_loadText->setText(progressText(progress, elapsed));
    m_loadBar->setRange(0, progress.bytesTotal == 0 ? 0 : 1000);
    if (progress.bytesTotal != 0)
        m_loadBar->setValue(static_cast<int>(static_cast<double>(progress.bytesDone) /
                                             static_cast<double>(progress.bytesTotal) * 1000.0));
    m_look->setVisible(m_session.view().trace() != nullptr);
}

void StartPage::fillRecent() {
    clearLayout(*m_recent);
    const auto& recent = m_session.recentTraces();
    if (recent.empty()) return;
    m_recent->addWidget(heading(tr("Recent"), tr("with your views, markers and notes kept"), this));
    m_recent->addSpacing(8);
    int shown = 0;
    for (const auto& trace : recent) {
        if (!m_allRecent && shown++ >= kShownRecent) break;
        auto* row = new RecentRow(trace, this);
        connect(row, &RecentRow::clicked, this, [this, sources = trace.sources] {
            std::vector<SourceSpec> specs;
            for (const auto& source : sources) {
                // As it was written by us: a text that does not parse names a file.
                specs.push_back(parseSourceSpec(source).value_or(SourceSpec{source, 0}));
            }
            emit traceWanted(specs);
        });
        connect(row, &RecentRow::pinWanted, this,
                [this, trace](Pin pin) { m_session.pinRecentTrace(trace, pin); });
        m_recent->addWidget(row);
        m_recent->addWidget(new Hairline(this));
    }
    if (!m_allRecent && recent.size() > kShownRecent) {
        auto* all = new LinkButton(tr("Show all %1").arg(recent.size()), this);
        connect(all, &QPushButton::clicked, this, [this] {
            m_allRecent = true;
            fillRecent();
        });
        m_recent->addSpacing(6);
        m_recent->addWidget(all, 0, Qt::AlignLeft);
    }
}

void StartPage::fillSamples() {
    clearLayout(*m_samples);
    if (m_session.samples().empty()) return;
    m_samples->addWidget(heading(tr("Sample traces"), tr("come with the program"), this));
    auto* cards = new QHBoxLayout;
    cards->setSpacing(12);
    int shown = 0;
    for (const auto& sample : m_session.samples()) {
        if (shown++ == 3) break;
        auto* card =
            new SampleCard(sampleTitle(sample.path), text(model::formatBytes(sample.bytes)), this);
        connect(card, &SampleCard::clicked, this, [this, path = sample.path] {
            emit traceWanted({SourceSpec{path, 0}});
        });
        cards->addWidget(card, 1);
    }
    m_samples->addLayout(cards);
}

void StartPage::setNotes(std::vector<Note> notes) {
    m_notes = std::move(notes);
    fillNotes();
}

QString StartPage::notesText() const {
    QStringList lines;
    for (const auto& note : m_notes) lines << note.title + QLatin1Char('\n') + note.reason;
    return lines.join(QLatin1Char('\n'));
}

void StartPage::fillNotes() {
    clearLayout(*m_notesBox);
    m_notesPart->setVisible(!m_notes.empty());
    if (m_notes.empty()) return;
    auto* head = heading(
        tr("Notes"), tr("of the traces opened last; nothing is dropped in silence"), m_notesPart);
    auto* copy = new LinkButton(tr("Copy all"), head);
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(notesText());
        emit said(tr("Notes copied"));
    });
    head->layout()->addWidget(copy);
    m_notesBox->addWidget(head);
    auto* card = new QFrame(m_notesPart);
    card->setObjectName(QStringLiteral("plain"));
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(14, 10, 14, 10);
    column->setSpacing(8);
    for (const auto& note : m_notes) {
        auto* row = new QHBoxLayout;
        row->setSpacing(12);
        const auto ink = note.sign == QLatin1String("err")     ? IconMark::Ink::Error
                         : note.sign == QLatin1String("note")  ? IconMark::Ink::Loss
                         : note.sign == QLatin1String("guess") ? IconMark::Ink::Guess
                                                               : IconMark::Ink::Info;
        auto* sign = new IconMark(note.sign, ink, card);
        row->addWidget(sign, 0, Qt::AlignTop);
        auto* words = new QLabel(QStringLiteral("<b>%1</b><br>%2")
                                     .arg(note.title.toHtmlEscaped(), note.reason.toHtmlEscaped()),
                                 card);
        words->setWordWrap(true);
        words->setTextInteractionFlags(Qt::TextSelectableByMouse);
        row->addWidget(words, 1);
        column->addLayout(row);
    }
    m_notesBox->addWidget(card);
}

}  // namespace kscope::app
