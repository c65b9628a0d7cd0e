#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace xgrad::data {

class InputFile;

/// The SHA-256 of `bytes` as 64 hexadecimal digits. Source: FIPS 180-4.
std::string sha256(std::string_view bytes);

/// The SHA-256 of what a file holds, decompressed if it is a gzip file.  Throws: IoError.
std::string sha256_of_contents(const std::filesystem::path& path);

/// The same for what is left of a file that is open.  Throws: IoError.
std::string sha256_of_contents(InputFile& file);

}  // namespace xgrad::data
