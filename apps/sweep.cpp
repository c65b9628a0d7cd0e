// xgrad sweep
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "commands.hpp"
#include "embedded.hpp"
#include "number_option.hpp"
#include "program.hpp"
#include "shell_word.hpp"
#include "standard_streams.hpp"
#include "sweep/engine.hpp"
#include "sweep/sweep_file.hpp"
#include "sweep/sweep_summary.hpp"
#include "terminal.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

namespace fs = std::filesystem;
using namespace sweep;

constexpr std::size_t most_best = 10;

struct Arguments {
  std::string file, out;
  std::size_t jobs = 0, run_cap = 0;
  double minutes = 0;
  Settings settings;
  bool seed_given = false, generation_given = false;
};

std::string read_sweep(const std::string& file) {
  const std::string built_in = "studies/" + file + "_sweep.yaml";
  for (const EmbeddedFile& embedded : embedded_files())
    if (embedded.name == built_in) return std::string(embedded.text);
  std::error_code ignored;
  if (fs::is_directory(file, ignored)) throw ConfigError(fmt::format("{}: is a folder; give a YAML file", file));
  std::ifstream in(file, std::ios::binary);
  if (!in) throw IoError(fmt::format("{}: cannot be opened; give a sweep file, or s2 for the one that is built in", file));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::size_t cap(const Arguments& a, const SweepFile& file) { return a.run_cap > 0 ? a.run_cap : file.run_cap; }

void check_end(const Arguments& a, const SweepFile& file) {
  if (cap(a, file) > 0 || a.minutes > 0 || Space(file.parameters).size() > 0) return;
  throw ConfigError(fmt::format(
      "{}: method {} has no end of points to try; give run_cap in the file, --run_cap, or --time_limit", a.file, file.method));
}

int report(const Arguments& a, const SweepFile& file, const SweepFolder& folder, const Engine& engine, Ended ended) {
  const std::string where = folder.path().string();
  if (ended == Ended::NothingWorks) {
    const Run& first = engine.runs().front();
    print_error("xgrad: the first {} runs all failed: {}. Logs are in {}\n",
                std::min(a.settings.generation, engine.runs().size()), first.reason, (folder.path() / "runs").string());
    return failure;
  }
  fmt::print("{}: {}\n", file.name, progress_text(engine.runs(), engine.planned()));
  const std::size_t width = terminal_width(STDOUT_FILENO);
  for (const std::string& line : best_table(file, engine.runs(), most_best))
    fmt::print("{}\n", folded(line, width, parameters_column));
  write_file_atomically(folder.path() / "sweep.md", summary_markdown(file, engine.runs(), engine.planned()));
  fmt::print("results: {}/sweep.csv, sweep.json, a summary in sweep.md, and a folder for each run in {}/runs\n", where, where);
  if (ended == Ended::Complete) return success;
  print_error("{}; everything is saved. Go on with: xgrad sweep {} --out {}{}\n",
              ended == Ended::Interrupted ? "interrupted" : "the time is over", shell_word(a.file), shell_word(where),
              a.run_cap > 0 ? fmt::format(" --run_cap {}", a.run_cap) : "");
  return ended == Ended::Interrupted ? interrupted : success;
}

int run_sweep(Arguments a) {
  const std::string text = read_sweep(a.file);
  const SweepFile file = parse_sweep(text, a.file);
  if (std::isnan(a.minutes)) throw ConfigError("--time_limit nan: give a number of minutes above 0");
  check_end(a, file);
  if (a.jobs == 0) a.jobs = std::max(1u, std::thread::hardware_concurrency());
  if (a.out.empty()) a.out = (fs::path("runs") / ("sweep_" + fs::path(a.file).stem().string())).string();
  for (const std::string& note : file.notes) print_error("{}: {}\n", a.file, note);
  SweepFolder folder(a.out, text, a.settings, a.seed_given, a.generation_given);
  EngineOptions options{.jobs = a.jobs, .run_cap = cap(a, file)};
  if (a.minutes > 0) options.seconds = 60 * a.minutes;
  Engine engine(file, a.settings, options, folder);
  const Ended ended = engine.run();
  return report(a, file, folder, engine, ended);
}

}  // namespace

void add_sweep_command(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("sweep", "search for good options of `xgrad train`, by grid, random or bayes");
  const auto a = std::make_shared<Arguments>();
  command->add_option("file", a->file, "sweep file in the schema of Weights & Biases; s2: the one built in")->required();
  command->add_option("--out", a->out,
                      "folder for the results; where it holds this sweep, it goes on. Default: runs/sweep_<file>");
  command->add_option("--jobs", a->jobs, "runs at once, each on one thread; 0: one for each core")->check(CLI::Range(0, 4096));
  command->add_option("--run_cap", a->run_cap, "end after this many runs; wins over run_cap in the file")
      ->check(CLI::Range(1, 1 << 30));
  add_number_option(*command, "--time_limit", a->minutes, "save everything and end after this many minutes")
      ->default_str("")
      ->check(CLI::PositiveNumber);
  const auto* seed = add_number_option(*command, "--seed", a->settings.seed, "decides what random and bayes suggest");
  const auto* generation =
      command
          ->add_option("--generation", a->settings.generation,
                       "runs that are suggested and compared together; results depend on it, but not on --jobs")
          ->check(CLI::Range(1, 4096))
          ->capture_default_str();
  command->footer(
      "Runs that were stopped early, diverged or failed are recorded, and the sweep goes on. Early termination (hyperband): a "
      "run pauses after min_iter*eta^b epochs and goes on if it is among the best ceil(n/eta) of the n runs of its generation "
      "and earlier ones that came as far; strict compares within its generation alone.");
  command->callback([a, seed, generation, &status] {
    a->seed_given = seed->count() > 0;
    a->generation_given = generation->count() > 0;
    status = run_sweep(*a);
  });
}

}  // namespace xgrad::apps
