#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace xgrad::apps::sweep {

using Json = nlohmann::ordered_json;

/// One parameter of a sweep: an option of `xgrad train`, and the distribution of its values. A value is found from a
/// coordinate: the index of a listed value, or for a distribution of numbers the share of it that lies below, from 0 to 1.
class Parameter {
 public:
  /// From what a sweep file says of it: {"values": […]}, {"value": …}, {"min": …, "max": …, "distribution": …}, …
  /// `whole`: the option takes whole numbers from 0 on. Throws: ConfigError that names the parameter.
  Parameter(std::string name, const Json& description, bool whole);

  const std::string& name() const noexcept { return name_; }
  const std::string& distribution() const noexcept { return distribution_; }
  /// Whether it has but one value.
  bool is_constant() const noexcept { return values_.size() == 1; }
  /// Whether its values are listed.
  bool is_listed() const noexcept { return !values_.empty(); }
  /// The listed values, and how often random search takes each (shares that add up to 1).
  const std::vector<Json>& values() const noexcept { return values_; }
  const std::vector<double>& probabilities() const noexcept { return probabilities_; }
  bool equally_likely() const noexcept { return equally_likely_; }

  /// How many values it has: of a list, a range of integers, or a quantised range; 0: no end of them.
  std::size_t count() const noexcept;
  /// The coordinate of value number n, in ascending order or as listed; n < count().
  double coordinate(std::size_t n) const;
  /// The value at a coordinate.
  Json value(double coordinate) const;

  /// For axes: the ends of the range (three standard deviations about the mean for normal distributions), and whether its
  /// scale is logarithmic. Of numbers only.
  double lowest() const;
  double highest() const;
  bool is_logarithmic() const noexcept { return log_; }

 private:
  void read_list(const Json& description);
  void read_range(const Json& description);
  void read_normal(const Json& description);
  double quantised(double x) const;
  double number(const Json& description, const char* key) const;
  double number_or(const Json& description, const char* key, double otherwise) const;
  [[noreturn]] void fail(const std::string& why) const;

  std::string name_, distribution_;
  bool whole_;
  std::vector<Json> values_;
  std::vector<double> probabilities_;
  bool equally_likely_ = true;
  // Of numbers: z is uniform on [a, b] or normal with mean a and standard deviation b; the value is z or exp(z), rounded to a
  // multiple of q where q is not 0.
  bool normal_ = false, log_ = false, integers_ = false;
  double a_ = 0, b_ = 1, q_ = 0;
  double first_ = 0, last_ = 0;  // of a quantised range: its ends as multiples of q
};

}  // namespace xgrad::apps::sweep
