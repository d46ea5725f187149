// SPDX-License-Identifier: GPL-3.0-or-later
/// The tokens of look.md: every colour, size and font that is drawn. No widget holds a colour of
/// its own.
#pragma once

#include "model/store/lod.h"
#include "model/store/trace.h"

#include <QColor>
#include <QFont>
#include <QPalette>

#include <array>
#include <cstdint>

namespace kscope::views {

using Rgb = std::uint32_t;  ///< 0xffRRGGBB, as in a QImage of Format_RGB32.

enum class ThemeKind : std::uint8_t { Dark, Light };
/// High: pure canvas and text, no grid, an edge around every fill (look.md, "High contrast theme").
enum class Contrast : std::uint8_t { Normal, High };

/// Colours by role, names as in look.md.
struct Theme {
    ThemeKind kind = ThemeKind::Dark;
    Contrast contrastKind = Contrast::Normal;
    int hatchPx = 1;  ///< Logical width of a hatch's strokes.
    int ringPx = 2;   ///< Of the outline of what is selected or focused.
    Rgb bgCanvas, bgStripe, bgWindow, bgPanel, bgRaised, bgHover, lineGrid, lineEdge, lineStrong;
    Rgb text1, text2, text3, accent, accentFill, accentInk;
    Rgb statusOk, statusInfo, statusWarn, statusError, statusLive, cursorA, cursorB, inkDark,
        inkLight;
    Rgb stateRunnable, stateBlocked, stateSleep, stateStopped, irqHard, irqSoft;
    Rgb stageQG, stageGI, stageID, stageDC, dirRead, dirWrite, seriesNeutral;
    std::array<Rgb, 8> heat;

    /// Fill of a task's slices: hue slot, kernel thread or not, lightness step of its tid.
    [[nodiscard]] Rgb taskFill(const model::TaskInfo& task) const;
    /// Fill of a folded block with mean hue `hue`.
    [[nodiscard]] Rgb hueFill(model::HueVector hue) const;
    /// inkDark or inkLight: whichever has the higher contrast on `fill`.
    [[nodiscard]] Rgb inkOn(Rgb fill) const;
    /// Of the edge around a fill that has room for one; `fill` itself where the theme draws none.
    [[nodiscard]] Rgb edgeOf(Rgb fill) const;
    [[nodiscard]] QPalette palette() const;
};
/// In the contrast in force.
[[nodiscard]] const Theme& theme(ThemeKind kind);
/// Of the whole program; exported pictures follow it too. May be called while others draw.
void setContrast(Contrast contrast);
[[nodiscard]] Contrast contrastInForce();
/// `share` 0…1 of `over` laid on `under`.
[[nodiscard]] Rgb mix(Rgb under, Rgb over, double share);
/// Fonts by role of look.md ("Type"), scaled with the system font.
enum class TextRole : std::uint8_t {
    Sentence,
    Heading,
    Number,
    Title,
    Body,
    Head,
    Small,
    Mono,
    Least
};
[[nodiscard]] QFont font(TextRole role);

}  // namespace kscope::views
