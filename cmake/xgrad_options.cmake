# Compiler settings that every target of the project shares.
add_library(xgrad_options INTERFACE)
target_compile_features(xgrad_options INTERFACE cxx_std_20)
# xtensor-blas falls back to generic loops, silently, unless told that there is a CBLAS.
target_compile_definitions(xgrad_options INTERFACE HAVE_CBLAS=1)
# g++ 12 sees overlapping copies in std::string and uninitialised reads in xtensor where there are none.
target_compile_options(xgrad_options INTERFACE
  -Wall -Wextra -Wshadow -Wno-sign-compare "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict>" -fno-math-errno -fno-trapping-math
  $<$<BOOL:${XGRAD_WARNINGS_AS_ERRORS}>:-Werror>)
# A program loads only the libraries that it calls: libcurl and what it needs take 6 MB and 20 ms at every start.
target_link_options(xgrad_options INTERFACE LINKER:--as-needed)
if(XGRAD_SANITIZE)
  target_compile_options(xgrad_options INTERFACE -fsanitize=${XGRAD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # Checks of every access through a pointer take a third of the time of the compiler: the library has them, its callers do not.
  target_compile_options(xgrad_options INTERFACE
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:XGRAD_CHECKS_POINTERS>>>:-fno-sanitize=null,alignment,object-size>)
  target_link_options(xgrad_options INTERFACE -fsanitize=${XGRAD_SANITIZE})
endif()

# xgrad_precompile(TARGET [HEADER…]): what nearly every source includes is compiled once for a target; it takes half of the
# compiler's time otherwise. Every source still includes what it uses: the preset asan builds without this.
function(xgrad_precompile target)
  target_precompile_headers(${target} PRIVATE <algorithm> <cmath> <cstdint> <functional> <memory> <string> <utility> <vector>
    <fmt/format.h> "${PROJECT_SOURCE_DIR}/tensor/xtensor.hpp" ${ARGN})
endfunction()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the parent folder, so that several checkouts side by side share results.
  get_filename_component(xgrad_parent "${PROJECT_SOURCE_DIR}" DIRECTORY)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${xgrad_parent};CCACHE_NOHASHDIR=1;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE_PROGRAM}")
endif()
