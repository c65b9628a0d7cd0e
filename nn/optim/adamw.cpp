#include "xgrad/nn/optim/adamw.hpp"

#include "xgrad/nn/optim/adam_update.hpp"
#include "xgrad/nn/optim/check_option.hpp"

namespace xgrad::optim {

void check_options(const AdamWOptions& o) {
  check_not_negative("AdamW", "lr", o.lr);
  check_option_below("AdamW", "beta1", o.beta1, 0, 1);
  check_option_below("AdamW", "beta2", o.beta2, 0, 1);
  check_not_negative("AdamW", "eps", o.eps);
  check_not_negative("AdamW", "weight_decay", o.weight_decay);
}

template <class T>
StateNames AdamW<T>::state_names(const AdamWOptions& o) const {
  return detail::adam_state_names(o.amsgrad);
}

template <class T>
void AdamW<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const AdamWOptions& o) {
  detail::adam_update(p, g, state, o, 0, 1 - o.lr * o.weight_decay);
}

template class AdamW<float>;
template class AdamW<double>;

}  // namespace xgrad::optim
