#include "number_option.hpp"

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <sstream>

namespace xgrad::apps {

std::uint64_t parse_count(const std::string& option, const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  throw CLI::ValidationError(option, fmt::format("'{}' is not a whole number from 0 to 2^64 - 1", text));
}

std::vector<std::size_t> parse_counts(const std::string& option, const std::string& text) {
  std::vector<std::size_t> values;
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) values.push_back(parse_count(option, item));
  return values;
}

double parse_number(const std::string& option, const std::string& text) {
  char* end = nullptr;
  const auto value = static_cast<double>(std::strtold(text.c_str(), &end));
  const bool starts_well = !text.empty() && !std::isspace(static_cast<unsigned char>(text[0]));
  if (starts_well && end == text.c_str() + text.size()) return value;
  throw CLI::ValidationError(option, fmt::format("'{}' is not a number; give one such as 0.5 or 1e-3", text));
}

}  // namespace xgrad::apps
