#pragma once

namespace xgrad::optim {

/// Throws: ConfigError, with the names of both, unless an option of an optimizer or schedule is a number in [low, high].
void check_option(const char* method, const char* option, double value, double low, double high);

/// The same for [low, high).
void check_option_below(const char* method, const char* option, double value, double low, double high);

/// The same for every finite number from 0.
void check_not_negative(const char* method, const char* option, double value);

}  // namespace xgrad::optim
