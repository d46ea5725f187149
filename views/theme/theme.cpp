// SPDX-License-Identifier: GPL-3.0-or-later
/// The values of look.md's colour tables, and the colours that follow from a task.
#include "views/theme/theme.h"

#include "views/theme/oklab.h"

#include <atomic>
#include <cmath>
#include <numbers>
#include <vector>

namespace kscope::views {
namespace {

constexpr Rgb rgb(std::uint32_t value) { return 0xff000000u | value; }

constexpr double kFirstHue = 172;  // Slot 0, degrees; the slots are 15 degrees apart up to 322.
constexpr double kHueStep = 15;
constexpr double kThreadStep = 0.035;  // Lightness between threads of one program.
constexpr std::uint8_t kHueSlots = 11;

struct FillRole {
    double lightness;
    double chroma;
};
struct FillRoles {
    FillRole task;
    FillRole kernel;
};
FillRoles fillRoles(ThemeKind kind) {
    return kind == ThemeKind::Dark ? FillRoles{{0.700, 0.088}, {0.600, 0.016}}
                                   : FillRoles{{0.765, 0.092}, {0.790, 0.012}};
}
constexpr double kKernelHue = 260;  // The little chroma that greys have is blue, like the surfaces.

Theme darkTheme() {
    Theme t{};
    t.kind = ThemeKind::Dark;
    t.bgCanvas = rgb(0x0f1115), t.bgStripe = rgb(0x121519), t.bgWindow = rgb(0x15181d);
    t.bgPanel = rgb(0x1a1e23), t.bgRaised = rgb(0x23272c), t.bgHover = rgb(0x2b2f36);
    t.lineGrid = rgb(0x1f2227), t.lineEdge = rgb(0x31343a), t.lineStrong = rgb(0x646971);
    t.text1 = rgb(0xe7eaee), t.text2 = rgb(0xb8bcc3), t.text3 = rgb(0x979ca3);
    t.accent = rgb(0x67bbf3), t.accentFill = rgb(0x174b72), t.accentInk = rgb(0xeff6fb);
    t.statusOk = rgb(0x60c89f), t.statusInfo = rgb(0x67bbf3), t.statusWarn = rgb(0xf0bb52);
    t.statusError = rgb(0xf47062), t.statusLive = rgb(0xf47062);
    t.cursorA = rgb(0x4cb5f7), t.cursorB = rgb(0xf5c6ef);
    t.inkDark = rgb(0x0b0e14), t.inkLight = rgb(0xffffff);
    t.stateRunnable = rgb(0xe9b44b), t.stateBlocked = rgb(0xe6553c), t.stateSleep = rgb(0x545860);
    t.stateStopped = rgb(0x9c6496), t.irqHard = rgb(0xe2cff1), t.irqSoft = rgb(0x9674bb);
    t.stageQG = rgb(0xecde90), t.stageGI = rgb(0x888c94), t.stageID = rgb(0xe6802d),
    t.stageDC = rgb(0x3687bf);
    t.dirRead = rgb(0x4fc4d1), t.dirWrite = rgb(0xcb5eab), t.seriesNeutral = rgb(0x6fa9c9);
    t.heat = {rgb(0x1b274d), rgb(0x24427d), rgb(0x216598), rgb(0x218a9f),
              rgb(0x3faca0), rgb(0x69cd9b), rgb(0xbde374), rgb(0xfaf392)};
    return t;
}

Theme lightTheme() {
    Theme t{};
    t.kind = ThemeKind::Light;
    t.bgCanvas = rgb(0xffffff), t.bgStripe = rgb(0xf9fafc), t.bgWindow = rgb(0xf1f2f5);
    t.bgPanel = rgb(0xf7f8fa), t.bgRaised = rgb(0xffffff), t.bgHover = rgb(0xe5e8ed);
    t.lineGrid = rgb(0xe8e9ec), t.lineEdge = rgb(0xd3d6da), t.lineStrong = rgb(0x82868e);
    t.text1 = rgb(0x1b1e24), t.text2 = rgb(0x43484f), t.text3 = rgb(0x5b616a);
    t.accent = rgb(0x0465af), t.accentFill = rgb(0xc6e2fb), t.accentInk = rgb(0x002a4e);
    t.statusOk = rgb(0x17754e), t.statusInfo = rgb(0x0465af), t.statusWarn = rgb(0x8f5d0a);
    t.statusError = rgb(0xa91515), t.statusLive = rgb(0xc02c26);
    t.cursorA = rgb(0x066ead), t.cursorB = rgb(0x771469);
    t.inkDark = rgb(0x0f1319), t.inkLight = rgb(0xffffff);
    t.stateRunnable = rgb(0xedb333), t.stateBlocked = rgb(0xd83e25), t.stateSleep = rgb(0x8f9298);
    t.stateStopped = rgb(0x985593), t.irqHard = rgb(0x56386c), t.irqSoft = rgb(0xa886cf);
    t.stageQG = rgb(0xe8d66b), t.stageGI = rgb(0x8f9298), t.stageID = rgb(0xe5751d),
    t.stageDC = rgb(0x036eae);
    t.dirRead = rgb(0x019db7), t.dirWrite = rgb(0x891d6e), t.seriesNeutral = rgb(0x4a86ad);
    t.heat = {rgb(0xf3f2d7), rgb(0xd7e5a4), rgb(0x91d39f), rgb(0x56b7a5),
              rgb(0x2e93a8), rgb(0x226ba0), rgb(0x2a4586), rgb(0x282353)};
    return t;
}

Theme highContrast(Theme t) {
    const bool dark = t.kind == ThemeKind::Dark;
    const Rgb ground = rgb(dark ? 0x000000 : 0xffffff);
    const Rgb ink = rgb(dark ? 0xffffff : 0x000000);
    t.contrastKind = Contrast::High;
    t.hatchPx = 2;
    t.ringPx = 3;
    t.bgCanvas = t.bgStripe = t.bgWindow = t.bgPanel = t.bgRaised = ground;
    t.lineGrid = ground;
    t.lineEdge = t.lineStrong = ink;
    t.text1 = t.text2 = t.text3 = ink;
    t.bgHover = mix(ground, ink, 0.2);
    return t;
}

std::atomic<Contrast> contrastNow{Contrast::Normal};

/// Fills by slot and thread step, kernel grey last: asked for once a slice, so they stand in a
/// table.
struct TaskFills {
    std::array<Rgb, kHueSlots * 3 + 1> fills{};
    explicit TaskFills(ThemeKind kind) {
        const FillRoles roles = fillRoles(kind);
        for (std::size_t slot = 0; slot < kHueSlots; ++slot)
            for (std::size_t step = 0; step < 3; ++step)
                fills[slot * 3 + step] =
                    oklchRgb(roles.task.lightness + (static_cast<double>(step) - 1) * kThreadStep,
                             roles.task.chroma, kFirstHue + kHueStep * static_cast<double>(slot));
        fills.back() = oklchRgb(roles.kernel.lightness, roles.kernel.chroma, kKernelHue);
    }
};

// Folded blocks ask by mean hue, up to once a pixel and lane: 64 × 64 steps of the hue plane are
// finer than the eye.
constexpr int kHueGrid = 64;

struct HueFills {
    std::vector<Rgb> fills;
    explicit HueFills(const Theme& theme) : fills(kHueGrid * kHueGrid) {
        for (int b = 0; b < kHueGrid; ++b)
            for (int a = 0; a < kHueGrid; ++a)
                fills[static_cast<std::size_t>(b) * kHueGrid + static_cast<std::size_t>(a)] =
                    fillAt(theme, unit(a), unit(b));
    }
    static double unit(int step) { return (step * 4 + 2 - 128) / 127.0; }
    // Cool hues have the task role's lightness; the warm half belongs to waiting and goes over to
    // the state's own.
    static Rgb fillAt(const Theme& theme, double a, double b) {
        const FillRoles roles = fillRoles(theme.kind);
        const double full = std::min(1.0, std::hypot(a, b));
        double degrees = std::atan2(b, a) * 180 / std::numbers::pi;
        if (degrees < 0) degrees += 360;
        FillRole role = roles.task;
        const Rgb state = degrees < 55 ? theme.stateBlocked : theme.stateRunnable;
        const bool warm = degrees > 15 && degrees < 130;
        if (warm) {
            const Oklab lab = oklab(linearRgb(state));
            role = {lab.lightness, std::hypot(lab.a, lab.b)};
        }
        return oklchRgb(roles.kernel.lightness + (role.lightness - roles.kernel.lightness) * full,
                        std::max(role.chroma * full, roles.kernel.chroma),
                        full < 0.05 ? kKernelHue : degrees);
    }
};

}  // namespace

Rgb Theme::taskFill(const model::TaskInfo& task) const {
    static const TaskFills dark(ThemeKind::Dark);
    static const TaskFills light(ThemeKind::Light);
    const TaskFills& table = kind == ThemeKind::Dark ? dark : light;
    if (task.kernelThread || task.hueSlot >= kHueSlots) return table.fills.back();
    const auto step = static_cast<std::uint32_t>(model::raw(task.tid)) % 3u;
    return table.fills[task.hueSlot * 3u + step];
}

Rgb Theme::hueFill(model::HueVector hue) const {
    static const HueFills dark(theme(ThemeKind::Dark));
    static const HueFills light(theme(ThemeKind::Light));
    const HueFills& table = kind == ThemeKind::Dark ? dark : light;
    const auto a = static_cast<std::size_t>(hue.a + 128) / 4;
    const auto b = static_cast<std::size_t>(hue.b + 128) / 4;
    return table.fills[b * kHueGrid + a];
}

Rgb Theme::edgeOf(Rgb fill) const {
    if (contrastKind == Contrast::High) return text1;
    return kind == ThemeKind::Light ? mix(fill, 0xff000000u, 0.26) : fill;
}

Rgb Theme::inkOn(Rgb fill) const {
    return contrast(inkDark, fill) >= contrast(inkLight, fill) ? inkDark : inkLight;
}

QPalette Theme::palette() const {
    const auto colour = [](Rgb value) { return QColor::fromRgb(value); };
    QPalette p;
    p.setColor(QPalette::Window, colour(bgWindow));
    p.setColor(QPalette::WindowText, colour(text1));
    p.setColor(QPalette::Base, colour(bgCanvas));
    p.setColor(QPalette::AlternateBase, colour(bgStripe));
    p.setColor(QPalette::Text, colour(text1));
    p.setColor(QPalette::PlaceholderText, colour(text3));
    p.setColor(QPalette::Button, colour(bgRaised));
    p.setColor(QPalette::ButtonText, colour(text1));
    p.setColor(QPalette::BrightText, colour(statusError));
    p.setColor(QPalette::Highlight, colour(accentFill));
    p.setColor(QPalette::HighlightedText, colour(accentInk));
    p.setColor(QPalette::ToolTipBase, colour(bgRaised));
    p.setColor(QPalette::ToolTipText, colour(text1));
    p.setColor(QPalette::Link, colour(accent));
    p.setColor(QPalette::LinkVisited, colour(accent));
    p.setColor(QPalette::Light, colour(bgHover));
    p.setColor(QPalette::Midlight, colour(bgRaised));
    p.setColor(QPalette::Mid, colour(lineEdge));
    p.setColor(QPalette::Dark, colour(lineEdge));
    p.setColor(QPalette::Shadow, colour(kind == ThemeKind::Dark ? inkDark : lineStrong));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, colour(mix(bgWindow, text3, 0.6)));
    return p;
}

const Theme& theme(ThemeKind kind) {
    static const Theme dark = darkTheme();
    static const Theme light = lightTheme();
    if (contrastNow == Contrast::Normal) return kind == ThemeKind::Dark ? dark : light;
    static const Theme darkHigh = highContrast(darkTheme());
    static const Theme lightHigh = highContrast(lightTheme());
    return kind == ThemeKind::Dark ? darkHigh : lightHigh;
}

void setContrast(Contrast contrast) { contrastNow = contrast; }
Contrast contrastInForce() { return contrastNow; }

Rgb mix(Rgb under, Rgb over, double share) {
    const auto weight = static_cast<std::uint32_t>(share * 256 + 0.5);
    const auto channel = [&](int shift) {
        const std::uint32_t u = under >> shift & 0xff;
        const std::uint32_t o = over >> shift & 0xff;
        return (u * (256 - weight) + o * weight + 128) >> 8 << shift;
    };
    return 0xff000000u | channel(16) | channel(8) | channel(0);
}

}  // namespace kscope::views
