// SPDX-License-Identifier: GPL-3.0-or-later
/// All keys and what the mouse does, under "?".
#include "app/window/keys_page.h"

#include "app/window/actions.h"
#include "app/window/look.h"

#include <QKeyEvent>
#include <QTextBrowser>
#include <QVBoxLayout>

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
    QString mouse;
    for (const auto& line : kMouse)
        mouse += row(tr(line.what).toHtmlEscaped(), tr(line.effect).toHtmlEscaped());
    sections.emplace_back(tr("Mouse"), mouse);
    // Three columns of about equal height.
    QString columns[3];
    int heights[3] = {0, 0, 0};
    for (const auto& [name, rows] : sections) {
        const auto least =
            std::min_element(std::begin(heights), std::end(heights)) - std::begin(heights);
        columns[least] += QStringLiteral("<p><b>%1</b></p><table cellspacing='0'>%2</table>")
                              .arg(name.toHtmlEscaped(), rows);
        heights[least] += static_cast<int>(rows.count(QLatin1String("<tr>"))) + 3;
    }
    return QStringLiteral(
               "<table width='100%'><tr><td width='30%' valign='top'>%1</td><td width='36%' "
               "valign='top'>%2</td><td width='34%' valign='top'>%3</td></tr></table>")
        .arg(columns[0], columns[1], columns[2]);
}

void KeysPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Question || event->key() == Qt::Key_F1) return closeOverlay();
    Overlay::keyPressEvent(event);
}

void KeysPage::place() {
    const auto area = parentWidget()->rect();
    const int width = std::min(1240, area.width() - 48);
    const int height = std::min(760, area.height() - 80);
    setGeometry((area.width() - width) / 2, (area.height() - height) / 2, width, height);
}

QWidget* KeysPage::firstFocus() { return m_text; }

}  // namespace kscope::app
