#include "xgrad/autograd/functional.hpp"

#include <string_view>

#include <fmt/format.h>

#include "xgrad/autograd/backward_pass.hpp"
#include "xgrad/autograd/factories.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

template <class T>
using Tensors = std::vector<Tensor<T>>;

/// The same tensor in another place of the graph: the array is shared. So the derivatives with respect to two inputs can be
/// told apart even if both are the same tensor.
template <class T>
class Alias final : public Node<T> {
 public:
  explicit Alias(const Tensor<T>& of) : Node<T>(of.shape()), edge_(of) { this->raise_stamp(edge_); }
  const char* name() const noexcept override { return "alias"; }
  std::span<Edge<T>> edges() noexcept override { return {&edge_, 1}; }
  void backward(BackwardPass<T>& pass) override { pass.deliver(*this, 0, edge_, this->gradient_slot(0)); }

 private:
  Edge<T> edge_;
};

template <class T>
Tensors<T> variables(const Tensors<T>& inputs, FunctionalOptions options) {
  Tensors<T> result;
  for (const Tensor<T>& input : inputs)
    if (options.create_graph && input.requires_grad())
      result.emplace_back(input.shared_value(), Ref<Node<T>>::to_new(new Alias<T>(input)), 0);
    else
      result.push_back(Tensor<T>(input.detach()).set_requires_grad());
  return result;
}

/// One call of a function, recorded, and derivatives from there on.
template <class T>
class Evaluation {
 public:
  Evaluation(const FunctionOfTensors<T>& f, const Tensors<T>& inputs, FunctionalOptions options)
      : options_(options), x_(variables(inputs, options)), y_(f(x_)) {}

  const Tensors<T>& x() const { return x_; }
  const Tensor<T>& y() const { return y_; }
  Tensor<T> value() const { return options_.create_graph ? y_ : y_.detach(); }

  void demand_one_element(std::string_view caller) const {
    if (y_.size() != 1)
      throw ShapeError(
          fmt::format("{}: the function returned a tensor of shape {}; it must have one element (take its sum or "
                      "mean)",
                      caller, to_string(y_.shape())));
  }

  /// The derivatives of outputs, weighted, with respect to x; undefined where there is no dependence.
  Tensors<T> derivatives(const Tensors<T>& outputs, const Tensors<T>& weights, BackwardOptions how) const {
    Tensors<T> recorded, their_weights;
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (outputs[i].defined() && outputs[i].requires_grad()) {
        recorded.push_back(outputs[i]);
        their_weights.push_back(weights[i]);
      }
    return recorded.empty() ? Tensors<T>(x_.size()) : grad<T>(recorded, x_, their_weights, how);
  }

  /// The first derivatives of a function with one element, recorded for the second.
  Tensors<T> recorded_gradient() const { return derivatives({y_}, {ones_like(y_)}, {.create_graph = true}); }

  Tensors<T> finished(Tensors<T> results) const {
    for (std::size_t k = 0; k < x_.size(); ++k)
      if (!results[k].defined()) results[k] = zeros_like(x_[k]);
    return results;
  }

  BackwardOptions how() const { return {.create_graph = options_.create_graph}; }

  /// ∂y/∂x for each x, by one pass for each element of y.
  Tensors<T> jacobian_of(const Tensor<T>& y, const Shape& shape) const {
    std::vector<Tensors<T>> rows(x_.size());
    for (std::size_t j = 0; j < element_count(shape); ++j) {
      Array<T> direction = filled_array<T>(shape, 0);
      direction.data()[j] = 1;
      const Tensors<T> row = finished(
          derivatives({y}, {Tensor<T>(std::move(direction))}, {.retain_graph = true, .create_graph = options_.create_graph}));
      for (std::size_t k = 0; k < x_.size(); ++k) rows[k].push_back(row[k]);
    }
    Tensors<T> result;
    for (std::size_t k = 0; k < x_.size(); ++k) {
      Shape joined = shape;
      for (const std::size_t extent : x_[k].shape()) joined.push_back(extent);
      result.push_back(rows[k].empty() ? zeros<T>(joined) : reshape(stack(rows[k]), joined));
    }
    return result;
  }

 private:
  GradMode recording_{true};
  FunctionalOptions options_;
  Tensors<T> x_;
  Tensor<T> y_;
};

void demand_one_for_each(std::string_view caller, const char* what, std::size_t given, std::size_t inputs) {
  if (given != inputs) throw ShapeError(fmt::format("{}: {} {} for {} inputs; give one for each", caller, given, what, inputs));
}

template <class T>
void demand_shapes_of(std::string_view caller, const char* what, const Tensors<T>& given, const Tensors<T>& inputs) {
  demand_one_for_each(caller, what, given.size(), inputs.size());
  for (std::size_t k = 0; k < inputs.size(); ++k)
    if (given[k].shape() != inputs[k].shape())
      throw ShapeError(fmt::format("{}: {} {} has shape {} but input {} has {}; they must be equal", caller, what, k,
                                   to_string(given[k].shape()), k, to_string(inputs[k].shape())));
}

template <class T>
FunctionOfTensors<T> of_list(const FunctionOfTensor<T>& f) {
  return [&f](const Tensors<T>& x) { return f(x[0]); };
}

template <class T>
std::pair<Tensor<T>, Tensor<T>> first_of(std::pair<Tensor<T>, Tensors<T>>&& result) {
  return {std::move(result.first), std::move(result.second[0])};
}

}  // namespace

template <class T>
std::pair<Tensor<T>, Tensors<T>> vjp(const std::type_identity_t<FunctionOfTensors<T>>& f, const Tensors<T>& inputs,
                                     const Tensor<T>& v, FunctionalOptions options) {
  const Evaluation<T> at(f, inputs, options);
  if (v.shape() != at.y().shape())
    throw ShapeError(fmt::format("vjp: v has shape {} but the function returned {}; they must be equal", to_string(v.shape()),
                                 to_string(at.y().shape())));
  return {at.value(), at.finished(at.derivatives({at.y()}, {v}, at.how()))};
}

template <class T>
std::pair<Tensor<T>, Tensors<T>> value_and_grad(const std::type_identity_t<FunctionOfTensors<T>>& f, const Tensors<T>& inputs,
                                                FunctionalOptions options) {
  const Evaluation<T> at(f, inputs, options);
  at.demand_one_element("value_and_grad");
  return {at.value(), at.finished(at.derivatives({at.y()}, {ones_like(at.y())}, at.how()))};
}

template <class T>
std::pair<Tensor<T>, Tensor<T>> jvp(const std::type_identity_t<FunctionOfTensors<T>>& f, const Tensors<T>& inputs,
                                    const Tensors<T>& tangents, FunctionalOptions options) {
  demand_shapes_of("jvp", "tangent", tangents, inputs);
  const Evaluation<T> at(f, inputs, options);
  const Tensor<T> v = zeros_like(at.y(), true);
  const Tensors<T> products = at.derivatives({at.y()}, {v}, {.create_graph = true});
  Tensors<T> recorded, weights;
  for (std::size_t k = 0; k < products.size(); ++k)
    if (products[k].defined() && products[k].requires_grad()) {
      recorded.push_back(products[k]);
      weights.push_back(tangents[k]);
    }
  Tensor<T> result;
  if (!recorded.empty()) result = grad<T>(recorded, {v}, weights, at.how())[0];
  return {at.value(), result.defined() ? result : zeros_like(at.y())};
}

template <class T>
std::pair<Tensor<T>, Tensors<T>> hvp(const std::type_identity_t<FunctionOfTensors<T>>& f, const Tensors<T>& inputs,
                                     const Tensors<T>& v, FunctionalOptions options) {
  demand_shapes_of("hvp", "vector", v, inputs);
  const Evaluation<T> at(f, inputs, options);
  at.demand_one_element("hvp");
  return {at.value(), at.finished(at.derivatives(at.recorded_gradient(), v, at.how()))};
}

template <class T>
Tensors<T> jacobian(const std::type_identity_t<FunctionOfTensors<T>>& f, const Tensors<T>& inputs, FunctionalOptions options) {
  const Evaluation<T> at(f, inputs, options);
  return at.jacobian_of(at.y(), at.y().shape());
}

template <class T>
std::vector<Tensors<T>> hessian(const std::type_identity_t<FunctionOfTensors<T>>& f, const Tensors<T>& inputs,
                                FunctionalOptions options) {
  const Evaluation<T> at(f, inputs, options);
  at.demand_one_element("hessian");
  const Tensors<T> gradient = at.recorded_gradient();
  std::vector<Tensors<T>> result;
  for (std::size_t k = 0; k < inputs.size(); ++k) result.push_back(at.jacobian_of(gradient[k], inputs[k].shape()));
  return result;
}

// Of one tensor.

template <class T>
std::pair<Tensor<T>, Tensor<T>> vjp(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input,
                                    const Tensor<T>& v, FunctionalOptions options) {
  return first_of(vjp<T>(of_list<T>(f), Tensors<T>{input}, v, options));
}

template <class T>
std::pair<Tensor<T>, Tensor<T>> value_and_grad(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input,
                                               FunctionalOptions options) {
  return first_of(value_and_grad<T>(of_list<T>(f), Tensors<T>{input}, options));
}

template <class T>
std::pair<Tensor<T>, Tensor<T>> jvp(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input,
                                    const Tensor<T>& tangent, FunctionalOptions options) {
  return jvp<T>(of_list<T>(f), Tensors<T>{input}, Tensors<T>{tangent}, options);
}

template <class T>
std::pair<Tensor<T>, Tensor<T>> hvp(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input,
                                    const Tensor<T>& v, FunctionalOptions options) {
  return first_of(hvp<T>(of_list<T>(f), Tensors<T>{input}, Tensors<T>{v}, options));
}

template <class T>
Tensor<T> jacobian(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input, FunctionalOptions options) {
  return jacobian<T>(of_list<T>(f), Tensors<T>{input}, options)[0];
}

template <class T>
Tensor<T> hessian(const std::type_identity_t<FunctionOfTensor<T>>& f, const Tensor<T>& input, FunctionalOptions options) {
  return hessian<T>(of_list<T>(f), Tensors<T>{input}, options)[0][0];
}

#define XGRAD_INSTANTIATE(T)                                                                                                   \
  template std::pair<Tensor<T>, Tensors<T>> vjp<T>(const FunctionOfTensors<T>&, const Tensors<T>&, const Tensor<T>&,           \
                                                   FunctionalOptions);                                                         \
  template std::pair<Tensor<T>, Tensors<T>> value_and_grad<T>(const FunctionOfTensors<T>&, const Tensors<T>&,                  \
                                                              FunctionalOptions);                                              \
  template std::pair<Tensor<T>, Tensor<T>> jvp<T>(const FunctionOfTensors<T>&, const Tensors<T>&, const Tensors<T>&,           \
                                                  FunctionalOptions);                                                          \
  template std::pair<Tensor<T>, Tensors<T>> hvp<T>(const FunctionOfTensors<T>&, const Tensors<T>&, const Tensors<T>&,          \
                                                   FunctionalOptions);                                                         \
  template Tensors<T> jacobian<T>(const FunctionOfTensors<T>&, const Tensors<T>&, FunctionalOptions);                          \
  template std::vector<Tensors<T>> hessian<T>(const FunctionOfTensors<T>&, const Tensors<T>&, FunctionalOptions);              \
  template std::pair<Tensor<T>, Tensor<T>> vjp<T>(const FunctionOfTensor<T>&, const Tensor<T>&, const Tensor<T>&,              \
                                                  FunctionalOptions);                                                          \
  template std::pair<Tensor<T>, Tensor<T>> value_and_grad<T>(const FunctionOfTensor<T>&, const Tensor<T>&, FunctionalOptions); \
  template std::pair<Tensor<T>, Tensor<T>> jvp<T>(const FunctionOfTensor<T>&, const Tensor<T>&, const Tensor<T>&,              \
                                                  FunctionalOptions);                                                          \
  template std::pair<Tensor<T>, Tensor<T>> hvp<T>(const FunctionOfTensor<T>&, const Tensor<T>&, const Tensor<T>&,              \
                                                  FunctionalOptions);                                                          \
  template Tensor<T> jacobian<T>(const FunctionOfTensor<T>&, const Tensor<T>&, FunctionalOptions);                             \
  template Tensor<T> hessian<T>(const FunctionOfTensor<T>&, const Tensor<T>&, FunctionalOptions);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
