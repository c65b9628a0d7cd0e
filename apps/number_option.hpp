#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace xgrad::apps {

// CLI11 alone would take -1 for 2⁶⁴ − 1, and nothing for 0.

/// Throws: CLI::ValidationError, which names the option, for a text that is no whole number from 0 on.
std::uint64_t parse_count(const std::string& option, const std::string& text);
/// Such numbers with commas between them.
std::vector<std::size_t> parse_counts(const std::string& option, const std::string& text);
/// Throws: CLI::ValidationError for a text that is no number.
double parse_number(const std::string& option, const std::string& text);

/// Adds an option that takes a number; `flags` as for CLI11, the long name last. The value that it has is the default.
template <class Number>
CLI::Option* add_number_option(CLI::App& command, const std::string& flags, Number& value, const std::string& help) {
  const std::string name = flags.substr(flags.rfind("--"));
  const auto read = [&value, name](const std::string& text) {
    if constexpr (std::floating_point<Number>)
      value = static_cast<Number>(parse_number(name, text));
    else
      value = static_cast<Number>(parse_count(name, text));
  };
  return command.add_option_function<std::string>(flags, read, help)
      ->type_name(std::floating_point<Number> ? "FLOAT" : "UINT")
      ->default_str(fmt::format("{}", value));
}

}  // namespace xgrad::apps
