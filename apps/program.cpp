#include "program.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "command_line.hpp"
#include "commands.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/isa.hpp"
#include "xgrad/tensor/matmul.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::apps {
namespace {

std::string version_text() {
  return fmt::format("xgrad {}\nBLAS: {}, 1 thread in each of xgrad's\nvector loops: {}\n", XGRAD_VERSION, blas_name(),
                     kernels::name(kernels::active_isa()));
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// What was most likely meant by an argument that nothing knows; empty if nothing is near.
std::string suggestion(const CLI::App& app, const std::vector<std::string>& arguments) {
  const auto subcommands = app.get_subcommands({});
  if (app.get_subcommands().empty()) {
    if (arguments.empty()) return "";
    std::vector<std::string> names;
    for (const CLI::App* sub : subcommands) names.push_back(sub->get_name());
    const std::string nearest = nearest_name(arguments[0], names);
    return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
  }
  const CLI::App& used = *app.get_subcommands()[0];
  const std::vector<std::string> names = option_names(used);
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name.rfind("--", 0) != 0 || std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string nearest = nearest_name(name, names);
    return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
  }
  return "";
}

int report_parse_error(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& arguments) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version
  fmt::print(stderr, "xgrad: {}{}\n", error.what(), suggestion(app, arguments));
  return usage_error;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  CLI::App app("Trains neural networks, measures them, and looks after their data.", "xgrad");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  int status = success;
  add_train_command(app, status);
  add_evaluate_command(app, status);
  add_predict_command(app, status);
  add_data_command(app, status);
  std::vector<std::string> translated;
  try {
    translated = translate_arguments(arguments);
    std::vector<std::string> reversed(translated.rbegin(), translated.rend());  // as CLI11 wants them
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return report_parse_error(app, error, translated);
  } catch (const ConfigError& error) {
    fmt::print(stderr, "xgrad: {}\n", error.what());
    return usage_error;
  } catch (const std::exception& error) {
    fmt::print(stderr, "xgrad: {}\n", error.what());
    return failure;
  }
  return status;
}

}  // namespace xgrad::apps
