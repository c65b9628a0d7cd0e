# The report's page becomes part of the program; Vega stays where Debian put it, and is read when a report is written.
find_file(XGRAD_VEGA_FILE vega.min.js PATHS /usr/share/javascript/vega /usr/share/nodejs/vega/build NO_DEFAULT_PATH
          DOC "Vega for browsers, from Debian's libjs-vega")
set(vega_file /usr/share/javascript/vega/vega.min.js)
if(XGRAD_VEGA_FILE)
  set(vega_file "${XGRAD_VEGA_FILE}")
endif()
set_source_files_properties(report/page.cpp PROPERTIES COMPILE_DEFINITIONS "XGRAD_VEGA_FILE=\"${vega_file}\"")

# In the order in which they use one another.
set(scripts text.js theme.js data.js figure.js table.js curves.js confusion.js classes.js images.js parallel.js importance.js
    history.js run.js sweep.js study.js main.js)
set(page_folder ${CMAKE_CURRENT_LIST_DIR}/page)
list(TRANSFORM scripts PREPEND ${page_folder}/ OUTPUT_VARIABLE script_files)
list(JOIN scripts ":" joined_scripts)
add_custom_command(
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/page_texts.cpp
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${CMAKE_CURRENT_BINARY_DIR}/page_texts.cpp -DFOLDER=${page_folder} -DSCRIPTS=${joined_scripts}
          -P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/embed.cmake ${page_folder}/page.html ${page_folder}/report.css ${script_files}
  COMMENT "Embedding the report's page"
  VERBATIM)
target_sources(xgrad_program PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/page_texts.cpp)
