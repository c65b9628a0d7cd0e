#include "sweep_folder.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "run_folder.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps::sweep {
namespace fs = std::filesystem;

namespace {

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// With other settings than those it began with, a sweep would suggest other runs.
Json read_settings(const fs::path& path) {
  Json json = Json::parse(read_text(path), nullptr, false);
  for (const char* name : {"seed", "generation"})
    if (!json.is_object() || !json.contains(name) || !json[name].is_number_unsigned())
      throw IoError(fmt::format(
          "{}: does not say with which {} the sweep began (sweep.json has the seed, 8 is the usual generation); write "
          "{{\"seed\": …, \"generation\": …}} into it, or choose another --out",
          path.string(), name));
  return json;
}

// Takes a setting from where it was written down; a given one must be the same.
template <class Number>
void adopt(const Json& json, const char* name, Number& value, bool given) {
  const Number before = json[name].get<Number>();
  if (given && before != value)
    throw ConfigError(
        fmt::format("the sweep began with --{} {}; leave out --{} {}, or choose another --out", name, before, name, value));
  value = before;
}

}  // namespace

SweepFolder::SweepFolder(const fs::path& path, const std::string& text, Settings& settings, bool seed_given,
                         bool generation_given)
    : path_(path), lock_(path) {
  std::error_code error;
  fs::create_directories(path_ / "runs", error);
  if (error) throw IoError(fmt::format("sweep folder {}: cannot be made: {}", path_.string(), error.message()));
  goes_on_ = fs::exists(path_ / "sweep.yaml") && !fs::is_empty(path_ / "runs");  // else it ended before its first run
  if (goes_on_ && read_text(path_ / "sweep.yaml") != text)
    throw ConfigError(
        fmt::format("sweep folder {}: holds another sweep, or its file was changed since (it keeps a copy, "
                    "sweep.yaml); choose another --out",
                    path_.string()));
  if (goes_on_) {
    const Json before = read_settings(path_ / "settings.json");
    adopt(before, "seed", settings.seed, seed_given);
    adopt(before, "generation", settings.generation, generation_given);
  }
  write_file_atomically(path_ / "settings.json",
                        Json{{"seed", settings.seed}, {"generation", settings.generation}}.dump(2) + "\n");
  if (!goes_on_) write_file_atomically(path_ / "sweep.yaml", text);
}

void SweepFolder::prepare(const Run& r) const {
  const fs::path folder = run(r);
  if (fs::exists(folder / "config.json")) return;
  TrainOptions options = r.options;
  options.run_dir = folder.string();
  RunFolder::create(options).begin(r.options);
}

void SweepFolder::clean(const Run& r) const {
  std::error_code ignored;
  fs::remove(run(r) / "checkpoint.safetensors", ignored);
  if (r.status == Status::Stopped) fs::remove(run(r) / "model.safetensors", ignored);
}

}  // namespace xgrad::apps::sweep
