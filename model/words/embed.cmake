# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DTABLES=a.tsv;b.tsv -DOUT=word_files.cpp -P embed.cmake: the tables' text as constants of the program.
set(code "// Made from resources/words by model/words/embed.cmake.\n#include \"model/words/word_files.h\"\n\nnamespace kscope::model {\n")
foreach(table ${TABLES})
  get_filename_component(name ${table} NAME_WE)
  string(SUBSTRING ${name} 0 1 letter)
  string(TOUPPER ${letter} letter)
  string(SUBSTRING ${name} 1 -1 rest)
  file(READ ${table} text)
  string(APPEND code "const std::string_view k${letter}${rest}File = R\"tsv(${text})tsv\";\n")
endforeach()
string(APPEND code "}  // namespace kscope::model\n")
file(WRITE ${OUT} "${code}")
