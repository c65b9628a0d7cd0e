#pragma once

#include <string>
#include <vector>

#include "parameter.hpp"
#include "sweep_file.hpp"
#include "train_options.hpp"

namespace xgrad::apps::sweep {

/// The options of a run: xgrad train's plain defaults, and these values of the parameters. Where the sweep leaves `monitor`
/// open, the run keeps the model of the epoch that the metric counts. Throws: ConfigError if the values do not go together.
TrainOptions run_options(const SweepFile& sweep, const std::vector<Json>& values);

/// Checks every listed value of the parameters: that its option takes it at all. Throws: ConfigError that names the parameter.
void check_values(const std::vector<Parameter>& parameters);

/// 00007_hl_3_bs_16_ac_tanh: the run's number from 1, and the parameters that vary.
std::string run_name(std::size_t index, const std::vector<Parameter>& parameters, const std::vector<Json>& values);

/// A value as a person writes it: without quotes, a list with commas.
std::string value_text(const Json& value);

}  // namespace xgrad::apps::sweep
