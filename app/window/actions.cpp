// SPDX-License-Identifier: GPL-3.0-or-later
/// The one table of what the window can do.
#include "app/window/actions.h"

#include "app/window/look.h"

#include <QMenu>
#include <QMenuBar>
#include <QWidget>

#include <algorithm>

namespace kscope::app {

Actions::Actions(QWidget* window) : QObject(window), m_window(window) {}

QList<QKeySequence> Actions::parseKeys(const QString& keys) {
    QList<QKeySequence> out;
    for (const auto& key : keys.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        out << QKeySequence(key, QKeySequence::PortableText);
    return out;
}

void Actions::add(std::vector<ActionSpec> specs) {
    for (auto& spec : specs) {
        auto* action = new QAction(spec.text, this);
        action->setObjectName(spec.id);
        action->setShortcuts(parseKeys(spec.keys));
        action->setCheckable(static_cast<bool>(spec.checked));
        if (!spec.icon.isEmpty()) {
            action->setIcon(icon(spec.icon));
            action->setIconVisibleInMenu(false);
        }
        action->setMenuRole(QAction::NoRole);
        if (spec.scope == KeyScope::Plot)
            action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        else m_window->addAction(action);
        // A key that came while the state was not refreshed yet must not do what cannot be done.
        connect(action, &QAction::triggered, this, [this, id = spec.id] {
            const auto* entry = find(id);
            if (!entry->spec.whyNot || entry->spec.whyNot().isEmpty()) entry->spec.run();
            refresh();
        });
        m_entries.push_back({std::move(spec), action});
    }
}

void Actions::setPlot(QWidget* plot) {
    for (const auto& entry : m_entries) {
        if (entry.spec.scope == KeyScope::Plot) plot->addAction(entry.action);
    }
}

const Actions::Entry* Actions::find(const QString& id) const {
    const auto found =
        std::ranges::find(m_entries, id, [](const Entry& entry) { return entry.spec.id; });
    return found == m_entries.end() ? nullptr : &*found;
}

QAction* Actions::action(const QString& id) const {
    const auto* entry = find(id);
    return entry == nullptr ? nullptr : entry->action;
}

QMenu* Actions::menu(const QString& path) const {
    const auto found = std::ranges::find(m_menus, path, &std::pair<QString, QMenu*>::first);
    return found == m_menus.end() ? nullptr : found->second;
}

QMenu* Actions::menuFor(QMenuBar& bar, const QString& path) {
    if (auto* known = menu(path)) return known;
    const auto cut = path.lastIndexOf(QLatin1Char('/'));
    auto* made =
        cut < 0 ? bar.addMenu(path) : menuFor(bar, path.left(cut))->addMenu(path.mid(cut + 1));
    made->setToolTipsVisible(true);
    connect(made, &QMenu::aboutToShow, this, qOverload<>(&Actions::refresh));
    m_menus.emplace_back(path, made);
    return made;
}

void Actions::fill(QMenuBar& bar) {
    for (const auto& entry : m_entries) {
        if (entry.spec.menu.isEmpty()) continue;
        auto* menu = menuFor(bar, entry.spec.menu);
        if (entry.spec.gap == MenuGap::Before) menu->addSeparator();
        menu->addAction(entry.action);
    }
}

void Actions::refresh() {
    for (const auto& entry : m_entries) refresh(entry);
}

void Actions::refresh(const Entry& entry) const {
    auto& action = *entry.action;
    const auto reason = entry.spec.whyNot ? entry.spec.whyNot() : QString();
    action.setEnabled(reason.isEmpty());
    if (entry.spec.liveText) action.setText(entry.spec.liveText());
    if (entry.spec.checked) action.setChecked(entry.spec.checked());
    auto tip = action.text();
    tip.remove(QChar(0x2026));
    const auto keys = keysText(action);
    if (!keys.isEmpty()) tip += QStringLiteral("  ") + keys;
    action.setToolTip(reason.isEmpty() ? tip : tip + QLatin1Char('\n') + reason);
    action.setStatusTip(reason);
}

QString Actions::keysText(const QAction& action) {
    return action.shortcut().toString(QKeySequence::PortableText);
}

QString Actions::allKeysText(const QAction& action) {
    QStringList texts;
    for (const auto& key : action.shortcuts()) texts << key.toString(QKeySequence::PortableText);
    return texts.join(QStringLiteral("  "));
}

void Actions::setKeys(const QString& id, const QList<QKeySequence>& keys) {
    if (auto* found = action(id)) found->setShortcuts(keys);
    refresh();
}

QList<QKeySequence> Actions::defaultKeys(const QString& id) const {
    const auto* entry = find(id);
    return entry == nullptr ? QList<QKeySequence>() : parseKeys(entry->spec.keys);
}

}  // namespace kscope::app
