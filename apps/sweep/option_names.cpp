#include "option_names.hpp"

#include <map>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "command_line.hpp"
#include "train_options.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps::sweep {

std::string option_name(const std::string& given) {
  CLI::App command;
  TrainOptions options;
  add_train_options(command, options);
  // As the command line takes them: -lr, which CLI11 does not know, is translated there.
  const std::string translated = long_form("-" + given);
  const CLI::Option* option = command.get_option_no_throw("--" + given);
  if (!option) option = command.get_option_no_throw(translated);
  const std::string name = option && !option->get_lnames().empty() ? option->get_lnames().front() : "";
  for (const char* own : {"run_dir", "save_model", "quiet", "threads"})
    if (name == own) throw ConfigError(fmt::format("parameter '{}': the sweep decides that itself; leave it out", given));
  if (name == "recipe") throw ConfigError("parameter 'recipe': a sweep says what its runs use; give the options themselves");
  if (!name.empty()) return name;
  std::vector<std::string> names;
  const nlohmann::ordered_json all = to_json(TrainOptions{});
  for (const auto& [known, value] : all.items()) names.push_back(known);
  throw_unknown_name("parameter", given, names);
}

bool takes_whole_numbers(const std::string& name) { return to_json(TrainOptions{}).at(name).is_number_unsigned(); }

std::string short_key(const std::string& name) {
  static const std::map<std::string, std::string> keys{{"num_layers", "hl"}, {"hidden_size", "sz"}, {"batch_size", "bs"},
                                                       {"activation", "ac"}, {"optimizer", "op"},   {"learning_rate", "lr"},
                                                       {"epochs", "ep"},     {"weight_init", "wi"}, {"weight_decay", "wd"},
                                                       {"dropout", "do"},    {"batch_norm", "bn"}};
  const auto found = keys.find(name);
  return found == keys.end() ? name : found->second;
}

}  // namespace xgrad::apps::sweep
