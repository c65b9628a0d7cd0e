#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

struct GradcheckOptions {
  /// Step of the finite differences, relative to max(1, |x|). The function must be smooth within two steps.
  double step = 1e-3;
  /// Largest error allowed, relative to 1 + the sizes of derivative and value. The five-point stencil errs by h⁴/30·|f⁽⁵⁾| +
  /// 1.5·ε·|f|/h, some 10⁻¹³ at h = 10⁻³ for functions whose fifth derivative is of the order of 1; the default leaves it 10³
  /// to 10⁴.
  double tolerance = 1e-9;
  /// Up to this many inputs × outputs the whole Jacobian is compared, beyond that its product with random vectors.
  std::size_t largest_jacobian = 4096;
  std::uint64_t seed = 1;
};

/// The outcome of a check; converts to whether it passed.
struct GradcheckResult {
  bool passed = true;
  double worst_error = 0;  ///< the largest error found, relative as in GradcheckOptions::tolerance
  std::string message;     ///< which derivative differs, by how much; empty if passed

  explicit operator bool() const { return passed; }
};

using TensorFunction = std::function<Tensor<double>(const std::vector<Tensor<double>>&)>;

/// Compares the gradients of f with central finite differences (five-point stencil), at `inputs`, in double.
/// The function must give the same result each time it is called.
GradcheckResult gradcheck(const TensorFunction& f, const std::vector<Array<double>>& inputs, GradcheckOptions options = {});

/// The same for second derivatives: checks the gradient of f's vector-Jacobian product with respect to the inputs and the
/// vector.
GradcheckResult gradgradcheck(const TensorFunction& f, const std::vector<Array<double>>& inputs, GradcheckOptions options = {});

/// Every check of an operation: values against the references, float against double, first and second derivatives, fused
/// against formula, the same input twice, accumulation into existing gradients, special values, bad inputs. Returns a line for
/// each failure.
std::vector<std::string> check_operation(const OperationInfo& operation, GradcheckOptions options = {});

}  // namespace xgrad
