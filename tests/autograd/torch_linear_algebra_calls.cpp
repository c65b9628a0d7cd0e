#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/linear.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/vector_products.hpp"

using namespace xgrad;

namespace torch_reference {

std::vector<NamedCall> linear_algebra_calls() {
  return {
      named("matmul", [](const auto& x) { return matmul(x[0], x[1]); }),
      named("matmul transposed", [](const auto& x) { return matmul(x[0], Transpose::Yes, x[1], Transpose::Yes); }),
      named("dot", [](const auto& x) { return dot(x[0], x[1]); }),
      named("outer", [](const auto& x) { return outer(x[0], x[1]); }),
      named("linear", [](const auto& x) { return linear(x[0], x[1], x[2]); }),
      named("linear without bias", [](const auto& x) { return linear(x[0], x[1]); }),
  };
}

}  // namespace torch_reference
