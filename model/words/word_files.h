// SPDX-License-Identifier: GPL-3.0-or-later
/// The text of resources/words/*.tsv, put into the program by embed.cmake; one constant a file.
#pragma once

#include <string_view>

namespace kscope::model {

extern const std::string_view kBlockFile;
extern const std::string_view kDiagnosticsFile;
extern const std::string_view kErrnoFile;
extern const std::string_view kEventsFile;
extern const std::string_view kFieldsFile;
extern const std::string_view kFlagsFile;
extern const std::string_view kFunctionsFile;
extern const std::string_view kGfpFile;
extern const std::string_view kLettersFile;
extern const std::string_view kSignalsFile;
extern const std::string_view kSoftirqsFile;
extern const std::string_view kStatesFile;
extern const std::string_view kSyscallsFile;

}  // namespace kscope::model
