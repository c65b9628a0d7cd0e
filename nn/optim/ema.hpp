#pragma once

#include <cstdint>
#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad::optim {

/// The exponential moving average of parameters over training: a ← d·a + (1 − d)·p after each step, with d = min(decay, (1 +
/// t)/(10 + t)) at update t, so that early steps do not keep the initial weights alive. Often generalises better than the last
/// weights. Source: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992), in exponential form.
template <class T>
class WeightAverage {
 public:
  /// Starts at the parameters' values. Throws: ConfigError unless 0 ≤ decay < 1.
  WeightAverage(std::vector<Tensor<T>> parameters, double decay);

  void update();

  /// Overwrites the parameters with their averages.
  void copy_to_parameters();

  /// While it lives, parameters and averages have changed places.
  class Swap {
   public:
    explicit Swap(WeightAverage& average) : average_(average) { average_.swap(); }
    ~Swap() { average_.swap(); }
    Swap(const Swap&) = delete;
    Swap& operator=(const Swap&) = delete;

   private:
    WeightAverage& average_;
  };

  // For checkpoints.
  std::vector<Array<T>>& averages() noexcept { return averages_; }
  std::int64_t updates() const noexcept { return updates_; }
  void set_updates(std::int64_t updates) noexcept { updates_ = updates; }

 private:
  void swap();

  std::vector<Tensor<T>> parameters_;
  std::vector<Array<T>> averages_;
  double decay_;
  std::int64_t updates_ = 0;
};

extern template class WeightAverage<float>;
extern template class WeightAverage<double>;

}  // namespace xgrad::optim
