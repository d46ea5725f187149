# SPDX-License-Identifier: GPL-3.0-or-later
# Included by model/CMakeLists.txt: builds resources/words/*.tsv into kscope_model.
file(GLOB word_tables CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/resources/words/*.tsv)
set(word_files ${CMAKE_CURRENT_BINARY_DIR}/word_files.cpp)
add_custom_command(OUTPUT ${word_files}
  COMMAND ${CMAKE_COMMAND} "-DTABLES=${word_tables}" -DOUT=${word_files} -P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
  DEPENDS ${word_tables} ${CMAKE_CURRENT_LIST_DIR}/embed.cmake VERBATIM)
target_sources(kscope_model PRIVATE ${word_files})
