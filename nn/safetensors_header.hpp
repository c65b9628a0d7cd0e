#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "xgrad/nn/safetensors.hpp"

namespace xgrad::nn::detail {

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries{};  // in the order of their elements
  Metadata metadata{};
};

/// Reads a header and checks it against the number of bytes that follow it. Accepts any text; takes memory in proportion to
/// its length. `path` is for the errors.  Throws: IoError.
SafetensorsHeader parse_safetensors_header(std::string_view text, std::size_t data_bytes, const std::string& path);

/// The header for entries with their offsets set, padded with spaces to a multiple of 8 bytes.
/// Throws: ConfigError for text that is not UTF-8.
std::string format_safetensors_header(const std::vector<SafetensorsEntry>& entries, const Metadata& metadata);

}  // namespace xgrad::nn::detail
