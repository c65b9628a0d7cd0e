#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

/// Modules one after the other: Sequential<float>(Linear<float>(784, 256), ReLU<float>(), Linear<float>(256, 10)). Children are
/// named "0", "1", …, every module counted, as PyTorch's. Copies share their modules.
template <class T = float>
class Sequential : public Module<T> {
 public:
  Sequential() = default;

  template <class First, class... More>
  requires std::is_base_of_v<Module<T>, std::remove_cvref_t<First>> &&
      (!std::is_same_v<std::remove_cvref_t<First>, Sequential> || sizeof...(More) > 0) explicit Sequential(First&& first,
                                                                                                           More&&... more) {
    add(std::forward<First>(first));
    (add(std::forward<More>(more)), ...);
  }

  /// Appends a module, by value or as a shared pointer. Returns *this.
  template <class M>
  requires std::is_base_of_v<Module<T>, std::remove_cvref_t<M>> Sequential& add(M&& module) {
    return add(std::make_shared<std::remove_cvref_t<M>>(std::forward<M>(module)));
  }
  /// Throws: ConfigError for a null pointer.
  Sequential& add(std::shared_ptr<Module<T>> module);

  Tensor<T> forward(const Tensor<T>& x) override { return forward_through(x, modules_.size()); }
  /// The result after the first `count` modules. Throws: ConfigError if there are fewer.
  Tensor<T> forward_through(const Tensor<T>& x, std::size_t count);
  const char* type_name() const override { return "Sequential"; }
  Members<T> members() override;
  Shape output_shape(const Shape& input) const override;

  std::size_t size() const noexcept { return modules_.size(); }
  /// Throws: ConfigError if there are no more than i modules.
  Module<T>& operator[](std::size_t i);

 private:
  std::vector<std::shared_ptr<Module<T>>> modules_;
};

template <class T, template <class> class M, class... More>
Sequential(M<T>, More...) -> Sequential<T>;

extern template class Sequential<float>;
extern template class Sequential<double>;

}  // namespace xgrad::nn
