// SPDX-License-Identifier: GPL-3.0-or-later
/// interrupts and softirqs: a header of CPUs, then a row a source (formats.md 6.1, 6.2).
#include "parsers/procfs/proc_shape.h"
#include "parsers/text/scan.h"

#include <algorithm>
#include <string>

namespace kscope::parsers {

using model::SeriesKind;

namespace {

/// The labels of a header line; empty where it is none.
std::vector<std::string> cpuLabels(std::string_view line) {
    std::vector<std::string> labels;
    for (auto word = takeWord(line); !word.empty(); word = takeWord(line)) {
        if (!word.starts_with("CPU") || !isDigits(word.substr(3))) return {};
        labels.emplace_back(word);
    }
    return labels;
}

/// A row's label: everything before its first ':', behind which a number follows.
std::string_view labelOf(std::string_view line, std::string_view& rest) {
    const auto colon = line.find(':');
    if (colon == line.npos) return {};
    auto label = trim(line.substr(0, colon));
    rest = line.substr(colon + 1);
    auto ahead = rest;
    if (label.empty() || label.size() > 32 || !isDigits(takeWord(ahead))) return {};
    // A prompt or words of an author in front: the label is the last word.
    if (const auto blank = label.find_last_of(" \t"); blank != label.npos)
        label.remove_prefix(blank + 1);
    return label;
}

/// How many numbers a row begins with.
std::size_t countNumbers(std::string_view rest) {
    std::size_t count = 0;
    while (isDigits(takeWord(rest))) ++count;
    return count;
}

/// Rows with only one number whatever the CPUs: they count errors of the machine.
bool isSingle(std::string_view label) {
    return label == "ERR" || label == "MIS" || label == "Err" || label == "BAD";
}

/// CPUs of rows that stand without their header: as many as the rows have numbers, of which the
/// smallest count is right, because a text may begin with digits ("1-edge" does not, "30 Level"
/// behind a chip does not either, but a hwirq without chip would).
std::size_t guessCpus(std::string_view text) {
    ShapeLines lines(text);
    std::size_t cpus = 0;
    for (std::string_view line; lines.next(line);) {
        std::string_view rest;
        const auto label = labelOf(line, rest);
        if (label.empty() || isSingle(label)) continue;
        const auto count = countNumbers(rest);
        cpus = cpus == 0 ? count : std::min(cpus, count);
    }
    return cpus;
}

}  // namespace

void readCpuTable(ProcShape& shape) {
    std::vector<std::string> labels;
    bool guessed = false;
    ShapeLines lines(shape.text);
    for (std::string_view line; lines.next(line);) {
        if (auto found = cpuLabels(line); !found.empty()) {
            labels = std::move(found);
            guessed = false;
            continue;
        }
        std::string_view rest;
        const auto label = labelOf(line, rest);
        if (label.empty()) {
            countUnread(shape, line);
            continue;
        }
        if (labels.empty()) {
            const auto cpus = guessCpus(shape.text);
            for (std::size_t cpu = 0; cpu < cpus; ++cpu)
                labels.push_back("CPU" + std::to_string(cpu));
            guessed = true;
        }
        shape.row(label);
        if (guessed) ++shape.odd.guessedCpus;
        const bool single = isSingle(label) || (countNumbers(rest) == 1 && labels.size() > 1);
        for (std::size_t i = 0; i < (single ? 1 : labels.size()); ++i) {
            auto ahead = rest;
            const auto word = takeWord(ahead);
            if (!isDigits(word)) break;
            shape.number(single ? std::string_view{} : std::string_view(labels[i]), word,
                         SeriesKind::Counter32);
            rest = ahead;
        }
        shape.detail(rest);
        if (std::ranges::any_of(rest, [](char c) { return (c & 0x80) != 0; }) ||
            rest.find("<<") != rest.npos)
            ++shape.odd.annotated;
    }
}

}  // namespace kscope::parsers
