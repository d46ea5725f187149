// SPDX-License-Identifier: GPL-3.0-or-later
/// The text of resources/words/*.tsv, put into the program by embed.cmake; one constant a file.
#pragma once

#include <string_view>

namespace kscope::model {

extern const std::string_view blockFile;
extern const std::string_view diagnosticsFile;
extern const std::string_view errnoFile;
extern const std::string_view eventsFile;
extern const std::string_view fieldsFile;
extern const std::string_view flagsFile;
extern const std::string_view functionsFile;
extern const std::string_view gfpFile;
extern const std::string_view lettersFile;
extern const std::string_view signalsFile;
extern const std::string_view softirqsFile;
extern const std::string_view statesFile;
extern const std::string_view syscallsFile;

}  // namespace kscope::model
