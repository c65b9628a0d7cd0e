#include "teachers.hpp"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "experiment.hpp"
#include "preparation.hpp"
#include "run_folder.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

template <class T>
std::shared_ptr<nn::Module<T>> load_teacher(const std::string& name, const std::string& dataset, std::size_t pixels,
                                            std::size_t classes) {
  const RunFolder folder = RunFolder::open(name);
  TrainOptions teacher = folder.options();
  if (teacher.reconstructs() || teacher.dataset != dataset)
    throw ConfigError(fmt::format("--teachers {}: the run {} {}; give runs that classify {}", name,
                                  teacher.reconstructs() ? "reconstructs" : "classifies", teacher.dataset, dataset));
  if (needs_preparation(teacher))
    throw ConfigError(
        fmt::format("--teachers {}: its network does not see images as they are; give runs without --standardize, --pca and "
                    "--features_from",
                    name));
  if (!std::filesystem::exists(folder.model()))
    throw IoError(fmt::format("--teachers {}: the run has no model yet; train it first", name));
  teacher.init_from = folder.model().string();
  std::shared_ptr<nn::Module<T>> network = make_network<T>(teacher, pixels, classes);
  network->eval();
  return network;
}

}  // namespace

std::vector<std::string> teacher_folders(const TrainOptions& o) {
  std::vector<std::string> list;
  std::istringstream names(o.teachers);
  for (std::string name; std::getline(names, name, ',');) list.push_back(name);
  return list;
}

template <class T>
nn::Distillation<T> load_teachers(const TrainOptions& o, std::size_t pixels, std::size_t classes) {
  nn::Distillation<T> distillation{.weight = o.distill_weight, .temperature = o.distill_temperature};
  for (const std::string& name : teacher_folders(o))
    distillation.teachers.push_back(load_teacher<T>(name, o.dataset, pixels, classes));
  return distillation;
}

template nn::Distillation<float> load_teachers(const TrainOptions&, std::size_t, std::size_t);
template nn::Distillation<double> load_teachers(const TrainOptions&, std::size_t, std::size_t);

}  // namespace xgrad::apps
