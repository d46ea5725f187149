// SPDX-License-Identifier: GPL-3.0-or-later
/// Fonts by role: the system's UI font and its monospace, at look.md's sizes.
#include "views/theme/theme.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QGuiApplication>
#include <QScreen>

namespace kscope::views {
namespace {

struct RoleFont {
    double pixels;  ///< For a system font of 12 px.
    QFont::Weight weight;
    bool mono = false;
};
RoleFont roleFont(TextRole role) {
    switch (role) {
    case TextRole::Sentence: return {18, QFont::Medium};
    case TextRole::Heading: return {20, QFont::DemiBold};
    case TextRole::Number: return {18, QFont::DemiBold};
    case TextRole::Title: return {14, QFont::DemiBold};
    case TextRole::Body: return {12, QFont::Normal};
    case TextRole::Head: return {11.5, QFont::DemiBold};
    case TextRole::Small: return {11, QFont::Normal};
    case TextRole::Mono: return {11.5, QFont::Normal, true};
    case TextRole::Least: return {10, QFont::Normal};
    }
    return {12, QFont::Normal};
}

/// Without a desktop nobody has chosen a font: pictures then look like the drawings where their
/// fonts are installed.
QString preferred(const QString& system, const QString& drawn) {
    const QString platform = QGuiApplication::platformName();
    const bool desktop =
        platform != QLatin1String("offscreen") && platform != QLatin1String("minimal");
    return !desktop && QFontDatabase::hasFamily(drawn) ? drawn : system;
}

}  // namespace

QFont font(TextRole role) {
    const RoleFont wanted = roleFont(role);
    const QFont system = QGuiApplication::font();
    const QFont base = wanted.mono ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : system;
    QFont result(preferred(base.family(), wanted.mono ? QStringLiteral("JetBrains Mono")
                                                      : QStringLiteral("Inter")));
    result.setStyleHint(wanted.mono ? QFont::Monospace : QFont::SansSerif);
    // Points at the screen's resolution, since a font of 11.5 pixels can't be asked for in whole
    // pixels.
    const QScreen* screen = QGuiApplication::primaryScreen();
    const double dpi = screen ? screen->logicalDotsPerInchY() : 96;
    const double systemPixels =
        system.pointSizeF() > 0 ? system.pointSizeF() * dpi / 72 : system.pixelSize();
    const double factor = std::clamp(systemPixels / 12, 0.5, 4.0);
    result.setPointSizeF(wanted.pixels * factor * 72 / dpi);
    result.setWeight(wanted.weight);
    // Columns and operators stay what they are: no "!=" drawn as one sign. Shaping off takes the
    // ligatures away, which a fixed font does not need for anything else that is shown here.
    if (wanted.mono) result.setStyleStrategy(QFont::PreferNoShaping);
    return result;
}

}  // namespace kscope::views
