#pragma once

#include <string>

namespace xgrad::apps::sweep {

/// The long name of an option of `xgrad train` from any of its names: lr and learning_rate, e and epochs, w_i, nhl, sz.
/// Throws: ConfigError that names near ones if there is no such option, or if it is none that a sweep can set.
std::string option_name(const std::string& given);

/// Whether an option takes whole numbers from 0 on.
bool takes_whole_numbers(const std::string& name);

/// The part of a run's name that stands for an option: hl for num_layers, bs for batch_size; the name itself for most.
std::string short_key(const std::string& name);

}  // namespace xgrad::apps::sweep
