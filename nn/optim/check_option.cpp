#include "xgrad/nn/optim/check_option.hpp"

#include <limits>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::optim {

void check_option(const char* method, const char* option, double value, double low, double high) {
  if (!(value >= low && value <= high))
    throw ConfigError(fmt::format("{}: {} is {}; it must be from {} to {}", method, option, value, low, high));
}

void check_option_below(const char* method, const char* option, double value, double low, double high) {
  if (!(value >= low && value < high))
    throw ConfigError(fmt::format("{}: {} is {}; it must be from {} to below {}", method, option, value, low, high));
}

void check_not_negative(const char* method, const char* option, double value) {
  if (!(value >= 0 && value <= std::numeric_limits<double>::max()))
    throw ConfigError(fmt::format("{}: {} is {}; it must be finite and not negative", method, option, value));
}

}  // namespace xgrad::optim
