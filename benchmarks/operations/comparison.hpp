#pragma once

#include <functional>
#include <string>
#include <vector>

#include "raw.hpp"
#include "xgrad/xgrad.hpp"

/// One operation on one shape, with xgrad and by hand.
struct Comparison {
  std::string name;                                     ///< "relu/128x256"
  std::vector<xgrad::Tensor<float>> leaves;             ///< what gradients are wanted for
  std::function<xgrad::Tensor<float>()> call;           ///< the operation on the leaves
  std::function<void()> forward;                        ///< the same by hand
  std::function<void(const float* gradient)> backward;  ///< its gradients by hand, from that of the result
  const float* result;                                  ///< of `forward`; null where it is not the operation's
  std::vector<const float*> gradients;                  ///< of `backward`, one for each leaf; none where they are random
};

/// Whether both give the same, up to what the order of sums in float32 explains; says on standard error where not.
bool agree(const Comparison& comparison);

/// All comparisons of a family.
std::vector<Comparison> elementwise_comparisons();
std::vector<Comparison> row_comparisons();  ///< sums, softmax, cross-entropy, batch normalisation, dropout
std::vector<Comparison> product_comparisons();

/// Memory that a comparison works in, its values from −1 to 1; lives as long as the program.
float* buffer(std::size_t size);
xgrad::Tensor<float> random_leaf(const xgrad::Shape& shape);
std::string shape_name(const std::string& operation, std::initializer_list<std::size_t> extents);
