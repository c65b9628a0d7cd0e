#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xgrad {

/// The candidate that differs least from `given`, if it differs by at most half of its letters (case does not count); else
/// empty.
std::string nearest_name(std::string_view given, const std::vector<std::string>& candidates);

/// Throws ConfigError: "unknown activation 'rellu'; did you mean 'relu'? Choose one of: …".
[[noreturn]] void throw_unknown_name(std::string_view kind, std::string_view given, const std::vector<std::string>& candidates);

}  // namespace xgrad
