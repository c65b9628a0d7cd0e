#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace xgrad::apps {

/// What a parameter was in each run.
struct Column {
  std::string name;
  bool numeric = false;
  std::vector<double> numbers;      ///< of each run, if numeric
  std::vector<std::string> levels;  ///< of each run, as text
};

/// The group of each run, counted from 0, and how the groups are called.
struct Grouping {
  std::vector<std::size_t> group;
  std::vector<std::string> names;
};

/// Runs with the same value make a group; of a numeric parameter with more than `most` values, intervals of about equally many
/// runs do.
Grouping grouping(const Column& column, std::size_t most = 12);

/// The groups of two parameters together: every pair of values that occurs.
Grouping crossed(const Grouping& a, const Grouping& b);

/// Spearman's rank correlation: Pearson's of the ranks, where equal values share the mean of theirs. NaN if either is constant.
/// Source: Spearman, "The Proof and Measurement of Association between Two Things", 1904.
double rank_correlation(const std::vector<double>& x, const std::vector<double>& y);

/// How much of the variance of y the grouping explains beyond chance:
///   ε² = (SSB − (k − 1)·SSW/(n − k)) / (SSB + SSW), at least 0,
/// with the sums of squares between and within the k groups of n runs. The subtracted term is what k groups would explain of
/// noise. Nothing where no group holds two runs, or y is constant.
/// Source: Kelley, "An Unbiased Correlation Ratio Measure", 1935.
std::optional<double> variance_explained(const Grouping& groups, const std::vector<double>& y);

/// How much of the variance of y two parameters explain together beyond what each explains alone. 0 where noise alone could
/// explain as much: up to 2.5 of its standard deviations, √(2(k − 1)/((n − k)(n + 1))) for ε² of k groups of n runs. Nothing
/// where there are fewer than three runs for each of the k pairs of values that occur.
std::optional<double> interaction(const Grouping& a, const Grouping& b, const std::vector<double>& y);

}  // namespace xgrad::apps
