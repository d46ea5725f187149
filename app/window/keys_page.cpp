// SPDX-License-Identifier: GPL-3.0-or-later
/// All keys and what the mouse does, under "?".
#include "app/window/keys_page.h"

#include "app/window/actions.h"
#include "app/window/look.h"

#include <QKeyEvent>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <vector>

namespace kscope::app {

namespace {

/// What the mouse does: no action stands behind it, so it is told here once.
struct MouseLine {
    const char* what;
    const char* effect;
};
constexpr MouseLine kMouse[] = {
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "wheel"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "scroll the lanes")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "Ctrl + wheel"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "zoom around the pointer")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "Shift + wheel"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "pan in time")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "Ctrl + Shift + wheel"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "lane height")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "click"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "select the item; on empty lane: cursor A")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "Shift + click"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "cursor B")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "double click"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "fit the item; on empty lane: zoom in")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "drag"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "select a range of time")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "Ctrl + drag"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "zoom to the dragged range")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "Shift + drag, middle drag"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "pan freely")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "Ctrl + Shift + drag"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage",
                       "shift the trace of the event there against the others")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "drag a cursor"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "move it; Alt: without snapping")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "overview"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage",
                       "drag the bracket or its edges; double click: whole trace")},
    {QT_TRANSLATE_NOOP("kscope::app::KeysPage", "lane header"),
     QT_TRANSLATE_NOOP("kscope::app::KeysPage",
                       "click selects, drag reorders, double click folds")},
};

/// Keys that Functions has while one of its panes has the focus.
constexpr MouseLine kFunctions[] = {
    {"Left Right Up Down",
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "flame graph: frame beside, above, below")},
    {"Return",
     QT_TRANSLATE_NOOP("kscope::app::KeysPage",
                       "zoom to the frame; in tables: longest call; in the replay: fit it")},
    {"Esc", QT_TRANSLATE_NOOP("kscope::app::KeysPage", "flame graph: the frame before")},
    {"O", QT_TRANSLATE_NOOP("kscope::app::KeysPage", "only this function and what it calls")},
    {"[ ]", QT_TRANSLATE_NOOP("kscope::app::KeysPage", "previous, next call; in tables: line")},
    {"J K", QT_TRANSLATE_NOOP("kscope::app::KeysPage", "tables and replay: line down, up")},
    {"Left Right", QT_TRANSLATE_NOOP("kscope::app::KeysPage", "call tree, replay: fold, unfold")},
    {"Space", QT_TRANSLATE_NOOP("kscope::app::KeysPage", "replay: fold or unfold the call")},
    {"N Shift+N",
     QT_TRANSLATE_NOOP("kscope::app::KeysPage", "replay: next, previous function found")},
};

constexpr int kKeyColumn = 430;  // px

/// Of keys side by side in a window of that width.
int columnsFor(int width) { return std::clamp((width - 48) / kKeyColumn, 1, 4); }

QString row(const QString& keys, const QString& text) {
    return QStringLiteral("<tr><td align='right' style='padding:1px 10px 1px "
                          "0'><nobr>%1</nobr></td><td style='padding:1px 22px 1px 0'>%2</td></tr>")
        .arg(keys, text);
}

}  // namespace

KeysPage::KeysPage(const Actions& actions, QWidget* window)
    : Overlay(window),
      m_actions(actions),
      m_text(new QTextBrowser(this)) {
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->viewport()->setAutoFillBackground(false);
    m_text->setStyleSheet(QStringLiteral("background: transparent;"));
    m_text->setAccessibleName(tr("Keys"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(18, 14, 10, 14);
    column->addWidget(m_text);
}

void KeysPage::showKeys() {
    m_text->setHtml(html());
    open();
}

QString KeysPage::plainText() const { return m_text->toPlainText(); }

QString KeysPage::html() const {
    // A section a menu, as the table of actions has them; those without keys are in the menus and
    // the palette.
    std::vector<std::pair<QString, QString>> sections;
    // Keys that count in the plot alone belong to the entry of the same name.
    const auto keysOf = [this](const Actions::Entry& entry) {
        auto keys = entry.action->shortcuts();
        for (const auto& other : m_actions.entries()) {
            if (other.spec.menu.isEmpty() && other.spec.text == entry.spec.text)
                keys += other.action->shortcuts();
        }
        return keys;
    };
    for (const auto& entry : m_actions.entries()) {
        const auto keys = keysOf(entry);
        if (keys.isEmpty() || entry.spec.menu.isEmpty()) continue;
        const auto name = entry.spec.menu.section(QLatin1Char('/'), 0, 0);
        auto found = std::find_if(sections.begin(), sections.end(),
                                  [&](const auto& section) { return section.first == name; });
        if (found == sections.end()) found = sections.insert(sections.end(), {name, {}});
        QStringList caps;
        for (const auto& key : keys) caps << keyCaps(key.toString(QKeySequence::PortableText));
        auto text = entry.spec.text;
        text.remove(QChar(0x2026));
        found->second += row(caps.join(QStringLiteral("&nbsp; ")), text.toHtmlEscaped());
    }
    QString functions;
    for (const auto& line : kFunctions) {
        QStringList caps;
        for (const auto& key : QString::fromLatin1(line.what).split(QLatin1Char(' ')))
            caps << keyCaps(key);
        functions += row(caps.join(QStringLiteral("&nbsp; ")), tr(line.effect).toHtmlEscaped());
    }
    sections.emplace_back(tr("Functions"), functions);
    QString mouse;
    for (const auto& line : kMouse)
        mouse += row(tr(line.what).toHtmlEscaped(), tr(line.effect).toHtmlEscaped());
    sections.emplace_back(tr("Mouse"), mouse);
    // Columns of about equal height.
    const auto count = static_cast<std::size_t>(columnsFor(parentWidget()->width()));
    std::vector<QString> columns(count);
    std::vector<int> heights(count, 0);
    for (const auto& [name, rows] : sections) {
        const auto least = static_cast<std::size_t>(
            std::min_element(heights.begin(), heights.end()) - heights.begin());
        columns[least] += QStringLiteral("<p><b>%1</b></p><table cellspacing='0'>%2</table>")
                              .arg(name.toHtmlEscaped(), rows);
        heights[least] += static_cast<int>(rows.count(QLatin1String("<tr>"))) + 3;
    }
    QString cells;
    for (const auto& column : columns)
        cells += QStringLiteral("<td width='%1%' valign='top'>%2</td>")
                     .arg(100 / columnsFor(parentWidget()->width()))
                     .arg(column);
    return QStringLiteral("<table width='100%'><tr>%1</tr></table>").arg(cells);
}

void KeysPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Question || event->key() == Qt::Key_F1) return closeOverlay();
    Overlay::keyPressEvent(event);
}

/// As high as what is in it, where the window has that room: no line is cut at its foot.
void KeysPage::place() {
    const auto area = parentWidget()->rect();
    const int width = std::min(columnsFor(area.width()) * kKeyColumn, area.width() - 48);
    const auto around = layout()->contentsMargins();
    auto* document = m_text->document();
    document->setTextWidth(width - around.left() - around.right());
    const int wanted =
        static_cast<int>(std::ceil(document->size().height())) + around.top() + around.bottom() + 2;
    const int height = std::min(wanted, area.height() - 48);
    setGeometry((area.width() - width) / 2, (area.height() - height) / 2, width, height);
}

QWidget* KeysPage::firstFocus() { return m_text; }

}  // namespace kscope::app
