#include "report/results.hpp"

#include <set>
#include <string>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

bool has(const fs::path& folder, const char* file) {
  std::error_code ignored;
  return fs::exists(folder / file, ignored);
}

// What a part that was run alone has left.
bool is_part_of_study(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.starts_with("study_") && name.ends_with(".json");
}

class Search {
 public:
  void look_at(const fs::path& folder) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error || !seen_.insert(real).second) return;
    if (has(folder, "config.json") && has(folder, "metrics.jsonl")) found_.runs.push_back(folder);
    if (has(folder, "sweep.json")) found_.sweeps.push_back(folder);
    if (has(folder, "study.json")) found_.studies.push_back(folder / "study.json");
  }

  // In the order of names; what may not be read is passed over, and links are not followed.
  void look_below(const fs::path& folder) {
    look_at(folder);
    std::set<fs::path> children, parts;
    std::error_code error;
    const bool whole_study = has(folder, "study.json");
    for (fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
         !error && entry != end; entry.increment(error))
      if (is_part_of_study(entry->path()) && !whole_study)
        parts.insert(entry->path());
      else if (entry->is_directory(error) && !entry->is_symlink(error))
        children.insert(entry->path());
    found_.studies.insert(found_.studies.end(), parts.begin(), parts.end());
    for (const fs::path& child : children) look_below(child);
  }

  const Results& found() const { return found_; }

 private:
  Results found_;
  std::set<fs::path> seen_;
};

std::string names_of(const std::vector<fs::path>& paths) {
  std::string names;
  for (const fs::path& path : paths) names += (names.empty() ? "" : ", ") + path.string();
  return names;
}

}  // namespace

Results find_results(const std::vector<fs::path>& paths) {
  Search search;
  for (const fs::path& path : paths) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored))
      throw IoError(fmt::format("{}: is no folder; give the folder of a run, of a sweep or of a study, or one above them",
                                path.string()));
    search.look_below(path);
  }
  const Results& found = search.found();
  if (found.runs.empty() && found.sweeps.empty() && found.studies.empty())
    throw IoError(
        fmt::format("{}: there is no run (config.json and metrics.jsonl), sweep.json or study.json in it or below; let `xgrad "
                    "train` finish "
                    "an epoch first",
                    names_of(paths)));
  return found;
}

}  // namespace xgrad::apps
