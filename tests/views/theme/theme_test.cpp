// SPDX-License-Identifier: GPL-3.0-or-later
/// look.md's check values, contrasts and colour-vision distances hold for the tokens as they are.
#include "views/theme/oklab.h"
#include "views/theme/theme.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

using namespace kscope;
using namespace kscope::views;

namespace {

model::TaskInfo task(std::uint8_t slot, int tid) {
    model::TaskInfo info;
    info.tid = model::Tid{tid};
    info.hueSlot = slot;
    return info;
}
const Theme& dark() { return theme(ThemeKind::Dark); }
const Theme& light() { return theme(ThemeKind::Light); }

std::vector<Rgb> taskFills(const Theme& t) {
    std::vector<Rgb> all;
    for (std::uint8_t slot = 0; slot < 11; ++slot)
        for (int tid = 1; tid <= 3; ++tid) all.push_back(t.taskFill(task(slot, tid)));
    return all;
}

// Machado, Oliveira, Fernandes 2009, severity 1.0, applied to linear sRGB.
using Matrix = std::array<double, 9>;
constexpr Matrix kNormal{1, 0, 0, 0, 1, 0, 0, 0, 1};
constexpr Matrix kDeutan{0.367322, 0.860646,  -0.227968, 0.280085, 0.672501,
                         0.047413, -0.011820, 0.042940,  0.968881};
constexpr Matrix kProtan{0.152286, 1.052583,  -0.204868, 0.114503, 0.786281,
                         0.099216, -0.003882, -0.048116, 1.051998};
constexpr Matrix kTritan{1.255528, -0.076749, -0.178779, -0.078411, 0.930809,
                         0.147602, 0.004733,  0.691367,  0.303900};
constexpr std::array<Matrix, 4> kSights{kNormal, kDeutan, kProtan, kTritan};

LinearRgb seen(Rgb colour, const Matrix& m) {
    const LinearRgb c = linearRgb(colour);
    const auto row = [&](std::size_t r) {
        return std::clamp(m[r] * c.red + m[r + 1] * c.green + m[r + 2] * c.blue, 0.0, 1.0);
    };
    return {row(0), row(3), row(6)};
}
double distance(Rgb left, Rgb right, const Matrix& sight) {
    return oklabDistance(seen(left, sight), seen(right, sight));
}

double smallest(const std::vector<Rgb>& set, const Matrix& sight) {
    double least = 1e9;
    for (std::size_t i = 0; i < set.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            least = std::min(least, distance(set[i], set[j], sight));
    return least;
}
double smallestTo(Rgb one, const std::vector<Rgb>& set, const Matrix& sight) {
    double least = 1e9;
    for (const Rgb other : set) least = std::min(least, distance(one, other, sight));
    return least;
}

}  // namespace

TEST(TaskFill, HasTheCheckValuesOfTheLook) {
    EXPECT_EQ(dark().taskFill(task(2, 1)), 0xff52afb6u);
    EXPECT_EQ(light().taskFill(task(2, 1)), 0xff63c4ccu);
    model::TaskInfo kernel = task(model::TaskInfo::kNoHue, 12);
    kernel.kernelThread = true;
    EXPECT_EQ(dark().taskFill(kernel), 0xff7b818au);
    EXPECT_EQ(light().taskFill(kernel), 0xffb6bbc2u);
}

TEST(TaskFill, ThreadsOfOneProgramDifferALittle) {
    const Rgb first = dark().taskFill(task(5, 3));
    const Rgb second = dark().taskFill(task(5, 4));
    EXPECT_NE(first, second);
    EXPECT_NEAR(oklabDistance(linearRgb(first), linearRgb(second)), 3.5, 0.6);
}

TEST(HueFill, AgreesWithTheTaskFillOfAFullHueAndIsGreyAtZero) {
    EXPECT_LT(oklabDistance(linearRgb(dark().hueFill({})), linearRgb(0xff7b818au)), 2.0);
    // Slot 2 lies at 202 degrees.
    const model::HueVector hue{
        static_cast<std::int8_t>(std::lround(127 * std::cos(202 * 3.14159265 / 180))),
        static_cast<std::int8_t>(std::lround(127 * std::sin(202 * 3.14159265 / 180)))};
    EXPECT_LT(oklabDistance(linearRgb(dark().hueFill(hue)), linearRgb(0xff52afb6u)), 2.0);
}

TEST(InkOn, ReachesTheContrastsOfTheLook) {
    const auto least = [](const Theme& t, const std::vector<Rgb>& fills) {
        double low = 99;
        for (const Rgb fill : fills) low = std::min(low, contrast(t.inkOn(fill), fill));
        return low;
    };
    EXPECT_GE(least(dark(), taskFills(dark())), 6.05);
    EXPECT_GE(least(light(), taskFills(light())), 7.45);
    for (const Theme* t : {&dark(), &light()})
        EXPECT_GE(least(*t, {t->stateRunnable, t->stateBlocked, t->stateSleep, t->stateStopped,
                             t->irqHard, t->irqSoft}),
                  4.45);
}

TEST(Text, StandsOutFromEverySurface) {
    for (const Theme* t : {&dark(), &light()})
        for (const Rgb text :
             {t->text1, t->text2, t->text3, t->accent, t->statusOk, t->statusWarn, t->statusError})
            for (const Rgb surface :
                 {t->bgCanvas, t->bgWindow, t->bgPanel, t->bgRaised, t->bgHover})
                EXPECT_GE(contrast(text, surface), 4.5) << std::hex << text << " on " << surface;
    EXPECT_NEAR(contrast(dark().text1, dark().bgCanvas), 15.7, 0.1);
    EXPECT_NEAR(contrast(light().text3, light().bgHover), 5.1, 0.1);
    EXPECT_NEAR(contrast(dark().accentInk, dark().accentFill), 8.4, 0.1);
    EXPECT_NEAR(contrast(light().accentInk, light().accentFill), 10.9, 0.1);
}

TEST(ColourVision, StatesCursorsAndInterruptsStayApart) {
    const auto expectSet = [](const std::vector<Rgb>& set, const std::array<double, 4>& table) {
        for (std::size_t sight = 0; sight < 4; ++sight)
            EXPECT_NEAR(smallest(set, kSights[sight]), table[sight], 0.3) << sight;
    };
    const auto states = [](const Theme& t) {
        return std::vector<Rgb>{t.taskFill(task(5, 1)), t.stateRunnable, t.stateSleep,
                                t.stateBlocked, t.stateStopped};
    };
    for (const Theme* t : {&dark(), &light()})
        for (const Matrix& sight : kSights)
            EXPECT_GE(smallest(states(*t), sight), 8) << "task states";
    expectSet({dark().stageQG, dark().stageGI, dark().stageID, dark().stageDC},
              {11.1, 10.9, 8.1, 9.8});
    expectSet({light().stageQG, light().stageGI, light().stageID, light().stageDC},
              {17.5, 15.4, 14.4, 14.6});
    expectSet({dark().dirRead, dark().dirWrite}, {27.7, 11.1, 22.0, 30.6});
    expectSet({light().dirRead, light().dirWrite}, {31.9, 19.1, 30.1, 33.7});
    expectSet({dark().cursorA, dark().cursorB}, {20.9, 17.9, 10.4, 22.4});
    expectSet({light().cursorA, light().cursorB}, {23.8, 12.6, 20.5, 25.9});
    expectSet({dark().irqHard, dark().irqSoft}, {26.8, 26.9, 27.1, 26.3});
    expectSet({light().irqHard, light().irqSoft}, {28.1, 28.0, 28.4, 28.0});
    expectSet({dark().statusOk, dark().statusInfo, dark().statusWarn, dark().statusError},
              {13.9, 8.3, 9.4, 2.6});
    expectSet({light().statusOk, light().statusInfo, light().statusWarn, light().statusError},
              {13.7, 4.3, 6.7, 3.4});
}

TEST(ColourVision, WaitingIsNeverTakenForRunning) {
    // 6.8: tritanopia in the light theme has the height of the bar as its second cue.
    for (const Theme* t : {&dark(), &light()})
        for (const Matrix& sight : kSights) {
            EXPECT_GE(smallestTo(t->stateRunnable, taskFills(*t), sight), 6.5);
            EXPECT_GE(smallestTo(t->stateBlocked, taskFills(*t), sight), 8);
        }
}

TEST(Mix, KeepsItsEnds) {
    EXPECT_EQ(mix(0xff102030u, 0xffa0b0c0u, 0), 0xff102030u);
    EXPECT_EQ(mix(0xff102030u, 0xffa0b0c0u, 1), 0xffa0b0c0u);
    EXPECT_EQ(mix(0xff000000u, 0xffffffffu, 0.5), 0xff808080u);
}

TEST(HighContrast, IsPureAndEdged) {
    for (const auto kind : {ThemeKind::Dark, ThemeKind::Light}) {
        setContrast(Contrast::High);
        const Theme& high = theme(kind);
        setContrast(Contrast::Normal);
        const Theme& usual = theme(kind);
        EXPECT_NE(&high, &usual);
        EXPECT_NEAR(contrast(high.bgCanvas, high.text3), 21, 0.01);
        EXPECT_EQ(high.lineGrid, high.bgCanvas) << "no grid";
        EXPECT_EQ(high.edgeOf(0xff336699u), high.text1);
        EXPECT_EQ(usual.contrastKind, Contrast::Normal);
    }
    EXPECT_EQ(dark().edgeOf(0xff336699u), 0xff336699u) << "dark fills need no edge";
    EXPECT_NE(light().edgeOf(0xff336699u), 0xff336699u);
}

TEST(Fonts, KeepMonospacedTextFreeOfLigatures) {
    EXPECT_TRUE(font(TextRole::Mono).styleStrategy() & QFont::PreferNoShaping);
    EXPECT_FALSE(font(TextRole::Body).styleStrategy() & QFont::PreferNoShaping);
}
