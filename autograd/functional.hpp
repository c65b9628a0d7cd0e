#pragma once

#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

template <class T>
using FunctionOfTensor = std::function<Tensor<T>(const Tensor<T>&)>;
template <class T>
using FunctionOfTensors = std::function<Tensor<T>(const std::vector<Tensor<T>>&)>;

struct FunctionalOptions {
  /// Record the results' own graph, so that they can be differentiated further: with respect to inputs that require
  /// gradients, to vectors given, and to whatever else the function uses. Without it the results have no graph.
  bool create_graph = false;
};

// Derivatives of functions, each of a list of tensors or of one. The function is called once, with recording on, on tensors
// that share the inputs' arrays; no `grad` of anything changes. What the result does not depend on has derivatives of zero. All
// throw GraphError where an operation has no derivative of the order that is needed.

/// The value and the vector-Jacobian product: (f(x), vᵀ·∂f/∂x).
/// Shapes: v as f(x) → as x.  Throws: ShapeError.
template <class T>
std::pair<Tensor<T>, std::vector<Tensor<T>>> vjp(const std::type_identity_t<FunctionOfTensors<T>>& f,
                                                 const std::vector<Tensor<T>>& inputs, const Tensor<T>& v,
                                                 FunctionalOptions options = {});
template <class T>
std::pair<Tensor<T>, Tensor<T>> vjp(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input,
                                    const Tensor<T>& v, FunctionalOptions options = {});

/// The value and the gradient of a function with one element: (f(x), ∂f/∂x).
/// Shapes: as x.  Throws: ShapeError if f(x) has more than one element.
template <class T>
std::pair<Tensor<T>, std::vector<Tensor<T>>> value_and_grad(const std::type_identity_t<FunctionOfTensors<T>>& f,
                                                            const std::vector<Tensor<T>>& inputs,
                                                            FunctionalOptions options = {});
template <class T>
std::pair<Tensor<T>, Tensor<T>> value_and_grad(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input,
                                               FunctionalOptions options = {});

/// The value and the Jacobian-vector product, the derivative along `tangents`: (f(x), ∂f/∂x·t). Computed in reverse, twice:
/// vᵀ·∂f/∂x is linear in v, and its derivative with respect to v is the product. Shapes: tangents as inputs → as f(x).  Throws:
/// ShapeError.  Source: Townsend, "A new trick for calculating Jacobian vector products", 2017.
template <class T>
std::pair<Tensor<T>, Tensor<T>> jvp(const std::type_identity_t<FunctionOfTensors<T>>& f, const std::vector<Tensor<T>>& inputs,
                                    const std::vector<Tensor<T>>& tangents, FunctionalOptions options = {});
template <class T>
std::pair<Tensor<T>, Tensor<T>> jvp(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input,
                                    const Tensor<T>& tangent, FunctionalOptions options = {});

/// The value of a function with one element, and the product of its Hessian with a vector: (f(x), ∂²f/∂x²·v), without the
/// Hessian.  Shapes: v as x → as x.  Throws: ShapeError.  Source: Pearlmutter, "Fast exact multiplication by the Hessian",
/// 1994.
template <class T>
std::pair<Tensor<T>, std::vector<Tensor<T>>> hvp(const std::type_identity_t<FunctionOfTensors<T>>& f,
                                                 const std::vector<Tensor<T>>& inputs, const std::vector<Tensor<T>>& v,
                                                 FunctionalOptions options = {});
template <class T>
std::pair<Tensor<T>, Tensor<T>> hvp(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input,
                                    const Tensor<T>& v, FunctionalOptions options = {});

/// All first derivatives: J[i…, j…] = ∂f(x)[i…] / ∂x[j…], by one backward pass for each element of f(x).
/// Shapes: the extents of f(x) followed by those of the input; one such tensor for each input.
template <class T>
std::vector<Tensor<T>> jacobian(const std::type_identity_t<FunctionOfTensors<T>>& f, const std::vector<Tensor<T>>& inputs,
                                FunctionalOptions options = {});
template <class T>
Tensor<T> jacobian(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input, FunctionalOptions options = {});

/// All second derivatives of a function with one element: H[a][b][i…, j…] = ∂²f / ∂xₐ[i…] ∂x_b[j…].
/// Shapes: the extents of input a followed by those of input b.  Throws: ShapeError if f(x) has more than one element.
template <class T>
std::vector<std::vector<Tensor<T>>> hessian(const std::type_identity_t<FunctionOfTensors<T>>& f,
                                            const std::vector<Tensor<T>>& inputs, FunctionalOptions options = {});
template <class T>
Tensor<T> hessian(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input, FunctionalOptions options = {});

}  // namespace xgrad
