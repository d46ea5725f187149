// SPDX-License-Identifier: GPL-3.0-or-later
/// kscope_generate: writes a generated trace to a file, for benchmarks and for looking at.
#include "tests/support/trace_generator.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace {

using kscope::support::GeneratorOptions;

constexpr const char* kUsage =
    "usage: kscope_generate [--events N] [--seed N] [--cpus N] [--tasks N] [--corrupt "
    "LINES_IN_A_MILLION]\n"
    "                       [--layout default|tgid|noirq|fourflags|nanosecond|unpadded|damaged] -o "
    "FILE|-\n";

template <class Int> bool readNumber(std::string_view text, Int& into) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc{} && stop == text.data() + text.size();
}

bool readOption(std::string_view name, std::string_view value, GeneratorOptions& options,
                std::string& file) {
    if (name == "--events") return readNumber(value, options.events);
    if (name == "--seed") return readNumber(value, options.seed);
    if (name == "--cpus") return readNumber(value, options.cpus);
    if (name == "--tasks") return readNumber(value, options.tasks);
    if (name == "--corrupt") return readNumber(value, options.corruptPerMillion);
    if (name == "-o") {
        file = value;
        return true;
    }
    if (name != "--layout") return false;
    const auto layout = kscope::support::layoutNamed(value);
    if (layout) options.layout = *layout;
    return layout.has_value();
}

int writeTrace(const GeneratorOptions& options, const std::string& file) {
    std::FILE* const out = file == "-" ? stdout : std::fopen(file.c_str(), "wb");
    if (out == nullptr) {
        std::fprintf(stderr, "cannot write %s: %s\n", file.c_str(), std::strerror(errno));
        return 1;
    }
    kscope::support::TraceGenerator generator(options);
    constexpr std::size_t kBlock = 1 << 20;
    std::string text;
    text.reserve(kBlock + 4096);
    bool written = true;
    while (written && generator.fill(text, kBlock)) {
        written = std::fwrite(text.data(), 1, text.size(), out) == text.size();
        text.clear();
    }
    if (std::fclose(out) != 0 || !written) {
        std::fprintf(stderr, "cannot write %s: %s\n", file.c_str(), std::strerror(errno));
        return 1;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    GeneratorOptions options;
    std::string file;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (readOption(argv[i], argv[i + 1], options, file)) continue;
        std::fprintf(stderr, "kscope_generate: %s %s is not understood\n%s", argv[i], argv[i + 1],
                     kUsage);
        return 2;
    }
    if (file.empty() || argc % 2 == 0) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    return writeTrace(options, file);
}
