// SPDX-License-Identifier: GPL-3.0-or-later
/// All commands, tasks, bookmarks and recent traces in one list with a field to find them.
#pragma once

#include "app/window/overlay.h"

#include <QStringList>

#include <functional>
#include <vector>

class QListWidget;

namespace kscope::app {

/// One line of the palette.
struct PaletteEntry {
    enum class Kind : std::uint8_t {
        Command,
        Task,
        Cpu,
        Bookmark,
        Recent,
        Place
    } kind = Kind::Command;
    QString id;  ///< Of a command: remembered as used last.
    QString text;
    QString detail;  ///< Keys, or why it cannot be done.
    bool enabled = true;
    std::function<void()> run;
};

/// How well `text` answers `typed`: its letters in order, better where they begin words or stand
/// together. Negative: not at all.
[[nodiscard]] int fuzzyScore(const QString& typed, const QString& text);

class CommandPalette : public Overlay {
    Q_OBJECT
public:
    /// `entries` is asked each time the palette opens; `place` for what is typed after '#' or ':'
    /// ("" where nothing).
    CommandPalette(std::function<std::vector<PaletteEntry>()> entries,
                   std::function<PaletteEntry(const QString&)> place, QWidget* window);

    void ask(const QString& typed = {});
    [[nodiscard]] QLineEdit* edit() { return m_edit; }
    [[nodiscard]] QStringList shown() const;  ///< Texts in order.
    void runCurrent(Qt::KeyboardModifiers modifiers);

protected:
    void place() override;
    [[nodiscard]] QWidget* firstFocus() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void find(const QString& typed);
    void addRow(std::size_t entry);

    std::function<std::vector<PaletteEntry>()> m_source;
    std::function<PaletteEntry(const QString&)> m_place;
    std::vector<PaletteEntry> m_entries;
    QStringList m_lastUsed;  // ids, latest first
    QLineEdit* m_edit;
    QListWidget* m_list;
};

}  // namespace kscope::app
