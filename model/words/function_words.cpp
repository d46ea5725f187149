// SPDX-License-Identifier: GPL-3.0-or-later
/// Words of functions, from resources/words/functions.tsv.
#include "model/words/function_words.h"

#include "model/words/word_table.h"

#include <algorithm>

namespace kscope::model {

namespace {

/// The name alone: without parameters, "[ext4]" behind a blank or a tab as kallsyms writes
/// modules, "@plt" or "@kernel", and "+0x1c/0x20" as stacks have it.
std::string_view bareFunction(std::string_view name) {
    for (const std::string_view mark : {"(", " [", "\t", "@", "+0x"})
        if (const auto cut = name.find(mark); cut != name.npos && cut > 0)
            name = name.substr(0, cut);
    return name;
}

}  // namespace

FunctionWords functionWords(std::string_view name) {
    const auto& table = functionTable();
    name = bareFunction(name);
    const auto* row = table.find(name);
    // "do_one.isra.0": what stands before the dot. A leading dot is part of a name.
    if (const auto dot = name.find('.'); dot != name.npos && dot > 0) {
        if (const auto* const plain = table.find(name.substr(0, dot))) row = plain;
    }
    if (row == nullptr) return {};
    return {(*row)[1], (*row)[2]};
}

FunctionWords functionWords(std::string_view name, CallSpace space) {
    const auto known = functionWords(name);
    // What these areas say is said of programs, and of the kernel's own memcpy as well.
    constexpr std::string_view kOfPrograms[] = {"C library", "C++", "program", "dynamic linker"};
    if (space == CallSpace::Kernel || name.ends_with("@kernel") ||
        std::ranges::find(kOfPrograms, known.area) != std::end(kOfPrograms))
        return known;
    // Fragments of replays and folded stacks do not say where their calls ran and count as a
    // program's: only a word that anybody may have chosen ("schedule") is taken for its own.
    const auto bare = bareFunction(name);
    return bare.find_first_of("_:") != bare.npos ? known : FunctionWords{};
}

}  // namespace kscope::model
