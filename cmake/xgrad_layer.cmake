# xgrad_layer(NAME [FOLDER] [WITHOUT FOLDER]): the library xgrad::NAME from FOLDER, by default NAME. Its headers are included as
# "xgrad/FOLDER/…": the build tree holds a link to the folder, installation copies the headers to the same place.
function(xgrad_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "WITHOUT" "")
  set(folder ${name})
  if(arg_UNPARSED_ARGUMENTS)
    set(folder ${arg_UNPARSED_ARGUMENTS})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp" "${PROJECT_SOURCE_DIR}/${folder}/*.hpp")
  if(arg_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "/${arg_WITHOUT}/")
  endif()
  add_library(xgrad_${name} ${sources})
  add_library(xgrad::${name} ALIAS xgrad_${name})
  # The same objects serve static and shared libraries: position-independent, with no definition added for shared ones.
  set_target_properties(xgrad_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON DEFINE_SYMBOL ""
    XGRAD_CHECKS_POINTERS ON
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} INSTALL_RPATH "$ORIGIN")
  set(include_dir "${PROJECT_BINARY_DIR}/include")
  file(MAKE_DIRECTORY "${include_dir}/xgrad")
  if(NOT folder MATCHES "/")
    file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${include_dir}/xgrad/${folder}" SYMBOLIC)
  endif()
  target_include_directories(xgrad_${name} PUBLIC
    $<BUILD_INTERFACE:${include_dir}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(xgrad_${name} PUBLIC cxx_std_20)
  target_link_libraries(xgrad_${name} PRIVATE $<BUILD_INTERFACE:xgrad_options>)
  xgrad_precompile(xgrad_${name})
endfunction()
