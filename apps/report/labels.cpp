#include "report/labels.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace xgrad::apps {
namespace {

constexpr std::array<const char*, 11> without_effect{"run_dir",       "save_model",       "quiet",    "threads",
                                                     "log_steps",     "checkpoint_steps", "recipe",   "data_dir",
                                                     "wandb_project", "wandb_entity",     "init_from"};

constexpr std::array<const char*, 5> of_the_call{"run_dir", "save_model", "quiet", "wandb_project", "wandb_entity"};

constexpr std::array<std::pair<const char*, const char*>, 6> short_names{{{"learning_rate", "lr"},
                                                                          {"batch_size", "batch"},
                                                                          {"weight_decay", "decay"},
                                                                          {"weight_init", "init"},
                                                                          {"optimizer", ""},
                                                                          {"activation", ""}}};

bool same_in_all(const std::vector<RunRecord>& runs, const std::string& name) {
  const Json first = runs[0].options.value(name, Json());
  return std::all_of(runs.begin(), runs.end(), [&](const RunRecord& run) { return run.options.value(name, Json()) == first; });
}

// Four digits tell the values of a search apart.
std::string value_text(const Json& value) {
  if (value.is_number_float()) return fmt::format("{:.4g}", value.get<double>());
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string option_text(const std::string& name, const Json& value) {
  if (value.is_boolean()) return (value.get<bool>() ? "" : "no ") + name;
  const auto known =
      std::find_if(short_names.begin(), short_names.end(), [&](const auto& entry) { return name == entry.first; });
  const std::string shown = known == short_names.end() ? name : known->second;
  return shown.empty() ? value_text(value) : shown + " " + value_text(value);
}

// What differs; empty where that would be too long.
std::string options_label(const RunRecord& run, const std::vector<std::string>& differing, std::size_t most) {
  std::string label;
  if (differing.size() <= most)
    for (const std::string& name : differing)
      if (run.options.contains(name)) label += (label.empty() ? "" : ", ") + option_text(name, run.options[name]);
  return label;
}

// The last `depth` names of a path.
std::string path_end(const std::filesystem::path& path, std::size_t depth) {
  std::filesystem::path rest = path.lexically_normal(), end;
  if (!rest.has_filename()) rest = rest.parent_path();
  for (; depth > 0 && rest.has_filename(); --depth, rest = rest.parent_path())
    end = end.empty() ? rest.filename() : rest.filename() / end;
  return end.string();
}

// Longer ends for those labels only that several runs share.
void tell_apart_by_path(std::vector<std::string>& labels, const std::vector<RunRecord>& runs) {
  constexpr std::size_t longest = 4;
  for (std::size_t depth = 2; depth <= longest; ++depth) {
    std::map<std::string, int> count;
    for (const std::string& label : labels) ++count[label];
    for (std::size_t i = 0; i < runs.size(); ++i)
      if (count[labels[i]] > 1) labels[i] = path_end(runs[i].folder, depth);
  }
}

}  // namespace

Json common_options(const std::vector<RunRecord>& runs) {
  Json common = Json::object();
  if (runs.empty()) return common;
  for (const auto& [name, value] : runs[0].options.items()) {
    const bool is_shown = std::find(of_the_call.begin(), of_the_call.end(), name) == of_the_call.end();
    if (is_shown && same_in_all(runs, name)) common[name] = value;
  }
  return common;
}

std::vector<std::string> differing_options(const std::vector<RunRecord>& runs) {
  std::vector<std::string> names;
  for (const RunRecord& run : runs)
    for (const auto& [name, value] : run.options.items())
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  std::erase_if(names, [&](const std::string& name) {
    if (std::find(without_effect.begin(), without_effect.end(), name) != without_effect.end()) return true;
    return same_in_all(runs, name);
  });
  return names;
}

std::vector<std::string> run_labels(const std::vector<RunRecord>& runs, const std::vector<std::string>& differing,
                                    std::size_t most) {
  std::vector<std::string> labels;
  for (const RunRecord& run : runs) labels.push_back(options_label(run, differing, most));
  const bool by_path = std::find(labels.begin(), labels.end(), "") != labels.end();
  if (by_path) {
    for (std::size_t i = 0; i < runs.size(); ++i) labels[i] = path_end(runs[i].folder, 1);
    tell_apart_by_path(labels, runs);
  }
  std::map<std::string, int> count, seen;
  for (const std::string& label : labels) ++count[label];
  for (std::string& label : labels)
    if (const std::string alone = label; count[alone] > 1) label += fmt::format(" ({})", ++seen[alone]);
  return labels;
}

}  // namespace xgrad::apps
