// SPDX-License-Identifier: GPL-3.0-or-later
/// The one table of what the window can do. Menus, toolbar, command palette, keys page and settings
/// are made of it.
#pragma once

#include <QAction>
#include <QObject>
#include <QString>

#include <functional>
#include <vector>

class QMenu;
class QMenuBar;
class QWidget;

namespace kscope::app {

/// Where the keys of an action count. Plot: while the plot has the focus (arrows belong to tables
/// and fields there).
enum class KeyScope : std::uint8_t { Window, Plot };
enum class MenuGap : std::uint8_t { None, Before };

struct ActionSpec {
    QString id;    ///< Stable name: settings keep changed keys under it.
    QString text;  ///< With "…" where more is asked.
    QString keys;  ///< Default keys, separated by blanks: "W + Ctrl++".
    QString menu;  ///< "View", "View/Lane Height".
    std::function<void()> run;
    std::function<QString()> whyNot = {};    ///< Empty text: it can be done now. None: always.
    std::function<bool()> checked = {};      ///< Makes it a tick.
    std::function<QString()> liveText = {};  ///< Text that changes ("Undo Zoom to 11.8 ms").
    QString icon = {};
    KeyScope scope = KeyScope::Window;
    MenuGap gap = MenuGap::None;
};

class Actions : public QObject {
    Q_OBJECT
public:
    explicit Actions(QWidget* window);

    struct Entry {
        ActionSpec spec;
        QAction* action = nullptr;
    };
    void add(std::vector<ActionSpec> specs);
    /// Plot actions get their keys there.
    void setPlot(QWidget* plot);
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    [[nodiscard]] const Entry* find(const QString& id) const;
    [[nodiscard]] QAction* action(const QString& id) const;  ///< Null where there is none.
    /// Menus in the order of first mention. A menu's entries are brought up to date when it opens.
    void fill(QMenuBar& bar);
    [[nodiscard]] QMenu* menu(const QString& path) const;

    void refresh();  ///< Enabled, ticks, texts, tooltips.
    [[nodiscard]] static QString
    keysText(const QAction& action);  ///< Its first key as text: "Ctrl+O".
    [[nodiscard]] static QString allKeysText(const QAction& action);
    void setKeys(const QString& id, const QList<QKeySequence>& keys);
    [[nodiscard]] QList<QKeySequence> defaultKeys(const QString& id) const;
    [[nodiscard]] static QList<QKeySequence> parseKeys(const QString& keys);

private:
    [[nodiscard]] QMenu* menuFor(QMenuBar& bar, const QString& path);
    void refresh(const Entry& entry) const;

    QWidget* m_window;
    std::vector<Entry> m_entries;
    std::vector<std::pair<QString, QMenu*>> m_menus;
};

}  // namespace kscope::app
