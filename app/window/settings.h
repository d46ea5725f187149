// SPDX-License-Identifier: GPL-3.0-or-later
/// What a person chose for the program, kept between runs, and the dialog to choose it.
#pragma once

#include "app/window/look.h"
#include "model/words/sentence_rules.h"
#include "views/state/trace_view.h"

#include <QDialog>
#include <QSize>

#include <functional>
#include <map>

class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;
class QTableWidget;

namespace kscope::app {

class Actions;

/// The wheel alone: scrolls lanes, or zooms.
enum class WheelUse : std::uint8_t { Scrolls, Zooms };

/// Kept with QSettings in the user's configuration folder. Memory: nothing is read or written
/// (tests, screenshots).
class Settings {
public:
    enum class Store : std::uint8_t { User, Memory };
    explicit Settings(Store store);
    [[nodiscard]] Store store() const { return m_store; }

    ThemeChoice theme = ThemeChoice::System;
    ContrastChoice contrast = ContrastChoice::System;
    WheelUse wheel = WheelUse::Scrolls;
    bool reducedMotion = false;
    int textPercent = 100;  ///< 80 to 200; all sizes follow from the next start on.
    views::Presence rawFields = views::Presence::Hidden;   ///< In tooltips.
    views::Presence filteredOut = views::Presence::Shown;  ///< In plots: pale, or not there.
    model::SentenceRules sentences;                        ///< A person's own, by event name.
    bool startHintSeen = false;
    bool rangeHintSeen = false;
    std::map<int, QSize> docks;  ///< By tab: width of the details, height of the table.
    QByteArray geometry;         ///< Of the window, as QWidget::saveGeometry gives it.

    void load(Actions& actions);
    void save(const Actions& actions) const;

private:
    Store m_store;
};

/// Qt's scale factor for a size of text, on top of the one that is asked for outside ("" is 1).
[[nodiscard]] QByteArray scaleFactorText(int percent, const QByteArray& outside);
/// Makes Qt draw everything in the size that was chosen; before the application is made.
void applyTextSize();

class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    /// `changed` is called after each change: what is chosen is seen at once.
    SettingsDialog(Settings& settings, Actions& actions, std::function<void()> changed,
                   QWidget* parent);
    void refresh();

private:
    [[nodiscard]] QWidget* generalPage();
    [[nodiscard]] QWidget* sizeRow(QWidget* page);
    [[nodiscard]] QWidget* keysPage();
    void fillKeys();
    void keysChosen(const QString& id, const QKeySequence& keys);

    Settings& m_settings;
    Actions& m_actions;
    std::function<void()> m_changed;
    QComboBox* m_theme = nullptr;
    QCheckBox* m_contrast = nullptr;
    QCheckBox* m_wheel = nullptr;
    QCheckBox* m_motion = nullptr;
    QCheckBox* m_raw = nullptr;
    QCheckBox* m_hide = nullptr;
    QSpinBox* m_size = nullptr;
    QLabel* m_sizeHint = nullptr;
    int m_sizeAtStart = 100;
    QTableWidget* m_keys = nullptr;
};

}  // namespace kscope::app
