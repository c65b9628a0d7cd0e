#pragma once

#include <CLI/CLI.hpp>

#include "train_options.hpp"

namespace xgrad::apps {

/// Decides what the options stand for that were not given to `command`: the tuned recipe, or the plain defaults. An empty
/// `options.recipe` means tuned, unless the command line or its config file describes the network or the optimizer: then it is
/// the user's own experiment, to which nothing is added. Throws: ConfigError for an unknown recipe.
void apply_recipe(const CLI::App& command, TrainOptions& options);

/// The tuned recipe as it would be typed.
std::string tuned_recipe_text();

}  // namespace xgrad::apps
