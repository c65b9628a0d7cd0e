#include "xgrad/nn/names.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// Insertions, deletions and substitutions from a to b (Levenshtein), ignoring case.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_name(std::string_view given, const std::vector<std::string>& candidates) {
  std::string nearest;
  std::size_t least = ~std::size_t{0};
  for (const std::string& candidate : candidates)
    if (const std::size_t distance = edit_distance(given, candidate); distance < least) {
      least = distance;
      nearest = candidate;
    }
  return 2 * least <= nearest.size() ? nearest : "";
}

void throw_unknown_name(std::string_view kind, std::string_view given, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_name(given, candidates);
  throw ConfigError(fmt::format("unknown {} '{}'; {}choose one of: {}", kind, given,
                                nearest.empty() ? "" : fmt::format("did you mean '{}'? Otherwise ", nearest),
                                fmt::join(candidates, ", ")));
}

}  // namespace xgrad
