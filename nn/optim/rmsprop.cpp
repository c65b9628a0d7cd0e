#include "xgrad/nn/optim/rmsprop.hpp"

#include <cmath>

#include "xgrad/nn/optim/check_option.hpp"
#include "xgrad/tensor/kernels/optimizer.hpp"

namespace xgrad::optim {

void check_options(const RMSpropOptions& o) {
  check_not_negative("RMSprop", "lr", o.lr);
  check_option("RMSprop", "alpha", o.alpha, 0, 1);
  check_not_negative("RMSprop", "eps", o.eps);
  check_not_negative("RMSprop", "weight_decay", o.weight_decay);
  check_not_negative("RMSprop", "momentum", o.momentum);
}

template <class T>
StateNames RMSprop<T>::state_names(const RMSpropOptions& o) const {
  StateNames names{"square_avg"};
  if (o.centered) names.push_back("grad_avg");
  if (o.momentum != 0) names.push_back("momentum_buffer");
  return names;
}

template <class T>
void RMSprop<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const RMSpropOptions& o) {
  const kernels::UpdateNumbers<T> numbers{.lr = T(o.lr),
                                          .weight_decay = T(o.weight_decay),
                                          .momentum = T(o.momentum),
                                          .beta2 = T(o.alpha),
                                          .rest2 = T(1 - o.alpha),
                                          .eps = T(o.eps)};
  T* square = state.arrays[0].data();
  T* mean = o.centered ? state.arrays[1].data() : nullptr;
  T* buffer = o.momentum != 0 ? state.arrays.back().data() : nullptr;
  const auto loop = kernels::optimizer_loops<T>().rmsprop;
  update_in_pieces(
      p.size(),
      [&](std::size_t i, std::size_t end) {
        loop(p.data() + i, g.data() + i, square + i, mean ? mean + i : nullptr, buffer ? buffer + i : nullptr, end - i,
             numbers);
      },
      o.eps);
}

template class RMSprop<float>;
template class RMSprop<double>;

}  // namespace xgrad::optim
