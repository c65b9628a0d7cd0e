#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "memory.hpp"

namespace limit {

/// An optimizer over one array that holds all parameters: one pass over parameter, gradient and state.
class Update {
 public:
  /// `name`: sgd, momentum, rmsprop, adam. Throws: std::invalid_argument.
  Update(const std::string& name, double lr, std::size_t count);

  /// The part [begin, end) of step number `step` (from 1); the gradient is the sum of the arrays in `gradients`.
  void operator()(std::size_t step, std::size_t begin, std::size_t end, const std::vector<Floats>& gradients,
                  float* parameters) const;

 private:
  enum class Rule { Sgd, Momentum, RmsProp, Adam };

  void block(std::size_t step, std::size_t begin, std::size_t count, const float* gradient, float* parameters) const;
  void adam(std::size_t step, std::size_t count, const float* g, float* p, float* m, float* v) const;

  Rule rule_;
  float lr_;
  Floats first_, second_;
};

}  // namespace limit
