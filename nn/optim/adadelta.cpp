#include "xgrad/nn/optim/adadelta.hpp"

#include <cmath>

#include "xgrad/nn/optim/check_option.hpp"
#include "xgrad/tensor/kernels/optimizer.hpp"

namespace xgrad::optim {

void check_options(const AdadeltaOptions& o) {
  check_not_negative("Adadelta", "lr", o.lr);
  check_option("Adadelta", "rho", o.rho, 0, 1);
  check_not_negative("Adadelta", "eps", o.eps);
  check_not_negative("Adadelta", "weight_decay", o.weight_decay);
}

template <class T>
StateNames Adadelta<T>::state_names(const AdadeltaOptions&) const {
  return {"square_avg", "acc_delta"};
}

template <class T>
void Adadelta<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const AdadeltaOptions& o) {
  const kernels::UpdateNumbers<T> numbers{
      .lr = T(o.lr), .weight_decay = T(o.weight_decay), .beta2 = T(o.rho), .rest2 = T(1 - o.rho), .eps = T(o.eps)};
  T *square = state.arrays[0].data(), *delta = state.arrays[1].data();
  const auto loop = kernels::optimizer_loops<T>().adadelta;
  update_in_pieces(
      p.size(),
      [&](std::size_t i, std::size_t end) { loop(p.data() + i, g.data() + i, square + i, delta + i, end - i, numbers); },
      o.eps);
}

template class Adadelta<float>;
template class Adadelta<double>;

}  // namespace xgrad::optim
