// SPDX-License-Identifier: GPL-3.0-or-later
/// All commands, tasks, bookmarks and recent traces in one list with a field to find them.
#include "app/window/command_palette.h"

#include "app/window/look.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QRegularExpression>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace kscope::app {

namespace {

constexpr int kWidth = 620;
constexpr int kRowHeight = 26;
constexpr int kMostRows = 200;  // More than anyone scrolls; a trace may have a million tasks.
constexpr int kDetail = Qt::UserRole + 1;

/// Text at the left, keys or reason at the right.
class EntryDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex&) const override {
        return {100, std::max(kRowHeight, option.fontMetrics.height() + 10)};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const auto& tokens = currentTokens();
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        const bool enabled = option.state.testFlag(QStyle::State_Enabled);
        if (chosen) painter->fillRect(option.rect, QColor::fromRgb(tokens.accentFill));
        const auto box = option.rect.adjusted(10, 0, -10, 0);
        const auto detail = index.data(kDetail).toString();
        painter->setFont(views::font(views::TextRole::Small));
        painter->setPen(QColor::fromRgb(chosen ? tokens.accentInk : tokens.text3));
        const int detailWidth =
            std::min(painter->fontMetrics().horizontalAdvance(detail) + 4, box.width() * 2 / 3);
        painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(detail, Qt::ElideRight, detailWidth));
        painter->setFont(option.font);
        painter->setPen(QColor::fromRgb(!enabled ? tokens.text3
                                        : chosen ? tokens.accentInk
                                                 : tokens.text1));
        const auto textBox = box.adjusted(0, 0, -detailWidth - 12, 0);
        painter->drawText(textBox, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            textBox.width()));
    }
};

}  // namespace

int fuzzyScore(const QString& typed, const QString& text) {
    const auto words = typed.trimmed();
    if (words.isEmpty()) return 0;
    // What stands there as typed is meant, rather than its letters here and there.
    if (const auto at = text.indexOf(words, 0, Qt::CaseInsensitive); at >= 0) {
        const auto atWord = text.indexOf(
            QRegularExpression(QStringLiteral("\\b") + QRegularExpression::escape(words),
                               QRegularExpression::CaseInsensitiveOption));
        return 2000 + (atWord >= 0 ? 1000 : 0) -
               static_cast<int>(std::min<qsizetype>(text.size(), 500));
    }
    int score = 0;
    int together = 0;
    qsizetype at = 0;
    for (const auto letter : typed) {
        if (letter.isSpace()) {
            together = 0;
            continue;
        }
        const auto found = text.indexOf(letter, at, Qt::CaseInsensitive);
        if (found < 0) return -1;
        const bool wordBegin = found == 0 || !text[found - 1].isLetterOrNumber();
        together = found == at && at > 0 ? together + 1 : 0;
        score += 1 + 3 * together + (wordBegin ? 6 : 0) -
                 static_cast<int>(std::min<qsizetype>(found - at, 5));
        at = found + 1;
    }
    // Of two that fit alike the shorter one is meant.
    return std::max(0, score * 8 + 64 - static_cast<int>(std::min<qsizetype>(text.size(), 64)));
}

CommandPalette::CommandPalette(std::function<std::vector<PaletteEntry>()> entries,
                               std::function<PaletteEntry(const QString&)> place, QWidget* window)
    : Overlay(window),
      m_source(std::move(entries)),
      m_place(std::move(place)),
      m_edit(new QLineEdit(this)),
      m_list(new QListWidget(this)) {
    m_edit->setAccessibleName(tr("Command"));
    m_edit->setPlaceholderText(tr("Command, task, CPU or recent trace"));
    m_edit->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    auto* foot = new QLabel(tr("> only commands   @ only tasks   # event number   : time"), this);
    foot->setFont(views::font(views::TextRole::Small));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 8);
    column->setSpacing(6);
    column->addWidget(m_edit);
    column->addWidget(m_list, 1);
    column->addWidget(foot);
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::find);
    connect(m_list, &QListWidget::itemClicked, this, [this] { runCurrent(Qt::NoModifier); });
}

void CommandPalette::ask(const QString& typed) {
    m_entries = m_source();
    m_edit->setText(typed);
    find(typed);
    open();
}

void CommandPalette::addRow(std::size_t entry) {
    const auto& what = m_entries[entry];
    auto* row = new QListWidgetItem(what.text, m_list);
    row->setData(Qt::UserRole, static_cast<qulonglong>(entry));
    row->setData(kDetail, what.detail);
    row->setToolTip(what.detail);
    if (!what.enabled) row->setFlags(row->flags() & ~Qt::ItemIsEnabled);
}

void CommandPalette::find(const QString& typed) {
    m_list->clear();
    const auto prefix = typed.left(1);
    const bool onlyCommands = prefix == QLatin1String(">");
    const bool onlyTasks = prefix == QLatin1String("@");
    // The place typed last is no entry of the source.
    std::erase_if(m_entries, [](const PaletteEntry& entry) {
        return entry.kind == PaletteEntry::Kind::Place;
    });
    if (prefix == QLatin1String("#") || prefix == QLatin1String(":")) {
        m_entries.push_back(m_place(prefix == QLatin1String("#") ? typed : typed.mid(1)));
        addRow(m_entries.size() - 1);
        m_list->setCurrentRow(0);
        return;
    }
    const auto words = onlyCommands || onlyTasks ? typed.mid(1) : typed;
    std::vector<std::pair<int, std::size_t>> fits;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const auto& entry = m_entries[i];
        if (onlyCommands && entry.kind != PaletteEntry::Kind::Command) continue;
        if (onlyTasks && entry.kind != PaletteEntry::Kind::Task) continue;
        // Commands come first until something is typed that names something else better.
        auto score = fuzzyScore(words, entry.text);
        if (score < 0) continue;
        score = score * 8 - static_cast<int>(entry.kind);
        if (const auto used = m_lastUsed.indexOf(entry.id); !entry.id.isEmpty() && used >= 0)
            score += std::max(0, 80 - 8 * static_cast<int>(used));
        fits.emplace_back(-score, i);
    }
    const auto shown = std::min<std::size_t>(fits.size(), kMostRows);
    std::partial_sort(fits.begin(), fits.begin() + static_cast<std::ptrdiff_t>(shown), fits.end());
    for (std::size_t i = 0; i < shown; ++i) addRow(fits[i].second);
    if (fits.empty()) {
        auto* none = new QListWidgetItem(tr("Nothing is called “%1”").arg(words), m_list);
        none->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(0);
}

QStringList CommandPalette::shown() const {
    QStringList texts;
    for (int i = 0; i < m_list->count(); ++i) texts << m_list->item(i)->text();
    return texts;
}

void CommandPalette::runCurrent(Qt::KeyboardModifiers modifiers) {
    auto* row = m_list->currentItem();
    if (row == nullptr || !row->flags().testFlag(Qt::ItemIsEnabled)) return;
    const auto index = row->data(Qt::UserRole).toULongLong();
    if (index >= m_entries.size() || !m_entries[index].run) return;
    const auto run = m_entries[index].run;
    if (const auto id = m_entries[index].id; !id.isEmpty()) {
        m_lastUsed.removeAll(id);
        m_lastUsed.prepend(id);
    }
    const bool stay = modifiers.testFlag(Qt::ControlModifier);
    // Closed first, so that the command finds the focus where it was.
    if (!stay) closeOverlay();
    run();
    if (!stay) return;
    const auto typed = m_edit->text();
    m_entries = m_source();
    find(typed);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        const auto step = [&](int rows) {
            m_list->setCurrentRow(
                std::clamp(m_list->currentRow() + rows, 0, std::max(0, m_list->count() - 1)));
            return true;
        };
        switch (key->key()) {
        case Qt::Key_Down: return step(1);
        case Qt::Key_Up: return step(-1);
        case Qt::Key_PageDown: return step(10);
        case Qt::Key_PageUp: return step(-10);
        case Qt::Key_Return:
        case Qt::Key_Enter: runCurrent(key->modifiers()); return true;
        default: break;
        }
    }
    return Overlay::eventFilter(watched, event);
}

void CommandPalette::place() {
    const auto area = parentWidget()->rect();
    const int width = std::min(kWidth, area.width() - 32);
    const int height = std::min(480, area.height() - 120);
    setGeometry((area.width() - width) / 2, 72, width, std::max(height, 160));
}

QWidget* CommandPalette::firstFocus() { return m_edit; }

}  // namespace kscope::app
