// SPDX-License-Identifier: GPL-3.0-or-later
/// Hues and greys of functions.
#include "views/panes/call_timeline/call_colours.h"

#include "model/words/function_words.h"
#include "views/theme/oklab.h"

#include <array>
#include <unordered_map>

namespace kscope::views {
namespace {

// look.md: hues of tasks, and 82 % of their chroma; lightness of tasks and of kernel threads.
constexpr std::uint32_t kFunctionHues = 11;
constexpr double kFirstFunctionHue = 172, kFunctionHueStep = 15;
constexpr double kLibraryChroma = 0.82;
constexpr double kGreyHue = 260;
constexpr std::uint32_t kProgramSlot = 6, kCLibrarySlot = 10;
constexpr double kNameStep = 0.014;  // of lightness, between functions of one library
constexpr double kSystemCallDarker = 0.085;

struct FillLightness {
    double library, chroma, kernel, kernelChroma;
};
FillLightness lightnessOf(ThemeKind kind) {
    return kind == ThemeKind::Dark ? FillLightness{0.700, 0.088, 0.600, 0.016}
                                   : FillLightness{0.765, 0.092, 0.790, 0.012};
}

/// FNV-1a: the same on every machine, so that colours are too.
std::uint64_t functionHash(std::string_view text) {
    std::uint64_t hash = 14695981039346656037u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return hash;
}

constexpr std::string_view kCLibrary = "C library";
constexpr std::string_view kCppLibrary = "C++ library";

/// Where the kernel is entered, by the names of its architectures.
bool entersKernel(std::string_view name) {
    constexpr std::array<std::string_view, 11> kBegins{
        "__x64_sys_", "__ia32_sys_", "__arm64_sys_", "__se_sys_", "__do_sys_",   "ksys_",
        "SyS_",       "sys_",        "do_syscall_",  "entry_SYS", "x64_sys_call"};
    for (const auto begin : kBegins)
        if (name.starts_with(begin)) return true;
    return false;
}

/// How far a fill is from the one of its home: −2 … 2.
int stepOf(std::uint64_t hash) { return static_cast<int>(hash / kFunctionHues % 5) - 2; }

std::uint32_t slotOf(const FunctionHome& home) {
    if (home.origin == FunctionOrigin::Program) return kProgramSlot;
    if (home.library == kCLibrary || home.library.starts_with("libc.so") ||
        home.library.starts_with("libc-"))
        return kCLibrarySlot;
    // Neither of the two that nearly every trace has.
    const auto slot = static_cast<std::uint32_t>(functionHash(home.library) % (kFunctionHues - 2));
    return slot >= kProgramSlot ? slot + 1 : slot;
}

Rgb fillOf(const Theme& theme, const FunctionHome& home, int step) {
    const FillLightness role = lightnessOf(theme.kind);
    const double more = step * kNameStep;
    switch (home.origin) {
    case FunctionOrigin::SystemCall:
        return oklchRgb(role.kernel - kSystemCallDarker, role.kernelChroma, kGreyHue);
    case FunctionOrigin::Kernel:
        // Greys have less room before they are as dark as a system call.
        return oklchRgb(role.kernel + more * 0.6, role.kernelChroma, kGreyHue);
    case FunctionOrigin::Program:
    case FunctionOrigin::Library: break;
    }
    return oklchRgb(role.library + more, role.chroma * kLibraryChroma,
                    kFirstFunctionHue + kFunctionHueStep * slotOf(home));
}

}  // namespace

FunctionHome functionHome(std::string_view name, model::CallSpace space) {
    const auto at = name.find('@');
    const auto bare = name.substr(0, at);
    const auto said = at == name.npos ? std::string_view() : name.substr(at + 1);
    if (space == model::CallSpace::Kernel || said == "kernel")
        return {entersKernel(bare) ? FunctionOrigin::SystemCall : FunctionOrigin::Kernel, {}};
    // "@plt" and "@@GLIBC_2.2.5" tell how a symbol is bound, not where it lives.
    if (!said.empty() && said != "plt" && said.front() != '@' && !said.starts_with("GLIBC"))
        return {FunctionOrigin::Library, std::string(said)};
    const auto area = model::functionWords(bare, space).area;
    if (area == "C library") return {FunctionOrigin::Library, std::string(kCLibrary)};
    if (area == "C++" || bare.starts_with("std::"))
        return {FunctionOrigin::Library, std::string(kCppLibrary)};
    return {FunctionOrigin::Program, {}};
}

Rgb functionFill(const Theme& theme, const model::Trace& trace, model::FunctionKey function) {
    return functionFill(theme, trace.text(function.name()), function.space());
}

Rgb functionFill(const Theme& theme, std::string_view name, model::CallSpace space) {
    // Patterns of names are looked through once a name, not once a frame that is drawn.
    constexpr std::size_t kMostKept = 65'536;
    thread_local std::unordered_map<std::uint64_t, Rgb> kept;
    const auto hash = functionHash(name);
    const auto key = hash * 4 + static_cast<std::uint64_t>(space) * 2 +
                     (theme.kind == ThemeKind::Dark ? 1u : 0u);
    if (const auto found = kept.find(key); found != kept.end()) return found->second;
    if (kept.size() >= kMostKept) kept.clear();
    return kept[key] = fillOf(theme, functionHome(name, space), stepOf(hash));
}

Rgb homeFill(const Theme& theme, const FunctionHome& home) { return fillOf(theme, home, 0); }

std::string homeWord(const FunctionHome& home) {
    switch (home.origin) {
    case FunctionOrigin::SystemCall: return "system call";
    case FunctionOrigin::Kernel: return "kernel";
    case FunctionOrigin::Program: return "program";
    case FunctionOrigin::Library: break;
    }
    return home.library;
}

}  // namespace kscope::views
