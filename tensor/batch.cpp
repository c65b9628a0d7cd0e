#include "xgrad/tensor/batch.hpp"

namespace xgrad {

Shape batch_axes(const Shape& shape) { return shape.size() > 2 ? Shape(shape.begin(), shape.end() - 2) : Shape{}; }

Shape with_matrix(Shape batch, std::size_t rows, std::size_t columns) {
  batch.push_back(rows);
  batch.push_back(columns);
  return batch;
}

std::size_t BatchOffsets::matrix(std::size_t number) const noexcept {
  const std::size_t axes = operand_.size() - 2;  // further axes of the result only repeat the operand
  std::size_t offset = 0, stride = 1;
  for (std::size_t back = 1; back <= axes; ++back) {
    const std::size_t extent = result_[result_.size() - 2 - back], own = operand_[axes - back];
    if (own != 1) offset += number % extent * stride;
    number /= extent;
    stride *= own;
  }
  return offset;
}

}  // namespace xgrad
