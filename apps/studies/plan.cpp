#include "studies/plan.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "path_options.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/matmul_precision.hpp"

namespace xgrad::apps {
namespace {

// A name as part of a path: "lr 0.005, hidden 64" becomes lr_0.005_hidden_64.
std::string folder_name(const std::string& name) {
  std::string folder;
  for (const char c : name) {
    const bool kept = std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '+';
    if (kept)
      folder += c;
    else if (!folder.empty() && folder.back() != '_')
      folder += '_';
  }
  while (!folder.empty() && folder.back() == '_') folder.pop_back();
  if (folder == "." || folder == "..") throw ConfigError(fmt::format("part or row '{}': give it a name with a letter", name));
  return folder;
}

// The names of a list with commas. Names of a grid's rows hold a comma and a space.
std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> names{""};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' && text.compare(i + 1, 1, " ") != 0)
      names.emplace_back();
    else
      names.back() += text[i];
  }
  if (names.back().empty()) names.pop_back();
  return names;
}

class Planner {
 public:
  explicit Planner(const PlanOptions& options) : options_(options) {}

  Plan plan;

  void add(const Study& study) {
    study_ = &study;
    const Plan before = plan;
    plan.studies.push_back({study, options_.out / study.name, {}});
    for (const Part& part : study.parts) add(part);  // gives every run its folder
    plan = before;
    known_.clear();
    plan.studies.push_back({study, options_.out / study.name, {}});
    for (const Part& part : study.parts)
      if (wanted(part)) add(part);
  }

 private:
  bool wanted(const Part& part) const { return options_.part.empty() ? !part.apart : part.name == options_.part; }

  void add(const Part& part) {
    PlannedPart planned{part, {}};
    for (const Row& row : part.rows) planned.rows.push_back(plan_row(part, row));
    plan.studies.back().parts.push_back(std::move(planned));
  }

  PlannedRow plan_row(const Part& part, const Row& row) {
    PlannedRow planned{row, all_options(part, row), {}};
    const std::size_t seeds = part.most_seeds == 0 ? options_.seeds : std::min(part.most_seeds, options_.seeds);
    for (std::size_t seed = 1; seed <= seeds; ++seed) planned.runs.push_back(plan_seed(part, row, seed));
    return planned;
  }

  std::vector<std::size_t> plan_seed(const Part& part, const Row& row, std::size_t seed) {
    std::vector<std::size_t> runs;
    for (std::size_t fold = 1; fold <= std::max<std::size_t>(1, part.folds); ++fold) {
      Json options = all_options(part, row);
      options["seed"] = seed;
      std::string suffix = fmt::format("seed_{}", seed);
      if (part.folds > 0) {
        options["fold"] = fmt::format("{}/{}", fold, part.folds);
        suffix += fmt::format("_fold_{}", fold);
      }
      runs.push_back(plan_run(part, row, options, seed, suffix));
    }
    return runs;
  }

  // Nothing of a run's result depends on where it is kept: of equal options there is one run in a study. It is kept where the
  // first row of the whole study that wants it has its place, so that parts run alone and together find each other's runs.
  std::size_t plan_run(const Part& part, const Row& row, Json options, std::size_t seed, const std::string& suffix) {
    std::vector<std::size_t> after;
    resolve_runs(options, seed, after);
    // A study wants bfloat16 for its speed: where there is none, the same run takes longer.
    if (options.value("precision", "") == "bf16" && !bf16_supported()) options["precision"] = "float32";
    if (!options_.data_dir.empty()) options["data_dir"] = options_.data_dir;
    PlannedRun run;
    run.label = fmt::format("{}, {}, {}, seed {}", study_->name, part.name, row.name, seed);
    try {
      run.options = with_absolute_paths(train_options_from_json(options));
      check_train_options(run.options);
    } catch (const ConfigError& error) {
      throw ConfigError(fmt::format("study {}, part {}, row '{}': {}", study_->name, part.name, row.name, error.what()));
    }
    const std::string key = study_->name + to_json(run.options).dump();
    const auto [known, is_new] = known_.emplace(key, plan.runs.size());
    if (!is_new) return known->second;
    const auto place = options_.out / study_->name / "runs" / folder_name(part.name) / folder_name(row.name) / suffix;
    run.folder = folders_.emplace(key, place).first->second;
    keep(run.folder, key, run.label);
    run.after = after;
    plan.runs.push_back(std::move(run));
    return plan.runs.size() - 1;
  }

  // Two names may differ in nothing that a folder's name holds.
  void keep(const std::filesystem::path& folder, const std::string& key, const std::string& label) {
    const auto& [other, other_label] = kept_.emplace(folder, std::pair(key, label)).first->second;
    if (other != key)
      throw ConfigError(fmt::format("'{}' and '{}' would both be kept in {}; give one of the rows another name", other_label,
                                    label, folder.string()));
  }

  // "@part/row" in features_from, and in the list of teachers, is the run of that row with the same seed.
  void resolve_runs(Json& options, std::size_t seed, std::vector<std::size_t>& after) {
    if (options.contains("features_from") && options["features_from"].is_string())
      options["features_from"] = resolved("features_from", options["features_from"].get<std::string>(), seed, after);
    if (!options.contains("teachers") || !options["teachers"].is_string()) return;
    std::string folders;
    for (const std::string& name : listed(options["teachers"].get<std::string>()))
      folders += (folders.empty() ? "" : ",") + resolved("teachers", name, seed, after);
    options["teachers"] = folders;
  }

  std::string resolved(const char* key, const std::string& name, std::size_t seed, std::vector<std::size_t>& after) {
    const std::size_t slash = name.find('/');
    if (name.empty() || name[0] != '@' || slash == std::string::npos) return name;
    for (const Part& part : study_->parts)
      for (const Row& row : part.rows)
        if (part.name == name.substr(1, slash - 1) && row.name == name.substr(slash + 1)) {
          const Resolving in_work(*this, name);
          const std::size_t run = plan_seed(part, row, seed).at(0);
          after.push_back(run);
          return plan.runs[run].folder.string();
        }
    throw ConfigError(fmt::format("study {}: {} '{}': there is no such part and row", study_->name, key, name));
  }

  // Notes a row whose runs are being planned because another begins with them. Throws: ConfigError if it is noted already.
  struct Resolving {
    Resolving(Planner& planner, const std::string& name) : names(planner.resolving_) {
      const bool circle = std::find(names.begin(), names.end(), name) != names.end();
      names.push_back(name);
      if (circle)
        throw ConfigError(
            fmt::format("study {}: rows that begin with each other's runs in a circle: {}; let one of them begin "
                        "with none",
                        planner.study_->name, fmt::join(names, " -> ")));
    }
    ~Resolving() { names.pop_back(); }

    std::vector<std::string>& names;
  };

  Json all_options(const Part& part, const Row& row) const {
    Json options = {{"recipe", "plain"}};
    options.update(study_->options);
    options.update(part.options);
    options.update(row.options);
    return options;
  }

  const PlanOptions& options_;
  const Study* study_ = nullptr;
  std::unordered_map<std::string, std::size_t> known_;                         // by study and options
  std::unordered_map<std::string, std::filesystem::path> folders_;             // likewise, of all parts
  std::map<std::filesystem::path, std::pair<std::string, std::string>> kept_;  // the same the other way round, and a label
  std::vector<std::string> resolving_;                                         // "@part/row"
};

void check_part(const std::vector<Study>& studies, const std::string& name) {
  std::vector<std::string> names;
  for (const Study& study : studies)
    for (const Part& part : study.parts) names.push_back(part.name);
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) throw_unknown_name("part", name, names);
}

}  // namespace

Plan make_plan(const std::vector<Study>& studies, const PlanOptions& options) {
  check_part(studies, options.part);
  Planner planner(options);
  for (const Study& study : studies) planner.add(study);
  return std::move(planner.plan);
}

}  // namespace xgrad::apps
