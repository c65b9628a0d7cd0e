#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad::nn {

template <class T>
class Module;
template <class T>
class Evaluation;

template <class X>
struct Named {
  std::string name;
  X value;
};

/// What a module is made of, by name: the one place where a module lists its members.
template <class T>
struct Members {
  std::vector<Named<Tensor<T>*>> parameters{};   ///< trained, saved
  std::vector<Named<Array<T>*>> buffers{};       ///< saved but not trained: running statistics
  std::vector<Named<std::int64_t*>> counters{};  ///< saved as 64-bit integers
  std::vector<Named<Generator*>> generators{};   ///< random numbers; part of a training checkpoint, not of a saved model
  std::vector<Named<Module<T>*>> children{};     ///< their members follow as "child.member"
};

/// A part of a network: a plain struct with its members, the list of them, and `forward`.
///
///     struct Net : nn::Module<float> {
///       nn::Linear<float> fc1{784, 256}, fc2{256, 10};
///       const char* type_name() const override { return "Net"; }
///       nn::Members<float> members() override { return {.children = {{"fc1", &fc1}, {"fc2", &fc2}}}; }
///       Tensor<float> forward(const Tensor<float>& x) override { return fc2(relu(fc1(x))); }
///     };
///
/// A copy of a module shares its parameters, as copies of tensors do, but has buffers of its own; `state_dict` keeps a module
/// as it is now.
template <class T = float>
class Module {
 public:
  virtual ~Module() = default;

  /// The result for a batch; the first axis counts the samples.
  virtual Tensor<T> forward(const Tensor<T>& x) = 0;
  Tensor<T> operator()(const Tensor<T>& x) { return forward(x); }

  virtual const char* type_name() const = 0;
  /// All that `parameters()`, optimizers and files are to know of: what is left out is neither trained nor saved. Names differ.
  virtual Members<T> members() { return {}; }
  /// The type with its options, for the summary: "Linear(784, 256)".
  virtual std::string describe() const { return type_name(); }
  /// The shape of the result for an input of that shape, where the module knows it. Throws: ShapeError if the input does not
  /// fit.
  virtual Shape output_shape(const Shape& input) const { return input; }

  /// All parameters, those of children included, in the order of listing, each once; undefined ones (a Linear without bias) are
  /// left out.
  std::vector<Tensor<T>> parameters();
  /// The same with names as PyTorch gives them: "0.weight", "fc1.bias"; one that two modules share under both its names.
  std::vector<Named<Tensor<T>>> named_parameters();
  std::vector<Named<Array<T>*>> named_buffers();
  std::vector<Named<std::int64_t*>> named_counters();
  std::vector<Named<Generator*>> named_generators();

  /// This module and all below, each before its children; one that two others share twice.
  std::vector<Module*> modules();

  /// Training mode (dropout drops, batch normalisation uses the batch) or evaluation mode, for this module and all below.
  void train(bool training = true);
  void eval() { train(false); }
  bool is_training() const noexcept { return training_; }

  /// Forgets all gradients.
  void zero_grad();

  /// Freezes: the parameters require no gradients and optimizers leave them alone.
  void freeze() { set_requires_grad(false); }
  void unfreeze() { set_requires_grad(true); }
  void set_requires_grad(bool required);

  /// The number of elements of all parameters.
  std::size_t parameter_count();

  /// A table: a line for each layer with its output shape and parameters, and their totals. `input` is the shape of a batch;
  /// empty: shapes are left out.
  std::string summary(const Shape& input = {});

 private:
  friend class Evaluation<T>;
  bool training_ = true;
};

extern template class Module<float>;
extern template class Module<double>;

}  // namespace xgrad::nn
