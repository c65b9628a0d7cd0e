#include "command_line.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 12> long_forms{{{"-wp", "--wandb_project"},
                                                                          {"-we", "--wandb_entity"},
                                                                          {"-lr", "--learning_rate"},
                                                                          {"-beta", "--beta"},
                                                                          {"-beta1", "--beta1"},
                                                                          {"-beta2", "--beta2"},
                                                                          {"-eps", "--epsilon"},
                                                                          {"-w_d", "--weight_decay"},
                                                                          {"-w_i", "--weight_init"},
                                                                          {"-nhl", "--num_layers"},
                                                                          {"-sz", "--hidden_size"},
                                                                          {"-cfg", "--config"}}};

std::string text_of(const YAML::Node& node, const std::string& path, const std::string& key) {
  if (node.IsScalar()) return node.as<std::string>();
  const bool is_list = node.IsSequence() && std::all_of(node.begin(), node.end(), [](const auto& x) { return x.IsScalar(); });
  if (!is_list) throw ConfigError(fmt::format("{}: '{}' must be a number, a word or a list of them", path, key));
  std::string joined;
  for (const YAML::Node& item : node) joined += (joined.empty() ? "" : ",") + item.as<std::string>();
  return joined;
}

// As on the command line: --learning_rate for learning_rate and lr, -e for e.
std::string option_of(const std::string& key) {
  if (key.size() == 1) return "-" + key;
  const std::string longer = long_form("-" + key);
  return longer.rfind("--", 0) == 0 ? longer : "--" + key;
}

}  // namespace

std::string long_form(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(0, equals);
  for (const auto& [shorter, longer] : long_forms)
    if (name == shorter) return longer + (equals == std::string::npos ? "" : argument.substr(equals));
  const bool is_letter = name.size() == 2 && name[0] == '-' && name[1] != '-';
  return is_letter && equals == 2 ? name + argument.substr(3) : argument;  // -e=5 is -e5
}

std::vector<std::string> arguments_from_yaml(const std::string& path) try {
  if (std::filesystem::is_directory(path))
    throw ConfigError(fmt::format("config file {}: is a folder; give a YAML file", path));
  std::ifstream file(path);
  if (!file) throw IoError(fmt::format("config file {}: cannot be opened; check the path", path));
  const YAML::Node root = YAML::Load(file);
  if (!root.IsMap()) throw ConfigError(fmt::format("config file {}: expected lines of the form 'option: value'", path));
  std::vector<std::string> arguments;
  for (const auto& entry : root) {
    const std::string key = entry.first.as<std::string>();
    if (entry.second.IsNull()) continue;
    const std::string text = text_of(entry.second, path, key);
    if (text.empty()) continue;
    const std::string option = option_of(key);
    if (option == "--config")
      throw ConfigError(fmt::format("config file {}: it cannot name another; leave out '{}'", path, key));
    arguments.push_back(option + (key.size() == 1 ? "" : "=") + text);  // flags too: --batch_norm=false
  }
  return arguments;
} catch (const YAML::Exception& error) { throw ConfigError(fmt::format("config file {}: not YAML: {}", path, error.what())); }

std::vector<std::string> translate_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> translated, from_file;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = long_form(arguments[i]);
    if (argument == "--config" && i + 1 < arguments.size()) {
      for (std::string& a : arguments_from_yaml(arguments[++i])) from_file.push_back(std::move(a));
    } else if (argument.rfind("--config=", 0) == 0) {
      for (std::string& a : arguments_from_yaml(argument.substr(9))) from_file.push_back(std::move(a));
    } else {
      translated.push_back(argument);
    }
  }
  // The first argument is the subcommand.
  const std::size_t at = translated.empty() ? 0 : 1;
  translated.insert(translated.begin() + static_cast<std::ptrdiff_t>(at), from_file.begin(), from_file.end());
  return translated;
}

}  // namespace xgrad::apps
