#include "xgrad/autograd/operation.hpp"

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::detail {

void throw_not_saved(const char* operation, const char* what, std::size_t i) {
  throw GraphError(
      fmt::format("backward of '{}': {} {} is not among what the operation saves; add it to its `saves`", operation, what, i));
}

void throw_changed_in_place(const char* operation, const char* what, std::size_t i, unsigned was, unsigned is) {
  throw GraphError(fmt::format(
      "backward of '{}': {} {} was changed in place after the operation used it (version {} then, {} now); change a "
      "copy, or do it after backward",
      operation, what, i, was, is));
}

void throw_no_derivative(const char* operation) {
  throw GraphError(fmt::format("'{}' has no derivative; use detach() on its input if no gradient is meant to flow", operation));
}

void throw_wrong_gradient_count(const char* operation, std::size_t gradients, std::size_t inputs) {
  throw GraphError(
      fmt::format("backward of '{}' returned {} gradients for {} inputs; it must return one for each (undefined "
                  "ones count as zero)",
                  operation, gradients, inputs));
}

}  // namespace xgrad::detail
