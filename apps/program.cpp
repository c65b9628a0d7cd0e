#include "program.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <ios>
#include <new>
#include <stdexcept>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "command_line.hpp"
#include "commands.hpp"
#include "standard_streams.hpp"
#include "utf8.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/isa.hpp"
#include "xgrad/tensor/matmul.hpp"
#include "xgrad/tensor/matmul_precision.hpp"

namespace xgrad::apps {
namespace {

// An OpenBLAS that is older than the processor may not know it, and then takes kernels without AVX. xgrad leaves decompositions
// of matrices to it.
std::string blas_advice() {
  const std::string name = blas_name();
  const kernels::Isa isa = kernels::active_isa();
  const auto runs = [&name](const char* core) { return name.find(fmt::format("({})", core)) != name.npos; };
  if (isa == kernels::Isa::Baseline || !(runs("Prescott") || runs("Core2") || runs("Nehalem") || runs("Generic"))) return "";
  return fmt::format("\nOpenBLAS runs kernels without AVX here; OPENBLAS_CORETYPE={} makes matrix decompositions faster",
                     isa == kernels::Isa::Avx512 ? "SkylakeX" : "Haswell");
}

std::string version_text() {
  return fmt::format("xgrad {}\nBLAS: {}, 1 thread in each of xgrad's\nvector loops: {}\nbfloat16: {}{}", XGRAD_VERSION,
                     blas_name(), kernels::name(kernels::active_isa()), bf16_supported() ? bf16_unit() : "none", blas_advice());
}

std::vector<std::string> known_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  for (const CLI::App* sub : app.get_subcommands({})) words.push_back(sub->get_name());
  return words;
}

// What was most likely meant by the first argument that nothing knows; empty if nothing is near.
std::string suggestion(const CLI::App& app, const std::vector<std::string>& arguments) {
  const CLI::App* used = &app;
  std::size_t depth = 0;
  for (; !used->get_subcommands().empty(); ++depth) used = used->get_subcommands()[0];
  const bool takes_values = used->get_subcommands({}).empty();
  const std::vector<std::string> words = known_words(*used);
  for (std::size_t i = depth; i < arguments.size(); ++i) {
    const std::string name = arguments[i].substr(0, arguments[i].find('='));
    if ((takes_values && name.rfind("--", 0) != 0) || std::find(words.begin(), words.end(), name) != words.end()) continue;
    const std::string nearest = nearest_name(name, words);
    return fmt::format(": '{}'{}", name, nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
  }
  return "";
}

// What is given may be written down, and JSON files hold nothing else.
void check_text(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments)
    if (!is_utf8(argument))
      throw ConfigError(fmt::format("argument '{}': is not UTF-8 text; give names of files and folders in UTF-8", argument));
}

// Standard output is buffered: that the disk is full shows only now.
int flushed(int status) {
  if (std::fflush(stdout) == 0 || status != success) return status;
  print_error("xgrad: standard output cannot be written; is the disk full?\n");
  return failure;
}

int report_parse_error(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& arguments) {
  if (error.get_exit_code() == 0) return flushed(app.exit(error));  // --help and --version
  print_error("xgrad: {}{}\n", error.what(), suggestion(app, arguments));
  return usage_error;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  CLI::App app("Trains neural networks, measures them, and looks after their data.", "xgrad");
  app.set_version_flag("--version", version_text);
  app.require_subcommand(1);
  int status = success;
  add_train_command(app, status);
  add_evaluate_command(app, status);
  add_predict_command(app, status);
  add_data_command(app, status);
  add_report_command(app, status);
  add_reproduce_command(app, status);
  add_sweep_command(app, status);
  std::vector<std::string> translated;
  try {
    translated = translate_arguments(arguments);
    check_text(translated);
    std::vector<std::string> reversed(translated.rbegin(), translated.rend());  // as CLI11 wants them
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return report_parse_error(app, error, translated);
  } catch (const ConfigError& error) {
    print_error("xgrad: {}\n", error.what());
    return usage_error;
  } catch (const std::bad_alloc&) {
    print_error("xgrad: there is not enough memory; make the network, the batches or the number of images smaller\n");
    return failure;
  } catch (const std::filesystem::filesystem_error& error) {
    print_error("xgrad: {}\n", error.what());
    return failure;
  } catch (const std::ios_base::failure& error) {
    print_error("xgrad: a file cannot be read: {}\n", error.what());
    return failure;
  } catch (const std::system_error& error) {  // from fmt::print
    print_error("xgrad: standard output: {}\n", error.what());
    return failure;
  } catch (const std::exception& error) {
    print_error("xgrad: {}\n", error.what());
    return failure;
  }
  return flushed(status);
}

}  // namespace xgrad::apps
