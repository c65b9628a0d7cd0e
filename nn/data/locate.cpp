#include "xgrad/nn/data/locate.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "xgrad/nn/data/catalogue.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

namespace fs = std::filesystem;

fs::path environment_folder(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? fs::path(value) : fs::path();
}

// A name becomes part of a path: it may not lead out of the folder.
void check_name(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.find('/') != name.npos)
    throw ConfigError(fmt::format("'{}' cannot be the name of a data set; give one such as fashion_mnist", name));
}

void append_folders_in(const fs::path& root, std::string_view name, std::vector<fs::path>& folders) {
  if (root.empty()) return;
  folders.push_back(root / name);
  if (const KnownDataset* known = find_known(name))
    for (const std::string_view spelling : known->folders) folders.push_back(root / spelling);
  folders.push_back(root);
}

// The packed file first: it is the one that download() writes.
std::optional<fs::path> plain_or_gzip(const fs::path& folder, std::string_view name) {
  std::error_code ignored;
  for (const char* ending : {".gz", ""})
    if (const fs::path path = folder / (std::string(name) + ending); fs::exists(path, ignored)) return path;
  return std::nullopt;
}

struct Search {
  std::optional<Location> found{};
  std::string lacks{};  // why not
};

Search look_in(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) return {.lacks = "no such folder"};
  if (error) return {.lacks = error.message()};
  if (!fs::is_directory(status)) return {.lacks = "not a folder"};
  Search search{.found = Location{.folder = folder, .files = {}}};
  std::vector<std::string_view> missing;
  for (std::size_t i = 0; i < file_names.size(); ++i)
    if (const auto path = plain_or_gzip(folder, file_names[i]))
      search.found->files[i] = *path;
    else
      missing.push_back(file_names[i]);
  if (missing.empty()) return search;
  const bool nothing = missing.size() == file_names.size();
  return {.lacks = nothing ? "none of the four files" : fmt::format("lacks {}", fmt::join(missing, ", "))};
}

[[noreturn]] void fail_unknown(std::string_view name, const std::string& places) {
  const std::vector<std::string> names = known_names();
  const std::string nearest = nearest_name(name, names);
  throw ConfigError(fmt::format(
      "unknown data set '{}'; {}known are {}; for one of your own, put {} and the other three files into a folder called so; "
      "searched {}",
      name, nearest.empty() ? "" : fmt::format("did you mean '{}'? Otherwise, ", nearest), fmt::join(names, ", "),
      file_names[0], places));
}

[[noreturn]] void fail_missing(const KnownDataset& known, const std::string& places) {
  const std::string install = known.package.empty() ? "" : fmt::format("install it (apt install {}), ", known.package);
  throw IoError(
      fmt::format("the data set {} was not found: searched {}; {}fetch it (xgrad data download {}), or give its folder as "
                  "data_dir (--data_dir) or in XGRAD_DATA_DIR",
                  known.name, places, install, known.name));
}

}  // namespace

fs::path cache_folder() {
  if (const fs::path cache = environment_folder("XDG_CACHE_HOME"); !cache.empty()) return cache / "xgrad";
  if (const fs::path home = environment_folder("HOME"); !home.empty()) return home / ".cache" / "xgrad";
  return {};
}

std::vector<fs::path> search_folders(std::string_view name, const fs::path& data_dir) {
  check_name(name);
  std::vector<fs::path> folders;
  append_folders_in(data_dir, name, folders);
  if (!data_dir.empty()) return folders;
  append_folders_in(environment_folder("XGRAD_DATA_DIR"), name, folders);
  append_folders_in(cache_folder(), name, folders);
  if (const KnownDataset* known = find_known(name); known && !known->system_folder.empty())
    folders.emplace_back(known->system_folder);
  return folders;
}

Location locate(std::string_view name, const fs::path& data_dir) {
  const KnownDataset* known = find_known(name);
  std::vector<std::string> places;
  for (const fs::path& folder : search_folders(name, data_dir)) {
    Search search = look_in(folder);
    // A folder of files without a name of their own can only stand for a data set that is known.
    const bool named = known || folder.filename() == name;
    if (search.found && named) return *std::move(search.found);
    places.push_back(fmt::format("{} ({})", folder.string(), named ? search.lacks : "not called so"));
  }
  if (known) fail_missing(*known, fmt::format("{}", fmt::join(places, ", ")));
  fail_unknown(name, fmt::format("{}", fmt::join(places, ", ")));
}

}  // namespace xgrad::data
