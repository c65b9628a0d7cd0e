#include "parameter.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "normal.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps::sweep {
namespace {

// The keys that each distribution needs, and those it may have.
struct Keys {
  std::vector<std::string> needed, optional;
};
const std::map<std::string, Keys>& distributions() {
  static const std::map<std::string, Keys> all{{"constant", {{"value"}, {}}},
                                               {"categorical", {{"values"}, {"probabilities"}}},
                                               {"categorical_w_probabilities", {{"values", "probabilities"}, {}}},
                                               {"int_uniform", {{"min", "max"}, {}}},
                                               {"uniform", {{"min", "max"}, {}}},
                                               {"q_uniform", {{"min", "max"}, {"q"}}},
                                               {"log_uniform", {{"min", "max"}, {}}},
                                               {"inv_log_uniform", {{"min", "max"}, {}}},
                                               {"q_log_uniform", {{"min", "max"}, {"q"}}},
                                               {"log_uniform_values", {{"min", "max"}, {}}},
                                               {"inv_log_uniform_values", {{"min", "max"}, {}}},
                                               {"q_log_uniform_values", {{"min", "max"}, {"q"}}},
                                               {"normal", {{}, {"mu", "sigma"}}},
                                               {"q_normal", {{}, {"mu", "sigma", "q"}}},
                                               {"log_normal", {{}, {"mu", "sigma"}}},
                                               {"q_log_normal", {{}, {"mu", "sigma", "q"}}}};
  return all;
}

std::string implied_distribution(const Json& description) {
  if (description.contains("value")) return "constant";
  if (description.contains("values")) return "categorical";
  if (!description.contains("min") || !description.contains("max")) return "";
  return description["min"].is_number_integer() && description["max"].is_number_integer() ? "int_uniform" : "uniform";
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has(const std::string& distribution, const char* part) { return distribution.find(part) != std::string::npos; }

}  // namespace

void Parameter::fail(const std::string& why) const { throw ConfigError(fmt::format("parameter '{}': {}", name_, why)); }

Parameter::Parameter(std::string name, const Json& description, bool whole) : name_(std::move(name)), whole_(whole) {
  if (!description.is_object()) fail("give it value, values, or min and max, for example {values: [16, 32]}");
  if (description.contains("parameters")) fail("nested parameters are not supported; options of `xgrad train` are not nested");
  distribution_ = implied_distribution(description);
  std::vector<std::string> names;
  for (const auto& [known, keys] : distributions()) names.push_back(known);
  if (description.contains("distribution")) {
    const Json& given = description["distribution"];
    distribution_ = given.is_string() ? given.get<std::string>() : given.dump();
    if (!contains(names, distribution_)) throw_unknown_name("distribution of parameter '" + name_ + "':", distribution_, names);
  }
  if (distribution_.empty()) fail("give it value, values, min and max, or a distribution");
  const Keys& keys = distributions().at(distribution_);
  for (const std::string& key : keys.needed)
    if (!description.contains(key))
      fail(fmt::format("distribution {} needs {}", distribution_, fmt::join(keys.needed, " and ")));
  for (const auto& [key, value] : description.items())
    if (key != "distribution" && !contains(keys.needed, key) && !contains(keys.optional, key))
      fail(fmt::format("distribution {} does not take '{}'", distribution_, key));
  if (distribution_ == "constant")
    values_ = {description["value"]}, probabilities_ = {1};
  else if (has(distribution_, "categorical"))
    read_list(description);
  else if (has(distribution_, "normal"))
    read_normal(description);
  else
    read_range(description);
  if (whole_ && !is_listed() && !normal_ && lowest() < 0)
    fail(fmt::format("it takes no negative numbers, but min is {}", lowest()));
  if (whole_ && !is_listed() && !integers_ && (q_ == 0 || q_ != std::floor(q_)))
    fail(fmt::format("it takes whole numbers; use int_uniform, or {} with a whole q, instead of {}",
                     log_ ? "q_log_uniform_values" : "q_uniform", distribution_));
}

void Parameter::read_list(const Json& description) {
  const Json& list = description["values"];
  if (!list.is_array() || list.empty()) fail("'values' must be a list of at least one value");
  for (const Json& value : list) {
    if (std::find(values_.begin(), values_.end(), value) != values_.end())
      fail(fmt::format("{} is listed twice", value.dump()));
    values_.push_back(value);
  }
  probabilities_.assign(values_.size(), 1.0 / static_cast<double>(values_.size()));
  if (!description.contains("probabilities")) return;
  const Json& shares = description["probabilities"];
  if (!shares.is_array() || shares.size() != values_.size())
    fail(fmt::format("'probabilities' must be a list of {} numbers, one for each value", values_.size()));
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (!shares[i].is_number() || shares[i].get<double>() < 0)
      fail(fmt::format("probability {} must be 0 or more", shares[i].dump()));
    probabilities_[i] = shares[i].get<double>();
  }
  const double sum = std::accumulate(probabilities_.begin(), probabilities_.end(), 0.0);
  if (std::abs(sum - 1) > 1e-6) fail(fmt::format("its probabilities add up to {}; they must add up to 1", sum));
  equally_likely_ = false;
  for (std::size_t i = values_.size(); i-- > 0;) {
    probabilities_[i] /= sum;
    if (probabilities_[i] > 0) continue;  // what never comes is no value
    values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(i));
    probabilities_.erase(probabilities_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

double Parameter::number(const Json& description, const char* key) const {
  if (!description[key].is_number()) fail(fmt::format("'{}' must be a number, not {}", key, description[key].dump()));
  return description[key].get<double>();
}

double Parameter::number_or(const Json& description, const char* key, double otherwise) const {
  return description.contains(key) ? number(description, key) : otherwise;
}

void Parameter::read_range(const Json& description) {
  a_ = number(description, "min");
  b_ = number(description, "max");
  if (!(a_ < b_)) fail(fmt::format("min ({}) must be below max ({}); for one value, use 'value'", a_, b_));
  integers_ = distribution_ == "int_uniform";
  if (integers_) {
    if (!description["min"].is_number_integer() || !description["max"].is_number_integer())
      fail("int_uniform needs whole numbers as min and max; use uniform for others");
    if (b_ - a_ > 1e15) fail("the range of int_uniform is too wide; keep max - min below 1e15");
  }
  log_ = has(distribution_, "log");
  if (has(distribution_, "_values")) {
    if (a_ <= 0) fail(fmt::format("{} needs min above 0, not {}", distribution_, a_));
    a_ = std::log(a_);
    b_ = std::log(b_);
  } else if (has(distribution_, "inv_")) {
    const double least = -b_;  // 1/x lies between exp(min) and exp(max)
    b_ = -a_;
    a_ = least;
  }
  if (log_ && b_ > 300)
    fail(
        fmt::format("{} takes the natural logarithms of the smallest and largest value, and exp({}) is far out; "
                    "log_uniform_values takes the values themselves",
                    distribution_, b_));
  if (!has(distribution_, "q_")) return;
  q_ = number_or(description, "q", 1);
  if (q_ <= 0) fail(fmt::format("q must be above 0, not {}", q_));
  constexpr double rounding = 1e-9;  // an end that is a multiple of q but for its last digits is one
  first_ = std::ceil(lowest() / q_ - rounding);
  last_ = std::floor(highest() / q_ + rounding);
  if (first_ > last_) fail(fmt::format("there is no multiple of q ({}) between {} and {}", q_, lowest(), highest()));
}

void Parameter::read_normal(const Json& description) {
  normal_ = true;
  log_ = has(distribution_, "log");
  a_ = number_or(description, "mu", 0);
  b_ = number_or(description, "sigma", 1);
  if (b_ <= 0) fail(fmt::format("sigma must be above 0, not {}; for one value, use 'value'", b_));
  if (!has(distribution_, "q_")) return;
  q_ = number_or(description, "q", 1);
  if (q_ <= 0) fail(fmt::format("q must be above 0, not {}", q_));
}

std::size_t Parameter::count() const noexcept {
  if (is_listed()) return values_.size();
  if (integers_) return static_cast<std::size_t>(b_ - a_) + 1;
  return q_ > 0 && !normal_ && last_ - first_ < 1e15 ? static_cast<std::size_t>(last_ - first_) + 1 : 0;
}

double Parameter::coordinate(std::size_t n) const {
  const double index = static_cast<double>(n);
  if (is_listed()) return index;
  if (integers_) return (index + 0.5) / static_cast<double>(count());
  const double x = (first_ + index) * q_;
  return std::clamp(((log_ ? std::log(x) : x) - a_) / (b_ - a_), 0.0, 1.0);
}

// A value that is a multiple of q in decimal digits too: 0.3, not 0.30000000000000004.
double Parameter::quantised(double x) const {
  double multiple = std::round(x / q_);
  if (!normal_) multiple = std::clamp(multiple, first_, last_);
  return std::strtod(fmt::format("{:.12g}", multiple * q_).c_str(), nullptr);
}

Json Parameter::value(double coordinate) const {
  if (is_listed()) return values_[static_cast<std::size_t>(coordinate)];
  const double u = std::clamp(coordinate, 0.0, 1.0);
  double x;
  if (integers_) {
    x = a_ + std::min(std::floor(u * static_cast<double>(count())), b_ - a_);
  } else {
    const double z = normal_ ? a_ + b_ * normal_quantile(u) : a_ + u * (b_ - a_);
    x = log_ ? std::exp(z) : z;
    if (q_ > 0)
      x = quantised(x);
    else if (!normal_)
      x = std::clamp(x, lowest(), highest());
  }
  if (!integers_ && !whole_) return x;
  const auto whole = static_cast<std::int64_t>(std::clamp(x, -1e15, 1e15));
  if (whole >= 0) return static_cast<std::uint64_t>(whole);
  return whole;
}

double Parameter::lowest() const {
  const double z = normal_ ? a_ - 3 * b_ : a_;
  return log_ ? std::exp(z) : z;
}

double Parameter::highest() const {
  const double z = normal_ ? a_ + 3 * b_ : b_;
  return log_ ? std::exp(z) : z;
}

}  // namespace xgrad::apps::sweep
