#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

/// The numbers that a command line or a sweep gives to any optimizer; each takes those that it knows.
struct OptimizerSettings {
  double lr = 1e-3;
  double momentum = 0.9;  ///< momentum and nag
  double beta = 0.99;     ///< rmsprop's alpha, adadelta's rho
  double beta1 = 0.9;     ///< adam, adamw, nadam
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
};

template <class T>
using OptimizerFactory = std::function<std::unique_ptr<Optimizer<T>>(std::vector<Tensor<T>>, const OptimizerSettings&)>;

/// The names that make_optimizer knows: sgd (without momentum), momentum, nag, rmsprop, adam, adamw, nadam, adagrad, adadelta,
/// lbfgs, and those registered since.
std::vector<std::string> optimizer_names();

/// An optimizer by name. Throws: ConfigError with the nearest name.
template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const std::string& name, std::vector<Tensor<T>> parameters,
                                             const OptimizerSettings& settings);

/// Makes a user's optimizer known by name, to make_optimizer and with it to `xgrad train -o NAME` of a program that links it.
/// Throws: ConfigError if the name is taken.
void register_optimizer(const std::string& name, OptimizerFactory<float> make_float, OptimizerFactory<double> make_double);

/// The same for a class template: register_optimizer<Eve>("eve", [](auto parameters, const OptimizerSettings& s) { … }) with a
/// generic callable that returns a std::unique_ptr to the optimizer.
template <class Make>
void register_optimizer(const std::string& name, Make make) {
  register_optimizer(
      name,
      [make](std::vector<Tensor<float>> p, const OptimizerSettings& s) -> std::unique_ptr<Optimizer<float>> {
        return make(std::move(p), s);
      },
      [make](std::vector<Tensor<double>> p, const OptimizerSettings& s) -> std::unique_ptr<Optimizer<double>> {
        return make(std::move(p), s);
      });
}

}  // namespace xgrad::optim
