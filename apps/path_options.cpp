#include "path_options.hpp"

#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "utf8.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

std::string absolute(const std::string& path) {
  if (path.empty()) return path;
  const std::string whole = std::filesystem::absolute(path).lexically_normal().string();
  if (!is_utf8(whole))
    throw ConfigError(
        fmt::format("{}: the name of the current folder is not UTF-8 text; work in another, or give the whole path", path));
  return whole;
}

std::string each_absolute(const std::string& paths) {
  std::istringstream items(paths);
  std::string result;
  for (std::string path; std::getline(items, path, ',');) result += (result.empty() ? "" : ",") + absolute(path);
  return result;
}

}  // namespace

TrainOptions with_absolute_paths(TrainOptions o) {
  for (std::string* path : {&o.data_dir, &o.save_model, &o.features_from, &o.init_from}) *path = absolute(*path);
  o.teachers = each_absolute(o.teachers);
  return o;
}

}  // namespace xgrad::apps
