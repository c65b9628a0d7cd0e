#include "xgrad/nn/optim/sgd.hpp"

#include <cmath>

#include <fmt/format.h>

#include "xgrad/nn/optim/check_option.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/optimizer.hpp"

namespace xgrad::optim {
void check_options(const SGDOptions& o) {
  check_not_negative("SGD", "lr", o.lr);
  check_not_negative("SGD", "momentum", o.momentum);
  check_not_negative("SGD", "weight_decay", o.weight_decay);
  if (std::isnan(o.dampening)) throw ConfigError("SGD: dampening is no number");
  if (o.nesterov && (o.momentum <= 0 || o.dampening != 0))
    throw ConfigError(
        fmt::format("SGD: Nesterov's momentum needs momentum > 0 and dampening 0; given {} and {}", o.momentum, o.dampening));
}

template <class T>
void SGD<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const SGDOptions& o) {
  const kernels::UpdateNumbers<T> numbers{
      .lr = T(o.lr), .weight_decay = T(o.weight_decay), .momentum = T(o.momentum), .one_minus_dampening = T(1 - o.dampening)};
  const auto& loops = kernels::optimizer_loops<T>();
  T* buffer = o.momentum != 0 ? state.arrays[0].data() : nullptr;
  update_in_pieces(p.size(), [&](std::size_t i, std::size_t end) {
    if (buffer)
      loops.sgd_momentum(p.data() + i, g.data() + i, buffer + i, end - i, numbers, o.nesterov, state.is_new);
    else
      loops.sgd(p.data() + i, g.data() + i, end - i, numbers);
  });
}

template class SGD<float>;
template class SGD<double>;

}  // namespace xgrad::optim
