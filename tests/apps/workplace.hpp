#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "child_process.hpp"
#include "temporary_folder.hpp"

using Json = nlohmann::json;

/// A folder of a test's own in which the program runs, with a small data set in `data`: 300 training and 100 test images of
/// `side` by `side` pixels in ten classes, which a small network learns in a few epochs.
class Workplace {
 public:
  explicit Workplace(std::size_t side = 6);

  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  const std::filesystem::path& path() const { return folder_.path(); }

  /// Runs `xgrad` with these arguments, here, to its end.
  Finished xgrad(const std::vector<std::string>& arguments, Surroundings surroundings = {}) const;
  /// `xgrad train` on the small data set with a small network for two epochs; `more` comes after and so wins.
  Finished train(const std::vector<std::string>& more, Surroundings surroundings = {}) const;
  /// The arguments of train().
  static std::vector<std::string> training(const std::vector<std::string>& more);

  Json json(const std::string& file) const;
  /// The objects of a file of JSON lines.
  std::vector<Json> lines(const std::string& file) const;
  std::string bytes(const std::string& file) const { return read_bytes(folder_ / file); }
  bool exists(const std::string& file) const { return std::filesystem::exists(folder_ / file); }

 private:
  TemporaryFolder folder_;
};

/// The names of what is in a folder, in order.
std::vector<std::string> names_in(const std::filesystem::path& folder);

/// metrics.jsonl without what time decides.
std::vector<Json> without_timings(std::vector<Json> metrics);

/// Checks that the program failed with `status` and said why in one line on standard error that contains every part.
void check_fails(const Finished& finished, int status, const std::vector<std::string>& parts);

/// Checks that it succeeded; shows what it said if not.
void check_succeeds(const Finished& finished);
