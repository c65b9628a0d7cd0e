#include "xgrad/nn/dropout.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/ops/dropout.hpp"
#include "xgrad/nn/default_generator.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

template <class T>
Dropout<T>::Dropout(double probability, std::optional<Generator> g) : p(probability), generator(g ? *g : next_generator()) {
  if (!(p >= 0 && p <= 1)) throw ConfigError(fmt::format("Dropout: the probability is {}; it must be from 0 to 1", p));
}

template <class T>
Tensor<T> Dropout<T>::forward(const Tensor<T>& x) {
  return this->is_training() && p > 0 ? dropout(x, p, generator) : x;
}

template <class T>
std::string Dropout<T>::describe() const {
  return fmt::format("Dropout({})", p);
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace xgrad::nn
