#pragma once

#include <string>

namespace xgrad::test {

// Where things lie that tests read or run: `path` below the project's folder, below tests/data, and the program. Functions, so
// that no other file holds the name of a folder and a compiler's cache can serve several checkouts.
std::string source_path(const std::string& path);
std::string data_path(const std::string& path);
std::string program_path();

}  // namespace xgrad::test
