#include "paths.hpp"

namespace xgrad::test {

std::string source_path(const std::string& path) { return XGRAD_SOURCE_DIR "/" + path; }
std::string data_path(const std::string& path) { return source_path("tests/data/" + path); }
std::string program_path() { return XGRAD_PROGRAM; }

}  // namespace xgrad::test
