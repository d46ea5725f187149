// SPDX-License-Identifier: GPL-3.0-or-later
/// How the window's own widgets look: palette, one style sheet made of the tokens, icons that
/// follow the theme.
#pragma once

#include "views/theme/theme.h"

#include <QIcon>
#include <QString>
#include <QWidget>

class QApplication;
class QTableWidget;

namespace kscope::app {

enum class ThemeChoice : std::uint8_t { System, Light, Dark };

enum class ContrastChoice : std::uint8_t { System, High };

/// Call once, before any palette is set: Fusion, the body font, and what the system's palette looks
/// like.
void prepareLook(QApplication& application);
/// What the system's palette looks like: called again when the desktop's theme changes.
void readSystemLook(const QPalette& palette);
/// The palette that the desktop gives, whatever is set over it.
[[nodiscard]] QPalette systemPalette(QApplication& application);
[[nodiscard]] views::ThemeKind themeKind(ThemeChoice choice);
[[nodiscard]] views::Contrast contrastOf(ContrastChoice choice);
/// Palette and style sheet of the whole application.
void applyTheme(QApplication& application, views::ThemeKind kind);
[[nodiscard]] views::ThemeKind currentTheme();
[[nodiscard]] const views::Theme& currentTokens();

/// Icon of the own set (resources/icons/NAME.svg): drawn when first painted, in the ink of the
/// theme in force.
[[nodiscard]] QIcon icon(const QString& name);
/// A picture of the own set beside text, in an ink by role: follows the theme by itself.
class IconMark : public QWidget {
    Q_OBJECT
public:
    enum class Ink : std::uint8_t { Text, Error, Loss, Guess, Info };
    IconMark(QString name, Ink ink, QWidget* parent);
    void set(const QString& name, Ink ink);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    Ink m_ink;
};

/// A table of a dialog like those of the panes: no grid, low rows that are chosen whole.
void plainTable(QTableWidget& table);

/// "#rrggbb"
[[nodiscard]] QString colourName(views::Rgb colour);
/// Rich text of key caps: "Ctrl+Shift+P" → three caps.
[[nodiscard]] QString keyCaps(const QString& keys);

}  // namespace kscope::app
