# `cmake --install`: libraries, headers, the program if it was built, and what find_package(xgrad) reads.
include(CMakePackageConfigHelpers)
set(xgrad_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/xgrad")

install(TARGETS xgrad_tensor xgrad_autograd xgrad_registry xgrad_nn xgrad_xgrad EXPORT xgradTargets)
install(EXPORT xgradTargets NAMESPACE xgrad:: DESTINATION "${xgrad_package_dir}")
if(TARGET xgrad)
  set_target_properties(xgrad PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS xgrad)
endif()

# Headers that are included only while xgrad itself is compiled stay behind.
foreach(layer tensor autograd nn)
  install(DIRECTORY ${layer}/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/xgrad/${layer}"
    FILES_MATCHING PATTERN "*.hpp" PATTERN "*_impl.hpp" EXCLUDE PATTERN "simd.hpp" EXCLUDE PATTERN "xgrad.hpp" EXCLUDE)
endforeach()
install(FILES nn/xgrad.hpp DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/xgrad")

configure_package_config_file(cmake/xgradConfig.cmake.in "${PROJECT_BINARY_DIR}/xgradConfig.cmake"
  INSTALL_DESTINATION "${xgrad_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/xgradConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/xgradConfig.cmake" "${PROJECT_BINARY_DIR}/xgradConfigVersion.cmake"
  cmake/Findlibzip.cmake DESTINATION "${xgrad_package_dir}")
install(FILES LICENSE README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
