# Everything that xgrad takes from elsewhere; all of it in Debian packages (packages.txt).
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(libzip MODULE REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(xtensor REQUIRED)

# OpenBLAS by name: other BLAS libraries work too, but were not measured.
set(BLA_VENDOR OpenBLAS)
find_package(BLAS REQUIRED)

# xtensor-blas falls back to generic loops, silently, unless told that there is a CBLAS.
add_library(xgrad_blas INTERFACE)
target_compile_definitions(xgrad_blas INTERFACE HAVE_CBLAS=1)
target_link_libraries(xgrad_blas INTERFACE $<BUILD_INTERFACE:BLAS::BLAS>)

add_library(xgrad_simd INTERFACE)
