# Text files that a program carries within itself.

# xgrad_embed(TARGET FOLDER PATTERN…): adds to TARGET the files of FOLDER that match, under their names relative to it; in C++
# they are embedded_files() of apps/embedded.hpp. A new file, or a changed one, is noticed by the next build.
function(xgrad_embed target folder)
  list(TRANSFORM ARGN PREPEND "${folder}/" OUTPUT_VARIABLE patterns)
  file(GLOB files CONFIGURE_DEPENDS ${patterns})
  set(entries "")
  foreach(path IN LISTS files)
    file(RELATIVE_PATH name "${folder}" "${path}")
    file(READ "${path}" text)
    string(APPEND entries "    {R\"xgrad_(${name})xgrad_\", R\"xgrad_(${text})xgrad_\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embedded_files.cpp")
  file(WRITE "${source}.new" "#include \"embedded.hpp\"

namespace xgrad::apps {

const std::vector<EmbeddedFile>& embedded_files() {
  static const std::vector<EmbeddedFile> files{
${entries}  };
  return files;
}

}  // namespace xgrad::apps
")
  configure_file("${source}.new" "${source}" COPYONLY) # which leaves the old one alone where nothing has changed
  set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${target} PRIVATE "${source}")
endfunction()
