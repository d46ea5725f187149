// SPDX-License-Identifier: GPL-3.0-or-later
/// What the leak sanitizer is to overlook in every test program: caches that libraries keep until
/// the process ends.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfontconfig\n"
           "leak:libglib-2.0\n"
           "leak:libdbus-1\n";
}
