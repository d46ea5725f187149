// SPDX-License-Identifier: GPL-3.0-or-later
/// The model's text as the window's.
#pragma once

#include <QString>

#include <string>

namespace kscope::app {

inline QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace kscope::app
