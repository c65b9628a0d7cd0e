#pragma once

#include <vector>

namespace xgrad::apps {

/// The mean. Throws: std::logic_error for no values.
double mean_of(const std::vector<double>& values);

/// The standard deviation over a sample, √(Σ(x − mean)² / (n − 1)); 0 for one value.
double deviation_of(const std::vector<double>& values);

/// The middle value, or the mean of the two in the middle. Throws: std::logic_error for no values.
double median_of(std::vector<double> values);

}  // namespace xgrad::apps
