#pragma once

#include <string>
#include <vector>

namespace xgrad::apps {

/// Arguments with single-dash names of several letters (-lr, -w_d, -sz 128, -lr=0.1), which CLI11 does not know, as their long
/// forms; and with `--config FILE` replaced by the options that the YAML file holds, before those of the command line, which
/// thus win. Throws: IoError, ConfigError for a file that is not a YAML mapping of options.
std::vector<std::string> translate_arguments(const std::vector<std::string>& arguments);

/// The name of an option in the form that CLI11 knows: --learning_rate for -lr, also with a value after an equals sign.
std::string long_form(const std::string& argument);

/// The options of a YAML file as arguments: "learning_rate: 0.1" becomes --learning_rate 0.1, "batch_norm: true" --batch_norm.
std::vector<std::string> arguments_from_yaml(const std::string& path);

}  // namespace xgrad::apps
