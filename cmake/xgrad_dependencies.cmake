# Everything that xgrad takes from elsewhere; all of it in Debian packages (packages.txt). What an installed xgrad needs of it
# stands in xgradConfig.cmake.in too.
if(NOT PROJECT_IS_TOP_LEVEL)
  # A project that adds this one links what these packages define, from a folder further up.
  set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
endif()

find_package(xtensor REQUIRED)
find_package(xsimd REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(libzip MODULE REQUIRED)

# OpenBLAS by name: other BLAS libraries work too, but were not measured.
if(NOT BLA_VENDOR)
  set(BLA_VENDOR OpenBLAS)
endif()
find_package(BLAS REQUIRED)
