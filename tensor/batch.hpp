#pragma once

#include <cstddef>

#include "xgrad/tensor/shape.hpp"

namespace xgrad {

// Arrays as batches of matrices: the last two axes are rows and columns, the others number the matrices.

/// All axes but the last two; none for a vector.
Shape batch_axes(const Shape& shape);

/// The batch axes followed by rows and columns.
Shape with_matrix(Shape batch, std::size_t rows, std::size_t columns);

/// Where in an operand's memory the matrix begins that belongs to a given matrix of a result, to whose batch axes the operand's
/// are broadcast. Keeps references to both shapes.
class BatchOffsets {
 public:
  BatchOffsets(const Shape& operand, const Shape& result) noexcept : operand_(operand), result_(result) {}

  /// The operand's matrix for the result's matrix `number`, counted in matrices.
  std::size_t matrix(std::size_t number) const noexcept;
  /// The same, counted in elements.
  std::size_t operator()(std::size_t number) const noexcept {
    return matrix(number) * operand_[operand_.size() - 2] * operand_[operand_.size() - 1];
  }

 private:
  const Shape &operand_, &result_;
};

}  // namespace xgrad
