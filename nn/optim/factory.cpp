#include "xgrad/nn/optim/factory.hpp"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "xgrad/nn/names.hpp"
#include "xgrad/nn/optim/adadelta.hpp"
#include "xgrad/nn/optim/adagrad.hpp"
#include "xgrad/nn/optim/adam.hpp"
#include "xgrad/nn/optim/adamw.hpp"
#include "xgrad/nn/optim/lbfgs.hpp"
#include "xgrad/nn/optim/nadam.hpp"
#include "xgrad/nn/optim/rmsprop.hpp"
#include "xgrad/nn/optim/sgd.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::optim {
namespace {

struct Entry {
  std::string name;
  OptimizerFactory<float> make_float;
  OptimizerFactory<double> make_double;
};

template <template <class> class Method, class Options>
Entry entry(const char* name, Options (*options)(const OptimizerSettings&)) {
  const auto make = [options]<class T>(std::vector<Tensor<T>> parameters,
                                       const OptimizerSettings& s) -> std::unique_ptr<Optimizer<T>> {
    return std::make_unique<Method<T>>(std::move(parameters), options(s));
  };
  return {name, [make](std::vector<Tensor<float>> p, const OptimizerSettings& s) { return make(std::move(p), s); },
          [make](std::vector<Tensor<double>> p, const OptimizerSettings& s) { return make(std::move(p), s); }};
}

std::vector<Entry> built_in() {
  using S = const OptimizerSettings&;
  return {
      entry<SGD, SGDOptions>("sgd", [](S s) { return SGDOptions{.lr = s.lr, .weight_decay = s.weight_decay}; }),
      entry<SGD, SGDOptions>(
          "momentum", [](S s) { return SGDOptions{.lr = s.lr, .momentum = s.momentum, .weight_decay = s.weight_decay}; }),
      entry<SGD, SGDOptions>(
          "nag",
          [](S s) { return SGDOptions{.lr = s.lr, .momentum = s.momentum, .weight_decay = s.weight_decay, .nesterov = true}; }),
      entry<RMSprop, RMSpropOptions>(
          "rmsprop",
          [](S s) { return RMSpropOptions{.lr = s.lr, .alpha = s.beta, .eps = s.eps, .weight_decay = s.weight_decay}; }),
      entry<Adam, AdamOptions>(
          "adam",
          [](S s) {
            return AdamOptions{.lr = s.lr, .beta1 = s.beta1, .beta2 = s.beta2, .eps = s.eps, .weight_decay = s.weight_decay};
          }),
      entry<AdamW, AdamWOptions>(
          "adamw",
          [](S s) {
            return AdamWOptions{.lr = s.lr, .beta1 = s.beta1, .beta2 = s.beta2, .eps = s.eps, .weight_decay = s.weight_decay};
          }),
      entry<NAdam, NAdamOptions>(
          "nadam",
          [](S s) {
            return NAdamOptions{.lr = s.lr, .beta1 = s.beta1, .beta2 = s.beta2, .eps = s.eps, .weight_decay = s.weight_decay};
          }),
      entry<Adagrad, AdagradOptions>(
          "adagrad", [](S s) { return AdagradOptions{.lr = s.lr, .eps = s.eps, .weight_decay = s.weight_decay}; }),
      entry<Adadelta, AdadeltaOptions>(
          "adadelta",
          [](S s) { return AdadeltaOptions{.lr = s.lr, .rho = s.beta, .eps = s.eps, .weight_decay = s.weight_decay}; }),
      entry<LBFGS, LBFGSOptions>("lbfgs", [](S s) { return LBFGSOptions{.lr = s.lr, .weight_decay = s.weight_decay}; }),
  };
}

std::mutex entries_mutex;

std::vector<Entry>& entries() {
  static std::vector<Entry> list = built_in();
  return list;
}

}  // namespace

std::vector<std::string> optimizer_names() {
  std::lock_guard lock(entries_mutex);
  std::vector<std::string> names;
  for (const Entry& e : entries()) names.push_back(e.name);
  return names;
}

namespace {

Entry find_entry(const std::string& name) {
  {
    std::lock_guard lock(entries_mutex);
    for (const Entry& e : entries())
      if (e.name == name) return e;
  }
  throw_unknown_name("optimizer", name, optimizer_names());
}

}  // namespace

template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const std::string& name, std::vector<Tensor<T>> parameters,
                                             const OptimizerSettings& settings) {
  const Entry found = find_entry(name);  // a copy: what it makes may ask for other optimizers by name
  if constexpr (std::is_same_v<T, float>)
    return found.make_float(std::move(parameters), settings);
  else
    return found.make_double(std::move(parameters), settings);
}

void register_optimizer(const std::string& name, OptimizerFactory<float> make_float, OptimizerFactory<double> make_double) {
  std::lock_guard lock(entries_mutex);
  for (const Entry& e : entries())
    if (e.name == name) throw ConfigError(fmt::format("register_optimizer: '{}' is taken; choose another name", name));
  entries().push_back({name, std::move(make_float), std::move(make_double)});
}

template std::unique_ptr<Optimizer<float>> make_optimizer(const std::string&, std::vector<Tensor<float>>,
                                                          const OptimizerSettings&);
template std::unique_ptr<Optimizer<double>> make_optimizer(const std::string&, std::vector<Tensor<double>>,
                                                           const OptimizerSettings&);

}  // namespace xgrad::optim
