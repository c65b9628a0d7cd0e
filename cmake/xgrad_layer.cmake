# xgrad_layer(NAME): the library xgrad::NAME from the folder NAME. Its headers are included as "xgrad/NAME/…": the build tree
# holds a link to the folder, installation copies the headers to the same place.
function(xgrad_layer name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${name}/*.cpp")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${name}/*.hpp")
  add_library(xgrad_${name} ${sources} ${headers})
  add_library(xgrad::${name} ALIAS xgrad_${name})
  # The same objects serve static and shared libraries: position-independent, with no definition added for shared ones.
  set_target_properties(xgrad_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON DEFINE_SYMBOL ""
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} INSTALL_RPATH "$ORIGIN")
  set(include_dir "${PROJECT_BINARY_DIR}/include")
  file(MAKE_DIRECTORY "${include_dir}/xgrad")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${name}" "${include_dir}/xgrad/${name}" SYMBOLIC)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/nn/xgrad.hpp" "${include_dir}/xgrad/xgrad.hpp" SYMBOLIC)
  target_include_directories(xgrad_${name} PUBLIC
    $<BUILD_INTERFACE:${include_dir}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(xgrad_${name} PUBLIC cxx_std_20)
  target_link_libraries(xgrad_${name} PRIVATE $<BUILD_INTERFACE:xgrad_options>)
endfunction()
