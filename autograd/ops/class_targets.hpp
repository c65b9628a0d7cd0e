#pragma once

#include <cstdint>

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::detail {

/// Scores of classes: (N, C), or (C,) as one row.
struct ClassRows {
  static constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time

  std::size_t count, classes;

  explicit ClassRows(const Shape& shape) : count(shape.size() == 2 ? shape[0] : 1), classes(shape.back()) {}

  /// Calls body(first row, last + 1) for ranges of rows that depend on the shape alone.
  template <class F>
  void for_each_chunk(F&& body) const {
    const std::size_t fitting = chunk_elements / (classes > 0 ? classes : 1);
    parallel_for(count, fitting > 0 ? fitting : 1, body);
  }
};

/// Throws: ShapeError that names the operation unless the rank of `scores` is 1 or 2.
void check_scores(const char* name, const Shape& scores);

/// Throws: ShapeError unless there is a target for each row of `scores`, (N,) or (); ConfigError for one that is neither in
/// [0, C) nor `*ignore_index`, which is null where no class is ignored.
void check_class_targets(const char* name, const Shape& scores, const Indices& targets, const std::int64_t* ignore_index);

/// Throws: ShapeError unless `weight` is undefined or (C,); GraphError if it requires gradients.
template <class T>
void check_class_weight(const char* name, const Shape& scores, const Tensor<T>& weight);

/// Options with a copy of their class weights, for the derivative: what becomes of the user's tensor later changes nothing.
template <class Options>
Options with_own_weight(Options options) {
  if (options.weight.defined()) options.weight = options.weight.clone_leaf();
  return options;
}

}  // namespace xgrad::detail
