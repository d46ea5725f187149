// SPDX-License-Identifier: GPL-3.0-or-later
/// Colours of functions against look.md: greys of the kernel, hues of libraries, contrast of
/// labels.
#include "views/panes/call_timeline/call_colours.h"
#include "views/theme/oklab.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

using namespace kscope;
using namespace kscope::views;
using model::CallSpace;

namespace {

double chromaOf(Rgb colour) {
    const Oklab lab = oklab(linearRgb(colour));
    return std::hypot(lab.a, lab.b);
}
double hueOf(Rgb colour) {
    const Oklab lab = oklab(linearRgb(colour));
    return std::atan2(lab.b, lab.a);
}

TEST(CallColours, TheKernelIsGreyAndSystemCallsAreDarker) {
    for (const auto kind : {ThemeKind::Dark, ThemeKind::Light}) {
        const Theme& t = theme(kind);
        const Rgb call = functionFill(t, "__x64_sys_read", CallSpace::Kernel);
        for (const char* name : {"vfs_read", "ext4_file_read_iter", "filemap_read", "schedule"}) {
            const Rgb grey = functionFill(t, name, CallSpace::Kernel);
            EXPECT_LT(chromaOf(grey), 0.03) << name;
            EXPECT_LT(oklab(linearRgb(call)).lightness, oklab(linearRgb(grey)).lightness - 0.04);
        }
        EXPECT_LT(chromaOf(call), 0.03);
        EXPECT_GT(chromaOf(functionFill(t, "render", CallSpace::User)), 0.05);
    }
}

TEST(CallColours, LabelsCanBeReadAndInksDoNotChangeFromFrameToFrame) {
    const Theme& light = theme(ThemeKind::Light);
    const Theme& dark = theme(ThemeKind::Dark);
    for (int i = 0; i < 200; ++i) {
        const std::string name = "function_" + std::to_string(i);
        const Rgb grey = functionFill(light, name, CallSpace::Kernel);
        EXPECT_GE(contrast(grey, light.inkOn(grey)), 7.5) << name;
        const Rgb user = functionFill(light, name, CallSpace::User);
        EXPECT_GE(contrast(user, light.inkOn(user)), 7.0) << name;
        const Rgb night = functionFill(dark, name, CallSpace::Kernel);
        EXPECT_EQ(dark.inkOn(night), dark.inkDark) << name;
        EXPECT_GE(contrast(night, dark.inkOn(night)), 4.5) << name;
    }
}

TEST(CallColours, ALibraryHasOneHue) {
    const Theme& t = theme(ThemeKind::Light);
    const auto hue = [&](const char* name) {
        return hueOf(functionFill(t, name, CallSpace::User));
    };
    EXPECT_NEAR(hue("inflate@libz.so.1"), hue("deflate@libz.so.1"), 0.02);
    EXPECT_NEAR(hue("main"), hue("anything_else"), 0.02);
    EXPECT_GT(std::abs(hue("main") - hue("malloc@libc.so.6")), 0.2);
    EXPECT_EQ(homeWord(functionHome("malloc@libc.so.6", CallSpace::User)), "libc.so.6");
    EXPECT_EQ(homeWord(functionHome("memcpy@plt", CallSpace::User)), "C library");
    EXPECT_EQ(homeWord(functionHome("helper@plt", CallSpace::User)), "program");
    EXPECT_EQ(homeWord(functionHome("vfs_read@kernel", CallSpace::User)), "kernel");
    EXPECT_EQ(homeWord(functionHome("__x64_sys_read", CallSpace::Kernel)), "system call");
}

}  // namespace
