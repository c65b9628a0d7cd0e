#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace xgrad::apps {

using Json = nlohmann::ordered_json;

/// The content of a JSON file. Throws: IoError, naming the file, if it cannot be read or is not JSON.
Json read_json(const std::filesystem::path& file);

/// A run as its folder tells it. A run under way has no summary yet, and `status` "running".
struct RunRecord {
  std::filesystem::path folder;
  Json options;                    ///< config.json, with the hidden layers as one entry: "128-128"
  Json curves = Json::object();    ///< for each figure of metrics.jsonl the values of all epochs; null where there is none
  Json summary = Json::object();   ///< summary.json
  Json pictures;                   ///< pictures.json; null without one
  std::string status = "running";  ///< the outcome: finished, early_stopped, diverged, …
  std::size_t epochs = 0;

  /// Reads a run's folder. A last line of metrics.jsonl that is not complete is left out. Throws: IoError for damaged files.
  static RunRecord read(const std::filesystem::path& folder);

  /// A figure at the best epoch (of the summary, otherwise the last one); null where there is none.
  Json at_best(const std::string& figure) const;
  /// What ranks runs: validation accuracy at the best epoch; without it, minus the validation loss; without both, −∞.
  double merit() const;
  /// The run as the page wants it, with these options only.
  Json to_json(const std::vector<std::string>& shown_options) const;
};

}  // namespace xgrad::apps
