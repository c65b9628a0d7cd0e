#include "xgrad/nn/optim/adagrad.hpp"

#include <cmath>

#include "xgrad/nn/optim/check_option.hpp"
#include "xgrad/tensor/kernels/optimizer.hpp"

namespace xgrad::optim {

void check_options(const AdagradOptions& o) {
  check_not_negative("Adagrad", "lr", o.lr);
  check_not_negative("Adagrad", "lr_decay", o.lr_decay);
  check_not_negative("Adagrad", "eps", o.eps);
  check_not_negative("Adagrad", "weight_decay", o.weight_decay);
}

template <class T>
StateNames Adagrad<T>::state_names(const AdagradOptions&) const {
  return {"sum"};
}

template <class T>
void Adagrad<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const AdagradOptions& o) {
  const kernels::UpdateNumbers<T> numbers{.lr = T(o.lr / (1 + static_cast<double>(state.step - 1) * o.lr_decay)),
                                          .weight_decay = T(o.weight_decay),
                                          .eps = T(o.eps)};
  T* sum = state.arrays[0].data();
  const auto loop = kernels::optimizer_loops<T>().adagrad;
  update_in_pieces(
      p.size(), [&](std::size_t i, std::size_t end) { loop(p.data() + i, g.data() + i, sum + i, end - i, numbers); }, o.eps);
}

template class Adagrad<float>;
template class Adagrad<double>;

}  // namespace xgrad::optim
